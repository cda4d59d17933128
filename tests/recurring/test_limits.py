"""Limits: stated for one period, and what follows for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Rounding
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.recurring import DonationLimits, Period

WEEKLY, MONTHLY, YEARLY = Period


def eur(text):
    return Money.of(text, "EUR")


LIBERAPAY = DonationLimits(WEEKLY, eur("0.01"), eur("100.00"), rounding=Rounding.UP)


@pytest.mark.parametrize(
    ("period", "least", "most"),
    [(WEEKLY, "0.01", "100.00"), (MONTHLY, "0.05", "433.34"), (YEARLY, "0.52", "5200.00")],
)
def test_lp_limits(period, least, most):
    limits = LIBERAPAY.per(period)
    assert (limits.period, limits.least, limits.most) == (period, eur(least), eur(most))


@pytest.mark.parametrize(
    ("amount", "period", "codes"),
    [
        ("0.05", MONTHLY, ()),
        ("0.04", MONTHLY, ("below-minimum",)),  # LP26: it would be less than a cent a week
        ("433.34", MONTHLY, ()),
        ("433.35", MONTHLY, ("above-maximum",)),
        ("5200.01", YEARLY, ("above-maximum",)),
        ("0.00", WEEKLY, ("below-minimum",)),
    ],
)
def test_amounts_out_of_limits(amount, period, codes):
    assert tuple(refusal.code for refusal in LIBERAPAY.refusals(eur(amount), period)) == codes


def test_the_reasons_name_the_limit():
    (low,), (high,) = (LIBERAPAY.refusals(eur(text), MONTHLY) for text in ("0.01", "500.00"))
    assert (low.message, low.facts) == (
        "EUR 0.01 monthly is less than EUR 0.05",
        {"amount": eur("0.01"), "minimum": eur("0.05")},
    )
    assert (high.message, high.facts) == (
        "EUR 500.00 monthly is more than EUR 433.34",
        {"amount": eur("500.00"), "maximum": eur("433.34")},
    )


def test_without_a_most():
    limits = DonationLimits(MONTHLY, eur("5.00"), None, rounding=Rounding.UP)
    assert limits.per(YEARLY).most is None
    assert limits.refusals(eur("1000000.00"), MONTHLY) == ()


def test_a_least_of_another_period_is_a_unit_or_more():
    yearly = DonationLimits(YEARLY, eur("0.10"), eur("1.00"), rounding=Rounding.DOWN)
    assert yearly.per(WEEKLY).least == eur("0.01")
    with pytest.raises(InvalidValue, match="expected an amount above zero"):
        DonationLimits(YEARLY, eur("0.10"), eur("0.20"), rounding=Rounding.DOWN).per(WEEKLY)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from(Period), st.sampled_from(Period))
def test_limits_of_any_period_have_room(least, more, period, other):
    limits = DonationLimits(
        period, Money.of_minor(least, "EUR"), Money.of_minor(least + more, "EUR"), rounding=Rounding.UP
    ).per(other)
    assert 0 < limits.least.minor <= limits.most.minor
    assert limits.refusals(limits.least, other) == limits.refusals(limits.most, other) == ()


@pytest.mark.parametrize(
    ("least", "most", "error"),
    [
        (eur("0.00"), eur("1.00"), InvalidValue),
        (eur("2.00"), eur("1.00"), InvalidValue),
        (eur("1.00"), Money.of("2.00", "USD"), CurrencyMismatch),
        ("1.00", None, InvalidValue),
    ],
    ids=range(4),
)
def test_limits_that_are_none(least, most, error):
    with pytest.raises(error):
        DonationLimits(WEEKLY, least, most, rounding=Rounding.UP)


def test_bad_input():
    with pytest.raises(CurrencyMismatch, match=r"limits in EUR do not fit USD 1\.00"):
        LIBERAPAY.refusals(Money.of("1.00", "USD"), WEEKLY)
    with pytest.raises(InvalidValue, match="what is given: expected Money"):
        LIBERAPAY.refusals("1.00", WEEKLY)
    with pytest.raises(InvalidValue, match="the other period"):
        LIBERAPAY.refusals(eur("1.00"), "weekly")
    with pytest.raises(InvalidValue, match="the other period"):
        LIBERAPAY.per("weekly")
