"""Exact factors: the one place that turns what a caller may multiply by into two integers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from pushcore._checks import shown
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from typing import Any

__all__ = ["exact_ratio"]

_MAX_DIGITS: Final = 100
_MAX_BITS: Final = 3_000  # some 900 digits: far beyond any real rate, and still printable


def exact_ratio(value: Any, what: str) -> tuple[int, int]:  # noqa: ANN401  anything may be handed in; most is refused
    """Numerator and positive denominator of an int, a Fraction or a finite Decimal.

    Raises:
        InvalidValue: it is a float, a bool, text, NaN, an infinity, or beyond all reason.
    """
    if value.__class__ is int:
        n, d = value, 1
    elif isinstance(value, Fraction):
        n, d = value.numerator, value.denominator
    elif isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS or len(digits) > _MAX_DIGITS:
            message = f"{what} {shown(value)} is not a finite number of at most {_MAX_DIGITS} digits"
            raise InvalidValue(message, value=value)
        n, d = value.as_integer_ratio()
    else:
        message = f"{what} {shown(value)} is not exact: give an int, a Fraction or a Decimal"
        raise InvalidValue(message, value=value)
    if n.bit_length() > _MAX_BITS or d.bit_length() > _MAX_BITS:
        message = f"{what} {shown(value)} is not reasonable: it has more than {_MAX_BITS} bits"
        raise InvalidValue(message, value=value)
    return n, d
