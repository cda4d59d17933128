"""Advancing: everything that is due for a campaign, for a job that runs every minute."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState, deciding
from pushcore.errors import PushcoreError, Refusal, Refused
from pushcore.ids import TierId
from pushcore.payouts import HeldReserve, PayoutState
from pushcore.usecases._running import composed, use_case
from pushcore.usecases.canceling import give_back_campaign
from pushcore.usecases.closing import judge_campaign, stop_pledges
from pushcore.usecases.collecting import collect_pledges
from pushcore.usecases.disbursing import release_reserve
from pushcore.usecases.paying_out import send_payouts
from pushcore.usecases.pledging import expire_pledges
from pushcore.usecases.refunding import return_pledges
from pushcore.usecases.settling import settle_campaign
from pushcore.usecases.waiting import offer_released

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["advance_campaign", "unlock_stretch_goals"]


@composed
def advance_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> dict[str, PushcoreError]:
    """Do whatever is due for a campaign: expire, unlock, close, offer, charge, refund, settle, pay out.

    Call it for every campaign that `pushcore.ports.CampaignRepository.due_campaigns` names, again and again;
    it does nothing before its time. What comes back are the errors of pledges and payouts that it could not
    finish, by id, to be logged, and by the id of the campaign that it cannot be settled, as the provider has
    not said how pledges were paid (``method-unknown``). The next call goes on with what is still open; a
    payout that failed is told once and then waits for `send_payout`, since somebody has to mend the payee's
    account first. What somebody else makes impossible meanwhile, such as by a suspension, is left out.

    Raises:
        NotFound: there is no such campaign.
        Conflict: others were faster, five times in a row.
    """
    expire_pledges(ports, campaign_id, actor=actor)
    unlock_stretch_goals(ports, campaign_id, actor=actor)
    with suppress(Refused):  # not ended yet, or not launched
        stop_pledges(ports, campaign_id, actor=actor)
    campaign = judge_campaign(ports, campaign_id, actor=actor)
    if campaign.phase(ports.now()) is not None:
        for tier_id in campaign.terms.catalogue.waiting:
            with suppress(Refused):  # an edit took the waiting list away
                offer_released(ports, campaign_id, TierId(tier_id), actor=actor)
    troubles: dict[str, PushcoreError] = {}
    if campaign.charges and campaign.settled_at is None:
        with suppress(Refused):  # suspended, called off or extended meanwhile
            troubles.update(collect_pledges(ports, campaign_id, actor=actor).troubles.items())
        campaign = judge_campaign(ports, campaign_id, actor=actor)
    if campaign.funded and campaign.settled_at is None and campaign.phase(ports.now()) is None:
        campaign, unsettled = _settled(ports, campaign, actor)
        troubles.update(unsettled)
    if campaign.gives_back:
        troubles.update(return_pledges(ports, campaign, actor).items())
    return troubles | _paid_out(ports, campaign, actor)


def _settled(ports: Ports, campaign: Campaign, actor: ActorId) -> tuple[Campaign, dict[str, PushcoreError]]:
    """Settle what is funded and collected, or give it back where too little is left to be paid out.

    What the provider has yet to say is told, by the id of the campaign.
    """
    if ports.store.progress(campaign.id).all_collected:
        try:
            settle_campaign(ports, campaign.id, actor=actor)
        except Refused as no:  # or else extended, or paid for once more, meanwhile
            if no.codes == ("below-disbursement",):
                return give_back_campaign(ports, campaign.id, actor=actor), {}
            if no.codes == ("method-unknown",):
                return campaign, {campaign.id: no.with_traceback(None)}
    return campaign, {}


def _paid_out(ports: Ports, campaign: Campaign, actor: ActorId) -> dict[str, PushcoreError]:
    """Release what is due of a reserve and send what is due of the payouts; errors of what was not sent."""
    now = ports.now()
    held = ports.store.find(HeldReserve, campaign.id) if campaign.terms.payouts.reserve else None
    if held is not None and held.due(now):
        with suppress(Refused):  # somebody else released it
            release_reserve(ports, campaign.id, actor=actor)
    waiting = [it for it in ports.store.payouts(campaign.id) if it.waits(now)]
    troubles: dict[str, PushcoreError] = {}
    for payout_id, sent in send_payouts(ports, waiting, actor).items():
        if isinstance(sent, PushcoreError):
            troubles[payout_id] = sent
        elif sent.state is PayoutState.FAILED:
            troubles[payout_id] = Refused([Refusal("declined", f"payout {payout_id} was declined")])
    return troubles


@use_case
def unlock_stretch_goals(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Campaign:
    """Unlock the stretch goals that a live campaign has reached; any other is returned as it is.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.state is not CampaignState.LIVE or not campaign.terms.stretch_goals:
        return campaign
    after, changes = deciding.unlock(campaign, ports.store.progress(campaign_id), ports.now(), actor)
    if changes.put:
        ports.store.commit(changes)
    return after
