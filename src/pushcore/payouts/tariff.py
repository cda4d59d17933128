"""Tariffs: the fee schedules of a platform, each with the day from which it is in force.

A campaign is launched with the schedule of its day, and keeps it: ``Terms(fees=tariff.on(day))``.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import attrs

from pushcore._checks import each, expect, items, kind
from pushcore.errors import InvalidValue
from pushcore.payouts.fee_schedule import FeeSchedule

__all__ = ["DatedFees", "Tariff"]


@attrs.frozen
class DatedFees:
    """A fee schedule, and the first day on which it is in force."""

    begins: date = attrs.field(validator=kind(date))
    schedule: FeeSchedule = attrs.field(validator=kind(FeeSchedule))


@attrs.frozen
class Tariff:
    """What a platform takes, from which day on: schedules by rising day, each until the next begins.

    Days are those of the platform's own calendar: whoever asks at night says in which zone.

    Raises:
        InvalidValue: there is no schedule, or the days do not rise.

    Example:
        >>> tariff = Tariff([DatedFees(date(2020, 1, 1), FeeSchedule())])
        >>> tariff.on(date(2026, 3, 1))
        FeeSchedule(lines=())
    """

    steps: tuple[DatedFees, ...] = attrs.field(converter=items, validator=each(DatedFees))

    def __attrs_post_init__(self) -> None:
        days = [step.begins for step in self.steps]
        if not days or any(day >= later for day, later in pairwise(days)):
            message = f"a tariff has schedules by rising day, got {', '.join(map(str, days)) or 'none'}"
            raise InvalidValue(message, days=tuple(days))

    def on(self, day: date) -> FeeSchedule:
        """The schedule that is in force on a day.

        Raises:
            InvalidValue: no date, or one before the first schedule.
        """
        expect(day, date, what="the day of a tariff")
        for step in reversed(self.steps):
            if step.begins <= day:
                return step.schedule
        message = f"no fees are known before {self.steps[0].begins}, so that none are on {day}"
        raise InvalidValue(message, day=day)
