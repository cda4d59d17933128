"""The table as Markdown: the same text for the terminal and for the docs. Ratios first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.machine import described
from benchmarks.sides import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.row import Check, Row

__all__ = ["markdown", "rendered"]

_HEAD = ("work", "reached", "bound", "", *SIDES)


def rendered(rows: Sequence[Row], *, repeats: int) -> str:
    """The table with the machine it was measured on."""
    lines = [line for row in rows for line in _lines(row)]
    bounds = [check for row in rows for check in row.checks if check.bound]
    verdict = f"{sum(check.passed for check in bounds)} of {len(bounds)} bounds reached."
    note = f"Medians of at least {repeats}, in processor time. {verdict} Measured on: {described()}."
    return f"{markdown(_HEAD, lines)}\n\n{note}\n"


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned."""
    table = [head, *lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in (head, rule, *table[1:])
    )


def _lines(row: Row) -> Iterable[Sequence[str]]:
    """A line for each bound; the work and its figures stand in the first."""
    cells = [(check.reached, check.bound, _verdict(check)) for check in row.checks]
    figures = [row.figures.get(side, "") for side in SIDES]
    for place, cell in enumerate(cells):
        yield (row.work, *cell, *figures) if place == 0 else ("", *cell, *("" for _ in figures))


def _verdict(check: Check) -> str:
    if not check.bound:
        return ""
    return "yes" if check.passed else "**no**"
