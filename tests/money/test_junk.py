"""Whatever is handed in, the answer is a value or an error of ours; only operators say `TypeError`."""

import operator
from contextlib import suppress
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from amounts import JUNK, each_of

from pushcore import Currency, Money, Percentage, Rounding
from pushcore.errors import InvalidValue, PushcoreError
from pushcore.money import Converted, ExchangeRate, Remainder, Shares

DAY = date(2026, 1, 2)
TEN = Money.of(10, "EUR")
SHARES = TEN.split(3)
NAMED = TEN.allocate({"ana": 1, "bob": 2})
NUMBERED = TEN.allocate({3: 1, 4: 2})
RATE = ExchangeRate("EUR", "USD", "1.1", as_of=DAY, source="ECB")
BOOKED = RATE.convert(TEN, Rounding.DOWN)
ONE = {
    "zero": Money.zero,
    "with_minor": TEN.with_minor,
    "step of round_to": lambda a: TEN.round_to(a, Rounding.DOWN),
    "allocate": TEN.allocate,
    "split": TEN.split,
    "part": lambda a: SHARES[a],
    "named part": lambda a: NAMED[a],
    "numbered part": lambda a: NUMBERED[a],
    "Currency": Currency,
    "Currency.of": Currency.of,
    "Percentage": Percentage,
    "Percentage.of": Percentage.of,
    "Percentage.of_basis_points": Percentage.of_basis_points,
    "Percentage.of_fraction": Percentage.of_fraction,
    "Rounding.of": Rounding.of,
    "Remainder.of": Remainder.of,
    "rounding of convert": lambda a: RATE.convert(TEN, a),
    "rounding of to_digits": lambda a: RATE.to_digits(3, a),
    "before": lambda a: BOOKED.part(TEN, before=a),
}
TWO = {
    "Money": Money,
    "Money.of": Money.of,
    "Money.of_minor": Money.of_minor,
    "total": Money.total,
    "total of": lambda a, b: Money.total([TEN, a], b),
    "times": TEN.times,
    "step": lambda a, b: TEN.times(a, Rounding.UP, step=b),
    "round_to": TEN.round_to,
    "rule and turn": lambda a, b: TEN.allocate([1, 2], rule=a, turn=b),
    "step and minimum": lambda a, b: TEN.allocate([1, 2], step=a, minimum=b),
    "targets and caps": lambda a, b: TEN.allocate([1, 2], targets=a, caps=b),
    "a target and a cap": lambda a, b: TEN.allocate([1], targets=[a], caps=[b]),
    "weights": lambda a, b: TEN.allocate([a, b]),
    "names": lambda a, b: TEN.allocate(dict(zip(hashable(a, b), (1, 2), strict=False))),
    "Shares": Shares,
    "currencies of a rate": lambda a, b: ExchangeRate(a, b, 2, as_of=DAY, source="ECB"),
    "rate and day": lambda a, b: ExchangeRate("EUR", "USD", a, as_of=b, source="ECB"),
    "rate and source": lambda a, b: ExchangeRate("EUR", "USD", a, as_of=DAY, source=b),
    "convert": RATE.convert,
    "to_digits": RATE.to_digits,
    "converted amounts": lambda a, b: Converted(a, b, RATE, Rounding.UP),
    "rate and rounding": lambda a, b: Converted(TEN, Money.of(11, "USD"), a, b),
    "parts": lambda a, b: BOOKED.part(a, before=b),
}


def hashable(*values):
    for value in values:
        with suppress(TypeError):
            hash(value)
            yield value


def accept_or_refuse(call, *values):
    """Call it: errors of ours are fine, and what is accepted can be shown."""
    with suppress(PushcoreError):
        result = call(*values)
        assert str(result)
        assert repr(result)


@pytest.mark.parametrize("call", ONE.values(), ids=ONE)
def test_junk_is_refused_with_an_error_of_ours(call):
    for value in JUNK:
        accept_or_refuse(call, value)


@pytest.mark.parametrize("call", TWO.values(), ids=TWO)
def test_two_pieces_of_junk_are_refused_with_an_error_of_ours(call):
    for pair in product(JUNK, JUNK):
        accept_or_refuse(call, *pair)


OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]


@pytest.mark.parametrize("operate", OPERATORS)
def test_operators_refuse_foreign_types(operate):
    for value in JUNK:
        for pair in ((TEN, value), (value, TEN)):
            with suppress(PushcoreError, TypeError):
                operate(*pair)


def test_nothing_foreign_is_equal():
    assert [value for value in JUNK if value == TEN or TEN == value] == []  # noqa: SIM300  both ways


@each_of(
    "call",
    of=lambda yes: Money.of(yes, "EUR"),
    of_minor=lambda yes: Money.of_minor(yes, "EUR"),
    with_minor=TEN.with_minor,
    times=lambda yes: TEN.times(yes, Rounding.UP),
    step=lambda yes: TEN.times(1, Rounding.UP, step=yes),
    allocate=lambda yes: TEN.allocate([yes, 1]),
    turn=lambda yes: TEN.allocate([1, 1], turn=yes),
    split=TEN.split,
    part=lambda yes: SHARES[yes],
    percentage=Percentage.of,
    basis_points=Percentage.of_basis_points,
    fraction=Percentage.of_fraction,
    rate=lambda yes: ExchangeRate("EUR", "USD", yes, as_of=DAY, source="ECB"),
    digits=lambda yes: RATE.to_digits(yes, Rounding.UP),
)
@pytest.mark.parametrize("value", [True, 1.0])
def test_bools_and_floats_are_no_numbers(call, value):
    with pytest.raises(InvalidValue, match=str(value)):
        call(value)


def test_a_bool_does_not_multiply():
    with pytest.raises(TypeError):
        TEN * True


@pytest.mark.parametrize("make", [Money, Shares])
def test_what_has_makers_of_its_own_is_not_called(make):
    with pytest.raises(InvalidValue, match=r"made by Money\."):
        make()


@each_of("factor", large=10**5000, small=Fraction(1, 10**5000))
def test_factors_beyond_reason_are_refused(factor):
    with pytest.raises(InvalidValue, match="not reasonable"):
        TEN.times(factor, Rounding.HALF_UP)
