"""Guarding: what taking a pledge back, or lowering it, may not do to its campaign.

What sponsors added to a pledge goes with it. Others may cancel in the same moment: the store is asked, at the
commit, whether the goal is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore.campaigns import CancelFacts, cancel_refusals
from pushcore.campaigns._asking import asks
from pushcore.campaigns._totals import Total, number
from pushcore.errors import Conflict, Refusal
from pushcore.money import Money
from pushcore.pledges.facts import ChangeFacts, PledgeFacts, require_progress
from pushcore.pledges.matched import lost
from pushcore.pledges.moving import difference, progress_move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.campaigns import Progress
    from pushcore.changes import Delta
    from pushcore.pledges.pledge import Pledge

__all__ = ["guards", "window_open"]


def window_open(facts: PledgeFacts | ChangeFacts) -> Sequence[Refusal]:
    """A pledge is canceled or lowered only while every cancel window of the campaign is open.

    Raises:
        Conflict: the totals that were read do not have the pledge.
        InvalidValue: there are windows, and the totals are not given.
    """
    campaign, progress, pledge = facts.campaign, facts.progress, facts.pledge
    terms, windows = campaign.terms, campaign.cancel_windows
    if not windows or not pledge.stands or pledge.late:  # these take nothing from what counts
        return ()
    progress = require_progress(campaign, progress)
    if facts.becomes is None:
        move = progress_move(pledge, campaign, -1)
    else:
        move = attrs.evolve(difference(pledge, campaign, facts.becomes), limit=None)
    after: Progress | None = progress
    for step in (move, *(progress_move(part, campaign, -1) for part in _lost(facts))):
        after = after and after.moved(step, backers=0)
    if after is None:
        message = f"pledge {pledge.id} is not in the totals of campaign {campaign.id}: not read at once"
        raise Conflict(message, pledge=pledge.id)
    total, total_after = terms.total(progress), terms.total(after)
    if facts.becomes is not None and number(total_after) >= number(total):
        return ()
    return cancel_refusals(
        windows,
        CancelFacts(
            at=facts.at,
            closes=terms.window.closes,
            placed_at=pledge.placed_at,
            total=total,
            total_after=total_after,
            goal=terms.goal.amount,
        ),
    )


def guards(facts: PledgeFacts | ChangeFacts) -> tuple[Delta, ...]:
    """What the store is asked, after all that is moved, where a goal is guarded: whether it is kept."""
    least = _least(facts)
    return () if least is None else (asks(facts.campaign, least=least),)


def _least(facts: PledgeFacts | ChangeFacts) -> Total | None:
    """Below which total a pledge may not take its campaign.

    After fees, the total that a goal asks for depends on more than what counts: then it is what was read.
    """
    terms, progress = facts.campaign.terms, facts.progress
    if progress is None or not terms.goal.reached(terms.total(progress)):
        return None
    spans = (it.last for it in facts.campaign.cancel_windows if it.guards_goal)
    if not any(span is not None and facts.at >= terms.window.closes.at - span for span in spans):
        return None
    goal = terms.goal.amount
    if not isinstance(goal, Money) or not terms.model.net_of_fees:
        return goal
    gone = Money.total((terms.counted(it.quote) for it in (facts.pledge, *_lost(facts))), goal.currency)
    after = goal.with_minor(0) if facts.becomes is None else terms.counted(facts.becomes)
    return progress.counted - gone + after


def _lost(facts: PledgeFacts | ChangeFacts) -> tuple[Pledge, ...]:
    """What sponsors added to the pledge and get back."""
    return lost(facts.matches, facts.campaign, facts.becomes)
