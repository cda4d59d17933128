"""The rules of placing and canceling a pledge: small functions that give a reason to say no, or None.

A host adds rules of its own, functions of the same shape with refusal codes of their own, beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

import attrs

from pushcore._checks import expect, shown
from pushcore.campaigns import CampaignState, CancelFacts, cancel_refusals
from pushcore.campaigns._totals import Total, number
from pushcore.campaigns.lifecycle import OVER
from pushcore.errors import Refusal
from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts, require_own_campaign
from pushcore.pledges.moving import difference, progress_move
from pushcore.pledges.pledge import PledgeState
from pushcore.rewards import GOODS, Phase, picking_refusals

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
    "guarded",
    "not_charged",
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


def _may_be_canceled(facts: PledgeFacts) -> Refusal | None:
    """As `_live`; but whoever runs a suspended campaign cannot keep its backers."""
    return None if facts.campaign.state is CampaignState.SUSPENDED else _live(facts)


def _opened(facts: PlaceFacts) -> Refusal | None:
    opens = facts.campaign.terms.window.opens
    if facts.at >= opens:
        return None
    return Refusal("too-early", f"campaign {facts.campaign.id} opens at {opens}", {"opens": opens})


def _not_closed(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
    campaign, closes = facts.campaign, facts.campaign.terms.window.closes
    if campaign.state not in OVER and not closes.passed(facts.at):
        return None
    return Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}", {"closed": closes.at})


def _taking(facts: PlaceFacts) -> Refusal | None:
    """Pledges are taken until the deadline, and late ones afterwards."""
    return None if facts.phase is Phase.LATE else _not_closed(facts)


def _in_time(facts: PledgeFacts) -> Refusal | None:
    """A pledge is confirmed until the deadline, or in the grace behind it: it was placed in time."""
    pledge, campaign = facts.pledge, facts.campaign
    if pledge.late and campaign.phase(facts.at) is Phase.LATE:
        return None
    until = campaign.terms.window.closes.at + campaign.terms.model.grace
    if campaign.state in {CampaignState.LIVE, CampaignState.GRACE} and facts.at < until:
        return None
    return _not_closed(facts)


def _unlocked(facts: PlaceFacts | ChangeFacts) -> list[Refusal]:
    """What a stretch goal unlocks waits for it."""
    reasons = []
    for tier_id, _ in facts.quote.selection.picked if facts.campaign.terms.stretch_goals else ():
        if (goal_id := facts.campaign.locked(tier_id)) is not None:
            message = f"tier {tier_id} waits for stretch goal {goal_id}"
            reasons.append(Refusal("reward-locked", message, {"tier": tier_id, "goal": goal_id}))
    return reasons


def _under_the_cap(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
    """What counts to a capped campaign fits, and strands no remainder that cannot be charged.

    Where the cap clips, the quote was made to fit if its bonus could be lowered so far: it is taken whole.
    """
    cap = facts.campaign.terms.model.cap
    if cap is None or facts.progress is None:
        return None
    cap = attrs.evolve(cap, clips=False)
    counted = facts.campaign.terms.counted
    if isinstance(facts, ChangeFacts):
        more = counted(facts.quote) - counted(facts.pledge.quote)
        return cap.refusal(facts.progress.counted, more) if more.minor > 0 else None
    quoted = facts.quote if isinstance(facts, PlaceFacts) else facts.pledge.quote
    return cap.refusal(facts.progress.counted, counted(quoted))


def _window_open(facts: PledgeFacts | ChangeFacts) -> Sequence[Refusal]:
    """A pledge is canceled or lowered only while every cancel window of the campaign is open."""
    campaign, progress, pledge = facts.campaign, facts.progress, facts.pledge
    terms = campaign.terms
    if not terms.cancel_windows or progress is None:
        return ()
    if isinstance(facts, ChangeFacts):
        move = difference(pledge, campaign, facts.quote)
    else:
        move = progress_move(pledge, campaign, -1)
    total, total_after = terms.total(progress), terms.total(progress.moved(move, backers=0) or progress)
    if isinstance(facts, ChangeFacts) and number(total_after) >= number(total):
        return ()
    return cancel_refusals(
        terms.cancel_windows,
        CancelFacts(
            at=facts.at,
            closes=terms.window.closes,
            placed_at=pledge.placed_at,
            total=total,
            total_after=total_after,
            goal=terms.goal.amount,
        ),
    )


def guarded(facts: PledgeFacts | ChangeFacts) -> Total | None:
    """Below which total the store may not let a pledge take its campaign, whoever else cancels at once."""
    terms, progress = facts.campaign.terms, facts.progress
    closes = terms.window.closes
    if progress is None or not terms.goal.reached(terms.total(progress)) or terms.model.net_of_fees:
        return None
    spans = [it.last for it in terms.cancel_windows if it.guards_goal and it.last is not None]
    return terms.goal.amount if any(facts.at >= closes.at - span for span in spans) else None


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
        case (
            PledgeState.VOIDED
            | PledgeState.DROPPED
            | PledgeState.REFUNDING
            | PledgeState.REFUNDED
            | PledgeState.UNREFUNDED
        ):
            return Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}")
        case PledgeState.PLEDGED | PledgeState.CHARGING | PledgeState.COLLECTED | PledgeState.ERRORED:
            return None
        case PledgeState.CANCELED:  # set free with its campaign, of which the other rules speak
            return None
        case _:
            assert_never(pledge.state)


def _pickable(facts: PlaceFacts | ChangeFacts) -> Sequence[Refusal]:
    return picking_refusals(facts.picking)


def _not_late(facts: PledgeFacts) -> Refusal | None:
    """Late pledges are charged at once, and neither canceled nor changed (Kickstarter)."""
    pledge = facts.pledge
    if not pledge.late or pledge.state is PledgeState.CANCELED:
        return None
    return Refusal("too-late", f"pledge {pledge.id} was made late, and cannot be taken back")


def not_charged(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    """No money was taken for it, nor is any being taken."""
    pledge = facts.pledge
    if pledge.state not in _CHARGED:
        return None
    return Refusal("already-charged", f"pledge {pledge.id} is {pledge.state.value}")


_CHARGED: Final = frozenset({PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED})

PLACING: Final[tuple[PlaceRule, ...]] = (
    _live,
    _opened,
    _taking,
    _enough,
    _not_too_much,
    _under_the_cap,
    _as_expected,
    _unlocked,
    _pickable,
)
"""Every rule of placing a pledge, in the order their reasons are given."""

CONFIRMING: Final[tuple[PledgeRule, ...]] = (_live, _in_time, _under_the_cap)
"""Every rule of confirming a pledge that was placed: the campaign still takes pledges."""

CANCELING: Final[tuple[PledgeRule, ...]] = (_not_over, _not_late, _may_be_canceled, _not_closed, _window_open)
"""Every rule of canceling a pledge."""


HANDING: Final[tuple[PledgeRule, ...]] = (_not_over, not_charged, _live, _not_closed)
"""Every rule of handing a pledge over, and of making one of two."""

CHANGING: Final[tuple[ChangeRule, ...]] = (
    _not_over,
    not_charged,
    _live,
    _not_closed,
    _enough,
    _not_too_much,
    _under_the_cap,
    _window_open,
    _as_expected,
    _unlocked,
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
