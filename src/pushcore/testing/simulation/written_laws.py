"""The laws that hold once a commit is written: limits, caps, settlements, and what events tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pushcore.campaigns import Campaign
from pushcore.changes import StockMove
from pushcore.gateway import Capture, Charge, Refund, Transfer
from pushcore.payouts import Payout
from pushcore.pledges import Pledge
from pushcore.testing.simulation.approving import APPROVING_LAWS
from pushcore.testing.simulation.debt_laws import DEBT_LAWS
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.dispute_laws import DISPUTE_LAWS
from pushcore.testing.simulation.division_laws import DIVISION_LAWS
from pushcore.testing.simulation.hearing import collected_for
from pushcore.testing.simulation.payout_laws import PAYOUT_LAWS, misprepared
from pushcore.testing.simulation.policies import splits_of
from pushcore.testing.simulation.presented_laws import PRESENTED_LAWS
from pushcore.testing.simulation.provider_laws import PROVIDER_LAWS
from pushcore.testing.simulation.refund_laws import REFUND_LAWS
from pushcore.testing.simulation.reserve_laws import RESERVE_LAWS, held_in, misheld
from pushcore.testing.simulation.share_laws import SHARE_LAWS
from pushcore.testing.simulation.shares import fees_of, misdivided
from pushcore.testing.simulation.sponsor_laws import SPONSOR_LAWS
from pushcore.testing.simulation.wallet_laws import CREDIT_LAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["WRITTEN_LAWS", "limit_of"]


def limit_of(campaign: Campaign, stock_id: str, backer_id: str | None) -> int | None:
    """How many pieces there are of something, or how many of it one backer may hold."""
    for tier in (*campaign.terms.tiers, *campaign.terms.add_ons):
        if tier.id == stock_id:
            return tier.limit if backer_id is None else tier.per_backer
    return next((item.limit for item in campaign.terms.items if item.id == stock_id), None)


def _no_oversell(books: Auditor, changes: Changes) -> Iterator[str]:
    """Pledges never hold more pieces than there are."""
    for move in changes.deltas:
        if isinstance(move, StockMove):
            limit = limit_of(books.campaigns[move.campaign_id], move.stock_id, move.backer_id)
            key = move.campaign_id, move.stock_id, move.backer_id
            if limit is not None and books.claimed[key] + books.reserved[key] > limit:
                yield f"{key}: {books.claimed[key]} and {books.reserved[key]} on their way, of {limit}"


def _under_the_cap(books: Auditor, changes: Changes) -> Iterator[str]:
    """What counts to a cap never exceeds it."""
    for pledge in changes.put:
        if isinstance(pledge, Pledge):
            campaign = books.campaigns[pledge.campaign_id]
            cap, counted = campaign.terms.model.cap, books.totals[campaign.id]["counted"]
            if cap is not None and counted > cap.amount.minor:
                yield f"{counted} counts to a cap of {cap.amount}"


def _settled_exactly(books: Auditor, changes: Changes) -> Iterator[str]:
    """A settlement divides what was collected: fees as agreed, parts that come to the net, nothing left."""
    for campaign in changes.put:
        if isinstance(campaign, Campaign) and campaign.settled_at is not None:
            posted = [it for it in changes.transactions if it.recipe == "settlement"]
            if posted or not _was_deposited(changes):
                yield from _missettled(books, changes, campaign)


def _was_deposited(changes: Changes) -> bool:
    """Whether it was settled before: only a deposit writes it once more."""
    return any(type(event).__name__ == "ContributionsDeposited" for event in changes.events)


def _missettled(books: Auditor, changes: Changes, campaign: Campaign) -> Iterator[str]:
    name, shape = campaign.id, books.shapes[campaign.id]
    standing = list(books.standing(name))
    if open_ones := [it for it in standing if it.state != "collected"]:
        yield f"{name} is settled while {len(open_ones)} pledges are not collected"
    given = collected_for(books, name)
    collected = [it.kept for it in given]
    books.backs.settled |= {it: books.readings[it].kept for it in books.pledges_of[name]}
    fees, parts, debt = _divided(books, name, shape["currency"])
    agreed = {line: fee for line, fee in fees_of(shape["fees"], given).items() if fee}
    if fees != agreed:
        yield f"{name} pays fees of {fees} of {sum(collected)}, and {agreed} were agreed"
    net = max(sum(collected) - sum(agreed.values()), 0)
    if debt != max(sum(agreed.values()) - sum(collected), 0):
        yield f"{name} owes {debt} of fees {agreed} of {sum(collected)}"
    reserve = held_in(changes, name)
    held: dict[str, int] = {} if reserve is None else {who: it.minor for who, it in reserve.left.items()}
    whole = dict(Counter(parts) + Counter(held))
    for how in misdivided(splits_of(shape), net, whole, campaign.creator_id):
        yield f"{name}: {how}"
    for how in misheld(books, name, sum(collected), whole, held):
        yield f"{name}: {how}"
    if reserve is not None and campaign.settled_at is not None:
        ends = min(campaign.terms.window.closes.at, campaign.settled_at)
        kept = {it: books.readings[it].kept for it in books.pledges_of[name] if books.readings[it].claimed}
        books.reserves.open(reserve, kept, ends)
    off = _set_off(changes)
    left = {payee: part - off[payee] for payee, part in parts.items()}
    for how in misprepared(books, changes, name, left):
        yield f"{name} {how}"
    for payee, part in parts.items():
        owed = books.ledger.net(f"payee/{payee}/debt", shape["currency"])
        if off[payee] != min(part, owed + off[payee]):
            yield f"{payee} gets {part} of {name} and owes {owed} yet, and {off[payee]} is set off"


def _set_off(changes: Changes) -> Counter[str]:
    """What is set off against the debts of payees."""
    off = Counter[str]()
    for transaction in changes.transactions:
        if transaction.recipe == "recovery":
            for posting in transaction.postings:
                _, _, *path = posting.account.path.split("/")
                if path[0] == "payee":
                    off[path[1]] += posting.amount.minor
    return off


def _divided(books: Auditor, name: str, currency: str) -> tuple[dict[str, int], dict[str, int], int]:
    """The fees, the parts and the debt of a campaign, as they are posted by now."""
    found: dict[str, dict[str, int]] = {"fees": {}, "payee": {}}
    for kind, sums in found.items():
        start = f"campaign/{name}/{kind}/"
        for path, code in books.ledger.places():
            if path.startswith(start) and code == currency:
                passed = books.ledger.credits[f"campaign/{name}/returned/{path.removeprefix(start)}", code]
                if path.endswith("%2Ftrue-up"):  # below zero, where less was kept
                    passed = books.ledger.debits[path, code]
                if minor := books.ledger.credits[path, code] - passed:
                    sums[path.removeprefix(start)] = minor
    return found["fees"], found["payee"], books.ledger.debits[f"campaign/{name}/debt", currency]


_TOLD: Final[dict[str, frozenset[str]]] = {
    "PledgePlaced": frozenset({"preauth", "collected"}),
    "PledgeConfirmed": frozenset({"pledged"}),
    "PledgeVoided": frozenset({"voided"}),
    "PledgeCanceled": frozenset({"canceled", "refunding", "refunded"}),
    "PledgeReleased": frozenset({"canceled"}),
    "ChargeAttempted": frozenset({"charging"}),
    "PledgeCollected": frozenset({"collected"}),
    "InstalmentCollected": frozenset({"collected", "paying"}),
    "ChargeFailed": frozenset({"errored", "dropped", "paying", "refunding", "collected"}),
    "ChargeReminded": frozenset({"errored"}),
    "PledgeDropped": frozenset({"dropped"}),
    "RefundOrdered": frozenset({"refunding", "collected"}),
    "RefundAgreed": frozenset({"refunding", "collected", "refunded", "unrefunded"}),
    "PledgeRefunded": frozenset({"refunded", "refunding"}),
    "PledgePartlyRefunded": frozenset({"collected"}),
    "RefundFailed": frozenset({"unrefunded", "collected", "refunded"}),
    "ContributionExpected": frozenset({"expected"}),
    "ContributionReceived": frozenset({"collected"}),
    "ContributionGivenUp": frozenset({"voided"}),
    "PayoutPrepared": frozenset({"prepared", "held"}),
    "PayoutSent": frozenset({"sent"}),
    "PayoutPaid": frozenset({"paid"}),
    "PayoutFailed": frozenset({"failed"}),
    "PayoutApproved": frozenset({"prepared", "approved"}),
    "PayoutRefused": frozenset({"refused"}),
    "PayoutReleased": frozenset({"prepared"}),
    "PayoutMerged": frozenset({"merged"}),
    "PayoutReturned": frozenset({"returned"}),
    "PayoutCanceled": frozenset({"canceled"}),
}
"""In which states that is, of which an event tells; of others, in any."""


def _events_tell(books: Auditor, changes: Changes) -> Iterator[str]:
    """An event is written with what it tells of, in the state that it tells of."""
    written: dict[str, str] = {it.id: it.state.value for it in changes.put if isinstance(it, Pledge | Payout)}
    named: set[str] = set()
    for event in changes.events:
        about: Any = getattr(event, "pledge_id", None) or getattr(event, "payout_id", None)
        states = _TOLD.get(type(event).__name__)
        if about is not None:
            named.update({about, str(getattr(event, "merged_id", ""))})
        disputed = books.disputes.all.get(getattr(event, "dispute_id", ""))
        if disputed is not None:
            named.add(pledge_of(disputed.charged))
        if states is not None and written.get(about) not in states:
            yield f"{event} is written with {about} in {written.get(about)}"
    for it in changes.put:
        silent = isinstance(it, Payout) or (isinstance(it, Pledge) and it.matches is None)
        if silent and it.id not in named:
            yield f"{it.id} is written as {written[it.id]}, and no event tells of it"


def _orders_have_money(books: Auditor, changes: Changes) -> Iterator[str]:
    """The money of every order under way is reserved in the ledger, and that of none that is done."""
    for order in changes.orders:
        if isinstance(order, _MOVING) and order.key in books.open and order.key not in books.ledger.open:
            yield f"{order} is open, and its money is not reserved"
    for key in changes.done:
        if key in books.ledger.open:
            yield f"{key} is done, and its money is still reserved"


_MOVING: Final = (Capture, Charge, Refund, Transfer)

WRITTEN_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "no-oversell": _no_oversell,
    "under-the-cap": _under_the_cap,
    "settled-exactly": _settled_exactly,
    "events-tell": _events_tell,
    "orders-have-money": _orders_have_money,
    **SPONSOR_LAWS,
    **REFUND_LAWS,
    **DISPUTE_LAWS,
    **APPROVING_LAWS,
    **PAYOUT_LAWS,
    **CREDIT_LAWS,
    **RESERVE_LAWS,
    **DEBT_LAWS,
    **PROVIDER_LAWS,
    **PRESENTED_LAWS,
    **SHARE_LAWS,
    **DIVISION_LAWS,
}
"""One more line is one more law of what is written together."""
