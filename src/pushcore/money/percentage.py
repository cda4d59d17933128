"""Percentages as exact fractions.

A platform that publishes 6.67 % may mean 8 %/1.2, which is 20/3 %. Kept as a float or a rounded decimal, such
a rate is off by a cent sooner or later; kept as a fraction it never is.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Final, Self

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money._exact import exact_ratio
from pushcore.money.amount import plain

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["Percentage"]

_TEXT: Final = re.compile(r"(-?[0-9]{1,18})(?:\.([0-9]{1,18})|/([0-9]{1,18}))?(?: ?%)?")
_MOST_DECIMALS: Final = 18


@attrs.frozen(init=False)
class Percentage:
    """So many parts of a hundred, exactly: `Percentage.of("5")`, `Percentage.of("20/3")`.

    ``numerator`` and ``denominator`` are those of the reduced fraction: 5 % is 1/20.

    Raises:
        InvalidValue: it is no int, Fraction or Decimal, nor text such as "5", "2.9 %" or "20/3".

    Example:
        >>> str(Percentage.of("2.90 %")), str(Percentage.of("20/3")), Percentage.of("20/3").fraction
        ('2.9%', '20/3%', Fraction(1, 15))
    """

    numerator: int
    denominator: int

    def __init__(self, percent: str | int | Fraction | Decimal) -> None:
        n, d = _parse(percent) if isinstance(percent, str) else exact_ratio(percent, "percentage", text="2.9")
        common = gcd(n, 100 * d)
        self.__attrs_init__(n // common, 100 * d // common)

    @classmethod
    def of(cls, percent: str | int | Fraction | Decimal) -> Self:
        """The percentage of this number of hundredths."""
        return cls(percent)

    @classmethod
    def of_basis_points(cls, points: int | Fraction | Decimal) -> Self:
        """The percentage of this many hundredths of a percent."""
        return cls(Fraction(*exact_ratio(points, "basis points")) / 100)

    @classmethod
    def of_fraction(cls, share: int | Fraction | Decimal) -> Self:
        """The percentage that is this share of one: 1/3 is 100/3 %."""
        return cls(Fraction(*exact_ratio(share, "share")) * 100)

    @property
    def fraction(self) -> Fraction:
        """The exact share of one."""
        return Fraction(self.numerator, self.denominator)

    def __str__(self) -> str:
        """The shortest text that `Percentage.of` reads: with decimals if they end, else as a fraction."""
        percent = self.fraction * 100
        for decimals in range(_MOST_DECIMALS + 1):
            scaled = percent * 10**decimals
            if scaled.denominator == 1:
                return f"{plain(scaled.numerator, decimals)}%"
        return f"{percent}%"


def _parse(text: str) -> tuple[int, int]:
    match = _TEXT.fullmatch(text)
    if match is None or (match[3] is not None and int(match[3]) == 0):
        message = f"percentage {shown(text)} is not a number such as '5', '2.9' or '20/3'"
        raise InvalidValue(message, value=text)
    whole, decimals, denominator = match.groups(default="")
    if denominator:
        return int(whole), int(denominator)
    return int(whole + decimals), int(10 ** len(decimals))
