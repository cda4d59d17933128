"""What an auditor knows of money: where it came from, where it is, and that nothing moved twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from pushcore.campaigns import Campaign, CampaignState, Charging, Measure
from pushcore.gateway import Order, Refund, Take, Transfer, Void
from pushcore.ids import OrderKey, PledgeId
from pushcore.ledger import Transaction, TransactionPhase, audit
from pushcore.payouts import Payout, PayoutState
from pushcore.pledges import PartState, Pledge, PledgeState
from pushcore.testing.books import PAID, Books, charged, on_top, returned, summed
from pushcore.testing.steps import CAMPAIGN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["ACCOUNTS", "costs"]


def _charged_once(books: Books) -> Iterator[str]:
    """The gateway took each pledge or each of its parts at most once, and only where we know of it."""
    charges = [order for order in books.accepted if isinstance(order, Take)]
    amounts = defaultdict[PledgeId, list[int]](list)
    for order in charges:
        amounts[order.pledge_id].append(order.amount.minor)
    for pledge in books.pledges:
        found, expected = amounts[pledge.id], list(_chargeable(pledge))
        if found not in expected:
            yield f"{pledge.id} is {pledge.state} and was charged {found}, not {expected}"
    if charges and not _may_charge(books.campaign):
        yield f"{len(charges)} charges of a campaign that is {books.campaign.state}"


def _chargeable(pledge: Pledge) -> Iterator[list[int]]:
    """What can have been charged of a pledge, charge by charge: one more where the outcome is open."""
    if pledge.offline:
        yield []
        return
    if pledge.instalments is None:
        amounts, certain = [summed([pledge])], int(pledge.state in PAID)
    else:
        parts = pledge.instalments.parts
        amounts = [part.amount.minor for part in parts]
        certain = sum(part.state in {PartState.COLLECTED, PartState.REFUNDED} for part in parts)
        if sum(amounts) != summed([pledge]):
            yield []  # and whatever was charged is wrong, since the parts do not add up
            return
    yield amounts[:certain]
    if pledge.state is PledgeState.CHARGING:
        yield amounts[: certain + 1]


def _may_charge(campaign: Campaign) -> bool:
    """Whether money can have been taken for it: its own way, since this is about that rule."""
    model = campaign.terms.model
    if model.charging in {Charging.AT_PLEDGE, Charging.ESCROW}:
        return True
    ended_well = campaign.state in {CampaignState.SUCCESSFUL, CampaignState.PARTIALLY_FUNDED}
    judged_by_charges = model.measure is Measure.CONFIRMED and (
        campaign.round > 1 or campaign.state in {CampaignState.CLOSING, CampaignState.FAILED}
    )
    return ended_well or judged_by_charges


def _given_back_once(books: Books) -> Iterator[str]:
    """The gateway gave each charge back at most once, all of it, and only where we know of it."""
    charges = {order.key: order.amount for order in books.accepted if isinstance(order, Take)}
    refunds = [order for order in books.accepted if isinstance(order, Refund)]
    yield from (f"{key} is given back {n} times" for key, n in _times(it.charged for it in refunds) if n > 1)
    times = Counter(order.pledge_id for order in refunds)
    for pledge in books.pledges:
        certain = int(pledge.state is PledgeState.REFUNDED and not pledge.offline)
        if pledge.instalments is not None:
            certain = sum(part.state is PartState.REFUNDED for part in pledge.instalments.parts)
        if not 0 <= times[pledge.id] - certain <= (pledge.state is PledgeState.REFUNDING):
            yield f"{pledge.id} is {pledge.state} and was given back {times[pledge.id]} times"
    for order in refunds:
        if charges.get(order.charged) != order.amount:
            yield f"{order} gives back what was not taken"


def _times(keys: Iterable[OrderKey]) -> Iterable[tuple[OrderKey, int]]:
    return Counter(keys).items()


def _paid_once(books: Books) -> Iterator[str]:
    """The gateway sent each payout at most once, and only where we know of it."""
    times = Counter(order.payout_id for order in books.accepted if isinstance(order, Transfer))
    for payout in books.payouts:
        expected = {PayoutState.PAID: (1,), PayoutState.SENT: (0, 1)}.get(payout.state, (0,))
        if times[payout.id] not in expected:
            yield f"{payout.id} is {payout.state} and was sent {times[payout.id]} times"


def _conserved(books: Books) -> Iterator[str]:
    """Money in is money out and money held: in the gateway's books, in the ledger, and between the two."""
    moved = {order.key: sign * order.amount.minor for order, sign in _moving(books.accepted)}
    if books.held_minor != sum(moved.values()):
        yield f"the gateway holds {books.held_minor}, and moved {moved}"
    open_keys = {order.key for order in books.orders}
    unknown = sum(minor for key, minor in moved.items() if key in open_keys)
    posted, brought = _posted(books.transactions), books.brought_minor
    if posted["provider"] != books.held_minor + brought - unknown:
        yield f"the ledger has {posted} at the provider, the gateway {books.held_minor}, {unknown} under way"
    if books.held_minor + brought < 0:
        yield f"the gateway paid out what it never had: {books.held_minor}, with {brought} brought to it"
    taken, back = charged(books.pledges), returned(books.pledges)
    received = [pledge for pledge in books.pledges if pledge.offline]
    cash = charged(received) - returned(received)
    paid = sum(it.amount.minor - costs(it) for it in books.payouts if it.state is PayoutState.PAID)
    if posted["provider"] != taken - back - cash + brought - paid:
        yield f"the ledger has {posted}; {taken} taken, {back} given back, {cash} in cash, {paid} paid out"
    if posted["offline"] != cash - brought:
        yield f"the ledger has {posted}; {cash} came in cash, {brought} was brought to the provider"
    if posted["on-top"] != -on_top(books.pledges):
        yield f"the ledger has {posted}; {on_top(books.pledges)} was given on top"
    owed = sum(minor for path, minor in posted.items() if path.startswith("payee/"))  # beside the campaign
    inside = owed + sum(posted[kind] for kind in _INSIDE)
    if posted["provider"] + posted["offline"] + inside + posted["refunds"]:
        yield f"{posted} do not come to nothing"


def costs(payout: Payout) -> int:
    """What of a payout is not sent."""
    return sum(cost.amount.minor for cost in payout.costs)


def _stated(books: Books) -> Iterator[str]:
    """The statement says what was taken for the campaign, and where it is."""
    told = books.statement
    owed_back = books.in_state(*_OWED_BACK)
    taken = charged(books.pledges) - on_top(books.pledges, ever=True)
    back = charged(owed_back) - on_top(owed_back, ever=True)
    paid = sum(payout.amount.minor for payout in books.payouts if payout.state is PayoutState.PAID)
    said = (told.collected.minor, told.refunded.minor, sum(it.minor for it in told.paid.values()))
    if not told.conserved or said != (taken, back, paid):
        yield f"{told} does not say {taken} collected, {back} given back and {paid} paid"


def _moving(orders: Iterable[Order]) -> Iterator[tuple[Take | Refund | Transfer, int]]:
    """The orders that move money, with the sign it has in the gateway's books."""
    for order in orders:
        if isinstance(order, Take | Refund | Transfer):
            yield order, 1 if isinstance(order, Take) else -1


def _posted(transactions: Iterable[Transaction]) -> Counter[str]:
    """What is posted to every kind of account, debits above zero and credits below."""
    sums = Counter[str]()
    for transaction in transactions:
        if transaction.phase is TransactionPhase.POSTED:
            for posting in transaction.postings:
                path = posting.account.path
                _, _, kind = path.partition(f"{CAMPAIGN}/")
                owed = path.startswith("payee/") and path.endswith("/debt")
                sums["debt" if owed else kind.split("/")[0] or path] += posting.amount.minor
    return sums


def _sound(books: Books) -> Iterator[str]:
    """The ledger is, and exactly the open orders that move money are pending in it."""
    yield from map(str, audit(books.transactions))
    resolved = {transaction.pending_id for transaction in books.transactions}
    pending = {
        str(it.id)
        for it in books.transactions
        if it.phase is TransactionPhase.PENDING and it.id not in resolved
    }
    moving = {str(order.key) for order in books.orders if isinstance(order, Take | Refund | Transfer)}
    if pending != moving:
        yield f"pending are {sorted(pending)}, open orders {sorted(moving)}"


def _written_down(books: Books) -> Iterator[str]:
    """Whatever waits for an answer has an open order."""
    waiting = {f"{pledge.id}/prepare" for pledge in books.in_state(PledgeState.PREAUTH)}
    waiting |= {f"{it.id}/charge/{it.attempts}" for it in books.in_state(PledgeState.CHARGING)}
    waiting |= {f"{it.id}/refund/{it.refunds}" for it in books.in_state(PledgeState.REFUNDING)}
    sent = (payout for payout in books.payouts if payout.state is PayoutState.SENT)
    waiting |= {f"{payout.id}/transfer/{payout.attempts}" for payout in sent}
    asked = {order.key for order in books.orders if not isinstance(order, Void)}
    if waiting != asked:
        yield f"{sorted(waiting)} wait for an answer, open orders are {sorted(asked)}"


_INSIDE: Final = (
    "held",
    "fees",
    "payee",
    "on-top",
    "debt",
    "borne",
    "reserve",
    "costs",
    "provider-fees",
)
_OWED_BACK: Final = (PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED)

ACCOUNTS: Final[tuple[Callable[[Books], Iterator[str]], ...]] = (
    _charged_once,
    _given_back_once,
    _paid_once,
    _conserved,
    _stated,
    _sound,
    _written_down,
)
