"""What an auditor counts: prices, pieces, totals, and the verdict that rests on them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pushcore.campaigns import Campaign, CampaignState, Charging, Measure
from pushcore.campaigns._totals import number
from pushcore.ids import StockId, TierId
from pushcore.money import Money
from pushcore.pledges import Pledge, PledgeState
from pushcore.pledges.matched import match_stock
from pushcore.rewards import NO_REWARD, LineKind
from pushcore.testing.books import (
    STANDING,
    Books,
    Key,
    charged,
    early,
    given,
    limits_of,
    on_top,
    summed,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["TALLIES"]


def _priced(books: Books) -> Iterator[str]:
    """A pledge comes to what it picks, at the prices of its phase, and the bonus; the rest is on top."""
    terms = books.campaign.terms
    tiers = {tier.id: tier for tier in (*terms.tiers, *terms.add_ons)}
    for pledge in books.pledges:
        picked, priced = Counter[str](dict(pledge.selection.picked)), Counter[str]()
        for line in pledge.quote.lines:
            if line.kind in _PICKED:
                tier = tiers[TierId(str(line.id))]
                priced[tier.id] += line.quantity
                late = pledge.late and tier.late_price is not None
                if line.unit != (tier.late_price if late else tier.price):
                    yield f"{pledge.id} has {tier.id} at {line.unit}"
        if priced != picked:
            yield f"{pledge.id} picks {picked}, and pays for {priced}"
        if summed([pledge], LineKind.BONUS) != pledge.selection.bonus.minor:
            yield f"{pledge.id} gives {pledge.quote} with {pledge.selection}"
        if summed([pledge]) != pledge.amount.minor:
            yield f"{pledge.id} comes to {pledge.amount}"


def _held(pledge: Pledge, campaign: Campaign) -> Counter[Key]:
    """The pieces that a pledge holds of every stock."""
    pieces = Counter[Key]()
    tiers = {tier.id: tier for tier in (*campaign.terms.tiers, *campaign.terms.add_ons)}
    for tier_id, number_of in pledge.selection.picked:
        pieces[StockId(tier_id), None] += number_of
        if tiers[tier_id].per_backer is not None:
            pieces[StockId(tier_id), pledge.backer_id] += number_of
        for item_id, in_one in tiers[tier_id].includes.items():
            pieces[StockId(item_id), None] += in_one * number_of
    return pieces


def _matching(pledge: Pledge) -> Counter[Key]:
    """The pledge that this one matches a part of."""
    of = None if pledge.matches is None else pledge.matches.pledge_id
    return Counter() if of is None else Counter({(match_stock(of), None): 1})


def _in_stock(books: Books) -> Iterator[str]:
    """Pieces are held by pledges alone, matches by what they match, and never more than there are."""
    claimed, reserved = Counter[Key](), Counter[Key]()
    for pledge in books.pledges:
        if pledge.state in STANDING:
            claimed += _held(pledge, books.campaign) + _matching(pledge)
        elif pledge.state in _ON_THE_WAY:
            reserved += _held(pledge, books.campaign) or Counter({(NO_REWARD, None): 1})
    limits = limits_of(books.campaign)
    shares = {StockId(tier.id): tier.per_backer for tier in books.campaign.terms.tiers}
    for key, stock in books.stock.items():
        if (stock.claimed, stock.reserved) != (claimed[key], reserved[key]):
            yield f"{key}: {stock}, but pledges hold {claimed[key]} and {reserved[key]}"
        limit = limits.get(key[0]) if key[1] is None else shares[key[0]]
        if limit is not None and stock.claimed + stock.reserved > limit:
            yield f"{key} is oversold: {stock} of {limit}"


def _counted(books: Books) -> Iterator[str]:
    """Progress is the sum of the pledges that stand, each on its side of the success."""
    standing, collected = books.in_state(*STANDING), books.in_state(PledgeState.COLLECTED)
    counting, late = early(standing), [it for it in standing if it.late]
    progress, counts = books.progress, books.campaign.terms.model.counts
    told = {
        "pledged": progress.pledged.minor,
        "pledges": progress.pledges,
        "backers": progress.backers,
        "collected": progress.collected.minor,
        "collections": progress.collections,
        "counted": progress.counted.minor,
        "units": progress.units,
        "late": progress.late.minor,
        "matched": progress.matched.minor,
    }
    counted = {
        "pledged": given(counting),
        "pledges": len(standing),
        "backers": len({pledge.backer_id for pledge in standing if pledge.matches is None}),
        "collected": charged(standing) - on_top(standing),
        "collections": len(collected),
        "counted": summed(counting, *counts),
        "units": units(counting),
        "late": given(late),
        "matched": summed(counting, LineKind.MATCH),
    }
    if told != counted:
        yield f"progress is {told}, the pledges come to {counted}"


def _under_the_cap(books: Books) -> Iterator[str]:
    """A cap is never exceeded, and what is left below it can be charged."""
    cap = books.campaign.terms.model.cap
    if cap is None:
        return
    counted = summed(early(books.in_state(*STANDING)), *books.campaign.terms.model.counts)
    left = cap.amount.minor - counted
    if left < 0 or cap.tolerance.minor < left < cap.smallest_charge.minor:
        yield f"{counted} counts to a cap of {cap.amount}"


def _judged(books: Books) -> Iterator[str]:
    """The verdict rests on exactly the pledges that stood."""
    campaign, outcome = books.campaign, books.campaign.outcome
    if campaign.round > 1 + (campaign.terms.model.second_round is not None):
        yield f"round {campaign.round} of {campaign.terms.model}"
    if outcome is None:
        if campaign.funded:
            yield "funded without an outcome"
        return
    if any(pledge.reason == "defaulted" for pledge in books.pledges):
        return  # one of them was for more then
    stood = early(pledge for pledge in books.pledges if _stood(pledge, campaign))
    backers = {it.backer_id for it in stood if it.matches is None}
    if given(stood) != outcome.pledged.minor or len(backers) != outcome.backers:
        yield f"judged by {outcome}, while {stood} stood"
    total = summed(stood, *campaign.terms.model.counts)
    goal = campaign.terms.goal.amount
    verdict = _verdict(campaign, total if isinstance(goal, Money) else units(stood))
    if campaign.state is not verdict:
        yield f"{campaign.state} instead of {verdict} with {total} of {goal}, {campaign.terms.model}"


def _stood(pledge: Pledge, campaign: Campaign) -> bool:
    """Whether a pledge stood when the verdict fell."""
    model = campaign.terms.model
    by_charges = model.measure is Measure.CONFIRMED or model.charging in {Charging.AT_PLEDGE, Charging.ESCROW}
    return (
        pledge.state in STANDING
        or pledge.reason == "not-funded"
        or (pledge.state is PledgeState.DROPPED and not by_charges)
    )


def _verdict(campaign: Campaign, total: int) -> CampaignState:
    goal, kept = number(campaign.terms.goal.amount), campaign.terms.model.keeps_from
    if total >= goal or campaign.round > 1:
        return CampaignState.SUCCESSFUL
    if kept is not None and total > 0 and total >= kept.fraction * goal:
        return CampaignState.PARTIALLY_FUNDED
    return CampaignState.FAILED


def _unlocked_once(books: Books) -> Iterator[str]:
    """Nothing is unlocked twice, nor picked before it is unlocked."""
    unlocked = books.campaign.unlocked
    if len(set(unlocked)) < len(unlocked):
        yield f"{unlocked} are unlocked"
    for goal in books.campaign.terms.stretch_goals:
        waiting = {it.what for it in goal.unlocks} if goal.id not in unlocked else set()
        for pledge in books.pledges:
            if waiting.intersection(dict(pledge.selection.picked)):
                yield f"{pledge.id} picks what {goal.id} has yet to unlock"


_ON_THE_WAY: Final = (PledgeState.PREAUTH, PledgeState.EXPECTED)
_PICKED: Final = (LineKind.REWARD, LineKind.ADD_ON)

TALLIES: Final[tuple[Callable[[Books], Iterator[str]], ...]] = (
    _priced,
    _in_stock,
    _counted,
    _under_the_cap,
    _judged,
    _unlocked_once,
)
