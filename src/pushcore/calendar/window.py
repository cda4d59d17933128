"""Windows: the time span in which something is open, such as a campaign for pledges."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import kind, none_such
from pushcore.calendar.deadline import Deadline
from pushcore.calendar.instants import utc, utc_of
from pushcore.calendar.wall import add_days, local
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Position", "Window"]


class Position(StrEnum):
    """Where an instant stands towards a window."""

    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"

    _missing_ = classmethod(none_such)


def _opens(at: datetime) -> datetime:
    return utc_of(at, "Window", "opens")


def _deadline(owner: object, attribute: attrs.Attribute[Any], closes: object) -> None:
    if closes is None:
        message = "Window.closes: expected Deadline, got None: what has no end yet has Deadline.never(zone)"
        raise InvalidValue(message, field=attribute.name, value=closes)
    kind(Deadline)(owner, attribute, closes)


@attrs.frozen
class Window:
    """Open from an instant, itself included, until a deadline.

    What has no end until one is announced has the deadline `Deadline.never`.

    Raises:
        InvalidValue: it would not close after it opens.

    Example:
        >>> from datetime import UTC
        >>> from pushcore.calendar import Zone
        >>> opens = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> closes = Deadline.after_days(opens, 30, zone=Zone("Europe/Brussels"), inclusive=False)
        >>> window = Window(opens, closes)
        >>> window.days, window.contains(opens), window.position(closes.at).value
        (30, True, 'after')
    """

    opens: datetime = attrs.field(converter=_opens)
    closes: Deadline = attrs.field(validator=_deadline)

    def __attrs_post_init__(self) -> None:
        if self.closes.at <= self.opens:
            opens = local(self.opens, self.closes.zone)
            message = f"a window that opens at {opens} cannot close at {self.closes.local}: close it later"
            raise InvalidValue(message, opens=self.opens, closes=self.closes.at)

    @property
    def days(self) -> int:
        """How many whole wall-clock days it is open; what is left over is less than a day.

        To keep to a limit of days, compare ``closes.at`` with `add_days` instead.
        """
        zone = self.closes.zone
        dates = self.closes.local.date() - local(self.opens, zone).date()
        days = max(dates.days, 0)  # clocks put back over midnight show the day before again
        while add_days(self.opens, days, zone=zone) > self.closes.at:
            days -= 1
        return days

    def position(self, now: datetime) -> Position:
        """Whether it has yet to open, is open, or is closed.

        Raises:
            InvalidValue: ``now`` is not an instant.
        """
        if utc(now) < self.opens:
            return Position.BEFORE
        return Position.AFTER if self.closes.passed(now) else Position.OPEN

    def contains(self, now: datetime) -> bool:
        """Whether it is open.

        Raises:
            InvalidValue: ``now`` is not an instant.
        """
        return self.position(now) is Position.OPEN
