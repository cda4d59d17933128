"""Anchors: on which days a subscription is charged, as the clocks of a zone show them.

Every date is reckoned from the start and never from the charge before, so a late or repeated charge moves
nothing. Number 0 is the start itself: the first charge is made at once.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from pushcore._checks import counted, expect, kind, shown
from pushcore.calendar import Recurrence, Zone, add_days, end_of_day, local, utc
from pushcore.errors import InvalidValue
from pushcore.recurring.period import Period

__all__ = ["Anchor", "Anniversary", "FirstOfMonth", "PerCreation", "first_from"]

_MONTHS: Final = {Period.MONTHLY: 1, Period.YEARLY: 12}
_YEAR: Final = 12
_WEEK: Final = 7
_LAST_DAY: Final = 31


@attrs.frozen
class FirstOfMonth:
    """On the first of a month, as its day begins: every month, or once a year in the month of the start.

    Attributes:
        skip_after: Who starts later than on this day of a month is not charged on the next first, but on the
            one after. Open Collective has 15 for monthly and no such day for yearly ones.

    Raises:
        InvalidValue: a weekly period, or a day that is not from 1 to 31.

    Example:
        >>> from datetime import UTC
        >>> anchor = FirstOfMonth(Zone("UTC"), Period.MONTHLY, skip_after=15)
        >>> [f"{anchor.nth(datetime(2026, 1, day, tzinfo=UTC), 1):%d %B}" for day in (15, 16)]
        ['01 February', '01 March']
    """

    zone: Zone = attrs.field(validator=kind(Zone))
    period: Period = attrs.field(validator=kind(Period))
    skip_after: int | None = attrs.field(default=None, kw_only=True, validator=counted(1, optional=True))

    def __attrs_post_init__(self) -> None:
        if self.period not in _MONTHS:
            message = f"a {self.period.value} charge has no first of the month: give an anniversary"
            raise InvalidValue(message, period=self.period)
        if self.skip_after is not None and self.skip_after > _LAST_DAY:
            message = f"no month has a day {self.skip_after}: give one from 1 to {_LAST_DAY}"
            raise InvalidValue(message, skip_after=self.skip_after)

    def nth(self, start: datetime, n: int) -> datetime:
        """When the charge of this number is due, in UTC; number 0 at the start.

        Raises:
            InvalidValue: not an instant, not a whole number from 0, or outside of the calendar.
        """
        expect(n, int, what="n", least=0)
        if n == 0:
            return utc(start)
        here = local(start, self.zone)
        skipped = self.skip_after is not None and here.day > self.skip_after
        return _first_of_month(here.date(), (n + skipped) * _MONTHS[self.period], self.zone)


@attrs.frozen
class Anniversary:
    """On the day and at the time of day of the start: every week, month or year.

    A month that is too short for the day has it on its last day.

    Example:
        >>> from datetime import UTC
        >>> anchor, start = Anniversary(Zone("UTC"), Period.MONTHLY), datetime(2026, 1, 31, tzinfo=UTC)
        >>> [f"{anchor.nth(start, n):%d %B}" for n in range(3)]
        ['31 January', '28 February', '31 March']
    """

    zone: Zone = attrs.field(validator=kind(Zone))
    period: Period = attrs.field(validator=kind(Period))

    def nth(self, start: datetime, n: int) -> datetime:
        """When the charge of this number is due, in UTC; number 0 at the start.

        Raises:
            InvalidValue: not an instant, not a whole number from 0, or outside of the calendar.
        """
        expect(n, int, what="n", least=0)
        if self.period is Period.WEEKLY:
            return add_days(start, n * _WEEK, zone=self.zone)
        return Recurrence(start, self.zone, months=_MONTHS[self.period]).nth(n)


@attrs.frozen
class PerCreation:
    """For each thing that is published and charged for: at once, or together on the first of the next month.

    Patreon collects what is published in a month and charges it on the first of the next; a backer can limit
    for how many creations a month (support.patreon.com, 2026).

    Attributes:
        monthly: Whether creations are charged together, on the first of the month after.
        most: For how many creations of one month a backer is charged; None for all.

    Raises:
        InvalidValue: a part of the wrong kind.

    Example:
        >>> from datetime import UTC
        >>> anchor = PerCreation(Zone("UTC"), monthly=True, most=2)
        >>> str(anchor.due(datetime(2026, 6, 1, 18, tzinfo=UTC)))
        '2026-07-01 00:00:00+00:00'
    """

    zone: Zone = attrs.field(validator=kind(Zone))
    monthly: bool = attrs.field(kw_only=True, validator=kind(bool))
    most: int | None = attrs.field(default=None, kw_only=True, validator=counted(1, optional=True))

    def due(self, published: datetime) -> datetime:
        """When the charge for a creation is due, in UTC.

        Raises:
            InvalidValue: not an instant.
        """
        here = local(published, self.zone)
        return _first_of_month(here.date(), 1, self.zone) if self.monthly else utc(published)

    def same_month(self, one: datetime, other: datetime) -> bool:
        """Whether two instants are in one month of the zone.

        Raises:
            InvalidValue: not instants.
        """
        return len({(at.year, at.month) for at in (local(one, self.zone), local(other, self.zone))}) == 1


Anchor = FirstOfMonth | Anniversary | PerCreation
"""Anything that says when a subscription is charged."""

_SHORTEST_DAYS: Final = {Period.WEEKLY: _WEEK, Period.MONTHLY: 28, Period.YEARLY: 365}


def first_from(anchor: FirstOfMonth | Anniversary, start: datetime, at: datetime) -> int:
    """The number of the first charge that is due at an instant or later.

    Raises:
        InvalidValue: an argument of the wrong kind, or a date outside of the calendar.

    Example:
        >>> from datetime import UTC
        >>> weekly, start = Anniversary(Zone("UTC"), Period.WEEKLY), datetime(2026, 1, 7, tzinfo=UTC)
        >>> first_from(weekly, start, datetime(2026, 1, 22, tzinfo=UTC))
        3
    """
    expect(anchor, FirstOfMonth, Anniversary, what="an anchor of dates")
    days = (utc(at) - utc(start)).days
    most = max(days // _SHORTEST_DAYS[anchor.period] + 1, 0)
    return bisect_left(range(most + 1), utc(at), key=lambda n: anchor.nth(start, n))


def _first_of_month(day: date, months: int, zone: Zone) -> datetime:
    """The instant at which the first of a month begins, so many months after that of the day."""
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    try:
        eve = date(year, month + 1, 1) - timedelta(days=1)
    except (OverflowError, ValueError):
        message = f"{shown(months)} months after {day} is outside of the calendar"
        raise InvalidValue(message, day=day, months=months) from None
    return end_of_day(eve, zone)
