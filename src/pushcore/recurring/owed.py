"""What is owed, as fine as it comes: a tenth of a cent a month is exactly that, until it is worth a charge.

Only whole minor units can be charged. What is left of one stays owed, so nothing is rounded away and nobody
makes a donation of 0.00.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, kind, shown, stream
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Currency, Money, Percentage, Rounding
from pushcore.money._exact import exact_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

__all__ = ["Owed"]

_TEXT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")


@attrs.frozen
class Owed:
    """An exact amount of at least zero, in minor units and fractions of them.

    Raises:
        InvalidValue: it is negative, or not a Fraction.

    Example:
        >>> each = Owed.of("0.001", "USD").times(82)
        >>> each.minor, str(each.whole), str(each.times(82).whole)
        (Fraction(41, 5), 'USD 0.08', 'USD 6.72')
    """

    minor: Fraction = attrs.field(validator=kind(Fraction))
    currency: Currency = attrs.field(validator=kind(Currency))

    def __attrs_post_init__(self) -> None:
        Money.of_minor(self.minor // 1, self.currency)  # refuses what no money can be made of
        if self.minor < 0:
            message = f"nobody owes less than nothing: {shown(self.minor)} minor units"
            raise InvalidValue(message, minor=self.minor)

    @classmethod
    def of(cls, amount: str | int | Decimal | Fraction, currency: Currency | str) -> Owed:
        """An amount in whole units of the currency, with any number of decimals: ``"0.001"``.

        Raises:
            InvalidValue: it is negative or not exact; or no money can be made of the currency.
        """
        if isinstance(amount, str):
            if _TEXT.fullmatch(amount) is None:
                message = f"amount {shown(amount)} is not a plain number such as '0.001'"
                raise InvalidValue(message, value=amount)
            amount = Fraction(amount)
        unit = Money.of(1, currency)
        return cls(Fraction(*exact_ratio(amount, "amount", text="0.001")) * unit.minor, unit.currency)

    @classmethod
    def of_money(cls, amount: Money) -> Owed:
        """The same as a whole amount.

        Raises:
            InvalidValue: not money, or negative.
        """
        expect(amount, Money, what="what is owed")
        return cls(Fraction(amount.minor), amount.currency)

    @classmethod
    def total(cls, amounts: Iterable[Owed], currency: Currency | str) -> Owed:
        """The sum of any number of them; nothing for none.

        Raises:
            CurrencyMismatch: one is of another currency.
            InvalidValue: one is nothing that is owed.
        """
        nothing = cls.of(0, currency)
        return cls(sum((nothing._beside(it) for it in stream(amounts)), nothing.minor), nothing.currency)  # noqa: SLF001

    @property
    def whole(self) -> Money:
        """What can be charged of it: the whole minor units."""
        return Money.of_minor(self.minor // 1, self.currency)

    def rounded(self, rounding: Rounding) -> Money:
        """The amount in whole minor units, for a fee or a figure that is shown.

        Raises:
            InvalidValue: not a rounding.
        """
        expect(rounding, Rounding, what="rounding")
        return Money.of_minor(rounding.divide(*self.minor.as_integer_ratio()), self.currency)

    def __add__(self, other: Owed) -> Owed:
        if not isinstance(other, Owed):
            return NotImplemented
        return Owed(self.minor + self._beside(other), self.currency)

    def times(self, factor: int | Fraction | Decimal | Percentage) -> Owed:
        """So many times as much, exactly.

        Raises:
            InvalidValue: the factor is negative or not exact.
        """
        if isinstance(factor, Percentage):
            factor = factor.fraction
        return Owed(self.minor * Fraction(*exact_ratio(factor, "factor")), self.currency)

    def to_charge(self, least: Money) -> Money:
        """What to charge now: all whole minor units if they are at least this much, else nothing yet.

        Raises:
            InvalidValue: not money.
            CurrencyMismatch: it is of another currency.
        """
        expect(least, Money, what="the least that is charged")
        return self.whole if self.whole >= least else self.whole.with_minor(0)

    def less(self, charged: Money) -> Owed:
        """What is still owed after a charge.

        Raises:
            InvalidValue: it is more than was owed.
            CurrencyMismatch: it is of another currency.
        """
        left = self.minor - self._beside(Owed.of_money(charged))
        if left < 0:
            message = f"{charged} is more than the {self} that were owed"
            raise InvalidValue(message, owed=self, charged=charged)
        return Owed(left, self.currency)

    def _beside(self, other: Owed) -> Fraction:
        expect(other, Owed, what="what is owed")
        if other.currency is not self.currency:
            message = f"{other} does not go with {self.currency.code}: each currency is owed apart"
            raise CurrencyMismatch(message, owed=other, currency=self.currency)
        return other.minor

    def __str__(self) -> str:
        rest = self.minor % 1
        return f"{self.whole} and {rest} of a minor unit" if rest else str(self.whole)
