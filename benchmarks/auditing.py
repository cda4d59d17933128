"""Auditing a ledger in a file, line by line: a charge of two lines, and the two that post it, over and over.

No other library does this. What is held must not grow with the lines, but with what has to be remembered: the
ids of transactions, and the balances of accounts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.growing import grown
from benchmarks.measuring import peak
from benchmarks.row import Check, Row
from benchmarks.sides import OURS
from pushcore import Money
from pushcore.ledger import TransactionPhase, recipes
from pushcore.ledgers import audit_ledger, export_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measuring import Scale
    from pushcore import Transaction

__all__ = ["audits"]

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
_LINES: Final = 4
"""How many lines a charge makes with its answer."""


def audits(scale: Scale) -> Iterator[Row]:
    """Read a CSV of ours and hold it against every rule; then what of it is held."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"

        def prepared(lines: int) -> Callable[[], object]:
            _write(path, lines)
            return lambda: audit_ledger(path)

        yield from grown(scale, "audit the lines of a ledger in a file", {OURS: prepared})
        lines = scale.items[-1]
        held = peak(prepared(lines))
        check = Check(f"{held:.2f} MB of working memory")
        yield Row(f"audit {lines:,} lines of a ledger", (check,), {})


def _write(path: Path, lines: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        export_ledger(_charges(lines // _LINES), file)


def _charges(count: int) -> Iterator[Transaction]:
    for number in range(count):
        amount = Money.of_minor(100 + number % 977, "EUR")
        charge = f"p{number}/charge/1", "lanterne", amount, _AT + timedelta(seconds=number)
        yield recipes.charge(*charge)
        yield recipes.charge(*charge, phase=TransactionPhase.POSTED)
