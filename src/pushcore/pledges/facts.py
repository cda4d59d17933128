"""Facts: all that the decisions to place, to confirm, to cancel and to change a pledge rest on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Self

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, Progress
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.money import ExchangeRate, Money
from pushcore.pledges.pledge import OFFLINE, WALLET, Pledge, PledgeState
from pushcore.pledges.presented import Presented
from pushcore.pledges.request import PledgeRequest
from pushcore.rewards import Need, Phase, Picking, Quote, Selection, Stocks, WaitingList, needs, quote
from pushcore.rewards.need import stocks_known

if TYPE_CHECKING:
    from pushcore.ids import BackerId, TierId

__all__ = [
    "ChangeFacts",
    "PlaceFacts",
    "PledgeFacts",
    "require_method",
    "require_own_campaign",
    "require_own_matches",
    "require_progress",
    "require_state",
]


@attrs.frozen
class PlaceFacts:
    """All that the decision to place a pledge rests on; or, for a host's own rules, to change one.

    Attributes:
        stocks: Where the stocks stand that it takes of (see `pushcore.rewards.stock_keys`).
        progress: The totals of the campaign, where it has a cap; not where a pledge is handed over or merged.
        waiting: The waiting lists of the tiers that are picked, of those that have one.
        rate: From the currency of the campaign to what the backer wants to pay in, if one is known.
        phase: Whether it is made in the campaign or late.
        quote: What it comes to; where a cap clips, with a bonus that fits.
        needs: Every stock that it takes pieces of.
        presented: In which other currency it is paid, and at which rate; None for the campaign's own.
        before: The pledge that is changed, merged or handed over, where one is. Then the request is what it
            becomes, as if it were placed so, and the quote what it costs, with the prices that it keeps.

    Raises:
        InvalidValue: the request is for another campaign, or for a tier it has not; ``at`` is no instant; or
            the rate is of other currencies.
        CurrencyMismatch: the request is of another currency.
    """

    request: PledgeRequest
    campaign: Campaign
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))
    waiting: tuple[WaitingList, ...] = ()
    rate: ExchangeRate | None = attrs.field(default=None, kw_only=True)
    phase: Phase = attrs.field(init=False)
    quote: Quote = attrs.field(init=False)
    needs: tuple[Need, ...] = attrs.field(init=False)
    presented: Presented | None = attrs.field(default=None, init=False)
    before: Pledge | None = attrs.field(default=None, init=False)

    @classmethod
    def of_change(
        cls, change: ChangeFacts | PledgeFacts, request: PledgeRequest, quoted: Quote, stocks: Stocks
    ) -> Self:
        """What a pledge becomes, as if it were placed so: what a host's own rules are asked about.

        Args:
            change: What is known of the pledge before.
            request: What would be asked for.
            quoted: What it comes to.
            stocks: Where the stocks stand that it takes of.

        Raises:
            InvalidValue: an argument of the wrong kind, or a request for another campaign.
        """
        expect(change, ChangeFacts, PledgeFacts, what="what is known of a change")
        expect(quoted, Quote, what="what a pledge comes to")
        waiting = change.waiting if isinstance(change, ChangeFacts) else ()
        facts = cls(request, change.campaign, stocks, change.at, change.progress, waiting)
        object.__setattr__(facts, "before", change.pledge)
        object.__setattr__(facts, "presented", change.pledge.presented)
        object.__setattr__(facts, "quote", quoted)
        return facts

    def __attrs_post_init__(self) -> None:
        if self.request.__class__ is not PledgeRequest:
            expect(self.request, PledgeRequest, what="what is asked for")
        request, campaign = self.request, self.campaign
        require_own_campaign(request, campaign)
        _require_currency(campaign, request.selection)
        object.__setattr__(self, "phase", campaign.phase(self.at) or Phase.CAMPAIGN)
        quoted = quote(campaign.terms.catalogue, request.selection, phase=self.phase)
        object.__setattr__(self, "quote", _clipped(self, quoted))
        _require_own_lists(self.waiting, campaign)
        waited, catalogue = _waited(self, request.backer_id), campaign.terms.catalogue
        needed = needs(catalogue, request.selection, request.backer_id, self.stocks, waited=waited)
        object.__setattr__(self, "needs", needed)
        if self.rate is not None:
            object.__setattr__(self, "presented", _presented(self, self.rate))

    @property
    def expects(self) -> Money | None:
        """What the backer was told that it costs."""
        return self.request.expects

    @property
    def taken(self) -> dict[TierId, int]:
        """How many pieces are taken of each tier and add-on."""
        return dict(self.request.selection.picked)

    @property
    def picking(self) -> Picking:
        """What it depends on whether the selection can be had."""
        asked = self.request
        return Picking(
            self.campaign.terms.catalogue,
            asked.selection,
            asked.backer_id,
            self.stocks,
            self.at,
            self.phase,
            zone=self.campaign.terms.window.closes.zone,
            waited=_waited(self, asked.backer_id),
        )


@attrs.frozen
class PledgeFacts:
    """All that the decisions to confirm, to cancel and to expire a pledge rest on.

    Attributes:
        becomes: What is left of it when it is canceled: nothing.
        progress: The totals of the campaign, where it has a cap or cancel windows.
        matches: What sponsors added to the pledge, of all that stands, where it may be lost with it.

    Raises:
        InvalidValue: the pledge is for another campaign, the matches of another pledge; or ``at`` is no
            instant.
    """

    pledge: Pledge
    campaign: Campaign
    at: datetime = attrs.field(converter=utc)
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))
    matches: tuple[Pledge, ...] = attrs.field(default=(), kw_only=True)
    becomes: ClassVar[None] = None

    def __attrs_post_init__(self) -> None:
        if self.pledge.__class__ is not Pledge:
            expect(self.pledge, Pledge, what="a pledge")
        require_own_campaign(self.pledge, self.campaign)
        require_own_matches(self.pledge, self.matches)

    @property
    def quote(self) -> Quote:
        """What it comes to."""
        return self.pledge.quote


@attrs.frozen
class ChangeFacts:
    """All that the decision to change a pledge rests on.

    Attributes:
        selection: What is picked instead.
        stocks: Where the stocks stand that it takes of.
        expects: What the backer was told that it costs now.
        progress: The totals of the campaign, where it has a cap or cancel windows.
        waiting: The waiting lists of the tiers that are picked, of those that have one.
        matches: What sponsors added to the pledge, of all that stands, where it may be lost by the change.
        quote: What it comes to: what had a price keeps it.
        needs: Every stock that the new selection takes pieces of.

    Raises:
        InvalidValue: the pledge is for another campaign, the matches of another pledge, the selection of
            something that the campaign has not; or ``at`` is no instant.
        CurrencyMismatch: the selection is of another currency.
    """

    pledge: Pledge = attrs.field(validator=kind(Pledge))
    campaign: Campaign
    selection: Selection = attrs.field(validator=kind(Selection))
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    expects: Money | None = attrs.field(default=None, validator=kind(Money, None))
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))
    waiting: tuple[WaitingList, ...] = ()
    matches: tuple[Pledge, ...] = attrs.field(default=(), kw_only=True)
    quote: Quote = attrs.field(init=False)
    needs: tuple[Need, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        require_own_campaign(self.pledge, self.campaign)
        require_own_matches(self.pledge, self.matches)
        pledge, selection, catalogue = self.pledge, self.selection, self.campaign.terms.catalogue
        _require_currency(self.campaign, selection)
        object.__setattr__(self, "quote", quote(catalogue, selection, pinned=pledge.quote))
        _require_own_lists(self.waiting, self.campaign)
        held, waited = pledge.selection, _waited(self, pledge.backer_id)
        needed = needs(catalogue, selection, pledge.backer_id, self.stocks, held=held, waited=waited)
        object.__setattr__(self, "needs", needed)

    @property
    def presented(self) -> Presented | None:
        """In which other currency it is paid, and at which rate."""
        return self.pledge.presented

    @property
    def becomes(self) -> Quote:
        """What the pledge is for then."""
        return self.quote

    @property
    def taken(self) -> dict[TierId, int]:
        """How many pieces more are taken of each tier and add-on than are held already."""
        held = dict(self.pledge.selection.picked)
        more = {tier_id: number - held.get(tier_id, 0) for tier_id, number in self.selection.picked}
        return {tier_id: number for tier_id, number in more.items() if number > 0}

    @property
    def picking(self) -> Picking:
        """What it depends on whether the selection can be had: what is held already can."""
        pledge, catalogue = self.pledge, self.campaign.terms.catalogue
        return Picking(
            catalogue,
            self.selection,
            pledge.backer_id,
            self.stocks,
            self.at,
            held=pledge.selection,
            zone=self.campaign.terms.window.closes.zone,
            waited=_waited(self, pledge.backer_id),
        )


def _require_own_lists(waiting: object, campaign: Campaign) -> None:
    """Refuse to decide by the waiting lists of another campaign."""
    if waiting == ():  # as it is nearly always
        return
    if not isinstance(waiting, tuple) or not all(
        isinstance(it, WaitingList) and it.campaign_id == campaign.id for it in waiting
    ):
        message = f"expected a tuple of waiting lists of campaign {campaign.id}, got {shown(waiting)}"
        raise InvalidValue(message, waiting=waiting)


def _waited(facts: PlaceFacts | ChangeFacts, backer_id: BackerId) -> dict[str, int]:
    """How many pieces of each tier are kept for others who wait for it."""
    if not facts.waiting:
        return {}
    taken = facts.taken
    return {
        it.tier_id: it.kept(backer_id=backer_id, quantity=taken[it.tier_id], at=facts.at)
        for it in facts.waiting
        if it.tier_id in taken
    }


def _require_currency(campaign: Campaign, selection: Selection) -> None:
    if selection.bonus.currency is not campaign.currency:
        message = f"campaign {campaign.id} raises {campaign.currency}, not {selection.bonus}"
        raise CurrencyMismatch(message, bonus=selection.bonus, currency=campaign.currency)


def require_own_campaign(pledge: Pledge | PledgeRequest, campaign: Campaign) -> None:
    """Refuse to decide on a pledge by another campaign than its own.

    Raises:
        InvalidValue: naming both; or they are no pledge and no campaign.
    """
    if pledge.__class__ not in _PLEDGES or campaign.__class__ is not Campaign:
        expect(pledge, *_PLEDGES, what="what is decided on")
        expect(campaign, Campaign, what="the campaign of a pledge")
    if pledge.campaign_id != campaign.id:
        message = f"a pledge for campaign {pledge.campaign_id} is not decided on by campaign {campaign.id}"
        raise InvalidValue(message, campaign=campaign.id, wanted=pledge.campaign_id)


def require_progress(campaign: Campaign, progress: Progress | None) -> Progress:
    """Refuse to decide without the totals of a campaign whose terms ask for them.

    Raises:
        InvalidValue: they are not given.
    """
    if progress is None:
        message = f"campaign {campaign.id} has a cap or cancel windows: give its totals"
        raise InvalidValue(message, campaign=campaign.id)
    return progress


_PLEDGES: Final = (Pledge, PledgeRequest)


def require_own_matches(pledge: Pledge, matches: tuple[Pledge, ...]) -> None:
    """Refuse to decide on a pledge by what sponsors added to another one.

    Raises:
        InvalidValue: they are no matches of this pledge.
    """
    if matches == ():  # as it is nearly always
        return
    if not isinstance(matches, tuple) or not all(
        isinstance(it, Pledge) and it.matches is not None and it.matches.pledge_id == pledge.id
        for it in matches
    ):
        message = f"expected a tuple of the matches of pledge {pledge.id}, got {shown(matches)}"
        raise InvalidValue(message, matches=matches)


def require_method(method: str) -> None:
    """Refuse what a provider cannot have saved: what was paid with credit or offline is known by that name.

    Raises:
        InvalidValue: it is such a name.
    """
    expect(method, str, what="a payment method")
    if method in {OFFLINE, WALLET}:
        message = f"{method!r} is no payment method of a provider"
        raise InvalidValue(message, method=method)


def require_state(pledge: Pledge, *states: PledgeState) -> None:
    """Refuse to decide on a pledge that is in none of these states.

    Raises:
        Refused: ``pledge-closed``.
    """
    expect(pledge, Pledge, what="what is decided on")
    if pledge.state not in states:
        wanted = " or ".join(states)
        raise Refused([Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}, not {wanted}")])


def _presented(facts: PlaceFacts, rate: ExchangeRate) -> Presented | None:
    """In which currency a pledge is paid whose rate is known; None where its campaign does not offer that."""
    expect(rate, ExchangeRate, what="the rate of a currency")
    wanted, presenting = facts.request.presented, facts.campaign.terms.presenting
    if (rate.base, rate.quote) != (facts.campaign.currency, wanted):
        message = f"the rate {rate.base} to {rate.quote} is not from {facts.campaign.currency} to {wanted}"
        raise InvalidValue(message, rate=rate)
    return None if presenting is None else Presented(rate, presenting.rule.rounding)


def _clipped(facts: PlaceFacts, quoted: Quote) -> Quote:
    """The quote with as much less bonus as is needed to come to the cap, where the cap clips."""
    terms, progress = facts.campaign.terms, facts.progress
    cap = terms.model.cap
    if cap is None or progress is None or not cap.clips:
        return quoted
    left, bonus = cap.left(progress.counted), quoted.selection.bonus
    over = terms.counted(quoted) - left
    if not left or not 0 < over.minor <= bonus.minor:
        return quoted
    clipped = attrs.evolve(quoted.selection, bonus=bonus - over)
    return quote(terms.catalogue, clipped, phase=facts.phase)
