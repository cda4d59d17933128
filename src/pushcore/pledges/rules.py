"""The rules of placing and canceling a pledge: small functions that give a reason to say no, or None.

A host adds rules of its own, functions of the same shape with refusal codes of their own, beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

from pushcore._checks import expect, shown
from pushcore.campaigns import Campaign, Charging
from pushcore.errors import Refusal
from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts
from pushcore.pledges.fitting import still_under_the_cap, under_the_cap
from pushcore.pledges.guarding import window_open
from pushcore.pledges.in_parts import in_parts, still_in_parts
from pushcore.pledges.pledge import PledgeState
from pushcore.pledges.presenting import here_only, offered, still_presentable
from pushcore.pledges.sizing import enough, not_too_much
from pushcore.pledges.timing import in_time, leaving, live, not_closed, not_kept, opened, taking
from pushcore.rewards import Phase, picking_refusals
from pushcore.rewards.picking import taking_refusals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.ids import BackerId
    from pushcore.pledges.pledge import Pledge

__all__ = [
    "AMOUNTS",
    "CANCELING",
    "CHANGING",
    "CONFIRMING",
    "HANDING",
    "JOINING",
    "MERGING",
    "PLACING",
    "PLACING_HERE",
    "ChangeFacts",
    "ChangeRule",
    "PlaceFacts",
    "PlaceRule",
    "PledgeFacts",
    "PledgeRule",
    "Reasons",
    "not_taken",
    "own_campaign",
    "refusals",
    "still_locked",
]


Reasons = Refusal | Sequence[Refusal] | None
"""What a rule gives: a reason to say no, several, or none."""

PlaceRule = Callable[[PlaceFacts], Reasons]
PledgeRule = Callable[[PledgeFacts], Reasons]

ChangeRule = Callable[[ChangeFacts], Reasons]

Facts = TypeVar("Facts", PlaceFacts, PledgeFacts, ChangeFacts)


def _unlocked(facts: PlaceFacts | ChangeFacts) -> list[Refusal]:
    """What a stretch goal unlocks waits for it."""
    picked = facts.quote.selection.picked if facts.campaign.terms.stretch_goals else ()
    return [reason for it, _ in picked if (reason := still_locked(facts.campaign, it)) is not None]


def still_locked(campaign: Campaign, tier_id: str) -> Refusal | None:
    """A tier or an add-on waits for the stretch goal that unlocks it."""
    goal_id = campaign.locked(tier_id)
    if goal_id is None:
        return None
    message = f"tier {tier_id} waits for stretch goal {goal_id}"
    return Refusal("reward-locked", message, {"tier": tier_id, "goal": goal_id})


def _not_their_own(facts: PlaceFacts) -> Refusal | None:
    return own_campaign(facts.campaign, facts.request.backer_id)


def own_campaign(campaign: Campaign, backer_id: BackerId) -> Refusal | None:
    """Why somebody cannot hold a pledge to a campaign: it is their own, and its terms do not allow that.

    Raises:
        InvalidValue: the campaign is none.
    """
    if campaign.__class__ is not Campaign:
        expect(campaign, Campaign, what="the campaign of a pledge")
    if campaign.terms.creator_may_pledge or str(backer_id) != str(campaign.creator_id):
        return None
    return Refusal("own-campaign", f"creators do not pledge to their own campaign, such as {campaign.id}")


def _as_expected(facts: PlaceFacts | ChangeFacts) -> Refusal | None:
    expects, amount, presented = facts.expects, facts.quote.amount, facts.presented
    if expects is None or expects == amount:
        return None
    if presented is not None and expects.currency is presented.currency:
        amount = presented.of(amount)
        if expects == amount:
            return None
    return Refusal(
        "price-differs", f"it costs {amount}, not {expects}", {"amount": amount, "expected": expects}
    )


def _not_over(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    pledge = facts.pledge
    match pledge.state:
        case PledgeState.CANCELED if pledge.reason in {None, "merged"}:
            return Refusal("already-canceled", f"pledge {pledge.id} is canceled already")
        case PledgeState.PREAUTH | PledgeState.EXPECTED:
            return Refusal("pledge-unconfirmed", f"pledge {pledge.id} is not confirmed yet")
        case (
            PledgeState.VOIDED
            | PledgeState.DROPPED
            | PledgeState.REFUNDING
            | PledgeState.REFUNDED
            | PledgeState.UNREFUNDED
        ):
            return Refusal("pledge-closed", f"pledge {pledge.id} is {pledge.state.value}")
        case (
            PledgeState.PLEDGED
            | PledgeState.PAYING
            | PledgeState.CHARGING
            | PledgeState.COLLECTED
            | PledgeState.ERRORED
        ):
            return None
        case PledgeState.CANCELED:  # set free with its campaign, of which the other rules speak
            return None
        case _:
            assert_never(pledge.state)


def _available(facts: PlaceFacts) -> Reasons:
    """As `_pickable`; where nothing but the stock of a tier can be in the way, only that is looked at."""
    plain = facts.campaign.terms.catalogue.plain
    in_campaign = facts.phase is Phase.CAMPAIGN
    if in_campaign and facts.needs and facts.needs is plain.get(facts.needs[0].thing.id):
        return facts.needs[0].refusal(facts.stocks)
    return _pickable(facts)


def _pickable(facts: PlaceFacts | ChangeFacts) -> Reasons:
    return picking_refusals(facts.picking) if facts.needs else None


def _takeable(facts: PlaceFacts) -> Reasons:
    """It could be taken now, and by this backer, if there were enough of it."""
    return taking_refusals(facts.picking)


def _not_late(facts: PledgeFacts) -> Refusal | None:
    """Late pledges are charged at once, and neither canceled nor changed (Kickstarter)."""
    pledge = facts.pledge
    if not pledge.late or pledge.state is PledgeState.CANCELED:
        return None
    return Refusal("late-pledge-final", f"pledge {pledge.id} was made late, and cannot be taken back")


def not_taken(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    """No money was taken for it, nor is any being taken."""
    pledge = facts.pledge
    return _already_charged(pledge) if pledge.taken or pledge.state is PledgeState.CHARGING else None


def _not_charged(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    """No charge of it was tried."""
    return _already_charged(facts.pledge) if facts.pledge.state in _CHARGED else None


def _already_charged(pledge: Pledge) -> Refusal:
    return Refusal("already-charged", f"pledge {pledge.id} is {pledge.state.value}")


_CHARGED: Final = (PledgeState.PAYING, PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED)


def _paid_by_holder(facts: ChangeFacts) -> Refusal | None:
    """Whoever was handed a pledge does not raise it: it is charged to the one who placed it."""
    pledge, amount = facts.pledge, facts.quote.amount
    if pledge.holder_id is None or amount <= pledge.amount:
        return None
    message = f"pledge {pledge.id} is charged to {pledge.request.backer_id}: it is not raised to {amount}"
    return Refusal("paid-by-another", message, {"amount": pledge.amount, "wanted": amount})


def _as_authorized(facts: ChangeFacts) -> Refusal | None:
    return None if facts.quote.amount == facts.pledge.amount else _not_authorized(facts)


def _not_authorized(facts: PledgeFacts | ChangeFacts) -> Refusal | None:
    """What was authorized can be captured, and nothing else: no provider raises it, and not all lower it."""
    if facts.campaign.terms.model.charging is not Charging.AUTHORIZED:
        return None
    amount = facts.pledge.amount
    message = f"{amount} is authorized for pledge {facts.pledge.id}: cancel it, and pledge again"
    return Refusal("amount-authorized", message, {"authorized": amount})


_PLACING: Final[tuple[PlaceRule, ...]] = (
    live,
    opened,
    taking,
    _not_their_own,
    enough,
    not_too_much,
    under_the_cap,
    _as_expected,
    in_parts,
    _unlocked,
    _available,
)
PLACING: Final[tuple[PlaceRule, ...]] = (*_PLACING, offered)
"""Every rule of placing a pledge, in the order their reasons are given."""

PLACING_HERE: Final[tuple[PlaceRule, ...]] = (*_PLACING, here_only)
"""Every rule of entering one that no provider is charged for: paid in cash, by bank or with credit."""

JOINING: Final[tuple[PlaceRule, ...]] = (live, opened, taking, _not_their_own, _unlocked, _takeable)
"""Every rule of waiting for a reward, apart from those of the waiting list: those about who and when."""

AMOUNTS: Final[tuple[PlaceRule, ...]] = (enough, not_too_much)
"""The rules about how much is pledged, and nothing else."""

CONFIRMING: Final[tuple[PledgeRule, ...]] = (live, in_time, under_the_cap)
"""Every rule of confirming a pledge that was placed: the campaign still takes pledges."""

CANCELING: Final[tuple[PledgeRule, ...]] = (_not_over, _not_late, leaving, not_kept, window_open)
"""Every rule of canceling a pledge."""


HANDING: Final[tuple[PledgeRule, ...]] = (_not_over, _not_charged, live, not_closed)
"""Every rule of handing a pledge over."""

MERGING: Final[tuple[PledgeRule, ...]] = (*HANDING, _not_authorized)
"""Every rule of making one pledge of two."""

CHANGING: Final[tuple[ChangeRule, ...]] = (
    _not_over,
    _not_charged,
    live,
    not_closed,
    enough,
    not_too_much,
    still_under_the_cap,
    window_open,
    _paid_by_holder,
    _as_authorized,
    _as_expected,
    still_in_parts,
    still_presentable,
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
        if given is None:
            continue
        for reason in given if isinstance(given, list | tuple) else (given,):
            if reason.__class__ is not Refusal:
                name = getattr(rule, "__name__", "") or shown(rule)
                expect(reason, Refusal, NoneType, what=f"what the rule {name} gives")
            if reason is not None:
                reasons.append(reason)
    return tuple(reasons)
