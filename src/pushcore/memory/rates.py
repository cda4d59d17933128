"""Exchange rates that are given once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pushcore._checks import expect, items
from pushcore.errors import NotFound
from pushcore.money import Currency, ExchangeRate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FixedRates"]


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
        expect(base, Currency, what="the currency to convert")
        expect(quote, Currency, what="the currency to convert to")
        expect(on, date, what="a day")
        for rate in reversed(self._rates):
            if rate.as_of <= on and (rate.base, rate.quote) == (base, quote):
                return rate
            if rate.as_of <= on and (rate.base, rate.quote) == (quote, base):
                return rate.inverse()
        message = f"no rate {base} to {quote} as of {on}"
        raise NotFound(message, base=base, quote=quote, on=on)
