"""Batching: one charge instead of several, and its fee divided among the creators."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, Fixed, Money, Percent, Percentage, Rounding, Sum
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Remainder
from pushcore.recurring import ChargeFee, Owed, batch

HALF_UP = Rounding.HALF_UP


def usd(text):
    return Money.of(text, "USD")


PROCESSING = ChargeFee(Percentage.of("2.9"), usd("0.30"))
TWENTY = {f"creator {n:02}": usd("1.00") for n in range(20)}


def test_batching_20x1():
    one = batch(TWENTY, PROCESSING.of, rounding=HALF_UP)
    assert (one.total, one.separate_fee, one.fee, one.saved) == (
        usd("20.00"), usd("6.58"), usd("0.88"), usd("5.70"),
    )  # fmt: skip
    assert Money.total(one.nets.values(), "USD") == usd("19.12")
    assert one.total - one.separate_fee == usd("13.42")
    assert sorted(one.left_overs) == [f"creator {n:02}" for n in range(8)]
    assert one.fees["creator 00"] == usd("0.05")
    assert one.fees["creator 19"] == usd("0.04")


def test_a_fee_that_is_rounded_for_every_charge():
    """A real ledger rounds each of twenty fees of 0.329 up; the published comparison does not."""
    rule = Sum([Percent(Percentage.of("2.9")), Fixed(usd("0.30"))])
    line = FeeLine("processing", FeeBase.PLEDGE, rule, HALF_UP)
    one = batch(TWENTY, line.fee, rounding=HALF_UP)
    assert (one.separate_fee, one.fee) == (usd("6.60"), usd("0.88"))


amounts = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.integers(1, 10_000), min_size=1, max_size=8
)
fees = st.builds(
    lambda percent, fixed: ChargeFee(Percentage.of(percent), Money.of_minor(fixed, "USD")),
    st.integers(0, 20),
    st.integers(0, 50),
)


@given(amounts, fees, st.sampled_from([HALF_UP, Rounding.UP, Rounding.DOWN]))
def test_the_fee_is_conserved_and_never_more_than_an_amount(amounts, fee, rounding):
    amounts = {payee: Money.of_minor(minor, "USD") for payee, minor in amounts.items()}
    total = Money.total(amounts.values(), "USD")
    whole = fee.of(total).rounded(rounding)
    if whole > total:
        with pytest.raises(InvalidValue, match="is more than"):
            batch(amounts, fee.of, rounding=rounding)
        return
    one = batch(amounts, fee.of, rounding=rounding)
    assert (one.total, one.fee) == (total, whole)
    assert list(one.nets) == list(one.fees) == list(amounts)
    assert all(Money.zero("USD") <= net <= amounts[payee] for payee, net in one.nets.items())
    assert Money.total(one.nets.values(), "USD") + one.fee == one.total
    assert one.saved.minor >= 0
    for payee, part in one.fees.items():
        assert abs(part.minor - Fraction(whole.minor * amounts[payee].minor, total.minor)) < 1


def test_who_bears_the_odd_cent_is_said():
    two = {"ana": usd("1.00"), "bo": usd("1.00")}
    for rule, payee in ((Remainder.FIRST, "ana"), (Remainder.LAST, "bo")):
        one = batch(two, lambda _: usd("0.05"), rounding=HALF_UP, rule=rule)
        assert one.left_overs == {payee: usd("0.01")}


@pytest.mark.parametrize(
    ("amounts", "fee", "why"),
    [
        ({}, PROCESSING.of, "a batch is of one amount or more"),
        ([usd("1.00")], PROCESSING.of, "the amounts of creators: expected Mapping"),
        ({5: usd("1.00")}, PROCESSING.of, "a creator: expected str"),
        ({"ana": "1.00"}, PROCESSING.of, "the amount of ana: expected Money"),
        ({"ana": usd("0.00")}, PROCESSING.of, "the amount of ana is above zero, unlike USD 0.00"),
        ({"ana": usd("1.00")}, PROCESSING, "the fee is a function of what is charged, not ChargeFee"),
        ({"ana": usd("1.00")}, lambda _: 5, "the fee of a charge: expected Owed or Money, got 5"),
        ({"ana": usd("1.00")}, lambda _: usd("-0.01"), "nobody owes less than nothing"),
        ({"ana": usd("1.00")}, lambda _: usd("1.01"), "a fee of USD 1.01 is more than the USD 1.00"),
    ],
    ids=range(9),
)  # fmt: skip
def test_bad_input(amounts, fee, why):
    with pytest.raises(InvalidValue, match=why):
        batch(amounts, fee, rounding=HALF_UP)


def test_a_fee_may_take_all_of_it():
    one = batch({"ana": usd("0.20"), "bo": usd("0.10")}, lambda _: usd("0.30"), rounding=HALF_UP)
    assert one.fees == {"ana": usd("0.20"), "bo": usd("0.10")}


def test_a_rule_that_gives_some_of_the_fee_to_nobody():
    with pytest.raises(InvalidValue, match="leaves some of the fee to nobody"):
        batch(TWENTY, PROCESSING.of, rounding=HALF_UP, rule=Remainder.SEPARATE)


def test_rounding_and_rule_are_named():
    for options in ({"rounding": None}, {"rounding": HALF_UP, "rule": "luck"}):
        with pytest.raises(InvalidValue):
            batch(TWENTY, PROCESSING.of, **options)


@pytest.mark.parametrize(
    ("amounts", "fee"),
    [
        ({"ana": usd("1.00"), "bo": Money.of("1.00", "EUR")}, PROCESSING.of),
        ({"ana": Money.of("1.00", "EUR")}, PROCESSING.of),
        ({"ana": usd("1.00")}, lambda _: Owed.of("0.01", "EUR")),
    ],
    ids=range(3),
)
def test_currencies_never_mix(amounts, fee):
    with pytest.raises(CurrencyMismatch):
        batch(amounts, fee, rounding=HALF_UP)
