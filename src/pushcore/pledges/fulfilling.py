"""Owing a reward: from when on it is fulfilled, and what becomes of it when its money goes back.

A refund is written together with it, so that no reward is sent for a pledge whose money went back.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.pieces import pieces_owed
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.rewards import Fulfilment, FulfilmentState, FulfilmentStep, fulfilling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.calendar import Deadline
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId

__all__ = ["begin", "not_shipped", "with_reward"]


def begin(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, *, locks: Deadline | None = None
) -> tuple[Fulfilment, Changes]:
    """Begin to fulfil the reward of a pledge that is paid, once its campaign is funded.

    Pledge and campaign are expected to be as they were. A refund needs its campaign in another state: when it
    reads whether a fulfilment was begun, none can be begun any more.

    Args:
        pledge: Whose reward it is.
        campaign: The campaign of the pledge.
        at: When.
        actor: Who acted.
        locks: From when on the answers and the address are final; None where no date is set.

    Raises:
        Refused: ``not-collected``, ``not-funded``, or ``no-reward``: nothing was picked, or every
            piece of it was refunded.
        InvalidValue: the pledge is for another campaign.
    """
    require_own_campaign(pledge, campaign)
    if reasons := tuple(_not_owed(pledge, campaign)):
        raise Refused(reasons)
    fulfilment, begun = fulfilling.begin(pledge.id, campaign.id, at, actor, locks=locks)
    return fulfilment, attrs.evolve(begun, expect=(campaign, pledge))


def _not_owed(pledge: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    if pledge.state is not PledgeState.COLLECTED:
        yield Refusal("not-collected", f"pledge {pledge.id} is {pledge.state.value}, not collected")
    if not campaign.funded:
        yield Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}")
    if not any(pledge.selection.picked):
        yield Refusal("no-reward", f"pledge {pledge.id} is for no reward")
    elif pledge.stands and not pieces_owed(pledge):
        yield Refusal("no-reward", f"every reward of pledge {pledge.id} was refunded")


def not_shipped(fulfilment: Fulfilment | None, at: datetime) -> tuple[Refusal, ...]:
    """Why a backer cannot have their money back: the reward is on its way, or has arrived."""
    expect(fulfilment, Fulfilment, NoneType, what="a fulfilment")
    if fulfilment is None or fulfilment.state is FulfilmentState.CANCELED:
        return ()
    return fulfilling.refusals(fulfilment, FulfilmentStep.CANCEL, at)


def with_reward(changes: Changes, fulfilment: Fulfilment | None, at: datetime, actor: ActorId) -> Changes:
    """What a refund writes, and with it that the reward is owed no more; one that was sent stays sent."""
    expect(changes, Changes, what="what a refund writes")
    expect(fulfilment, Fulfilment, NoneType, what="a fulfilment")
    if fulfilment is None:
        return changes
    if fulfilling.refusals(fulfilment, FulfilmentStep.CANCEL, at):
        return changes + Changes(expect=(fulfilment,))
    _, canceled = fulfilling.cancel(fulfilment, at, actor)
    return changes + canceled
