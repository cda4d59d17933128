"""Advancing: everything that is due for a campaign, for a job that runs every minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState
from pushcore.errors import PushcoreError
from pushcore.usecases._running import use_case
from pushcore.usecases.closing import close_campaign
from pushcore.usecases.collecting import collect_pledges
from pushcore.usecases.paying_out import pay_out
from pushcore.usecases.pledging import expire_pledges
from pushcore.usecases.settling import settle_campaign

if TYPE_CHECKING:
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["advance_campaign"]


@use_case
def advance_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> dict[str, PushcoreError]:
    """Do whatever is due for a campaign: expire, close, collect, remind, settle and pay out.

    Call it for every campaign that `pushcore.ports.CampaignRepository.due_campaigns` names, again and again;
    it does nothing before its time, and nothing twice. What comes back are the errors of pledges and payouts
    that it could not finish, by id, to be logged: the next call tries them again.

    Raises:
        NotFound: there is no such campaign.
    """
    expire_pledges(ports, campaign_id, actor=actor)
    campaign = ports.store.campaign(campaign_id)
    ended = campaign.terms.window.closes.passed(ports.clock.now())
    if campaign.state is CampaignState.DRAFT or (campaign.state is CampaignState.LIVE and not ended):
        return {}
    campaign = close_campaign(ports, campaign_id, actor=actor)
    if not campaign.funded:
        return {}
    troubles: dict[str, PushcoreError] = {}
    if campaign.settled_at is None:
        troubles.update(collect_pledges(ports, campaign_id, actor=actor).troubles.items())
        if not ports.store.progress(campaign_id).all_collected:
            return troubles
        settle_campaign(ports, campaign_id, actor=actor)
    sent = pay_out(ports, campaign_id, actor=actor)
    return troubles | {key: one for key, one in sent.items() if isinstance(one, PushcoreError)}
