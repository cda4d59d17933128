"""Transactions: balanced by construction, written once, and two-phased where the outcome is still open.

A *pending* transaction reserves. A later one, with an id of its own, posts it (for no more than was
reserved; the rest is set free) or voids it. Nothing is ever changed or deleted.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import aware, each, items, kind
from pushcore.errors import InvalidValue, Unbalanced
from pushcore.ids import TransactionId, identifier, optional_identifier
from pushcore.ledger.account import Account
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Phase", "Posting", "Transaction", "imbalance"]


class Phase(StrEnum):
    """How far a transaction has come."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"


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
        >>> ten = Money.of("10.00", "EUR")
        >>> charge = Transaction("t1", "charge", datetime(2026, 1, 1, tzinfo=UTC), [Posting(bank, ten), Posting(held, -ten)])
        >>> charge.phase.value
        'posted'
    """

    id: TransactionId = attrs.field(validator=identifier)
    recipe: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(validator=aware())
    postings: tuple[Posting, ...] = attrs.field(converter=items, validator=each(Posting))
    phase: Phase = attrs.field(default=Phase.POSTED, validator=kind(Phase))
    pending_id: TransactionId | None = attrs.field(default=None, validator=optional_identifier)

    def __attrs_post_init__(self) -> None:
        if (off := imbalance(self.postings)) is not None:
            message = f"transaction {self.id} is off balance by {off}"
            raise Unbalanced(message, transaction=self.id, imbalance=off)
        if self.phase is Phase.VOIDED:
            if self.postings or self.pending_id is None:
                message = f"transaction {self.id} voids a pending one: it names that one and has no postings"
                raise InvalidValue(message, transaction=self.id)
        elif not self.postings:
            message = f"transaction {self.id} has no postings"
            raise InvalidValue(message, transaction=self.id)
        elif self.phase is Phase.PENDING and self.pending_id is not None:
            message = f"transaction {self.id} is pending itself and cannot resolve {self.pending_id}"
            raise InvalidValue(message, transaction=self.id)

    def posted(self, transaction_id: TransactionId, at: datetime) -> Transaction:
        """The transaction that posts this pending one in full."""
        return Transaction(transaction_id, self.recipe, at, self.postings, Phase.POSTED, self.id)

    def voided(self, transaction_id: TransactionId, at: datetime) -> Transaction:
        """The transaction that voids this pending one."""
        return Transaction(transaction_id, self.recipe, at, (), Phase.VOIDED, self.id)


def imbalance(postings: Sequence[Posting]) -> Money | None:
    """What the postings are off by, in the first currency where they do not sum to zero; None where they balance."""
    if len(postings) == 2 and postings[0].amount == -postings[1].amount:  # noqa: PLR2004  nearly all there are
        return None
    sums: Counter[Currency] = Counter()
    for posting in postings:
        sums[posting.amount.currency] += posting.amount.minor
    return next((Money.of_minor(off, currency) for currency, off in sums.items() if off), None)
