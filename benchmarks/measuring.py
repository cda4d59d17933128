"""Measuring: the sides take turns, so that a busy moment of the machine hits them all, and medians count.

Times are those of the processor, so that what else runs on the machine counts as little as it can.
"""

from __future__ import annotations

import gc
import tracemalloc
from statistics import median
from time import process_time
from timeit import Timer
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FULL", "QUICK", "Scale", "held", "medians", "peak"]

_MB: Final = 1_000_000
_MORE: Final = 3
"""Quick operations have more turns: they suffer most from a busy machine, and take least."""


@attrs.frozen
class Scale:
    """How much is measured.

    Attributes:
        repeats: How often each side has its turn at least.
        seconds: How long a turn takes at least; a quick operation is repeated within it.
        amounts: The length of long lists.
        slow_amounts: The same for stockholm, which is stated per amount.
        items: How many quotes, refusals, changes and matches: some, and ten times as many.
        pledges: The sizes of stories.
        traced: The size of the story whose memory is traced.
    """

    repeats: int
    seconds: float
    amounts: int
    slow_amounts: int
    items: tuple[int, int]
    pledges: tuple[int, ...]
    traced: int


FULL = Scale(
    repeats=7,
    seconds=0.05,
    amounts=1_000_000,
    slow_amounts=100_000,
    items=(10_000, 100_000),
    pledges=(10_000, 100_000, 1_000_000),
    traced=100_000,
)
QUICK = Scale(
    repeats=1, seconds=0, amounts=1_000, slow_amounts=100, items=(10, 100), pledges=(10, 20, 100), traced=10
)


def medians(scale: Scale, works: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The seconds that a statement takes on each side, given with the names it uses."""
    timers = {
        side: Timer(statement, timer=process_time, globals=names)
        for side, (statement, names) in works.items()
    }
    calls = {side: _calls(timer, scale.seconds) for side, timer in timers.items()}
    repeats = scale.repeats if 1 in calls.values() else scale.repeats * _MORE
    turns: dict[str, list[float]] = {side: [] for side in works}
    for _ in range(repeats):
        for side, timer in timers.items():
            turns[side].append(timer.timeit(calls[side]) / calls[side])
    return {side: median(seconds) for side, seconds in turns.items()}


def _calls(timer: Timer, seconds: float) -> int:
    """How many calls fill that many seconds."""
    calls = 1
    while (taken := timer.timeit(calls)) < seconds / 10:
        calls *= 10
    return max(calls, round(calls * seconds / taken))


def peak(work: Callable[[], object]) -> float:
    """The most memory in MB that the work held on top of what was there."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / _MB
    finally:
        tracemalloc.stop()


def held(work: Callable[[], object]) -> float:
    """The memory in bytes that the result of the work holds."""
    gc.collect()
    tracemalloc.start()
    try:
        result = work()
        gc.collect()
        bytes_held = tracemalloc.get_traced_memory()[0]
        del result
        return bytes_held
    finally:
        tracemalloc.stop()
