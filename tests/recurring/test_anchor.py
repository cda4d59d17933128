"""Anchors: dates that are reckoned from the start, on the clocks of a zone, and never drift."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Zone
from pushcore.calendar import local, utc
from pushcore.errors import InvalidValue
from pushcore.recurring import Anniversary, FirstOfMonth, PerCreation, Period, first_from

WEEKLY, MONTHLY, YEARLY = Period
BRUSSELS, TEHRAN = Zone("Europe/Brussels"), Zone("Asia/Tehran")
OC_MONTHLY = FirstOfMonth(BRUSSELS, MONTHLY, skip_after=15)
OC_YEARLY = FirstOfMonth(BRUSSELS, YEARLY)

zones = st.sampled_from(
    [BRUSSELS, TEHRAN, *map(Zone, ["UTC", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"])]
)
starts = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
anchors = st.one_of(
    st.builds(FirstOfMonth, zones, st.just(MONTHLY), skip_after=st.none() | st.integers(1, 31)),
    st.builds(FirstOfMonth, zones, st.just(YEARLY), skip_after=st.none() | st.integers(1, 31)),
    st.builds(Anniversary, zones, st.sampled_from(Period)),
)


def at(text, zone=BRUSSELS):
    return utc(datetime.fromisoformat(text).replace(tzinfo=zone.tzinfo))


def dates(anchor, start, count):
    return [f"{local(anchor.nth(at(start), n), BRUSSELS):%Y-%m-%d %H:%M}" for n in range(count)]


def test_oc_next_charge():
    assert dates(OC_MONTHLY, "2026-01-10 18:30", 3) == [
        "2026-01-10 18:30",
        "2026-02-01 00:00",
        "2026-03-01 00:00",
    ]
    assert dates(OC_MONTHLY, "2026-01-20 18:30", 3) == [
        "2026-01-20 18:30",
        "2026-03-01 00:00",
        "2026-04-01 00:00",
    ]
    assert dates(OC_MONTHLY, "2026-01-15 23:59", 2)[1] == "2026-02-01 00:00"
    assert dates(OC_MONTHLY, "2026-01-16 00:00", 2)[1] == "2026-03-01 00:00"


def test_yearly_on_the_first_of_the_same_month():
    """Open Collective: 1st of the same month next year."""
    assert dates(OC_YEARLY, "2026-03-20 12:00", 3)[1:] == ["2027-03-01 00:00", "2028-03-01 00:00"]
    skipping = FirstOfMonth(BRUSSELS, YEARLY, skip_after=15)
    assert dates(skipping, "2026-03-20 12:00", 3)[1:] == ["2028-03-01 00:00", "2029-03-01 00:00"]


def test_which_day_it_is_depends_on_the_zone():
    start = at("2026-01-15 23:30")  # the 16th in Tehran
    assert local(OC_MONTHLY.nth(start, 1), BRUSSELS).month == 2
    tehran = FirstOfMonth(TEHRAN, MONTHLY, skip_after=15)
    assert str(local(tehran.nth(start, 1), TEHRAN)) == "2026-03-01 00:00:00+03:30"


def test_anniversaries():
    """Patreon: on the day of the sign-up; a short month has it on its last day, and the next one does not."""
    assert dates(Anniversary(BRUSSELS, MONTHLY), "2026-01-31 09:00", 4) == [
        "2026-01-31 09:00",
        "2026-02-28 09:00",
        "2026-03-31 09:00",
        "2026-04-30 09:00",
    ]
    assert dates(Anniversary(BRUSSELS, YEARLY), "2024-02-29 09:00", 3)[1:] == [
        "2025-02-28 09:00",
        "2026-02-28 09:00",
    ]
    # clocks are put forward on 29 March: a week is one of wall-clock days
    assert dates(Anniversary(BRUSSELS, WEEKLY), "2026-03-25 09:00", 2) == [
        "2026-03-25 09:00",
        "2026-04-01 09:00",
    ]


@given(anchors, starts, st.integers(1, 40))
def test_dates_strictly_increase_from_the_start(anchor, start, count):
    due = [anchor.nth(start, n) for n in range(count + 1)]
    assert due[0] == start
    assert all(one < other for one, other in pairwise(due))


@given(anchors, starts, st.integers(1, 40))
def test_dates_never_drift(anchor, start, n):
    """The nth date is so many periods from the start, whatever lies between."""
    here, there = local(start, anchor.zone), local(anchor.nth(start, n), anchor.zone)
    if isinstance(anchor, Anniversary) and anchor.period is WEEKLY:
        assert abs(there.date() - here.date() - timedelta(weeks=n)) <= timedelta(days=1)
        return
    skipped = getattr(anchor, "skip_after", None) is not None and here.day > anchor.skip_after
    months = (n + skipped) * (1 if anchor.period is MONTHLY else 12)
    assert (there.year - here.year) * 12 + there.month - here.month == months
    if isinstance(anchor, FirstOfMonth):
        assert there.day == 1


@given(anchors, starts, st.integers(-(10**4), 10**4), st.integers(0, 86_399))
def test_the_first_date_from_an_instant_on(anchor, start, days, seconds):
    now = start + timedelta(days=days, seconds=seconds)
    n = first_from(anchor, start, now)
    assert anchor.nth(start, n) >= now
    assert n == 0 or anchor.nth(start, n - 1) < now


@given(anchors, starts, st.integers(0, 50))
def test_a_date_is_the_first_one_from_itself_on(anchor, start, n):
    assert first_from(anchor, start, anchor.nth(start, n)) == n


def test_creations_are_charged_at_once_or_on_the_next_first():
    """Patreon per creation: what is published in June is charged on 1 July."""
    published = at("2026-06-30 23:30")
    assert PerCreation(BRUSSELS, monthly=False).due(published) == published
    assert PerCreation(BRUSSELS, monthly=True).due(published) == at("2026-07-01 00:00")
    assert PerCreation(TEHRAN, monthly=True).due(published) == at("2026-08-01 00:00", TEHRAN)


def test_months_are_those_of_the_zone():
    late, later = at("2026-06-30 23:30"), at("2026-07-01 00:30")
    assert not PerCreation(BRUSSELS, monthly=True).same_month(late, later)
    assert PerCreation(TEHRAN, monthly=True).same_month(late, later)
    assert not PerCreation(TEHRAN, monthly=True).same_month(later, later + timedelta(days=365))


STARTED = at("2026-01-10")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: FirstOfMonth(BRUSSELS, WEEKLY), "a weekly charge has no first of the month"),
        (lambda: FirstOfMonth(BRUSSELS, MONTHLY, skip_after=32), "no month has a day 32"),
        (lambda: FirstOfMonth(BRUSSELS, MONTHLY, skip_after=0), "expected at least 1"),
        (lambda: FirstOfMonth("Europe/Brussels", MONTHLY), "expected Zone"),
        (lambda: FirstOfMonth(BRUSSELS, "monthly"), "expected Period"),
        (lambda: Anniversary(BRUSSELS, "weekly"), "expected Period"),
        (lambda: Anniversary(None, WEEKLY), "expected Zone"),
        (lambda: PerCreation(BRUSSELS, monthly=1), "expected bool"),
        (lambda: PerCreation(BRUSSELS, monthly=True, most=0), "expected at least 1"),
        (lambda: OC_MONTHLY.nth(STARTED, -1), "n: expected at least 0"),
        (lambda: OC_MONTHLY.nth("2026-01-10", 1), "expected an instant"),
        (lambda: OC_MONTHLY.nth(STARTED, 10**5000), "outside of the calendar"),
        (lambda: OC_MONTHLY.nth(STARTED, 10**5), "outside of the calendar"),
        (lambda: Anniversary(BRUSSELS, WEEKLY).nth(STARTED, 10**9), "outside of the calendar"),
        (lambda: Anniversary(BRUSSELS, YEARLY).nth(STARTED, None), "n: expected int"),
        (lambda: PerCreation(BRUSSELS, monthly=False).due("now"), "expected an instant"),
        (
            lambda: first_from(PerCreation(BRUSSELS, monthly=True), STARTED, STARTED),
            "an anchor of dates: expected",
        ),
        (lambda: first_from(OC_MONTHLY, STARTED, None), "expected an instant"),
    ],
    ids=range(18),
)
def test_bad_input(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()
