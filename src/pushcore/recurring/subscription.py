"""The subscription: an amount that a backer gives again and again, until somebody ends it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, get_args

import attrs

from pushcore._checks import above_zero, counted, items, kind, none_such
from pushcore.calendar import utc
from pushcore.changes import StockMove
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import (
    BackerId,
    CampaignId,
    OrderKey,
    PayeeId,
    SubscriptionId,
    identifier,
    optional_identifier,
)
from pushcore.money import Money
from pushcore.recurring.anchor import Anchor, PerCreation
from pushcore.recurring.retries import Retries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

__all__ = ["Subscription", "SubscriptionState"]


class SubscriptionState(StrEnum):
    """How a subscription stands.

    - ``ACTIVE``: charged when it is due.
    - ``PAST_DUE``: the last charge failed and is tried again.
    - ``PAUSED``: not charged until it is resumed; what it claims stays claimed until its campaign ends.
    - ``CANCELED``: over.
    """

    ACTIVE = "active"
    PAST_DUE = "past-due"
    PAUSED = "paused"
    CANCELED = "canceled"

    _missing_ = classmethod(none_such)


_FAILED: Final = {
    SubscriptionState.ACTIVE: {False},
    SubscriptionState.PAST_DUE: {True},
    SubscriptionState.PAUSED: {False},
    SubscriptionState.CANCELED: {False, True},
}
"""Whether the last charge can have failed, in each state."""


def _instants(values: Iterable[datetime]) -> tuple[datetime, ...]:
    return tuple(map(utc, items(values)))


@attrs.frozen(kw_only=True)
class Subscription:
    """A backer's promise to give an amount every period, or for every creation.

    A new one needs its id, backer, recipient, amount, anchor, retries and start. What it claims of a limited
    tier is claimed by the subscription, once, and never again by a charge.

    Attributes:
        amount: What is charged for the period that is charged next, or for each creation.
        anchor: When that is.
        retries: When a charge that failed is tried again, and when that ends.
        started_at: From when the dates are reckoned.
        payee_id: Who is given to, unless it is a campaign.
        campaign_id: The campaign that is given to, unless it is a payee.
        claim: The move that claims pieces of a tier for as long as the subscription is not canceled: of one
            without conditions beside its limit, since nothing but this stock is moved.
        state: How it stands.
        period: The number of the period that is charged next, or how many charges for creations are paid.
        creations: When the creations it is charged for were published: those that are paid, each kept so
            that it is not counted again, and then those that are not, in the order they were published.
        unpaid: How many of them are not paid: the last ones.
        counts_from: From when on a creation must be published to be counted, where that is after the start:
            when it was last resumed.
        charging: How many periods or creations the charge under way is for; 0 while none is.
        attempts: How often it was charged; each charge has a key of its own.
        failures: How many charges in a row have failed by now.
        retry_at: When the charge that failed is tried again.
        next_amount: Another amount, from the period after the next charge on.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind, or facts that do not go together.
        CurrencyMismatch: the next amount is of another currency.
    """

    id: SubscriptionId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    anchor: Anchor = attrs.field(validator=kind(*get_args(Anchor)))
    retries: Retries = attrs.field(validator=kind(Retries))
    started_at: datetime = attrs.field(converter=utc)
    payee_id: PayeeId | None = attrs.field(default=None, validator=optional_identifier)
    campaign_id: CampaignId | None = attrs.field(default=None, validator=optional_identifier)
    claim: StockMove | None = attrs.field(default=None, validator=kind(StockMove, None))
    state: SubscriptionState = attrs.field(
        default=SubscriptionState.ACTIVE, validator=kind(SubscriptionState)
    )
    period: int = attrs.field(default=0, validator=counted(0))
    creations: tuple[datetime, ...] = attrs.field(default=(), converter=_instants)
    unpaid: int = attrs.field(default=0, validator=counted(0))
    counts_from: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    charging: int = attrs.field(default=0, validator=counted(0))
    attempts: int = attrs.field(default=0, validator=counted(0))
    failures: int = attrs.field(default=0, validator=counted(0))
    retry_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    next_amount: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join((*self._problems(), *self._creation_problems())):
            message = f"subscription {self.id}: {problems}"
            raise InvalidValue(message, subscription=self.id)
        if self.next_amount is not None and self.next_amount.currency is not self.amount.currency:
            message = (
                f"subscription {self.id} is in {self.amount.currency}, not in {self.next_amount.currency}"
            )
            raise CurrencyMismatch(message, amount=self.amount, next_amount=self.next_amount)

    def _problems(self) -> Iterator[str]:
        if (self.payee_id is None) is (self.campaign_id is None):
            yield "give either a payee or a campaign"
        if self.claim is not None and (self.claim.claimed < 1 or self.claim.reserved):
            yield f"a claim is of at least one piece and reserves none, unlike {self.claim}"
        if (self.failures > 0) not in _FAILED[self.state]:
            yield f"it cannot be {self.state.value} after {self.failures} failures"
        if (self.retry_at is not None) is not (self.state is SubscriptionState.PAST_DUE):
            yield f"only what is past due is retried, and that always is: {self.state.value}, {self.retry_at}"
        if self.failures + (self.charging > 0) > self.attempts:
            yield f"{self.attempts} attempts are too few for what was charged"
        if self.charging and self.state is SubscriptionState.PAUSED:
            yield "it cannot be paused while a charge is under way"

    def _creation_problems(self) -> Iterator[str]:
        if self.creations and not isinstance(self.anchor, PerCreation):
            yield "creations count only where they are charged"
        if len(set(self.creations)) < len(self.creations):
            yield "a creation is counted once"
        if any(one > other for one, other in pairwise(self._owed)):
            yield "creations that are not paid are given in the order they were published"
        if any(published < self.started_at for published in self.creations):
            yield "what was published before the start is not charged"
        if self.unpaid > len(self.creations):
            yield f"{self.unpaid} of {len(self.creations)} creations cannot be unpaid"

    @property
    def _owed(self) -> tuple[datetime, ...]:
        """The creations that are not paid, the oldest first."""
        return self.creations[max(len(self.creations) - self.unpaid, 0) :]

    @property
    def recipient_id(self) -> PayeeId | CampaignId:
        """Who or what is given to."""
        recipient = self.campaign_id if self.payee_id is None else self.payee_id
        assert recipient is not None
        return recipient

    @property
    def period_start(self) -> datetime | None:
        """When the period that is charged next begins, or when its creation is charged; None without one.

        No retry moves it.
        """
        if not isinstance(self.anchor, PerCreation):
            return self.anchor.nth(self.started_at, self.period)
        return self.anchor.due(self._owed[0]) if self.unpaid else None

    @property
    def due_at(self) -> datetime | None:
        """When the next charge is due; None while nothing is to be charged, or a charge is under way."""
        if self.charging or self.state in {SubscriptionState.PAUSED, SubscriptionState.CANCELED}:
            return None
        return self.retry_at or self.period_start

    def waits(self, now: datetime, *, ended: bool = False) -> bool:
        """Whether there is something to do by now: to begin a charge, or to finish the one under way.

        Args:
            now: When.
            ended: Whether the campaign that is given to has ended. Then what is paused waits on its date too,
                and so does what has nothing to charge: it is over, and what it claims is set free.

        Raises:
            InvalidValue: not an instant.
        """
        now, due = utc(now), self.due_at
        if ended and not self.charging and self.state is not SubscriptionState.CANCELED:
            due = self.retry_at or self.period_start or now
        return self.charging > 0 or (due is not None and due <= now)

    @property
    def due_count(self) -> int:
        """For how many periods or creations the next charge is: creations that are due together share one."""
        if not isinstance(self.anchor, PerCreation):
            return 1
        return sum(self.anchor.due(published) == self.period_start for published in self._owed)

    @property
    def charge_amount(self) -> Money:
        """What the charge under way is for, or the next one."""
        return self.amount * (self.charging or self.due_count)

    @property
    def charge_key(self) -> OrderKey:
        """The idempotency key of the last charge, which may be under way: asked again, it is the same."""
        return OrderKey(f"{self.id}/charge/{self.attempts}")

    def moved(self, **changed: Any) -> Self:  # noqa: ANN401  any field
        """The next version of this subscription."""
        return attrs.evolve(self, version=self.version + 1, **changed)
