"""How precisely a rate is published: so many significant digits, or so many decimals."""

from __future__ import annotations

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.money.exchange import ExchangeRate
from pushcore.money.rounding import Rounding

__all__ = ["Precision"]


@attrs.frozen
class Precision:
    """So many significant digits or decimals of a rate, and how it is rounded to them.

    Attributes:
        digits: Significant digits: 1 to 100.
        decimals: Digits after the point: 0 to 100. One of the two is given.

    Raises:
        InvalidValue: neither is given or both are, or one is out of reach; or the rounding is none.

    Example:
        >>> from datetime import date
        >>> rate = ExchangeRate("USD", "JPY", "157.2503", as_of=date(2026, 1, 2), source="ECB")
        >>> [Precision(Rounding.HALF_UP, **of).of(rate).rate for of in ({"digits": 5}, {"decimals": 1})]
        [Fraction(629, 4), Fraction(1573, 10)]
    """

    rounding: Rounding = attrs.field(validator=kind(Rounding))
    digits: int | None = attrs.field(default=None, kw_only=True, validator=kind(int, None))
    decimals: int | None = attrs.field(default=None, kw_only=True, validator=kind(int, None))

    def __attrs_post_init__(self) -> None:
        given = [it for it in (self.digits, self.decimals) if it is not None]
        least = 0 if self.digits is None else 1
        if len(given) != 1 or not least <= given[0] <= 100:  # noqa: PLR2004  as said above
            message = (
                "a rate is rounded to 1 to 100 significant digits, or to 0 to 100 decimals, "
                f"not to {shown(self.digits)} and {shown(self.decimals)}"
            )
            raise InvalidValue(message, digits=self.digits, decimals=self.decimals)

    def of(self, rate: ExchangeRate) -> ExchangeRate:
        """The rate, rounded.

        Raises:
            InvalidValue: it is no rate, or nothing is left of it.
        """
        expect(rate, ExchangeRate, what="a rate to round")
        if self.digits is not None:
            return rate.to_digits(self.digits, self.rounding)
        return rate.to_decimals(self.decimals or 0, self.rounding)
