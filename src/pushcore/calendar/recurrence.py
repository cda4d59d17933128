"""Recurrence by month: the dates of instalments, of monthly contributions, of yearly renewals.

Each date is reckoned from the first one and never from the one before: what starts on 31 January falls on
28 February, and then on 31 March again.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count, takewhile
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import counted, expect, kind
from pushcore.calendar.deadline import Deadline
from pushcore.calendar.instants import utc
from pushcore.calendar.wall import shifted
from pushcore.calendar.zone import Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Recurrence"]


@attrs.frozen
class Recurrence:
    """Every so many months (12 for yearly), at the time of day and on the day of the month of the anchor.

    A month that is too short for the day has it on its last day. Time of day and day are those of the
    zone; gaps and folds of its clocks are treated as by `add_days`.

    Raises:
        InvalidValue: a part of the wrong kind, or less than one month.

    Example:
        >>> from datetime import UTC
        >>> monthly = Recurrence(datetime(2026, 1, 31, 12, tzinfo=UTC), Zone("UTC"), months=1)
        >>> [f"{at:%d %B}" for at in monthly.first(3)]
        ['31 January', '28 February', '31 March']
    """

    anchor: datetime = attrs.field(converter=utc)
    zone: Zone = attrs.field(validator=kind(Zone))
    months: int = attrs.field(kw_only=True, validator=counted(1))

    def nth(self, n: int) -> datetime:
        """The instant of one occurrence, in UTC; number 0 is the anchor.

        Raises:
            InvalidValue: not a whole number from 0, or an occurrence outside of the years 2 to 9998.
        """
        expect(n, int, what="n", least=0)
        return shifted(self.anchor, zone=self.zone, months=n * self.months)

    def first(self, number: int) -> Iterator[datetime]:
        """That many occurrences, from the anchor on.

        Raises:
            InvalidValue: not a whole number from 0, or an occurrence outside of the years 2 to 9998.
        """
        expect(number, int, what="number", least=0)
        return map(self.nth, range(number))

    def until(self, end: Deadline) -> Iterator[datetime]:
        """The occurrences that are in time for a deadline, from the anchor on.

        Raises:
            InvalidValue: not a deadline.
        """
        expect(end, Deadline, what="end")
        return takewhile(lambda at: not end.passed(at), map(self.nth, count()))
