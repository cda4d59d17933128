"""Sharing: what hosts owe the platform of their fees is written down, and paid once it is worth it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.campaigns.deciding import require, state_refusal
from pushcore.errors import InvalidValue, KeyReused
from pushcore.ids import joined
from pushcore.ledger.chart import fee_account, host_owed_account, on_top_account
from pushcore.money import Money
from pushcore.payments.keys import Purpose, order_name
from pushcore.payouts import AccruedShare, FeeShare, SharePayment, SharePaymentState
from pushcore.payouts import accrued_share as accruing
from pushcore.payouts import share_payment as paying
from pushcore.payouts.fees import true_up
from pushcore.rewards import LineKind
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import ask, take, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.gateway import Answer
    from pushcore.ids import ActorId, CampaignId, HostId, OrderKey
    from pushcore.ledger import Account
    from pushcore.money import Currency
    from pushcore.payouts import FeeSchedule
    from pushcore.ports import Ports

__all__ = [
    "accrue_fee_share",
    "finish_share",
    "note_fee_share",
    "ordered_share",
    "settle_fee_share",
    "take_share",
]


@use_case
def accrue_fee_share(
    ports: Ports, share: FeeShare, campaign_id: CampaignId, *, actor: ActorId
) -> AccruedShare:
    """Write down what a host owes of a settled campaign: its share of the fees there, and the tips.

    Both are read off the ledger. Run it once the campaign is settled, and again whenever fees may have gone
    back or come again, after refunds and disputes: only the difference is written down, and it may be none.
    The terms at which something was first owed for a campaign stay: they are its `AccruedShare.share`.

    Raises:
        NotFound: there is no such campaign.
        Refused: ``not-settled``.
        InvalidValue: the share names a line that is none of the campaign's fees, or of those on top.
        KeyReused: something is owed for the campaign at other terms: another host, portion or rounding, or
            other names. Who is paid, and from which sum on, may change.
        CurrencyMismatch: the threshold is of another currency than the campaign.
    """
    expect(share, FeeShare, what="the share of a host's fees")
    campaign = ports.store.campaign(campaign_id)
    require(campaign.settled_at is not None or state_refusal("not-settled", campaign))
    none = AccruedShare.none(campaign_id, share.host_id, campaign.currency)
    on_top = (*campaign.terms.on_top.names, LineKind.TIP.value)
    accrued, changes = accruing.accrue(
        share,
        ports.store.find(AccruedShare, none.id) or none,
        fees=_posted(ports, campaign, fee_account, _lines(share, campaign.terms.fees)),
        tips=_posted(ports, campaign, on_top_account, _known(share.on_top, on_top)),
        owed=_owed(ports, share.host_id, share.threshold.currency),
        at=ports.now(),
        actor=actor,
    )
    ports.store.commit(changes)
    return accrued


def _lines(share: FeeShare, fees: FeeSchedule) -> list[str]:
    """The names of the lines that are the host's, each estimate with its true-up."""
    chosen = _known(share.lines, fees.names) or fees.names
    return [name for name in fees.names if name in chosen or name in map(true_up, chosen)]


def _known(names: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    """These names, each of which is one of those.

    Raises:
        InvalidValue: one is not.
    """
    for name in names:
        if name not in those:
            message = f"a share is of lines that there are, {', '.join(those) or 'none'}, not of {name}"
            raise InvalidValue(message, name=name)
    return names


def _posted(
    ports: Ports, campaign: Campaign, account: Callable[[CampaignId, str], Account], names: Iterable[str]
) -> Money:
    """What accounts of a campaign of these names stand at together."""
    stand = (ports.store.balance(account(campaign.id, name), campaign.currency) for name in names)
    return Money.total((it.posted for it in stand), campaign.currency)


@use_case
def settle_fee_share(ports: Ports, share: FeeShare, *, key: str, actor: ActorId) -> SharePayment:
    """Pay all that a host owes the platform, or finish the payment that is under way.

    One that has arrived is returned as it is; one that failed is tried again, with all that is owed by now.

    Args:
        ports: Everything outside.
        share: Who pays whom, from which sum on.
        key: Names the payment, such as the month it is for: it is made once.
        actor: Who.

    Raises:
        Refused: ``not-due``: what is owed, and not being paid, waits until it is worth a payment.
        GatewayMisuse: the provider rejected it, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    expect(share, FeeShare, what="the share of a host's fees")
    currency = share.threshold.currency
    payment = _payment(ports, share.host_id, currency, key)
    again = payment is not None and payment.state is SharePaymentState.ORDERED
    if payment is None or payment.state is SharePaymentState.FAILED:
        owed = _owed(ports, share.host_id, currency)
        decided = paying.pay(share, key, owed, ports.now(), actor, failed=payment)
        payment = write(ports, decided, partial(_payment, ports, share.host_id, currency, key))
    return finish_share(ports, payment, actor, again=again)


@use_case
def note_fee_share(ports: Ports, host_id: HostId, amount: Money, *, key: str, actor: ActorId) -> SharePayment:
    """Enter that a host has paid by itself what it owes the platform, or a part of it.

    Args:
        ports: Everything outside.
        host_id: Who has paid.
        amount: How much has come; from any sum on.
        key: Names the payment: entered again, nothing happens.
        actor: Who enters it.

    Raises:
        Refused: ``above-debt``: less is owed, and not being paid.
        KeyReused: another payment goes by this key.
        InvalidValue: the amount is not above zero.
    """
    expect(host_id, str, what="host id")
    expect(amount, Money, what="what a host has paid")
    known = _payment(ports, host_id, amount.currency, key)
    if known is not None:
        if known.payee_id is None and known.amount == amount:
            return known
        message = f"payment {key} of host {host_id} is another one, of {known.amount}: choose another key"
        raise KeyReused(message, key=key, amount=known.amount)
    owed = _owed(ports, host_id, amount.currency)
    payment, changes = paying.note(host_id, key, amount, owed, ports.now(), actor)
    ports.store.commit(changes)
    return payment


def finish_share(ports: Ports, payment: SharePayment, actor: ActorId, *, again: bool = True) -> SharePayment:
    """Ask for the payment under way and take its answer; one that is not under way is left as it is."""
    if payment.state is not SharePaymentState.ORDERED:
        return payment
    reread = partial(ports.store.find, SharePayment, payment.id)
    receive = partial(_answered, ports, payment, actor)
    return ask(ports, paying.payment_order(payment), receive, reread, again=again)


def take_share(ports: Ports, payment: SharePayment, actor: ActorId, answer: Answer) -> SharePayment:
    """Take the answer to the payment under way, which came by itself."""
    reread = partial(ports.store.find, SharePayment, payment.id)
    return take(ports, answer, partial(_answered, ports, payment, actor), reread)


def ordered_share(ports: Ports, key: OrderKey) -> SharePayment | None:
    """The payment that was ordered under a key; None where it is the key of something else."""
    name = order_name(key)
    if name is None or name.purpose is not Purpose.SHARE:
        return None
    return ports.store.find(SharePayment, name.subject_id)


def _answered(
    ports: Ports, payment: SharePayment, actor: ActorId, answer: Answer
) -> tuple[SharePayment, Changes]:
    return paying.receive(payment, answer, ports.now(), actor)


def _payment(ports: Ports, host_id: HostId, currency: Currency, key: str) -> SharePayment | None:
    expect(key, str, what="what a payment is called")
    return ports.store.find(SharePayment, joined(host_id, currency.code, key))


def _owed(ports: Ports, host_id: HostId, currency: Currency) -> Money:
    """What a host owes, and is not paying."""
    return ports.store.balance(host_owed_account(host_id), currency).available
