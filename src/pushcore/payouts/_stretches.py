"""Stretches: between which payments every fee line is one straight line, a fee of a fee included.

Within a stretch no fee falls when the payment grows, and each stays within a few minor units of a straight
line, however often it is rounded on the way. That is what makes what is left of a payment solvable for it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Final

import attrs

from pushcore.payouts.breakdown import taken_of
from pushcore.payouts.fee_schedule import FeeSchedule
from pushcore.payouts.fees import FeeBase, FeeLine, FundingSource
from pushcore.payouts.pieces import Piece, piece_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Stretch", "Trend", "first_whole", "stretches"]


@attrs.frozen
class Trend:
    """What a fee follows within a stretch: a straight line, give or take an error.

    Attributes:
        step: By how much the fee rises at most when the payment is one unit more.
    """

    slope: Fraction = Fraction(0)
    constant: Fraction = Fraction(0)
    error: Fraction = Fraction(0)
    step: int = 0

    def then(self, piece: Piece) -> Trend:
        """The trend of a fee that is taken of what follows this one, and rounded."""
        rate, rounded = Fraction(piece.slope, piece.divisor), int(piece.divisor > 1)
        return Trend(
            rate * self.slope,
            rate * self.constant + Fraction(piece.constant, piece.divisor),
            rate * self.error + rounded,
            floor(rate * self.step) + rounded,
        )

    def __add__(self, other: Trend) -> Trend:
        return Trend(
            self.slope + other.slope,
            self.constant + other.constant,
            self.error + other.error,
            self.step + other.step,
        )


_NOTHING: Final = Trend()
_PAYMENT: Final = Trend(Fraction(1), step=1)


@attrs.frozen
class Stretch:
    """Payments from a start up to an end, itself excluded; None for all the rest.

    Attributes:
        trends: What each fee line follows there.
    """

    start: int
    end: int | None
    trends: dict[str, Trend]

    def reaching(self, slope: Fraction, constant: Fraction, wanted: int) -> tuple[int, int | None]:
        """The payments of the stretch of which slope x payment + constant is at least so much."""
        start, end = self.start, self.end
        if slope > 0:
            start = max(start, ceil((wanted - constant) / slope))
        elif slope < 0:
            last = floor((wanted - constant) / slope)
            end = last + 1 if end is None else min(end, last + 1)
        elif constant < wanted:
            end = start
        return start, end


def stretches(schedule: FeeSchedule, method: str | None, source: FundingSource | None) -> tuple[Stretch, ...]:
    """All payments above zero, paid like this, in stretches by rising start."""
    found = [Stretch(1, None, {})]
    for line in schedule.lines:
        if line.base is FeeBase.FEES:
            cut = _Fees(schedule, method, source, line)
            found = [part for stretch in found for part in cut(stretch)]
        elif line.applies(method, source):
            found = [part for stretch in found for part in _cut(stretch, line)]
        else:
            found = [_with(stretch, stretch.start, stretch.end, line, _NOTHING) for stretch in found]
    return tuple(found)


def _cut(stretch: Stretch, line: FeeLine) -> Iterator[Stretch]:
    """A stretch where a line of the payment itself changes."""
    inside = [piece.start for piece in line.pieces if _within(stretch, piece.start)]
    for start, end in pairwise([stretch.start, *map(int, inside), stretch.end]):
        assert start is not None
        yield _with(stretch, start, end, line, _PAYMENT.then(piece_at(line.pieces, start)))


def _within(stretch: Stretch, start: float | Fraction) -> bool:
    return stretch.start < start and (stretch.end is None or start < stretch.end)


def _with(stretch: Stretch, start: int, end: int | None, line: FeeLine, trend: Trend) -> Stretch:
    return Stretch(start, end, {**stretch.trends, line.name: trend})


@attrs.frozen
class _Fees:
    """Cuts a stretch where a line of other fees changes: where those have come to a certain sum."""

    schedule: FeeSchedule
    method: str | None
    source: FundingSource | None
    line: FeeLine

    def __call__(self, stretch: Stretch) -> Iterator[Stretch]:
        line = self.line
        base = sum((stretch.trends[name] for name in line.of), _NOTHING)
        starts = [stretch.start]
        pieces = [Piece(0, 0, 0, 1)]  # of nothing, nothing is taken
        for piece in line.pieces:
            at = self._reached(stretch, base, max(int(piece.start), 1))
            if at is not None:
                starts.append(at)
                pieces.append(piece)
        for (start, end), piece in zip(pairwise([*starts, stretch.end]), pieces, strict=True):
            assert start is not None
            if end is None or start < end:
                yield _with(stretch, start, end, line, base.then(piece))

    def _reached(self, stretch: Stretch, base: Trend, wanted: int) -> int | None:
        """The first payment of the stretch of which the others have come to this sum."""
        end = stretch.end
        if end is None:
            always = stretch.reaching(base.slope, base.constant - base.error, wanted)
            end = 1 + (always[0] if base.slope else stretch.start)
        return first_whole(stretch.start, end, lambda minor: self._sum(minor) >= wanted)

    def _sum(self, minor: int) -> int:
        taken = taken_of(self.schedule, minor, self.method, self.source)
        return sum(taken[name] for name in self.line.of)


def first_whole(start: int, end: int, holds: Callable[[int], bool]) -> int | None:
    """The first number of a range from which on something holds; None if it holds of none."""
    low, high = start, end
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low if low < end else None
