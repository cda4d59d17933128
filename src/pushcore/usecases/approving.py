"""Approving: what people say to payouts before they are sent, one by one or by milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import shown
from pushcore.errors import Refusal, Refused
from pushcore.payouts import PayoutState
from pushcore.payouts import approving as deciding
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, MilestoneId, PayoutId
    from pushcore.money import ExchangeRate, Rounding
    from pushcore.payouts import Consent, Milestone, Payout
    from pushcore.ports import Ports

__all__ = [
    "approve_payout",
    "fix_payout_rate",
    "reconsider_payout",
    "refuse_milestone",
    "refuse_payout",
    "release_milestone",
]


@use_case
def approve_payout(ports: Ports, payout_id: PayoutId, *, actor: ActorId) -> Payout:
    """Approve a payout; whoever has approved it already gets it as it is.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it does not wait for an approval.
    """
    payout = ports.store.payout(payout_id)
    if actor in payout.approved_by:
        return payout
    approved, changes = deciding.approve(payout, ports.now(), actor)
    ports.store.commit(changes)
    return approved


@use_case
def refuse_payout(ports: Ports, payout_id: PayoutId, *, actor: ActorId) -> Payout:
    """Refuse a payout that is not approved yet; one that is refused is returned as it is.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it is approved, under way or over.
    """
    payout = ports.store.payout(payout_id)
    if payout.state is PayoutState.REFUSED:
        return payout
    refused, changes = deciding.refuse(payout, ports.now(), actor)
    ports.store.commit(changes)
    return refused


@use_case
def reconsider_payout(ports: Ports, payout_id: PayoutId, *, actor: ActorId) -> Payout:
    """Let a refused payout wait for its approvals again; one that does is returned as it is.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it is approved, under way or over, or waits for the consent to a milestone.
    """
    payout = ports.store.payout(payout_id)
    if payout.state is PayoutState.PREPARED:
        return payout
    released, changes = deciding.reconsider(payout, ports.now(), actor)
    ports.store.commit(changes)
    return released


@use_case
def fix_payout_rate(
    ports: Ports, payout_id: PayoutId, rate: ExchangeRate, rounding: Rounding, *, actor: ActorId
) -> Payout:
    """Fix the rate at which a payout arrives in the payee's own currency.

    Raises:
        NotFound: there is no such payout.
        Refused: ``not-payable``: it is under way or over, or somebody has approved what arrives.
        InvalidValue: the payee is sent the currency of the campaign, or it is no rate.
        CurrencyMismatch: the rate is of other currencies.
    """
    fixed, changes = deciding.fix_rate(ports.store.payout(payout_id), rate, rounding, ports.now(), actor)
    ports.store.commit(changes)
    return fixed


@use_case
def release_milestone(
    ports: Ports, campaign_id: CampaignId, milestone_id: MilestoneId, consent: Consent, *, actor: ActorId
) -> tuple[Payout, ...]:
    """Release the payouts that wait for a milestone, or were refused with it: what they are now.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``unknown-milestone``, or ``consent-missing``.
    """
    milestone = _milestone(ports.store.campaign(campaign_id), milestone_id)
    payouts = ports.store.payouts(campaign_id)
    released, changes = deciding.consent_to(milestone, payouts, consent, ports.now(), actor)
    if released:
        ports.store.commit(changes)
    return released


@use_case
def refuse_milestone(
    ports: Ports, campaign_id: CampaignId, milestone_id: MilestoneId, *, actor: ActorId
) -> tuple[Payout, ...]:
    """Refuse the payouts that wait for a milestone: what they are now. Their amounts stay owed.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``unknown-milestone``.
    """
    milestone = _milestone(ports.store.campaign(campaign_id), milestone_id)
    payouts = ports.store.payouts(campaign_id)
    refused, changes = deciding.refuse_milestone(milestone, payouts, ports.now(), actor)
    if refused:
        ports.store.commit(changes)
    return refused


def _milestone(campaign: Campaign, milestone_id: MilestoneId) -> Milestone:
    for milestone in campaign.terms.payouts.schedule.milestones:
        if milestone.id == milestone_id:
            return milestone
    message = f"campaign {campaign.id} has no milestone {shown(milestone_id)}"
    raise Refused([Refusal("unknown-milestone", message)])
