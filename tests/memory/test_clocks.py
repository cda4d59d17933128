"""Clocks: the machine's, and one that is set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pushcore.errors import InvalidValue
from pushcore.memory import ManualClock, SystemClock
from pushcore.testing import OPENS, ClockContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def make_clock(self):
        return SystemClock


class TestManualClock(ClockContract):
    @pytest.fixture
    def make_clock(self):
        return lambda: ManualClock(datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1))))


def test_the_system_clock_shows_the_time():
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)


def test_a_manual_clock_is_set_forwards_and_backwards():
    clock = ManualClock(OPENS)
    clock.set(OPENS + timedelta(days=2))
    clock.set(OPENS + timedelta(days=1))
    clock.advance(timedelta(0))
    assert clock.now() == OPENS + timedelta(days=1)


@pytest.mark.parametrize("junk", [timedelta(seconds=-1), 5, None, "1h"])
def test_a_manual_clock_only_advances_forwards(junk):
    clock = ManualClock(OPENS)
    with pytest.raises(InvalidValue, match="at least zero"):
        clock.advance(junk)
    assert clock.now() == OPENS


@pytest.mark.parametrize("junk", [datetime(2026, 1, 5), None, "2026-01-05"])
def test_a_clock_is_set_to_instants(junk):
    with pytest.raises(InvalidValue):
        ManualClock(junk)
    with pytest.raises(InvalidValue):
        ManualClock(OPENS).set(junk)


def test_a_manual_clock_stays_within_the_calendar():
    clock = ManualClock(OPENS)
    with pytest.raises(InvalidValue, match="outside of the calendar"):
        clock.advance(timedelta.max)
    assert clock.now() == OPENS
