"""How far an instant that somebody else tells may lie ahead of one's own clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pushcore.calendar.instants import utc

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["AHEAD_AT_MOST", "is_ahead"]

AHEAD_AT_MOST: Final = timedelta(days=1)
"""How far the clocks of two systems may be apart: what is told of a later time is a mistake.

A day is more than any clock is off that somebody looks at, and covers a time that was told without its zone.
"""


def is_ahead(told: datetime, now: datetime) -> bool:
    """Whether what is told has not happened by one's own clock, however far the two may be apart.

    Raises:
        InvalidValue: one of them is no instant.

    Example:
        >>> from datetime import UTC, datetime
        >>> now = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> is_ahead(now + timedelta(hours=24), now), is_ahead(now + timedelta(hours=25), now)
        (False, True)
    """
    return utc(told) - utc(now) > AHEAD_AT_MOST
