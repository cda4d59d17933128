"""Periods: how often an amount is given, and what it comes to in another period.

A year has 52 weeks and 12 months, so a week's amount is that of a month times 12/52, exactly. Nothing is
rounded before the end, and only as the caller says.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Final

from pushcore._checks import expect, none_such
from pushcore.errors import Refusal, Refused
from pushcore.money import Money, Rounding

__all__ = ["Period", "converted"]


class Period(StrEnum):
    """How often an amount is given."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"

    _missing_ = classmethod(none_such)

    @property
    def per_year(self) -> int:
        """How often it is in a year: 52, 12 or 1."""
        return _PER_YEAR[self]

    def factor(self, to: Period) -> Fraction:
        """What an amount of this period is multiplied by to be one of another: 52/12 from weeks to months.

        Raises:
            InvalidValue: not a period.
        """
        expect(to, Period, what="the other period")
        return Fraction(self.per_year, to.per_year)


_PER_YEAR: Final = {Period.WEEKLY: 52, Period.MONTHLY: 12, Period.YEARLY: 1}


def converted(amount: Money, period: Period, *, to: Period, rounding: Rounding) -> Money:
    """What an amount given in one period comes to in another.

    An amount that would become 0.00 is refused: nobody has promised nothing. `Owed` adds such amounts up.

    Raises:
        Refused: ``below-minimum``: it is not zero, and would be rounded to zero.
        InvalidValue: an argument of the wrong kind.

    Example:
        >>> yearly = Money.of("10.00", "USD")
        >>> converted(yearly, Period.YEARLY, to=Period.WEEKLY, rounding=Rounding.HALF_UP)
        Money('0.19', 'USD')
    """
    expect(amount, Money, what="what is converted")
    expect(period, Period, what="its period")
    result = amount.times(period.factor(to), rounding)
    if amount and not result:
        message = f"{amount} {period.value} is less than the smallest amount {to.value}"
        raise Refused([Refusal("below-minimum", message, {"amount": amount, "period": period.value})])
    return result
