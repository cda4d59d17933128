"""Pieces: the straight lines that a fee is made of, and what becomes of them where rules are composed.

No rate is below zero, so that the lines of a fee never fall: only where one begins can it jump down.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Piece", "added", "clamped", "joined", "line", "piece_at", "whole"]

Place = tuple[int | Fraction, bool]
"""Where a line begins: at an amount, or right after it."""


@attrs.frozen
class Piece:
    """A straight line of a fee: from ``start`` minor units on, (slope x amount + constant) / divisor.

    A line may begin between two minor units. With ``open``, its start itself belongs to the line before.
    """

    start: int | Fraction
    slope: int
    constant: int
    divisor: int
    open: bool = False

    @property
    def place(self) -> Place:
        """Where it begins; places are in order."""
        return self.start, self.open


Table = tuple[Piece, ...]
"""The lines of a fee, by rising place; the first begins at zero."""


def line(start: int, slope: Fraction, constant: Fraction) -> Piece:
    """The piece of a slope and a constant that are fractions."""
    divisor = lcm(slope.denominator, constant.denominator)
    return Piece(start, int(slope * divisor), int(constant * divisor), divisor)


def piece_at(table: Table, minor: int | Fraction) -> Piece:
    """The piece that holds for this many minor units."""
    return _at(table, (minor, False))


def _at(table: Table, place: Place) -> Piece:
    return table[bisect_right(table, place, key=lambda piece: piece.place) - 1]


def added(tables: Sequence[Table]) -> Table:
    """The fees of several tables together: a line wherever one of them begins a new one."""
    places = sorted({piece.place for table in tables for piece in table})
    return tuple(_sum(place, [_at(table, place) for table in tables]) for place in places)


def _sum(place: Place, pieces: Sequence[Piece]) -> Piece:
    divisor = lcm(*(piece.divisor for piece in pieces))
    slope = sum(piece.slope * (divisor // piece.divisor) for piece in pieces)
    constant = sum(piece.constant * (divisor // piece.divisor) for piece in pieces)
    return Piece(place[0], slope, constant, divisor, place[1])


def joined(below: Table, above: Table, place: Place) -> Table:
    """The one table up to a place, and the other from it on."""
    return (
        *(piece for piece in below if piece.place < place),
        _moved(_at(above, place), place),
        *(piece for piece in above if piece.place > place),
    )


def clamped(table: Table, least: int | None, most: int | None) -> Table:
    """The table with a fee of at least and at most so much; where a line crosses a bound is exact."""
    ends: list[Place | None] = [*(piece.place for piece in table[1:]), None]
    return tuple(
        _moved(part, place)
        for piece, end in zip(table, ends, strict=True)
        for place, part in _cut(piece, least, most).items()
        if end is None or place < end
    )


def _cut(piece: Piece, least: int | None, most: int | None) -> dict[Place, Piece]:
    """The least, the line, the most, in the order a line crosses them; of two at one place the last holds."""
    parts = {piece.place: piece}
    if least is not None:
        parts[piece.place] = _flat(least)
        if (place := _reaching(piece, least)) is not None:
            parts[place] = piece
    if most is not None and (place := _reaching(piece, most)) is not None:
        parts[place] = _flat(most)
    return parts


def _reaching(piece: Piece, minor: int) -> Place | None:
    """Where a line has come to so much; None for a flat one that is less."""
    missing = minor * piece.divisor - piece.constant
    if piece.slope:
        return max(piece.place, (Fraction(missing, piece.slope), False))
    return None if missing > 0 else piece.place


def _flat(minor: int) -> Piece:
    return Piece(0, 0, minor, 1)


def _moved(piece: Piece, place: Place) -> Piece:
    return attrs.evolve(piece, start=place[0], open=place[1])


def whole(table: Table, share: Fraction) -> Table:
    """The fee of a share of amounts in whole minor units: lines that begin at whole amounts.

    Of lines that begin between the same two amounts, the last is all that is left.
    """
    p, q = share.numerator, share.denominator
    lines: dict[int, Piece] = {}
    for piece in table:
        exact = Fraction(piece.start) / share
        start = floor(exact) + 1 if piece.open else ceil(exact)
        lines[start] = Piece(start, piece.slope * p, piece.constant * q, piece.divisor * q)
    return tuple(lines.values())
