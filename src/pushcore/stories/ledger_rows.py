"""Ledger rows: the ledger of a story as a CSV, one line for every posting."""

from __future__ import annotations

import csv
from typing import TextIO

from pushcore._checks import expect
from pushcore.ledger import LEDGER_COLUMNS, ledger_rows
from pushcore.stories.outcome import Outcome

__all__ = ["write_ledger"]


def write_ledger(outcome: Outcome, file: TextIO) -> None:
    """Write every transaction, in order; one that voids another has no posting, so its line has no account.

    `pushcore.ledgers` reads it back, and audits it.

    Args:
        outcome: Of the story.
        file: Open for text; with ``newline=""`` if it is a file.

    Raises:
        InvalidValue: it is no outcome.
    """
    expect(outcome, Outcome, what="the story of a ledger")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(LEDGER_COLUMNS)
    writer.writerows(ledger_rows(outcome.store.transactions()))
