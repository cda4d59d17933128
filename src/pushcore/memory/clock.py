"""Clocks: one that is set by hand, and the system's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pushcore._checks import shown
from pushcore.calendar import utc
from pushcore.errors import InvalidValue

__all__ = ["ManualClock", "SystemClock"]


class ManualClock:
    """A clock that stands still until it is set.

    Example:
        >>> clock = ManualClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
        >>> clock.advance(timedelta(days=1))
        >>> print(clock.now())
        2026-01-06 09:00:00+00:00
    """

    def __init__(self, now: datetime) -> None:
        self._now = utc(now)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set the clock, forwards or backwards."""
        self._now = utc(now)

    def advance(self, by: timedelta) -> None:
        """Set the clock forwards.

        Raises:
            InvalidValue: the time span is negative.
        """
        if not isinstance(by, timedelta) or by < timedelta(0):
            message = f"a clock advances by a time span of at least zero, not {shown(by)}"
            raise InvalidValue(message, by=by)
        try:
            self._now = utc(self._now + by)
        except OverflowError:
            message = f"{shown(by)} from {self._now} is outside of the calendar"
            raise InvalidValue(message, by=by) from None


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)
