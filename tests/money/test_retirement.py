"""Currencies that are gone, at the rates that the law fixed."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Currency, Money, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import ExchangeRate, Migrated, Retirement
from pushcore.money._iso4217 import WITHDRAWN
from pushcore.testing import strategies as a

HALF_UP = Rounding.HALF_UP
LEV = Retirement.of("BGN", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("code", "successor", "since", "per_unit"),
    [
        ("HRK", "EUR", date(2023, 1, 1), "7.53450"),
        ("BGN", "EUR", date(2026, 1, 1), "1.95583"),
        ("ANG", "XCG", date(2025, 7, 1), "1"),
        ("DEM", "EUR", date(1999, 1, 1), "1.95583"),
        ("GRD", "EUR", date(2001, 1, 1), "340.750"),
        ("LTL", "EUR", date(2015, 1, 1), "3.45280"),
    ],
)
def test_when_and_at_which_rate(code, successor, since, per_unit):
    gone = Retirement.of(code, since)
    assert gone == Retirement(code, successor, per_unit, since)
    assert Retirement.of(Currency.of(code), since - timedelta(days=1)) is None
    assert gone.rate == ExchangeRate(
        code, successor, 1 / Fraction(per_unit), as_of=since, source="fixed by law"
    )


def test_all_whose_rate_is_known_and_no_others():
    known = {row.code for row in WITHDRAWN if row.per_euro}
    assert {it.currency.code for it in Retirement.all()} == known | {"ANG"}
    assert Retirement.of("EUR", date(2030, 1, 1)) is None
    assert Retirement.of("TRL", date(2030, 1, 1)) is None


def test_none_is_replaced_by_one_that_is_gone():
    gone = {it.currency for it in Retirement.all()}
    assert not gone & {it.successor for it in Retirement.all()}


@given(a.retirements(), st.dictionaries(st.sampled_from("abcd"), st.integers(-(10**6), 10**6)), a.roundings())
def test_what_rounding_leaves_over_has_a_name(gone, minors, rounding):
    balances = {name: Money.of_minor(minor, gone.currency) for name, minor in minors.items()}
    moved = gone.migrate(balances, rounding)
    parts = Money.total((part.result for part in moved.parts.values()), gone.successor)
    assert {name: part.original for name, part in moved.parts.items()} == balances
    assert parts + moved.difference == moved.whole.result
    assert abs(moved.difference.minor) <= len(balances) + 1
    whole = Money.total(balances.values(), gone.currency)
    assert moved.whole == gone.rate.convert(whole, rounding)


def test_a_guilder_is_a_guilder():
    moved = Retirement.of("ANG", date(2025, 7, 1)).migrate({"ana": Money.of("12.34", "ANG")}, HALF_UP)
    assert (moved.parts["ana"].result, moved.difference) == (Money.of("12.34", "XCG"), Money.zero("XCG"))


@pytest.mark.parametrize(
    "junk", [None, [], "ana", {1: Money.of(1, "BGN")}, {"ana": 1}, {"ana": None}], ids=shown
)
def test_balances_are_amounts_by_name(junk):
    with pytest.raises(InvalidValue):
        LEV.migrate(junk, HALF_UP)


def test_balances_are_of_the_currency_that_is_gone():
    with pytest.raises(CurrencyMismatch):
        LEV.migrate({"ana": Money.of(1, "EUR")}, HALF_UP)


@pytest.mark.parametrize("on", [None, "2026-01-01", datetime(2026, 1, 1)], ids=shown)
def test_a_day_is_a_date(on):
    with pytest.raises(InvalidValue, match="a day"):
        Retirement.of("BGN", on)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("BGN", "BGN", "1", date(2026, 1, 1)), "does not take its own place"),
        (("BGN", "EUR", "0", date(2026, 1, 1)), "not above zero"),
        (("BGN", "EUR", 1.95583, date(2026, 1, 1)), "not an exact number"),
        (("BGN", "EUR", "1", None), "since"),
        (("XAU", "EUR", "1", date(2026, 1, 1)), "no minor unit"),
        (("BGN", "lev", "1", date(2026, 1, 1)), "unknown currency"),
    ],
    ids=str,
)
def test_a_retirement_is_of_a_currency_a_rate_and_a_day(fields, said):
    with pytest.raises(InvalidValue, match=said):
        Retirement(*fields)


def test_the_parts_are_those_of_the_whole():
    moved = LEV.migrate({"ana": Money.of(1, "BGN"), "bo": Money.of(2, "BGN")}, HALF_UP)
    other = ExchangeRate("BGN", "EUR", "0.5", as_of=date(2026, 1, 1), source="a bank")
    for parts in (
        {},
        {"ana": moved.parts["ana"]},
        {"ana": other.convert(Money.of(3, "BGN"), HALF_UP)},
    ):
        with pytest.raises(InvalidValue, match=r"not the parts of BGN 3\.00 at one rate"):
            Migrated(parts, moved.whole)
    for junk in (None, [moved.whole], {"ana": 1}):
        with pytest.raises(InvalidValue, match="expected conversions by name"):
            Migrated(junk, moved.whole)
