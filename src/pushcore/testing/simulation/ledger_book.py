"""An auditor's own ledger: running sums of postings in plain integers, and what is still open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.ledger import Transaction

__all__ = ["LedgerBook", "Place"]

Place = tuple[str, str]
"""The path of an account, and a currency."""


class LedgerBook:
    """Sums of everything that was posted, which say at once what must not be.

    Attributes:
        debits: What was debited for good.
        credits: What was credited for good.
        open: The transactions that are neither posted nor voided yet, by id.
    """

    def __init__(self) -> None:
        self.debits: Counter[Place] = Counter()
        self.credits: Counter[Place] = Counter()
        self.open: dict[str, Transaction] = {}
        self.written: set[str] = set()
        self._debits_open: Counter[Place] = Counter()
        self._credits_open: Counter[Place] = Counter()
        self._guarded: dict[str, bool] = {}

    def post(self, transaction: Transaction) -> Iterator[tuple[str, str]]:
        """Add a transaction; every law that it breaks, and how."""
        if transaction.id in self.written:
            yield "written-once", f"transaction {transaction.id} is posted twice"
        self.written.add(transaction.id)
        yield from self._unbalanced(transaction)
        phase = transaction.phase.value
        if transaction.pending_id is not None:
            reserved = self.open.pop(transaction.pending_id, None)
            if reserved is None:
                yield (
                    "resolved-once",
                    f"{transaction.id} resolves {transaction.pending_id}, which is not open",
                )
            else:
                self._add(reserved, self._debits_open, self._credits_open, -1)
                yield from self._unlike(transaction, reserved)
        if phase == "pending":
            self.open[transaction.id] = transaction
            self._add(transaction, self._debits_open, self._credits_open, 1)
        else:
            self._add(transaction, self.debits, self.credits, 1)
        yield from self._below_zero(transaction)

    def net(self, path: str, currency: str) -> int:
        """What was debited less what was credited."""
        return self.debits[path, currency] - self.credits[path, currency]

    def places(self) -> list[Place]:
        """Every account that was ever posted to."""
        return sorted({*self.debits, *self.credits})

    def _add(
        self, transaction: Transaction, debits: Counter[Place], credited: Counter[Place], sign: int
    ) -> None:
        for posting in transaction.postings:
            minor = posting.amount.minor
            self._guarded.setdefault(posting.account.path, posting.account.guarded)
            place = posting.account.path, posting.amount.currency.code
            if minor > 0:
                debits[place] += sign * minor
            else:
                credited[place] -= sign * minor

    def _unbalanced(self, transaction: Transaction) -> Iterator[tuple[str, str]]:
        sums = Counter[str]()
        for posting in transaction.postings:
            sums[posting.amount.currency.code] += posting.amount.minor
        off = {currency: minor for currency, minor in sums.items() if minor}
        if off:
            yield "balanced", f"transaction {transaction.id} is off by {off}"

    def _unlike(self, transaction: Transaction, reserved: Transaction) -> Iterator[tuple[str, str]]:
        """What is posted in the end is what was reserved: nothing here is posted in part."""
        if transaction.phase.value == "posted" and transaction.postings != reserved.postings:
            yield "posted-as-reserved", f"{transaction.id} posts something else than {reserved.id} reserved"

    def _below_zero(self, transaction: Transaction) -> Iterator[tuple[str, str]]:
        """A guarded account never goes below zero, with all that is reserved of it counted."""
        for posting in transaction.postings:
            path, currency = posting.account.path, posting.amount.currency.code
            if not self._guarded[path]:
                continue
            place = path, currency
            left = self.credits[place] - self.debits[place] - self._debits_open[place]
            if posting.account.normal.value == "debit":
                left = self.debits[place] - self.credits[place] - self._credits_open[place]
            if left < 0:
                yield "guarded-accounts", f"{path} is at {left} {currency} after {transaction.id}"
