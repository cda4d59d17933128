"""Sharing: which sponsor pays how much of a match. Nothing is lost, and no pool is overdrawn."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from pushcore._checks import none_such
from pushcore.money.allocation import Remainder, divide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.money.allocation import Division

__all__ = ["Sharing", "shared"]


class Sharing(StrEnum):
    """How a match is shared among sponsors: in proportion to what is left in their pools, rounded down.

    What does not divide evenly goes

    - ``LARGEST_REMAINDER``: to those whose share was cut most, one unit each; on a tie to the earlier one.
    - ``FIRST_ABLE``: all of it to the first sponsor, in order, whose pool can carry it. That is Goteo's rule
      (getUserAmounts, 7a28615, October 2024), which loses what no single pool can carry; here it is handed on
      in order then, to each as much as the pool can carry.

    Raises:
        InvalidValue: there is no sharing of this name.
    """

    LARGEST_REMAINDER = "largest-remainder"
    FIRST_ABLE = "first-able"

    _missing_ = classmethod(none_such)


def shared(units: int, pools: Sequence[int], sharing: Sharing) -> Division:
    """What each pays of so many units, and how many of those are left over from dividing.

    The units are no more than the pools hold together, so that no share is more than its pool.
    """
    if not units:
        return [0] * len(pools), [0] * len(pools)
    match sharing:
        case Sharing.LARGEST_REMAINDER:
            return _largest_remainder(units, pools)
        case Sharing.FIRST_ABLE:
            return _first_able(units, pools)
        case _:
            assert_never(sharing)


def _largest_remainder(units: int, pools: Sequence[int]) -> Division:
    """A share that was cut is less than its pool, so a unit more still fits: no cap is needed."""
    parts, lucky = divide(units, pools, Remainder.LARGEST_REMAINDER, range(len(pools)), 0)
    left_overs = [0] * len(pools)
    for place in lucky:
        left_overs[place] = 1
    return parts, left_overs


def _first_able(units: int, pools: Sequence[int]) -> Division:
    parts, _ = divide(units, pools, Remainder.SEPARATE, (), 0)
    missing = units - sum(parts)
    room = [pool - part for pool, part in zip(pools, parts, strict=True)]
    able = [place for place, free in enumerate(room) if free >= missing]
    left_overs = [0] * len(pools)
    for place in able or range(len(pools)):
        left_overs[place] = min(missing, room[place])
        missing -= left_overs[place]
    return [part + more for part, more in zip(parts, left_overs, strict=True)], left_overs
