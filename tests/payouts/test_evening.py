"""Evening: what is given in any number of goes comes to the same, and to the whole in the end."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.payouts.evening import evened

wholes = st.lists(st.integers(0, 12) | st.integers(0, 10**6) | st.just(10**19), min_size=1, max_size=6)


def unit_by_unit(wholes, done, units):
    """By definition: each unit goes to the part furthest behind."""
    done = list(done)
    for _ in range(units):
        behind = [
            (Fraction(2 * at + 1, 2 * whole), place)
            for place, (whole, at) in enumerate(zip(wholes, done, strict=True))
            if at < whole
        ]
        done[min(behind)[1]] += 1
    return done


@given(st.lists(st.integers(0, 12) | st.sampled_from([4, 20, 60]), min_size=1, max_size=6), st.data())
def test_each_unit_goes_to_the_part_that_is_furthest_behind(wholes, data):
    done = [data.draw(st.integers(0, whole)) for whole in wholes]
    units = data.draw(st.integers(0, sum(wholes) - sum(done)))
    after = [at + more for at, more in zip(done, evened(wholes, done, units), strict=True)]
    assert after == unit_by_unit(wholes, done, units)


@given(wholes, st.data())
def test_in_several_goes_or_in_one_it_is_the_same(wholes, data):
    total = sum(wholes)
    cuts = sorted(data.draw(st.lists(st.integers(0, total), max_size=5)))
    done = [0] * len(wholes)
    for low, high in zip([0, *cuts], [*cuts, total], strict=True):
        more = evened(wholes, done, high - low)
        assert min(more) >= 0
        assert sum(more) == high - low
        done = [at + it for at, it in zip(done, more, strict=True)]
        assert done == evened(wholes, [0] * len(wholes), high)
    assert done == wholes


@given(wholes, st.data())
def test_every_part_is_near_its_proportion(wholes, data):
    total = sum(wholes)
    units = data.draw(st.integers(0, total))
    for whole, given_ in zip(wholes, evened(wholes, [0] * len(wholes), units), strict=True):
        assert abs(given_ - Fraction(units * whole, total or 1)) <= len(wholes) / 2


@pytest.mark.parametrize(
    ("wholes", "done", "units", "more"),
    [
        ([], [], 0, []),
        ([0, 0], [0, 0], 0, [0, 0]),
        ([1, 1], [0, 0], 1, [1, 0]),
        ([100, 100], [60, 0], 50, [0, 50]),
        ([100, 100], [60, 0], 70, [5, 65]),
        ([100, 0, 100], [100, 0, 0], 100, [0, 0, 100]),
        ([12, 4], [0, 0], 2, [2, 0]),
        ([4, 20], [0, 1], 2, [1, 1]),
    ],
    ids=str,
)
def test_parts_that_are_ahead_wait(wholes, done, units, more):
    assert evened(wholes, done, units) == more
