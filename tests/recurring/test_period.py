"""Periods: exact factors, and amounts that never become nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Rounding
from pushcore.errors import InvalidValue, PrecisionLoss, Refused
from pushcore.recurring import Period, converted

WEEKLY, MONTHLY, YEARLY = Period
HALF_UP = Rounding.HALF_UP
periods = st.sampled_from(Period)


@pytest.mark.parametrize(
    ("amount", "currency", "period", "to", "result"),
    [
        ("1.00", "USD", MONTHLY, WEEKLY, "0.23"),  # LP27
        ("10.00", "USD", YEARLY, WEEKLY, "0.19"),
        ("10.00", "USD", YEARLY, MONTHLY, "0.83"),
        ("5200.00", "EUR", YEARLY, WEEKLY, "100.00"),
        ("5200.00", "EUR", YEARLY, MONTHLY, "433.33"),
        ("5000", "JPY", YEARLY, WEEKLY, "96"),  # LP28
        ("5000", "JPY", YEARLY, MONTHLY, "417"),
        ("3.00", "EUR", WEEKLY, MONTHLY, "13.00"),
        ("0.00", "EUR", YEARLY, WEEKLY, "0.00"),
    ],
)
def test_lp27_lp28_tips_in_another_period(amount, currency, period, to, result):
    assert converted(Money.of(amount, currency), period, to=to, rounding=HALF_UP).text == result


def test_a_year_has_52_weeks_and_12_months():
    factors = [WEEKLY.factor(MONTHLY), WEEKLY.factor(YEARLY), MONTHLY.factor(WEEKLY), YEARLY.factor(YEARLY)]
    assert factors == [Fraction(52, 12), 52, Fraction(12, 52), 1]


@given(periods, periods)
def test_factors_there_and_back_are_one(one, other):
    assert one.factor(other) * other.factor(one) == 1


@given(st.integers(1, 10**9), periods, periods, st.sampled_from([HALF_UP, Rounding.UP, Rounding.DOWN]))
def test_there_and_back_is_within_a_unit(minor, one, other, rounding):
    """Each way is off by less than one unit; one of a longer period is several of a shorter one."""
    amount = Money.of_minor(minor, "EUR")
    try:
        there = converted(amount, one, to=other, rounding=rounding)
        back = converted(there, other, to=one, rounding=rounding)
    except Refused:
        return
    off = Fraction(1, 2) if rounding is HALF_UP else 1
    assert abs(there.minor - minor * one.factor(other)) <= off
    assert abs(back.minor - minor) <= off * other.factor(one) + off
    if rounding is HALF_UP and one.factor(other) >= 1:
        assert back == amount


def test_lp26_nobody_gives_nothing():
    """LP26: 0.009 a week is no amount of money, and what would be rounded to 0.00 is refused."""
    with pytest.raises(PrecisionLoss):
        Money.of("0.009", "GBP")
    with pytest.raises(Refused, match=r"GBP 0\.20 yearly is less than the smallest amount weekly") as refused:
        converted(Money.of("0.20", "GBP"), YEARLY, to=WEEKLY, rounding=HALF_UP)
    assert refused.value.codes == ("below-minimum",)
    assert refused.value.refusals[0].facts == {"amount": Money.of("0.20", "GBP"), "period": "yearly"}


@pytest.mark.parametrize(
    ("amount", "period", "to", "rounding", "why"),
    [
        ("1.00", WEEKLY, MONTHLY, HALF_UP, "what is converted: expected Money"),
        (Money.of(1, "EUR"), "weekly", MONTHLY, HALF_UP, "its period: expected Period"),
        (Money.of(1, "EUR"), WEEKLY, "monthly", HALF_UP, "the other period: expected Period"),
        (Money.of(1, "EUR"), WEEKLY, MONTHLY, None, "no rounding None"),
    ],
    ids=range(4),
)
def test_bad_input(amount, period, to, rounding, why):
    with pytest.raises(InvalidValue, match=why):
        converted(amount, period, to=to, rounding=rounding)


def test_there_is_no_other_period():
    with pytest.raises(InvalidValue, match="no period 'daily'; there are weekly, monthly, yearly"):
        Period("daily")
