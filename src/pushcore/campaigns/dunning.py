"""Dunning: when a failed charge is reminded of and tried again, and when that ends.

Kickstarter reminds every 48 hours for a week and tries once more at its end; the numbers are configuration.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import attrs

from pushcore._checks import each, items, shown
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Dunning", "DunningAction", "DunningStep"]

_HOURS_PER_YEAR = 8_784


class DunningAction(StrEnum):
    """What is done about a failed charge."""

    REMIND = "remind"
    ATTEMPT = "attempt"


@attrs.frozen
class DunningStep:
    """One thing that is done so long after the deadline of the campaign."""

    after: timedelta
    action: DunningAction


def _positive(_: object, attribute: attrs.Attribute[object], spans: tuple[timedelta, ...]) -> None:
    if any(span <= timedelta(0) for span in spans):
        message = f"Dunning.{attribute.name}: every time is after the deadline, got {shown(spans)}"
        raise InvalidValue(message, spans=spans)


@attrs.frozen
class Dunning:
    """Reminders and attempts, as times after the deadline. When the last attempt fails, the pledge is dropped.

    Example:
        >>> week = Dunning.of_hours(remind=[48, 96, 144], attempt=[168])
        >>> [(step.after.days, step.action.value) for step in week.steps]
        [(2, 'remind'), (4, 'remind'), (6, 'remind'), (7, 'attempt')]
    """

    remind: tuple[timedelta, ...] = attrs.field(default=(), converter=items, validator=[each(timedelta), _positive])
    attempt: tuple[timedelta, ...] = attrs.field(default=(), converter=items, validator=[each(timedelta), _positive])
    steps: tuple[DunningStep, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        steps = [DunningStep(after, DunningAction.REMIND) for after in self.remind if after < self._last_attempt]
        steps += [DunningStep(after, DunningAction.ATTEMPT) for after in self.attempt]
        steps.sort(key=lambda step: step.after)
        object.__setattr__(self, "steps", tuple(steps))

    @property
    def _last_attempt(self) -> timedelta:
        return max(self.attempt, default=timedelta(0))

    @classmethod
    def of_hours(cls, *, remind: Iterable[int], attempt: Iterable[int]) -> Self:
        """The same from whole hours.

        Raises:
            InvalidValue: one is not a whole number of hours above zero and within a year.
        """
        return cls(*(tuple(map(_hours, items(hours))) for hours in (remind, attempt)))


def _hours(hours: int) -> timedelta:
    if hours.__class__ is not int or not 0 < hours <= _HOURS_PER_YEAR:
        message = f"{shown(hours)} is not a whole number of hours between 1 and {_HOURS_PER_YEAR}"
        raise InvalidValue(message, hours=hours)
    return timedelta(hours=hours)
