"""When: deadlines, windows, business days and recurrences, in the wall-clock time of a stated zone.

There is no clock here: every function that needs to know the time is told it. Instants are aware datetimes
in UTC; a wall-clock time is a datetime without zone, next to a `Zone`.
"""

from __future__ import annotations

from pushcore.calendar.business_days import FRIDAY_SATURDAY, SATURDAY_SUNDAY, BusinessDays, Weekday
from pushcore.calendar.deadline import Deadline
from pushcore.calendar.instants import utc
from pushcore.calendar.recurrence import Recurrence
from pushcore.calendar.wall import Fold, Gap, add_days, end_of_day, instant, local
from pushcore.calendar.window import Position, Window
from pushcore.calendar.zone import Zone

__all__ = [
    "FRIDAY_SATURDAY",
    "SATURDAY_SUNDAY",
    "BusinessDays",
    "Deadline",
    "Fold",
    "Gap",
    "Position",
    "Recurrence",
    "Weekday",
    "Window",
    "Zone",
    "add_days",
    "end_of_day",
    "instant",
    "local",
    "utc",
]
