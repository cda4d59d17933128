"""Evening: how an amount is spread over parts that are filled up over time, unit by unit.

Whoever divides each of several amounts apart, and rounds each time, ends a few units off. Here the next unit
goes to the part that is furthest behind its proportion. What a part has then follows from the total alone and
never falls as the total grows, which largest remainders do not promise; and when everything is given, each
part has exactly its whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["evened"]


def evened(wholes: Sequence[int], done: Sequence[int], units: int) -> list[int]:
    """How many of so many units each part gets, so that all are filled in the same proportion.

    Each unit goes where (done + 1/2) / whole is least, on a tie to the earlier part: the method of
    Sainte-Laguë, begun at what is done. Given in several goes or in one, the units go to the same parts.

    Args:
        wholes: What each part takes in all.
        done: What it has already, at most its whole.
        units: At most what all parts together still take.

    Example:
        >>> evened([20, 26], [0, 0], 23), evened([20, 26], [10, 13], 1), evened([1, 1, 1], [0, 1, 0], 1)
        ([10, 13], [0, 1], [1, 0, 0])
    """
    scale = 4 * sum(wholes)  # so fine that no part takes two units between one level and the next

    def more(level: int) -> list[int]:
        reached = ((2 * whole * level + scale) // (2 * scale) for whole in wholes)
        return [max(to - at, 0) for to, at in zip(reached, done, strict=True)]

    low, high = 0, scale
    while low < high:  # for the highest level that the units reach everywhere
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(more(middle)) <= units else (low, middle - 1)
    given = more(low) if scale else [0] * len(wholes)
    behind = (
        (Fraction(2 * (at + more_) + 1, 2 * whole), place)
        for place, (whole, at, more_) in enumerate(zip(wholes, done, given, strict=True))
        if whole  # what is full comes last
    )
    for _, place in sorted(behind)[: units - sum(given)]:
        given[place] += 1
    return given
