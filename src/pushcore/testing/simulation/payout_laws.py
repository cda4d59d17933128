"""The laws of payouts: what is sent when, to whom, of how much; what comes back, and what that costs."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore.calendar import Zone
from pushcore.campaigns import Campaign
from pushcore.gateway import Transfer
from pushcore.payouts import Payout
from pushcore.payouts.events import PayoutConverted, PayoutSetOff
from pushcore.testing.simulation.backer_book import given_by
from pushcore.testing.simulation.policies import PAYING
from pushcore.testing.simulation.rates import minor_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from pushcore.changes import Changes
    from pushcore.money import Money
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.world import World

__all__ = [
    "FINAL_PAYOUT_LAWS",
    "PAYOUT_COMMIT_LAWS",
    "PAYOUT_LAWS",
    "PAYOUT_OVER",
    "cost_of",
    "misprepared",
    "paying_of",
]

PAYOUT_OVER: Final = frozenset({"paid", "set-off", "merged", "returned", "canceled"})
"""The states of payouts of which nothing is to be done any more."""


def paying_of(shape: dict[str, Any]) -> dict[str, Any]:
    """How the payees of a campaign are paid, by the plain values that were agreed."""
    return PAYING[shape.get("paying", "at-once")]


def cost_of(shape: dict[str, Any]) -> int:
    """What sending something to a payee of a campaign may cost."""
    paying = paying_of(shape)
    return int(paying.get("wire", 0) or paying.get("withdrawal", 0))


_NEVER_SETTLED: Final = frozenset({"failed", "canceled", "given-back"})


def _paid_out_as_settled(books: Auditor, changes: Changes) -> Iterator[str]:
    """A payout is of a settled campaign, and keeps its payee and its amount, less what is set off."""
    off = {it.payout_id: it.amount for it in changes.events if isinstance(it, PayoutSetOff)}
    settled = {it.id for it in changes.put if isinstance(it, Campaign) and it.settled_at is not None}
    for payout in changes.put:
        if isinstance(payout, Payout):
            known = books.payouts.get(payout.id)
            campaign = books.campaigns[payout.campaign_id]
            may_be = campaign.settled_at is None and campaign.state.value not in _NEVER_SETTLED
            if known is None and may_be and payout.campaign_id not in settled:
                yield f"payout {payout.id} is prepared while {payout.campaign_id} is not settled"
            if known is not None and not _kept(known, payout, off.get(payout.id)):
                yield f"payout {payout.id} is of {payout.amount} to {payout.payee_id}, and was {known}"


def _kept(before: Payout, after: Payout, off: Money | None) -> bool:
    """Whether a payout is what it was, less what is set off: of one that is over, that is what it is of."""
    amount = before.amount if off is None else before.amount - off
    if off is not None and after.state.value == "set-off":
        amount = off
    return (amount, before.payee_id) == (after.amount, after.payee_id)


def _in_their_time(books: Auditor, changes: Changes) -> Iterator[str]:
    """No transfer begins before it is due; what waits for a milestone goes on with the consent it needs.

    What was refused after that goes on once somebody has considered just that again.
    """
    for payout in (it for it in changes.put if isinstance(it, Payout)):
        known = books.payouts.get(payout.id)
        waits = known is not None and known.milestone is not None and known.state.value in _WAITING
        if waits and payout.state.value == "prepared":
            if payout.id not in books.consented and not _consented(books):
                yield f"{payout.id} is released, and its backers have not consented"
            if payout.id in books.consented and not _reconsidered(books, payout.id):
                yield f"{payout.id} was refused after the consent, and {books.doing[-1]} releases it"
    for order in changes.orders:
        known = books.payouts.get(order.payout_id) if isinstance(order, Transfer) else None
        due = None if known is None else known.due_at
        if due is not None and changes.events[0].at < due:
            yield f"{order} begins at {changes.events[0].at}, and is due at {due}"


_WAITING: Final = frozenset({"held", "refused"})


def _consented(books: Auditor) -> bool:
    consents = (deed.args for deed in books.doing if deed.do == "consent")
    return any(2 * it["given"] >= it["asked"] for it in consents)


def _reconsidered(books: Auditor, payout_id: str) -> bool:
    return any(deed.do == "reconsider" and deed.args["payout"] == payout_id for deed in books.doing)


PAYOUT_COMMIT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "paid-out-as-settled": _paid_out_as_settled,
    "paid-out-in-time": _in_their_time,
}
"""One more line is one more law of what may be committed."""


def misprepared(books: Auditor, changes: Changes, campaign_id: str, left: dict[str, int]) -> Iterator[str]:
    """What is wrong with the payouts that a settlement makes of what is left to each payee."""
    shape, at = books.shapes[campaign_id], changes.events[0].at
    made: dict[str, list[tuple[int, datetime, bool]]] = {}
    for it in changes.put:
        if isinstance(it, Payout) and it.version == 1:
            made.setdefault(it.payee_id, []).append(
                (it.amount.minor, it.due_at or at, it.milestone is not None)
            )
    agreed = {payee: [*_agreed(books, campaign_id, part, at)] for payee, part in left.items()}
    if made != {payee: several for payee, several in agreed.items() if several}:
        yield f"prepares {made} of {left}, and {agreed} was agreed: {paying_of(shape)}"


def _agreed(
    books: Auditor, campaign_id: str, part: int, at: datetime
) -> Iterator[tuple[int, datetime, bool]]:
    """How much of a part is paid when, and whether after a consent."""
    shape, paying = books.shapes[campaign_id], paying_of(books.shapes[campaign_id])
    if "withdrawal" in paying or part <= cost_of(shape):
        return
    campaign = books.campaigns[campaign_id]
    over = min(campaign.terms.window.closes.at, campaign.settled_at or at)
    ends = over.astimezone(Zone(shape["zone"]).tzinfo)
    share = before = 0
    for hundredths, days, waits in paying.get("tranches", _AT_ONCE):
        share += hundredths
        minor, before = part * share // _WHOLE - before, part * share // _WHOLE
        due = (ends + timedelta(days=days)).astimezone(UTC)
        if minor:
            yield minor, max(due, at), waits


def _later_in_time_too(books: Auditor, changes: Changes) -> Iterator[str]:
    """What comes back to a settled campaign is paid by the same plan; creators may get more besides."""
    for entry in changes.transactions:
        if entry.recipe == "settlement" and not any(isinstance(it, Campaign) for it in changes.put):
            name = entry.postings[0].account.path.split("/")[1]
            creator = books.campaigns[name].creator_id
            left = {who: -part for who, part in given_by(entry)["payee"].items() if who != creator}
            own = tuple(it for it in changes.put if isinstance(it, Payout) and it.payee_id != creator)
            for how in misprepared(books, attrs.evolve(changes, put=own), name, left):
                yield f"{name} {how}"


_WHOLE: Final = 10_000
_AT_ONCE: Final = ((_WHOLE, 0, False),)


def _costs_as_agreed(books: Auditor, changes: Changes) -> Iterator[str]:
    """A new payout costs what was agreed: each transfer, or all that is asked for but the first."""
    merged = {it.merged_into for it in changes.put if isinstance(it, Payout)}
    for payout in changes.put:
        if not isinstance(payout, Payout) or payout.version > 1 or payout.id in merged:
            continue
        shape = books.shapes[payout.campaign_id]
        asked = [
            it.id
            for it in books.payouts.values()
            if (it.campaign_id, it.payee_id) == (payout.campaign_id, payout.payee_id)
            if it.id != payout.id and it.state.value != "canceled"
        ]
        free = "withdrawal" in paying_of(shape) and not asked
        cost, agreed = (payout.amount - payout.transferred).minor, 0 if free else cost_of(shape)
        if cost != agreed:
            yield f"{payout} costs {cost}, and {agreed} was agreed"


def _sent_back_as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """What a bank sent back is owed to its payee again, less what it kept where the payee bears that."""
    for payout in changes.put:
        if not isinstance(payout, Payout) or payout.state.value != "returned":
            continue
        back = books.sent_back.get(payout.id)
        entry = next((it for it in changes.transactions if it.recipe == "returned-transfer"), None)
        if back is None or entry is None or back.entry != entry.id:
            yield f"{payout.id} is returned as {entry}, and {back} came back"
            continue
        shape, sent = books.shapes[payout.campaign_id], back.order.amount.minor
        kept = sent - back.came.minor
        owed = sent + (payout.amount.minor - sent) * back.costs
        owed -= kept * (shape.get("return_bearer", "creator") == "creator")
        payee = f"campaign/{payout.campaign_id}/payee/{payout.payee_id}"
        given = -sum(it.amount.minor for it in entry.postings if it.account.path == payee)
        if given != owed:
            yield f"{given} is given to {payout.payee_id} of {back}, and {owed} is owed"


def _arrives_at_its_rate(books: Auditor, changes: Changes) -> Iterator[str]:
    """What arrives in another currency is what is sent, at the rate of the day on which that was fixed."""
    for event in changes.events:
        if isinstance(event, PayoutConverted):
            payout, day = books.payouts[event.payout_id], event.at.date()
            other = paying_of(books.shapes[payout.campaign_id])["arrives_in"][payout.amount.currency.code]
            even = day - timedelta(days=day.toordinal() % 2)
            books.rates[payout.id] = minor_rate(payout.amount.currency.code, other, even)
    for order in changes.orders:
        if not isinstance(order, Transfer) or order.payout_id not in books.payouts:
            continue
        n, d = books.rates.get(order.payout_id, (0, 1))
        arrives = 0 if order.arrives is None else order.arrives.minor
        if arrives != (2 * order.amount.minor * n + d) // (2 * d):
            yield f"{order} arrives, at {n} for {d}"


PAYOUT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "costs-as-agreed": _costs_as_agreed,
    "later-in-time-too": _later_in_time_too,
    "sent-back-as-told": _sent_back_as_told,
    "arrives-at-its-rate": _arrives_at_its_rate,
}
"""One more line is one more law of what is written together."""


def _entered(world: World) -> Iterator[str]:
    """Whatever a bank sent back is booked in the end."""
    yield from (f"{it} is not booked" for it in world.books.sent_back.values() if not it.booked)


def _worth_nothing(world: World) -> Iterator[str]:
    """What stays on the account of a payee in the end is too little to be sent."""
    ledger = world.books.ledger
    for path, currency in ledger.places():
        first, *rest = path.split("/")
        owed = -ledger.net(path, currency)
        if first == "campaign" and rest[1] == "payee" and owed > cost_of(world.books.shapes[rest[0]]):
            yield f"{owed} {currency} is owed to {rest[2]} of {rest[0]}, and is not paid out"


FINAL_PAYOUT_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "sent-back-is-booked": _entered,
    "paid-out-in-the-end": _worth_nothing,
}
"""One more line is one more law of how payouts must end."""
