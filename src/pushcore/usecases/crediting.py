"""Crediting: what backers do with the credit of their wallets, and what becomes of it in time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.errors import KeyReused, PushcoreError
from pushcore.payments import spending
from pushcore.payouts import Wallet, WithdrawalState, crediting
from pushcore.pledges import PledgeRequest
from pushcore.pledges.pledge import WALLET
from pushcore.usecases._finding import placed_as, read_lines, read_stocks
from pushcore.usecases._running import composed, use_case
from pushcore.usecases._writing import ask, take
from pushcore.usecases.closing import close_if_full

if TYPE_CHECKING:
    from pushcore.changes import Changes
    from pushcore.gateway import Answer
    from pushcore.ids import ActorId, BackerId, OrderKey
    from pushcore.money import Currency, Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "expire_credit",
    "expire_credits",
    "finish_withdrawal",
    "pass_on_credit",
    "spend_credit",
    "state_wallet",
    "take_withdrawal",
    "withdraw_credit",
    "withdrawn_wallet",
]


@use_case
def state_wallet(ports: Ports, backer_id: BackerId, currency: Currency | str) -> Wallet:
    """The wallet of a backer in a currency; one in which nothing ever was is empty."""
    empty = Wallet.empty(backer_id, currency)
    return ports.store.find(Wallet, empty.id) or empty


@use_case
def spend_credit(ports: Ports, request: PledgeRequest) -> Pledge:
    """Place a pledge and pay for it from the wallet of its backer, at once; asked again, it is the same one.

    What is refunded of it becomes credit again. One that brings its campaign to the cap closes it.

    Raises:
        Refused: with every reason; ``wallet-too-low``: less can be spent.
        KeyReused: another request came under this id, or this one to be paid in another way; or it is one for
            the charges of a subscription.
        NotFound: there is no such campaign.
        InvalidValue: the campaign has no such tier, or another currency.
    """
    expect(request, PledgeRequest, what="a pledge request")
    pledge = placed_as(ports, request, WALLET)
    campaign = ports.store.campaign(request.campaign_id)
    if pledge is None:
        pledge, changes = spending.spend(
            request,
            campaign,
            read_stocks(ports, campaign, request.selection, request.backer_id),
            state_wallet(ports, request.backer_id, campaign.currency),
            ports.now(),
            rules=ports.rules,
            progress=ports.store.progress(campaign.id),
            waiting=read_lines(ports, campaign, request.selection),
        )
        ports.store.commit(changes)
    close_if_full(ports, campaign, request.actor)
    return pledge


@use_case
def withdraw_credit(  # noqa: PLR0913  who takes how much of what
    ports: Ports,
    backer_id: BackerId,
    currency: Currency | str,
    *,
    key: str,
    amount: Money | None = None,
    actor: ActorId,
) -> Wallet:
    """Send credit to its backer, or finish what is under way; one that has ended is returned as it is.

    As of a payout, a decline is no error: the withdrawal has failed, and the credit is free again. So look at
    the state of `pushcore.payouts.Wallet.withdrawal`, by its `pushcore.payouts.crediting.withdrawal_key`,
    before you tell the backer that money is on its way.

    Args:
        ports: Everything outside.
        backer_id: Whose wallet.
        currency: Of which currency.
        key: Names the withdrawal: asked again, it is made once. One that failed is tried under another.
        amount: How much; None for all that can be spent.
        actor: Who.

    Raises:
        Refused: ``wallet-too-low``: less can be spent, or nothing.
        KeyReused: another amount was withdrawn under this key.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the wallet.
        GatewayMisuse: the provider rejected it, which failed as if it were declined.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    wallet = state_wallet(ports, backer_id, currency)
    name = crediting.withdrawal_key(wallet, key)
    asked = wallet.withdrawal(name)
    if asked is None:
        wallet, changes = crediting.withdraw(wallet, key, amount, ports.now(), actor)
        ports.store.commit(changes)
    elif amount not in {None, asked.amount}:
        message = f"{asked.amount} of wallet {wallet.id} was withdrawn as {key}: choose another key"
        raise KeyReused(message, key=key, amount=asked.amount)
    return finish_withdrawal(ports, wallet, name, actor, again=asked is not None)


def finish_withdrawal(
    ports: Ports, wallet: Wallet, key: OrderKey, actor: ActorId, *, again: bool = True
) -> Wallet:
    """Ask for a withdrawal and take its answer, or what somebody else made of it meanwhile.

    One that is not under way is left as it is.
    """
    asked = wallet.withdrawal(key)
    if asked is None or asked.state is not WithdrawalState.ORDERED:
        return wallet
    return ask(
        ports,
        crediting.withdrawal_order(wallet, asked),
        partial(_answered, ports, wallet, key, actor),
        partial(ports.store.find, Wallet, wallet.id),
        again=again,
        outcome=lambda found: found.withdrawal(key),
    )


def withdrawn_wallet(ports: Ports, key: OrderKey) -> Wallet | None:
    """The wallet that a withdrawal of this key is of; None where it is the key of something else."""
    wallet_id = crediting.withdrawn_from(key)
    return None if wallet_id is None else ports.store.find(Wallet, wallet_id)


def take_withdrawal(ports: Ports, wallet: Wallet, key: OrderKey, actor: ActorId, answer: Answer) -> Wallet:
    """Take the answer to a withdrawal under way, which came by itself."""
    receive = partial(_answered, ports, wallet, key, actor)
    reread = partial(ports.store.find, Wallet, wallet.id)
    return take(ports, answer, receive, reread, outcome=lambda found: found.withdrawal(key))


def _answered(
    ports: Ports, wallet: Wallet, key: OrderKey, actor: ActorId, answer: Answer
) -> tuple[Wallet, Changes]:
    return crediting.receive(wallet, key, answer, ports.now(), actor)


@use_case
def pass_on_credit(  # noqa: PLR0913  who gives whom how much
    ports: Ports,
    backer_id: BackerId,
    recipient_id: BackerId,
    currency: Currency | str,
    *,
    key: str,
    amount: Money | None = None,
    actor: ActorId,
) -> Wallet:
    """Give credit to another backer, where it expires when it would have: the wallet of who gave.

    Args:
        ports: Everything outside.
        backer_id: Who gives.
        recipient_id: Who gets it.
        currency: Of which wallets.
        key: Names the gift: it is made once.
        amount: How much; None for all that can be spent.
        actor: Who.

    Raises:
        Refused: ``wallet-too-low``: less can be spent, or nothing; ``already-credited``: the recipient has
            got it.
        KeyReused: a gift was made under this key.
        InvalidValue: the amount is not above zero, or both are the same backer.
        CurrencyMismatch: the amount is of another currency than the wallets.
    """
    giver, recipient = (state_wallet(ports, it, currency) for it in (backer_id, recipient_id))
    (after, _), changes = crediting.transfer(giver, recipient, key, amount, ports.now(), actor)
    ports.store.commit(changes)
    return after


@use_case
def expire_credit(
    ports: Ports, backer_id: BackerId, currency: Currency | str, *, goes_to: str, actor: ActorId
) -> Wallet:
    """Write off what has expired of a wallet.

    Args:
        ports: Everything outside.
        backer_id: Whose wallet.
        currency: Of which currency.
        goes_to: Who gets it, such as the platform or a charity.
        actor: Who.

    Raises:
        Refused: ``not-due``: nothing has expired, or it is being withdrawn.
    """
    wallet = state_wallet(ports, backer_id, currency)
    after, changes = crediting.expire(wallet, ports.now(), actor, goes_to=goes_to)
    ports.store.commit(changes)
    return after


@composed
def expire_credits(ports: Ports, *, goes_to: str, actor: ActorId) -> dict[str, PushcoreError]:
    """Write off what has expired of every wallet; the errors of those that could not be written, by wallet.

    Run it regularly, where credit expires.
    """
    troubles: dict[str, PushcoreError] = {}
    for wallet in tuple(ports.store.expiring_wallets(ports.now())):
        try:
            expire_credit(ports, wallet.backer_id, wallet.currency, goes_to=goes_to, actor=actor)
        except PushcoreError as trouble:
            troubles[wallet.id] = trouble.with_traceback(None)
    return troubles
