"""The laws of disputes: they stand where all news together put them, and nothing goes back twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.payouts import Dispute
from pushcore.testing.simulation.dispute_book import pledge_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.world import World

__all__ = ["DISPUTE_LAWS", "DISPUTE_STATE_LAWS", "unheard"]


def _as_told(books: Auditor, changes: Changes) -> Iterator[str]:
    """A dispute is of what was left of its charge, and stands where all that was told of it puts it."""
    for it in changes.put:
        if isinstance(it, Dispute):
            known, deed = books.disputes.all.get(it.id), books.doing[-1]
            if known is None:
                yield f"{it} is written, and nobody told of it"
                continue
            told = (known.state, known.contested, deed.args["minor"])
            if (it.state.value, it.contested, it.amount.minor) != told:
                yield f"{it} is written, and {told} by all that was told"
            if it.version == 1:
                left = books.left_of(known.charged, but=it.id)
                most = min(left, deed.args["minor"])
                unsure = books.backs.credited[pledge_of(known.charged)]  # of which parts is not told
                if known.ours > most or (known.ours < most and not unsure):
                    yield f"{it} is opened for {deed} with {left} left of the charge"


def _nothing_goes_back_twice(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is refunded of a charge and what disputes took of it are never more than was charged."""
    for it in changes.put:
        if isinstance(it, Dispute) and books.left_of(it.charge_key) < 0:
            yield f"{it} leaves {books.left_of(it.charge_key)} of its charge"


DISPUTE_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "disputed-as-told": _as_told,
    "nothing-goes-back-twice": _nothing_goes_back_twice,
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
    """News of a dispute are never refused, whatever went back before, unless a refund is under way."""
    if deed.do != "dispute" or deed.args["charged"] not in books.provider.charges:
        return
    reading = books.readings[pledge_of(deed.args["charged"])]
    if not reading.returning:
        yield f"{deed} is refused, and no refund is under way"
