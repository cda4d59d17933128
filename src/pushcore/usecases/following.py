"""Following: backers ask to be told when a campaign opens, and change their minds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns import Follower, following
from pushcore.campaigns.following import follower_id
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId, BackerId, CampaignId
    from pushcore.ports import Ports

__all__ = ["follow_campaign", "unfollow_campaign"]


@use_case
def follow_campaign(
    ports: Ports, campaign_id: CampaignId, backer_id: BackerId, *, actor: ActorId
) -> Follower:
    """Follow a campaign; whoever does so already is returned as they are.

    Raises:
        Refused: ``wrong-state``: the campaign is over.
        NotFound: there is no such campaign.
    """
    campaign, before = ports.store.campaign(campaign_id), _known(ports, campaign_id, backer_id)
    follower, changes = following.follow(campaign, backer_id, ports.now(), actor, before=before)
    if changes.put:
        ports.store.commit(changes)
    return follower


@use_case
def unfollow_campaign(
    ports: Ports, campaign_id: CampaignId, backer_id: BackerId, *, actor: ActorId
) -> Follower | None:
    """Follow a campaign no longer; None for somebody who never did."""
    before = _known(ports, campaign_id, backer_id)
    if before is None:
        return None
    follower, changes = following.unfollow(before, ports.now(), actor)
    if changes.put:
        ports.store.commit(changes)
    return follower


def _known(ports: Ports, campaign_id: CampaignId, backer_id: BackerId) -> Follower | None:
    return ports.store.find(Follower, follower_id(campaign_id, backer_id))
