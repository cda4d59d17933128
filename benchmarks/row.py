"""A row of the table: some work, what it took on each side, and whether pushcore reaches its bounds."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from benchmarks.sides import OURS

__all__ = ["Check", "Row", "at_most", "duration", "timed", "told"]


@attrs.frozen
class Check:
    """One bound: what was reached, what must be, and whether it is; without a bound it is for information."""

    reached: str
    bound: str = ""
    passed: bool = True


@attrs.frozen
class Row:
    """One line of the table.

    Attributes:
        work: What was done.
        checks: The bounds.
        figures: What it took, by side.
    """

    work: str
    checks: tuple[Check, ...]
    figures: Mapping[str, str]


def timed(work: str, seconds: Mapping[str, float], *limits: tuple[float, str], each: int = 1) -> Row:
    """The row of times, bounded as multiples of other sides; stated per amount where there are ``each``."""
    checks = tuple(at_most(seconds[OURS] / seconds[side], limit, f"x {side}") for limit, side in limits)
    per = " each" if each > 1 else ""
    return Row(work, checks, {side: duration(taken / each) + per for side, taken in seconds.items()})


def told(work: str, seconds: Mapping[str, float], peer: str) -> Row:
    """The row of times that no bound is set for, with the ratio to another side."""
    check = Check(f"{seconds[OURS] / seconds[peer]:.2f} x {peer}")
    return Row(work, (check,), {side: duration(taken) for side, taken in seconds.items()})


def at_most(reached: float, limit: float, what: str) -> Check:
    """The check of a ratio or an amount that is to stay small."""
    return Check(f"{reached:.2f} {what}", f"≤ {limit:g}", reached <= limit)


def duration(seconds: float) -> str:
    """A time in the unit that suits it, with three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
