"""Rates that a bank published: by day, for one unit of its own currency."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from pushcore import Currency, ExchangeRate
from pushcore._checks import shown
from pushcore.errors import InvalidValue, NotFound
from pushcore.memory import RateTable
from pushcore.testing import RateSourceContract

EUR, USD, SEK = map(Currency.of, ("EUR", "USD", "SEK"))
FRIDAY, MONDAY = date(2026, 1, 2), date(2026, 1, 5)
PUBLISHED = {MONDAY: {"USD": "1.25"}, FRIDAY: {"USD": "1.10", "SEK": "10.9995"}}


def table():
    return RateTable("EUR", PUBLISHED, source="ECB")


class TestRateTable(RateSourceContract):
    known = (
        ("EUR", "USD", FRIDAY),
        ("EUR", "USD", date(2026, 1, 4)),
        ("USD", "EUR", MONDAY),
        ("EUR", "SEK", date(2027, 1, 1)),
    )
    unknown = (
        ("EUR", "USD", date(2026, 1, 1)),
        ("EUR", "JPY", MONDAY),
        ("USD", "SEK", MONDAY),
        ("USD", "USD", MONDAY),
        ("EUR", "EUR", MONDAY),
    )

    @pytest.fixture
    def make_rates(self):
        return table


@pytest.mark.parametrize(
    ("base", "quote", "on", "rate", "as_of"),
    [
        (EUR, USD, FRIDAY, "1.10", FRIDAY),
        (EUR, USD, date(2026, 1, 4), "1.10", FRIDAY),
        (EUR, USD, MONDAY, "1.25", MONDAY),
        (USD, EUR, date(2026, 2, 1), Fraction(4, 5), MONDAY),
        (EUR, SEK, MONDAY, "10.9995", FRIDAY),
    ],
    ids=str,
)
def test_the_latest_that_is_not_of_a_later_day(base, quote, on, rate, as_of):
    assert table().rate(base, quote, on) == ExchangeRate(base, quote, rate, as_of=as_of, source="ECB")


def test_what_is_given_is_not_looked_at_again():
    given = {FRIDAY: {"USD": "1.10"}}
    rates = RateTable(EUR, given, source="ECB")
    given[MONDAY] = given[FRIDAY] = {}
    assert rates.rate(EUR, USD, MONDAY).rate == Fraction("1.10")


@pytest.mark.parametrize(
    "published",
    [
        None,
        [FRIDAY],
        {"2026-01-02": {}},
        {datetime(2026, 1, 2): {}},
        {FRIDAY: None},
        {FRIDAY: ["USD"]},
        {FRIDAY: {"USD": "N/A"}},
        {FRIDAY: {"USD": 1.1}},
        {FRIDAY: {"USD": "0"}},
        {FRIDAY: {"usd": "1.1"}},
        {FRIDAY: {"EUR": "1"}},
        {FRIDAY: {"XAU": "1"}},
        {FRIDAY: {None: "1"}},
    ],
    ids=shown,
)
def test_any_other_table_is_refused(published):
    with pytest.raises(InvalidValue):
        RateTable("EUR", published, source="ECB")


@pytest.mark.parametrize(
    ("base", "source"), [("euro", "ECB"), (None, "ECB"), ("EUR", ""), ("EUR", None)], ids=str
)
def test_a_table_has_a_base_and_a_source(base, source):
    with pytest.raises(InvalidValue):
        RateTable(base, PUBLISHED, source=source)


@pytest.mark.parametrize(
    "question", [("EUR", USD, FRIDAY), (EUR, None, FRIDAY), (EUR, USD, "2026-01-02")], ids=str
)
def test_a_question_is_of_two_currencies_and_a_day(question):
    with pytest.raises(InvalidValue):
        table().rate(*question)


def test_nothing_published_is_nothing_known():
    with pytest.raises(NotFound, match="no rate EUR to USD as of 2026-01-02"):
        RateTable("EUR", {}, source="ECB").rate(EUR, USD, FRIDAY)
