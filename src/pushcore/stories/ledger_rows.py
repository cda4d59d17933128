"""Ledger rows: the ledger of a story as a CSV, one line for every posting."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from pushcore._checks import expect
from pushcore.ledger import Transaction
from pushcore.stories.outcome import Outcome

__all__ = ["write_ledger"]

_HEADER = ("transaction", "recipe", "at", "phase", "resolves", "account", "debit", "credit", "currency")


def write_ledger(outcome: Outcome, file: TextIO) -> None:
    """Write every transaction, in order; one that voids another has no posting, so its line has no account.

    Args:
        outcome: Of the story.
        file: Open for text; with ``newline=""`` if it is a file.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a ledger")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEADER)
    for transaction in outcome.store.transactions():
        writer.writerows(_rows(transaction))


def _rows(transaction: Transaction) -> Iterator[tuple[str, ...]]:
    head = (
        transaction.id,
        transaction.recipe,
        transaction.at.isoformat(sep=" "),
        transaction.phase.value,
        transaction.pending_id or "",
    )
    if not transaction.postings:
        yield (*head, "", "", "", "")
    for posting in transaction.postings:
        amount = abs(posting.amount).text
        sides = (amount, "") if posting.amount.minor > 0 else ("", amount)
        yield (*head, posting.account.path, *sides, posting.amount.currency.code)
