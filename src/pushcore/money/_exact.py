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


def exact_ratio(value: Any, what: str, *, text: str = "") -> tuple[int, int]:  # noqa: ANN401  most is refused
    """Numerator and positive denominator of an int, a Fraction or a finite Decimal.

    ``text`` is an example for the message, where the caller reads text too.

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
        wanted = f"text such as {text!r}, an int" if text else "an int"
        message = f"{what} {shown(value)} is not an exact number: give {wanted}, a Fraction or a Decimal"
        raise InvalidValue(message, value=value)
    if n.bit_length() > _MAX_BITS or d.bit_length() > _MAX_BITS:
        message = f"{what} {shown(value)} is not reasonable: it has more than {_MAX_BITS} bits"
        raise InvalidValue(message, value=value)
    return n, d
