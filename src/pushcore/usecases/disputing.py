"""Disputing: what a provider tells of disputes is taken in any order, and what comes back is paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.calendar.ahead import is_ahead
from pushcore.campaigns import settling
from pushcore.errors import Conflict, InvalidValue, OutcomeUnknown
from pushcore.money import Rounding
from pushcore.payments import disputes, ways
from pushcore.payouts import Bearer, Bearing, Debt, Dispute, DisputeTerms, Payout, RefundTo
from pushcore.payouts.dispute import FREED
from pushcore.payouts.return_events import DebtCalledOff
from pushcore.pledges.refund import Exchanged
from pushcore.usecases._dividing import fees_of, settlements_with
from pushcore.usecases._finding import read_debt, wallet_of
from pushcore.usecases._reception import Reception, charged_pledge
from pushcore.usecases.disbursing import further_payouts
from pushcore.usecases.refunding import finish_refund

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.gateway import DisputeTold
    from pushcore.ids import ActorId, PayeeId
    from pushcore.money import Money
    from pushcore.payments.keys import OrderName
    from pushcore.payouts import Wallet
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["hear_dispute"]


def hear_dispute(ports: Ports, name: OrderName, news: DisputeTold, actor: ActorId) -> Reception:
    """Take news of a dispute, once its charge is known to have been made and no refund is under way.

    Raises:
        OutcomeUnknown: the charge is written down as failed.
        Refused: ``above-paid``: it is of more than the charge took.
        KeyReused: another one is known by its name, of another charge or amount.
        InvalidValue: it is said to have happened more than a day ahead of the clock.
    """
    if is_ahead(news.at, ports.now()):
        message = f"dispute {news.dispute_id} is told of {news.at}, ahead of the clock: {ports.now()}"
        raise InvalidValue(message, dispute=news.dispute_id, at=news.at)
    dispute = ports.store.find(Dispute, news.dispute_id)  # before the pledge, which knows of it from then on
    pledge = charged_pledge(ports, name)
    if pledge is None:
        return Reception.TOO_EARLY
    if not ways.charged(pledge, news.charged):
        message = f"dispute {news.dispute_id} is of {news.charged}, which took nothing: ask what became of it"
        raise OutcomeUnknown(message, dispute=news.dispute_id)
    campaign, now = ports.store.campaign(pledge.campaign_id), ports.now()
    debt = read_debt(ports, campaign)
    fees, credit = fees_of(ports, campaign, pledge), _credit(ports, pledge)
    if dispute is None:
        if any(it.id == news.dispute_id for it in pledge.disputes):
            message = f"dispute {news.dispute_id} was told of at the same moment"
            raise Conflict(message, dispute=news.dispute_id)
        fee = None if campaign.terms.disputes is not None else _fee_there(ports, pledge)
        terms = campaign.terms.disputes or _declared(ports, campaign, fee)
        _, changes = disputes.begin(
            pledge, campaign, news, now, actor, terms=terms, debt=debt, fees=fees, fee=fee, credit=credit
        )
        ports.store.commit(changes)
        return Reception.TAKEN
    was_free = dispute.state in FREED
    wallet = wallet_of(ports, pledge)
    after, dispute, changes = disputes.hear(
        pledge, campaign, dispute, news, now, actor, debt=debt, fees=fees, wallet=wallet, credit=credit
    )
    if not changes.put:
        return Reception.KNOWN
    if after.stands and dispute.state in FREED and not was_free and campaign.settled_at is not None:
        changes = _divided(ports, campaign, pledge, after, dispute, changes, debt, actor)
    if campaign.settled_at is not None or campaign.gives_back:  # else the settlement makes the first payouts
        made = tuple(it for it in changes.put if isinstance(it, Payout))
        changes += further_payouts(ports, campaign, _recovered(changes), actor, beside=made)[1]
    ports.store.commit(changes)
    finish_refund(ports, after, actor, again=False)
    return Reception.TAKEN


def _credit(ports: Ports, pledge: Pledge) -> Wallet | None:
    """The wallet in which credit may be that was given for a charge of a pledge, if any was."""
    if not any(gone.credit for gone in pledge.gone_back):
        return None
    return wallet_of(ports, pledge, RefundTo.WALLET)


def _fee_there(ports: Ports, pledge: Pledge) -> Exchanged | None:
    """What the provider declares that a dispute costs in the currency of the backer, at the stored rate.

    None where it is taken in the currency of the campaign. It is never worth nothing.
    """
    shown = pledge.presented
    fee = None if shown is None else ports.gateway.abilities.dispute_fee.get(shown.currency.code)
    if shown is None or fee is None:
        return None
    return Exchanged(max(shown.worth(fee), pledge.amount.with_minor(1)), fee)


def _declared(ports: Ports, campaign: Campaign, there: Exchanged | None) -> DisputeTerms:
    """What the provider declares that a dispute costs; the platform bears it."""
    abilities, nothing = ports.gateway.abilities, campaign.terms.minimum * 0
    here = abilities.dispute_fee.get(campaign.currency.code, nothing)
    return DisputeTerms(
        fee=here if there is None else there.amount,
        fee_returned=abilities.returns_dispute_fee,
        counter_fee=nothing,
        bearers=[Bearing(Bearer.PLATFORM)],
        rounding=Rounding.HALF_UP,
    )


def _recovered(changes: Changes) -> dict[PayeeId, Money | None]:
    """What was recovered of a creator, and is theirs again since that is owed no more."""
    back: dict[PayeeId, Money | None] = {}
    for it in changes.events:
        if isinstance(it, DebtCalledOff) and it.paid_out_again:
            back[it.payee_id] = it.paid_out_again + (back.get(it.payee_id) or it.amount * 0)
    return back


def _divided(  # noqa: PLR0913, PLR0917  what comes back of what
    ports: Ports,
    campaign: Campaign,
    before: Pledge,
    pledge: Pledge,
    dispute: Dispute,
    changes: Changes,
    debt: Debt,
    actor: ActorId,
) -> Changes:
    """The changes, and what comes back to a campaign that is settled meanwhile: it is divided too."""
    amount = dispute.blocked.creator
    if not amount:
        return changes
    had, has = settlements_with(ports, campaign, before, amount)
    more = settling.settle_more(
        campaign,
        had,
        has,
        key=dispute.id,
        at=ports.now(),
        actor=actor,
        collected=had.collected + (pledge.kept - before.kept),
        debt=next((it for it in changes.put if isinstance(it, Debt)), debt),
        payouts=ports.store.payouts(campaign.id),
    )
    return changes.then(more)
