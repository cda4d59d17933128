"""Exchange rates that are given once: a few of them, or the history that a bank has published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pushcore._checks import expect, items, shown
from pushcore.errors import InvalidValue, NotFound
from pushcore.money import Currency, ExchangeRate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any

    Published = Mapping[str, str | int | Decimal | Fraction]

__all__ = ["FixedRates", "RateTable"]


class FixedRates:
    """A `pushcore.ports.RateSource` of given rates: the latest as of the day asked for, or its inverse."""

    def __init__(self, rates: Iterable[ExchangeRate]) -> None:
        given: tuple[ExchangeRate, ...] = items(rates)
        for rate in given:
            expect(rate, ExchangeRate, what="a rate")
        self._rates = sorted(given, key=lambda rate: rate.as_of)

    def rate(self, base: Currency, quote: Currency, on: date, /) -> ExchangeRate:
        """The latest rate of the two currencies as of a day.

        Raises:
            NotFound: none was given.
            InvalidValue: they are no currencies, or no day.
        """
        _check(base, quote, on)
        for rate in reversed(self._rates):
            if rate.as_of <= on and (rate.base, rate.quote) == (base, quote):
                return rate
            if rate.as_of <= on and (rate.base, rate.quote) == (quote, base):
                return rate.inverse()
        raise _unknown(base, quote, on)


class RateTable:
    """A `pushcore.ports.RateSource` over what a bank published: by day, each currency for one of the base.

    It answers with the latest rate that is not of a later day, or with its inverse. Days on which nothing was
    published, or not of some currency, are left out; how old a rate may be, and how rates of two other
    currencies are formed, is said by a `pushcore.money.ConversionRule`.

    Args:
        base: The currency that all rates are for one unit of.
        published: Of each day the rates by currency code: text, ints, Decimals or Fractions.
        source: Who published them.

    Raises:
        InvalidValue: a day, a currency or a rate is none, or no source is named.

    Example:
        >>> ecb = RateTable("EUR", {date(2026, 1, 2): {"USD": "1.1721"}}, source="ECB")
        >>> rate = ecb.rate(Currency.of("EUR"), Currency.of("USD"), date(2026, 1, 4))
        >>> str(rate.as_of), rate.source
        ('2026-01-02', 'ECB')
    """

    def __init__(self, base: Currency | str, published: Mapping[date, Published], *, source: str) -> None:
        columns: dict[Currency, list[ExchangeRate]] = {}
        for day, row in _sorted(published):
            for code, rate in row.items():
                found = ExchangeRate(base, code, rate, as_of=day, source=source)
                columns.setdefault(found.quote, []).append(found)
        self._base = Currency.of(base)
        self._columns = {quote: ([rate.as_of for rate in rates], rates) for quote, rates in columns.items()}

    def rate(self, base: Currency, quote: Currency, on: date, /) -> ExchangeRate:
        """The latest rate of the two currencies as of a day, one of which is the base of the table.

        Raises:
            NotFound: none was published by that day.
            InvalidValue: they are no currencies, or no day.
        """
        _check(base, quote, on)
        days, rates = self._columns.get(quote if base is self._base else base, ((), ()))
        place = bisect_right(days, on)
        if not place or self._base not in {base, quote}:
            raise _unknown(base, quote, on)
        found = rates[place - 1]
        return found if base is self._base else found.inverse()


def _sorted(published: Any) -> list[tuple[date, Published]]:  # noqa: ANN401  most is refused
    if not isinstance(published, Mapping):
        message = f"expected rates by day, got {shown(published)}"
        raise InvalidValue(message, published=published)
    for day, row in published.items():
        expect(day, date, what="the day of rates")
        if not isinstance(row, Mapping):
            message = f"expected the rates of {day} by currency code, got {shown(row)}"
            raise InvalidValue(message, day=day, rates=row)
    return sorted(published.items())


def _check(base: Currency, quote: Currency, on: date) -> None:
    expect(base, Currency, what="the currency to convert")
    expect(quote, Currency, what="the currency to convert to")
    expect(on, date, what="a day")


def _unknown(base: Currency, quote: Currency, on: date) -> NotFound:
    message = f"no rate {base} to {quote} as of {on}"
    return NotFound(message, base=base, quote=quote, on=on)
