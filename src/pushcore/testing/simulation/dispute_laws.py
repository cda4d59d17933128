"""The laws of disputes: they stand where all news together put them, and nothing goes back twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.payouts import Dispute
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.presented_laws import worth_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.world import World

__all__ = ["DISPUTE_LAWS", "DISPUTE_STATE_LAWS", "unheard"]


def _as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """A dispute is as it was told, takes no more than was left, and stands where all news together put it."""
    for it in changes.put:
        if isinstance(it, Dispute):
            known, deed = books.disputes.all.get(it.id), books.doing[-1]
            if known is None:
                yield f"{it} is written, and nobody told of it"
                continue
            told = (known.state, known.contested, known.amount)
            if (it.state.value, it.contested, it.amount.minor) != told:
                yield f"{it} is written, and {told} by all that was told"
            if it.version == 1:
                left = books.left_of(known.charged, but=it.id)
                amount = deed.args["minor"]
                if known.shown is not None:
                    amount = worth_of(books, known.charged, amount, but=it.id)
                most = max(0, min(left, amount))
                unsure = books.backs.credited[pledge_of(known.charged)]  # of which parts is not told
                if it.amount.minor != amount:
                    yield f"{it} is opened for {deed}"
                if known.own > most or (known.own < most and not unsure):
                    yield f"{it} takes {known.own} for {deed} with {left} left of the charge"


def _nothing_goes_back_twice(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is refunded of a charge and what disputes took of it are never more than was charged."""
    for it in changes.put:
        if isinstance(it, Dispute) and books.left_of(it.charge_key) < 0:
            yield f"{it} leaves {books.left_of(it.charge_key)} of its charge"


def _impossible(books: Auditor, changes: Changes) -> Iterator[str]:
    """No dispute is taken of more than its charge took, nor one that is of another amount than before.

    Of a charge in two currencies it may be more at the provider's own rate, and never twice as much.
    """
    for it in changes.put:
        deed, charged = books.doing[-1], str(it.charge_key) if isinstance(it, Dispute) else ""
        if charged and deed.do == "dispute" and deed.args["dispute"] == it.id:
            whole, known = _charged(books, charged), books.disputes.all[it.id]
            most = whole if known.shown is None and books.exchange.currency_of(charged) is None else whole * 2
            if deed.args["minor"] > most:
                yield f"{it} is taken for {deed} of a charge of {whole}"
            if deed.args["minor"] != known.told:
                yield f"{it}, of {known.told}, is told of by {deed}"


def _charged(books: Auditor, charged: str) -> int:
    """What a charge took, as its backer sees it."""
    charge = books.provider.charges[charged]
    return (charge.presented or charge.amount).minor


DISPUTE_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "disputed-as-told": _as_told,
    "nothing-goes-back-twice": _nothing_goes_back_twice,
    "disputed-as-charged": _impossible,
}
"""One more line is one more law of what is written together."""


def _blocked(world: World, campaign_id: str) -> Iterator[str]:
    """What is disputed and not decided is blocked, with the provider and for the campaign."""
    books, currency = world.books, world.books.shapes[campaign_id]["currency"]
    for path, of in ("provider/disputed", None), (f"campaign/{campaign_id}/disputed", campaign_id):
        posted, disputed = abs(books.ledger.net(path, currency)), books.disputes.open(currency, of)
        if posted != disputed:
            yield f"{path} is at {posted} {currency}, and {disputed} is disputed"


def _as_acknowledged(world: World, campaign_id: str) -> Iterator[str]:
    """A dispute stands where all that was heard of it puts it."""
    for dispute_id, told in world.books.disputes.all.items():
        if told.campaign_id == campaign_id:
            found = world.store.find(Dispute, dispute_id)
            if found is None or (found.state.value, found.contested) != (told.state, told.contested):
                yield f"{found} is found, and it is {told.state} by all that was heard"


DISPUTE_STATE_LAWS: Final[dict[str, Callable[[World, str], Iterator[str]]]] = {
    "blocked-as-disputed": _blocked
}
"""One more line is one more law of a campaign that was touched."""


def unheard(books: Auditor, deed: Deed) -> Iterator[str]:
    """News of a dispute are taken, unless a refund is under way, or they cannot be."""
    if deed.do != "dispute" or deed.args["charged"] not in books.provider.charges:
        return
    if books.readings[pledge_of(deed.args["charged"])].returning:
        return
    known, minor = books.disputes.all.get(deed.args["dispute"]), deed.args["minor"]
    if minor <= _charged(books, deed.args["charged"]) if known is None else minor == known.told:
        yield f"{deed} is refused"
