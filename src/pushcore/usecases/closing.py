"""Closing: the deadline passes, the verdict falls, and where it is no, the pledges are set free."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pushcore.campaigns import CampaignState, deciding, revising
from pushcore.campaigns.lifecycle import ENDED
from pushcore.errors import Refused
from pushcore.usecases._running import use_case
from pushcore.usecases.collecting import collect_pledges
from pushcore.usecases.refunding import return_pledges
from pushcore.usecases.unmatching import take_back_matches

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["close_campaign", "close_if_full", "judge_campaign", "stop_pledges"]

_STOPPED: Final = ENDED | {CampaignState.CLOSING, CampaignState.GRACE}


@use_case
def close_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Close a campaign whose deadline has passed and judge it; a closed one finishes what was begun.

    One that is judged by what could be charged charges its pledges first, and stays closing until each of
    them is collected or dropped. One that waits for slow payments stays in its grace. One that is partially
    funded is judged again where its terms say so: matching money may have taken it to its goal.

    Raises:
        Refused: ``not-ended``: there is time left; or ``not-live``: it is not launched, or suspended.
        NotFound: there is no such campaign.
    """
    take_back_matches(ports, campaign_id, actor=actor)
    campaign = stop_pledges(ports, campaign_id, actor=actor)
    if campaign.state is CampaignState.CLOSING and campaign.charges:
        collect_pledges(ports, campaign_id, actor=actor)
    campaign = judge_campaign(ports, campaign_id, actor=actor)
    if campaign.state is CampaignState.PARTIALLY_FUNDED:
        campaign = _judge_again(ports, campaign, actor)
    if campaign.state is CampaignState.FAILED:
        return_pledges(ports, campaign, actor)
    return campaign


def close_if_full(ports: Ports, campaign: Campaign, actor: ActorId) -> None:
    """Close a campaign that a pledge has brought to its cap."""
    if campaign.terms.model.cap is None or not campaign.terms.full(ports.store.progress(campaign.id)):
        return
    with suppress(Refused):  # it takes no pledges any more
        close_campaign(ports, campaign.id, actor=actor)


@use_case
def stop_pledges(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Take no pledges any more, and none of those that were waited for once nothing is."""
    campaign = ports.store.campaign(campaign_id)
    if campaign.state not in _STOPPED:
        progress = ports.store.progress(campaign_id)
        campaign, changes = deciding.begin_closing(campaign, ports.now(), actor, progress=progress)
        ports.store.commit(changes)
    return _end_grace(ports, campaign, actor) if campaign.state is CampaignState.GRACE else campaign


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


@use_case
def judge_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Judge a closing campaign, unless that waits for charges; any other is returned as it is."""
    campaign = ports.store.campaign(campaign_id)
    if campaign.state is not CampaignState.CLOSING:
        return campaign
    if campaign.terms.model.judged_after_collecting and not ports.store.progress(campaign_id).all_collected:
        return campaign
    take_back_matches(ports, campaign_id, actor=actor)  # nothing falls any more until the verdict
    progress = ports.store.progress(campaign_id)
    judged, changes = deciding.judge(campaign, progress, ports.now(), actor)
    ports.store.commit(changes)
    return judged


def _judge_again(ports: Ports, campaign: Campaign, actor: ActorId) -> Campaign:
    if campaign.settled_at is not None or not campaign.terms.editing.rejudges:
        return campaign
    progress = ports.store.progress(campaign.id)
    after, changes = revising.judge_again(campaign, progress, ports.now(), actor)
    if changes.put:
        ports.store.commit(changes)
    return after
