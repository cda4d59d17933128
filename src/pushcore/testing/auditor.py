"""An auditor of one campaign: reads everything, adds it up in its own way, and says what does not agree.

It uses no arithmetic of the library's: it sums plain integers, over the pledges and over the gateway's own
books.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.campaigns import Campaign, FundingModel, Progress
from pushcore.gateway import Charge, Order, Prepare, Transfer, Void
from pushcore.ids import TierId
from pushcore.ledger import Balances, Phase, Transaction, audit
from pushcore.ledger.recipes import PROVIDER
from pushcore.payouts import Payout, PayoutState, Statement
from pushcore.pledges import Pledge, PledgeState
from pushcore.rewards import Stock
from pushcore.testing.steps import CAMPAIGN
from pushcore.usecases import state_account

if TYPE_CHECKING:
    from pushcore.ids import PledgeId
    from pushcore.money import Money
    from pushcore.testing.host import Host

__all__ = ["Books", "disagreements", "loose_ends"]


@attrs.frozen
class Books:
    """Everything there is to know about a host with one campaign, read at one moment."""

    campaign: Campaign
    pledges: tuple[Pledge, ...]
    progress: Progress
    stock: dict[TierId, Stock]
    transactions: tuple[Transaction, ...]
    statement: Statement
    payouts: tuple[Payout, ...]
    orders: tuple[Order, ...]
    accepted: tuple[Order, ...]
    held_minor: int

    @staticmethod
    def of(host: Host) -> Books:
        """Read them."""
        store = host.store
        campaign = store.campaign(CAMPAIGN)
        found = (store.find_pledge(pledge_id) for pledge_id in sorted(host.pledge_ids))
        return Books(
            campaign,
            tuple(pledge for pledge in found if pledge is not None),
            store.progress(CAMPAIGN),
            {tier.id: store.stock(CAMPAIGN, tier.id) for tier in campaign.terms.tiers},
            tuple(store.transactions()),
            state_account(attrs.evolve(host.ports, store=store), CAMPAIGN),
            tuple(store.payouts(CAMPAIGN)),
            tuple(store.open_orders()),
            tuple(host.gateway.accepted()),
            host.gateway.held(campaign.currency).minor,
        )

    def in_state(self, *states: PledgeState) -> tuple[Pledge, ...]:
        """The pledges in one of these states."""
        return tuple(pledge for pledge in self.pledges if pledge.state in states)


def disagreements(books: Books) -> list[str]:
    """What does not agree, at whatever moment the books were read; nothing is what should come back."""
    return [trouble for check in CHECKS for trouble in check(books)]


def loose_ends(books: Books) -> list[str]:
    """What is not over although everything was finished."""
    return [trouble for check in (*CHECKS, *FINAL_CHECKS) for trouble in check(books)]


def _priced(books: Books) -> Iterator[str]:
    """A pledge comes to what its tier costs so many times, and the bonus."""
    for pledge in books.pledges:
        picked, tiers = pledge.selection, {tier.id: tier for tier in books.campaign.terms.tiers}
        price = 0 if picked.tier_id is None else tiers[picked.tier_id].price.minor
        if pledge.amount.minor != price * picked.quantity + picked.bonus.minor:
            yield f"{pledge.id} comes to {pledge.amount}"


def _in_stock(books: Books) -> Iterator[str]:
    """Pieces are held by pledges and by nothing else, and never more than there are."""
    claimed, reserved = Counter[str](), Counter[str]()
    for pledge in books.pledges:
        if (tier_id := pledge.selection.tier_id) is not None:
            pieces = pledge.selection.quantity
            claimed[tier_id] += pieces * (pledge.state in _STANDING)
            reserved[tier_id] += pieces * (pledge.state is PledgeState.PREAUTH)
    for tier in books.campaign.terms.tiers:
        stock = books.stock[tier.id]
        if (stock.claimed, stock.reserved) != (claimed[tier.id], reserved[tier.id]):
            yield f"{tier.id}: {stock}, but pledges hold {claimed[tier.id]} and {reserved[tier.id]}"
        if tier.limit is not None and stock.claimed + stock.reserved > tier.limit:
            yield f"{tier.id} is oversold: {stock} of {tier.limit}"


def _counted(books: Books) -> Iterator[str]:
    """Progress is the sum of the pledges that stand."""
    standing, collected = books.in_state(*_STANDING), books.in_state(PledgeState.COLLECTED)
    progress = books.progress
    told = (
        progress.pledged.minor,
        progress.pledges,
        progress.backers,
        progress.collected.minor,
        progress.collections,
    )
    backers = len({pledge.backer_id for pledge in standing})
    counted = (_sum(standing), len(standing), backers, _sum(collected), len(collected))
    if told != counted:
        yield f"progress is {told}, the pledges come to {counted}"


def _charged_once(books: Books) -> Iterator[str]:
    """The gateway took each pledge's amount at most once, and only where we know of it."""
    charges = [order for order in books.accepted if isinstance(order, Charge)]
    times = Counter(order.pledge_id for order in charges)
    yield from (f"{pledge_id} is charged {n} times" for pledge_id, n in times.items() if n > 1)
    amounts = {order.pledge_id: order.amount for order in charges}
    for pledge in books.pledges:
        expected = {PledgeState.COLLECTED: (1,), PledgeState.CHARGING: (0, 1)}.get(pledge.state, (0,))
        if times[pledge.id] not in expected:
            yield f"{pledge.id} is {pledge.state} and was charged {times[pledge.id]} times"
        if amounts.get(pledge.id, pledge.amount) != pledge.amount:
            yield f"{pledge.id} of {pledge.amount} was charged {amounts[pledge.id]}"
    if charges and not books.campaign.funded:
        yield f"{len(charges)} charges of a campaign that is {books.campaign.state}"


def _paid_once(books: Books) -> Iterator[str]:
    """The gateway sent each payout at most once, and only where we know of it."""
    times = Counter(order.payout_id for order in books.accepted if isinstance(order, Transfer))
    for payout in books.payouts:
        expected = {PayoutState.PAID: (1,), PayoutState.SENT: (0, 1)}.get(payout.state, (0,))
        if times[payout.id] not in expected:
            yield f"{payout.id} is {payout.state} and was sent {times[payout.id]} times"


def _conserved(books: Books) -> Iterator[str]:
    """Money in is money out and money held: in the gateway's books, in the ledger, and between the two."""
    charged = {order.key: order.amount.minor for order in books.accepted if isinstance(order, Charge)}
    sent = {order.key: order.amount.minor for order in books.accepted if isinstance(order, Transfer)}
    if books.held_minor != sum(charged.values()) - sum(sent.values()):
        yield f"the gateway holds {books.held_minor}, took {charged} and paid {sent}"
    open_keys = {order.key for order in books.orders}
    unknown = sum(minor for key, minor in charged.items() if key in open_keys)
    unknown -= sum(minor for key, minor in sent.items() if key in open_keys)
    balance = Balances(books.transactions).balance(PROVIDER, books.campaign.currency).posted.minor
    if balance != books.held_minor - unknown:
        yield f"the ledger has {balance} at the provider, the gateway {books.held_minor}, {unknown} under way"
    collected = _sum(books.in_state(PledgeState.COLLECTED))
    paid = sum(payout.amount.minor for payout in books.payouts if payout.state is PayoutState.PAID)
    if balance != collected - paid:
        yield f"the ledger has {balance} at the provider; {collected} collected, {paid} paid out"
    told = books.statement
    if not told.conserved or told.collected.minor != collected or _total(told.paid.values()) != paid:
        yield f"{told} does not say {collected} collected and {paid} paid"


def _sound(books: Books) -> Iterator[str]:
    """The ledger is, and exactly the open orders that move money are pending in it."""
    yield from map(str, audit(books.transactions))
    resolved = {transaction.pending_id for transaction in books.transactions}
    pending = {str(it.id) for it in books.transactions if it.phase is Phase.PENDING and it.id not in resolved}
    moving = {str(order.key) for order in books.orders if isinstance(order, Charge | Transfer)}
    if pending != moving:
        yield f"pending are {sorted(pending)}, open orders {sorted(moving)}"


def _written_down(books: Books) -> Iterator[str]:
    """Whatever waits for an answer has an open order."""
    waiting = {f"{pledge.id}/prepare" for pledge in books.in_state(PledgeState.PREAUTH)}
    waiting |= {f"{it.id}/charge/{it.attempts}" for it in books.in_state(PledgeState.CHARGING)}
    sent = (payout for payout in books.payouts if payout.state is PayoutState.SENT)
    waiting |= {f"{payout.id}/transfer/{payout.attempts}" for payout in sent}
    asked = {order.key for order in books.orders if not isinstance(order, Void)}
    if waiting != asked:
        yield f"{sorted(waiting)} wait for an answer, open orders are {sorted(asked)}"


def _judged(books: Books) -> Iterator[str]:
    """The verdict rests on exactly the pledges that stood."""
    campaign, outcome = books.campaign, books.campaign.outcome
    if outcome is None:
        if campaign.funded:
            yield "funded without an outcome"
        return
    terms = campaign.terms
    pledged, goal = outcome.pledged.minor, terms.goal.amount.minor
    kept = terms.model is FundingModel.KEEP_IT_ALL and pledged > 0
    if campaign.funded != (pledged >= goal or kept):
        yield f"{campaign.state} with {pledged} of {goal}, {terms.model}"
    stood = books.in_state(*_STANDING, PledgeState.DROPPED)
    if campaign.funded and _sum(stood) != pledged:
        yield f"judged by {pledged}, while {_sum(stood)} stood"


def _over(books: Books) -> Iterator[str]:
    """Nothing is left to do."""
    yield from (f"{order} is open" for order in books.orders)
    for pledge in books.pledges:
        if pledge.state not in _FINAL:
            yield f"{pledge.id} is {pledge.state}"
    yield from (
        f"{payout.id} is {payout.state}" for payout in books.payouts if payout.state is not PayoutState.PAID
    )
    if books.campaign.funded and books.campaign.settled_at is None:
        yield "not settled"
    if not books.campaign.funded and (books.progress.pledges or books.in_state(*_STANDING)):
        yield f"not funded, and {books.progress} stands"


def _nothing_held(books: Books) -> Iterator[str]:
    """All there is at the provider is what the fees took."""
    told = books.statement
    owed = _total(told.payees.values()) - _total(told.paid.values())
    if told.held.minor or owed:
        yield f"{told.held} held, {owed} owed to payees"
    fees = _total(told.fees.values()) - told.debt.minor
    if books.held_minor != fees:
        yield f"the gateway holds {books.held_minor}, the fees are {fees}"


def _forgotten(books: Books) -> Iterator[str]:
    """No payment method is kept for a pledge that fell."""
    saved: set[PledgeId] = set()
    for order in books.accepted:
        if isinstance(order, Prepare):
            saved.add(order.pledge_id)
        elif isinstance(order, Void):
            saved.discard(order.pledge_id)
    for pledge in books.in_state(PledgeState.CANCELED, PledgeState.DROPPED, PledgeState.VOIDED):
        if pledge.id in saved:
            yield f"{pledge.id} is {pledge.state}, and its payment method is still saved"


def _sum(pledges: tuple[Pledge, ...]) -> int:
    return _total(pledge.amount for pledge in pledges)


def _total(amounts: Iterable[Money]) -> int:
    return sum(amount.minor for amount in amounts)


_STANDING: Final = (PledgeState.PLEDGED, PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED)
_FINAL: Final = (PledgeState.COLLECTED, PledgeState.DROPPED, PledgeState.CANCELED, PledgeState.VOIDED)

Check = Callable[[Books], Iterator[str]]

CHECKS: Final[tuple[Check, ...]] = (
    _priced,
    _in_stock,
    _counted,
    _charged_once,
    _paid_once,
    _conserved,
    _sound,
    _written_down,
    _judged,
)
FINAL_CHECKS: Final[tuple[Check, ...]] = (_over, _nothing_held, _forgotten)
