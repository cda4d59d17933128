"""Ledger rows: a ledger as plain text, one row for every posting, from which all of it can be read again.

Whoever keeps or exchanges a ledger as a table writes these columns. `pushcore.ledgers` reads them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore._checks import expect, stream
from pushcore.ledger.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LEDGER_COLUMNS", "ledger_rows"]

LEDGER_COLUMNS: Final = (
    *("transaction", "recipe", "at", "phase", "resolves"),
    *("posting", "account", "side", "guarded", "debit", "credit", "currency"),
)
"""The names of the columns, in their order: five of the transaction, then those of one of its postings."""

_NOTHING: Final = ("",) * 7


def ledger_rows(transactions: Iterable[Transaction]) -> Iterator[tuple[str, ...]]:
    """Each posting as a row of `LEDGER_COLUMNS`, in the order in which it was written.

    A void has no postings, and one row without an account. Postings are counted from 1 in each transaction,
    so that one that was written twice is told from one that is twice as long.

    Raises:
        InvalidValue: what it is given is no sequence of transactions.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore import Money
        >>> from pushcore.ledger import recipes
        >>> charge = recipes.charge("p1", "lanterne", Money.of(5, "EUR"), datetime(2026, 1, 5, tzinfo=UTC))
        >>> for row in ledger_rows([charge]):
        ...     print(",".join(row))
        p1,charge,2026-01-05 00:00:00+00:00,pending,,1,provider,debit,no,5.00,,EUR
        p1,charge,2026-01-05 00:00:00+00:00,pending,,2,campaign/lanterne/held,credit,yes,,5.00,EUR
    """
    for transaction in stream(transactions):
        expect(transaction, Transaction, what="a transaction of a ledger")
        yield from _rows(transaction)


def _rows(transaction: Transaction) -> Iterator[tuple[str, ...]]:
    head = (
        transaction.id,
        transaction.recipe,
        transaction.at.isoformat(sep=" "),
        transaction.phase.value,
        transaction.pending_id or "",
    )
    if not transaction.postings:
        yield (*head, *_NOTHING)
    for number, posting in enumerate(transaction.postings, 1):
        account, amount = posting.account, abs(posting.amount).text
        sides = (amount, "") if posting.amount.minor > 0 else ("", amount)
        guarded = "yes" if account.guarded else "no"
        yield (
            *(*head, str(number), account.path, account.normal.value, guarded),
            *(*sides, posting.amount.currency.code),
        )
