"""Amounts, weights and junk to try money with."""

from decimal import Context, Decimal
from enum import IntEnum
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from pushcore import Currency, Money, Percentage, Rounding
from pushcore.money import Remainder

COUNTABLE = [currency for currency in Currency.all() if currency.exponent is not None]
MOST_DIGITS = 10**18 - 1
HOSTILE = Context(prec=2, rounding="ROUND_UP", Emin=0, Emax=1, traps=list(Context().traps))
"""A decimal context that ruins all arithmetic done in it."""

currencies = st.sampled_from(COUNTABLE)
minors = st.integers(-200, 200) | st.integers(-MOST_DIGITS, MOST_DIGITS)
moneys = st.builds(Money.of_minor, minors, currencies)
euros = st.builds(Money.of_minor, minors, st.just("EUR"))
positive_euros = st.builds(Money.of_minor, st.integers(1, 100_000), st.just("EUR"))
roundings = st.sampled_from(Rounding)
rules = st.sampled_from(Remainder)
fractions = st.fractions(-1000, 1000, max_denominator=1000)
weight_lists = (
    st.lists(st.integers(0, 5) | st.integers(0, 10**9), min_size=1, max_size=8)
    | st.lists(st.fractions(0, 10, max_denominator=50), min_size=1, max_size=8)
    | st.lists(st.decimals(0, 10, places=3), min_size=1, max_size=8)
).filter(any)


class Sneaky(IntEnum):
    """An int that is a name."""

    ONE = 1


class Text(str):
    """Text of another kind."""

    __slots__ = ()


class Shy:
    """What cannot even be shown."""

    def __repr__(self):
        raise RuntimeError


# fmt: off
JUNK = [
    None, True, False, Sneaky.ONE, 0, -1, 2, 10**5000, -(10**70), 0.5, float("nan"), float("inf"), 1j,
    Shy(), object(), int, list, Money, range(3), b"1", bytearray(b"12"), {1, 2},
    Fraction(1, 3), Fraction(10**5000), Fraction(1, 10**5000),
    Decimal("0.01"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1e999999"),
    Decimal("1" * 500),
    "", "5", "1.234", "-1", "1_0", "1e5", "٣", "1\n", "1\0", "1/0", "20/3", "9" * 1_000_000,
    "eur", "XAU", "half-up", "first", Text("EUR"), Text("1.00"),
    [], [0, 0], [1, 2], [1, None], [0.5], [True, 1], ["1"], (1, -1),
    {}, {"a": 1}, {"a": 1, 2: 1}, {None: 1, "a": 1}, {Decimal("NaN"): 1, Decimal(1): 2},
    Currency.of("EUR"), Currency.of("XAU"), Percentage.of("20/3"), Rounding.HALF_UP, Remainder.BLOCKS,
    Money.of(1, "USD"), Money.of("-0.01", "EUR"), Money.of("0.01", "EUR"), [Money.of(1, "EUR")],
    [Money.of(1, "EUR"), Money.of(1, "USD")],
]
# fmt: on


def each_of(argument, **values):
    """Run the test with each value, under its name."""
    return pytest.mark.parametrize(argument, values.values(), ids=values)
