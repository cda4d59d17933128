"""Which day's rate: the day of the rule, and what is searched for around it."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore._checks import shown
from pushcore.calendar import SATURDAY_SUNDAY, BusinessDays, Weekday
from pushcore.errors import InvalidValue
from pushcore.money import Publication, RateDay
from pushcore.testing import strategies as a

MAY_DAY = date(2026, 5, 1)  # a Friday, and a holiday of banks
BANKS = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[MAY_DAY])
LAST = Publication.LAST_BEFORE


def rule(published=LAST, most_days=7, **options):
    return RateDay(published=published, most_days=most_days, **options)


@pytest.mark.parametrize(
    ("options", "on", "day"),
    [
        ({}, date(2026, 4, 29), date(2026, 4, 29)),
        ({"lag_days": 1}, date(2026, 4, 27), date(2026, 4, 26)),
        ({"weekday": Weekday.FRIDAY}, date(2026, 4, 29), MAY_DAY),
        ({"weekday": Weekday.FRIDAY}, MAY_DAY, MAY_DAY),
        ({"weekday": Weekday.FRIDAY}, date(2026, 5, 2), date(2026, 5, 8)),
        ({"weekday": Weekday.WEDNESDAY}, date(2026, 4, 30), date(2026, 5, 6)),
        ({"business_days": BANKS}, date(2026, 4, 30), date(2026, 4, 30)),
        ({"business_days": BANKS}, MAY_DAY, date(2026, 5, 4)),
        ({"business_days": BANKS, "weekday": Weekday.FRIDAY}, date(2026, 4, 29), date(2026, 5, 4)),
        ({"business_days": BANKS, "lag_days": 1}, date(2026, 5, 4), date(2026, 4, 30)),
        ({"business_days": BANKS, "lag_days": 2}, date(2026, 5, 3), date(2026, 4, 29)),
    ],
)
def test_the_day_of_the_rule(options, on, day):
    assert rule(**options).day(on) == day


@given(a.rate_days(), st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_what_is_searched_is_never_later_than_the_rule_allows(days, on):
    searched = list(days.searched(on))
    assert searched[0][0] == days.day(on)
    assert all(earliest <= day for day, earliest in searched)
    assert [day for day, _ in searched] == sorted({day for day, _ in searched})


@pytest.mark.parametrize(
    ("published", "searched"),
    [
        (Publication.ON_THE_DAY, [(1, 1)]),
        (Publication.LAST_BEFORE, [(1, -1)]),
        (Publication.FIRST_AFTER, [(1, 1), (2, 1), (3, 1)]),
    ],
)
def test_what_is_asked_for_in_which_order(published, searched):
    def day(number):
        return date.fromordinal(MAY_DAY.toordinal() + number - 1)

    found = rule(published, 2).searched(MAY_DAY)
    assert list(found) == [(day(asked), day(earliest)) for asked, earliest in searched]


def test_each_week_has_one_rate_and_it_is_not_of_before_the_day():
    weekly = rule(Publication.LAST_SINCE, 8, weekday=Weekday.FRIDAY)
    assert list(weekly.searched(date(2026, 4, 30))) == [
        (MAY_DAY, date(2026, 4, 30)),
        (date(2026, 5, 8), date(2026, 4, 30)),
    ]
    assert list(weekly.searched(MAY_DAY)) == [
        (MAY_DAY, MAY_DAY),
        (date(2026, 5, 8), MAY_DAY),
        (date(2026, 5, 15), MAY_DAY),
    ]


@pytest.mark.parametrize("days", [-1, 367, 10**30, True, 1.0, "1", None], ids=shown)
@pytest.mark.parametrize("name", ["most_days", "lag_days"])
def test_days_are_within_a_year(name, days):
    with pytest.raises(InvalidValue, match=name):
        RateDay(**{"published": LAST, "most_days": 1, name: days})


@pytest.mark.parametrize("junk", [None, "yesterday", 1], ids=shown)
def test_any_other_part_is_refused(junk):
    with pytest.raises(InvalidValue, match="published"):
        RateDay(published=junk, most_days=1)
    for name in ("weekday", "business_days"):
        with pytest.raises(InvalidValue, match=name):
            rule(**{name: junk or object()})


@pytest.mark.parametrize("on", [None, "2026-05-01", datetime(2026, 5, 1), 1], ids=shown)
def test_only_dates_are_days(on):
    for published in Publication:
        with pytest.raises(InvalidValue, match="the day to convert on: expected date"):
            list(rule(published).searched(on))


@pytest.mark.parametrize(
    ("published", "options", "on"),
    [
        (LAST, {"lag_days": 1}, date.min),
        (LAST, {}, date.min),
        (LAST, {"weekday": Weekday.THURSDAY}, date.max),  # which is a Friday
        (Publication.FIRST_AFTER, {}, date.max),
        (Publication.LAST_SINCE, {}, date.max),
    ],
)
def test_the_calendar_ends(published, options, on):
    with pytest.raises(InvalidValue, match="outside of the calendar"):
        list(rule(published, **options).searched(on))


def test_a_publication_is_had_by_name():
    assert [Publication(it.value) for it in Publication] == list(Publication)
    with pytest.raises(InvalidValue, match="no publication 'weekly'"):
        Publication("weekly")
