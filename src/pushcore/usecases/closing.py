"""Closing: the deadline passes, the verdict falls, and where it is no, the pledges are set free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.campaigns import CampaignState, deciding
from pushcore.campaigns.lifecycle import ENDED
from pushcore.usecases._running import use_case
from pushcore.usecases.collecting import collect_pledges
from pushcore.usecases.refunding import return_pledges

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["close_campaign"]

_BEGUN: Final = ENDED | {CampaignState.CLOSING, CampaignState.GRACE}


@use_case
def close_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Close a campaign whose deadline has passed and judge it; a closed one finishes what was begun.

    One that is judged by what could be charged charges its pledges first, and stays closing until each of
    them is collected or dropped. One that waits for slow payments stays in its grace.

    Raises:
        Refused: ``not-ended``: there is time left; or ``not-live``: it is not launched, or suspended.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state not in _BEGUN:
        progress = ports.store.progress(campaign_id)
        campaign, changes = deciding.begin_closing(campaign, ports.now(), actor, progress=progress)
        ports.store.commit(changes)
    if campaign.state is CampaignState.GRACE:
        campaign = _end_grace(ports, campaign, actor)
    if campaign.state is CampaignState.CLOSING:
        campaign = _judge(ports, campaign, actor)
    if campaign.state is CampaignState.FAILED:
        return_pledges(ports, campaign, actor)
    return campaign


def _end_grace(ports: Ports, campaign: Campaign, actor: ActorId) -> Campaign:
    """Close it, unless a pledge that was placed in time may still be confirmed."""
    now, terms = ports.now(), campaign.terms
    unconfirmed = ports.store.expired_pledges(campaign.id, terms.window.closes.at + terms.claim_lifetime)
    waits = any(pledge.expires_at > now for pledge in unconfirmed)
    if waits and now < terms.waits_until:
        return campaign
    closing, changes = deciding.end_grace(campaign, now, actor, waits=waits)
    ports.store.commit(changes)
    return closing


def _judge(ports: Ports, campaign: Campaign, actor: ActorId) -> Campaign:
    """Judge it, once all is collected where that is what it is judged by."""
    if campaign.terms.model.judged_after_collecting:
        collect_pledges(ports, campaign.id, actor=actor)  # its troubles are told by the next round
        if not ports.store.progress(campaign.id).all_collected:
            return campaign
    progress = ports.store.progress(campaign.id)
    judged, changes = deciding.judge(campaign, progress, ports.now(), actor)
    ports.store.commit(changes)
    return judged
