"""The rules of placing and canceling a pledge: small functions that give a reason to say no, or None.

A host adds rules of its own, functions of the same shape with refusal codes of their own, beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, CampaignState
from pushcore.campaigns.lifecycle import OVER
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal
from pushcore.money import Money
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.request import PledgeRequest
from pushcore.rewards import GOODS, Picking, Quote, Selection, Stocks, picking_refusals, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CANCELING",
    "CHANGING",
    "CONFIRMING",
    "HANDING",
    "PLACING",
    "ChangeFacts",
    "ChangeRule",
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
        stocks: Where the stocks stand that it takes of (see `pushcore.rewards.stock_keys`).
        quote: What it comes to.

    Raises:
        InvalidValue: the request is for another campaign, or for a tier it has not; or ``at`` is no instant.
        CurrencyMismatch: the request is of another currency.
    """

    request: PledgeRequest
    campaign: Campaign
    stocks: Stocks
    at: datetime = attrs.field(converter=utc)
    quote: Quote = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        request, campaign = self.request, self.campaign
        require_own_campaign(request, campaign)
        _require_currency(campaign, request.selection)
        object.__setattr__(self, "quote", quote(campaign.terms.catalogue, request.selection))

    @property
    def expects(self) -> Money | None:
        """What the backer was told that it costs."""
        return self.request.expects

    @property
    def picking(self) -> Picking:
        """What it depends on whether the selection can be had."""
        asked = self.request
        return Picking(self.campaign.terms.catalogue, asked.selection, asked.backer_id, self.stocks, self.at)


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


@attrs.frozen
class ChangeFacts:
    """All that the decision to change a pledge rests on.

    Attributes:
        selection: What is picked instead.
        stocks: Where the stocks stand that it takes of.
        expects: What the backer was told that it costs now.
        quote: What it comes to: what had a price keeps it.

    Raises:
        InvalidValue: the pledge is for another campaign, the selection of something that it has not; or
            ``at`` is no instant.
        CurrencyMismatch: the selection is of another currency.
    """

    pledge: Pledge
    campaign: Campaign
    selection: Selection = attrs.field(validator=kind(Selection))
    stocks: Stocks
    at: datetime = attrs.field(converter=utc)
    expects: Money | None = attrs.field(default=None, validator=kind(Money, None))
    quote: Quote = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        require_own_campaign(self.pledge, self.campaign)
        _require_currency(self.campaign, self.selection)
        catalogue = self.campaign.terms.catalogue
        object.__setattr__(self, "quote", quote(catalogue, self.selection, pinned=self.pledge.quote))

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

Reasons = Refusal | Sequence[Refusal] | None
"""What a rule gives: a reason to say no, several, or none."""

PlaceRule = Callable[[PlaceFacts], Reasons]
PledgeRule = Callable[[PledgeFacts], Reasons]

ChangeRule = Callable[[ChangeFacts], Reasons]

Facts = TypeVar("Facts", PlaceFacts, PledgeFacts, ChangeFacts)


def _live(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
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


def _not_closed(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
    closes = facts.campaign.terms.window.closes
    if facts.campaign.state not in OVER and not closes.passed(facts.at):
        return None
    return Refusal(
        "too-late", f"campaign {facts.campaign.id} closed at {closes.local}", {"closed": closes.at}
    )


def _enough(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    minimum, amount = facts.campaign.terms.minimum, facts.quote.sum(GOODS)
    if amount.minor >= minimum.minor:
        return None
    return Refusal(
        "below-minimum", f"{amount} is less than {minimum}", {"amount": amount, "minimum": minimum}
    )


def _not_too_much(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    maximum, amount = facts.campaign.terms.maximum, facts.quote.sum(GOODS)
    if maximum is None or amount.minor <= maximum.minor:
        return None
    return Refusal(
        "above-maximum", f"{amount} is more than {maximum}", {"amount": amount, "maximum": maximum}
    )


def _as_expected(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    expects, amount = facts.expects, facts.quote.amount
    if expects is None or expects == amount:
        return None
    return Refusal(
        "price-differs", f"it costs {amount}, not {expects}", {"amount": amount, "expected": expects}
    )


def _not_over(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    pledge = facts.pledge
    match pledge.state:
        case PledgeState.CANCELED if pledge.reason in {None, "merged"}:
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


def _pickable(facts: PlaceFacts | ChangeFacts) -> Sequence[Refusal]:
    return picking_refusals(facts.picking)


def _not_charged(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    pledge = facts.pledge
    if pledge.state not in _CHARGED:
        return None
    return Refusal("already-charged", f"pledge {pledge.id} is {pledge.state.value}")


_CHARGED: Final = frozenset({PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED})

PLACING: Final[tuple[PlaceRule, ...]] = (
    _live,
    _opened,
    _not_closed,
    _enough,
    _not_too_much,
    _as_expected,
    _pickable,
)
"""Every rule of placing a pledge, in the order their reasons are given."""

CONFIRMING: Final[tuple[PledgeRule, ...]] = (_live, _not_closed)
"""Every rule of confirming a pledge that was placed: the campaign still takes pledges."""

CANCELING: Final[tuple[PledgeRule, ...]] = (_not_over, _live, _not_closed)
"""Every rule of canceling a pledge."""


HANDING: Final[tuple[PledgeRule, ...]] = (_not_over, _not_charged, _live, _not_closed)
"""Every rule of handing a pledge over, and of making one of two."""

CHANGING: Final[tuple[ChangeRule, ...]] = (
    _not_over,
    _not_charged,
    _live,
    _not_closed,
    _enough,
    _not_too_much,
    _as_expected,
    _pickable,
)
"""Every rule of changing a pledge, in the order their reasons are given."""


def refusals(facts: Facts, rules: Iterable[Callable[[Facts], Reasons]]) -> tuple[Refusal, ...]:
    """Every reason to say no; none where the answer is yes. The decisions raise exactly these.

    Raises:
        InvalidValue: a rule gave something else than refusals or None.
    """
    reasons: list[Refusal] = []
    for rule in rules:
        given = rule(facts)
        if given:
            several = given if isinstance(given, list | tuple) else (given,)
            name = getattr(rule, "__name__", "") or shown(rule)
            for reason in several:
                expect(reason, Refusal, NoneType, what=f"what the rule {name} gives")
            reasons += several
    return tuple(reasons)
