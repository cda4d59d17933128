"""Money: a whole number of minor units of one currency.

Integers never drift. The one class that everything handles by the million is tuned by hand: two slots,
compared by value, made without running an initialiser. Private fields make it immutable by convention.
"""

# ruff: noqa: SLF001  amounts read each other's fields: a property costs more than the addition itself

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Never, NoReturn, Self

import attrs

from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money._exact import exact_ratio
from pushcore.money.allocation import Remainder
from pushcore.money.amount import (
    TOO_LARGE,
    aligned,
    bounded,
    countable,
    minor_units,
    plain,
    step_units,
    whole_units,
)
from pushcore.money.currency import Currency
from pushcore.money.limits import Limits
from pushcore.money.percentage import Percentage
from pushcore.money.rounding import Rounding
from pushcore.money.shares import Shares, share

if TYPE_CHECKING:
    from fractions import Fraction

    from pushcore.money.locale import Style
    from pushcore.money.shares import Weights

    Factor = Percentage | Fraction | Decimal | int

__all__ = ["Money"]

_new: Final = object.__new__
_MOST_PARTS: Final = 1_000_000
_CHUNK: Final = 512


@attrs.define(slots=True, eq=False, repr=False, init=False, weakref_slot=False)
class Money:
    """An exact amount of one currency: `Money.of("12.34", "EUR")`.

    Amounts of two currencies never mix: adding or ordering them raises, and ``EUR 0 != USD 0``. Equal amounts
    hash equally. A negative amount is fine; what may not be negative says so where it is used.

    Example:
        >>> price = Money.of("19.99", "EUR")
        >>> price * 3, price.minor, str(-price)
        (Money('59.97', 'EUR'), 1999, 'EUR -19.99')
    """

    _minor: int
    _currency: Currency

    def __new__(cls, *_: Never, **__: Never) -> Self:  # noqa: D102
        message = "money is made by Money.of, Money.of_minor, Money.zero, Money.total or Money.parse"
        raise InvalidValue(message)

    @staticmethod
    def of(amount: str | int | Decimal, currency: Currency | str) -> Money:
        """The amount in whole units of the currency: text such as ``"-12.34"``, an int, or a Decimal.

        Text is ASCII digits with a point, at most 18 digits, with no more decimals than the currency has.

        Raises:
            PrecisionLoss: the amount has more decimals than the currency.
            InvalidValue: it is a float, a bool or no such text; or the currency is unknown or not countable.
        """
        currency = countable(currency)
        return _make(minor_units(amount, currency), currency)

    @staticmethod
    def of_minor(minor: int, currency: Currency | str) -> Money:
        """So many minor units: 1234 cents are EUR 12.34.

        Raises:
            InvalidValue: the number is not an int; or the currency is unknown or has no minor unit.
        """
        if (
            minor.__class__ is int
            and -TOO_LARGE < minor < TOO_LARGE
            and currency.__class__ is Currency
            and currency.exponent is not None
        ):  # nothing is to be refused: streams of amounts are made like this
            money: Money = _new(Money)
            money._minor = minor
            money._currency = currency
            return money
        return _make(whole_units(minor), countable(currency))

    @staticmethod
    def zero(currency: Currency | str) -> Money:
        """Nothing, in this currency."""
        return _make(0, countable(currency))

    @staticmethod
    def total(amounts: Iterable[Money], currency: Currency | str) -> Money:
        """The sum of any number of amounts, all of this currency; zero for none.

        Raises:
            CurrencyMismatch: one is of another currency.
            InvalidValue: one is not money.
        """
        currency = countable(currency)
        total = 0
        if not isinstance(amounts, Iterable):
            _refuse(amounts, currency)
        source = iter(amounts)
        while chunk := list(islice(source, _CHUNK)):
            minors = [it._minor for it in chunk if it.__class__ is Money and it._currency is currency]
            if len(minors) != len(chunk):
                wrong = (it for it in chunk if it.__class__ is not Money or it._currency is not currency)
                _refuse(next(wrong), currency)
            total += sum(minors)
        return _make(bounded(total), currency)

    @staticmethod
    def parse(text: str, currency: Currency | str, locale: str) -> Money:
        """What a person typed, read strictly in their locale (see `pushcore.money.locale`).

        Raises:
            InvalidValue: it cannot be read in exactly one way.
        """
        from pushcore.money.locale import parse_money  # noqa: PLC0415  babel is loaded when first needed

        return parse_money(text, currency, locale)

    @property
    def minor(self) -> int:
        """The number of minor units."""
        return self._minor

    @property
    def currency(self) -> Currency:
        """The currency."""
        return self._currency

    @property
    def amount(self) -> Decimal:
        """The amount as a Decimal, with all decimals of the currency."""
        return Decimal(self.text)

    @property
    def text(self) -> str:
        """The amount as plain text that `Money.of` reads back, all decimals shown, such as ``"12.30"``."""
        return plain(self._minor, self._currency.exponent or 0)

    def with_minor(self, minor: int) -> Money:
        """Another amount of the same currency, in minor units."""
        return _make(whole_units(minor), self._currency)

    def format(self, locale: str, *, style: Style = "symbol", whole: Rounding | None = None) -> str:
        """The amount as people of this locale write it, with the digits of ISO 4217, or in whole units."""
        from pushcore.money.locale import format_money  # noqa: PLC0415  babel is loaded when first needed

        return format_money(self, locale, style=style, whole=whole)

    def __add__(self, other: Money) -> Money:
        if other.__class__ is not Money:
            return NotImplemented
        if other._currency is not self._currency:
            _refuse(other, self._currency)
        money: Money = _new(Money)
        money._minor = self._minor + other._minor
        money._currency = self._currency
        return money

    def __sub__(self, other: Money) -> Money:
        if other.__class__ is not Money:
            return NotImplemented
        if other._currency is not self._currency:
            _refuse(other, self._currency)
        return _make(self._minor - other._minor, self._currency)

    def __mul__(self, factor: int) -> Money:
        if factor.__class__ is not int:
            return NotImplemented
        return _make(bounded(self._minor * factor), self._currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return _make(-self._minor, self._currency)

    def __abs__(self) -> Money:
        return _make(abs(self._minor), self._currency)

    def __bool__(self) -> bool:
        return self._minor != 0

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not Money:
            return NotImplemented
        return self._minor == other._minor and self._currency is other._currency

    def __hash__(self) -> int:
        return hash((self._minor, self._currency.code))

    # Python asks a > b as b < a, so two comparisons are enough.
    def __lt__(self, other: Money) -> bool:
        return NotImplemented if other.__class__ is not Money else self._order(other) < 0

    def __le__(self, other: Money) -> bool:
        return NotImplemented if other.__class__ is not Money else self._order(other) <= 0

    def _order(self, other: Money) -> int:
        if other._currency is not self._currency:
            _refuse(other, self._currency)
        return self._minor - other._minor

    def times(self, factor: Factor, rounding: Rounding, *, step: str | int | Decimal | None = None) -> Money:
        """The product, rounded to a minor unit, or to a multiple of ``step`` (0.05 in Swiss cash).

        Raises:
            InvalidValue: the factor is not exact, the rounding is none, or the step is not above zero.

        Example:
            >>> Money.of("7.50", "USD").times(Percentage.of("5"), Rounding.HALF_UP)
            Money('0.38', 'USD')
        """
        if factor.__class__ is Percentage:
            n, d = factor.numerator, factor.denominator
        else:
            n, d = exact_ratio(factor, "factor")
        if rounding.__class__ is not Rounding:
            rounding = Rounding.of(rounding)
        if step is not None:
            unit = step_units(step, self._currency)
            return _make(bounded(rounding.divide(self._minor * n, d * unit) * unit), self._currency)
        minor = rounding.divide(self._minor * n, d)
        return _make(minor if -TOO_LARGE < minor < TOO_LARGE else bounded(minor), self._currency)

    def round_to(self, step: str | int | Decimal, rounding: Rounding) -> Money:
        """The nearest multiple of a step such as ``"0.05"``, by the rounding."""
        return self.times(1, rounding, step=step)

    def allocate(  # noqa: PLR0913  the options of one operation
        self,
        weights: Weights,
        *,
        rule: Remainder = Remainder.LARGEST_REMAINDER,
        turn: int = 0,
        step: str | int | Decimal | None = None,
        targets: Iterable[Money] | None = None,
        caps: Iterable[Money] | None = None,
        minimum: Money | None = None,
    ) -> Shares:
        """Divide the amount by weights and lose nothing.

        Left-over units go where the rule says; on a tie to the earlier weight or, if they have names, to the
        smaller name. A negative amount gives the mirrored parts.

        Args:
            weights: Ints, Fractions or Decimals, at least zero; a mapping gives the parts names.
            rule: Who gets the units that do not divide evenly.
            turn: Rotates the order in which they are given, from round to round.
            step: The parts are multiples of this; what is not one is in `Shares.rest`.
            targets: What each should have before anything is divided by weight.
            caps: The most each may have; what nobody may have is in `Shares.rest`.
            minimum: No part lies between zero and this.

        Raises:
            InvalidValue: no weights, a negative or inexact one, all zero, or limits that do not fit them.

        Example:
            >>> [part.text for part in Money.of("0.05", "USD").allocate([3, 7])]
            ['0.02', '0.03']
        """
        unit = 1 if step is None else step_units(step, self._currency)
        free = targets is None and caps is None and minimum is None
        limits = None if free else Limits.of(self, unit, targets=targets, caps=caps, minimum=minimum)
        return share(self, weights, rule, turn, unit, limits)

    def split(self, parts: int) -> Shares:
        """Divide the amount into so many equal parts; the first ones get the left-over units.

        Raises:
            InvalidValue: fewer than one part, or more than a million.
        """
        if parts.__class__ is not int or not 1 <= parts <= _MOST_PARTS:
            message = f"cannot split into {shown(parts)} parts: give 1 to {_MOST_PARTS}"
            raise InvalidValue(message, parts=parts)
        return self.allocate((1,) * parts)

    def __repr__(self) -> str:
        return f"Money({self.text!r}, {self._currency.code!r})"

    def __str__(self) -> str:
        return f"{self._currency.code} {self.text}"

    def __format__(self, spec: str) -> str:
        return aligned(str(self), spec)

    def __reduce__(self) -> tuple[Any, tuple[int, Currency]]:
        return _make, (self._minor, self._currency)


def _make(minor: int, currency: Currency) -> Money:
    money = _new(Money)
    money._minor = minor
    money._currency = currency
    return money


def _refuse(amount: object, currency: Currency) -> NoReturn:
    if isinstance(amount, Money) and amount._currency is not currency:
        message = f"{amount} does not go with {currency.code}: convert it through an exchange rate first"
        raise CurrencyMismatch(message, amount=amount, currency=currency)
    message = f"expected amounts of money, got {shown(amount)}"
    raise InvalidValue(message, value=amount)
