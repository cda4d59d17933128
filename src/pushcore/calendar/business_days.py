"""Business days: the days on which banks and offices work, as notice periods and payouts are counted.

Which days those are differs by country and year, so the host states both: the weekend and the holidays.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from pushcore._checks import expect, none_such, shown, stream
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FRIDAY_SATURDAY", "SATURDAY_SUNDAY", "BusinessDays", "Weekday"]

T = TypeVar("T")


class Weekday(IntEnum):
    """A day of the week, numbered as by ``date.weekday()``."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    _missing_ = classmethod(none_such)


SATURDAY_SUNDAY: Final = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
"""The weekend of most countries."""
FRIDAY_SATURDAY: Final = frozenset({Weekday.FRIDAY, Weekday.SATURDAY})
"""The weekend of Egypt, Saudi Arabia and others."""


def _weekend(days: Iterable[Weekday]) -> frozenset[Weekday]:
    weekend = _set_of(days, Weekday, what="weekend")
    if len(weekend) == len(Weekday):
        message = "a weekend of seven days leaves no business day: leave one out"
        raise InvalidValue(message, weekend=weekend)
    return weekend


def _holidays(days: Iterable[date]) -> frozenset[date]:
    return _set_of(days, date, what="holidays")


@attrs.frozen(kw_only=True)
class BusinessDays:
    """The working calendar of a place: every day but its weekend and its holidays.

    ``holidays`` holds dates of all years that will be asked for; pass ``()`` if there are none.

    Raises:
        InvalidValue: not weekdays or dates, or a weekend of seven days.

    Example:
        >>> banks = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[date(2026, 5, 1)])
        >>> str(banks.add(date(2026, 4, 30), 1))
        '2026-05-04'
    """

    weekend: frozenset[Weekday] = attrs.field(converter=_weekend)
    holidays: frozenset[date] = attrs.field(converter=_holidays)

    def contains(self, day: date) -> bool:
        """Whether this is a business day.

        Raises:
            InvalidValue: not a date.
        """
        expect(day, date, what="day")
        return day.weekday() not in self.weekend and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a business day, else the next one.

        Raises:
            InvalidValue: not a date, or the calendar ends before.
        """
        return day if self.contains(day) else self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """The business day that many after a day (or before it, if negative), which is itself not counted.

        The day does not have to be a business day; 0 gives it back as it is.

        Raises:
            InvalidValue: not a date, not a whole number, or the calendar ends before.
        """
        expect(day, date, what="day")
        expect(count, int, what="count")
        sign = 1 if count > 0 else -1
        room = (date.max - day if count > 0 else day - date.min).days

        def passed(days: int) -> int:
            return abs(self.between(day, day + sign * timedelta(days=days)))

        days = bisect_left(range(room + 1), abs(count), key=passed)
        if days > room:
            message = f"{shown(count)} business days from {day} is outside of the calendar"
            raise InvalidValue(message, day=day, count=count)
        return day + sign * timedelta(days=days)

    def between(self, start: date, end: date) -> int:
        """How many business days lie after the start, up to and including the end.

        Negative if the end comes first: then it is those before the start, down to and including the end.
        So ``add(start, between(start, end))`` is ``end`` whenever that is a business day.

        Raises:
            InvalidValue: not two dates.
        """
        expect(start, date, what="start")
        expect(end, date, what="end")
        sign = 1 if end >= start else -1
        weeks, rest = divmod(abs((end - start).days), len(Weekday))
        days = weeks * (len(Weekday) - len(self.weekend)) + sum(
            (start + timedelta(days=sign * n)).weekday() not in self.weekend for n in range(1, rest + 1)
        )
        off = sum(
            day.weekday() not in self.weekend and (start < day <= end or end <= day < start)
            for day in self.holidays
        )
        return sign * (days - off)


def _set_of(days: Iterable[T], kind: type[T], *, what: str) -> frozenset[T]:
    found = tuple(stream(days))
    for day in found:
        expect(day, kind, what=what)
    return frozenset(found)
