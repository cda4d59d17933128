"""The decisions about a wallet: giving credit, spending, withdrawing, passing on, and what expires."""

from __future__ import annotations

from datetime import timedelta
from types import NoneType
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import expect, shown
from pushcore._evolving import evolved
from pushcore.calendar import utc
from pushcore.changes import Changes, Event
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Transfer
from pushcore.ids import OrderKey, PayeeId, PayoutId, TransactionId, joined, parted
from pushcore.ledger import Account, TransactionPhase, chart, recipes, reversals
from pushcore.money import Money
from pushcore.payouts.return_events import (
    CreditExpired,
    CreditGiven,
    CreditSpent,
    CreditTransferred,
    CreditWithdrawn,
    WithdrawalFailed,
    WithdrawalOrdered,
)
from pushcore.payouts.wallet import CreditLot, Taken, Wallet, Withdrawal, WithdrawalState, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from pushcore.ids import ActorId, CampaignId
    from pushcore.ledger import Transaction

__all__ = [
    "call_in",
    "credit",
    "expire",
    "receive",
    "spend",
    "transfer",
    "withdraw",
    "withdrawal_key",
    "withdrawal_order",
    "withdrawn_from",
]


def credit(  # noqa: PLR0913  who gets what for what, when
    wallet: Wallet,
    key: str,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    reason: str,
    source: Account,
    lifetime: timedelta | None,
) -> tuple[Wallet, Changes]:
    """Give a backer credit, such as a refund that goes to the wallet.

    Args:
        wallet: The backer's, empty if there was none.
        key: What it is given for; the ledger takes each key once.
        amount: How much.
        at: When.
        actor: Who.
        reason: Why, as a code.
        source: Whose money it is: `pushcore.ledger.chart.refunds_account` for a refund.
        lifetime: After what time it expires; None where it never does. 90 days at Catarse.

    Raises:
        Refused: ``already-credited``: a lot of this key is there.
        InvalidValue: the amount or the lifetime is not above zero.
        CurrencyMismatch: the amount is of another currency than the wallet.
    """
    at = _asked(wallet, amount, at)
    expect(lifetime, timedelta, NoneType, what="the lifetime of credit")
    if any(lot.key == key for lot in wallet.lots):
        raise Refused([Refusal("already-credited", f"credit {key} was given", {"key": key})])
    lot = CreditLot(key, amount, reason, at, None if lifetime is None else _later(at, lifetime))
    target = chart.wallet_account(wallet.backer_id)
    entry = reversals.moved(_entry(wallet, "credit", key), "credit", source, target, amount, at)
    event = CreditGiven(at, actor, wallet.backer_id, key, amount, reason)
    return _written(wallet, [entry], [event], lots=in_order((*wallet.lots, lot)))


def spend(  # noqa: PLR0913, PLR0917  who pays what for what, when
    wallet: Wallet,
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> tuple[Wallet, Changes]:
    """Pay for a campaign from the wallet; fees on top and a tip go to the platform, as with a charge.

    Raises:
        Refused: ``wallet-too-low``: less can be spent.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the wallet.
    """
    at = _asked(wallet, amount, at)
    entry = reversals.spending(key, wallet.backer_id, campaign_id, amount, at, on_top=on_top)
    event = CreditSpent(at, actor, wallet.backer_id, key, campaign_id, amount)
    return _written(wallet, [entry], [event], lots=_without(wallet, _taken(wallet, amount, at)))


def withdrawal_key(wallet: Wallet, key: str) -> OrderKey:
    """The key under which a withdrawal is asked of the provider."""
    expect(wallet, Wallet, what="a wallet")
    return OrderKey(joined(wallet.backer_id, wallet.currency.code, key) + _WITHDRAW)


_WITHDRAW: Final = "/withdraw/1"


def withdrawn_from(key: OrderKey) -> str | None:
    """The id of the wallet that a withdrawal of this key is of; None where it is the key of something else.

    Example:
        >>> withdrawn_from("ana/EUR/w1/withdraw/1"), withdrawn_from("lanterne/lune/transfer/1")
        ('ana/EUR', None)
    """
    expect(key, str, what="the key of an order")
    head, found, _ = key.rpartition(_WITHDRAW)
    names = parted(head)
    return joined(*names[:-1]) if found and len(names) == len(("backer", "currency", "key")) else None


def withdrawal_order(wallet: Wallet, asked: Withdrawal) -> Transfer:
    """The transfer of a withdrawal: the backer is who is paid."""
    expect(wallet, Wallet, what="a wallet")
    expect(asked, Withdrawal, what="a withdrawal")
    subject = PayoutId(asked.key.removesuffix(_WITHDRAW))
    return Transfer(asked.key, subject, PayeeId(wallet.backer_id), asked.amount)


def withdraw(
    wallet: Wallet, key: str, amount: Money | None, at: datetime, actor: ActorId
) -> tuple[Wallet, Changes]:
    """Send credit to the backer's card or bank: all that can be spent, or an amount.

    Raises:
        Refused: ``wallet-too-low``: less can be spent, or nothing; ``already-withdrawn``: one of this key was
            asked for before.
        InvalidValue: the amount is not above zero.
        CurrencyMismatch: it is of another currency than the wallet.
    """
    amount, at = _all_or(wallet, amount, at)
    name = withdrawal_key(wallet, key)
    if wallet.withdrawal(name) is not None:
        raise Refused([Refusal("already-withdrawn", f"withdrawal {key} was asked for", {"key": key})])
    asked = Withdrawal(name, _taken(wallet, amount, at), at)
    entry = reversals.withdrawal(name, wallet.backer_id, amount, at)
    event = WithdrawalOrdered(at, actor, wallet.backer_id, name, amount)
    after, changes = _written(wallet, [entry], [event], withdrawals=(*wallet.withdrawals, asked))
    return after, changes + Changes(orders=(withdrawal_order(wallet, asked),))


def receive(
    wallet: Wallet, key: OrderKey, answer: Answer, at: datetime, actor: ActorId
) -> tuple[Wallet, Changes]:
    """Take the provider's answer to a withdrawal: it arrived, or the credit is free again.

    Raises:
        Refused: ``unknown-withdrawal``: none of this key is under way.
        InvalidValue: the answer is none.
    """
    expect(wallet, Wallet, what="a wallet")
    expect(answer, Accepted, Declined, what="the answer to a withdrawal")
    asked = wallet.withdrawal(key)
    if asked is None or asked.state is not WithdrawalState.ORDERED:
        message = f"no withdrawal {shown(key)} of wallet {wallet.id} is under way"
        raise Refused([Refusal("unknown-withdrawal", message, {"key": key})])
    backer = wallet.backer_id
    event: Event
    fee: Money | None = None
    match answer:
        case Accepted(fee=fee):
            state, phase, gone = WithdrawalState.ARRIVED, TransactionPhase.POSTED, asked.parts
            event = CreditWithdrawn(at, actor, backer, key, asked.amount)
        case Declined():
            state, phase, gone = WithdrawalState.FAILED, TransactionPhase.VOIDED, ()
            event = WithdrawalFailed(at, actor, backer, key, answer.code)
        case _:
            assert_never(answer)
    ended = attrs.evolve(asked, state=state)
    withdrawals = tuple(ended if it is asked else it for it in wallet.withdrawals)
    entry = reversals.withdrawal(key, backer, asked.amount, at, phase=phase)
    entries = [entry, *recipes.provider_cost(key, None, fee, at)]
    lots = _without(wallet, gone)
    return _written(wallet, entries, [event], done=(key,), lots=lots, withdrawals=withdrawals)


def transfer(  # noqa: PLR0913, PLR0917  who gives whom what, when
    wallet: Wallet, recipient: Wallet, key: str, amount: Money | None, at: datetime, actor: ActorId
) -> tuple[tuple[Wallet, Wallet], Changes]:
    """Give credit to another backer, all that can be spent or an amount. It expires when it would have.

    Raises:
        Refused: ``wallet-too-low``: less can be spent, or nothing; ``already-credited``: the recipient has
            got it.
        InvalidValue: the amount is not above zero, or the recipient is the same backer.
        CurrencyMismatch: the amount or the other wallet is of another currency.
    """
    amount, at = _all_or(wallet, amount, at)
    expect(recipient, Wallet, what="the recipient's wallet")
    if recipient.backer_id == wallet.backer_id:
        message = f"{wallet.backer_id} has the credit already"
        raise InvalidValue(message, wallet=wallet.id)
    if recipient.currency is not wallet.currency:
        message = f"the wallet of {recipient.backer_id} is of {recipient.currency}, not of {wallet.currency}"
        raise CurrencyMismatch(message, wallet=recipient.id)
    parts, lots = _taken(wallet, amount, at), {lot.key: lot for lot in wallet.lots}
    given = [attrs.evolve(lots[it.key], key=joined(key, it.key), amount=it.amount) for it in parts]
    if {lot.key for lot in recipient.lots}.intersection(lot.key for lot in given):
        raise Refused([Refusal("already-credited", f"transfer {key} was made", {"key": key})])
    source, target = (chart.wallet_account(it.backer_id) for it in (wallet, recipient))
    entry = reversals.moved(_entry(wallet, "gift", key), "gift", source, target, amount, at)
    event = CreditTransferred(at, actor, wallet.backer_id, recipient.backer_id, key, amount)
    giver, changes = _written(wallet, [entry], [event], lots=_without(wallet, parts))
    richer, more = _written(recipient, [], [], lots=in_order((*recipient.lots, *given)))
    return (giver, richer), changes + more


def expire(wallet: Wallet, at: datetime, actor: ActorId, *, goes_to: str) -> tuple[Wallet, Changes]:
    """Write off the credit that has expired by now, and say who gets it: the platform, a campaign, a charity.

    Raises:
        Refused: ``not-due``: nothing has expired, or it is being withdrawn.
    """
    expect(wallet, Wallet, what="a wallet")
    over, at = wallet.expired(at), utc(at)
    if not over:
        raise Refused([Refusal("not-due", f"no credit of wallet {wallet.id} has expired")])
    return _written_off(wallet, {lot.key: Taken(lot.key, lot.amount) for lot in over}, at, actor, goes_to)


def call_in(  # noqa: PLR0913  what is taken of which credit, why
    wallet: Wallet,
    keys: Collection[str],
    amount: Money,
    at: datetime,
    actor: ActorId,
    *,
    key: str,
    goes_to: str,
) -> tuple[Wallet, Money, Changes]:
    """Take credit back that was given for money which its backer has got otherwise, as far as it is there.

    What was spent, passed on or withdrawn is not; nor is what has expired, or is being withdrawn.

    Args:
        wallet: The backer's.
        keys: Those of the lots that were given for it, or what these begin with.
        amount: The most that is taken.
        at: When.
        actor: Who.
        key: What it is taken for; the ledger takes each lot once for each key.
        goes_to: Who gets it, as of credit that expires.

    Returns:
        The wallet, what was taken, and what is to be written; nothing where nothing is there.
    """
    at = _asked(wallet, amount, at)
    parts = wallet.taken(amount, at, of=keys)
    if not parts:
        return wallet, wallet.zero, Changes()
    after, changes = _written_off(wallet, {joined(key, it.key): it for it in parts}, at, actor, goes_to)
    return after, Money.total((it.amount for it in parts), wallet.currency), changes


def _written_off(
    wallet: Wallet, parts: Mapping[str, Taken], at: datetime, actor: ActorId, goes_to: str
) -> tuple[Wallet, Changes]:
    """The wallet without these parts, each of which somebody else gets by an entry of its own name."""
    source, target = chart.wallet_account(wallet.backer_id), chart.expired_account(goes_to)
    entries = [
        reversals.moved(_entry(wallet, "expiry", name), "expiry", source, target, it.amount, at)
        for name, it in parts.items()
    ]
    gone = parts.values()
    events = [CreditExpired(at, actor, wallet.backer_id, it.key, it.amount, goes_to) for it in gone]
    return _written(wallet, entries, events, lots=_without(wallet, gone))


def _asked(wallet: Wallet, amount: Money, at: datetime) -> datetime:
    """The instant, if what is asked can be asked of this wallet."""
    expect(wallet, Wallet, what="a wallet")
    expect(amount, Money, what="the amount of credit")
    if amount.currency is not wallet.currency:
        message = f"the wallet of {wallet.backer_id} is of {wallet.currency}, not {amount}"
        raise CurrencyMismatch(message, amount=amount, currency=wallet.currency)
    if amount.minor <= 0:
        message = f"credit is moved by amounts above zero, not by {amount}"
        raise InvalidValue(message, amount=amount)
    return utc(at)


def _all_or(wallet: Wallet, amount: Money | None, at: datetime) -> tuple[Money, datetime]:
    """The amount, or all that can be spent."""
    expect(wallet, Wallet, what="a wallet")
    if amount is None:
        return wallet.spendable(at), utc(at)
    return amount, _asked(wallet, amount, at)


def _taken(wallet: Wallet, amount: Money, at: datetime) -> tuple[Taken, ...]:
    """What is taken of each lot, if it is there."""
    left = wallet.spendable(at)
    if amount > left or not amount:
        message = f"{left} of wallet {wallet.id} can be spent"
        raise Refused([Refusal("wallet-too-low", message, {"spendable": left, "wanted": amount})])
    return wallet.taken(amount, at)


def _without(wallet: Wallet, parts: Iterable[Taken]) -> tuple[CreditLot, ...]:
    """The lots less what is taken of them; one of which nothing is left is there no more."""
    gone = {part.key: part.amount for part in parts}
    left = [(lot, lot.amount - gone.get(lot.key, wallet.zero)) for lot in wallet.lots]
    return tuple(attrs.evolve(lot, amount=rest) if lot.key in gone else lot for lot, rest in left if rest)


def _later(at: datetime, lifetime: timedelta) -> datetime:
    try:
        return at + lifetime
    except OverflowError:
        message = f"credit of {at} cannot last for {lifetime}"
        raise InvalidValue(message, lifetime=lifetime) from None


def _entry(wallet: Wallet, what: str, key: str) -> TransactionId:
    return TransactionId(joined("wallet", wallet.backer_id, wallet.currency.code, what, key))


def _written(
    wallet: Wallet,
    transactions: Iterable[Transaction],
    events: Iterable[Event],
    *,
    done: tuple[OrderKey, ...] = (),
    **changed: tuple[CreditLot, ...] | tuple[Withdrawal, ...],
) -> tuple[Wallet, Changes]:
    """What was ever withdrawn is not looked at again each time: a decision changes what it has looked at."""
    after = evolved(wallet, version=wallet.version + 1, **changed)
    return after, Changes(put=(after,), transactions=tuple(transactions), events=tuple(events), done=done)
