"""The operators: what one addition, one percentage and one long total cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from stockholm import Money as StockholmMoney

from benchmarks.measuring import medians
from benchmarks.row import timed
from benchmarks.sides import (
    BARE,
    MONEYED,
    OURS,
    STOCKHOLM,
    distinct,
    half_up,
    moneyed,
    ours,
    rounding_half_up,
    stockholm,
)
from pushcore import Money, Percentage, Rounding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Scale
    from benchmarks.row import Row

__all__ = ["add", "multiply", "total"]

_MAKERS = {OURS: ours, BARE: int, MONEYED: moneyed, STOCKHOLM: stockholm}


def add(scale: Scale) -> Iterator[Row]:
    """Two amounts."""
    works = {side: ("one + other", {"one": make(1234), "other": make(710)}) for side, make in _MAKERS.items()}
    yield timed("`Money + Money`", medians(scale, works), (0.40, MONEYED))


def multiply(scale: Scale) -> Iterator[Row]:
    """Three percent of an amount, rounded half-up."""
    names = {
        "half_up": half_up,
        "decimal": Decimal("0.03"),
        "percentage": Percentage.of("3"),
        "rounding": Rounding.HALF_UP,
    }
    statements = {
        OURS: "amount.times(percentage, rounding)",
        BARE: "half_up(amount * 3, 100)",
        MONEYED: "(amount * decimal).round(2)",
        STOCKHOLM: "round(amount * decimal, 2)",
    }
    amounts = {side: {"amount": make(1234)} for side, make in _MAKERS.items()}
    works = {side: (statement, names | amounts[side]) for side, statement in statements.items()}
    with rounding_half_up():
        seconds = medians(scale, works)
    yield timed("x 3 % and round", seconds, (0.30, MONEYED))


def total(scale: Scale) -> Iterator[Row]:
    """A long list of amounts, stated per amount."""
    minors = distinct(scale.amounts)
    few = [stockholm(minor) for minor in minors[: scale.slow_amounts]]
    works = {
        OURS: ("Money.total(amounts, 'EUR')", {"Money": Money, "amounts": [ours(minor) for minor in minors]}),
        BARE: ("sum(amounts)", {"amounts": minors}),
        MONEYED: ("sum(amounts, nothing)", {"amounts": [moneyed(m) for m in minors], "nothing": moneyed(0)}),
        STOCKHOLM: ("Money.sum(amounts, 'EUR')", {"Money": StockholmMoney, "amounts": few}),
    }
    seconds = medians(scale, works)
    seconds[STOCKHOLM] *= len(minors) / len(few)
    yield timed(f"total of {len(minors):,}", seconds, (0.08, MONEYED), each=len(minors))
