"""The one allocator: divide an integer and lose nothing.

Fees, payees, refunds, matching, instalments and tax are all divided here. Every part is a whole number of
units, the parts and the rest sum to the whole, and the result says who got what did not divide evenly.

The default rule is the largest remainder: the only common one that does not depend on the order of payees,
never pays a zero weight and keeps every part within one unit of its exact share. The others are here by name,
because platforms use them.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Any, Final

from pushcore._checks import items, none_such, shown
from pushcore.errors import InvalidValue
from pushcore.money._exact import exact_ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Division", "Remainder", "divide", "rotated", "whole_weights"]

Division = tuple[list[int], list[int]]
"""The parts, and the positions that got a left-over unit, once for each."""


def _largest_remainder(units: int, weights: Sequence[int], order: Iterable[int]) -> Division:
    """The default, which every settlement runs through: one pass, and a sort only where something is left."""
    total, left = sum(weights), units
    parts, cut = [], []
    for weight in weights:
        part, over = divmod(units * weight, total)
        parts.append(part)
        cut.append(over)
        left -= part
    if not left:
        return parts, []
    lucky = sorted(order, key=cut.__getitem__, reverse=True)[:left]
    for place in lucky:
        parts[place] += 1
    return parts, lucky


def _first(units: int, weights: Sequence[int], order: Iterable[int]) -> Division:
    total = sum(weights)
    parts = [units * weight // total for weight in weights]
    lucky = [place for place in order if weights[place]][: units - sum(parts)]
    for place in lucky:
        parts[place] += 1
    return parts, lucky


def _last(units: int, weights: Sequence[int], order: Sequence[int]) -> Division:
    return _first(units, weights, reversed(order))


def _largest_ratio(units: int, weights: Sequence[int], order: Iterable[int]) -> Division:
    return _first(units, weights, sorted(order, key=weights.__getitem__, reverse=True))


def _lowest_ratio(units: int, weights: Sequence[int], order: Iterable[int]) -> Division:
    """The part that is the smallest fraction of its weight is the one that was cut most for its weight."""
    total = sum(weights)
    paid = [place for place in order if weights[place]]
    paid.sort(key=lambda place: Fraction(units * weights[place] % total, weights[place]), reverse=True)
    return _first(units, weights, paid)


def _cascade(units: int, weights: Sequence[int], order: Sequence[int]) -> Division:
    total = ahead = sum(weights)
    parts, lucky, left = [0] * len(weights), [], units
    for place in reversed(order):
        weight = weights[place]
        if weight:
            parts[place] = left * weight // ahead
            lucky += [place] * (parts[place] - units * weight // total)
            left -= parts[place]
            ahead -= weight
    return parts, lucky


def _separate(units: int, weights: Sequence[int], _: Iterable[int]) -> Division:
    return _first(units, weights, ())


def _blocks(units: int, weights: Sequence[int], _: Iterable[int]) -> Division:
    common = gcd(*weights)
    blocks = units * common // sum(weights)
    return [weight // common * blocks for weight in weights], []


_DIVIDE: Final[dict[str, Callable[[int, Sequence[int], Sequence[int]], Division]]] = {
    "largest-remainder": _largest_remainder,
    "largest-ratio": _largest_ratio,
    "lowest-ratio": _lowest_ratio,
    "first": _first,
    "last": _last,
    "cascade": _cascade,
    "separate": _separate,
    "blocks": _blocks,
}


class Remainder(StrEnum):
    """Who gets the units left over when every share is rounded down. No rule pays a weight of zero.

    Ties and the rules that go by order take the weights as they are listed, or, where they have names, in the
    order of the names.

    - ``LARGEST_REMAINDER``: whose exact share was cut most.
    - ``LARGEST_RATIO``: the largest weights.
    - ``LOWEST_RATIO``: whose part is the smallest fraction of its weight (Liberapay).
    - ``FIRST``, ``LAST``: the first or the last ones, one unit each.
    - ``CASCADE``: shares are cut from the last to the first, each from what is left (ruby money).
    - ``SEPARATE``: nobody; they are the rest.
    - ``BLOCKS``: nobody, and only whole multiples of all weights are given out.

    Raises:
        InvalidValue: there is no rule of this name.
    """

    LARGEST_REMAINDER = "largest-remainder"
    LARGEST_RATIO = "largest-ratio"
    LOWEST_RATIO = "lowest-ratio"
    FIRST = "first"
    LAST = "last"
    CASCADE = "cascade"
    SEPARATE = "separate"
    BLOCKS = "blocks"

    @classmethod
    def of(cls, rule: Remainder | str) -> Remainder:
        """The rule of this name; a rule is returned as it is."""
        if not isinstance(rule, str):
            cls._missing_(rule)
        return cls(rule)

    _missing_ = classmethod(none_such)


def divide(units: int, weights: Sequence[int], rule: Remainder, order: Sequence[int], turn: int) -> Division:
    """Divide so many units (at least zero) by integer weights.

    Args:
        units: What is divided.
        weights: At least zero each, not all zero.
        rule: Who gets the left-over units.
        order: The positions by precedence, for ties and for the rules that go by order.
        turn: Rotates that order, so that the lucky one changes from round to round.
    """
    if turn:
        order = rotated([place for place in order if weights[place]], turn)
    return _DIVIDE[rule](units, weights, order)


def rotated(places: list[int], turn: int) -> list[int]:
    """The places in the order of this round: another one comes first each time."""
    turn %= len(places) or 1
    return places[turn:] + places[:turn]


def whole_weights(weights: Iterable[Any]) -> Sequence[int]:
    """The weights as integers in the same proportion.

    Raises:
        InvalidValue: there are none, one is negative or not exact, all are zero, or they have no order.
    """
    if weights.__class__ is not list and weights.__class__ is not tuple:
        weights = items(weights)
    if [weight for weight in weights if weight.__class__ is not int or weight < 0]:
        weights = _in_proportion(weights)
    if not any(weights):
        why = "all are zero" if weights else "there are none"
        message = f"cannot divide by weights {shown(weights)}: {why}"
        raise InvalidValue(message, weights=weights)
    return weights


def _in_proportion(weights: Sequence[Any]) -> Sequence[int]:
    ratios = [exact_ratio(weight, "weight") for weight in weights]
    for weight, (n, _) in zip(weights, ratios, strict=True):
        if n < 0:
            message = f"weight {shown(weight)} is negative: nobody can owe a part"
            raise InvalidValue(message, weights=weights)
    scale = lcm(*(d for _, d in ratios))
    return [n * (scale // d) for n, d in ratios]
