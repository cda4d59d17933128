"""Recurrence by month: each date from the first one, so that short months leave no trace."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from clocks import BRUSSELS, clock_changes, wall_clock
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import Deadline, Recurrence, Zone, instant, local
from pushcore.errors import InvalidValue

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
steps = st.integers(1, 24)


def starting(year, month, day, *, months=1, zone=BRUSSELS):
    return Recurrence(instant(datetime(year, month, day, 12), zone), zone, months=months)


def dates(recurrence, number):
    return [f"{local(at, recurrence.zone):%Y-%m-%d}" for at in recurrence.first(number)]


@given(clock_changes(), steps, st.integers(0, 60))
def test_the_day_is_that_of_the_anchor_or_the_last_of_its_month(change, months, n):
    zone, anchor = change
    start, found = (wall_clock(at, zone) for at in (anchor, Recurrence(anchor, zone, months=months).nth(n)))
    year, month = divmod(start.year * 12 + start.month - 1 + n * months, 12)
    due = start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
    assert timedelta(0) <= found - due <= timedelta(days=1)  # later only in a gap
    assert found == due or instant(due - timedelta(days=1), zone) < instant(found, zone)


@given(clock_changes(), steps)
def test_occurrences_begin_at_the_anchor_and_go_forward(change, months):
    zone, anchor = change
    found = list(Recurrence(anchor, zone, months=months).first(30))
    assert found[0] == anchor
    assert all(one < two for one, two in pairwise(found))


@given(st.integers(0, 400), st.booleans())
def test_until_gives_what_is_in_time(days, inclusive):
    end = Deadline.after_days(NOON, days, zone=BRUSSELS, inclusive=inclusive)
    monthly = Recurrence(NOON, BRUSSELS, months=1)
    assert list(monthly.until(end)) == [at for at in monthly.first(20) if not end.passed(at)]


def test_the_31st_does_not_drift():
    assert dates(starting(2026, 1, 31), 5) == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    assert dates(starting(2023, 12, 31, months=2), 3) == ["2023-12-31", "2024-02-29", "2024-04-30"]


def test_a_leap_day_recurs_on_the_28th_until_the_next():
    yearly = starting(2024, 2, 29, months=12)
    assert dates(yearly, 5) == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_ks_pot_dates():
    assert dates(starting(2026, 6, 1), 3) == ["2026-06-01", "2026-07-01", "2026-08-01"]


def test_gaps_and_folds_of_the_clocks():
    night = Recurrence(instant(datetime(2026, 2, 28, 2, 30), BRUSSELS), BRUSSELS, months=1)
    autumn = Recurrence(instant(datetime(2026, 9, 25, 2, 30), BRUSSELS), BRUSSELS, months=1)
    assert str(local(night.nth(1), BRUSSELS)) == "2026-03-28 02:30:00+01:00"
    gap = Recurrence(instant(datetime(2026, 1, 29, 2, 30), BRUSSELS), BRUSSELS, months=2)
    assert str(local(gap.nth(1), BRUSSELS)) == "2026-03-29 03:30:00+02:00"
    assert str(local(gap.nth(2), BRUSSELS)) == "2026-05-29 02:30:00+02:00"
    assert str(local(autumn.nth(1), BRUSSELS)) == "2026-10-25 02:30:00+02:00"


@pytest.mark.parametrize(
    "call",
    [
        lambda: Recurrence(datetime(2026, 1, 31), BRUSSELS, months=1),
        lambda: Recurrence(NOON, "Europe/Brussels", months=1),
        lambda: Recurrence(NOON, BRUSSELS, months=0),
        lambda: Recurrence(NOON, BRUSSELS, months=True),
        lambda: Recurrence(NOON, BRUSSELS, months=1.0),
        lambda: Recurrence(NOON, BRUSSELS, months=1).nth(-1),
        lambda: Recurrence(NOON, BRUSSELS, months=1).nth(n=True),
        lambda: Recurrence(NOON, BRUSSELS, months=1).nth(100_000),
        lambda: Recurrence(NOON, BRUSSELS, months=1).nth(10**40),
        lambda: Recurrence(NOON, Zone("UTC"), months=10**40).nth(1),
        lambda: Recurrence(NOON, BRUSSELS, months=1).first(-1),
        lambda: Recurrence(NOON, BRUSSELS, months=1).first(1.5),
        lambda: Recurrence(NOON, BRUSSELS, months=1).until(NOON),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(InvalidValue):
        call()
