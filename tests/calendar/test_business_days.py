"""Business days: the weekend and the holidays are the host's, the counting is ours."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import FRIDAY_SATURDAY, SATURDAY_SUNDAY, BusinessDays, Weekday
from pushcore.errors import InvalidValue, PushcoreError

BANKS = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=())
MONDAY = date(2026, 3, 16)

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
calendars = st.builds(
    BusinessDays,
    weekend=st.frozensets(st.sampled_from(Weekday), max_size=6),
    holidays=st.frozensets(st.dates(date(2024, 12, 1), date(2025, 2, 1)), max_size=20),
)


@given(calendars, days, st.integers(-60, 60))
def test_there_are_as_many_business_days_between_as_were_added(calendar, day, count):
    end = calendar.add(day, count)
    assert calendar.between(day, end) == count
    assert calendar.contains(end) or count == 0


@given(calendars, days, st.integers(-60, 60))
def test_from_a_business_day_there_and_back(calendar, day, count):
    start = calendar.on_or_after(day)
    assert calendar.add(calendar.add(start, count), -count) == start


@given(calendars, days)
def test_on_or_after_is_the_first_that_counts(calendar, day):
    found = calendar.on_or_after(day)
    skipped = [day + timedelta(days=n) for n in range((found - day).days)]
    assert calendar.contains(found)
    assert not any(map(calendar.contains, skipped))


@given(calendars, days, days)
def test_between_counts_the_end_but_not_the_start(calendar, start, end):
    first, last = sorted((start, end))
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counted = sum(calendar.contains(day) for day in span if day != start)
    assert calendar.between(start, end) == (counted if end >= start else -counted)


def test_every_weekday_has_its_number():
    week = [MONDAY + timedelta(days=n) for n in range(7)]
    assert [Weekday(day.weekday()).name for day in week] == [day.strftime("%A").upper() for day in week]


@pytest.mark.parametrize(
    ("weekend", "end"),
    [(SATURDAY_SUNDAY, date(2026, 3, 23)), (FRIDAY_SATURDAY, date(2026, 3, 23)), ((), date(2026, 3, 21))],
)
def test_regcf_early_close_five_business_days_after_the_notice(weekend, end):
    assert BusinessDays(weekend=weekend, holidays=[]).add(MONDAY, 5) == end


def test_backerkit_pot_a_weekend_or_holiday_becomes_the_next_business_day():
    calendar = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[date(2026, 12, 25)])
    assert calendar.on_or_after(date(2026, 12, 25)) == date(2026, 12, 28)
    assert calendar.on_or_after(date(2026, 12, 24)) == date(2026, 12, 24)


@pytest.mark.parametrize(
    "call",
    [
        lambda: BusinessDays(weekend=Weekday, holidays=()),
        lambda: BusinessDays(weekend=[5, 6], holidays=()),
        lambda: BusinessDays(weekend="sunday", holidays=()),
        lambda: BusinessDays(weekend=None, holidays=()),
        lambda: BusinessDays(weekend=(), holidays=["2026-12-25"]),
        lambda: BusinessDays(weekend=(), holidays=[datetime(2026, 12, 25, tzinfo=UTC)]),
        lambda: BusinessDays(weekend=(), holidays=date(2026, 12, 25)),
        lambda: BusinessDays(weekend=[[]], holidays=()),
        lambda: BANKS.contains(datetime(2026, 1, 5, tzinfo=UTC)),
        lambda: BANKS.contains("2026-01-05"),
        lambda: BANKS.add(MONDAY, count=True),
        lambda: BANKS.add(MONDAY, 1.0),
        lambda: BANKS.add(None, 1),
        lambda: BANKS.add(MONDAY, 10**40),
        lambda: BANKS.add(date.max, 1),
        lambda: BANKS.add(date.min, -1),
        lambda: BANKS.on_or_after(None),
        lambda: BANKS.between(MONDAY, None),
        lambda: BANKS.between(0, MONDAY),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(InvalidValue):
        call()


junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes()


@given(junk, junk)
def test_junk_gives_nothing_but_bad_values(one, two):
    for call in (BANKS.add, BANKS.between, lambda a, b: BusinessDays(weekend=[a], holidays=[b])):
        with suppress(PushcoreError):
            assert call(one, two) is not None


def test_the_ends_of_the_calendar_are_no_trap():
    everyday = BusinessDays(weekend=(), holidays=())
    assert everyday.between(date(9999, 12, 30), date.max) == 1
    assert everyday.between(date(1, 1, 2), date.min) == -1
    assert everyday.add(date(9999, 12, 30), 1) == date.max
    assert everyday.add(date(1, 1, 2), -1) == date.min
