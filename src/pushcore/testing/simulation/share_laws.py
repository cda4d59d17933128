"""The laws of fee shares: hosts owe what was agreed of their fees, pay all of it or wait, and pay it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.gateway import Transfer
from pushcore.payouts import AccruedShare, SharePayment
from pushcore.testing.simulation.shapes import ESTIMATED, FEES
from pushcore.testing.simulation.share_book import HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.world import World

__all__ = ["FINAL_SHARE_LAWS", "SHARE_COMMIT_LAWS", "SHARE_LAWS", "unshared"]

_WHOLE: Final = 10_000


def _share_of(books: Auditor, campaign_id: str) -> int:
    """What a host owes of a campaign as it stands: its part of all fees, half a unit up, and the tips."""
    shape, start = books.shapes[campaign_id], f"campaign/{campaign_id}/"
    currency = shape["currency"]
    lines = [line[0] for line in FEES[shape["fees"]]]
    lines += [f"{it}%2Ftrue-up" for it in ESTIMATED.get(shape["fees"], ())]
    fees = -sum(books.ledger.net(f"{start}fees/{line}", currency) for line in lines)
    tips = -books.ledger.net(f"{start}on-top/tip", currency)
    return max((2 * fees * HOSTS[shape["host"]][0] + _WHOLE) // (2 * _WHOLE) + tips, 0)


def _accrued_as_agreed(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is written down is what is owed by now, but no less than what was paid of it.

    Where something went back in the middle of it, that is written down the next time.
    """
    for it in changes.put:
        if isinstance(it, AccruedShare):
            due, before = _share_of(books, it.id), books.shares.accrued[it.id]
            owed = books.shares.owed[it.host_id, it.amount.currency.code]
            if books.campaigns[it.id].settled_at is None:
                yield f"{it} is written, and the campaign is not settled"
            if not books.disturbed and it.amount.minor != max(due, before - owed):
                yield f"{it} is written, and {due} is owed, {before} was, of which {owed} is not paid"


def _paid_when_due(books: Auditor, changes: Changes) -> Iterator[str]:
    """A host pays all that it owes, once that is more than what waits, or notes what it has paid of it."""
    for it in changes.put:
        if not isinstance(it, SharePayment) or it.state.value == "failed" or it.id in books.shares.under_way:
            continue
        owed = books.shares.owed[it.host_id, it.amount.currency.code]
        if it.attempts and (it.amount.minor != owed or owed <= HOSTS[it.host_id][1]):
            yield f"{it} is ordered, and {owed} is owed"
        if not it.attempts and it.amount.minor > owed:
            yield f"{it} is noted, and {owed} is owed"


SHARE_COMMIT_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "share-accrued-as-agreed": _accrued_as_agreed,
    "share-paid-when-due": _paid_when_due,
}
"""One more line is one more law of what may be committed."""


def _owed_as_posted(books: Auditor, changes: Changes) -> Iterator[str]:
    """The ledger has what each host owes, and what of that is under way; each order is of its payment."""
    for it in changes.put:
        if isinstance(it, AccruedShare | SharePayment):
            path, code = f"host/{it.host_id}/owed", it.amount.currency.code
            owed, posted = books.shares.owed[it.host_id, code], -books.ledger.net(path, code)
            of = books.shares.under_way.items()
            going = sum(minor for name, minor in of if books.shares.paying[name][:2] == (it.host_id, code))
            if posted != owed + going:
                yield f"{path} is at {posted} {code}, {owed} is owed and {going} under way"
    for order in changes.orders:
        if not isinstance(order, Transfer) or order.payout_id not in books.shares.paying:
            continue
        if order.amount.minor != books.shares.under_way.get(order.payout_id):
            yield f"{order} is of no payment under way"


SHARE_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "share-owed-as-posted": _owed_as_posted
}
"""One more line is one more law of what is written together."""


def unshared(books: Auditor, deed: Deed) -> Iterator[str]:
    """What was just written down of a campaign is what its host owes by now, or has paid before."""
    campaign = books.campaigns.get(deed.args["campaign"]) if deed.do == "accrue-share" else None
    if campaign is not None and campaign.settled_at is not None:
        yield from _misshared(books, campaign.id)


def _misshared(books: Auditor, name: str) -> Iterator[str]:
    shape, accrued, due = books.shapes[name], books.shares.accrued[name], _share_of(books, name)
    owed = books.shares.owed[shape["host"], shape["currency"]]
    if accrued < due or (accrued > due and owed):
        yield f"{accrued} is owed of {name}, and {due} should be"


def _accrued_in_the_end(world: World) -> Iterator[str]:
    """What is written down of every settled campaign is that, and no payment is under way."""
    for name in world.books.shares.accrued:
        yield from _misshared(world.books, name)
    yield from (f"{name} is under way" for name in world.books.shares.under_way)


FINAL_SHARE_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "share-follows-fees": _accrued_in_the_end
}
"""One more line is one more law of how a world must end."""
