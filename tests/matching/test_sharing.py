"""Which sponsor pays what: nothing is lost, no pool is overdrawn, and left-over units are named."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidValue
from pushcore.matching import Sharing
from pushcore.matching.sharing import shared

LARGEST, FIRST = Sharing.LARGEST_REMAINDER, Sharing.FIRST_ABLE


@st.composite
def splits(draw):
    pools = draw(st.lists(st.integers(0, 40) | st.integers(0, 10**9), min_size=1, max_size=6))
    return draw(st.integers(0, sum(pools))), pools


@pytest.mark.parametrize("sharing", Sharing)
@given(split=splits())
def test_parts_add_up_within_the_pools(sharing, split):
    units, pools = split
    parts, left_overs = shared(units, pools, sharing)
    assert sum(parts) == units
    assert all(0 <= part <= pool for part, pool in zip(parts, pools, strict=True))
    for part, pool, left_over in zip(parts, pools, left_overs, strict=True):
        assert part - left_over == (floor(Fraction(units * pool, sum(pools))) if units else 0)
        assert left_over >= 0


@given(splits())
def test_the_largest_remainder_is_within_one_unit_of_the_exact_share(split):
    units, pools = split
    assert set(shared(units, pools, LARGEST)[1]) <= {0, 1}


@pytest.mark.parametrize("sharing", Sharing)
@given(pools=st.integers(1, 50), sponsors=st.integers(1, 6), data=st.data())
def test_of_equal_pools_an_earlier_one_never_pays_less(sharing, pools, sponsors, data):
    units = data.draw(st.integers(0, pools * sponsors))
    parts, _ = shared(units, [pools] * sponsors, sharing)
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("units", "pools", "largest", "first"),
    [
        (10, [11, 22], [3, 7], [4, 6]),
        (100, [100, 50], [67, 33], [67, 33]),
        (150, [100, 50], [100, 50], [100, 50]),
        (51, [1, 50], [1, 50], [1, 50]),
        (3, [1, 1, 3], [1, 0, 2], [0, 0, 3]),  # of the two left over, the first two pools have room for one
        (2, [1, 1, 1], [1, 1, 0], [1, 1, 0]),  # no pool has room for both, so they are handed on
        (4, [1, 2, 2], [1, 2, 1], [1, 2, 1]),
        (5, [0, 9], [0, 5], [0, 5]),
    ],
)
def test_what_does_not_divide_evenly(units, pools, largest, first):
    assert shared(units, pools, LARGEST)[0] == largest
    assert shared(units, pools, FIRST)[0] == first


def test_no_such_sharing():
    with pytest.raises(InvalidValue, match="no sharing 'random'; there are largest-remainder, first-able"):
        Sharing("random")
