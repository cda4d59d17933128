"""The laws of divisions: whatever came when, it is divided in the end as if it had come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore.testing.simulation.backer_book import agreed_in
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.hearing import collected_for
from pushcore.testing.simulation.policies import rules_of, splits_of
from pushcore.testing.simulation.shapes import FEES, TAXED
from pushcore.testing.simulation.shares import fee_of, fees_of, misdivided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor

__all__ = ["DIVISION_LAWS"]


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


def _taxes_come_back(books: Auditor, changes: Changes) -> Iterator[str]:
    """With all of a settled pledge comes back what a tax on its fees is less for what is left of these."""
    agreed = agreed_in(changes)
    if agreed is None or not _is_even(books, agreed.pledge_id):
        return
    pledge_id, name = agreed.pledge_id, books.readings[agreed.pledge_id].campaign_id
    shape = books.shapes[name]
    for tax, of in TAXED.get(shape["fees"], {}).items():
        left = sum(_there(books, name, line) for line in of)
        before = left + sum(books.backs.fees[pledge_id, line] for line in of)
        due = fee_of(shape["fees"], tax, before) - fee_of(shape["fees"], tax, left)
        if (back := books.backs.fees[pledge_id, tax]) != due:
            yield f"{back} of {tax} comes back of pledge {pledge_id}, and {due} is due of {before} to {left}"


def _there(books: Auditor, name: str, line: str) -> int:
    return -books.ledger.net(f"campaign/{name}/fees/{line}", books.shapes[name]["currency"])


def _is_even(books: Auditor, pledge_id: str) -> bool:
    """Whether a pledge was untouched since the settlement, and fees are those of what was left."""
    reading, settled = books.readings[pledge_id], books.backs.settled.get(pledge_id, 0)
    name, goes = reading.campaign_id, books.backs.goes[pledge_id]
    shape = books.shapes[name]
    disputed = any(pledge_of(it.charged) == pledge_id for it in books.disputes.all.values())
    whole = settled >= _SMALL and goes == 1 and not reading.kept and not disputed
    plain = rules_of(shape, "paid-out").keys() <= {"tip", "fee"}
    if not whole or not plain or name in books.divisions.at_once:
        return False
    total = settled + sum(it.kept for it in collected_for(books, name))
    of_total = [line[0] for line in FEES[shape["fees"]] if line[1] == "collected"]
    return all(
        _there(books, name, line) + books.backs.fees[pledge_id, line] == fee_of(shape["fees"], line, total)
        for line in of_total
    )


_SMALL: Final = 100

DIVISION_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "divided-as-one": _divided_as_one,
    "taxes-come-back": _taxes_come_back,
}
"""One more line is one more law of what is written together."""
