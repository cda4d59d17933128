"""The fee of a charge, and the smallest charge that is worth it."""

from __future__ import annotations

import attrs

from pushcore._checks import expect, kind
from pushcore.errors import InvalidValue
from pushcore.money import Money, Percentage, Rounding
from pushcore.recurring.owed import Owed

__all__ = ["ChargeFee"]


@attrs.frozen
class ChargeFee:
    """A percentage of what is charged and a fixed amount for every charge.

    Raises:
        InvalidValue: one of them is negative.

    Example:
        >>> fee = ChargeFee(Percentage.of("2.9"), Money.of("0.30", "USD"))
        >>> str(fee.smallest_charge(Percentage.of("10")))
        'USD 4.23'
    """

    percent: Percentage = attrs.field(validator=kind(Percentage))
    fixed: Money = attrs.field(validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        if self.percent.numerator < 0 or self.fixed.minor < 0:
            message = f"a fee of {self.percent} and {self.fixed} gives money away: make both at least zero"
            raise InvalidValue(message, percent=self.percent, fixed=self.fixed)

    def of(self, amount: Money) -> Owed:
        """The exact fee of a charge, before anything is rounded; the fixed amount is part of every charge.

        Raises:
            InvalidValue: not an amount of at least zero.
            CurrencyMismatch: it is of another currency.
        """
        return Owed.of_money(amount).times(self.percent) + Owed.of_money(self.fixed)

    def smallest_charge(self, most: Percentage) -> Money:
        """The smallest amount of which the exact fee is at most this percentage.

        Snowdrift charges once the fee is at most 10 % (wiki.snowdrift.coop/about/mechanism).

        Raises:
            InvalidValue: the percentage is not above that of the fee, so that no amount is enough.
        """
        expect(most, Percentage, what="the most a fee may be")
        room = most.fraction - self.percent.fraction
        if room <= 0:
            message = f"a fee of {self.percent} and {self.fixed} is never at most {most}: give a higher one"
            raise InvalidValue(message, most=most)
        smallest = self.fixed.times(1 / room, Rounding.UP)
        return smallest or smallest.with_minor(1)
