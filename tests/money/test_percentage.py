"""Percentages: exact, however they are written."""

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from amounts import fractions
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Rounding
from pushcore._checks import shown
from pushcore.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("5", Fraction(1, 20)),
        ("5%", Fraction(1, 20)),
        ("2.9", Fraction(29, 1000)),
        ("2.90 %", Fraction(29, 1000)),
        ("-0.5", Fraction(-1, 200)),
        ("-5/2", Fraction(-1, 40)),
        ("20/3", Fraction(1, 15)),
        ("0", Fraction(0)),
        ("100", Fraction(1)),
        ("0.000000000000000001", Fraction(1, 10**20)),
        (5, Fraction(1, 20)),
        (Decimal("2.9"), Fraction(29, 1000)),
        (Fraction(20, 3), Fraction(1, 15)),
    ],
    ids=shown,
)
def test_a_percentage_is_a_fraction(written, share):
    percentage = Percentage.of(written)
    assert percentage.fraction == share
    assert (percentage.numerator, percentage.denominator) == share.as_integer_ratio()
    assert percentage == Percentage(written) == Percentage.of_fraction(share)
    assert percentage == Percentage.of_basis_points(share * 10_000)
    assert hash(percentage) == hash(Percentage(written))


# fmt: off
WRONG = [
    "", "%", "%5", "five", "1/0", "1/-2", "1.5/2", "5%%", "5  %", " 5", "5 ", "+5", "1e1", "1_0", "1,5", ".5",
    "5.", "٣", "5\n", "1" * 19, "0." + "1" * 19, "1/" + "1" * 19,
    0.05, True, None, b"5", float("nan"), Decimal("NaN"), [5],
]
# fmt: on


@pytest.mark.parametrize("written", WRONG, ids=shown)
def test_anything_else_is_refused(written):
    with pytest.raises(InvalidValue, match="percentage"):
        Percentage.of(written)


@pytest.mark.parametrize("value", ["250", 2.5, None, Decimal("Infinity")])
def test_shares_and_basis_points_are_numbers(value):
    with pytest.raises(InvalidValue, match="basis points"):
        Percentage.of_basis_points(value)
    with pytest.raises(InvalidValue, match="share"):
        Percentage.of_fraction(value)


@given(fractions)
def test_text_copies_and_pickles_are_equal(percent):
    percentage = Percentage.of(percent)
    assert Percentage.of(str(percentage)) == percentage
    assert copy.deepcopy(percentage) == pickle.loads(pickle.dumps(percentage)) == percentage
    assert percentage.denominator > 0


@given(st.decimals(-1000, 1000, places=4))
def test_decimals_stay_decimals(percent):
    text = str(Percentage.of(percent))
    assert Decimal(text.removesuffix("%")) == percent
    assert not text.endswith("0%") or "." not in text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (Fraction(29, 10), "2.9%"),
        (5, "5%"),
        (Fraction(-1, 8), "-0.125%"),
        (Fraction(20, 3), "20/3%"),
        (Fraction(1, 10**18), "0.000000000000000001%"),
        (Fraction(1, 10**19), "1/10000000000000000000%"),
    ],
)
def test_text_has_decimals_if_they_end(percent, text):
    assert str(Percentage.of(percent)) == text


def test_a_published_rate_may_be_a_rounded_one():
    # "6.67 %" is 8 %/1.2

    raised = Money.of("10000.00", "EUR")
    assert raised.times(Percentage.of("20/3"), Rounding.HALF_UP).text == "666.67"
    assert raised.times(Percentage.of("6.67"), Rounding.HALF_UP).text == "667.00"
