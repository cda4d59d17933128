"""The laws of divisions: whatever came when, it is divided in the end as if it had come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.hearing import collected_for
from pushcore.testing.simulation.policies import rules_of, splits_of
from pushcore.testing.simulation.shapes import TAXED
from pushcore.testing.simulation.shares import fee_of, fees_of, misdivided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.world import World

__all__ = ["DIVISION_LAWS", "FINAL_DIVISION_LAWS"]


def _divided_as_one(books: Auditor, _: Changes) -> Iterator[str]:
    """What was won after the settlement is divided as if it had been there.

    Unless other money has gone meanwhile, or was less than its fees: what is owed of these is owed still.
    """
    for name in books.divisions.last:
        shape, divided, there = books.shapes[name], books.divisions.of[name], collected_for(books, name)
        if divided.debt or sum(it.kept for it in there) != divided.collected:
            continue
        agreed = {line: fee for line, fee in fees_of(shape["fees"], there).items() if fee}
        if (fees := {line: fee for line, fee in divided.fees.items() if fee}) != agreed:
            yield f"{name} paid fees of {fees} of {divided.collected}, and {agreed} were agreed"
        net = max(divided.collected - sum(agreed.values()), 0)
        parts = {who: part for who, part in divided.parts.items() if part}
        for how in misdivided(splits_of(shape), net, parts, books.campaigns[name].creator_id):
            yield f"{name}: {how}"


DIVISION_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "divided-as-one": _divided_as_one
}
"""One more line is one more law of what is written together."""


def _taxes_follow_fees(world: World) -> Iterator[str]:
    """A tax on fees is what it is of those that are left, where whole pledges went back one by one."""
    books = world.books
    for name, shape in books.shapes.items():
        taxes, campaign = TAXED.get(shape["fees"], {}), books.campaigns.get(name)
        if not taxes or campaign is None or campaign.settled_at is None or _is_uneven(books, name):
            continue
        start, currency = f"campaign/{name}/fees/", shape["currency"]
        for tax, of in taxes.items():
            left = sum(-books.ledger.net(f"{start}{line}", currency) for line in of)
            there, due = -books.ledger.net(f"{start}{tax}", currency), fee_of(shape["fees"], tax, left)
            if there != due:
                yield f"{there} of {tax} of {name} are there, and {due} are due of {left}"


def _is_uneven(books: Auditor, name: str) -> bool:
    """Whether fees stay of what goes back, or it went back in parts, by disputes or at the same moment."""
    rules = rules_of(books.shapes[name], "paid-out")
    disputed = any(it.campaign_id == name for it in books.disputes.all.values())
    pledges = books.pledges_of[name]
    parts = any(books.backs.goes[it] > (books.readings[it].state == "refunded") for it in pledges)
    return bool(rules) or disputed or parts or name in books.backs.at_once


FINAL_DIVISION_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "taxes-follow-fees": _taxes_follow_fees
}
"""One more line is one more law of how a world must end."""
