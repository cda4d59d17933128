"""Lines of files as they are told: those in a row put together, and what is wrong with many of them once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from pushcore.errors import Problem

__all__ = ["several", "told_lines"]

_MOST_RANGES: Final = 6
_AT_LINE: Final = re.compile(r"(.*?)line ([0-9]+)((?:, column .*)?)", re.DOTALL)


def told_lines(lines: Sequence[int]) -> str:
    """The numbers of lines, such as ``lines 2 to 5, 9``; of many the first, and how many more there are."""
    ranges: list[list[int]] = []
    for line in sorted(set(lines)):
        if ranges and line == ranges[-1][-1] + 1:
            ranges[-1][1:] = [line]
        else:
            ranges.append([line])
    told = [" to ".join(map(str, one)) for one in ranges[:_MOST_RANGES]]
    if len(ranges) > _MOST_RANGES:
        told.append(f"{len(ranges) - _MOST_RANGES} more")
    word = "line" if len(set(lines)) == 1 else "lines"
    return f"{word} {', '.join(told)}" if lines else ""


def several(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems, where the same one of several lines of a file stands once, at the first of them."""
    found: dict[tuple[object, ...], tuple[Problem, list[int]]] = {}
    for number, problem in enumerate(problems):
        at = _AT_LINE.fullmatch(problem.path)
        key = (number,) if at is None else (at[1], at[3], problem.message)
        found.setdefault(key, (problem, []))[1].extend([] if at is None else [int(at[2])])
    for problem, lines in found.values():
        at = _AT_LINE.fullmatch(problem.path)
        path = problem.path if at is None else f"{at[1]}{told_lines(lines)}{at[3]}"
        yield attrs.evolve(problem, path=path)
