"""Playing: pledges placed one by one, and whole stories, at growing sizes.

No other library does this, so the bounds are rates, for few pledges, and growth for more. A rate depends on
the machine: the bare-int figure of the same run says how much slower or faster it is than the one they were
set on.
"""

from __future__ import annotations

import gc
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.allocating import bare_allocate
from benchmarks.campaign import play
from benchmarks.measuring import held, medians
from benchmarks.row import Check, Row, at_most, duration
from benchmarks.sides import BARE, OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Scale

__all__ = ["PACE", "stories"]

PACE: Final = 1.7e-6
"""The seconds that bare ints took to allocate to 7 on the machine that the bounds were set on."""

_PLACED_A_SECOND: Final = 20_000
_PLAYED_A_SECOND: Final = 8_000
_GROWTH: Final = 1.5
_HELD_KIB: Final = 4


def stories(scale: Scale) -> Iterator[Row]:
    """Place, charge, settle and pay out; then what the size costs, in time and in memory."""
    placing, whole, pace = _seconds(scale)
    yield from _rated("place a pledge, up to {:,}", placing, pace, _PLACED_A_SECOND)
    yield from _rated("a whole story of {:,} pledges, per pledge", whole, pace, _PLAYED_A_SECOND)
    kib = held(lambda: play(scale.traced).ports) / scale.traced / 1024
    yield Row(f"memory of a story of {scale.traced:,}", (at_most(kib, _HELD_KIB, "KiB held per pledge"),), {})


def _seconds(scale: Scale) -> tuple[dict[int, float], dict[int, float], float]:
    """The seconds per pledge by size, of placing and of the whole story; and the pace of the machine."""
    placing: dict[int, float] = {}
    whole: dict[int, float] = {}
    paces: list[float] = []
    for count in scale.pledges:
        turns = []
        for _ in range(scale.repeats):
            paces.append(_pace(scale))
            gc.collect()
            played = play(count)
            turns.append((played.placing / count, played.whole / count))
            del played  # the next story is not to pay for this one
        placing[count], whole[count] = (median(seconds) for seconds in zip(*turns, strict=True))
    return placing, whole, median(paces)


def _pace(scale: Scale) -> float:
    names = {"allocate": bare_allocate, "weights": [place * 7 % 11 + 1 for place in range(7)]}
    return medians(scale, {BARE: ("allocate(1000003, weights)", names)})[BARE]


def _rated(work: str, seconds: dict[int, float], pace: float, least: int) -> Iterator[Row]:
    """A row for each size: the smallest is held against a rate, any other against the cost of that one."""
    few = min(seconds)
    for count, each in seconds.items():
        rate = pace / PACE / each
        said = f"{rate:,.0f} a second at the pace of the bound"
        growth = at_most(each / seconds[few], _GROWTH, f"x the cost at {few:,}")
        checks = (Check(said, f"≥ {least:,}", rate >= least),) if count == few else (Check(said), growth)
        figures = {OURS: f"{duration(each)}: {1 / each:,.0f} a second"}
        yield Row(work.format(count), checks, figures | {BARE: f"{duration(pace)} to allocate to 7"})
