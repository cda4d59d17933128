"""What is owed: exact, charged in whole units once it is worth it, and conserved."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Rounding
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.recurring import ChargeFee, Owed

PROCESSING = ChargeFee(Percentage.of("2.9"), Money.of("0.30", "USD"))


def usd(text):
    return Money.of(text, "USD")


def owed(text):
    return Owed.of(text, "USD")


def test_snowdrift_threshold():
    smallest = PROCESSING.smallest_charge(Percentage.of("10"))
    assert smallest == usd("4.23")
    assert PROCESSING.of(smallest).minor <= Fraction(423, 10)
    assert PROCESSING.of(usd("4.22")).minor > Fraction(422, 10)


percents = st.integers(0, 99)


@given(percents, st.integers(0, 10_000), st.integers(1, 100))
def test_the_smallest_charge_is_worth_its_fee_and_no_smaller_one_is(percent, fixed, more):
    fee = ChargeFee(Percentage.of(percent), Money.of_minor(fixed, "USD"))
    most = Percentage.of(percent + more)
    smallest = fee.smallest_charge(most)
    assert smallest.minor >= 1
    assert fee.of(smallest).minor <= smallest.minor * most.fraction
    below = smallest.minor - 1
    if below:
        assert fee.of(smallest.with_minor(below)).minor > below * most.fraction


@pytest.mark.parametrize("most", ["2.9", "0", "-5"])
def test_no_charge_is_large_enough(most):
    with pytest.raises(InvalidValue, match=r"a fee of 2\.9% and USD 0\.30 is never at most"):
        PROCESSING.smallest_charge(Percentage.of(most))


def test_lp26_small_amounts_add_up():
    """LP26: 0.009 a week is 0.00 for no week, and 0.09 after ten."""
    total, charged = Owed.of(0, "GBP"), Money.zero("GBP")
    cent = Money.of("0.01", "GBP")
    for _ in range(10):
        total += Owed.of("0.009", "GBP")
        now = total.to_charge(cent)
        charged += now
        total = total.less(now)
    assert charged == Money.of("0.09", "GBP")
    assert total.minor == 0


@given(st.lists(st.fractions(0, 500, max_denominator=1_000), max_size=30), st.integers(1, 1_000))
def test_what_is_charged_and_what_is_owed_add_up(months, least):
    left, charged = owed(0), 0
    for month in months:
        left += Owed(month, left.currency)
        now = left.to_charge(Money.of_minor(least, "USD"))
        assert now.minor == 0 or now.minor >= least
        charged += now.minor
        left = left.less(now)
    assert charged + left.minor == sum(months)
    assert left.minor < least


def test_reading_and_showing():
    assert owed("0.001").minor == Fraction(1, 10)
    assert owed("0.001") == owed(Fraction(1, 1000)) == owed(Decimal("0.001"))
    assert Owed.of(3, "JPY").minor == 3
    assert str(owed("0.082")) == "USD 0.08 and 1/5 of a minor unit"
    assert str(owed("0.08")) == "USD 0.08"
    assert Owed.of_money(usd("1.23")).whole == usd("1.23")
    assert (owed("0.019").whole, owed("0.019").rounded(Rounding.HALF_UP)) == (usd("0.01"), usd("0.02"))
    assert Owed.total([], "USD") == owed(0)
    assert Owed.total([owed("0.001"), owed("0.002")], "USD") == owed("0.003")
    assert owed("1.00").times(Percentage.of("2.9")) == owed("0.029")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: owed("-0.001"), "amount '-0.001' is not a plain number"),
        (lambda: owed("1e5"), "not a plain number"),
        (lambda: owed("9" * 19), "not a plain number"),
        (lambda: owed(0.001), "not an exact number"),
        (lambda: owed(-1), "nobody owes less than nothing"),
        (lambda: Owed.of("1", "XAU"), "has no minor unit"),
        (lambda: Owed.of("1", "XX"), "XX"),
        (lambda: Owed(1, usd("1.00").currency), "expected Fraction"),
        (lambda: Owed(Fraction(10**70), usd("1.00").currency), "too large"),
        (lambda: Owed(Fraction(1), "USD"), "expected Currency"),
        (lambda: Owed.of_money("1.00"), "what is owed: expected Money"),
        (lambda: Owed.of_money(usd("-1.00")), "nobody owes less than nothing"),
        (lambda: Owed.total([usd("1.00")], "USD"), "what is owed: expected Owed"),
        (lambda: Owed.total(5, "USD"), "expected a sequence"),
        (lambda: owed("1").times(-1), "nobody owes less than nothing"),
        (lambda: owed("1").times(1.5), "not an exact number"),
        (lambda: owed("1").to_charge("1.00"), "the least that is charged: expected Money"),
        (lambda: owed("1").less("1.00"), "expected Money"),
        (lambda: owed("1").less(usd("1.01")), "USD 1.01 is more than the USD 1.00 that were owed"),
        (lambda: owed("1").rounded("half-up"), "rounding: expected Rounding"),
        (lambda: ChargeFee(Percentage.of(-1), usd("0.30")), "gives money away"),
        (lambda: ChargeFee(Percentage.of(1), usd("-0.01")), "gives money away"),
        (lambda: ChargeFee("2.9", usd("0.30")), "expected Percentage"),
        (lambda: PROCESSING.of("1.00"), "expected Money"),
        (lambda: PROCESSING.smallest_charge("10"), "the most a fee may be"),
    ],
    ids=range(25),
)
def test_bad_input(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: owed("1") + Owed.of("1", "EUR"),
        lambda: owed("1").less(Money.of("1.00", "EUR")),
        lambda: owed("1").to_charge(Money.of("1.00", "EUR")),
        lambda: Owed.total([Owed.of("1", "EUR")], "USD"),
        lambda: PROCESSING.of(Money.of("1.00", "EUR")),
    ],
    ids=range(5),
)
def test_currencies_never_mix(make):
    with pytest.raises(CurrencyMismatch):
        make()


def test_nothing_foreign_is_added():
    with pytest.raises(TypeError):
        owed("1") + usd("1.00")
