"""Finding what a use case is about: the pledge, subscription or fund by its id, and its stocks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import shown
from pushcore.errors import KeyReused, NotFound, Refusal, Refused
from pushcore.matching import MatchingFund
from pushcore.payments.offline import NOT_RECEIVED
from pushcore.payouts import Debt, RefundTo, Wallet
from pushcore.pledges.pledge import OFFLINE, WALLET, PledgeState
from pushcore.recurring import Subscription
from pushcore.rewards import WaitingList, stock_keys, waiting

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import BackerId, FundId, PayeeId, PledgeId, SubscriptionId
    from pushcore.money import Currency, ExchangeRate
    from pushcore.pledges import Pledge, PledgeRequest
    from pushcore.ports import Ports
    from pushcore.rewards import Selection, Stocks, Tier

__all__ = [
    "known_fund",
    "known_pledge",
    "known_subscription",
    "payee_debt",
    "placed_as",
    "read_debt",
    "read_line",
    "read_lines",
    "read_rate",
    "read_stocks",
    "wallet_of",
]


def known_pledge(ports: Ports, pledge_id: PledgeId) -> Pledge:
    """The pledge of this id.

    Raises:
        Refused: ``unknown-pledge``.
    """
    pledge = ports.store.find_pledge(pledge_id) if isinstance(pledge_id, str) else None
    if pledge is None:
        message = f"there is no pledge {shown(pledge_id)}"
        raise Refused([Refusal("unknown-pledge", message, {"pledge": pledge_id})])
    return pledge


def known_subscription(ports: Ports, subscription_id: SubscriptionId) -> Subscription:
    """The subscription of this id.

    Raises:
        Refused: ``unknown-subscription``.
    """
    named = isinstance(subscription_id, str)
    subscription = ports.store.find(Subscription, subscription_id) if named else None
    if subscription is None:
        message = f"there is no subscription {shown(subscription_id)}"
        raise Refused([Refusal("unknown-subscription", message)])
    return subscription


def known_fund(ports: Ports, fund_id: FundId) -> MatchingFund:
    """The fund of this id.

    Raises:
        Refused: ``unknown-fund``.
    """
    fund = ports.store.find(MatchingFund, fund_id) if isinstance(fund_id, str) else None
    if fund is None:
        raise Refused([Refusal("unknown-fund", f"there is no fund {shown(fund_id)}")])
    return fund


def placed_as(ports: Ports, request: PledgeRequest, method: str | None = None) -> Pledge | None:
    """The pledge that this very request has made before, if it has.

    Args:
        ports: Where it is read.
        request: What is asked for.
        method: `WALLET` or `OFFLINE`, where it is paid so; None where the provider is asked.

    Raises:
        KeyReused: another request came under this id, or this one to be paid in another way; or it is one for
            the charges of a subscription.
    """
    pledge = ports.store.find_pledge(request.pledge_id)
    if pledge is None:
        if _CHARGE in request.pledge_id:
            _no_charge(ports, request.pledge_id)
    elif pledge.request != request:
        message = f"pledge {pledge.id} was placed with another content: choose another id"
        raise KeyReused(message, pledge=pledge.id)
    elif pledge.matches is not None or _paid_by(pledge) != method:
        message = f"pledge {pledge.id} was placed to be paid in another way: choose another id"
        raise KeyReused(message, pledge=pledge.id)
    return pledge


def _paid_by(pledge: Pledge) -> str | None:
    """`WALLET` or `OFFLINE`, where a pledge is, or was to be, paid so; None where the provider is asked."""
    if pledge.offline or pledge.state is PledgeState.EXPECTED or pledge.reason == NOT_RECEIVED:
        return OFFLINE
    return WALLET if pledge.method == WALLET else None


_CHARGE: Final = "/charge/"


def _no_charge(ports: Ports, pledge_id: PledgeId) -> None:
    """Leave the ids of the charges of a subscription to them."""
    subscription_id = pledge_id.rpartition(_CHARGE)[0]
    subscription = ports.store.find(Subscription, subscription_id)
    if subscription is not None and subscription.campaign_id is not None:
        message = f"{pledge_id} is an id for a charge of subscription {subscription_id}: choose another id"
        raise KeyReused(message, pledge=pledge_id)


def read_stocks(ports: Ports, campaign: Campaign, selection: Selection, backer_id: BackerId) -> Stocks:
    """Where the stocks stand that a selection takes of."""
    keys = stock_keys(campaign.terms.catalogue, selection, backer_id)
    return {key: ports.store.stock(campaign.id, *key) for key in keys}


def read_lines(ports: Ports, campaign: Campaign, selection: Selection) -> tuple[WaitingList, ...]:
    """The waiting lists of what is selected; nothing is read where no tier has one."""
    tiers = campaign.terms.catalogue.waiting
    if not tiers:
        return ()
    return tuple(read_line(ports, campaign, tiers[it]) for it, _ in selection.picked if it in tiers)


def read_line(ports: Ports, campaign: Campaign, tier: Tier) -> WaitingList:
    """The waiting list of a tier; one that is not written yet has nobody on it.

    There may be more pieces by now than when it was written.
    """
    empty = waiting.nobody(campaign.id, tier)
    written = ports.store.find(WaitingList, empty.id)
    return empty if written is None else attrs.evolve(written, limit=empty.limit)


def read_rate(ports: Ports, campaign: Campaign, currency: Currency) -> ExchangeRate | None:
    """The rate at which a backer pays in another currency now, by the rule of the campaign and on its day.

    None where it does not offer that currency, or none is known.
    """
    presenting = campaign.terms.presenting
    if ports.rates is None or presenting is None or currency not in presenting.currencies:
        return None
    today = ports.now().astimezone(campaign.terms.window.closes.zone.tzinfo).date()
    with suppress(NotFound):
        return presenting.rule.rate(ports.rates, campaign.currency, currency, today)
    return None


def wallet_of(ports: Ports, pledge: Pledge, to: RefundTo | None = None) -> Wallet | None:
    """The wallet of whoever paid for a pledge, if that is where what is given back goes.

    Who placed it did, even if somebody else holds it by now: it is charged to them. What was paid from the
    wallet goes back there: the provider never had it. What came in cash or by bank goes back by hand, unless
    somebody asks for credit.
    """
    if pledge.offline and to is None:
        return None
    if pledge.method != WALLET and (to or pledge.request.refund_to) is not RefundTo.WALLET:
        return None
    empty = Wallet.empty(pledge.request.backer_id, pledge.amount.currency)
    return ports.store.find(Wallet, empty.id) or empty


def read_debt(ports: Ports, campaign: Campaign) -> Debt:
    """What the creator of a campaign owes in its currency."""
    return payee_debt(ports, campaign.creator_id, campaign.currency)


def payee_debt(ports: Ports, payee_id: PayeeId, currency: Currency | str) -> Debt:
    """What a payee owes in a currency; a debt that is not written yet is of nothing."""
    none = Debt.none(payee_id, currency)
    return ports.store.find(Debt, none.id) or none
