"""Launching: a campaign is drafted, goes through the hands of the platform, and later goes live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns import Campaign, CampaignState, deciding, ending
from pushcore.campaigns.lifecycle import PLAIN, Trigger, leads_to
from pushcore.errors import KeyReused, NotFound
from pushcore.ids import CampaignId
from pushcore.usecases._running import use_case
from pushcore.usecases.waiting import withdraw_offers

if TYPE_CHECKING:
    from pushcore.campaigns import Discipline, Terms
    from pushcore.ids import ActorId, PayeeId
    from pushcore.ports import Ports

__all__ = ["announce_end", "draft_campaign", "launch_campaign", "move_campaign"]


@use_case
def draft_campaign(  # noqa: PLR0913  what a campaign is made of
    ports: Ports,
    terms: Terms,
    *,
    creator_id: PayeeId,
    actor: ActorId,
    campaign_id: CampaignId | None = None,
    discipline: Discipline | None = None,
) -> Campaign:
    """Write a new campaign down. Without an id of the caller's every call makes another one.

    Raises:
        KeyReused: there is another campaign of this id.
    """
    new_id = CampaignId(ports.ids.new_id()) if campaign_id is None else campaign_id
    wanted = Campaign(new_id, creator_id, terms, discipline=discipline)
    try:
        written = ports.store.campaign(new_id)
    except NotFound:
        campaign, changes = deciding.draft(wanted, ports.now(), actor)
        ports.store.commit(changes)
        return campaign
    differs = {
        "another creator": written.creator_id != creator_id,
        "other terms": written.terms != terms,
        "another discipline": written.discipline != discipline,
    }
    if unlike := [what for what, different in differs.items() if different]:
        message = f"campaign {new_id} exists with {' and '.join(unlike)}: choose another id"
        raise KeyReused(message, campaign=new_id)
    return written


@use_case
def launch_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Take a draft live; one that is live already is returned as it is.

    What the payment provider cannot carry out of its terms is refused here, before anybody pledges.

    Raises:
        Refused: see `pushcore.campaigns.deciding.launch`.
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state is CampaignState.LIVE:
        return campaign
    campaign, changes = deciding.launch(campaign, ports.now(), actor, abilities=ports.gateway.abilities)
    ports.store.commit(changes)
    return campaign


@use_case
def move_campaign(ports: Ports, campaign_id: CampaignId, trigger: Trigger, *, actor: ActorId) -> Campaign:
    """Submit a campaign, ask for changes, approve, reject, suspend or resume it.

    One that is where this leads to is returned as it is. What is on offer to those on its waiting lists is
    taken back by a suspension, and offered to them again once it is resumed.

    Raises:
        Refused: see `pushcore.campaigns.deciding.move`.
        NotFound: there is no such campaign.
        InvalidValue: the trigger is one that more depends on, such as a launch.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state in leads_to(trigger) and trigger in PLAIN:
        return campaign
    moved, changes = deciding.move(campaign, trigger, ports.now(), actor)
    if trigger is Trigger.SUSPEND:
        changes += withdraw_offers(ports, campaign, actor)
    ports.store.commit(changes)
    return moved


@use_case
def announce_end(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Announce the final lap of a campaign that has no end yet.

    Raises:
        Refused: see `pushcore.campaigns.ending.announce_end`; asked again, ``not-open-ended``.
        NotFound: there is no such campaign.
    """
    campaign, changes = ending.announce_end(ports.store.campaign(campaign_id), ports.now(), actor)
    ports.store.commit(changes)
    return campaign
