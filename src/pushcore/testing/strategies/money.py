"""Money and what it is multiplied and converted by."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from hypothesis import strategies as st

from pushcore.money import Converted, Currency, ExchangeRate, Money, Percentage, Rounding

__all__ = ["amounts", "conversions", "currencies", "exchange_rates", "percentages", "roundings"]

_COUNTABLE: Final = tuple(currency for currency in Currency.all() if currency.exponent is not None)
_FAVOURITES: Final = tuple(map(Currency.of, ("EUR", "JPY", "KWD", "CLF")))
"""One for each number of decimals that there is."""

_CURRENCIES: Final = st.sampled_from(_FAVOURITES) | st.sampled_from(_COUNTABLE)
_MOST: Final = 10**12


def currencies() -> st.SearchStrategy[Currency]:
    """A currency that money can be made of, active or withdrawn."""
    return _CURRENCIES


def amounts(
    currency: Currency | str | None = None, *, least: int = -_MOST, most: int = _MOST
) -> st.SearchStrategy[Money]:
    """An amount between two numbers of minor units, of the currency or of any."""
    return _amounts(currency, least, most)


@lru_cache(maxsize=256)
def _amounts(currency: Currency | str | None, least: int, most: int) -> st.SearchStrategy[Money]:
    chosen = currencies() if currency is None else st.just(Currency.of(currency))
    return st.builds(Money.of_minor, st.integers(least, most), chosen)


def percentages(*, least: int = 0, most: int = 100) -> st.SearchStrategy[Percentage]:
    """A percentage between two whole ones: whole, or a fraction, which decimals often cannot write."""
    whole = st.integers(least, most)
    parts = st.fractions(least, most, max_denominator=1_000)
    return st.builds(Percentage, whole | parts)


def roundings() -> st.SearchStrategy[Rounding]:
    """A way to round."""
    return st.sampled_from(list(Rounding))


@st.composite
def exchange_rates(
    draw: st.DrawFn, *, base: Currency | str | None = None, quote: Currency | str | None = None
) -> ExchangeRate:
    """A rate between two currencies, given or drawn, that do not differ."""
    one = draw(currencies()) if base is None else Currency.of(base)
    other = draw(currencies().filter(lambda it: it is not one)) if quote is None else Currency.of(quote)
    rate = draw(st.fractions(Fraction(1, 1_000), 1_000, max_denominator=10_000))
    day = draw(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
    return ExchangeRate(one, other, rate, as_of=day, source=draw(st.sampled_from(["ECB", "provider"])))


@st.composite
def conversions(draw: st.DrawFn) -> Converted:
    """An amount converted by a rate."""
    rate = draw(exchange_rates())
    return rate.convert(draw(amounts(rate.base)), draw(roundings()))
