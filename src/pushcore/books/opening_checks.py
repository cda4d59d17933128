"""Whether opening balances can be true: everything that contradicts, each with its place in the document."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from pushcore.books.invoice import Credited, Invoice, InvoiceSeries
from pushcore.books.opening_accounts import PROVEN, accounts_named, sums
from pushcore.books.opening_moves import moves
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue, Problem
from pushcore.gateway import Refund, Take, Transfer
from pushcore.ids import joined
from pushcore.ledger import Balances, Transaction, TransactionPhase, faults
from pushcore.ledger.chart import OPENING, named
from pushcore.ledger.recipes import opening
from pushcore.money import Currency, Money
from pushcore.payments.keys import charge_key, order_name, refund_key
from pushcore.payouts import (
    AccruedShare,
    Dispute,
    HeldReserve,
    PayoutState,
    SharePayment,
    SharePaymentState,
    Wallet,
    WithdrawalState,
)
from pushcore.payouts.payout import transfer_order
from pushcore.payouts.share_payment import payment_order
from pushcore.pledges import PledgeState
from pushcore.rewards import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pushcore.books.opening_balances import OpeningBalances
    from pushcore.ids import CampaignId, OrderKey
    from pushcore.ledger import Balance
    from pushcore.pledges import Pledge

__all__ = ["openings", "problems"]


def problems(brought: OpeningBalances) -> Iterator[Problem]:
    """Everything that is wrong; what rests on sound parts is not looked at where they are not."""
    parts = [problem for check in _PARTS for problem in check(brought)]
    yield from parts
    if not parts:
        for check in _WHOLE:
            yield from check(brought)
        balances = Balances((*openings(brought), *brought.pending))
        for proof in PROVEN:
            yield from proof(brought, balances)


def openings(brought: OpeningBalances) -> tuple[Transaction, ...]:
    """The transactions that set every account to what it stood at: one for each campaign and currency."""
    groups: defaultdict[tuple[CampaignId | None, Currency], list[Balance]] = defaultdict(list)
    for balance in brought.balances:
        if balance.debits_posted or balance.credits_posted:
            campaign_id = named(balance.account.path).campaign_id
            groups[campaign_id, balance.debits_posted.currency].append(balance)
    return tuple(
        opening(brought.key, campaign_id, currency, balances, brought.at)
        for (campaign_id, currency), balances in groups.items()
    )


def _twice(brought: OpeningBalances) -> Iterator[Problem]:
    """Whatever is there is there once."""
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("campaigns", (it.id for it in brought.campaigns)),
        ("pledges", (it.id for it in brought.pledges)),
        ("payouts", (it.id for it in brought.payouts)),
        ("pending", (it.id for it in brought.pending)),
        ("orders", (it.key for it in brought.orders)),
        ("beside", (f"{type(it).__name__} {it.id}" for it in brought.beside)),
        (
            "balances",
            (joined(it.account.path, it.debits_posted.currency.code) for it in brought.balances),
        ),
    )
    for part, names in kinds:
        counted = Counter[str]()
        for place, name in enumerate(names):
            counted[name] += 1
            if counted[name] > 1:
                yield Problem(f"{part}.{place}", f"{name} stands twice", "duplicate")


def _unknown(brought: OpeningBalances) -> Iterator[Problem]:
    """Everything is of a campaign that is brought over too, and in its currency."""
    campaigns = {campaign.id: campaign for campaign in brought.campaigns}
    several = (
        *(("pledges", place, it.campaign_id, it.amount) for place, it in enumerate(brought.pledges)),
        *(("payouts", place, it.campaign_id, it.amount) for place, it in enumerate(brought.payouts)),
    )
    for part, place, campaign_id, amount in several:
        if campaign_id not in campaigns:
            yield Problem(
                f"{part}.{place}.campaign_id", f"there is no campaign {campaign_id} here", "unknown"
            )
        elif amount.currency is not campaigns[campaign_id].currency:
            yield Problem(f"{part}.{place}", f"{amount} is not of the campaign's currency", "currency")
    for place, it in enumerate(brought.beside):
        if isinstance(it, AccruedShare | Dispute | HeldReserve | Invoice):
            whose = it.campaign_id if isinstance(it, Dispute | Invoice) else it.id
            if whose not in campaigns:
                yield Problem(f"beside.{place}", f"there is no campaign {whose} here", "unknown")
    for place, balance in enumerate(brought.balances):
        of = named(balance.account.path).campaign_id
        if of is not None and of not in campaigns:
            message = f"there is no campaign {of} here"
            yield Problem(f"balances.{place}.account.path", message, "unknown")


def _invoiced(brought: OpeningBalances) -> Iterator[Problem]:
    """What is credited was invoiced, and no number that was given is given again."""
    invoices = {it.id for it in brought.beside if isinstance(it, Invoice)}
    given = {it.id: it.last for it in brought.beside if isinstance(it, InvoiceSeries)}
    for place, it in enumerate(brought.beside):
        if isinstance(it, Credited) and it.id not in invoices:
            yield Problem(f"beside.{place}", f"there is no invoice of {it.id} here", "unknown")
        if isinstance(it, Invoice) and it.sequence > given.get(it.series_id, it.sequence):
            message = f"series {it.series_id} is at {given[it.series_id]}, and {it.number} was given"
            yield Problem(f"beside.{place}.sequence", message, "number")


def _rewards(brought: OpeningBalances) -> Iterator[Problem]:
    """What a pledge picked is in the terms of its campaign."""
    campaigns = {campaign.id: campaign for campaign in brought.campaigns}
    for place, pledge in enumerate(brought.pledges):
        if pledge.campaign_id in campaigns:
            try:
                needs(campaigns[pledge.campaign_id].terms.catalogue, pledge.selection, pledge.backer_id)
            except InvalidValue as wrong:
                yield Problem(f"pledges.{place}.request.selection", str(wrong), "unknown")


def _reserved(brought: OpeningBalances) -> Iterator[Problem]:
    """What is pending is told as entries, and by no balance."""
    for place, balance in enumerate(brought.balances):
        if balance.debits_pending or balance.credits_pending:
            message = "what is pending is given under pending"
            yield Problem(f"balances.{place}", message, "pending")
        if balance.account.path == OPENING.path:
            yield Problem(f"balances.{place}", "this account is for the openings themselves", "reserved")
    for place, entry in enumerate(brought.pending):
        if entry.phase is not TransactionPhase.PENDING:
            yield Problem(f"pending.{place}.phase", f"{entry.id} is {entry.phase.value}", "pending")


def _balanced(brought: OpeningBalances) -> Iterator[Problem]:
    """Every debit is somebody's credit."""
    sums: Counter[Currency] = Counter()
    for it in brought.balances:
        sums[it.debits_posted.currency] += it.debits_posted.minor - it.credits_posted.minor
    for currency, off in sums.items():
        if off:
            more, less = ("debits", "credits") if off > 0 else ("credits", "debits")
            message = f"{more} exceed {less} by {Money.of_minor(abs(off), currency)}"
            yield Problem("balances", message, "off-balance")


def _sound(brought: OpeningBalances) -> Iterator[Problem]:
    """The ledger that comes of it is one that any audit finds sound."""
    for finding in faults((*openings(brought), *brought.pending), Balances(), set()):
        yield Problem("balances", str(finding), finding.fault.value)


def _under_way(brought: OpeningBalances) -> Iterator[Problem]:
    """What waits for an answer of the provider has its order, and its money pending."""
    orders = {str(it.key): it for it in brought.orders}
    pending = {str(it.id) for it in brought.pending}
    waiting = (
        *(("pledges", place, it.id, _awaited(it)) for place, it in enumerate(brought.pledges)),
        *(
            ("payouts", place, it.id, transfer_order(it).key)
            for place, it in enumerate(brought.payouts)
            if it.state is PayoutState.SENT
        ),
        *(("beside", place, key, key) for place, key in _sent(brought)),
    )
    for part, place, named_id, key in waiting:
        if key is not None and (key not in orders or key not in pending):
            message = f"{named_id} waits for an answer to {key}, which is not among the orders and pending"
            yield Problem(f"{part}.{place}.state", message, "missing")
    known: set[str] = {it.id for it in brought.pledges} | {it.id for it in brought.payouts}
    known |= {name.subject_id for _, key in _sent(brought) if (name := order_name(key)) is not None}
    for place, order in enumerate(brought.orders):
        about = order.payout_id if isinstance(order, Transfer) else order.pledge_id
        if about not in known:
            yield Problem(f"orders.{place}", f"{about} is not here", "unknown")
    moving: set[str] = {key for key, it in orders.items() if isinstance(it, Take | Refund | Transfer)}
    for place, entry in enumerate(brought.pending):
        if entry.id not in moving:
            message = f"nothing was asked of the provider under {entry.id}"
            yield Problem(f"pending.{place}.id", message, "unknown")


def _sent(brought: OpeningBalances) -> Iterator[tuple[int, OrderKey]]:
    """The withdrawals of credit, and the payments of hosts, that are under way."""
    for place, it in enumerate(brought.beside):
        match it:
            case Wallet():
                ordered = (asked for asked in it.withdrawals if asked.state is WithdrawalState.ORDERED)
                yield from ((place, asked.key) for asked in ordered)
            case SharePayment(state=SharePaymentState.ORDERED):
                yield place, payment_order(it).key
            case _:
                pass


def _disputes(brought: OpeningBalances) -> Iterator[Problem]:
    """A pledge whose dispute is open has it beside."""
    known = {it.id for it in brought.beside if isinstance(it, Dispute)}
    for place, pledge in enumerate(brought.pledges):
        for it in pledge.disputes:
            if it.open and it.id not in known:
                message = f"dispute {it.id} is open, and not beside"
                yield Problem(f"pledges.{place}.disputes", message, "missing")


def _awaited(pledge: Pledge) -> str | None:
    """The key of the answer that a pledge waits for."""
    if pledge.state is PledgeState.CHARGING:
        return charge_key(pledge)
    return refund_key(pledge) if pledge.given_back_next else None


def _in_stock(brought: OpeningBalances) -> Iterator[Problem]:
    """Nothing is promised more often than it is there."""
    campaigns = {campaign.id: campaign for campaign in brought.campaigns}
    out: Counter[tuple[CampaignId, str, str | None]] = Counter()
    for place, pledge in enumerate(brought.pledges):
        for move in moves(pledge, campaigns[pledge.campaign_id]):
            if isinstance(move, StockMove):
                key = (move.campaign_id, move.stock_id, move.backer_id)
                out[key] += move.claimed + move.reserved
                if move.limit is not None and out[key] > move.limit:
                    message = f"it takes {out[key]} of {move.stock_id}, of which there are {move.limit}"
                    yield Problem(f"pledges.{place}", message, "oversold")


_PARTS: Final[tuple[Callable[[OpeningBalances], Iterator[Problem]], ...]] = (
    _twice,
    _unknown,
    _invoiced,
    _rewards,
    _reserved,
    sums,
    accounts_named,
)
_WHOLE: Final[tuple[Callable[[OpeningBalances], Iterator[Problem]], ...]] = (
    _balanced,
    _sound,
    _under_way,
    _disputes,
    _in_stock,
)
