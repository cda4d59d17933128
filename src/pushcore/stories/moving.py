"""Moving: one step of a story about its campaign, through the use cases of the host."""

from __future__ import annotations

from typing import assert_never

from pushcore.campaigns import Trigger
from pushcore.ids import ActorId, CampaignId
from pushcore.ports import Ports
from pushcore.stories.actors import CREATOR, PLATFORM
from pushcore.stories.campaign_steps import (
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
        case ConsentToMilestone(milestone_id=milestone_id, consent=consent):
            release_milestone(ports, campaign_id, milestone_id, consent, actor=PLATFORM)
        case FollowCampaign(backer_id=who):
            follow_campaign(ports, campaign_id, who, actor=ActorId(who))
        case UnfollowCampaign(backer_id=who):
            unfollow_campaign(ports, campaign_id, who, actor=ActorId(who))
        case _:
            assert_never(step)
