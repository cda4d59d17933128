"""Profiling: which floor of pushcore the time of a program goes to, and which holds its memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["memory_by_floor", "time_by_floor", "top_functions"]

_ELSEWHERE = "Python and others"

Place = tuple[str, int, str]
"""A function as pstats names it: file, line, name."""


def time_by_floor(stats: dict[Place, Any]) -> list[tuple[str, float]]:
    """The share of each floor. What it calls of Python itself, such as dictionaries, counts as its own."""
    seconds: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.items():
        floor = _floor(file)
        if floor != _ELSEWHERE or not callers:
            seconds[floor] += own
            continue
        for (caller, _, _), (_, _, part, _) in callers.items():
            seconds[_floor(caller)] += part
    return _shares(seconds)


def top_functions(stats: dict[Place, Any], count: int) -> list[tuple[str, int, float]]:
    """The functions that take the most time of their own: name, calls, share."""
    whole = sum(own for _, _, own, _, _ in stats.values())
    ranked = sorted(stats.items(), key=lambda item: -item[1][2])[:count]
    return [(_name(place), calls, own / whole) for place, (_, calls, own, _, _) in ranked]


def memory_by_floor(work: Callable[[], object]) -> list[tuple[str, float]]:
    """The share of each floor in what the result of the work holds, by where it was made."""
    gc.collect()
    tracemalloc.start()
    try:
        result = work()
        gc.collect()
        traces = tracemalloc.take_snapshot().statistics("filename")
        del result
    finally:
        tracemalloc.stop()
    held: Counter[str] = Counter()
    for trace in traces:
        held[_floor(trace.traceback[0].filename)] += trace.size
    return _shares(held)


def _shares(amounts: Counter[str]) -> list[tuple[str, float]]:
    whole = amounts.total()
    return [(name, amount / whole) for name, amount in amounts.most_common()]


def _floor(file: str) -> str:
    return _module(file).partition(".")[0] or _ELSEWHERE


def _module(file: str) -> str:
    """The module within pushcore, or nothing. What attrs wrote carries the name of its class, not a file."""
    if file.startswith("<attrs generated methods "):
        path = file.removeprefix("<attrs generated methods ").removesuffix(">").replace(".", "/")
    else:
        path = file.removesuffix(".py")
    return path.rpartition("pushcore/")[2].replace("/", ".") if "pushcore/" in path else ""


def _name(place: Place) -> str:
    file, _, name = place
    plain = name.strip("<>").partition(" of type object at ")[0]  # without the address
    return ".".join(filter(None, (_module(file), plain)))
