"""Deadlines: until when something is in time, with nothing left to guess.

A date alone does not say when a day ends, a wall-clock time not where, and an instant not whether that very
instant is still in time. Platforms decide each of these differently, so a deadline states all three.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Self

import attrs

from pushcore._checks import expect, kind
from pushcore.calendar import wall as wall_clock
from pushcore.calendar.instants import utc
from pushcore.calendar.zone import Zone

__all__ = ["Deadline"]

_NEVER: Final = datetime(9997, 12, 31, tzinfo=UTC)  # what comes a year after it is still in the calendar


@attrs.frozen
class Deadline:
    """The end of a time span: an instant, the zone it is meant in, and whether it is itself in time.

    ``inclusive=False`` is the usual half-open span: what happens at ``t`` is in time if ``t < at``.

    Raises:
        InvalidValue: a part of the wrong kind, or an instant without zone or offset.

    Example:
        >>> from datetime import timedelta
        >>> brussels = Zone("Europe/Brussels")
        >>> closes = Deadline.at_wall_clock(datetime(2026, 2, 4, 20), brussels, inclusive=False)
        >>> closes.passed(closes.at), closes.passed(closes.at - timedelta(microseconds=1))
        (True, False)
        >>> str(closes.local)
        '2026-02-04 20:00:00+01:00'
    """

    at: datetime = attrs.field(converter=utc)
    zone: Zone = attrs.field(validator=kind(Zone))
    inclusive: bool = attrs.field(kw_only=True, validator=kind(bool))

    @classmethod
    def at_wall_clock(
        cls, wall: datetime, zone: Zone, *, inclusive: bool, fold: wall_clock.Fold | None = None
    ) -> Self:
        """When the clocks of the zone show this time.

        Raises:
            InvalidValue: they never show it, or they do twice and ``fold`` does not say which is meant.
        """
        return cls(wall_clock.instant(wall, zone, fold=fold), zone, inclusive=inclusive)

    @classmethod
    def after_days(
        cls, start: datetime, days: int, *, zone: Zone, inclusive: bool, end_of_day: bool = False
    ) -> Self:
        """So many wall-clock days after the start: at the same time of day, or when that day is over.

        The end of a day is the midnight after it, so that deadline is usually not inclusive.

        Raises:
            InvalidValue: an argument of the wrong kind, or a day outside of the calendar.
        """
        expect(end_of_day, bool, what="end_of_day")
        at = wall_clock.add_days(start, days, zone=zone)
        return cls(wall_clock.end_of_day(at, zone) if end_of_day else at, zone, inclusive=inclusive)

    @classmethod
    def never(cls, zone: Zone) -> Self:
        """The end of the calendar: of what stays open until an end is announced."""
        return cls(_NEVER, zone, inclusive=False)

    @property
    def endless(self) -> bool:
        """Whether it is the end of the calendar."""
        return self.at == _NEVER

    @property
    def local(self) -> datetime:
        """The deadline as the clocks of its zone show it."""
        return wall_clock.local(self.at, self.zone)

    def passed(self, now: datetime) -> bool:
        """Whether it is too late.

        Raises:
            InvalidValue: ``now`` is not an instant.
        """
        now = utc(now)
        return now > self.at if self.inclusive else now >= self.at
