"""Transactions: balanced by construction, written once, and two-phased where the outcome is still open.

A *pending* transaction reserves. A later one, with an id of its own, posts it (for no more than was
reserved; the rest is set free) or voids it. Nothing is ever changed or deleted.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from pushcore._checks import each, expect, items, kind, none_such, shown
from pushcore.calendar import utc
from pushcore.errors import InvalidValue, Unbalanced
from pushcore.ids import TransactionId, identifier, optional_reference, reference
from pushcore.ledger.account import Account
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Entry",
    "Posting",
    "Transaction",
    "TransactionPhase",
    "check_entry",
    "contradiction",
    "imbalance",
    "imbalances",
]


class TransactionPhase(StrEnum):
    """How far a transaction has come."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Posting:
    """One line of a transaction: an amount debited to an account (positive) or credited to it (negative)."""

    account: Account = attrs.field(validator=kind(Account))
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class Transaction:
    """Money moved between accounts, once, at an instant.

    Attributes:
        id: Derived from what happened, so that the same thing cannot be written twice.
        recipe: What happened: the name of the recipe it follows.
        at: When.
        postings: The lines; they sum to zero in every currency, with no tolerance. None for a void.
        phase: Pending, posted or voided.
        pending_id: The pending transaction that this one posts or voids.

    Raises:
        Unbalanced: the postings do not sum to zero.
        InvalidValue: there are none, or the phase and ``pending_id`` contradict each other.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore.ledger import Account, Posting, Side, Transaction
        >>> bank, held = Account("bank", Side.DEBIT), Account("held", Side.CREDIT)
        >>> postings = [Posting(bank, Money.of(10, "EUR")), Posting(held, Money.of(-10, "EUR"))]
        >>> Transaction("t1", "charge", datetime(2026, 1, 1, tzinfo=UTC), postings).phase.value
        'posted'
    """

    id: TransactionId = attrs.field(validator=reference)
    recipe: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=utc)
    postings: tuple[Posting, ...] = attrs.field(converter=items, validator=each(Posting))
    phase: TransactionPhase = attrs.field(default=TransactionPhase.POSTED, validator=kind(TransactionPhase))
    pending_id: TransactionId | None = attrs.field(default=None, validator=optional_reference)

    def __attrs_post_init__(self) -> None:
        if (off := imbalance(self.postings)) is not None:
            message = f"transaction {self.id} is off balance by {off}"
            raise Unbalanced(message, transaction=self.id, imbalance=off)
        if (why := contradiction(self)) is not None:
            message = f"transaction {self.id} {why}"
            raise InvalidValue(message, transaction=self.id)

    def posted(self, transaction_id: TransactionId, at: datetime) -> Transaction:
        """The transaction that posts this pending one in full.

        Raises:
            InvalidValue: this one is not pending.
        """
        return self._resolved(transaction_id, at, self.postings, TransactionPhase.POSTED)

    def voided(self, transaction_id: TransactionId, at: datetime) -> Transaction:
        """The transaction that voids this pending one.

        Raises:
            InvalidValue: this one is not pending.
        """
        return self._resolved(transaction_id, at, (), TransactionPhase.VOIDED)

    def _resolved(
        self,
        transaction_id: TransactionId,
        at: datetime,
        postings: tuple[Posting, ...],
        phase: TransactionPhase,
    ) -> Transaction:
        if self.phase is not TransactionPhase.PENDING:
            message = f"transaction {self.id} is {self.phase.value}: only a pending one is posted or voided"
            raise InvalidValue(message, transaction=self.id)
        return Transaction(transaction_id, self.recipe, at, postings, phase, self.id)


class Entry(Protocol):
    """What balances and the audit read of a transaction: map the rows of any ledger to it."""

    @property
    def id(self) -> TransactionId:
        """Its own id."""

    @property
    def postings(self) -> tuple[Posting, ...]:
        """Its lines."""

    @property
    def phase(self) -> TransactionPhase:
        """How far it has come."""

    @property
    def pending_id(self) -> TransactionId | None:
        """The pending one that it posts or voids."""


_ENTRY: Final = {
    "id": (str,),
    "postings": (tuple,),
    "phase": (TransactionPhase,),
    "pending_id": (str, NoneType),
}


def check_entry(entry: Entry) -> None:
    """Refuse what cannot be read as an entry of a ledger.

    Raises:
        InvalidValue: a field is missing or of the wrong type.
    """
    if isinstance(entry, Transaction):
        return
    if missing := [name for name in _ENTRY if not hasattr(entry, name)]:
        message = f"a ledger entry has {', '.join(missing)}, unlike {shown(entry)}"
        raise InvalidValue(message, entry=entry)
    for name, types in _ENTRY.items():
        expect(getattr(entry, name), *types, what=f"{name} of a ledger entry")
    for posting in entry.postings:
        expect(posting, Posting, what=f"posting of ledger entry {entry.id}")


def contradiction(entry: Entry) -> str | None:
    """How phase, postings and ``pending_id`` contradict each other, if they do."""
    if entry.phase is TransactionPhase.VOIDED:
        if entry.postings or entry.pending_id is None:
            return "voids a pending one: it names that one and has no postings"
    elif not entry.postings:
        return "has no postings"
    elif entry.phase is TransactionPhase.PENDING and entry.pending_id is not None:
        return f"is pending itself and cannot resolve {entry.pending_id}"
    return None


def imbalance(postings: Sequence[Posting]) -> Money | None:
    """What the postings are off by, in the first currency where they do not sum to zero."""
    return next(iter(imbalances(postings)), None)


def imbalances(postings: Sequence[Posting]) -> tuple[Money, ...]:
    """What the postings are off by in every currency where they do not sum to zero."""
    if len(postings) == 2:  # noqa: PLR2004  nearly all there are
        one, other = postings[0].amount, postings[1].amount
        if one.minor == -other.minor and one.currency is other.currency:
            return ()
    sums: Counter[Currency] = Counter()
    for posting in postings:
        sums[posting.amount.currency] += posting.amount.minor
    return tuple(Money.of_minor(off, currency) for currency, off in sums.items() if off)
