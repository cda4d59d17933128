"""Recipes: how each thing that happens to money is written down, in the accounts of `pushcore.ledger.chart`.

.. code-block:: text

    charge       provider          →  campaign/C/held           pending, then posted or voided
                                   →  campaign/C/on-top/NAME    one for every fee on top, and the tip
    provider fee campaign/C/provider-fees → provider            what the provider itself kept of a charge, or
                                                                for a refund or a transfer
                 provider-fees     →  provider                  likewise for what is of no campaign
    give back    campaign/C/held   →  campaign/C/refunds        when a refund is ordered for the first time
    owe back     campaign/C/held   →  campaign/C/refunds        what the creator gives of a refund,
                 campaign/C/debt                                or owes of it, once it is settled
                 campaign/C/fees/LINE                           what of fees comes back
                 campaign/C/borne/WHO                           what others bear
    refund       campaign/C/refunds → provider                  pending, then posted or voided
                 campaign/C/on-top/NAME → provider              together with it
    bounced refund   provider      →  campaign/C/bounced        what the backer's bank sent back of a refund,
                 campaign/C/bounced → campaign/C/refunds        and is owed once more; in one transaction
                 provider          →  campaign/C/on-top/NAME    together with it
    receipt      campaign/C/offline → as a charge               what came in cash or by bank
    return       as a refund       →  campaign/C/offline        likewise, or the provider, who had it by then
    deposit      provider          →  campaign/C/offline        what of it is brought to the provider
    settlement   campaign/C/held   →  campaign/C/fees/LINE      one for every fee line
                                   →  campaign/C/payee/P        one for every payee
                                   →  campaign/C/reserve        what is held back from the payees
                 campaign/C/debt   →                            what fees exceed the collected total by
                 campaign/C/borne/WHO →                         what others bear of the fees
    release      campaign/C/reserve → campaign/C/payee/P        what of it becomes theirs
    payout       campaign/C/payee/P → provider                  pending, then posted or voided
                                   →  campaign/C/costs/NAME     what of it sending it costs
    returned transfer   provider   →  campaign/C/returned/P     what the bank sent back, with the cost that is
                 campaign/C/costs/NAME → campaign/C/returned/P  given back; all of it in one transaction
                 campaign/C/returned/P → campaign/C/payee/P     booked back
                 campaign/C/payee/P, or                         what the bank kept of it: of what is booked
                 campaign/C/borne/WHO  → campaign/C/payee/P     back, or from whoever bears it
    exchange     any account       →  fx/EUR-USD                in one currency
                 fx/EUR-USD        →  any account               in the other
                 fx/EUR-USD        ↔  campaign/C/fx, fx         a gain (credit) or loss (debit) of exchange
    owe share    host/H/shared     →  host/H/owed               what a host has to hand on to the platform
    pay share    host/H/owed       →  provider                  pending, then posted or voided
                                   →  host/H/own-funds          or what it has paid by itself
    opening      opening           →  any                       what another ledger stood at

Saving a payment method moves nothing and posts nothing.

A transaction balances in each of its currencies, so an exchange goes through a clearing account of the two,
which holds what was given in one and what that is worth, at the stored rate, in the other. When all that
came in a currency has gone again, the clearing account is at zero in both, and what was gained or lost on
the way is where it can be seen: in an account of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any

from pushcore._checks import expect, items, shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import CampaignId, TransactionId, joined
from pushcore.ledger.about import about, pledge_of
from pushcore.ledger.balance import Balance
from pushcore.ledger.chart import (
    FX,
    OPENING,
    PROVIDER,
    PROVIDER_FEES,
    borne_account,
    bounced_account,
    clearing_account,
    cost_account,
    debt_account,
    fee_account,
    fx_account,
    held_account,
    host_owed_account,
    offline_account,
    on_top_account,
    own_funds_account,
    payee_account,
    provider_fees_account,
    refunds_account,
    reserve_account,
    returned_account,
    shared_account,
)
from pushcore.ledger.transaction import Posting, Transaction, TransactionPhase
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.ids import HostId, OrderKey, PayeeId, PledgeId
    from pushcore.ledger.account import Account

__all__ = [
    "about",
    "bounced_refund",
    "charge",
    "convert",
    "deposit",
    "exchange",
    "exchange_gain",
    "give_back",
    "note_share",
    "opening",
    "owe_back",
    "owe_share",
    "pay_share",
    "payout",
    "pledge_of",
    "provider_cost",
    "provider_fee",
    "receipt",
    "refund",
    "release",
    "returned",
    "returned_transfer",
    "settlement",
]


def charge(  # noqa: PLR0913  who is charged what, for what, when
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A charge under way, or in another phase the provider's answer to it.

    What is given on top goes to the platform at once, by name; the campaign holds the rest.
    """
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a charge")
    _expect_on_top(on_top)
    return phased(key, "charge", at, _charged(campaign_id, amount, on_top), phase)


@lru_cache(maxsize=4096)
def _charged(
    campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]
) -> tuple[Posting, ...]:
    """Made once for a charge and its answer, and for all charges of the same amount: rewards have prices."""
    left = _held(campaign_id, amount, on_top)
    held = [Posting(held_account(campaign_id), -left)] if left else []
    given = [Posting(on_top_account(campaign_id, name), -part) for name, part in on_top]
    return (Posting(PROVIDER, amount), *held, *given)


def provider_fee(key: OrderKey, campaign_id: CampaignId, fee: Money, at: datetime) -> tuple[Transaction, ...]:
    """What the provider kept of a charge as its own fee, by what it says; nothing if that is nothing."""
    return _kept(TransactionId(f"{key}/fee"), provider_fees_account(campaign_id), fee, at)


def provider_cost(
    key: OrderKey, campaign_id: CampaignId | None, fee: Money | None, at: datetime
) -> tuple[Transaction, ...]:
    """What the provider kept for a refund or a transfer, by what it says; nothing if it says nothing.

    The backer or the payee gets all of it nevertheless: the cost is the platform's. It is of no campaign
    where credit is withdrawn, or a host pays the platform.
    """
    if fee is None:
        return ()
    account = PROVIDER_FEES if campaign_id is None else provider_fees_account(campaign_id)
    return _kept(TransactionId(f"{key}/cost"), account, fee, at)


def _kept(name: TransactionId, account: Account, fee: Money, at: datetime) -> tuple[Transaction, ...]:
    expect(fee, Money, what="what the provider kept")
    if not fee:
        return ()
    return (Transaction(name, "provider-fee", at, (Posting(account, fee), Posting(PROVIDER, -fee))),)


def give_back(
    pledge_id: PledgeId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> tuple[Transaction, ...]:
    """What a campaign no longer holds of a charge, since its backer is owed it; nothing if that was nothing.

    It is the backer's from here on, however often the provider declines to refund it.
    """
    held = _held(campaign_id, amount, on_top)
    if not held:
        return ()
    postings = (Posting(held_account(campaign_id), held), Posting(refunds_account(campaign_id), -held))
    return (Transaction(TransactionId(joined(pledge_id, "give-back")), "give-back", at, postings),)


def owe_back(  # noqa: PLR0913  who gives what back
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    at: datetime,
    *,
    creator: Money,
    settled: bool,
    fees: Mapping[str, Money],
    others: Mapping[str, Money],
) -> tuple[Transaction, ...]:
    """What a backer is owed of a funded campaign, from all who give it; nothing if they give nothing.

    What its creator gives is taken of what is held, or is a debt once that is settled. Fees come back from
    their lines, and what others bear stands by their names: below zero where they have it again.
    """
    expect(campaign_id, str, what="campaign id")
    expect(creator, Money, what="what the creator gives")
    for parts in fees, others:
        expect(parts, Mapping, what="the parts of a refund")
        Money.total(parts.values(), creator.currency)
    source = debt_account(campaign_id) if settled else held_account(campaign_id)
    given = [
        Posting(account, amount)
        for account, amount in (
            (source, creator),
            *((fee_account(campaign_id, line), fee) for line, fee in fees.items()),
            *((borne_account(campaign_id, who), amount) for who, amount in others.items()),
        )
        if amount
    ]
    if not given:
        return ()
    if owed := Money.total((posting.amount for posting in given), creator.currency):
        given.append(Posting(refunds_account(campaign_id), -owed))
    return (Transaction(transaction_id, "owe-back", at, given),)


def refund(  # noqa: PLR0913  what is given back to whom, when
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A refund of a whole charge under way, or in another phase the provider's answer to it."""
    return phased(key, "refund", at, _refunded(campaign_id, amount, on_top), phase)


def _refunded(
    campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]
) -> tuple[Posting, ...]:
    held = _held(campaign_id, amount, on_top)
    owed = [Posting(refunds_account(campaign_id), held)] if held else []
    given = [Posting(on_top_account(campaign_id, name), part) for name, part in on_top]
    return (*owed, *given, Posting(PROVIDER, -amount))


def bounced_refund(
    key: OrderKey,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> Transaction:
    """A refund that the backer's bank did not take: it is owed once more, and what is on top is where it was.

    It passes an account of its own on the way, whose turnover tells a statement what came back.
    """
    postings: list[Posting] = []
    for posting in _refunded(campaign_id, amount, on_top):
        if posting.account.path == refunds_account(campaign_id).path:
            passing = bounced_account(campaign_id)
            postings += [Posting(passing, -posting.amount), Posting(passing, posting.amount)]
        postings.append(Posting(posting.account, -posting.amount))
    return Transaction(TransactionId(f"{key}/bounced"), "bounced-refund", at, postings)


def _held(campaign_id: CampaignId, amount: Money, on_top: tuple[tuple[str, Money], ...]) -> Money:
    """What a campaign holds of a charge: all but what was given on top."""
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a charge")
    _expect_on_top(on_top)
    return amount - Money.total((given for _, given in on_top), amount.currency)


def _expect_on_top(on_top: tuple[Any, ...]) -> None:
    """Refuse what is no tuple of names with amounts."""
    expect(on_top, tuple, what="what is given on top")
    for given in on_top:
        expect(given, tuple, what="something that is given on top")
        match given:
            case str(), Money():
                pass
            case _:
                message = f"something that is given on top: expected a name and money, got {shown(given)}"
                raise InvalidValue(message, value=given)


def receipt(
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
) -> Transaction:
    """A contribution that came in cash or by bank."""
    expect(campaign_id, str, what="campaign id")
    expect(amount, Money, what="the amount of a receipt")
    _expect_on_top(on_top)
    _, *held = _charged(campaign_id, amount, on_top)
    postings = (Posting(offline_account(campaign_id), amount), *held)
    return Transaction(transaction_id, "receipt", at, postings)


def returned(  # noqa: PLR0913  what is given back of what, when
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    amount: Money,
    at: datetime,
    *,
    on_top: tuple[tuple[str, Money], ...] = (),
    fetched: Money | None = None,
) -> Transaction:
    """What came in cash or by bank, given back by hand; what of it was deposited is fetched there."""
    expect(fetched, Money, NoneType, what="what is fetched at the provider")
    *back, _ = _refunded(campaign_id, amount, on_top)
    there = amount * 0 if fetched is None else fetched
    sources = (offline_account(campaign_id), amount - there), (PROVIDER, there)
    postings = (*back, *(Posting(source, -part) for source, part in sources if part))
    return Transaction(transaction_id, "return", at, postings)


def deposit(campaign_id: CampaignId, amount: Money, at: datetime) -> Transaction:
    """What came for a campaign in cash or by bank, brought to the provider, who pays it out; once."""
    expect(amount, Money, what="the amount of a deposit")
    postings = (Posting(PROVIDER, amount), Posting(offline_account(campaign_id), -amount))
    return Transaction(TransactionId(joined(campaign_id, "deposit")), "deposit", at, postings)


def settlement(  # noqa: PLR0913  what is divided among whom
    campaign_id: CampaignId,
    collected: Money,
    fees: Mapping[str, Money],
    payees: Mapping[PayeeId, Money],
    at: datetime,
    *,
    reserve: Money | None = None,
    borne: Mapping[str, Money] | None = None,
) -> Transaction:
    """What was collected, divided among fee lines and payees; what fees exceed it by is the creator's debt.

    A line below zero is a tax that is withheld from the others, or a fee that was estimated too high. Of what
    others bear nothing is taken of the collected total. The payees are given what is not held back from them.

    Raises:
        Unbalanced: the payees are not given exactly what the fees leave.
        InvalidValue: what is divided is not money.
    """
    expect(collected, Money, what="what was collected")
    expect(reserve, Money, NoneType, what="what is held back")
    others = {} if borne is None else borne
    for parts in fees, payees, others:
        expect(parts, Mapping, what="the parts of a settlement")
        Money.total(parts.values(), collected.currency)
    taken = Money.total(fees.values(), collected.currency)
    debt = taken - Money.total(others.values(), collected.currency) - collected
    postings = [Posting(held_account(campaign_id), collected)] if collected else []
    postings += [Posting(borne_account(campaign_id, who), part) for who, part in others.items() if part]
    if debt.minor > 0:
        postings.append(Posting(debt_account(campaign_id), debt))
    postings += [Posting(fee_account(campaign_id, line), -fee) for line, fee in fees.items() if fee]
    postings += [Posting(payee_account(campaign_id, payee), -part) for payee, part in payees.items() if part]
    if reserve:
        postings.append(Posting(reserve_account(campaign_id), -reserve))
    return Transaction(TransactionId(joined(campaign_id, "settlement")), "settlement", at, postings)


def payout(  # noqa: PLR0913  who pays whom what, when
    key: OrderKey,
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    at: datetime,
    *,
    costs: tuple[tuple[str, Money], ...] = (),
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """A transfer to a payee under way, or in another phase the provider's answer to it.

    What it costs stays with the platform, by name; the rest of the amount is sent.
    """
    sent, kept = _sent(campaign_id, amount, costs)
    postings = (Posting(payee_account(campaign_id, payee_id), amount), Posting(PROVIDER, -sent), *kept)
    return phased(key, "payout", at, postings, phase)


def exchange(  # noqa: PLR0913  what becomes what, for whom, when
    transaction_id: TransactionId,
    campaign_id: CampaignId,
    debited: Posting,
    credited: Posting,
    at: datetime,
    *,
    gains: tuple[Money, ...] = (),
) -> Transaction:
    """One currency becomes another: one account is debited in the one, and one credited in the other.

    A charge in dollars for a campaign in euros debits the provider and credits what the campaign holds; its
    refund is the other way round. Dollars that a bank turns into euros debit and credit the same account.

    Args:
        transaction_id: Its own id.
        campaign_id: The campaign that it is for.
        debited: What comes in: an amount above zero.
        credited: What goes out for it: an amount below zero, in another currency. One of the two may be zero:
            what is worth less than half a unit of the other.
        at: When.
        gains: What is gained by it against the stored rate, in the one currency, the other or both; losses
            are negative. See `pushcore.money.Tendered.difference` and `pushcore.money.Reversal`.

    Raises:
        CurrencyMismatch: a gain is of a third currency.
        InvalidValue: the postings are none, the wrong way round or of one currency, or a gain is not money.
    """
    for posting, sign, what in (debited, 1, "a debit"), (credited, -1, "a credit"):
        expect(posting, Posting, what=what)
        if posting.amount.minor * sign < 0 or not (debited.amount or credited.amount):
            message = f"{posting.amount} is not {what}: one is above zero, the other below"
            raise InvalidValue(message, posting=posting)
    expect(campaign_id, str, what="campaign id")
    return _exchanged(transaction_id, (debited, credited), fx_account(campaign_id), items(gains), at)


def _exchanged(
    transaction_id: TransactionId,
    sides: tuple[Posting, Posting],
    gained: Account,
    gains: tuple[Money, ...],
    at: datetime,
) -> Transaction:
    """Both sides by way of the clearing account of their currencies, and what is gained by it."""
    one, other = (it.amount.currency for it in sides)
    clearing, postings = clearing_account(one, other), [*sides]
    for gain in gains:
        expect(gain, Money, what="a gain of exchange")
        if gain.currency not in {one, other}:
            message = f"{gain} is gained in neither of the currencies of {clearing.path}"
            raise CurrencyMismatch(message, gain=gain)
        postings.append(Posting(gained, -gain))
    for currency in one, other:
        held = Money.total((it.amount for it in postings if it.amount.currency is currency), currency)
        postings.append(Posting(clearing, -held))
    return Transaction(transaction_id, "exchange", at, [it for it in postings if it.amount])


def convert(
    transaction_id: TransactionId, given: Money, received: Money, gains: tuple[Money, ...], at: datetime
) -> Transaction:
    """Money that lies with the provider became another currency there.

    Args:
        transaction_id: Its own id.
        given: What there is less.
        received: What there is more.
        gains: What is gained by it, in the one currency, the other or both; losses are negative.
        at: When.

    Raises:
        CurrencyMismatch: a gain is of a third currency.
        InvalidValue: they are no amounts of two currencies.
    """
    for amount in given, received:
        expect(amount, Money, what="what is exchanged")
    sides = Posting(PROVIDER, received), Posting(PROVIDER, -given)
    return _exchanged(transaction_id, sides, FX, items(gains), at)


def exchange_gain(
    transaction_id: TransactionId, campaign_id: CampaignId, gain: Money, at: datetime
) -> tuple[Transaction, ...]:
    """What the provider holds above what was counted, where it exchanged at a rate of its own; a loss below.

    It booked in the currency of the campaign what its backer paid in another. Nothing if they are the same.
    """
    expect(campaign_id, str, what="campaign id")
    expect(gain, Money, what="a gain of exchange")
    if not gain:
        return ()
    postings = (Posting(PROVIDER, gain), Posting(fx_account(campaign_id), -gain))
    return (Transaction(transaction_id, "exchange", at, postings),)


def returned_transfer(  # noqa: PLR0913  what came back to whom, when
    key: OrderKey,
    campaign_id: CampaignId,
    payee_id: PayeeId,
    amount: Money,
    at: datetime,
    *,
    costs: tuple[tuple[str, Money], ...] = (),
    kept: Money | None = None,
    bearer: str | None = None,
) -> Transaction:
    """A transfer that the bank sent back, with what of its costs is given back; booked back to the payee.

    It passes an account of its own on the way, whose turnover tells a statement what came back. What the bank
    kept of it is taken of the payee once more, or is given to the payee by whoever else bears it.
    """
    sent, costing = _sent(campaign_id, amount, costs)
    lost = sent * 0 if kept is None else kept
    payee, passing = payee_account(campaign_id, payee_id), returned_account(campaign_id, payee_id)
    back, bears = (amount, payee) if bearer is None else (amount - lost, borne_account(campaign_id, bearer))
    postings = (
        Posting(PROVIDER, sent - lost),
        *(Posting(cost.account, -cost.amount) for cost in costing),
        Posting(passing, -back),
        Posting(passing, back),
        Posting(payee, -amount),
        *((Posting(bears, lost),) if lost else ()),
    )
    return Transaction(TransactionId(f"{key}/returned"), "returned-transfer", at, postings)


def _sent(
    campaign_id: CampaignId, amount: Money, costs: tuple[tuple[str, Money], ...]
) -> tuple[Money, list[Posting]]:
    """What of a payout is sent, and what it costs."""
    expect(amount, Money, what="the amount of a payout")
    expect(costs, tuple, what="the costs of a payout")
    sent = amount - Money.total((cost for _, cost in costs), amount.currency)
    return sent, [Posting(cost_account(campaign_id, name), -cost) for name, cost in costs]


def release(
    transaction_id: TransactionId, campaign_id: CampaignId, payees: Mapping[PayeeId, Money], at: datetime
) -> Transaction:
    """What was held back from payees, given to them.

    Raises:
        InvalidValue: nobody is given anything.
    """
    expect(payees, Mapping, what="what payees are given of a reserve")
    given = [Posting(payee_account(campaign_id, payee), -part) for payee, part in payees.items() if part]
    if not given:
        message = "somebody is given something where a reserve is released"
        raise InvalidValue(message, payees=payees)
    total = Money.total(payees.values(), given[0].amount.currency)
    postings = (Posting(reserve_account(campaign_id), total), *given)
    return Transaction(transaction_id, "release", at, postings)


def owe_share(transaction_id: TransactionId, host_id: HostId, amount: Money, at: datetime) -> Transaction:
    """What a host owes the platform from now on; below zero, what it owes no more."""
    expect(amount, Money, what="what a host owes")
    postings = (Posting(shared_account(host_id), amount), Posting(host_owed_account(host_id), -amount))
    return Transaction(transaction_id, "owe-share", at, postings)


def pay_share(
    key: OrderKey,
    host_id: HostId,
    amount: Money,
    at: datetime,
    *,
    phase: TransactionPhase = TransactionPhase.PENDING,
) -> Transaction:
    """The payment of what a host owes under way, or in another phase the provider's answer to it."""
    expect(amount, Money, what="what a host pays")
    postings = (Posting(host_owed_account(host_id), amount), Posting(PROVIDER, -amount))
    return phased(key, "pay-share", at, postings, phase)


def note_share(transaction_id: TransactionId, host_id: HostId, amount: Money, at: datetime) -> Transaction:
    """What a host has paid by itself of what it owes."""
    expect(amount, Money, what="what a host has paid")
    postings = (Posting(host_owed_account(host_id), amount), Posting(own_funds_account(host_id), -amount))
    return Transaction(transaction_id, "pay-share", at, postings)


def phased(
    key: OrderKey, recipe: str, at: datetime, postings: tuple[Posting, ...], phase: TransactionPhase
) -> Transaction:
    """The pending transaction has the key of its order; the one that posts or voids it is done."""
    if phase is TransactionPhase.PENDING:
        return Transaction(TransactionId(key), recipe, at, postings, phase)
    done = TransactionId(f"{key}/done")
    return Transaction(
        done, recipe, at, postings if phase is TransactionPhase.POSTED else (), phase, TransactionId(key)
    )


def opening(
    key: str, campaign_id: CampaignId | None, currency: Currency, balances: Iterable[Balance], at: datetime
) -> Transaction:
    """What the accounts of a campaign, or those of none, stood at in another ledger: debits and credits."""
    expect(key, str, what="the key of an opening")
    expect(currency, Currency, what="the currency of an opening")
    postings = []
    for balance in balances:
        expect(balance, Balance, what="what an account stood at")
        sums = (balance.debits_posted, -balance.credits_posted)
        postings += [Posting(balance.account, amount) for amount in sums if amount]
    rest = -Money.total((posting.amount for posting in postings), currency)
    against = [Posting(OPENING, rest)] if rest else []
    names = (key,) if campaign_id is None else (key, campaign_id)
    transaction_id = TransactionId(joined("opening", *names, currency.code))
    return Transaction(transaction_id, "opening", at, (*postings, *against))
