"""Money: exact, in one currency, and the same whatever the decimal context."""

import copy
import operator
import pickle
from contextlib import nullcontext
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from math import floor

import pytest
from amounts import COUNTABLE, HOSTILE, currencies, each_of, euros, fractions, minors, moneys, roundings
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Currency, Money, Percentage, Rounding
from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue, PrecisionLoss
from pushcore.money import ExchangeRate

LARGEST = 10**60 - 1


@given(moneys)
def test_text_decimal_and_minor_units_mean_the_same(money):
    currency = money.currency
    assert Money.of(money.text, currency) == Money.of(money.amount, currency) == money
    assert Money.of_minor(money.minor, currency) == money.with_minor(money.minor) == money
    assert money.amount * 10**currency.exponent == money.minor
    assert str(money) == f"{currency} {money.text}"
    assert repr(money) == f"Money('{money.text}', '{currency}')"


@given(st.integers(-(10**20), 10**20), currencies)
def test_an_int_counts_whole_units(units, currency):
    assert Money.of(units, currency).minor == units * 10**currency.exponent


@given(st.lists(euros), currencies)
def test_a_total_is_the_sum(amounts, currency):
    total = Money.total(iter(amounts), "EUR")
    assert total == sum(amounts, Money.zero("EUR"))
    assert total.minor == sum(amount.minor for amount in amounts)
    assert Money.total([], currency) == Money.zero(currency)


@given(euros, euros, euros, st.integers(-100, 100))
def test_arithmetic_is_that_of_whole_numbers(a, b, c, n):
    zero = Money.zero("EUR")
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a - b == a + -b
    assert a + zero == a - zero == a
    assert n * a == a * n == Money.total([a] * n, "EUR") if n >= 0 else a * n == -(a * -n)
    assert abs(a) == (-a if a < zero else a)
    assert bool(a) is (a != zero)


@given(euros, euros)
def test_order_is_that_of_the_minor_units(a, b):
    assert (a < b, a <= b, a > b, a >= b) == (
        a.minor < b.minor,
        a.minor <= b.minor,
        a.minor > b.minor,
        a.minor >= b.minor,
    )
    assert max(a, b).minor == max(a.minor, b.minor)
    assert (a < a, a <= a, a > a, a >= a) == (False, True, False, True)  # noqa: PLR0124  on purpose


@given(minors, currencies, minors, currencies)
def test_equal_means_same_amount_and_currency(minor, currency, other_minor, other_currency):
    a, b = Money.of_minor(minor, currency), Money.of_minor(other_minor, other_currency)
    assert (a == b) is ((minor, currency) == (other_minor, other_currency))
    again = Money.of_minor(minor, currency.code)
    assert a == again
    assert hash(a) == hash(again)
    assert len({a, again, b}) == len({(minor, currency), (other_minor, other_currency)})


def test_zero_of_two_currencies_differ():
    assert Money.zero("EUR") != Money.zero("USD")
    assert len({Money.zero(currency) for currency in COUNTABLE}) == len(COUNTABLE)
    assert Money.zero("EUR") != 0


@each_of(
    "mix",
    add=operator.add,
    sub=operator.sub,
    lt=operator.lt,
    le=operator.le,
    gt=operator.gt,
    ge=operator.ge,
    total=lambda a, b: Money.total([a, b], "EUR"),
    caps=lambda a, b: a.allocate([1], caps=[b]),
)
def test_currencies_never_mix(mix):
    with pytest.raises(CurrencyMismatch, match=r"EUR.*USD|USD.*EUR"):
        mix(Money.of(1, "EUR"), Money.of(1, "USD"))


@given(moneys)
def test_copies_and_pickles_are_equal(money):
    for twin in (
        copy.copy(money),
        copy.deepcopy(money),
        *(pickle.loads(pickle.dumps(money, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
    ):
        assert twin == money
        assert twin.currency is money.currency


@pytest.mark.parametrize(
    ("spec", "told"), [("", "EUR 12.30"), (">11", "  EUR 12.30"), (".<11", "EUR 12.30..")]
)
def test_a_field_is_as_wide_as_is_asked(spec, told):
    assert format(Money.of("12.30", "EUR"), spec) == told


@pytest.mark.parametrize("spec", [".2f", ",", "d", ".2", ">20.4", "EUR"])
def test_a_field_neither_rounds_nor_cuts(spec):
    with pytest.raises(InvalidValue, match=r"EUR 12\.30 is formatted as text"):
        format(Money.of("12.30", "EUR"), spec)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("0", "EUR", 0),
        ("-0.00", "EUR", 0),
        ("12", "EUR", 1200),
        ("12.3", "EUR", 1230),
        ("-12.34", "EUR", -1234),
        ("007.05", "EUR", 705),
        ("5", "JPY", 5),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("9999999999999999.99", "EUR", 999_999_999_999_999_999),
        ("-9999999999999999.99", "EUR", -999_999_999_999_999_999),
        ("0.29", "EUR", 29),  # 28 by way of a float
        ("19.99", "EUR", 1999),  # 1998 by way of a float
    ],
)
def test_text_is_read_exactly(text, currency, minor):
    assert Money.of(text, currency).minor == minor


# fmt: off
WRONG = [
    "", " ", "-", ".", "1.", ".5", "+1", "--1", "1-", "- 1", " 1", "1 ", "1\n", "1\0", "1,5", "1_000",
    "1 000", "1e3", "0x1", "1/2", "1.2.3", "NaN", "Infinity", "٣", "１", "€1", "1" * 19, "-" + "1" * 19,
    "0" * 18 + "1", "0." + "0" * 18, "1" * 18 + ".1", "1" * 1_000_000,
]
# fmt: on


@pytest.mark.parametrize("text", WRONG, ids=shown)
def test_other_text_is_refused(text):
    with pytest.raises(InvalidValue, match="not a plain number"):
        Money.of(text, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.234", "EUR"),
        ("1.230", "EUR"),  # in text, zeros count: who writes three decimals means another currency
        ("1.0", "JPY"),
        (Decimal("0.001"), "EUR"),
        (Decimal("0.5"), "JPY"),
        (Fraction(1, 3), "EUR"),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(amount, currency):
    with pytest.raises(PrecisionLoss, match=f"more decimals than {currency}"):
        Money.of(amount, currency)


def test_a_decimal_is_a_number_whatever_its_zeros():
    assert Money.of(Decimal("1.230"), "EUR") == Money.of("1.23", "EUR")
    assert Money.of(Decimal("1E+3"), "EUR") == Money.of(1000, "EUR")


@pytest.mark.parametrize("code", ["XAU", "XXX", "XDR", "XTS"])
def test_no_money_without_a_minor_unit(code):
    for make in (partial(Money.of, 1), partial(Money.of_minor, 1), partial(Money.total, []), Money.zero):
        with pytest.raises(InvalidValue, match=f"{code}.*no minor unit"):
            make(code)


@pytest.mark.parametrize("amounts", [5, Money.of(1, "EUR"), list, [None], "12", {"a": 1}], ids=shown)
def test_a_total_of_anything_else_is_refused(amounts):
    with pytest.raises(InvalidValue, match="expected amounts of money"):
        Money.total(amounts, "EUR")


def test_an_error_while_the_amounts_are_made_is_not_hidden():
    def broken():
        yield Money.of(1, "EUR")
        raise TypeError("mine")  # noqa: EM101

    with pytest.raises(TypeError, match="mine"):
        Money.total(broken(), "EUR")


@each_of(
    "make",
    of=lambda most: Money.of(most.minor // 100 + 1, "EUR"),
    of_minor=lambda most: Money.of_minor(most.minor + 1, "EUR"),
    below=lambda most: Money.of_minor(-most.minor - 1, "EUR"),
    with_minor=lambda most: most.with_minor(most.minor + 1),
    mul=lambda most: most * 2,
    times=lambda most: most.with_minor(10**59).times(10, Rounding.UP),
    times_below=lambda most: most.with_minor(10**59).times(-10, Rounding.UP),
    round_to=lambda most: most.round_to("100", Rounding.UP),
    total=lambda most: Money.total([most, most.with_minor(1)], "EUR"),
)
def test_amounts_beyond_reason_are_refused(make):
    with pytest.raises(InvalidValue, match="too large"):
        make(Money.of_minor(LARGEST, "EUR"))


@each_of("sign", above=1, below=-1)
def test_the_largest_amount_is_one(sign):
    money = Money.of_minor(sign * LARGEST, "EUR")
    assert money.times(1, Rounding.UP) == money * 1 == Money.of(money.amount, "EUR") == money


@given(euros, fractions, roundings)
def test_times_rounds_the_exact_product_once(money, factor, rounding):
    exact = money.minor * factor
    assert money.times(factor, rounding).minor == rounding.divide(exact.numerator, exact.denominator)
    assert money.times(Percentage.of_fraction(factor), rounding) == money.times(factor, rounding)


@given(euros, st.integers(-100, 100), roundings)
def test_times_a_whole_number_is_exact(money, n, rounding):
    assert money.times(n, rounding) == money.times(Decimal(n), rounding) == money * n


@given(euros, fractions, roundings, st.integers(1, 500))
def test_a_step_is_rounded_to_directly(money, factor, rounding, minor):
    step = Money.of_minor(minor, "EUR")
    exact = money.minor * factor / minor
    result = money.times(factor, rounding, step=step.text)
    assert result.minor == rounding.divide(exact.numerator, exact.denominator) * minor
    assert money.round_to(step.amount, rounding) == money.times(1, rounding, step=step.text)


def test_rounding_to_a_step_does_not_round_twice():
    price = Money.of("1.00", "CHF")
    assert price.times(Decimal("1.0249"), Rounding.HALF_UP, step="0.05").text == "1.00"
    assert price.times(Decimal("1.0249"), Rounding.HALF_UP).round_to("0.05", Rounding.HALF_UP).text == "1.00"
    assert price.times(Decimal("1.0745"), Rounding.HALF_UP, step="0.05").text == "1.05"
    assert price.times(Decimal("1.0749"), Rounding.HALF_UP).round_to("0.05", Rounding.HALF_UP).text == "1.05"
    assert price.times(Decimal("1.0249"), Rounding.UP, step="0.05").text == "1.05"
    assert price.times(Decimal("1.0246"), Rounding.HALF_UP, step=Decimal("0.01")).text == "1.02"


@pytest.mark.parametrize("step", ["0", "-0.05", 0, -1, Decimal(0)], ids=shown)
def test_a_step_is_above_zero(step):
    with pytest.raises(InvalidValue, match="not above zero"):
        Money.of(1, "CHF").round_to(step, Rounding.UP)


def test_a_step_is_one_of_the_currency():
    with pytest.raises(PrecisionLoss, match="more decimals than CHF"):
        Money.of(1, "CHF").round_to("0.005", Rounding.UP)


def test_nothing_can_be_set():
    for name, value in (("minor", 1), ("currency", Currency.of("USD")), ("text", "1")):
        with pytest.raises(AttributeError):
            setattr(Money.of(1, "EUR"), name, value)


@each_of("context", usual=nullcontext, hostile=lambda: localcontext(HOSTILE))
def test_the_decimal_context_has_no_say(context):
    with context():
        money = Money.of(Decimal("12345678.91"), "EUR")
        rate = ExchangeRate("EUR", "USD", Decimal("1.08375"), as_of=date(2026, 1, 2), source="ECB")
        results = [
            money.amount.as_tuple().digits,
            money.text,
            money.times(Decimal("0.029876543"), Rounding.HALF_EVEN).text,
            money.times(Percentage.of(Decimal("2.9876543")), Rounding.HALF_EVEN).text,
            money.round_to(Decimal("0.05"), Rounding.HALF_UP).text,
            [part.text for part in money.allocate([Decimal("0.123456"), Decimal("0.654321")])],
            rate.convert(money, Rounding.HALF_UP).result.text,
            rate.to_digits(4, Rounding.HALF_UP).rate,
            money.format("en"),
            Money.parse("12,345,678.91", "EUR", locale="en").text,
        ]
    first, second = (floor(1_234_567_891 * Fraction(weight, 777_777)) for weight in (123_456, 654_321))
    assert results == [
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 1),
        "12345678.91",
        "368846.21",
        "368846.21",
        "12345678.90",
        [f"{first // 100}.{first % 100:02}", f"{(second + 1) // 100}.{(second + 1) % 100:02}"],
        "13379629.52",
        Fraction(1084, 1000),
        "€12,345,678.91",
        "12345678.91",
    ]


def test_minor_units_are_bounded_and_of_a_currency_that_has_them():
    most = 10**60 - 1
    assert Money.of_minor(most, Currency.of("EUR")).minor == -Money.of_minor(-most, Currency.of("EUR")).minor
    for minor in most + 1, -most - 1:
        with pytest.raises(InvalidValue, match="too large"):
            Money.of_minor(minor, Currency.of("EUR"))
    with pytest.raises(InvalidValue, match="no minor unit"):
        Money.of_minor(1, Currency.of("XAU"))


def test_who_gives_what_people_wrote_is_told_what_is_read():
    with pytest.raises(InvalidValue, match=r"'12,50' is not a plain number: digits with a point"):
        Money.of("12,50", "EUR")
    assert Money.parse("12,50", "EUR", "de_DE") == Money.of("12.50", "EUR")
