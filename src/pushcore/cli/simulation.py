"""What `pushcore simulate` prints: what was done and survived, and what moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.table import Table
from rich.text import Text

from pushcore.cli.paper import Paper
from pushcore.money import Money
from pushcore.testing.simulation import FAULTS, SimulationReport

__all__ = ["print_report"]


def print_report(report: SimulationReport, worlds: int, console: Paper) -> None:
    """Print what some worlds came to, in which no law was broken.

    Args:
        report: What they came to together.
        worlds: How many they were.
        console: Where to.
    """
    for columns, rows in (
        (("operations", "done", "refused", "cut short"), _operations(report)),
        (("faults survived", "times", "what it is"), _faults(report)),
        (("money", *_MOVES), _moved(report)),
    ):
        table = _table(columns, rows)
        if table.row_count:
            console.put(table)
            console.print()
    done, seconds = report.operations_done, report.seconds
    console.put(
        Text(
            f"{_several(worlds, 'world')}, {_several(report.campaigns, 'campaign')}, "
            f"{_several(report.pledges, 'pledge')}, {_several(report.commits, 'commit')}, "
            f"{_several(report.calls, 'call')} of the provider"
        )
    )
    each = f"{done / seconds:,.0f}" if seconds else "no"
    console.put(
        Text(
            f"{_several(done, 'operation')} and {_several(report.faults_survived, 'fault')} "
            f"in {seconds:.1f} seconds: {each} operations per second"
        )
    )
    console.put(Text("no law was broken", style="green"))


def _several(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


_CUT_SHORT: Final = ("crashed", "unanswered", "outrun")


def _operations(report: SimulationReport) -> Iterable[tuple[str, ...]]:
    for name, ends in report.operations.items():
        cut_short = sum(ends.get(end, 0) for end in _CUT_SHORT)
        yield name, *(f"{number:,}" for number in (ends.get("done", 0), ends.get("refused", 0), cut_short))


def _faults(report: SimulationReport) -> Iterable[tuple[str, ...]]:
    for name, number in report.faults.items():
        why = FAULTS[name].why if name in FAULTS else _WHOLE.get(name, "")
        yield name, f"{number:,}", why


_WHOLE: Final = {
    "twice": "the same is done once more",
    "clock-behind": "by a worker whose clock is behind",
    "clock-ahead": "by a worker whose clock is ahead",
    "race-for-the-last": "somebody else is after the same last piece, or the last of a cap",
    "ground-shifts": "its campaign ends or is called off before it is written",
    "late-jobs": "jobs run much later than they should",
    "outage": "the provider is not reached for hours",
    "empty-wallet": "the provider has nothing to refund or to pay out of",
    "unwilling": "the provider declines somebody until further notice",
}


_MOVES: Final = ("charged", "refunded", "withdrawn", "paid out", "deposited")


def _moved(report: SimulationReport) -> Iterable[tuple[str, ...]]:
    for currency, sums in report.moved.items():
        amounts = (sums.get(what, 0) for what in _MOVES)
        yield currency, *(f"{Money.of_minor(minor, currency).amount:,}" for minor in amounts)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, column in enumerate(columns):
        words = place == 0 or column.startswith("what")
        table.add_column(column, justify="left" if words else "right", no_wrap=not words, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
