"""Exchange: one exact rate, used there and back."""

import copy
import csv
import pickle
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from amounts import each_of, positive_euros, roundings
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Converted, ExchangeRate

DAY = date(2026, 1, 2)
TEN = Money.of(10, "EUR")


def rate_of(base, quote, rate):
    return ExchangeRate(base, quote, rate, as_of=DAY, source="test")


rates = st.builds(
    rate_of,
    st.just("EUR"),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.fractions("1/500", 500, max_denominator=10**6),
)


@given(positive_euros, rates, roundings, st.sampled_from([1, -1]))
def test_a_conversion_is_rounded_once(money, rate, rounding, sign):
    money *= sign
    exact = money.minor * rate.rate * Fraction(10) ** (rate.quote.exponent - 2)
    booked = rate.convert(money, rounding)
    assert booked.result == Money.of_minor(rounding.divide(exact.numerator, exact.denominator), rate.quote)
    assert booked == Converted(money, booked.result, rate, rounding)


@given(rates)
def test_there_and_back(rate):
    back = rate.inverse()
    assert (back.base, back.quote, back.rate * rate.rate) == (rate.quote, rate.base, 1)
    assert back.inverse() == copy.deepcopy(rate) == pickle.loads(pickle.dumps(rate)) == rate


@given(
    positive_euros,
    rates,
    roundings,
    st.lists(st.integers(0, 10), min_size=1, max_size=6).filter(any),
    st.data(),
)
def test_parts_in_any_sequence_add_up_to_the_result(money, rate, rounding, weights, data):
    booked = rate.convert(money * data.draw(st.sampled_from([1, -1])), rounding)
    done, worth = money * 0, Money.zero(rate.quote)
    for part in booked.original.allocate(weights):
        worth += booked.part(part, before=done)
        done += part
    assert worth == booked.result
    assert booked.part(booked.original) == booked.result


@pytest.mark.parametrize(
    "parts", [("11.00",), ("-0.01",), ("5.00", "5.01"), ("5.00", "-1.00"), ("0.00", "-1.00")]
)
def test_parts_never_exceed_the_original(parts):
    booked = rate_of("EUR", "USD", "1.1").convert(TEN, Rounding.HALF_UP)
    original, *before = (Money.of(part, "EUR") for part in parts)
    with pytest.raises(InvalidValue, match=r"not a part of the EUR 10\.00"):
        booked.part(original, before=before[0] if before else None)


def test_parts_of_a_negative_amount_are_negative():
    booked = rate_of("EUR", "USD", "1.1").convert(-TEN, Rounding.HALF_UP)
    assert booked.part(-TEN) == Money.of(-11, "USD")
    with pytest.raises(InvalidValue, match=r"not a part of the EUR -10\.00"):
        booked.part(TEN)


@pytest.mark.parametrize("part", [None, 5, "5.00"], ids=shown)
def test_parts_are_money(part):
    booked = rate_of("EUR", "USD", "1.1").convert(TEN, Rounding.HALF_UP)
    with pytest.raises(InvalidValue, match=r"a part of EUR 10.00 is money"):
        booked.part(part)
    with pytest.raises(CurrencyMismatch):
        booked.part(TEN, before=Money.of(1, "USD"))


@given(rates, st.integers(1, 12), roundings)
def test_significant_digits(rate, digits, rounding):
    rounded = rate.to_digits(digits, rounding).rate
    scale = 1
    while rate.rate * scale >= 10**digits:
        scale = Fraction(scale) / 10
    while rate.rate * scale < 10 ** (digits - 1):
        scale *= 10
    assert (rounded * scale).denominator == 1
    assert abs(rounded - rate.rate) * scale < 1


@pytest.mark.parametrize(
    ("rate", "digits", "rounded"),
    [
        ("0.651910", 5, "0.65191"),
        ("1.07459", 5, "1.0746"),
        ("120.4549", 5, "120.45"),
        ("0.0012345", 3, "0.00123"),
        ("99.99", 3, "100"),
        ("12345", 2, "12000"),
        ("1", 1, "1"),
        ("10", 1, "10"),
    ],
)
def test_published_cross_rates(rate, digits, rounded):
    assert rate_of("EUR", "USD", rate).to_digits(digits, Rounding.HALF_UP) == rate_of("EUR", "USD", rounded)


@pytest.mark.parametrize("digits", [0, -1, 101, 10**9, True, 2.0, "5", None], ids=shown)
def test_at_least_one_digit(digits):
    with pytest.raises(InvalidValue, match="give 1 to 100"):
        rate_of("EUR", "USD", 2).to_digits(digits, Rounding.UP)


def test_what_is_no_rate_is_shown_as_it_was_given_with_what_would_be():
    for value, said in (
        ("0", "rate '0' is not above zero"),
        ("0.00", "rate '0.00' is not above zero"),
        (1.085, "rate 1.085 is not an exact number: give text such as '1.0837', an int"),
    ):
        with pytest.raises(InvalidValue, match=said):
            rate_of("EUR", "USD", value)


def test_a_hundred_digits_are_enough():
    rate = rate_of("EUR", "USD", Fraction(1, 3)).to_digits(100, Rounding.DOWN)
    assert rate.rate == Fraction(int("3" * 100), 10**100)


@given(rates, st.integers(0, 12), roundings)
def test_decimals(rate, decimals, rounding):
    exact = rate.rate * 10**decimals
    expected = Fraction(rounding.divide(exact.numerator, exact.denominator), 10**decimals)
    if expected:
        assert rate.to_decimals(decimals, rounding) == rate_of("EUR", rate.quote, expected)
    else:
        with pytest.raises(InvalidValue, match="not above zero"):
            rate.to_decimals(decimals, rounding)


@pytest.mark.parametrize("decimals", [-1, 101, 10**9, True, 2.0, "5", None], ids=shown)
def test_decimals_are_counted_from_zero(decimals):
    with pytest.raises(InvalidValue, match="give 0 to 100"):
        rate_of("EUR", "USD", 2).to_decimals(decimals, Rounding.UP)


def test_the_rate_between_two_amounts():
    paid, booked = Money.of("19.99", "EUR"), Money.of(3_400, "JPY")
    rate = ExchangeRate.between(paid, booked, as_of=DAY, source="provider")
    assert rate == ExchangeRate("EUR", "JPY", Fraction(340_000, 1_999), as_of=DAY, source="provider")
    assert rate.convert(paid, Rounding.HALF_EVEN).result == booked


@pytest.mark.parametrize("junk", [None, 5, "5.00", Money.zero("USD"), Money.of(-1, "USD")], ids=shown)
def test_a_rate_lies_between_two_amounts_above_zero(junk):
    for pair in ((TEN, junk), (junk, TEN)):
        with pytest.raises(InvalidValue, match="between two amounts above zero"):
            ExchangeRate.between(*pair, as_of=DAY, source="provider")
    with pytest.raises(InvalidValue, match="EUR needs no rate to itself"):
        ExchangeRate.between(TEN, TEN, as_of=DAY, source="provider")


@given(positive_euros, rates, rates, roundings)
def test_another_rate_makes_a_difference(money, rate, later, rounding):
    booked = rate.convert(money, rounding)
    if later.quote is rate.quote:
        assert booked.result + booked.difference(later) == later.convert(money, rounding).result
    else:
        with pytest.raises(InvalidValue, match=f"expected a rate EUR to {rate.quote}"):
            booked.difference(later)


@pytest.mark.parametrize("junk", [None, 2, "1.1"], ids=shown)
def test_only_a_rate_makes_a_difference(junk):
    with pytest.raises(InvalidValue, match="expected a rate EUR to USD"):
        rate_of("EUR", "USD", 2).convert(TEN, Rounding.UP).difference(junk)


@pytest.mark.parametrize("rate", ["1.1", Decimal("1.1"), Fraction(11, 10)], ids=shown)
def test_a_rate_is_exact_however_it_is_given(rate):
    assert rate_of("EUR", "USD", rate).rate == Fraction(11, 10)


# fmt: off
WRONG = [
    "", "0", "-1", "1,1", "1e3", "1.", ".5", "1/2", " 1", "1\n", "1" * 19,
    0, -1, 1.1, True, None, Decimal("NaN"),
]
# fmt: on


@pytest.mark.parametrize("rate", WRONG, ids=shown)
def test_any_other_rate_is_refused(rate):
    with pytest.raises(InvalidValue, match="rate"):
        rate_of("EUR", "USD", rate)


@pytest.mark.parametrize("as_of", [None, "2026-01-02", 20260102, datetime(2026, 1, 2)], ids=shown)
def test_a_rate_has_a_day(as_of):
    with pytest.raises(InvalidValue, match="as of a day"):
        ExchangeRate("EUR", "USD", 1, as_of=as_of, source="ECB")


@pytest.mark.parametrize("source", ["", "  ", None, 5], ids=shown)
def test_a_rate_has_a_source(source):
    with pytest.raises(InvalidValue, match="source"):
        ExchangeRate("EUR", "USD", 1, as_of=DAY, source=source)


@each_of("pair", same=("EUR", "EUR"), unknown=("EUR", "usd"), uncountable=("XAU", "USD"))
def test_a_rate_is_between_two_currencies(pair):
    with pytest.raises(InvalidValue, match=r"EUR|usd|XAU"):
        rate_of(*pair, 2)


def test_only_the_base_currency_is_converted():
    with pytest.raises(CurrencyMismatch, match=r"does not convert USD 1\.00"):
        rate_of("EUR", "USD", 2).convert(Money.of(1, "USD"), Rounding.UP)
    with pytest.raises(InvalidValue, match="a rate EUR to USD converts money, not 1"):
        rate_of("EUR", "USD", 2).convert(1, Rounding.UP)


def test_a_conversion_is_what_its_rate_gives():
    rate = rate_of("EUR", "USD", "1.1")
    with pytest.raises(InvalidValue, match=r"EUR 10.00 is worth USD 11.00 at this rate, not USD 11.01"):
        Converted(TEN, Money.of("11.01", "USD"), rate, Rounding.UP)


@pytest.fixture(scope="module")
def recorded(data_dir):
    with (data_dir / "sample/fx_ks_ecb_500.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["agree"] == "1"]
    assert len(rows) == 504
    return rows


def test_recorded_conversions_to_the_cent(recorded):
    for row in recorded:
        rate = ExchangeRate(
            "USD",
            row["currency"],
            row["cur_per_usd_sig5"],
            as_of=date.fromisoformat(row["ecb_date"]),
            source="ECB",
        )
        amount = Money.of(Decimal(row["amount"]), row["currency"])
        assert rate.inverse().convert(amount, Rounding.HALF_UP).result == Money.of(row["recorded_usd"], "USD")


def test_recorded_cross_rates_to_five_digits(recorded):
    for row in recorded:
        cross = Fraction(row["ecb_cur_per_eur"]) / Fraction(row["ecb_usd_per_eur"])
        assert rate_of("USD", row["currency"], cross).to_digits(5, Rounding.HALF_UP).rate == Fraction(
            row["cur_per_usd_sig5"]
        )
