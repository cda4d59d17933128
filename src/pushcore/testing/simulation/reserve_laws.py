"""The laws of reserves: what is held back is as was agreed, and goes to whose it is, in its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.payouts import HeldReserve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.ledger import Transaction
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.reserve_book import HeldBack
    from pushcore.testing.simulation.world import World

__all__ = ["FINAL_RESERVE_LAWS", "RESERVE_LAWS", "held_in", "misheld"]


def held_in(changes: Changes, campaign_id: str) -> HeldReserve | None:
    """What is held back of a campaign that is settled in a commit."""
    return next((it for it in changes.put if isinstance(it, HeldReserve) and it.id == campaign_id), None)


def misheld(
    books: Auditor, campaign_id: str, raised: int, parts: dict[str, int], held: dict[str, int]
) -> Iterator[str]:
    """What is wrong with what is held back of these parts: as much as was agreed, and of all alike."""
    net, whole = sum(parts.values()), sum(held.values())
    agreed = books.reserves.agreed(campaign_id, raised, net)
    if whole != agreed:
        yield f"{whole} of {raised} is held back, and {agreed} was agreed"
    for payee, part in parts.items():
        if abs(held.get(payee, 0) * net - whole * part) >= net:
            yield f"{held.get(payee, 0)} of {payee} is held back, of {whole} for {part} of {net}"


def _as_posted(books: Auditor, changes: Changes) -> Iterator[str]:
    """What is held back is on the account of the reserve."""
    for it in changes.put:
        if isinstance(it, HeldReserve):
            posted = -books.ledger.net(f"campaign/{it.id}/reserve", it.released.currency.code)
            known = books.reserves.all.get(it.id)
            if known is None or posted != known.there:
                yield f"{posted} is posted, and {it} is written"


def _in_its_time(books: Auditor, changes: Changes) -> Iterator[str]:
    """Nothing is given to payees before it is due, but for what they owe; and it is given to whose it is."""
    for it in changes.put:
        if not isinstance(it, HeldReserve) or it.version == 1:
            continue
        known = books.reserves.all[it.id]
        given = {who: minor - known.left.get(who, 0) for who, minor in known.before.items()}
        given = {who: minor for who, minor in given.items() if minor}
        posted = dict[str, int]()
        for transaction in changes.transactions:
            if transaction.recipe == "release":
                posted = _payees(transaction, 1)
            elif transaction.recipe == "recovery":
                owed = _payees(transaction, -1)
                given_off = {who: minor - owed.get(who, 0) for who, minor in given.items()}
                if any(given_off.values()):
                    yield f"{given} is given of {it}, and {owed} is set off"
        if posted != given:
            yield f"{given} is given of {it}, and {posted} is posted"
        yield from _early(changes, it, known)


def _early(changes: Changes, it: HeldReserve, known: HeldBack) -> Iterator[str]:
    at = changes.events[0].at
    recovered = any(transaction.recipe == "recovery" for transaction in changes.transactions)
    if not recovered and known.held - known.there > known.by(at):
        yield f"{known.by(at)} of {it} is due by {at}"


def _payees(transaction: Transaction, sign: int) -> dict[str, int]:
    """What payees are given, or is taken of them."""
    paths = ((posting.account.path.split("/"), posting.amount.minor) for posting in transaction.postings)
    return {path[3]: -sign * minor for path, minor in paths if path[2:3] == ["payee"]}


RESERVE_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "reserve-as-posted": _as_posted,
    "reserve-in-its-time": _in_its_time,
}
"""One more line is one more law of what is written together."""


def _given(world: World) -> Iterator[str]:
    """Nothing is held back for ever."""
    for name, it in world.books.reserves.all.items():
        if it.there:
            yield f"{it.left} is still held back of {name}, and was due by {it.due}"


FINAL_RESERVE_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {"reserve-is-given": _given}
"""One more line is one more law of how reserves must end."""
