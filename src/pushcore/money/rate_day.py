"""Which day's rate: a rule for the day, and what is done where nothing was published on it.

No bank publishes every day, and platforms differ in what they do about it: one takes the rate of the day
before, another the first rate after, a third the last one of each week. So the rule is data.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import counted, expect, kind, none_such
from pushcore.calendar import BusinessDays, Weekday
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Publication", "RateDay"]

_A_YEAR: Final = 366


class Publication(StrEnum):
    """Which rate is meant where none was published on the day of the rule.

    ``ON_THE_DAY``: none. ``LAST_BEFORE``: the last one before it. ``FIRST_AFTER``: the first one after it.
    ``LAST_SINCE``: the last one before it that is not of before the day that was asked for; where there is
    none, the next day of the rule is tried. So each week has one rate: the last that it published.
    """

    ON_THE_DAY = "on-the-day"
    LAST_BEFORE = "last-before"
    FIRST_AFTER = "first-after"
    LAST_SINCE = "last-since"

    _missing_ = classmethod(none_such)


@attrs.frozen(kw_only=True)
class RateDay:
    """Which day's rate an amount of some day is converted with.

    Attributes:
        published: What is done where nothing was published on that day.
        most_days: How many days from it the rate may be (of ``LAST_SINCE``: from the day asked for). Beyond
            that there is no rate: one of last year is a guess.
        lag_days: How many days before the day asked for, in business days where those are given.
        weekday: Then the first such day of the week that is not earlier.
        business_days: Then the first business day that is not earlier.

    Raises:
        InvalidValue: a part of the wrong kind, or more days than a year has.

    Example:
        >>> friday = RateDay(published=Publication.LAST_BEFORE, most_days=7, weekday=Weekday.FRIDAY)
        >>> str(friday.day(date(2026, 1, 5)))
        '2026-01-09'
    """

    published: Publication = attrs.field(validator=kind(Publication))
    most_days: int = attrs.field(validator=counted(0, _A_YEAR))
    lag_days: int = attrs.field(default=0, validator=counted(0, _A_YEAR))
    weekday: Weekday | None = attrs.field(default=None, validator=kind(Weekday, None))
    business_days: BusinessDays | None = attrs.field(default=None, validator=kind(BusinessDays, None))

    def day(self, on: date) -> date:
        """The day whose rate is meant.

        Raises:
            InvalidValue: not a date, or the calendar ends before.
        """
        day = self._start(on)
        if self.weekday is not None:
            day = _moved(day, (self.weekday - day.weekday()) % len(Weekday))
        return day if self.business_days is None else self.business_days.on_or_after(day)

    def searched(self, on: date) -> Iterator[tuple[date, date]]:
        """What to ask a source of rates, in this order, until an answer will do.

        Each is the day to ask for and the earliest day that the answer may be of; a source answers with the
        last rate that is not of a later day than it is asked for.

        Raises:
            InvalidValue: not a date, or the calendar ends before.
        """
        day, most = self.day(on), self.most_days
        match self.published:
            case Publication.ON_THE_DAY:
                yield day, day
            case Publication.LAST_BEFORE:
                yield day, _moved(day, -most)
            case Publication.FIRST_AFTER:
                yield from ((_moved(day, later), day) for later in range(most + 1))
            case Publication.LAST_SINCE:
                since = self._start(on)
                days = groupby(self.day(_moved(on, later)) for later in range(most + 1))
                yield from ((day, since) for day, _ in days)
            case _:
                assert_never(self.published)

    def _start(self, on: date) -> date:
        expect(on, date, what="the day to convert on")
        if self.lag_days and self.business_days is not None:
            return self.business_days.add(on, -self.lag_days)
        return _moved(on, -self.lag_days)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        message = f"{days} days from {day} is outside of the calendar"
        raise InvalidValue(message, day=day, days=days) from None
