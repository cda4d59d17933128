"""Delivery promises: the first one is never lost, and lateness is counted from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Zone
from pushcore.calendar import instant
from pushcore.errors import InvalidValue
from pushcore.rewards import DeliveryEstimate, DeliveryPromise, DeliveryRevision, Lateness

BRUSSELS = Zone("Europe/Brussels")
AT = datetime(2026, 10, 5, 12, tzinfo=UTC)
NOVEMBER = DeliveryEstimate(2026, 11)
PROMISE = DeliveryPromise(NOVEMBER, BRUSSELS)

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
estimates = days.map(lambda it: DeliveryEstimate(it.year, it.month, it.day)) | days.map(
    lambda it: DeliveryEstimate(it.year, it.month)
)


def late(estimate, day, hour=12):
    return estimate.late(instant(datetime(day.year, day.month, day.day, hour), BRUSSELS), BRUSSELS)


def full_months(first, today):
    """The months that the days from the first to today fill, counted day by day.

    A month is full on the day before the day of the month on which it began; where a month has no such day,
    the one it spills into is taken.
    """
    count, day = 0, first + timedelta(days=1)
    while day <= today + timedelta(days=1):
        spilled = day.day == 1 and first.day > (day - timedelta(days=1)).day
        count += day.day == first.day or (spilled and first.day != 1)
        day += timedelta(days=1)
    return count


@given(estimates, st.integers(-100, 500))
def test_late_days_are_counted_and_make_up_months(estimate, after):
    today = estimate.last_day + timedelta(days=after)
    months = full_months(estimate.last_day + timedelta(days=1), today) if after > 0 else 0
    assert late(estimate, today) == Lateness(max(after, 0), months)


@given(estimates, st.integers(0, 500))
def test_it_is_never_less_late_later(estimate, after):
    today = estimate.last_day + timedelta(days=after)
    one, next_one = late(estimate, today), late(estimate, today + timedelta(days=1))
    assert one.days + 1 == next_one.days
    assert one.months <= next_one.months <= one.months + 1


@pytest.mark.parametrize(
    ("estimate", "day", "lateness"),
    [
        (NOVEMBER, date(2026, 11, 30), Lateness(0, 0)),
        (NOVEMBER, date(2026, 12, 1), Lateness(1, 0)),
        (NOVEMBER, date(2026, 12, 30), Lateness(30, 0)),
        (NOVEMBER, date(2026, 12, 31), Lateness(31, 1)),
        (NOVEMBER, date(2027, 11, 30), Lateness(365, 12)),
        (DeliveryEstimate(2026, 11, 15), date(2026, 11, 15), Lateness(0, 0)),
        (DeliveryEstimate(2026, 11, 15), date(2026, 12, 14), Lateness(29, 0)),
        (DeliveryEstimate(2026, 11, 15), date(2026, 12, 15), Lateness(30, 1)),
        (DeliveryEstimate(2027, 1), date(2027, 2, 27), Lateness(27, 0)),
        (DeliveryEstimate(2027, 1), date(2027, 2, 28), Lateness(28, 1)),
        (DeliveryEstimate(2027, 1, 29), date(2027, 2, 27), Lateness(29, 0)),
        (DeliveryEstimate(2027, 1, 29), date(2027, 2, 28), Lateness(30, 1)),
    ],
)
def test_how_late(estimate, day, lateness):
    assert late(estimate, day) == lateness


def test_a_day_is_one_of_the_zone():
    midnight_in_brussels = datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert NOVEMBER.late(midnight_in_brussels, BRUSSELS).days == 1
    assert NOVEMBER.late(midnight_in_brussels, Zone("UTC")).days == 0
    assert NOVEMBER.late(midnight_in_brussels - timedelta(microseconds=1), BRUSSELS).days == 0


def test_lateness_to_the_ends_of_the_calendar():
    assert DeliveryEstimate(9998, 12).late(datetime(9998, 12, 31, 23, tzinfo=UTC), BRUSSELS).days == 1
    assert DeliveryEstimate(2, 1).late(datetime(9998, 12, 31, tzinfo=UTC), BRUSSELS).months == 9996 * 12 + 11


def test_an_estimate_is_a_month_or_a_day():
    assert (str(NOVEMBER), NOVEMBER.last_day) == ("2026-11", date(2026, 11, 30))
    on = DeliveryEstimate(2028, 2, 9)
    assert (str(on), on.last_day) == ("2028-02-09", date(2028, 2, 9))
    assert DeliveryEstimate(2028, 2).last_day == date(2028, 2, 29)


@pytest.mark.parametrize(
    "parts",
    [
        (2026, 0),
        (2026, 13),
        (1, 1),
        (9999, 1),
        (2026, 2, 29),
        (2026, 2, 0),
        (2026, 4, 31),
        (10**18, 1),
        (-1, 1),
        ("2026", 1),
        (2026, 1.0),
        (2026, True),
        (2026, 1, "1"),
        (10**400, 1),
    ],
)
def test_what_no_estimate_can_be(parts):
    with pytest.raises(InvalidValue):
        DeliveryEstimate(*parts)


@given(st.lists(st.tuples(estimates, st.integers(0, 90)), max_size=8))
def test_the_history_only_grows_and_the_first_promise_is_never_lost(revisions):
    promise, at, asked = PROMISE, AT, []
    for estimate, later in revisions:
        before, at = promise, at + timedelta(days=later)
        promise = before.revised(estimate, "paper is late", at, "lune")
        assert promise.revisions == (
            *before.revisions,
            DeliveryRevision(at, "lune", estimate, "paper is late"),
        )
        assert (promise.first, promise.current) == (NOVEMBER, estimate)
        assert promise.late(at) == NOVEMBER.late(at, BRUSSELS)
        asked.append((at, estimate))
    assert promise.estimate(AT - timedelta(days=1)) == NOVEMBER
    for at, _ in asked:
        assert promise.estimate(at) == [estimate for when, estimate in asked if when <= at][-1]


def test_without_revisions_the_first_promise_stands():
    assert PROMISE.current == PROMISE.estimate(AT) == NOVEMBER


def test_a_revision_cannot_be_slipped_in_before_another():
    revised = PROMISE.revised(DeliveryEstimate(2027, 2), "paper is late", AT, "lune")
    with pytest.raises(InvalidValue, match=r"a revision of 2026-10-04 .* cannot follow one of 2026-10-05"):
        revised.revised(NOVEMBER, "never mind", AT - timedelta(days=1), "lune")
    assert revised.revised(NOVEMBER, "never mind", AT, "lune").estimate(AT) == NOVEMBER


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DeliveryPromise("2026-11", BRUSSELS),
        lambda: DeliveryPromise(NOVEMBER, "Europe/Brussels"),
        lambda: DeliveryPromise(NOVEMBER, BRUSSELS, [NOVEMBER]),
        lambda: PROMISE.revised(None, "paper is late", AT, "lune"),
        lambda: PROMISE.revised(NOVEMBER, "", AT, "lune"),
        lambda: PROMISE.revised(NOVEMBER, "paper is late", None, "lune"),
        lambda: PROMISE.revised(NOVEMBER, "paper is late", AT, ""),
        lambda: PROMISE.late("today"),
        lambda: PROMISE.estimate(AT.replace(tzinfo=None)),
        lambda: NOVEMBER.late(AT, "Europe/Brussels"),
        lambda: NOVEMBER.late(date(2026, 12, 1), BRUSSELS),
        lambda: Lateness(-1, 0),
        lambda: Lateness(0, 0.5),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_what_no_promise_can_be(wrong):
    with pytest.raises(InvalidValue):
        wrong()
