"""Disputing: what a provider tells of disputes is taken in any order, and what comes back is paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore.campaigns import settling
from pushcore.changes import Changes
from pushcore.errors import KeyReused
from pushcore.money import Rounding
from pushcore.payments import disputes
from pushcore.payouts import Bearer, Bearing, Dispute, DisputeTerms
from pushcore.payouts.dispute import FREED
from pushcore.payouts.return_events import DebtCalledOff
from pushcore.usecases._dividing import fees_of, settlement_of
from pushcore.usecases._finding import read_debt
from pushcore.usecases._reception import Reception, charged_pledge
from pushcore.usecases.disbursing import further_payouts
from pushcore.usecases.refunding import finish_refund, wallet_of

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.gateway import DisputeTold
    from pushcore.ids import ActorId, PayeeId
    from pushcore.money import Money
    from pushcore.payments.keys import OrderName
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["hear_dispute"]


def hear_dispute(ports: Ports, name: OrderName, news: DisputeTold, actor: ActorId) -> Reception:
    """Take news of a dispute, once its charge is known to have been made and no refund is under way."""
    pledge = charged_pledge(ports, name)
    if pledge is None:
        return Reception.TOO_EARLY
    campaign, now = ports.store.campaign(pledge.campaign_id), ports.now()
    dispute = ports.store.find(Dispute, news.dispute_id)
    debt = read_debt(ports, campaign)
    if dispute is None:
        fees = fees_of(ports, campaign, pledge)
        terms = campaign.terms.disputes or _declared(ports, campaign)
        _, changes = disputes.begin(pledge, campaign, news, now, actor, terms=terms, debt=debt, fees=fees)
        ports.store.commit(changes)
        return Reception.TAKEN
    if dispute.charge_key != news.charged:
        message = f"dispute {dispute.id} is of {dispute.charge_key}, not of {news.charged}"
        raise KeyReused(message, dispute=dispute.id)
    was_free = dispute.state in FREED
    if was_free and campaign.settled_at is not None:
        dispute = _owing(dispute)
    after, dispute, changes = disputes.hear(
        pledge,
        campaign,
        dispute,
        news,
        now,
        actor,
        debt=debt,
        fees=fees_of(ports, campaign, pledge) if was_free else None,
        wallet=wallet_of(ports, pledge),
    )
    if not changes.put:
        return Reception.KNOWN
    parts: dict[PayeeId, Money] = {}
    if after.stands and dispute.state in FREED and not was_free and campaign.settled_at is not None:
        changes, parts = _paid_on(ports, campaign, pledge, dispute, changes, actor)
    ports.store.commit(changes + _paid_out(ports, campaign, parts, changes, actor))
    finish_refund(ports, after, actor, again=False)
    return Reception.TAKEN


def _declared(ports: Ports, campaign: Campaign) -> DisputeTerms:
    """What the provider declares that a dispute costs; the platform bears it."""
    abilities, nothing = ports.gateway.abilities, campaign.terms.minimum * 0
    return DisputeTerms(
        fee=abilities.dispute_fee.get(campaign.currency.code, nothing),
        fee_returned=abilities.returns_dispute_fee,
        counter_fee=nothing,
        bearers=[Bearing(Bearer.PLATFORM)],
        rounding=Rounding.HALF_UP,
    )


def _paid_on(  # noqa: PLR0913, PLR0917  what comes back of what
    ports: Ports, campaign: Campaign, pledge: Pledge, dispute: Dispute, changes: Changes, actor: ActorId
) -> tuple[Changes, dict[PayeeId, Money]]:
    """What comes back to a campaign that is settled meanwhile is divided too: what payees get of it."""
    amount = dispute.blocked.creator
    if not amount:
        return changes, {}
    settlement = settlement_of(campaign, pledge, amount)
    parts, divided = settling.settle_more(campaign, settlement, dispute.id, ports.now(), actor)
    put = tuple(_owing(dispute) if it is dispute else it for it in changes.put)
    return attrs.evolve(changes, put=put) + divided, parts


def _paid_out(
    ports: Ports, campaign: Campaign, parts: dict[PayeeId, Money], changes: Changes, actor: ActorId
) -> Changes:
    """The payouts of what payees get, and of what was recovered of a creator for a dispute that was won."""
    if not (campaign.settled_at is not None or campaign.gives_back):
        return Changes()  # the settlement makes the first payouts; `prepare_payouts` makes this one after it
    owed = dict(parts)
    for it in changes.events:
        if isinstance(it, DebtCalledOff):
            owed[it.payee_id] = owed.get(it.payee_id, it.paid_out_again * 0) + it.paid_out_again
    return further_payouts(ports, campaign, {who: part for who, part in owed.items() if part}, actor)[1]


def _owing(dispute: Dispute) -> Dispute:
    """A dispute whose money has come back and was divided: were it lost after all, its creator owes it."""
    amount = dispute.blocked.creator
    blocked = attrs.evolve(dispute.blocked, creator=amount * 0, debt=dispute.blocked.debt + amount)
    return attrs.evolve(dispute, blocked=blocked)
