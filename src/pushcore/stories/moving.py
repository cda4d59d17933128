"""Moving: one step of a story about its campaign, through the use cases of the host."""

from __future__ import annotations

from typing import Final, assert_never

from pushcore.campaigns import Trigger
from pushcore.errors import Refusal, Refused
from pushcore.ids import ActorId, CampaignId
from pushcore.payouts import PayoutState
from pushcore.ports import Ports
from pushcore.stories.actors import CREATOR, PLATFORM
from pushcore.stories.campaign_steps import (
    ApprovePayout,
    CampaignMove,
    CampaignStep,
    ConsentToMilestone,
    EditTerms,
    ExtendCampaign,
    FollowCampaign,
    MoveCampaign,
    UnfollowCampaign,
)
from pushcore.stories.editing import edited
from pushcore.usecases import (
    announce_end,
    approve_payout,
    cancel_campaign,
    edit_campaign,
    extend_campaign,
    follow_campaign,
    launch_campaign,
    move_campaign,
    release_milestone,
    unfollow_campaign,
)

__all__ = ["move"]


def move(ports: Ports, campaign_id: CampaignId, step: CampaignStep) -> None:
    """Let a step happen now.

    Raises:
        Refused: a rule says no; nothing has changed.
    """
    match step:
        case MoveCampaign(move=CampaignMove.LAUNCH):
            launch_campaign(ports, campaign_id, actor=PLATFORM)
        case MoveCampaign(move=CampaignMove.ANNOUNCE_END):
            announce_end(ports, campaign_id, actor=PLATFORM)
        case MoveCampaign(move=CampaignMove.CANCEL):
            cancel_campaign(ports, campaign_id, actor=PLATFORM)
        case MoveCampaign(move=way):
            move_campaign(ports, campaign_id, Trigger(way.value), actor=PLATFORM)
        case EditTerms():
            terms = edited(ports.store.campaign(campaign_id).terms, step)
            edit_campaign(ports, campaign_id, terms, actor=CREATOR)
        case ExtendCampaign(closes=closes):
            extend_campaign(ports, campaign_id, closes, actor=CREATOR)
        case ConsentToMilestone() | ApprovePayout():
            _let_go(ports, campaign_id, step)
        case FollowCampaign(backer_id=who):
            follow_campaign(ports, campaign_id, who, actor=ActorId(who))
        case UnfollowCampaign(backer_id=who):
            unfollow_campaign(ports, campaign_id, who, actor=ActorId(who))
        case _:
            assert_never(step)


_UNAPPROVED: Final = (PayoutState.HELD, PayoutState.PREPARED)


def _let_go(ports: Ports, campaign_id: CampaignId, step: ConsentToMilestone | ApprovePayout) -> None:
    """Say yes to a milestone, or to the first payout of a payee that waits for approval.

    Raises:
        Refused: as the use cases do; or ``not-payable``: no payout waits.
    """
    if isinstance(step, ConsentToMilestone):
        release_milestone(ports, campaign_id, step.milestone_id, step.consent, actor=PLATFORM)
        return
    payouts = ports.store.payouts(campaign_id)
    waiting = [it for it in payouts if it.payee_id == step.payee_id and it.state in _UNAPPROVED]
    if not waiting:
        raise Refused([Refusal("not-payable", f"no payout of {step.payee_id} waits to be approved")])
    approve_payout(ports, waiting[0].id, actor=step.approver)
