"""The rules of placing and canceling a pledge: small functions that give a reason to say no, or None.

A host adds rules of its own, functions of the same shape with refusal codes of their own, beside these.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

import attrs

from pushcore._checks import expect, shown
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, CampaignState
from pushcore.campaigns.lifecycle import OVER
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.request import PledgeRequest
from pushcore.rewards import Quote, Stock, Tier, availability, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CANCELING",
    "CONFIRMING",
    "PLACING",
    "PlaceFacts",
    "PlaceRule",
    "PledgeFacts",
    "PledgeRule",
    "refusals",
    "require_own_campaign",
]


@attrs.frozen
class PlaceFacts:
    """All that the decision to place a pledge rests on.

    Attributes:
        stock: Of the tier it selects; empty without one.
        tier: What it selects.
        quote: What it comes to.

    Raises:
        InvalidValue: the request is for another campaign, or for a tier it has not; or ``at`` is no instant.
        CurrencyMismatch: the request is of another currency.
    """

    request: PledgeRequest
    campaign: Campaign
    stock: Stock
    at: datetime = attrs.field(converter=utc)
    tier: Tier | None = attrs.field(init=False)
    quote: Quote = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        request, campaign = self.request, self.campaign
        require_own_campaign(request, campaign)
        expect(self.stock, Stock, what="the stock of its tier")
        tier = None if request.tier_id is None else campaign.terms.tier(request.tier_id)
        if request.tier_id is not None and tier is None:
            message = f"campaign {campaign.id} has no tier {request.tier_id}"
            raise InvalidValue(message, tier=request.tier_id)
        if request.bonus.currency is not campaign.currency:
            message = f"campaign {campaign.id} raises {campaign.currency}, not {request.bonus}"
            raise CurrencyMismatch(message, bonus=request.bonus, currency=campaign.currency)
        object.__setattr__(self, "tier", tier)
        object.__setattr__(self, "quote", quote(tier, request.quantity, request.bonus))


@attrs.frozen
class PledgeFacts:
    """All that the decisions to confirm, to cancel and to expire a pledge rest on.

    Raises:
        InvalidValue: the pledge is for another campaign; or ``at`` is no instant.
    """

    pledge: Pledge
    campaign: Campaign
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        require_own_campaign(self.pledge, self.campaign)


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

PlaceRule = Callable[[PlaceFacts], Refusal | None]
PledgeRule = Callable[[PledgeFacts], Refusal | None]

Facts = TypeVar("Facts", PlaceFacts, PledgeFacts)


def _live(facts: PlaceFacts | PledgeFacts) -> Refusal | None:
    """The campaign is live; one that ran to its end is refused by the clock alone, as too late."""
    campaign = facts.campaign
    if campaign.state is CampaignState.LIVE or campaign.state in OVER:
        return None
    return Refusal(
        "not-live", f"campaign {campaign.id} is {campaign.state.value}", {"state": campaign.state.value}
    )


def _opened(facts: PlaceFacts) -> Refusal | None:
    opens = facts.campaign.terms.window.opens
    if facts.at >= opens:
        return None
    return Refusal("too-early", f"campaign {facts.campaign.id} opens at {opens}", {"opens": opens})


def _not_closed(facts: PlaceFacts | PledgeFacts) -> Refusal | None:
    closes = facts.campaign.terms.window.closes
    if facts.campaign.state not in OVER and not closes.passed(facts.at):
        return None
    return Refusal(
        "too-late", f"campaign {facts.campaign.id} closed at {closes.local}", {"closed": closes.at}
    )


def _enough(facts: PlaceFacts) -> Refusal | None:
    minimum, amount = facts.campaign.terms.minimum, facts.quote.amount
    if amount.minor >= minimum.minor:
        return None
    return Refusal(
        "below-minimum", f"{amount} is less than {minimum}", {"amount": amount, "minimum": minimum}
    )


def _available(facts: PlaceFacts) -> Refusal | None:
    return None if facts.tier is None else availability(facts.tier, facts.stock, facts.request.quantity)


def _not_over(facts: PledgeFacts) -> Refusal | None:
    pledge = facts.pledge
    match pledge.state:
        case PledgeState.CANCELED if pledge.reason is None:
            return Refusal("already-canceled", f"pledge {pledge.id} is canceled already")
        case PledgeState.PREAUTH:
            return Refusal("pledge-unconfirmed", f"pledge {pledge.id} is not confirmed yet")
        case PledgeState.VOIDED | PledgeState.DROPPED:
            return Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}")
        case PledgeState.PLEDGED | PledgeState.CHARGING | PledgeState.COLLECTED | PledgeState.ERRORED:
            return None
        case PledgeState.CANCELED:  # set free with its campaign, of which the other rules speak
            return None
        case _:
            assert_never(pledge.state)


PLACING: Final[tuple[PlaceRule, ...]] = (_live, _opened, _not_closed, _enough, _available)
"""Every rule of placing a pledge, in the order their reasons are given."""

CONFIRMING: Final[tuple[PledgeRule, ...]] = (_live, _not_closed)
"""Every rule of confirming a pledge that was placed: the campaign still takes pledges."""

CANCELING: Final[tuple[PledgeRule, ...]] = (_not_over, _live, _not_closed)
"""Every rule of canceling a pledge."""


def refusals(facts: Facts, rules: Iterable[Callable[[Facts], Refusal | None]]) -> tuple[Refusal, ...]:
    """Every reason to say no; none where the answer is yes. The decisions raise exactly these.

    Raises:
        InvalidValue: a rule gave something else than a refusal or None.
    """
    reasons = []
    for rule in rules:
        reason = rule(facts)
        if reason is not None:
            name = getattr(rule, "__name__", "") or shown(rule)
            expect(reason, Refusal, NoneType, what=f"what the rule {name} gives")
            reasons.append(reason)
    return tuple(reasons)
