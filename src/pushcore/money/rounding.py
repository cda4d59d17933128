"""Rounding by name: how a fraction of a minor unit becomes a whole one.

Nothing in pushcore rounds unless it is told how, since real ledgers mix the ways: processor fees follow
half-up while a platform fee on the same rows is floored. *Half-up* is away from zero, as on invoices.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from pushcore._checks import none_such

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Rounding"]


def _floor(n: int, d: int) -> int:
    return n // d


def _ceiling(n: int, d: int) -> int:
    return -(-n // d)


def _half_ceiling(n: int, d: int) -> int:
    return (2 * n + d) // (2 * d)


def _half_floor(n: int, d: int) -> int:
    return -((d - 2 * n) // (2 * d))


def _down(n: int, d: int) -> int:
    return n // d if n >= 0 else -(-n // d)


def _up(n: int, d: int) -> int:
    return -(-n // d) if n >= 0 else n // d


def _half_up(n: int, d: int) -> int:
    return (2 * n + d) // (2 * d) if n >= 0 else -((d - 2 * n) // (2 * d))


def _half_down(n: int, d: int) -> int:
    return -((d - 2 * n) // (2 * d)) if n >= 0 else (2 * n + d) // (2 * d)


def _half_even(n: int, d: int) -> int:
    whole, rest = divmod(n, d)
    return whole + (2 * rest > d or (2 * rest == d and whole % 2 == 1))


def _half_odd(n: int, d: int) -> int:
    whole, rest = divmod(n, d)
    return whole + (2 * rest > d or (2 * rest == d and whole % 2 == 0))


_DIVIDE: Final[dict[str, Callable[[int, int], int]]] = {
    "half-up": _half_up,
    "half-even": _half_even,
    "half-down": _half_down,
    "up": _up,
    "down": _down,
    "floor": _floor,
    "ceiling": _ceiling,
    "half-odd": _half_odd,
    "half-ceiling": _half_ceiling,
    "half-floor": _half_floor,
}


class Rounding(Enum):
    """How to round: pass one wherever a result may not be whole.

    ``UP`` and ``DOWN`` are away from and towards zero; ``CEILING`` and ``FLOOR`` are towards plus and minus
    infinity; the ``HALF_`` ones round to the nearest, and only an exact half that way.

    ``divide(n, d)`` rounds the fraction n/d of two ints, d positive. It is the bare function that amounts go
    through by the million, so it checks neither.

    Raises:
        InvalidValue: there is no rounding of this name.

    Example:
        >>> [Rounding.of(name).divide(425, 10) for name in ("half-up", "half-even", "floor")]
        [43, 42, 42]
    """

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    HALF_DOWN = "half-down"
    UP = "up"
    DOWN = "down"
    FLOOR = "floor"
    CEILING = "ceiling"
    HALF_ODD = "half-odd"
    HALF_CEILING = "half-ceiling"
    HALF_FLOOR = "half-floor"

    divide: Callable[[int, int], int]

    def __init__(self, _: object) -> None:
        self.divide = _DIVIDE[self.value]

    @classmethod
    def of(cls, rounding: Rounding | str) -> Rounding:
        """The rounding of this name; a rounding is returned as it is."""
        if not isinstance(rounding, Rounding | str):
            cls._missing_(rounding)
        return cls(rounding)

    _missing_ = classmethod(none_such)
