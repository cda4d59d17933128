"""Settling: once every pledge is collected or dropped, the total is divided among fees and payees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.campaigns import settling
from pushcore.ledger.chart import held_account, payee_account
from pushcore.payouts import Debt, Settlement, Statement
from pushcore.usecases._contributing import contributions
from pushcore.usecases._dividing import settled
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.ids import ActorId, CampaignId
    from pushcore.ports import Ports

__all__ = ["settle_campaign", "state_account"]


@use_case
def settle_campaign(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> Statement:
    """Settle a funded campaign and prepare its payouts; one that is settled gives its statement.

    Raises:
        Refused: ``not-funded``; ``not-settleable``: some pledges are neither collected nor dropped;
            ``method-unknown``: a fee depends on how pledges were paid, which the provider has not said: it
            names the first of them, and `receive_event` takes it later; or ``below-disbursement``: too little
            is left for a payout, so that backers are to be given it back.
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.settled_at is None:
        progress = ports.store.progress(campaign_id)
        settlement = Settlement.empty(campaign.terms.fees, campaign.currency)
        if progress.all_collected:
            settlement = settled(ports, campaign)
        whose = sorted(campaign.payees)
        debts = [ports.store.find(Debt, Debt.none(payee, campaign.currency).id) for payee in whose]
        held = ports.store.balance(held_account(campaign_id), campaign.currency).available
        _, changes = settling.settle(
            campaign,
            progress,
            settlement,
            held=held,
            at=ports.now(),
            actor=actor,
            contributions=contributions(ports, campaign),
            debts=tuple(debt for debt in debts if debt is not None),
        )
        ports.store.commit(changes)
    return state_account(ports, campaign_id)


@use_case
def state_account(ports: Ports, campaign_id: CampaignId) -> Statement:
    """The statement of a campaign as it stands, read off the ledger.

    Its creator is among the payees who get a part of it, or what came back of what they had paid.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    terms, payees = campaign.terms, campaign.terms.splits.payees(campaign.creator_id)
    own = ports.store.balance(payee_account(campaign_id, campaign.creator_id), campaign.currency)
    if own.credits_posted:
        payees = campaign.payees
    return Statement.of(ports.store, campaign_id, campaign.currency, terms.fees.names, payees)
