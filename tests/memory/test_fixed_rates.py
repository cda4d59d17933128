"""Rates that are given once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pushcore import Currency, ExchangeRate
from pushcore.memory import FixedRates
from pushcore.testing import RateSourceContract

EUR, USD = Currency.of("EUR"), Currency.of("USD")
FIRST = ExchangeRate("EUR", "USD", "1.10", as_of=date(2026, 1, 5), source="ECB")
LATER = ExchangeRate("EUR", "USD", "1.25", as_of=date(2026, 1, 7), source="ECB")


class TestFixedRates(RateSourceContract):
    known = (
        ("EUR", "USD", date(2026, 1, 5)),
        ("EUR", "USD", date(2026, 1, 6)),
        ("USD", "EUR", date(2027, 1, 1)),
    )
    unknown = (("EUR", "USD", date(2026, 1, 4)), ("EUR", "JPY", date(2026, 1, 6)))

    @pytest.fixture
    def make_rates(self):
        return lambda: FixedRates([LATER, FIRST])


def test_the_latest_rate_that_is_not_of_a_later_day_is_in_force():
    rates = FixedRates([LATER, FIRST])
    assert rates.rate(EUR, USD, date(2026, 1, 6)) == FIRST
    assert rates.rate(EUR, USD, date(2026, 1, 7)) == LATER


def test_a_rate_is_read_both_ways():
    rate = FixedRates([FIRST, LATER]).rate(USD, EUR, date(2026, 1, 8))
    assert (rate.base, rate.quote, rate.rate) == (USD, EUR, Fraction(4, 5))
