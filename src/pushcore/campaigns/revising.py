"""The decisions that change the terms of a campaign, and with them perhaps its verdict.

A pledge that is placed does not write its campaign, so one may land between the reading of the stocks and the
commit of an edit. The changes therefore ask every stock that the edit rests on whether it still is as it was:
by a move of no pieces with a limit. What comes later finds the campaign at another version.

To open a campaign again takes two decisions, written apart, as closing it does. The first moves it back to
closing, so that every charge under way is void; only then is it read whether one was made before. If so, it
gets the verdict back that it had.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import Deadline
from pushcore.campaigns._asking import asks
from pushcore.campaigns.campaign import Campaign, Outcome
from pushcore.campaigns.deciding import require, standing
from pushcore.campaigns.edit_facts import EditFacts, offered
from pushcore.campaigns.edit_rules import edit_refusals, term_refusals
from pushcore.campaigns.edits import edits
from pushcore.campaigns.events import CampaignEdited, CampaignEnded, CampaignExtended, CampaignMoved
from pushcore.campaigns.feasibility import infeasible
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.lifecycle import TRANSITIONS, UNLAUNCHED, CampaignState, Trigger
from pushcore.campaigns.progress import Progress
from pushcore.changes import Changes, StockMove
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Abilities
from pushcore.ids import StockId
from pushcore.money import Money
from pushcore.rewards import NO_REWARD, LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.campaigns.moving_goal import Known
    from pushcore.campaigns.terms import Terms
    from pushcore.changes import Delta, Event, ProgressMove
    from pushcore.ids import ActorId
    from pushcore.rewards.stock import Limited

__all__ = ["edit", "extended_terms", "go_on", "judge_again", "move_goal"]


def edit(facts: EditFacts, actor: ActorId, *, abilities: Abilities | None = None) -> tuple[Campaign, Changes]:
    """Change the terms of a campaign; the terms it has already change nothing.

    One that is submitted or approved becomes a draft again, since nobody has approved what it is now. One
    that is partially funded becomes successful when its goal is lowered to what it has. One that is funded
    and gets a later deadline is moved to closing as it is: `go_on` does the rest.

    Raises:
        Refused: with every reason (see `pushcore.campaigns.edit_refusals`), and what the payment provider
            cannot do of the new terms, where that is known (see `pushcore.campaigns.infeasible`).
        InvalidValue: no facts, or an actor who is nobody.
    """
    if reasons := (*edit_refusals(facts), *_infeasible(facts, abilities)):
        raise Refused(reasons)
    campaign = facts.campaign
    if not facts.edits:
        return campaign, Changes()
    if campaign.funded and facts.extends:
        state = TRANSITIONS[campaign.state, Trigger.REOPEN]
        closing = attrs.evolve(campaign, state=state, reopened=campaign.state, version=campaign.version + 1)
        event = CampaignMoved(facts.at, actor, campaign.id, campaign.state, state)
        return closing, Changes(put=(closing,), events=(event,))
    if (campaign.state, Trigger.REVISE) in TRANSITIONS:
        return _written(facts, actor, Trigger.REVISE)
    return _written(facts, actor, Trigger.SUCCEED if campaign.funded and facts.under("goal") else None)


def _infeasible(facts: EditFacts, abilities: Abilities | None) -> tuple[Refusal, ...]:
    """What the provider cannot do of the new terms; before the launch it is not asked yet."""
    expect(abilities, Abilities, NoneType, what="what the provider can do")
    asked = facts.edits and facts.campaign.state not in UNLAUNCHED
    return infeasible(facts.terms, abilities) if asked and abilities is not None else ()


def go_on(facts: EditFacts, actor: ActorId) -> tuple[Campaign, Changes]:
    """Open a campaign again that `edit` has moved to closing, until its new deadline.

    Raises:
        Refused: with every reason; ``already-charged``: a charge was tried before it closed, so that it has
            to be judged as it was.
    """
    expect(facts, EditFacts, what="what an edit rests on")
    reopened = facts.campaign.reopened is not None
    wrong = () if reopened and facts.extends else (Refusal("wrong-state", standing(facts.campaign)),)
    if reasons := (*wrong, *term_refusals(facts)):
        raise Refused(reasons)
    return _written(facts, actor, Trigger.GO_ON)


def judge_again(
    campaign: Campaign, progress: Progress, at: datetime, actor: ActorId
) -> tuple[Campaign, Changes]:
    """Judge a partially funded campaign again, once matching money has taken it to its goal; else nothing.

    What counts to its goal has the matching money in it. It never gets a worse verdict than it has.

    Raises:
        Refused: ``wrong-state``: it is not partially funded, or its verdict is final; ``already-settled``.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(progress, Progress, what="the totals of a campaign")
    partial = campaign.state is CampaignState.PARTIALLY_FUNDED
    require(
        (partial and campaign.terms.editing.rejudges) or Refusal("wrong-state", standing(campaign)),
        campaign.settled_at is None
        or Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}"),
    )
    if not campaign.terms.goal.reached(campaign.terms.total(progress)):
        return campaign, Changes()
    after = attrs.evolve(
        campaign,
        state=TRANSITIONS[campaign.state, Trigger.SUCCEED],
        outcome=Outcome(progress.pledged, progress.backers),
        version=campaign.version + 1,
    )
    still = _as_good(campaign, progress)
    return after, Changes(put=(after,), deltas=(still,), events=(_ended(after, progress, at, actor),))


def _as_good(campaign: Campaign, progress: Progress) -> ProgressMove:
    """Whether the totals are of the same pledges, and no less: a charge may fail in the same moment."""
    in_money = isinstance(campaign.terms.goal.amount, Money)
    least = progress.counted if in_money else progress.units
    return asks(campaign, least=least, standing=progress.pledges)


def move_goal(
    campaign: Campaign, known: Known, at: datetime, actor: ActorId, *, matched: Money | None = None
) -> tuple[Campaign, Changes]:
    """Move a goal with fees on top to where the payments known by now bring it; nothing where it stays.

    Args:
        campaign: A launched campaign without a verdict.
        known: The amounts of all pledges that stand and of which it is known how they are paid, by method.
        at: When.
        actor: Who.
        matched: What sponsors added, which costs nothing, in a campaign where it counts to the goal.

    Raises:
        Refused: ``goal-fixed``: it is none that moves; ``wrong-state``: it is not launched, or over.
        CurrencyMismatch: an amount is of another currency.
        InvalidValue: there is no such payment method, or an amount is negative.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(matched, Money, NoneType, what="what is matched")
    costs = campaign.terms.goal.moving
    require(
        costs is not None or Refusal("goal-fixed", f"the goal of campaign {campaign.id} does not move"),
        campaign.state in _MOVABLE or Refusal("wrong-state", standing(campaign)),
    )
    assert costs is not None
    counts = LineKind.MATCH in campaign.terms.model.counts
    goal = FundingGoal.of_costs(costs, known, matched=matched if counts else None)
    terms = attrs.evolve(campaign.terms, goal=goal)
    if terms == campaign.terms:
        return campaign, Changes()
    after = attrs.evolve(campaign, terms=terms, version=campaign.version + 1)
    event = CampaignEdited(at, actor, campaign.id, edits(campaign.terms, terms))
    return after, Changes(put=(after,), events=(event,))


_MOVABLE: Final = frozenset(
    {CampaignState.LIVE, CampaignState.SUSPENDED, CampaignState.GRACE, CampaignState.CLOSING}
)


def extended_terms(campaign: Campaign, closes: Deadline, at: datetime) -> Terms:
    """The terms of a campaign with another deadline, to be decided on.

    Raises:
        Refused: ``deadline-past``: it lies before the opening, or it is the present one and has passed.
    """
    expect(campaign, Campaign, what="a campaign")
    expect(closes, Deadline, what="the new deadline")
    window = campaign.terms.window
    gone = closes.at <= window.opens or (closes == window.closes and closes.passed(at))
    require(not gone or Refusal("deadline-past", f"{closes.local} is past: give a later deadline"))
    return attrs.evolve(campaign.terms, window=attrs.evolve(window, closes=closes))


def _written(facts: EditFacts, actor: ActorId, trigger: Trigger | None) -> tuple[Campaign, Changes]:
    before = facts.campaign
    after = attrs.evolve(
        before,
        terms=facts.terms,
        state=before.state if trigger is None else TRANSITIONS[before.state, trigger],
        outcome=_outcome(facts, trigger),
        reopened=None,
        extended=before.extended + (facts.extends and before.state not in UNLAUNCHED),
        version=before.version + 1,
    )
    return after, Changes(
        put=(after,),
        deltas=() if before.state in UNLAUNCHED else tuple(_guards(facts, trigger)),
        events=tuple(_events(facts, after, actor)),
    )


def _outcome(facts: EditFacts, trigger: Trigger | None) -> Outcome | None:
    """What the verdict rests on that the campaign has then."""
    match trigger:
        case Trigger.SUCCEED:
            return Outcome(facts.progress.pledged, facts.progress.backers)
        case Trigger.GO_ON:
            return None
        case _:
            return facts.campaign.outcome


def _events(facts: EditFacts, after: Campaign, actor: ActorId) -> Iterator[Event]:
    at, before = facts.at, facts.campaign
    yield CampaignEdited(at, actor, before.id, facts.edits)
    if after.extended != before.extended:
        closes = before.terms.window.closes
        yield CampaignExtended(at, actor, before.id, closes, after.terms.window.closes)
    if after.state is before.state:
        return
    if after.funded:
        yield _ended(after, facts.progress, at, actor)
    else:
        yield CampaignMoved(at, actor, before.id, before.state, after.state)


def _ended(after: Campaign, progress: Progress, at: datetime, actor: ActorId) -> CampaignEnded:
    return CampaignEnded(at, actor, after.id, after.state, progress.pledged, progress.backers)


def _guards(facts: EditFacts, trigger: Trigger | None) -> Iterator[Delta]:
    """What the store is asked at the commit: whether what the edit rests on is still so."""
    if trigger is Trigger.SUCCEED:
        yield _as_good(facts.campaign, facts.progress)
    campaign = facts.campaign
    after = {it.id: it for _, it in offered(facts.terms)}
    new_goals = (it for it in facts.terms.stretch_goals if facts.under("stretch_goals", it.id))
    locked = {unlock.what for goal in new_goals for unlock in goal.unlocks}
    for section, thing in offered(campaign.terms):
        if facts.under(section, thing.id) or thing.id in locked:
            most = _most_taken(facts.out(thing.id), thing, after.get(thing.id))
            if most is not None:
                yield StockMove(campaign.id, StockId(thing.id), most)
    if not facts.pledged and any(map(facts.under, _PLEDGED_FOR)):
        ids = (NO_REWARD, *(StockId(it.id) for _, it in offered(campaign.terms)))
        yield from (StockMove(campaign.id, stock_id, 0) for stock_id in ids)  # what is on its way
        yield asks(campaign, standing=0)


_PLEDGED_FOR: Final = ("goal", "window", "stretch_goals")
"""What is free for as long as nobody has pledged."""


def _most_taken(taken: int, before: Limited, after: Limited | None) -> int | None:
    """How many pieces of a thing may be taken when its change is written; None for any number."""
    if not taken:
        return 0
    limit = None if after is None else after.limit
    lowered = limit is not None and (before.limit is None or limit < before.limit)
    return limit if lowered else None
