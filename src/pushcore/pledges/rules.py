"""The rules of placing, changing and canceling a pledge: functions that give a reason to say no, or None.

A host adds rules of its own, functions of the same shape with refusal codes of their own, beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

from pushcore._checks import expect, shown
from pushcore.campaigns import Campaign, CampaignState
from pushcore.campaigns.lifecycle import OVER
from pushcore.errors import Refusal
from pushcore.money import Money
from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts, require_own_campaign
from pushcore.pledges.pledge import PledgeState
from pushcore.rewards import picking_refusals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.ids import BackerId

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
    "above_maximum",
    "own_campaign",
    "refusals",
    "require_own_campaign",
]

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


def _not_their_own(facts: PlaceFacts) -> Refusal | None:
    return own_campaign(facts.campaign, facts.request.backer_id)


def own_campaign(campaign: Campaign, backer_id: BackerId) -> Refusal | None:
    """Why somebody cannot hold a pledge to a campaign: it is their own, and its terms do not allow that.

    Raises:
        InvalidValue: the campaign is none.
    """
    expect(campaign, Campaign, what="the campaign of a pledge")
    if campaign.terms.creator_may_pledge or str(backer_id) != str(campaign.creator_id):
        return None
    return Refusal("own-campaign", f"creators do not pledge to their own campaign, such as {campaign.id}")


def _enough(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    minimum, amount = facts.campaign.terms.minimum, facts.quote.goods
    if amount.minor >= minimum.minor:
        return None
    return Refusal(
        "below-minimum", f"{amount} is less than {minimum}", {"amount": amount, "minimum": minimum}
    )


def _not_too_much(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    return None if facts.campaign.terms.maximum is None else above_maximum(facts.campaign, facts.quote.goods)


def above_maximum(campaign: Campaign, amount: Money) -> Refusal | None:
    """Why an amount cannot be pledged at once: it is more than the largest pledge.

    Raises:
        InvalidValue: the campaign is none, or the amount is not money.
        CurrencyMismatch: it is of another currency.
    """
    expect(campaign, Campaign, what="the campaign of a pledge")
    expect(amount, Money, what="what is pledged")
    maximum = campaign.terms.maximum
    if maximum is None or amount <= maximum:
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


def _available(facts: PlaceFacts) -> Reasons:
    """As `_pickable`; where nothing but the stock of a tier can be in the way, only that is looked at."""
    plain = facts.campaign.terms.catalogue.plain
    if facts.needs and facts.needs is plain.get(facts.needs[0].thing.id):
        return facts.needs[0].refusal(facts.stocks)
    return _pickable(facts)


def _pickable(facts: PlaceFacts | ChangeFacts) -> Reasons:
    return picking_refusals(facts.picking) if facts.needs else None


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
    _not_their_own,
    _enough,
    _not_too_much,
    _as_expected,
    _available,
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
            reasons += filter(None, several)
    return tuple(reasons)
