"""A deadline leaves nothing to guess: which instant, where, and whether it is itself in time."""

import copy
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from clocks import BRUSSELS, MICROSECOND, clock_changes, instants
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import Deadline, Fold, Zone, add_days, end_of_day, instant
from pushcore.errors import InvalidValue

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@given(instants, st.booleans())
def test_the_deadline_itself_is_in_time_only_if_it_says_so(at, inclusive):
    closes = Deadline(at, BRUSSELS, inclusive=inclusive)
    assert not closes.passed(at - MICROSECOND)
    assert closes.passed(at) is not inclusive
    assert closes.passed(at + MICROSECOND)


@given(clock_changes(), st.booleans())
def test_a_deadline_is_kept_in_utc_and_shown_in_its_zone(change, inclusive):
    zone, at = change
    closes = Deadline(at.astimezone(zone.tzinfo), zone, inclusive=inclusive)
    assert closes == Deadline(at, zone, inclusive=inclusive) == copy.deepcopy(closes)
    assert closes.at.tzinfo is UTC
    assert closes.local.replace(tzinfo=None) == at.astimezone(zone.tzinfo).replace(tzinfo=None)


@given(clock_changes(), st.integers(0, 90))
def test_days_are_wall_clock_days_of_the_zone(change, days):
    zone, at = change
    same_time = Deadline.after_days(at, days, zone=zone, inclusive=False)
    that_day = Deadline.after_days(at, days, zone=zone, inclusive=False, end_of_day=True)
    assert same_time.at == add_days(at, days, zone=zone)
    assert that_day.at == end_of_day(same_time.at, zone)


@pytest.mark.parametrize("name", ["America/Sao_Paulo", "Europe/Amsterdam", "Asia/Kathmandu", "UTC"])
def test_bb10_the_last_second_of_the_last_day_is_in_time(name):
    zone = Zone(name)
    approved = instant(datetime(2026, 3, 10, 15, 30), zone)
    closes = Deadline.after_days(approved, 30, zone=zone, inclusive=False, end_of_day=True)
    assert not closes.passed(instant(datetime(2026, 4, 9, 23, 59, 59), zone))
    assert closes.passed(instant(datetime(2026, 4, 10), zone))


@pytest.mark.parametrize(
    ("wall", "passed"),
    [
        (datetime(2024, 4, 30, 23, 59, 59), False),
        (datetime(2024, 5, 1), True),
        (datetime(2024, 5, 1, 23, 59, 59), True),
    ],
)
@pytest.mark.parametrize("server", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_mu05_a_due_day_can_end_things_at_its_start_wherever_the_server_is(wall, passed, server):
    new_york = Zone("America/New_York")
    due = Deadline.at_wall_clock(datetime(2024, 5, 1), new_york, inclusive=False)
    assert due.passed(instant(wall, new_york).astimezone(Zone(server).tzinfo)) is passed


@pytest.mark.parametrize(
    ("wall", "passed"), [(datetime(2016, 12, 1, 23, 59), False), (datetime(2016, 12, 2, 0, 0, 1), True)]
)
@pytest.mark.parametrize("server", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_px17_a_cut_off_day_is_a_day_of_its_zone_wherever_the_server_is(wall, passed, server):
    pacific = Zone("US/Pacific")
    cut_off = Deadline(end_of_day(datetime(2016, 12, 1).date(), pacific), pacific, inclusive=False)
    assert cut_off.passed(instant(wall, pacific).astimezone(Zone(server).tzinfo)) is passed


def test_a_time_that_exists_twice_can_be_a_deadline_once_it_is_said_which():
    wall = datetime(2026, 10, 25, 2, 30)
    with pytest.raises(InvalidValue, match="exists twice"):
        Deadline.at_wall_clock(wall, BRUSSELS, inclusive=False)
    earlier, later = (
        Deadline.at_wall_clock(wall, BRUSSELS, inclusive=False, fold=fold)
        for fold in (Fold.EARLIER, Fold.LATER)
    )
    assert later.at - earlier.at == timedelta(hours=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Deadline(datetime(2026, 1, 5), BRUSSELS, inclusive=False),
        lambda: Deadline(NOON, "Europe/Brussels", inclusive=False),
        lambda: Deadline(NOON, BRUSSELS, inclusive=0),
        lambda: Deadline(NOON, BRUSSELS, inclusive=None),
        lambda: Deadline.at_wall_clock(NOON, BRUSSELS, inclusive=False),
        lambda: Deadline.at_wall_clock(datetime(2026, 3, 29, 2, 30), BRUSSELS, inclusive=False),
        lambda: Deadline.after_days(NOON, "30", zone=BRUSSELS, inclusive=False),
        lambda: Deadline.after_days(NOON, 30, zone=None, inclusive=False),
        lambda: Deadline.after_days(NOON, 30, zone=BRUSSELS, inclusive=False, end_of_day="yes"),
        lambda: Deadline(NOON, BRUSSELS, inclusive=False).passed(datetime(2026, 1, 5)),
        lambda: Deadline(NOON, BRUSSELS, inclusive=False).passed(None),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(InvalidValue):
        call()
