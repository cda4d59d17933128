"""An auditor of one campaign: reads everything, adds it up in its own way, and says what does not agree.

It uses no arithmetic of the library's: it sums plain integers, over the pledges and over the gateway's own
books.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.campaigns import Campaign, CampaignState, Charging, Measure, Progress
from pushcore.campaigns._totals import number
from pushcore.gateway import Charge, Order, Prepare, Refund, Transfer, Void
from pushcore.ids import BackerId, StockId, TierId
from pushcore.ledger import Phase, Transaction, audit
from pushcore.money import Money
from pushcore.payouts import Payout, PayoutState, Statement
from pushcore.pledges import Pledge, PledgeState
from pushcore.rewards import LineKind, Stock
from pushcore.testing.steps import CAMPAIGN
from pushcore.usecases import state_account

if TYPE_CHECKING:
    from pushcore.ids import PledgeId
    from pushcore.testing.host import Host

__all__ = ["Books", "disagreements", "loose_ends"]


@attrs.frozen
class Books:
    """Everything there is to know about a host with one campaign, read at one moment."""

    campaign: Campaign
    pledges: tuple[Pledge, ...]
    progress: Progress
    stock: dict[_Key, Stock]
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
        pledges = tuple(pledge for pledge in found if pledge is not None)
        return Books(
            campaign,
            pledges,
            store.progress(CAMPAIGN),
            {key: store.stock(CAMPAIGN, *key) for key in _keys(campaign, pledges)},
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


def _keys(campaign: Campaign, pledges: Iterable[Pledge]) -> Iterator[_Key]:
    """Every stock there is, and what each backer may hold of it."""
    yield from ((stock_id, None) for stock_id in _limits(campaign))
    backers = sorted({it.backer_id for it in pledges} | {it.request.backer_id for it in pledges})
    for tier in campaign.terms.tiers:
        if tier.per_backer is not None:
            yield from ((StockId(tier.id), backer_id) for backer_id in backers)


def _limits(campaign: Campaign) -> dict[StockId, int | None]:
    """How many pieces there are of everything."""
    tiers = {StockId(it.id): it.limit for it in (*campaign.terms.tiers, *campaign.terms.add_ons)}
    return {**tiers, **{StockId(it.id): it.limit for it in campaign.terms.items}}


def _priced(books: Books) -> Iterator[str]:
    """A pledge comes to what it picks, at the prices of its phase, and the bonus; the rest is on top."""
    terms = books.campaign.terms
    tiers = {tier.id: tier for tier in (*terms.tiers, *terms.add_ons)}
    for pledge in books.pledges:
        picked, priced = Counter[str](dict(pledge.selection.picked)), Counter[str]()
        for line in pledge.quote.lines:
            if line.kind in _PICKED:
                tier = tiers[TierId(str(line.id))]
                priced[tier.id] += line.quantity
                late = pledge.late and tier.late_price is not None
                if line.unit != (tier.late_price if late else tier.price):
                    yield f"{pledge.id} has {tier.id} at {line.unit}"
        if priced != picked:
            yield f"{pledge.id} picks {picked}, and pays for {priced}"
        if _sum([pledge], LineKind.BONUS) != pledge.selection.bonus.minor:
            yield f"{pledge.id} gives {pledge.quote} with {pledge.selection}"
        if _sum([pledge]) != pledge.amount.minor:
            yield f"{pledge.id} comes to {pledge.amount}"


def _held(pledge: Pledge, campaign: Campaign) -> Counter[_Key]:
    """The pieces that a pledge holds of every stock."""
    pieces = Counter[_Key]()
    tiers = {tier.id: tier for tier in (*campaign.terms.tiers, *campaign.terms.add_ons)}
    for tier_id, number_of in pledge.selection.picked:
        pieces[StockId(tier_id), None] += number_of
        if tiers[tier_id].per_backer is not None:
            pieces[StockId(tier_id), pledge.backer_id] += number_of
        for item_id, in_one in tiers[tier_id].includes.items():
            pieces[StockId(item_id), None] += in_one * number_of
    return pieces


def _in_stock(books: Books) -> Iterator[str]:
    """Pieces are held by pledges and by nothing else, and never more than there are."""
    claimed, reserved = Counter[_Key](), Counter[_Key]()
    for pledge in books.pledges:
        if pledge.state in _STANDING:
            claimed += _held(pledge, books.campaign)
        elif pledge.state is PledgeState.PREAUTH:
            reserved += _held(pledge, books.campaign)
    limits = _limits(books.campaign)
    shares = {StockId(tier.id): tier.per_backer for tier in books.campaign.terms.tiers}
    for key, stock in books.stock.items():
        if (stock.claimed, stock.reserved) != (claimed[key], reserved[key]):
            yield f"{key}: {stock}, but pledges hold {claimed[key]} and {reserved[key]}"
        limit = limits[key[0]] if key[1] is None else shares[key[0]]
        if limit is not None and stock.claimed + stock.reserved > limit:
            yield f"{key} is oversold: {stock} of {limit}"


def _counted(books: Books) -> Iterator[str]:
    """Progress is the sum of the pledges that stand, each on its side of the success."""
    standing, collected = books.in_state(*_STANDING), books.in_state(PledgeState.COLLECTED)
    early, late = _early(standing), [it for it in standing if it.late]
    progress, counts = books.progress, books.campaign.terms.model.counts
    told = {
        "pledged": progress.pledged.minor,
        "pledges": progress.pledges,
        "backers": progress.backers,
        "collected": progress.collected.minor,
        "collections": progress.collections,
        "counted": progress.counted.minor,
        "units": progress.units,
        "late": progress.late.minor,
    }
    counted = {
        "pledged": _given(early),
        "pledges": len(standing),
        "backers": len({pledge.backer_id for pledge in standing}),
        "collected": _given(collected),
        "collections": len(collected),
        "counted": _sum(early, *counts),
        "units": _units(early),
        "late": _given(late),
    }
    if told != counted:
        yield f"progress is {told}, the pledges come to {counted}"


def _under_the_cap(books: Books) -> Iterator[str]:
    """A cap is never exceeded, and what is left below it can be charged."""
    cap = books.campaign.terms.model.cap
    if cap is None:
        return
    counted = _sum(_early(books.in_state(*_STANDING)), *books.campaign.terms.model.counts)
    left = cap.amount.minor - counted
    if left < 0 or cap.tolerance.minor < left < cap.smallest_charge.minor:
        yield f"{counted} counts to a cap of {cap.amount}"


def _charged_once(books: Books) -> Iterator[str]:
    """The gateway took each pledge's amount at most once, and only where we know of it."""
    charges = [order for order in books.accepted if isinstance(order, Charge)]
    times = Counter(order.pledge_id for order in charges)
    yield from (f"{pledge_id} is charged {n} times" for pledge_id, n in times.items() if n > 1)
    amounts = {order.pledge_id: order.amount for order in charges}
    for pledge in books.pledges:
        if times[pledge.id] not in _CHARGED.get(pledge.state, (0,)):
            yield f"{pledge.id} is {pledge.state} and was charged {times[pledge.id]} times"
        if amounts.get(pledge.id, pledge.amount) != pledge.amount:
            yield f"{pledge.id} of {pledge.amount} was charged {amounts[pledge.id]}"
    if charges and not _may_charge(books.campaign):
        yield f"{len(charges)} charges of a campaign that is {books.campaign.state}"


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
    """The gateway gave a pledge back at most once, all of what it took, and only where we know of it."""
    charges = {order.key: order.amount for order in books.accepted if isinstance(order, Charge)}
    refunds = [order for order in books.accepted if isinstance(order, Refund)]
    times = Counter(order.pledge_id for order in refunds)
    for pledge in books.pledges:
        if times[pledge.id] not in _GIVEN_BACK.get(pledge.state, (0,)):
            yield f"{pledge.id} is {pledge.state} and was given back {times[pledge.id]} times"
    for order in refunds:
        if charges.get(order.charged) != order.amount:
            yield f"{order} gives back what was not taken"


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
    posted = _posted(books.transactions)
    if posted["provider"] != books.held_minor - unknown:
        yield f"the ledger has {posted} at the provider, the gateway {books.held_minor}, {unknown} under way"
    charged, back = _sum(books.in_state(*_PAID)), _sum(books.in_state(PledgeState.REFUNDED))
    paid = sum(payout.amount.minor for payout in books.payouts if payout.state is PayoutState.PAID)
    if posted["provider"] != charged - back - paid:
        yield f"the ledger has {posted}; {charged} charged, {back} given back, {paid} paid out"
    on_top = _sum(books.in_state(*_KEPT), *_ON_TOP)
    if posted["on-top"] != -on_top:
        yield f"the ledger has {posted}; {on_top} was given on top"
    inside = posted["held"] + posted["fees"] + posted["payee"] + posted["on-top"] + posted["debt"]
    if posted["provider"] + inside + posted["refunds"]:
        yield f"{posted} do not come to nothing"


def _stated(books: Books) -> Iterator[str]:
    """The statement says what was taken for the campaign, and where it is."""
    told = books.statement
    taken, back = _given(books.in_state(*_PAID)), _given(books.in_state(PledgeState.REFUNDED))
    paid = sum(payout.amount.minor for payout in books.payouts if payout.state is PayoutState.PAID)
    said = (told.collected.minor, told.refunded.minor, _total(told.paid.values()))
    if not told.conserved or said != (taken, back, paid):
        yield f"{told} does not say {taken} collected, {back} given back and {paid} paid"


def _moving(orders: Iterable[Order]) -> Iterator[tuple[Charge | Refund | Transfer, int]]:
    """The orders that move money, with the sign it has in the gateway's books."""
    for order in orders:
        if isinstance(order, Charge | Refund | Transfer):
            yield order, 1 if isinstance(order, Charge) else -1


def _posted(transactions: Iterable[Transaction]) -> Counter[str]:
    """What is posted to every kind of account, debits above zero and credits below."""
    sums = Counter[str]()
    for transaction in transactions:
        if transaction.phase is Phase.POSTED:
            for posting in transaction.postings:
                _, _, kind = posting.account.path.partition(f"{CAMPAIGN}/")
                sums[kind.split("/")[0] or posting.account.path] += posting.amount.minor
    return sums


def _sound(books: Books) -> Iterator[str]:
    """The ledger is, and exactly the open orders that move money are pending in it."""
    yield from map(str, audit(books.transactions))
    resolved = {transaction.pending_id for transaction in books.transactions}
    pending = {str(it.id) for it in books.transactions if it.phase is Phase.PENDING and it.id not in resolved}
    moving = {str(order.key) for order in books.orders if isinstance(order, Charge | Refund | Transfer)}
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


def _judged(books: Books) -> Iterator[str]:
    """The verdict rests on exactly the pledges that stood."""
    campaign, outcome = books.campaign, books.campaign.outcome
    if campaign.round > 1 + (campaign.terms.model.second_round is not None):
        yield f"round {campaign.round} of {campaign.terms.model}"
    if outcome is None:
        if campaign.funded:
            yield "funded without an outcome"
        return
    stood = _early(pledge for pledge in books.pledges if _stood(pledge, campaign))
    if _given(stood) != outcome.pledged.minor or len({it.backer_id for it in stood}) != outcome.backers:
        yield f"judged by {outcome}, while {stood} stood"
    total = _sum(stood, *campaign.terms.model.counts)
    goal = campaign.terms.goal.amount
    verdict = _verdict(campaign, total if isinstance(goal, Money) else _units(stood))
    if campaign.state is not verdict:
        yield f"{campaign.state} instead of {verdict} with {total} of {goal}, {campaign.terms.model}"


def _stood(pledge: Pledge, campaign: Campaign) -> bool:
    """Whether a pledge stood when the verdict fell."""
    model = campaign.terms.model
    by_charges = model.measure is Measure.CONFIRMED or model.charging in {Charging.AT_PLEDGE, Charging.ESCROW}
    return (
        pledge.state in _STANDING
        or pledge.reason == "not-funded"
        or (pledge.state is PledgeState.DROPPED and not by_charges)
    )


def _verdict(campaign: Campaign, total: int) -> CampaignState:
    goal, kept = number(campaign.terms.goal.amount), campaign.terms.model.keeps_from
    if total >= goal or campaign.round > 1:
        return CampaignState.SUCCESSFUL
    if kept is not None and total > 0 and total >= kept.fraction * goal:
        return CampaignState.PARTIALLY_FUNDED
    return CampaignState.FAILED


def _unlocked_once(books: Books) -> Iterator[str]:
    """Nothing is unlocked twice, nor picked before it is unlocked."""
    unlocked = books.campaign.unlocked
    if len(set(unlocked)) < len(unlocked):
        yield f"{unlocked} are unlocked"
    for goal in books.campaign.terms.stretch_goals:
        waiting = {it.what for it in goal.unlocks} if goal.id not in unlocked else set()
        for pledge in books.pledges:
            if waiting.intersection(dict(pledge.selection.picked)):
                yield f"{pledge.id} picks what {goal.id} has yet to unlock"


def _over(books: Books) -> Iterator[str]:
    """Nothing is left to do."""
    yield from (f"{order} is open" for order in books.orders)
    for pledge in books.pledges:
        if pledge.state not in _FINAL:
            yield f"{pledge.id} is {pledge.state}"
        if pledge.state is PledgeState.COLLECTED and not books.campaign.funded:
            yield f"{pledge.id} was charged for a campaign that is {books.campaign.state}"
    yield from (
        f"{payout.id} is {payout.state}" for payout in books.payouts if payout.state is not PayoutState.PAID
    )
    if books.campaign.funded and books.campaign.settled_at is None:
        yield "not settled"
    if not books.campaign.funded and (books.progress.pledges or books.in_state(*_STANDING)):
        yield f"not funded, and {books.progress} stands"


def _nothing_held(books: Books) -> Iterator[str]:
    """All there is at the provider is what the fees took, and what was given on top."""
    told = books.statement
    owed = _total(told.payees.values()) - _total(told.paid.values())
    if told.held.minor or owed:
        yield f"{told.held} held, {owed} owed to payees"
    fees = _total(told.fees.values()) - told.debt.minor + _sum(books.in_state(*_KEPT), *_ON_TOP)
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


def _early(pledges: Iterable[Pledge]) -> list[Pledge]:
    """Those that count to the goal."""
    return [pledge for pledge in pledges if not pledge.late]


def _sum(pledges: Iterable[Pledge], *kinds: LineKind) -> int:
    """What the pledges come to: all of their lines, or those of some kinds."""
    lines = (line for pledge in pledges for line in pledge.quote.lines if not kinds or line.kind in kinds)
    return sum(line.unit.minor * line.quantity for line in lines)


def _given(pledges: Iterable[Pledge]) -> int:
    """What the campaign gets of them."""
    several = tuple(pledges)
    return _sum(several) - _sum(several, *_ON_TOP)


def _units(pledges: Iterable[Pledge]) -> int:
    return sum(it.selection.quantity for it in pledges if it.selection.tier_id is not None)


def _total(amounts: Iterable[Money]) -> int:
    return sum(amount.minor for amount in amounts)


_Key = tuple[StockId, BackerId | None]
_PICKED: Final = (LineKind.REWARD, LineKind.ADD_ON)
_ON_TOP: Final = (LineKind.FEE, LineKind.TIP)
_STANDING: Final = (PledgeState.PLEDGED, PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED)
_KEPT: Final = (PledgeState.COLLECTED, PledgeState.REFUNDING, PledgeState.UNREFUNDED)
_PAID: Final = (*_KEPT, PledgeState.REFUNDED)
_FINAL: Final = (
    PledgeState.COLLECTED,
    PledgeState.DROPPED,
    PledgeState.CANCELED,
    PledgeState.REFUNDED,
    PledgeState.VOIDED,
)
_CHARGED: Final = {PledgeState.CHARGING: (0, 1), **dict.fromkeys(_PAID, (1,))}
_GIVEN_BACK: Final = {PledgeState.REFUNDING: (0, 1), PledgeState.REFUNDED: (1,)}
"""How often money can have moved, in each state; elsewhere never."""

Check = Callable[[Books], Iterator[str]]

CHECKS: Final[tuple[Check, ...]] = (
    _priced,
    _in_stock,
    _counted,
    _under_the_cap,
    _charged_once,
    _given_back_once,
    _paid_once,
    _conserved,
    _stated,
    _sound,
    _written_down,
    _judged,
    _unlocked_once,
)
FINAL_CHECKS: Final[tuple[Check, ...]] = (_over, _nothing_held, _forgotten)
