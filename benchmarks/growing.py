"""Growing: the same work for some items and for ten times as many. It is linear where each takes as long."""

from __future__ import annotations

import gc
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Final

from benchmarks.row import Check, Row, at_most, duration
from benchmarks.sides import BARE, OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.measuring import Scale

    Prepared = Callable[[int], Callable[[], object]]

__all__ = ["grown"]

_GROWTH: Final = 1.5
"""What an item may take of many, as a multiple of what it takes of few: more would be no straight line."""


def grown(scale: Scale, work: str, sides: Mapping[str, Prepared]) -> Iterator[Row]:
    """A row for each size: the rate, the ratio to bare ints if they do it too, and the growth.

    Each side makes what it needs for so many items first, and returns the work itself, which is timed.
    """
    few, many = scale.items
    before, after = _each(scale, sides, few), _each(scale, sides, many)
    growth = at_most(after[OURS] / before[OURS], _GROWTH, f"x the time of each of {few:,}")
    yield Row(f"{work}, {few:,} times", _told(before), _figures(before))
    yield Row(f"{work}, {many:,} times", (*_told(after), growth), _figures(after))


def _each(scale: Scale, sides: Mapping[str, Prepared], count: int) -> dict[str, float]:
    """The seconds per item, by side: they take turns."""
    turns: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(scale.repeats):
        for side, prepared in sides.items():
            work = prepared(count)
            gc.collect()
            began = process_time()
            work()
            turns[side].append((process_time() - began) / count)
            del work  # the next one is not to pay for this one
    return {side: max(median(seconds), 1e-9) for side, seconds in turns.items()}


def _told(seconds: Mapping[str, float]) -> tuple[Check, ...]:
    rate = Check(f"{1 / seconds[OURS]:,.0f} a second")
    ratio = (Check(f"{seconds[OURS] / seconds[BARE]:.1f} x bare ints"),) if BARE in seconds else ()
    return (rate, *ratio)


def _figures(seconds: Mapping[str, float]) -> dict[str, str]:
    return {side: f"{duration(taken)} each" for side, taken in seconds.items()}
