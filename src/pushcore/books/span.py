"""Spans: the time a statement or a report is about, from one instant up to another one that is not in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, shown
from pushcore.calendar import end_of_day, utc
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from pushcore.calendar import Zone

__all__ = ["Span"]

_MONTHS: Final = 12
_YEARS: Final = range(3, 9998)


@attrs.frozen
class Span:
    """From an instant, which is in it, up to another one, which is not. Spans that meet leave nothing out.

    Attributes:
        since: Where it begins; None for the beginning of everything.
        until: Where it is over; None for as far as is known.

    Raises:
        InvalidValue: no instants, or it is over before it begins.

    Example:
        >>> from pushcore import Zone
        >>> print(Span.quarter(2026, 1, Zone("Europe/Paris")))
        2025-12-31 23:00:00+00:00 to 2026-03-31 22:00:00+00:00
    """

    since: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    until: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            message = f"a span is not over before it begins: {shown(self.since)} to {shown(self.until)}"
            raise InvalidValue(message, since=self.since, until=self.until)

    @staticmethod
    def year(year: int, zone: Zone) -> Span:
        """A year on the calendar of a zone.

        Raises:
            InvalidValue: no such year, or no zone.
        """
        return _months(year, 1, _MONTHS, zone)

    @staticmethod
    def quarter(year: int, quarter: int, zone: Zone) -> Span:
        """A quarter of a year, 1 to 4, on the calendar of a zone.

        Raises:
            InvalidValue: no such quarter, or no zone.
        """
        expect(quarter, int, what="a quarter")
        if quarter not in range(1, 5):
            message = f"a year has the quarters 1 to 4, not {shown(quarter)}"
            raise InvalidValue(message, quarter=quarter)
        return _months(year, 3 * quarter - 2, 3, zone)

    @staticmethod
    def month(year: int, month: int, zone: Zone) -> Span:
        """A month of a year, 1 to 12, on the calendar of a zone.

        Raises:
            InvalidValue: no such month, or no zone.
        """
        return _months(year, month, 1, zone)

    def begun(self, at: datetime) -> bool:
        """Whether it has begun by then."""
        at = utc(at)
        return self.since is None or self.since <= at

    def over(self, at: datetime) -> bool:
        """Whether it is over by then."""
        at = utc(at)
        return self.until is not None and self.until <= at

    def holds(self, at: datetime) -> bool:
        """Whether the instant is in it."""
        return self.begun(at) and not self.over(at)

    def __str__(self) -> str:
        return f"{self.since or 'the beginning'} to {self.until or 'now'}"


def _months(year: int, month: int, length: int, zone: Zone) -> Span:
    expect(year, int, what="a year")
    expect(month, int, what="a month")
    if year not in _YEARS or month not in range(1, _MONTHS + 1):
        message = f"there is no month {shown(month)} of the year {shown(year)}"
        raise InvalidValue(message, year=year, month=month)
    after = month - 1 + length
    first, next_one = date(year, month, 1), date(year + after // _MONTHS, after % _MONTHS + 1, 1)
    return Span(*(end_of_day(day - timedelta(days=1), zone) for day in (first, next_one)))
