"""Editing: the terms of a campaign are changed, as far as they may be, or its deadline is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState, EditFacts, revising
from pushcore.campaigns.edit_facts import offered
from pushcore.campaigns.moving_goal import read_known
from pushcore.errors import Refused
from pushcore.ids import StockId
from pushcore.rewards import NO_REWARD
from pushcore.usecases._running import composed, use_case
from pushcore.usecases.closing import close_campaign

if TYPE_CHECKING:
    from pushcore.calendar import Deadline
    from pushcore.campaigns import Campaign, Outcome, Progress, Terms
    from pushcore.campaigns.moving_goal import Known
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports
    from pushcore.rewards import Stocks

__all__ = ["edit_campaign", "extend_campaign", "move_goal"]


@use_case
def edit_campaign(ports: Ports, campaign_id: CampaignId, terms: Terms, *, actor: ActorId) -> Campaign:
    """Give a campaign other terms; one that has these already is returned as it is.

    Before the launch anything may be changed, and what was submitted or approved is a draft again. After it,
    what may be changed is a part of the terms: see `pushcore.campaigns.Editing`.

    Raises:
        Refused: with every reason (see `pushcore.campaigns.edit_refusals`).
        NotFound: there is no such campaign.
    """
    return _edit(ports, _judged(ports, campaign_id, actor), terms, actor)


@use_case
def extend_campaign(ports: Ports, campaign_id: CampaignId, closes: Deadline, *, actor: ActorId) -> Campaign:
    """Move the deadline of a campaign; one that has this one already is returned as it is.

    A funded one is opened again, where its terms say so, as long as nothing of it is charged or settled.

    Raises:
        Refused: with every reason (see `pushcore.campaigns.edit_refusals`).
        NotFound: there is no such campaign.
    """
    campaign = _judged(ports, campaign_id, actor)
    return _edit(ports, campaign, revising.extended_terms(campaign, closes, ports.now()), actor)


@composed
def move_goal(ports: Ports, campaign_id: CampaignId, known: Known, *, actor: ActorId) -> Campaign:
    """Move a goal with fees on top by what is known of payments; where it stays, nothing is written.

    Call it as it becomes known how people pay, and once the campaign is closing, with all that stands: before
    that it is not judged. What sponsors added is known by itself, and costs nothing.

    Args:
        ports: Where it happens.
        campaign_id: The campaign.
        known: The amounts of the backers' pledges that stand, by payment method: all of which the method is
            known.
        actor: Who acts.

    Raises:
        Refused: see `pushcore.campaigns.revising.move_goal`.
        NotFound: there is no such campaign.
        InvalidValue: there is no such payment method, or an amount is negative.
        CurrencyMismatch: an amount is of another currency.
    """
    return _move_goal(ports, campaign_id, read_known(known), actor)


@use_case
def _move_goal(ports: Ports, campaign_id: CampaignId, known: Known, actor: ActorId) -> Campaign:
    campaign, matched = ports.store.campaign(campaign_id), ports.store.progress(campaign_id).matched
    moved, changes = revising.move_goal(campaign, known, ports.now(), actor, matched=matched)
    if changes.put:
        ports.store.commit(changes)
    return moved


def _judged(ports: Ports, campaign_id: CampaignId, actor: ActorId) -> Campaign:
    """The campaign; if it is closing, with the verdict, so that an interrupted reopening begins anew."""
    campaign = ports.store.campaign(campaign_id)
    return close_campaign(ports, campaign_id, actor=actor) if _is_closing(campaign) else campaign


def _edit(ports: Ports, campaign: Campaign, terms: Terms, actor: ActorId) -> Campaign:
    facts = _facts(ports, campaign, terms)
    edited, changes = revising.edit(facts, actor, abilities=ports.gateway.abilities)
    if not changes.put:
        return campaign
    ports.store.commit(changes)
    if not _is_closing(edited):
        return edited
    try:
        reopened, changes = revising.go_on(_facts(ports, edited, terms), actor)
    except Refused:  # it was charged after all: it gets its verdict back
        close_campaign(ports, campaign.id, actor=actor)
        raise
    ports.store.commit(changes)
    return reopened


def _is_closing(campaign: Campaign) -> bool:
    return campaign.state is CampaignState.CLOSING


def _facts(ports: Ports, campaign: Campaign, terms: Terms) -> EditFacts:
    store = ports.store
    offers = [NO_REWARD, *(StockId(it.id) for _, it in offered(campaign.terms))]
    stocks: Stocks = {(stock_id, None): store.stock(campaign.id, stock_id) for stock_id in offers}
    progress = store.progress(campaign.id)
    charged = campaign.outcome is not None and _was_charged(ports, campaign, campaign.outcome, progress)
    return EditFacts(campaign, terms, progress, stocks, ports.now(), charged=charged)


def _was_charged(ports: Ports, campaign: Campaign, outcome: Outcome, progress: Progress) -> bool:
    """Whether a charge was tried since the verdict, or one is due at once: of what has dropped, too."""
    if progress.late or progress.pledged < outcome.pledged:
        return True
    return any(pledge.attempts or pledge.late for pledge in ports.store.returnable_pledges(campaign.id))
