"""Closing: the deadline passes, the verdict falls, and where it is no, the pledges are set free."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pushcore.campaigns import CampaignState, deciding
from pushcore.campaigns.lifecycle import ENDED
from pushcore.errors import Conflict
from pushcore.pledges import pledging
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["close_campaign", "release_pledges"]

_BEGUN: Final = ENDED | {CampaignState.CLOSING}


@use_case
def close_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Close a campaign whose deadline has passed and judge it; a closed one finishes what was begun.

    Raises:
        Refused: ``not-ended``: there is time left; or ``not-live``: it is a draft.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state not in _BEGUN:
        campaign, changes = deciding.begin_closing(campaign, ports.now(), actor)
        ports.store.commit(changes)
    if campaign.state is CampaignState.CLOSING:
        progress = ports.store.progress(campaign_id)
        campaign, changes = deciding.judge(campaign, progress, ports.now(), actor)
        ports.store.commit(changes)
    if not campaign.funded:
        release_pledges(ports, campaign, actor=actor)
    return campaign


def release_pledges(ports: Ports, campaign: Campaign, *, actor: ActorId) -> None:
    """Set every pledge of a failed or canceled campaign free."""
    for pledge in ports.store.confirmed_pledges(campaign.id):
        _, changes = pledging.release(pledge, campaign, ports.now(), actor)
        with suppress(Conflict):  # released by somebody else meanwhile
            ports.store.commit(changes)
