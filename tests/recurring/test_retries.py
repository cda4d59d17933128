"""Retries: a ladder of days that always ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.errors import InvalidValue
from pushcore.recurring import Retries


def test_oc_retry():
    ladder = Retries([2, 2, 5, 5, 5])
    assert [ladder.wait_days(failures) for failures in range(1, 8)] == [2, 2, 5, 5, 5, None, None]
    assert ladder.canceling_failure == 6


@given(st.lists(st.integers(1, 365), max_size=20))
def test_a_ladder_ends(days):
    ladder = Retries(days)
    waits = [ladder.wait_days(failures) for failures in range(1, len(days) + 3)]
    assert waits == [*days, None, None]
    assert waits.index(None) == ladder.canceling_failure - 1


def test_no_retry_at_all():
    assert (Retries([]).wait_days(1), Retries([]).canceling_failure) == (None, 1)


@pytest.mark.parametrize("days", [[0], [-1], [366], [1.5], [True], ["2"], [None], 5, "25", {2, 5}], ids=repr)
def test_days_are_whole(days):
    with pytest.raises(InvalidValue):
        Retries(days)


@pytest.mark.parametrize("failures", [0, -1, True, 1.0, None], ids=repr)
def test_failures_are_counted_from_one(failures):
    with pytest.raises(InvalidValue, match="failures: expected"):
        Retries([2]).wait_days(failures)
