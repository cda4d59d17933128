"""Rounding: each way by its ties, against decimal and against the definition."""

import copy
import decimal
import pickle
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from amounts import roundings
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Rounding
from pushcore._checks import shown
from pushcore.errors import InvalidValue

TIES = {  # of -2.5, -1.5, -0.5, 0.5, 1.5, 2.5
    Rounding.HALF_UP: (-3, -2, -1, 1, 2, 3),
    Rounding.HALF_DOWN: (-2, -1, 0, 0, 1, 2),
    Rounding.HALF_EVEN: (-2, -2, 0, 0, 2, 2),
    Rounding.HALF_ODD: (-3, -1, -1, 1, 1, 3),
    Rounding.HALF_CEILING: (-2, -1, 0, 1, 2, 3),
    Rounding.HALF_FLOOR: (-3, -2, -1, 0, 1, 2),
    Rounding.UP: (-3, -2, -1, 1, 2, 3),
    Rounding.DOWN: (-2, -1, 0, 0, 1, 2),
    Rounding.CEILING: (-2, -1, 0, 1, 2, 3),
    Rounding.FLOOR: (-3, -2, -1, 0, 1, 2),
}
DIRECTED = {Rounding.UP, Rounding.DOWN, Rounding.CEILING, Rounding.FLOOR}
MIRROR = {
    Rounding.CEILING: Rounding.FLOOR,
    Rounding.FLOOR: Rounding.CEILING,
    Rounding.HALF_CEILING: Rounding.HALF_FLOOR,
    Rounding.HALF_FLOOR: Rounding.HALF_CEILING,
}
IN_DECIMAL = [rounding for rounding in Rounding if hasattr(decimal, f"ROUND_{rounding.name}")]

numbers = st.integers(-50, 50) | st.integers(-(10**30), 10**30)
divisors = st.integers(1, 20) | st.integers(1, 10**20)


@pytest.mark.parametrize("rounding", Rounding)
def test_ties(rounding):
    assert tuple(rounding.divide(n, 2) for n in (-5, -3, -1, 1, 3, 5)) == TIES[rounding]


@given(numbers, divisors, roundings)
def test_the_result_is_the_nearest_unless_directed(n, d, rounding):
    off = abs(rounding.divide(n, d) - Fraction(n, d))
    assert off < 1 if rounding in DIRECTED else off <= Fraction(1, 2)


@given(numbers, divisors)
def test_directed_rounding_keeps_its_direction(n, d):
    exact = Fraction(n, d)
    assert Rounding.FLOOR.divide(n, d) <= exact <= Rounding.CEILING.divide(n, d)
    assert abs(Rounding.DOWN.divide(n, d)) <= abs(exact) <= abs(Rounding.UP.divide(n, d))


@given(numbers, divisors, roundings)
def test_whole_numbers_stay(n, d, rounding):
    assert rounding.divide(n * d, d) == n


@given(numbers, divisors, roundings)
def test_negatives_are_mirrored(n, d, rounding):
    assert rounding.divide(-n, d) == -MIRROR.get(rounding, rounding).divide(n, d)


@given(numbers, st.integers(0, 8), st.sampled_from(IN_DECIMAL))
def test_decimal_agrees(n, places, rounding):
    with localcontext(prec=100):
        expected = Decimal(n).scaleb(-places).to_integral_value(f"ROUND_{rounding.name}")
    assert rounding.divide(n, 10**places) == expected


def test_there_are_seven_ways_of_decimal_and_three_more():
    assert len(IN_DECIMAL) == 7
    assert TIES.keys() == set(Rounding)


@pytest.mark.parametrize("rounding", Rounding)
def test_a_rounding_is_found_by_name_and_stays_itself(rounding):
    assert Rounding.of(rounding.value) is Rounding(rounding.value) is Rounding.of(rounding) is rounding
    assert copy.deepcopy(rounding) is pickle.loads(pickle.dumps(rounding)) is rounding
    assert rounding.value == rounding.name.lower().replace("_", "-")


@pytest.mark.parametrize("name", ["", "HALF_UP", "half_up", "bankers", None, 1, []], ids=shown)
def test_another_name_is_refused(name):
    for find in (Rounding.of, Rounding):
        with pytest.raises(
            InvalidValue, match=r"no rounding .*; there are half-up, half-even, half-down, up"
        ):
            find(name)
