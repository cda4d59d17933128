"""Exchange rates that say when and from where, and conversions that remember their rate.

What the backer saw, what the provider booked and what counts to the goal may be three currencies. One rate is
kept with each conversion and used by all that later undoes it: a refund at today's rate makes or loses money.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self

import attrs

from pushcore._checks import kind, shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money._exact import exact_ratio
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.money import Money
from pushcore.money.rounding import Rounding

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["Converted", "ExchangeRate", "exact_rate"]

_TEXT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_MAX_DIGITS: Final = 100


def exact_rate(value: str | int | Decimal | Fraction) -> Fraction:
    """Converter: a rate as a fraction, above zero."""
    if isinstance(value, str):
        if _TEXT.fullmatch(value) is None:
            message = f"rate {shown(value)} is not a plain number such as '1.0837'"
            raise InvalidValue(message, rate=value)
        rate = Fraction(value)
    else:
        rate = Fraction(*exact_ratio(value, "rate", text="1.0837"))
    if rate <= 0:
        message = f"rate {shown(value)} is not above zero"
        raise InvalidValue(message, rate=value)
    return rate


def _a_day(_: object, __: attrs.Attribute[date], value: date) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        message = f"a rate holds as of a day: expected a date, got {shown(value)}"
        raise InvalidValue(message, as_of=value)


@attrs.frozen
class ExchangeRate:
    """What one unit of ``base`` is worth in ``quote``, on a day, according to a source.

    The rate is exact; give it as text, an int, a Decimal or a Fraction, above zero.

    Raises:
        InvalidValue: the rate is not exact or not above zero, base and quote are one currency, or there is no
            day or no source.

    Example:
        >>> ecb = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="ECB")
        >>> ecb.convert(Money.of("50.00", "EUR"), Rounding.HALF_UP).result
        Money('55.00', 'USD')
        >>> ecb.inverse().convert(Money.of("1.00", "USD"), Rounding.HALF_UP).result
        Money('0.91', 'EUR')
    """

    base: Currency = attrs.field(converter=countable)
    quote: Currency = attrs.field(converter=countable)
    rate: Fraction = attrs.field(converter=exact_rate)
    as_of: date = attrs.field(kw_only=True, validator=_a_day)
    source: str = attrs.field(kw_only=True, validator=kind(str))

    def __attrs_post_init__(self) -> None:
        if self.base is self.quote:
            message = f"{self.base} needs no rate to itself"
            raise InvalidValue(message, currency=self.base)
        if not self.source.strip():
            message = f"a rate {self.base} to {self.quote} needs a source: say where it comes from"
            raise InvalidValue(message, source=self.source)

    @classmethod
    def between(cls, given: Money, received: Money, *, as_of: date, source: str) -> Self:
        """The rate at which one amount became another, for a provider that tells both and no rate.

        Raises:
            InvalidValue: not two amounts above zero, of two currencies.

        Example:
            >>> paid, booked = Money.of("50.00", "EUR"), Money.of("55", "JPY")
            >>> ExchangeRate.between(paid, booked, as_of=date(2026, 1, 2), source="provider").rate
            Fraction(11, 10)
        """
        for amount in given, received:
            if amount.__class__ is not Money or amount.minor <= 0:
                message = f"a rate lies between two amounts above zero, not at {shown(amount)}"
                raise InvalidValue(message, amount=amount)
        rate = Fraction(received.amount) / Fraction(given.amount)
        return cls(given.currency, received.currency, rate, as_of=as_of, source=source)

    def convert(self, money: Money, rounding: Rounding) -> Converted:
        """The worth of an amount of ``base`` in ``quote``, rounded to a minor unit.

        Raises:
            CurrencyMismatch: the amount is not of the base currency.
            InvalidValue: it is not money, or too large; or the rounding is none.
        """
        rounding = Rounding.of(rounding)
        return Converted(money, _worth(money, self, rounding), self, rounding)

    def inverse(self) -> ExchangeRate:
        """The same rate read the other way round, exactly."""
        return ExchangeRate(self.quote, self.base, 1 / self.rate, as_of=self.as_of, source=self.source)

    def to_digits(self, digits: int, rounding: Rounding) -> ExchangeRate:
        """The rate rounded to so many significant digits, as published cross rates are.

        Raises:
            InvalidValue: fewer than one digit or more than a hundred, or the rounding is none.
        """
        if digits.__class__ is not int or not 1 <= digits <= _MAX_DIGITS:
            message = f"cannot round to {shown(digits)} significant digits: give 1 to {_MAX_DIGITS}"
            raise InvalidValue(message, digits=digits)
        return self._rounded(digits - _magnitude(self.rate), rounding)

    def to_decimals(self, decimals: int, rounding: Rounding) -> ExchangeRate:
        """The rate rounded to so many digits after the point.

        Raises:
            InvalidValue: fewer than no decimals or more than a hundred, nothing is left of the rate, or the
                rounding is none.
        """
        if decimals.__class__ is not int or not 0 <= decimals <= _MAX_DIGITS:
            message = f"cannot round to {shown(decimals)} decimals: give 0 to {_MAX_DIGITS}"
            raise InvalidValue(message, decimals=decimals)
        return self._rounded(decimals, rounding)

    def _rounded(self, decimals: int, rounding: Rounding) -> ExchangeRate:
        shift = Fraction(10) ** decimals
        scaled = self.rate * shift
        rounded = Rounding.of(rounding).divide(scaled.numerator, scaled.denominator)
        return attrs.evolve(self, rate=rounded / shift)


@attrs.frozen
class Converted:
    """An amount, what it came to in another currency, and the rate that every reversal of it must use.

    Made by `ExchangeRate.convert`.

    Raises:
        InvalidValue: the result is not what the rate gives.
    """

    original: Money = attrs.field(validator=kind(Money))
    result: Money = attrs.field(validator=kind(Money))
    rate: ExchangeRate = attrs.field(validator=kind(ExchangeRate))
    rounding: Rounding = attrs.field(validator=kind(Rounding))

    def __attrs_post_init__(self) -> None:
        worth = _worth(self.original, self.rate, self.rounding)
        if self.result != worth:
            message = f"{self.original} is worth {worth} at this rate, not {self.result}"
            raise InvalidValue(message, original=self.original, result=self.result)

    def part(self, original: Money, *, before: Money | None = None) -> Money:
        """What a part of the original comes to, so that any sequence of parts adds up to the whole result.

        Args:
            original: The part, in the original currency.
            before: The sum of the parts taken before it.

        Raises:
            CurrencyMismatch: a part is of another currency.
            InvalidValue: a part is not money, or the parts exceed the original.

        Example:
            >>> rate = ExchangeRate("USD", "EUR", "0.5", as_of=date(2026, 1, 2), source="test")
            >>> fee, cent = rate.convert(Money.of("0.03", "USD"), Rounding.HALF_UP), Money.of("0.01", "USD")
            >>> [str(fee.part(cent, before=cent * n)) for n in range(3)], str(fee.result)
            (['EUR 0.01', 'EUR 0.00', 'EUR 0.01'], 'EUR 0.02')
        """
        done = self._within(before) if before is not None else self.original * 0
        upto = self._within(self._within(original) + done)
        return _worth(upto, self.rate, self.rounding) - _worth(done, self.rate, self.rounding)

    def difference(self, rate: ExchangeRate) -> Money:
        """What the original comes to at another rate, less the result.

        Whoever undoes a conversion at the rate of another day loses this much, or gains it if it is negative.

        Raises:
            InvalidValue: it is no rate of the same two currencies.

        Example:
            >>> rate = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="test")
            >>> later = ExchangeRate("EUR", "USD", "1.1742", as_of=date(2026, 3, 2), source="test")
            >>> rate.convert(Money.of("50.00", "EUR"), Rounding.HALF_UP).difference(later)
            Money('3.71', 'USD')
        """
        if not isinstance(rate, ExchangeRate) or (rate.base, rate.quote) != (self.rate.base, self.rate.quote):
            message = f"expected a rate {self.rate.base} to {self.rate.quote}, got {shown(rate)}"
            raise InvalidValue(message, rate=rate)
        return _worth(self.original, rate, self.rounding) - self.result

    def _within(self, part: Money) -> Money:
        if part.__class__ is not Money:
            message = f"a part of {self.original} is money, not {shown(part)}"
            raise InvalidValue(message, part=part)
        least, most = sorted((self.original, self.original * 0))
        if not least <= part <= most:
            message = f"{part} is not a part of the {self.original} that were converted"
            raise InvalidValue(message, part=part)
        return part


def _worth(money: Money, rate: ExchangeRate, rounding: Rounding) -> Money:
    if money.__class__ is not Money:
        message = f"a rate {rate.base} to {rate.quote} converts money, not {shown(money)}"
        raise InvalidValue(message, value=money)
    if money.currency is not rate.base:
        message = f"a rate {rate.base} to {rate.quote} does not convert {money}"
        raise CurrencyMismatch(message, amount=money)
    shift = Fraction(10) ** ((rate.quote.exponent or 0) - (rate.base.exponent or 0))
    worth = money.minor * rate.rate * shift
    return Money.of_minor(rounding.divide(worth.numerator, worth.denominator), rate.quote)


def _magnitude(rate: Fraction) -> int:
    """How many digits stand before the point (0.0123 has -1)."""
    magnitude = len(str(rate.numerator)) - len(str(rate.denominator))
    return magnitude + 1 if rate >= Fraction(10) ** magnitude else magnitude
