"""Closing: the deadline passes, the verdict falls, and where it is no, the pledges are set free."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pushcore.campaigns import CampaignState, deciding, ending, revising
from pushcore.campaigns.lifecycle import ENDED
from pushcore.errors import Refused
from pushcore.pledges import PledgeState
from pushcore.usecases._running import use_case
from pushcore.usecases.collecting import collect_pledges
from pushcore.usecases.refunding import return_pledges

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign, Progress
    from pushcore.changes import Changes
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["close_campaign", "close_if_full", "judge_campaign", "stop_pledges"]

_STOPPED: Final = ENDED | {CampaignState.CLOSING, CampaignState.GRACE}


@use_case
def close_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Close a campaign whose deadline has passed and judge it; a closed one finishes what was begun.

    One that is judged by what could be charged charges its pledges first, and stays closing until each of
    them is collected or dropped. One whose goal moves stays closing until it is known what all of its
    payments cost (see `pushcore.usecases.move_goal`). One that waits for slow payments stays in its grace.
    One that is partially funded is judged again where its terms say so: matching money may have taken it to
    its goal. One that is suspended behind its deadline is called off.

    Raises:
        Refused: ``not-ended``: there is time left; or ``not-live``: it is not launched, or suspended.
        NotFound: there is no such campaign.
    """
    campaign = stop_pledges(ports, campaign_id, actor=actor)
    if campaign.state is CampaignState.CLOSING and campaign.charges:
        collect_pledges(ports, campaign_id, actor=actor)
    campaign = judge_campaign(ports, campaign_id, actor=actor)
    if campaign.gives_back:
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
        campaign, changes = _stopped(ports, campaign, actor)
        ports.store.commit(changes)
    return _end_grace(ports, campaign, actor) if campaign.state is CampaignState.GRACE else campaign


def _stopped(ports: Ports, campaign: Campaign, actor: ActorId) -> tuple[Campaign, Changes]:
    """Begin to close it; a suspended one, which cannot go on behind its deadline, is called off instead."""
    now = ports.now()
    if campaign.state is CampaignState.SUSPENDED and campaign.terms.window.closes.passed(now):
        return deciding.cancel(campaign, now, actor)
    return ending.begin_closing(campaign, now, actor, progress=ports.store.progress(campaign.id))


def _end_grace(ports: Ports, campaign: Campaign, actor: ActorId) -> Campaign:
    """Close it, unless something that was pledged in time may still come: by card, in cash or by bank."""
    now, unconfirmed = ports.now(), ports.store.unconfirmed_pledges(campaign.id)
    waits = any(it.state is PledgeState.EXPECTED or it.expires_at > now for it in unconfirmed)
    if waits and now < campaign.terms.waits_until:
        return campaign
    closing, changes = ending.end_grace(campaign, now, actor, waits=waits)
    ports.store.commit(changes)
    return closing


@use_case
def judge_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Judge a closing campaign, unless that waits for charges or its goal; any other is returned as it is.

    One that is partially funded is judged again, where its terms say so.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state is CampaignState.PARTIALLY_FUNDED:
        return _judge_again(ports, campaign, actor)
    if campaign.state is not CampaignState.CLOSING:
        return campaign
    progress = ports.store.progress(campaign_id)
    if campaign.reopened is None and _waits(campaign, progress):
        return campaign
    judged, changes = ending.judge(campaign, progress, ports.now(), actor)
    ports.store.commit(changes)
    return judged


def _waits(campaign: Campaign, progress: Progress) -> bool:
    """Whether the verdict waits for charges, or for somebody to move the goal."""
    terms = campaign.terms
    uncollected = terms.model.judged_after_collecting and not progress.all_collected
    return uncollected or not terms.goal.settled(terms.total(progress))


def _judge_again(ports: Ports, campaign: Campaign, actor: ActorId) -> Campaign:
    if campaign.settled_at is not None or not campaign.terms.editing.rejudges:
        return campaign
    progress = ports.store.progress(campaign.id)
    after, changes = revising.judge_again(campaign, progress, ports.now(), actor)
    if changes.put:
        ports.store.commit(changes)
    return after
