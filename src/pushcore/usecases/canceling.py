"""Canceling: a backer takes a pledge back, or a creator calls a campaign off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState, deciding
from pushcore.payments import offline, refunding
from pushcore.pledges import PledgeState, pledging
from pushcore.rewards import Fulfilment
from pushcore.usecases._finding import known_pledge, wallet_of
from pushcore.usecases._running import use_case
from pushcore.usecases.refunding import finish_refund, order_refund, return_pledges
from pushcore.usecases.unmatching import matches_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.ids import ActorId, CampaignId, PledgeId
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["cancel_campaign", "cancel_pledge", "give_back_campaign"]


@use_case
def cancel_pledge(ports: Ports, pledge_id: PledgeId, *, actor: ActorId) -> Pledge:
    """Take a pledge back while its campaign is live; what was charged for it at once is refunded.

    What sponsors added to it goes back with it. Again, it finishes the refund. What came in cash or by bank
    is given back by hand.

    Raises:
        Refused: ``unknown-pledge``, ``already-canceled``, or see `pushcore.pledges.pledging.cancel`;
            ``needs-refunds``: it is charged, and the provider declares that it gives nothing back.
        GatewayError: the provider did not answer to the refund; the same call finishes it.
    """
    pledge = known_pledge(ports, pledge_id)
    if pledge.state is PledgeState.REFUNDING and pledge.reason == "canceled":
        return finish_refund(ports, pledge, actor)
    campaign = ports.store.campaign(pledge.campaign_id)
    canceled = _decision(ports, pledge)(
        pledge,
        campaign,
        ports.now(),
        actor,
        progress=ports.store.progress(campaign.id),
        matches=matches_of(ports, pledge),
    )
    return order_refund(ports, canceled, actor)


def _decision(ports: Ports, pledge: Pledge) -> Callable[..., tuple[Pledge, Changes]]:
    """How it is taken back, by where its money is: nowhere yet, in somebody's hands, or with the provider."""
    if not pledge.taken:
        return pledging.cancel
    reward = ports.store.find(Fulfilment, pledge.id)
    if pledge.offline:
        return partial(offline.take_back, fulfilment=reward)
    return partial(refunding.take_back, fulfilment=reward, wallet=wallet_of(ports, pledge))


@use_case
def give_back_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Give back all that a funded campaign collected, instead of settling it; again, it goes on with that.

    What is not given back yet is, by `pushcore.usecases.advance_campaign`, as after a failure.

    Raises:
        Refused: ``not-funded``, or ``already-settled``: refund its pledges instead.
        NotFound: there is no such campaign.
    """
    return _ended(ports, campaign_id, actor, CampaignState.GIVEN_BACK, deciding.give_back)


@use_case
def cancel_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Call a campaign off and set its pledges free; again, it finishes what was begun.

    Raises:
        Refused: ``not-live``: it is closing or over; or ``too-late``: the verdict is due.
        NotFound: there is no such campaign.
    """
    return _ended(ports, campaign_id, actor, CampaignState.CANCELED, deciding.cancel)


def _ended(
    ports: Ports,
    campaign_id: CampaignId,
    actor: ActorId,
    state: CampaignState,
    decide: Callable[[Campaign, datetime, ActorId], tuple[Campaign, Changes]],
) -> Campaign:
    """The campaign in a state in which nothing comes of it, and its pledges on their way back."""
    campaign = ports.store.campaign(campaign_id)
    if campaign.state is not state:
        campaign, changes = decide(campaign, ports.now(), actor)
        ports.store.commit(changes)
    return_pledges(ports, campaign, actor)
    return campaign
