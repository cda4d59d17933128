"""Conversion by rule: whose rate of which day, formed and rounded how; and figures that others published."""

import csv
import decimal
import gzip
import importlib.util
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from amounts import HOSTILE, JUNK
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Currency, Money, Rounding
from pushcore._checks import shown
from pushcore.calendar import Weekday
from pushcore.errors import InvalidValue, NotFound
from pushcore.memory import FixedRates, RateTable
from pushcore.money import (
    ConversionRule,
    ExchangeRate,
    Precision,
    Publication,
    RateDay,
    Retirement,
    Tendered,
)
from pushcore.testing import strategies as a

HALF_UP = Rounding.HALF_UP
FIVE = Precision(HALF_UP, digits=5)
MON, TUE, WED, THU, FRI = (date(2026, 1, day) for day in range(5, 10))
ECB = RateTable(
    "EUR",
    {
        MON: {"USD": "1.10", "GBP": "0.85", "JPY": "170"},
        TUE: {"USD": "1.20", "GBP": "0.80", "JPY": "180"},
        THU: {"USD": "1.25", "GBP": "0.75"},  # no yen
    },
    source="ECB",
)


def days(published=Publication.LAST_BEFORE, most_days=7, **options):
    return RateDay(published=published, most_days=most_days, **options)


def rule(**options):
    return ConversionRule(**{"source": "ECB", "rate_day": days(), "rounding": HALF_UP} | options)


def through_euro(**options):
    return rule(through="EUR", **options)


def rate(given, base, quote, on, source=ECB):
    found = given.rate(source, base, quote, on)
    assert (found.base.code, found.quote.code) == (base, quote)
    return found.rate, found.as_of


@pytest.mark.parametrize(
    ("published", "on", "found"),
    [
        ("on-the-day", TUE, ("1.20", TUE)),
        ("on-the-day", WED, None),
        ("last-before", MON, ("1.10", MON)),
        ("last-before", WED, ("1.20", TUE)),
        ("last-before", date(2026, 1, 4), None),
        ("last-before", date(2026, 1, 15), ("1.25", THU)),
        ("last-before", date(2026, 1, 16), None),  # a rate of eight days before is a guess
        ("first-after", WED, ("1.25", THU)),
        ("first-after", date(2026, 1, 1), ("1.10", MON)),
        ("first-after", date(2025, 12, 28), None),
        ("first-after", FRI, None),
        ("last-since", WED, ("1.25", THU)),
        ("last-since", THU, ("1.25", THU)),
        ("last-since", FRI, None),
    ],
)
def test_where_nothing_is_published_on_the_day(published, on, found):
    given = rule(rate_day=days(Publication(published)))
    if found is None:
        with pytest.raises(NotFound, match=f"no rate EUR to USD of ECB for {on}: the rule means {on}"):
            given.rate(ECB, "EUR", "USD", on)
    else:
        assert rate(given, "EUR", "USD", on) == (Fraction(found[0]), found[1])


@pytest.mark.parametrize(
    ("on", "as_of"), [(MON, THU), (THU, THU), (date(2026, 1, 3), THU), (date(2025, 12, 31), None)]
)
def test_the_last_rate_of_the_week(on, as_of):
    weekly = rule(rate_day=days(Publication.LAST_SINCE, 1, weekday=Weekday.FRIDAY))
    if as_of is None:
        with pytest.raises(NotFound):
            weekly.rate(ECB, "EUR", "USD", on)
    else:
        assert rate(weekly, "EUR", "USD", on) == (Fraction("1.25"), as_of)


def test_the_day_is_that_of_the_rule():
    assert rule(rate_day=days(weekday=Weekday.FRIDAY)).day(MON) == FRI


def test_a_rate_of_two_others_goes_through_their_base():
    assert rate(through_euro(), "GBP", "USD", MON) == (Fraction(110, 85), MON)
    assert rate(through_euro(), "EUR", "USD", MON) == (Fraction("1.10"), MON)
    assert rate(through_euro(), "USD", "EUR", MON) == (Fraction(10, 11), MON)
    with pytest.raises(NotFound):
        rule().rate(ECB, "GBP", "USD", MON)  # asked for directly, the table has none


def test_both_rates_are_of_one_day():
    """On Thursday there are dollars and no yen: the last day that had both is Tuesday."""
    assert rate(through_euro(), "USD", "JPY", FRI) == (Fraction(180) / Fraction("1.20"), TUE)
    within = through_euro(rate_day=days(most_days=2))
    span = f"the rule means {FRI}, and takes one of {FRI - timedelta(days=2)} to {FRI}"
    with pytest.raises(NotFound, match=span):
        within.rate(ECB, "USD", "JPY", FRI)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, Fraction(110, 85)),
        ({"precision": FIVE}, "1.2941"),
        ({"precision": Precision(HALF_UP, decimals=2)}, "1.29"),
        ({"precision": FIVE, "divides": True}, 1 / Fraction("0.77273")),
        ({"legs": Precision(HALF_UP, digits=1)}, Fraction(10, 9)),
        ({"legs": Precision(Rounding.UP, decimals=1), "precision": Precision(HALF_UP, digits=2)}, "1.2"),
    ],
)
def test_how_the_rate_is_rounded(options, expected):
    assert rate(through_euro(**options), "GBP", "USD", MON) == (Fraction(expected), MON)


def test_dividing_is_not_multiplying():
    amount = Money.of("12000.00", "GBP")
    multiplied, divided = (
        through_euro(precision=FIVE, divides=it).convert(ECB, amount, "USD", MON) for it in (False, True)
    )
    assert (multiplied.result.text, divided.result.text) == ("15529.20", "15529.36")


def test_a_table_that_has_the_pair_is_asked_for_it():
    direct = FixedRates([ExchangeRate("GBP", "USD", "1.3", as_of=MON, source="ECB")])
    assert rate(rule(), "GBP", "USD", TUE, direct) == (Fraction("1.3"), MON)
    assert rate(rule(divides=True), "GBP", "USD", TUE, direct) == (Fraction("1.3"), MON)
    assert rate(rule(), "USD", "GBP", TUE, direct) == (Fraction(10, 13), MON)


def test_a_rate_of_another_source_is_none():
    with pytest.raises(NotFound, match="no rate EUR to USD of the house for"):
        rule(source="the house").rate(ECB, "EUR", "USD", MON)


# Retired currencies


@pytest.mark.parametrize(
    ("base", "quote", "on", "expected"),
    [
        ("BGN", "EUR", date(2026, 1, 1), 1 / Fraction("1.95583")),
        ("EUR", "BGN", date(2026, 3, 1), Fraction("1.95583")),
        ("DEM", "FRF", MON, Fraction("6.55957") / Fraction("1.95583")),
        ("ANG", "XCG", date(2025, 7, 1), Fraction(1)),
    ],
)
def test_a_retired_currency_has_a_fixed_rate(base, quote, on, expected):
    nothing = FixedRates([])
    found = rule(precision=Precision(HALF_UP, digits=2)).rate(nothing, base, quote, on)
    assert (found.rate, found.as_of, found.source) == (expected, on, "fixed by law")


def test_a_retired_currency_meets_the_market_through_its_successor():
    hundred = Money.of("753.45", "HRK")  # of euros
    assert through_euro().convert(ECB, hundred, "USD", MON).result == Money.of("110.00", "USD")
    assert rate(through_euro(precision=FIVE), "GBP", "HRK", MON) == (
        Fraction("1.1765") * Fraction("7.53450"),
        MON,
    )


def test_before_its_day_a_currency_is_like_any_other():
    kuna = RateTable("EUR", {date(2022, 12, 30): {"HRK": "7.5365"}}, source="ECB")
    assert rate(rule(), "EUR", "HRK", date(2022, 12, 31), kuna)[0] == Fraction("7.5365")
    assert rate(rule(), "EUR", "HRK", date(2023, 1, 1), kuna)[0] == Fraction("7.53450")
    with pytest.raises(NotFound):
        rule().rate(FixedRates([]), "EUR", "HRK", date(2022, 12, 31))


# Cases


def test_oc31_a_missing_rate_is_an_error():
    rates = FixedRates(
        [
            ExchangeRate("EUR", "USD", value, as_of=day, source="ECB")
            for value, day in (("1.079", MON), ("1.0533", FRI))
        ]
    )
    euro = Money.of("1.00", "EUR")
    assert [str(rule().convert(rates, euro, "USD", on).result) for on in (MON, FRI)] == [
        "USD 1.08",
        "USD 1.05",
    ]
    for quote, on in (("USD", date(2025, 12, 31)), ("GBP", MON)):
        with pytest.raises(NotFound):
            rule().convert(rates, euro, quote, on)


def test_lp17_conversions_through_the_euro():
    rates = RateTable("EUR", {MON: {"USD": "1.20", "JPY": "125", "CHF": "1.00", "GBP": "0.82"}}, source="ECB")
    given = [("1.00", "EUR", "USD"), ("1.00", "CHF", "GBP"), ("1.20", "USD", "JPY")]
    found = [
        through_euro().convert(rates, Money.of(text, base), quote, MON).result for text, base, quote in given
    ]
    assert list(map(str, found)) == ["USD 1.20", "GBP 0.82", "JPY 125"]


@pytest.mark.parametrize(("way", "expected"), [("half-up", "0.00"), ("down", "0.00"), ("up", "0.01")])
def test_lp18_the_result_is_rounded_as_said(way, expected):
    rates = FixedRates([ExchangeRate("USD", "EUR", "0.2", as_of=MON, source="ECB")])
    given = rule(rounding=Rounding.of(way))
    assert given.convert(rates, Money.of("0.01", "USD"), "EUR", MON).result.text == expected


# Figures that somebody published


@pytest.fixture(scope="module")
def read_ecb():
    """The example that reads the file of the bank."""
    spec = importlib.util.spec_from_file_location(
        "ecb_rates", Path(__file__).parents[2] / "examples/ecb_rates.py"
    )
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return example.ecb_rates


@pytest.fixture(scope="module")
def ecb(read_ecb, data_dir):
    return read_ecb(data_dir / "reference/eurofxref-hist.csv.gz")


@pytest.fixture(scope="module")
def recorded(data_dir):
    """Totals of campaigns with their worth in dollars, as one collector of such figures published it."""
    with (data_dir / "sample/fx_ks_ecb_500.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_the_file_of_the_bank_is_read_without_what_it_leaves_out(read_ecb, suffix, tmp_path):
    lines = b"Date,USD,HRK,\n2023-01-02,1.0683,N/A,\n2022-12-30,1.0666,7.5365,\n"
    path = tmp_path / f"eurofxref-hist{suffix}"
    path.write_bytes(gzip.compress(lines) if suffix.endswith("gz") else lines)
    rates = read_ecb(path)
    found = [rates.rate(*map(Currency.of, ("EUR", code)), date(2023, 1, 2)) for code in ("USD", "HRK")]
    assert [(it.rate, it.as_of.day, it.source) for it in found] == [
        (Fraction("1.0683"), 2, "ECB"),
        (Fraction("7.5365"), 30, "ECB"),
    ]


FRIDAY = {"source": "ECB", "through": "EUR", "precision": FIVE, "divides": True, "rounding": HALF_UP}


def off(given, ecb, rows):
    """The rows that come out otherwise than recorded."""
    return {
        row["ID"]
        for row in rows
        if given.convert(
            ecb,
            Money.of(Decimal(row["amount"]), row["currency"]),
            "USD",
            date.fromisoformat(row["deadline"]),
        ).result
        != Money.of(row["recorded_usd"], "USD")
    }


def test_recorded_totals_to_the_cent(ecb, recorded):
    """The last rate up to the first Friday on or after the deadline, inverted and rounded to five digits.

    Seven rows do not come out so, and the next test shows why: three deadlines are Fridays that were
    holidays, and four are in pesos, of which the bank publishes six digits and the collector kept five.
    """
    plain = ConversionRule(rate_day=days(Publication.LAST_BEFORE, 7, weekday=Weekday.FRIDAY), **FRIDAY)
    assert off(plain, ecb, recorded) == {row["ID"] for row in recorded if row["agree"] == "0"}
    for row in recorded:
        if row["agree"] == "1":
            found = plain.rate(ecb, row["currency"], "USD", date.fromisoformat(row["deadline"]))
            assert (str(found.as_of), found.rate) == (row["ecb_date"], 1 / Fraction(row["cur_per_usd_sig5"]))


def test_the_others_are_holidays_and_a_digit_too_many(ecb, recorded):
    """Where Friday was a holiday, the last rate is Thursday's; for that day it is that of the week after.

    And each rate for the euro was kept with five digits already, before two of them were crossed.
    """
    weekly = days(Publication.LAST_SINCE, 14, weekday=Weekday.FRIDAY)
    plain = ConversionRule(rate_day=weekly, **FRIDAY)
    odd = [row for row in recorded if row["agree"] == "0"]
    pesos = {row["ID"] for row in odd if row["currency"] == "MXN"}
    holidays = {row["deadline"] for row in odd if row["currency"] != "MXN"}
    assert holidays == {"2015-04-03", "2016-01-01", "2016-03-25"}  # Good Friday, New Year, Good Friday
    assert (len(pesos), off(plain, ecb, recorded)) == (4, pesos)
    assert off(attrs.evolve(plain, legs=FIVE), ecb, recorded) == set()


# Properties


@given(
    a.amounts("GBP", least=-(10**9), most=10**9),
    st.sampled_from(["USD", "JPY", "EUR"]),
    st.builds(
        through_euro,
        legs=st.none() | a.precisions(),
        precision=st.none() | a.precisions(),
        divides=st.booleans(),
        rounding=a.roundings(),
    ),
)
def test_the_ambient_decimal_context_is_irrelevant(money, quote, given):
    expected = given.convert(ECB, money, quote, MON)
    with decimal.localcontext(HOSTILE):
        assert given.convert(ECB, money, quote, MON) == expected


@given(a.amounts("GBP", least=1, most=10**9), a.roundings(), a.roundings())
def test_there_and_back_is_a_difference_that_has_a_name(money, there, back):
    went = through_euro(rounding=there).convert(ECB, money, "JPY", MON)
    assert went.part(went.original) == went.result  # undone as it was done, nothing is made or lost
    came = through_euro(rounding=back).convert(ECB, went.result, "GBP", MON)
    gift = Tendered(presented=money, campaign=money, settled=went.result, rates=[went.rate], rounding=back)
    assert came.result - money == gift.difference


# Junk


def test_only_a_source_of_rates_is_asked():
    for source in (*JUNK, RateTable, ECB.rate, rule(), Retirement.all()[0]):
        with pytest.raises(InvalidValue, match="expected a source of rates"):
            rule().rate(source, "EUR", "USD", MON)


class Liar:
    """A source that answers whatever it was made to."""

    def __init__(self, answer):
        self.answer = answer

    def rate(self, *_):
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Fraction(1),
        ExchangeRate("EUR", "GBP", 1, as_of=MON, source="ECB"),
        ExchangeRate("USD", "EUR", 1, as_of=MON, source="ECB"),
        ExchangeRate("EUR", "USD", 1, as_of=TUE, source="ECB"),
    ],
    ids=shown,
)
def test_an_answer_to_another_question_is_refused(answer):
    with pytest.raises(InvalidValue, match=r"source of rates answers|the source answered"):
        rule().rate(Liar(answer), "EUR", "USD", MON)


@pytest.mark.parametrize("on", [None, "2026-01-05", datetime(2026, 1, 5)], ids=shown)
def test_the_day_is_a_date(on):
    for base in ("EUR", "BGN"):
        with pytest.raises(InvalidValue, match="the day to convert on"):
            rule().rate(ECB, base, "USD", on)


@pytest.mark.parametrize("pair", [("EUR", "EUR"), ("EUR", "XAU"), ("eur", "USD"), (None, "USD")], ids=str)
def test_a_rule_is_asked_for_two_currencies(pair):
    with pytest.raises(InvalidValue, match=r"needs no rate to itself|no minor unit|unknown currency"):
        rule().rate(ECB, *pair, MON)


@pytest.mark.parametrize("money", [None, 5, "5.00", Currency.of("EUR")], ids=shown)
def test_only_money_is_converted(money):
    with pytest.raises(InvalidValue, match="the amount to convert"):
        rule().convert(ECB, money, "USD", MON)


def test_no_decimals_are_whole_units():
    rate = ExchangeRate("USD", "JPY", "157.25", as_of=MON, source="ECB")
    assert Precision(HALF_UP, decimals=0).of(rate).rate == 157


def test_a_rate_of_which_rounding_leaves_nothing_is_refused():
    with pytest.raises(InvalidValue, match="not above zero"):
        rule(precision=Precision(HALF_UP, decimals=0)).rate(ECB, "JPY", "EUR", MON)


def test_legs_go_through_a_currency():
    with pytest.raises(InvalidValue, match="say through which currency"):
        rule(legs=FIVE)


@pytest.mark.parametrize(
    "options",
    [{}, {"digits": 5, "decimals": 2}, {"digits": 0}, {"digits": 101}, {"decimals": -1}, {"decimals": 101}],
    ids=str,
)
def test_a_precision_is_of_digits_or_of_decimals(options):
    with pytest.raises(InvalidValue, match="1 to 100 significant digits, or to 0 to 100 decimals"):
        Precision(HALF_UP, **options)


@pytest.mark.parametrize("junk", [None, 1, "1.1", Fraction(1)], ids=shown)
def test_only_a_rate_is_rounded(junk):
    with pytest.raises(InvalidValue, match="a rate to round"):
        FIVE.of(junk)
