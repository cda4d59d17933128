"""Dunning: when a failed charge is reminded of and tried again, and when that ends.

Kickstarter reminds every 48 hours for a week and tries once more at its end; the numbers are configuration.
The week begins when the first charge fails, which is at the deadline where pledges are charged in time, and a
step that is taken late puts off those after it: so nobody loses their days because a job was late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

import attrs

from pushcore._checks import each, expect, items, kind, none_such, shown, unique
from pushcore.calendar import utc
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Dunning", "DunningAction", "DunningStep"]

_LONGEST: Final = timedelta(days=365)  # an instant ends a year before the calendar does
_HOUR: Final = timedelta(hours=1)


class DunningAction(StrEnum):
    """What is done about a failed charge."""

    REMIND = "remind"
    ATTEMPT = "attempt"

    _missing_ = classmethod(none_such)


@attrs.frozen
class DunningStep:
    """One thing that is done so long after the first charge failed, or later where the step before it was."""

    after: timedelta = attrs.field(validator=kind(timedelta))
    action: DunningAction = attrs.field(validator=kind(DunningAction))


@attrs.frozen
class Dunning:
    """Reminders and attempts, as times after the first failed charge; the pledge drops after the last.

    Without any attempt it drops when the first charge fails. Reminders that come with the last attempt or
    after it are of no use, and no steps.

    Attributes:
        steps: What is done, in order; the last one is an attempt.

    Raises:
        InvalidValue: a time that is not above zero and within a year, or stands twice.

    Example:
        >>> week = Dunning.of_hours(remind=[48, 96, 144], attempt=[168])
        >>> [(step.after.days, step.action.value) for step in week.steps]
        [(2, 'remind'), (4, 'remind'), (6, 'remind'), (7, 'attempt')]
    """

    remind: tuple[timedelta, ...] = attrs.field(default=(), converter=items, validator=each(timedelta))
    attempt: tuple[timedelta, ...] = attrs.field(default=(), converter=items, validator=each(timedelta))
    steps: tuple[DunningStep, ...] = attrs.field(init=False, eq=False, repr=False)

    @remind.validator
    @attempt.validator
    def _in_time(self, attribute: attrs.Attribute[object], spans: tuple[timedelta, ...]) -> None:
        unique(spans, what=f"Dunning.{attribute.name}: the time")
        for span in spans:
            if not timedelta(0) < span <= _LONGEST:
                message = f"Dunning.{attribute.name}: {shown(span)} is not above zero and within a year"
                raise InvalidValue(message, span=span)

    def __attrs_post_init__(self) -> None:
        last = max(self.attempt, default=timedelta(0))
        steps = [DunningStep(after, DunningAction.REMIND) for after in self.remind if after < last]
        steps += [DunningStep(after, DunningAction.ATTEMPT) for after in self.attempt]
        object.__setattr__(self, "steps", tuple(sorted(steps, key=lambda step: step.after)))

    def due_at(self, steps: int, failed_at: datetime, *, stepped_at: datetime | None = None) -> datetime:
        """When the next step is due: in its time after the first failure, and after the step before it.

        Args:
            steps: How many steps are done: fewer than there are.
            failed_at: When the first charge failed.
            stepped_at: When the last step was taken, where that is known. The next one comes no sooner after
                it than it does in the plan.

        Raises:
            InvalidValue: there is no such step, or not an instant.

        Example:
            >>> from datetime import UTC
            >>> week, failed = Dunning.of_hours(remind=[48], attempt=[168]), datetime(2026, 6, 1, tzinfo=UTC)
            >>> [f"{week.due_at(1, failed, stepped_at=failed + timedelta(days=day)):%d %B}" for day in (2, 9)]
            ['08 June', '15 June']
        """
        expect(steps, int, what="how many steps are done", least=0)
        if steps >= len(self.steps):
            message = f"a plan of {len(self.steps)} steps has none after {steps} of them"
            raise InvalidValue(message, steps=steps)
        after = self.steps[steps].after
        due_at = utc(failed_at) + after
        if stepped_at is None or steps == 0:
            return due_at
        return max(due_at, utc(stepped_at) + after - self.steps[steps - 1].after)

    def until(self, end: timedelta) -> Self:
        """The same until a time, at which there is a last attempt; nothing at all where that is at once.

        Raises:
            InvalidValue: it is negative, or beyond a year.
        """
        expect(end, timedelta, what="when dunning ends")
        if not end:
            return type(self)()
        earlier = (it for it in self.attempt if it < end)
        return type(self)(self.remind, (*earlier, end))

    @classmethod
    def of_hours(cls, *, remind: Iterable[int], attempt: Iterable[int]) -> Self:
        """The same from whole hours.

        Raises:
            InvalidValue: one is not a whole number of hours above zero and within a year, or stands twice.
        """
        return cls(*(tuple(map(_hours, items(hours))) for hours in (remind, attempt)))


def _hours(hours: int) -> timedelta:
    if type(hours) is not int or not 0 < hours <= _LONGEST // _HOUR:
        message = f"{shown(hours)} is not a whole number of hours between 1 and {_LONGEST // _HOUR}"
        raise InvalidValue(message, hours=hours)
    return timedelta(hours=hours)
