"""The pledge: what a backer promised, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, items, kind, none_such, shown
from pushcore._evolving import evolved
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, CampaignId, OrderKey, PledgeId, optional_identifier, optional_reference
from pushcore.matching import MatchOrigin
from pushcore.money import Money
from pushcore.payouts import Paid
from pushcore.pledges.booking import Booking
from pushcore.pledges.instalments import Instalments
from pushcore.pledges.presented import Presented
from pushcore.pledges.refund import AskedBack, Disputed, GoneBack, PledgeRefund
from pushcore.pledges.request import PledgeRequest
from pushcore.rewards import Phase, Quote, Selection

if TYPE_CHECKING:
    from typing import Any, Self

__all__ = ["OFFLINE", "STANDING", "WALLET", "Pledge", "PledgeState"]


class PledgeState(StrEnum):
    """How far a pledge has come.

    - ``PREAUTH``: placed; its payment method is being saved and its reward is reserved.
    - ``EXPECTED``: entered by somebody, to come in cash or by bank; its reward is reserved.
    - ``PLEDGED``: confirmed; it counts.
    - ``PAYING``: paid in instalments, of which one was charged and the next one is not due yet.
    - ``CHARGING``: a charge is under way and its outcome is open.
    - ``COLLECTED``: charged.
    - ``ERRORED``: the last charge failed; it is reminded of and tried again.
    - ``DROPPED``: no charge succeeded in time; the reward is not owed.
    - ``CANCELED``: taken back by the backer, or set free because the campaign did not succeed.
    - ``REFUNDING``: collected and to be given back; it counts no more.
    - ``REFUNDED``: given back.
    - ``UNREFUNDED``: to be given back, but the provider declined, or a default waits for a dispute to be
      decided; it is tried again when somebody asks, or by then.
    - ``VOIDED``: never confirmed: declined, expired or too late.
    """

    PREAUTH = "preauth"
    EXPECTED = "expected"
    PLEDGED = "pledged"
    PAYING = "paying"
    CHARGING = "charging"
    COLLECTED = "collected"
    ERRORED = "errored"
    DROPPED = "dropped"
    CANCELED = "canceled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    UNREFUNDED = "unrefunded"
    VOIDED = "voided"

    _missing_ = classmethod(none_such)


STANDING: Final = frozenset(
    {
        PledgeState.PLEDGED,
        PledgeState.PAYING,
        PledgeState.CHARGING,
        PledgeState.COLLECTED,
        PledgeState.ERRORED,
    }
)
"""The states in which a pledge counts to the totals and holds its reward."""

OFFLINE: Final = "offline"
"""The payment method of what came in cash or by bank."""

WALLET: Final = "wallet"
"""The payment method of what was paid with credit of the backer's wallet."""

_AS_ASKED: Final = frozenset({PledgeState.PREAUTH, PledgeState.EXPECTED, PledgeState.VOIDED})
"""The states in which nothing can have been changed yet."""

_CHARGED: Final = ({"method", "attempts"}, {"failed_at", "steps"})
_RETURNED: Final = ({"method", "attempts", "refunds", "reason"}, {"failed_at", "steps"})
_HAS: Final[dict[PledgeState, tuple[set[str], set[str]]]] = {
    PledgeState.PREAUTH: (set(), set()),
    PledgeState.EXPECTED: ({"reason"}, set()),
    PledgeState.PLEDGED: ({"method"}, set()),
    PledgeState.PAYING: ({"method", "attempts", "due_at"}, set()),
    PledgeState.CHARGING: _CHARGED,
    PledgeState.COLLECTED: ({"method", "attempts"}, {"failed_at", "steps", "reason", "refunds"}),
    PledgeState.ERRORED: ({"method", "attempts", "failed_at", "due_at"}, {"steps"}),
    PledgeState.DROPPED: ({"method", "attempts", "failed_at"}, {"steps"}),
    PledgeState.CANCELED: ({"method"}, {"reason", "attempts", "failed_at", "steps"}),
    PledgeState.REFUNDING: _RETURNED,
    PledgeState.REFUNDED: _RETURNED,
    PledgeState.UNREFUNDED: _RETURNED,
    PledgeState.VOIDED: ({"reason"}, {"method"}),
}
"""What a pledge has in each state, and what it may have besides."""

_HAS_OFFLINE: Final[dict[PledgeState, tuple[set[str], set[str]]]] = {
    PledgeState.COLLECTED: ({"method"}, {"refunds"}),
    PledgeState.REFUNDED: ({"method", "refunds", "reason"}, set()),
}
"""What one has instead that came in cash or by bank: it was never charged."""

_FACTS: Final = ("method", "attempts", "failed_at", "steps", "due_at", "reason", "refunds")


def _allowed(needed: set[str], besides: set[str]) -> frozenset[tuple[bool, ...]]:
    """Every way to have what is needed, and anything besides: for each fact, whether there is one."""
    chosen = (set(more) for count in range(len(besides) + 1) for more in combinations(besides, count))
    return frozenset(tuple(name in needed | more for name in _FACTS) for more in chosen)


_ALLOWED: Final = {
    state: _allowed(*facts) | (_allowed(*_HAS_OFFLINE[state]) if state in _HAS_OFFLINE else frozenset())
    for state, facts in _HAS.items()
}


@attrs.frozen
class Pledge:
    """A pledge as it is read and written.

    Attributes:
        request: What was asked for.
        quote: What it came to when it was placed or last changed, pinned.
        state: How far it has come.
        placed_at: When it was placed.
        expires_at: Until when its reward is reserved while it is not confirmed.
        method: The provider's reference of the saved payment method; of one that was declined, what the
            provider saved or held after all, and was ordered to forget.
        attempts: How often it was charged; each charge has a key of its own.
        failed_at: When it was first charged without success: the dunning plan runs from there.
        steps: How many steps of the dunning plan are done.
        stepped_at: When the last of them was taken; None while its charge is under way.
        due_at: When the next step of the dunning plan is due; None while there is none.
        reason: The code for which it was voided, set free or given back; None where its backer canceled it.
            Of what is expected: how that is known.
        holder_id: Whom it was handed over to; None while its backer holds it.
        refunds: How often it was tried to give it back; each time has a key of its own.
        instalments: Its parts, once they are agreed; None for one that is paid at once.
        phase: Whether it was made in the campaign or late.
        paid: What was paid and what of it is undone, once some of it was given back after its campaign was
            funded.
        refund: Such a refund that is under way, or was declined.
        asked_back: Which parts of it were asked back, by key.
        gone_back: What has gone back of its charges, one by one; of what came in cash or by bank, what was
            given back of a funded campaign.
        disputes: The disputes of its charges, decided or not.
        paid_by: How it was paid, by what the provider said.
        provider_fee: What the provider kept of its charges, by what it said, less what it gave back of that.
        bookings: What each of its charges came to for the backer, for the campaign and in what the provider
            booked, where these are of several currencies.
        presented: In which currency its backer pays, where that is not the campaign's.
        matches: What it is a sponsor's match of; None for what a backer gives.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind, a quote of something else than the request, or facts that do
            not go with the state, such as a charge without a method.
    """

    request: PledgeRequest = attrs.field(validator=kind(PledgeRequest))
    quote: Quote = attrs.field(validator=kind(Quote))
    state: PledgeState = attrs.field(validator=kind(PledgeState))
    placed_at: datetime = attrs.field(converter=utc)
    expires_at: datetime = attrs.field(converter=utc)
    method: str | None = attrs.field(default=None, validator=optional_reference)
    attempts: int = attrs.field(default=0, validator=counted(0))
    failed_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    steps: int = attrs.field(default=0, validator=counted(0))
    due_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    reason: str | None = attrs.field(default=None, validator=optional_identifier)
    holder_id: BackerId | None = attrs.field(default=None, validator=optional_identifier)
    refunds: int = attrs.field(default=0, validator=counted(0))
    instalments: Instalments | None = attrs.field(default=None, validator=kind(Instalments, None))
    phase: Phase = attrs.field(default=Phase.CAMPAIGN, validator=kind(Phase))
    version: int = attrs.field(default=1, validator=counted(1))
    matches: MatchOrigin | None = attrs.field(default=None, validator=kind(MatchOrigin, None), kw_only=True)
    stepped_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc), kw_only=True
    )
    paid: Paid | None = attrs.field(default=None, validator=kind(Paid, None), kw_only=True)
    disputes: tuple[Disputed, ...] = attrs.field(
        default=(), converter=items, validator=each(Disputed), kw_only=True
    )
    paid_by: str | None = attrs.field(default=None, validator=optional_identifier, kw_only=True)
    provider_fee: Money | None = attrs.field(default=None, validator=kind(Money, None), kw_only=True)
    bookings: tuple[Booking, ...] = attrs.field(
        default=(), converter=items, validator=each(Booking), kw_only=True
    )
    presented: Presented | None = attrs.field(default=None, validator=kind(Presented, None), kw_only=True)
    refund: PledgeRefund | None = attrs.field(default=None, validator=kind(PledgeRefund, None), kw_only=True)
    asked_back: tuple[AskedBack, ...] = attrs.field(
        default=(), converter=items, validator=each(AskedBack), kw_only=True
    )
    gone_back: tuple[GoneBack, ...] = attrs.field(
        default=(), converter=items, validator=each(GoneBack), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        if self.state in _AS_ASKED and not self._is_as_asked:
            message = f"pledge {self.id} asks for something else than it was quoted: {shown(self.quote)}"
            raise InvalidValue(message, pledge=self.id, quote=self.quote)
        found = (
            self.method is not None,
            self.attempts > 0,
            self.failed_at is not None,
            self.steps > 0,
            self.due_at is not None,
            self.reason is not None,
            self.refunds > 0,
        )
        if found not in _ALLOWED[self.state] or (self.stepped_at is not None and not self.steps):
            facts = ", ".join(f"{name} {getattr(self, name)}" for name in (*_FACTS, "stepped_at"))
            message = f"pledge {self.id} cannot be {self.state.value} with {facts}"
            raise InvalidValue(message, pledge=self.id)

    @property
    def _is_as_asked(self) -> bool:
        """Whether it is for what was asked for; of a bonus perhaps only what fitted under a cap."""
        asked, quoted = self.request.selection, self.quote.selection
        if asked is quoted or asked == quoted:
            return True
        clipped = asked.bonus.currency is quoted.bonus.currency and quoted.bonus < asked.bonus
        return clipped and attrs.evolve(asked, bonus=quoted.bonus) == quoted

    @property
    def id(self) -> PledgeId:
        """Its id, which is the key of the request."""
        return self.request.pledge_id

    @property
    def campaign_id(self) -> CampaignId:
        """The campaign it is for."""
        return self.request.campaign_id

    @property
    def offline(self) -> bool:
        """Whether it came in cash or by bank, and not through the provider."""
        return self.method == OFFLINE and not self.attempts

    @property
    def taken(self) -> bool:
        """Whether money was taken for it and is there: all of it, or some of its parts."""
        if self.state in {PledgeState.PAYING, PledgeState.ERRORED}:
            return self.instalments is not None and bool(self.instalments.paid)
        return self.state is PledgeState.COLLECTED

    @property
    def given_back_next(self) -> bool:
        """Whether a refund of it, or of a part of it, is under way."""
        if self.refund is None:
            return self.state is PledgeState.REFUNDING
        return not self.refund.declined

    @property
    def given_back(self) -> Money:
        """All that has gone back of it to its backer, by card or as credit, and not come back since."""
        gone = (it.way.amount for it in self.gone_back if not it.bounced)
        return Money.total(gone, self.amount.currency)

    @property
    def kept(self) -> Money:
        """What the campaign has of it, once it is collected: its contribution less what its creator gave.

        What goes beyond it is a debt of the creator, and nothing is had of it then.
        """
        paid = self.paid if self.refund is None else self.refund.paid
        kept = self.contribution if paid is None else self.contribution - paid.gone
        for dispute in self.disputes:
            kept -= dispute.held
        return max(kept, kept.with_minor(0))

    def left_of(self, charged: OrderKey, taken: Money) -> Money:
        """What is left of a charge for a refund or a dispute, beside what disputes have taken of it."""
        for dispute in self.disputes:
            if dispute.charged == charged and dispute.taken:
                taken -= dispute.amount
        return max(taken, taken.with_minor(0))

    def booking(self, charged: OrderKey) -> Booking | None:
        """What a charge came to, where that is of several currencies."""
        return next((it for it in self.bookings if it.charged == charged), None)

    @property
    def late(self) -> bool:
        """Whether it was made after the campaign had succeeded."""
        return self.phase is Phase.LATE

    @property
    def backer_id(self) -> BackerId:
        """Who holds it and is counted for it."""
        return self.holder_id or self.request.backer_id

    @property
    def backers(self) -> frozenset[BackerId]:
        """Everybody it names: who asked for it, who holds it, and whose contribution it matches."""
        matched = None if self.matches is None else self.matches.backer_id
        named = (self.request.backer_id, self.holder_id, matched)
        return frozenset(backer_id for backer_id in named if backer_id is not None)

    @property
    def amount(self) -> Money:
        """What its backer pays."""
        return self.quote.amount

    @property
    def contribution(self) -> Money:
        """What the campaign gets of it: all but fees on top and the tip."""
        return self.quote.contribution

    @property
    def selection(self) -> Selection:
        """What is picked, after every change."""
        return self.quote.selection

    @property
    def stands(self) -> bool:
        """Whether it counts to the totals and holds its reward."""
        return self.state in STANDING

    def called_off(self, reason: str | None = None) -> Self:
        """The next version of this pledge once it is canceled: nothing is owed of it any more."""
        instalments = None if self.instalments is None else self.instalments.call_off()
        return self.moved(PledgeState.CANCELED, reason=reason, due_at=None, instalments=instalments)

    def moved(self, state: PledgeState, **changed: Any) -> Self:  # noqa: ANN401  any field
        """The next version of this pledge."""
        return evolved(self, state=state, version=self.version + 1, **changed)
