"""Facts: all that the decisions to place, to confirm, to cancel and to change a pledge rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from pushcore._checks import expect, kind
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, Progress
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.money import Money
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.request import PledgeRequest
from pushcore.rewards import Need, Phase, Picking, Quote, Selection, Stocks, needs, quote
from pushcore.rewards.need import stocks_known

__all__ = ["ChangeFacts", "PlaceFacts", "PledgeFacts", "require_own_campaign", "require_state"]


@attrs.frozen
class PlaceFacts:
    """All that the decision to place a pledge rests on.

    Attributes:
        stocks: Where the stocks stand that it takes of (see `pushcore.rewards.stock_keys`).
        progress: The totals of the campaign, where it has a cap.
        phase: Whether it is made in the campaign or late.
        quote: What it comes to; where a cap clips, with a bonus that fits.
        needs: Every stock that it takes pieces of.

    Raises:
        InvalidValue: the request is for another campaign, or for a tier it has not; or ``at`` is no instant.
        CurrencyMismatch: the request is of another currency.
    """

    request: PledgeRequest
    campaign: Campaign
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))
    phase: Phase = attrs.field(init=False)
    quote: Quote = attrs.field(init=False)
    needs: tuple[Need, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.request.__class__ is not PledgeRequest:
            expect(self.request, PledgeRequest, what="what is asked for")
        request, campaign = self.request, self.campaign
        require_own_campaign(request, campaign)
        _require_currency(campaign, request.selection)
        late = campaign.phase(self.at) is Phase.LATE
        object.__setattr__(self, "phase", Phase.LATE if late else Phase.CAMPAIGN)
        quoted = quote(campaign.terms.catalogue, request.selection, phase=self.phase)
        object.__setattr__(self, "quote", _clipped(self, quoted))
        needed = needs(campaign.terms.catalogue, request.selection, request.backer_id, self.stocks)
        object.__setattr__(self, "needs", needed)

    @property
    def expects(self) -> Money | None:
        """What the backer was told that it costs."""
        return self.request.expects

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
        )


@attrs.frozen
class PledgeFacts:
    """All that the decisions to confirm, to cancel and to expire a pledge rest on.

    Attributes:
        progress: The totals of the campaign, where it has a cap or cancel windows.

    Raises:
        InvalidValue: the pledge is for another campaign; or ``at`` is no instant.
    """

    pledge: Pledge
    campaign: Campaign
    at: datetime = attrs.field(converter=utc)
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))

    def __attrs_post_init__(self) -> None:
        if self.pledge.__class__ is not Pledge:
            expect(self.pledge, Pledge, what="a pledge")
        require_own_campaign(self.pledge, self.campaign)


@attrs.frozen
class ChangeFacts:
    """All that the decision to change a pledge rests on.

    Attributes:
        selection: What is picked instead.
        stocks: Where the stocks stand that it takes of.
        expects: What the backer was told that it costs now.
        progress: The totals of the campaign, where it has a cap or cancel windows.
        quote: What it comes to: what had a price keeps it.
        needs: Every stock that the new selection takes pieces of.

    Raises:
        InvalidValue: the pledge is for another campaign, the selection of something that it has not; or
            ``at`` is no instant.
        CurrencyMismatch: the selection is of another currency.
    """

    pledge: Pledge = attrs.field(validator=kind(Pledge))
    campaign: Campaign
    selection: Selection = attrs.field(validator=kind(Selection))
    stocks: Stocks = attrs.field(validator=stocks_known)
    at: datetime = attrs.field(converter=utc)
    expects: Money | None = attrs.field(default=None, validator=kind(Money, None))
    progress: Progress | None = attrs.field(default=None, validator=kind(Progress, None))
    quote: Quote = attrs.field(init=False)
    needs: tuple[Need, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        require_own_campaign(self.pledge, self.campaign)
        pledge, selection, catalogue = self.pledge, self.selection, self.campaign.terms.catalogue
        _require_currency(self.campaign, selection)
        object.__setattr__(self, "quote", quote(catalogue, selection, pinned=pledge.quote))
        needed = needs(catalogue, selection, pledge.backer_id, self.stocks, held=pledge.selection)
        object.__setattr__(self, "needs", needed)

    @property
    def picking(self) -> Picking:
        """What it depends on whether the selection can be had: what is held already can."""
        pledge, catalogue = self.pledge, self.campaign.terms.catalogue
        return Picking(
            catalogue, self.selection, pledge.backer_id, self.stocks, self.at, held=pledge.selection
        )


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


_PLEDGES: Final = (Pledge, PledgeRequest)


def require_state(pledge: Pledge, *states: PledgeState) -> None:
    """Refuse to decide on a pledge that is in none of these states.

    Raises:
        Refused: ``pledge-closed``.
    """
    expect(pledge, Pledge, what="what is decided on")
    if pledge.state not in states:
        wanted = " or ".join(states)
        raise Refused([Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}, not {wanted}")])


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
