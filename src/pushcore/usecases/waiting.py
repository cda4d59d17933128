"""Waiting: backers stand in line for a tier that is sold out, and get its pieces as they come free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import shown
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.ids import PledgeId
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.pledges import waiting as joining
from pushcore.rewards import Selection, WaitingList, waiting
from pushcore.usecases._finding import read_line, read_stocks
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, BackerId, CampaignId, TierId
    from pushcore.ports import Ports
    from pushcore.rewards import Tier

__all__ = ["join_waiting_list", "leave_waiting_list", "offer_released", "withdraw_offers"]


@use_case
def join_waiting_list(  # noqa: PLR0913  who waits for how many of what
    ports: Ports,
    campaign_id: CampaignId,
    tier_id: TierId,
    backer_id: BackerId,
    *,
    quantity: int = 1,
    token: str | None = None,
    actor: ActorId,
) -> WaitingList:
    """Stand in line for so many pieces of a tier that is sold out; joined again, the line stays as it is.

    Args:
        ports: Where it happens.
        campaign_id: The campaign.
        tier_id: The tier or the add-on.
        backer_id: Who waits.
        quantity: For how many pieces, all or none.
        token: What the link of a secret reward carries.
        actor: Who acts.

    Raises:
        Refused: ``no-waiting-list``, or see `pushcore.pledges.waiting.join`.
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    tier, line = _line(ports, campaign, tier_id)
    own = line.entry(backer_id)
    if own is not None and own.quantity == quantity:
        return line
    request = PledgeRequest(
        PledgeId("waiting"),  # none is made, and none is looked for
        campaign.id,
        backer_id,
        _selection(campaign, tier, quantity, token),
        actor=actor,
    )
    stocks = read_stocks(ports, campaign, request.selection, backer_id)
    after, changes = joining.join(line, request, campaign, stocks, ports.now())
    ports.store.commit(changes)
    return after


@use_case
def leave_waiting_list(
    ports: Ports, campaign_id: CampaignId, tier_id: TierId, backer_id: BackerId, *, actor: ActorId
) -> WaitingList:
    """Wait no longer; what is on offer to the backer is free for the next in line.

    Raises:
        Refused: ``no-waiting-list``; or ``not-waiting``: they are not on it.
        NotFound: there is no such campaign.
    """
    _, line = _line(ports, ports.store.campaign(campaign_id), tier_id)
    after, changes = waiting.leave(line, backer_id, ports.now(), actor)
    ports.store.commit(changes)
    return after


@use_case
def offer_released(ports: Ports, campaign_id: CampaignId, tier_id: TierId, *, actor: ActorId) -> WaitingList:
    """Take back the offers that ran out, and offer the pieces that are free to the next in line.

    Nothing is on offer while the campaign is suspended; once it goes on, those who had an offer get another
    one, with a whole lifetime. Where nothing ran out and nothing can be offered, the list stays as it is.

    Raises:
        Refused: ``no-waiting-list``.
        NotFound: there is no such campaign.
    """
    campaign, now = ports.store.campaign(campaign_id), ports.now()
    tier, line = _line(ports, campaign, tier_id)
    if line.ran_out(now):
        line, changes = waiting.expire(line, now, actor)
        ports.store.commit(changes)
    free = ports.store.stock(campaign.id, tier.id).left(tier.limit) or 0
    if not line.next_up(free) or tier.waiting is None or not joining.on_offer(campaign, tier, now):
        return line
    line, changes = waiting.offer(line, now, actor, free=free, lifetime=tier.waiting)
    ports.store.commit(changes + Changes(expect=(campaign,)))  # which may be suspended meanwhile
    return line


def withdraw_offers(ports: Ports, campaign: Campaign, actor: ActorId) -> Changes:
    """What is written with a suspension: nobody loses an offer while nothing can be pledged."""
    now, written = ports.now(), Changes()
    for tier in campaign.terms.catalogue.waiting.values():
        line = read_line(ports, campaign, tier)
        if line.offered:
            written += waiting.withdraw(line, now, actor)[1]
    return written


def _line(ports: Ports, campaign: Campaign, tier_id: TierId) -> tuple[Tier, WaitingList]:
    tier = campaign.terms.catalogue.waiting.get(tier_id) if isinstance(tier_id, str) else None
    if tier is None:
        message = f"tier {shown(tier_id)} of campaign {campaign.id} has no waiting list"
        raise Refused([Refusal("no-waiting-list", message)])
    return tier, read_line(ports, campaign, tier)


def _selection(campaign: Campaign, tier: Tier, quantity: int, token: str | None) -> Selection:
    nothing = Money.zero(campaign.currency)
    if campaign.terms.catalogue.tier(tier.id) is None:
        return Selection(nothing, add_ons={tier.id: quantity}, token=token)
    return Selection(nothing, tier_id=tier.id, quantity=quantity, token=token)
