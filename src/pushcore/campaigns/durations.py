"""Durations: how long a campaign may be open, as data, in wall-clock days of the campaign's zone.

Kickstarter allows 1 to 60 days; Catarse 1 to 60 where it is all or nothing, and 1 to 365 or no end at all
where it is flexible, always until the end of a day (catarse/catarse @ 0d73a61); Indiegogo moves a deadline
once, to at most 60 days after the launch.
"""

from __future__ import annotations

from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, expect, kind, shown
from pushcore.calendar import Deadline, Window, Zone, add_days, end_of_day, utc
from pushcore.errors import InvalidValue, Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DurationRule", "Extension", "FinalLap"]

_TEN_YEARS: Final = 3_652  # days, so that every deadline lies within the calendar


@attrs.frozen(kw_only=True)
class DurationRule:
    """How many days a campaign may be open.

    Attributes:
        least_days: At least so many, from its opening.
        most_days: And at most so many.
        open_ended: Whether it may have no end, until one is announced.
        end_of_day: Whether it closes when a day is over, instead of at the time of day of its opening. The
            last of the days is then open until its midnight.

    Raises:
        InvalidValue: days that are no whole numbers above zero, more at least than at most, or more than in
            ten years.

    Example:
        >>> flexible = DurationRule(least_days=1, most_days=365, open_ended=True, end_of_day=True)
        >>> [refusal.code for refusal in flexible.refusals(366)], flexible.refusals(None)
        (['too-long'], ())
    """

    least_days: int = attrs.field(validator=counted(1))
    most_days: int = attrs.field(validator=counted(1))
    open_ended: bool = attrs.field(validator=kind(bool))
    end_of_day: bool = attrs.field(validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if not self.least_days <= self.most_days <= _TEN_YEARS:
            message = f"no {self.least_days} to {self.most_days} days: give rising ones up to {_TEN_YEARS}"
            raise InvalidValue(message, least=self.least_days, most=self.most_days)

    def refusals(self, days: int | None) -> tuple[Refusal, ...]:
        """Why a campaign may not be open for so many days, or, with None, without an end.

        Raises:
            InvalidValue: not a whole number of days.
        """
        expect(days, int, NoneType, what="days")
        if days is not None:
            short, long = days < self.least_days, days > self.most_days
            return tuple(self._reasons(f"{shown(days)} days", short=short, long=long))
        if self.open_ended:
            return ()
        why = f"the campaign has no end: give {self.least_days} to {self.most_days} days"
        return (Refusal("deadline-missing", why, self._facts),)

    def window_refusals(self, window: Window) -> tuple[Refusal, ...]:
        """Why a campaign may not be open from one instant to the other, in the zone of its deadline.

        Raises:
            InvalidValue: not a window.
        """
        expect(window, Window, what="when a campaign is open")
        opens, closes, zone = window.opens, window.closes, window.closes.zone
        longest = self._deadline(opens, self.most_days, zone)
        short, long = closes.at < add_days(opens, self.least_days, zone=zone), closes.at > longest.at
        reasons = tuple(self._reasons(f"until {closes.local}", short=short, long=long))
        if not self.end_of_day or closes.at == end_of_day(closes.at - datetime.resolution, zone):
            return reasons
        why = f"{closes.local} is not the end of a day in {zone}: close at the midnight after it"
        return (*reasons, Refusal("not-end-of-day", why, {"closes": closes.at}))

    def deadline(self, opens: datetime, days: int, *, zone: Zone) -> Deadline:
        """When a campaign closes that opens then, for so many days.

        Raises:
            Refused: ``too-short`` or ``too-long``.
            InvalidValue: an argument of the wrong kind.
        """
        expect(days, int, what="days")
        if refusals := self.refusals(days):
            raise Refused(refusals)
        return self._deadline(opens, days, zone)

    def _deadline(self, opens: datetime, days: int, zone: Zone) -> Deadline:
        return Deadline.after_days(opens, days, zone=zone, inclusive=False, end_of_day=self.end_of_day)

    def _reasons(self, span: str, *, short: bool, long: bool) -> Iterator[Refusal]:
        if short:
            yield Refusal(
                "too-short", f"{span} is too short: give {self.least_days} days at least", self._facts
            )
        if long:
            yield Refusal("too-long", f"{span} is too long: give {self.most_days} days at most", self._facts)

    @property
    def _facts(self) -> dict[str, object]:
        return {"least_days": self.least_days, "most_days": self.most_days}


@attrs.frozen(kw_only=True)
class Extension:
    """How often a deadline may be moved, and within which duration from the first launch (Indiegogo: once).

    Raises:
        InvalidValue: a part of the wrong kind.
    """

    times: int = attrs.field(validator=counted(0))
    within: DurationRule = attrs.field(validator=kind(DurationRule))

    def refusals(
        self, window: Window, until: Deadline, *, extended: int, at: datetime
    ) -> tuple[Refusal, ...]:
        """Why the deadline of a campaign may not be moved.

        Args:
            window: When the campaign is open, from its first launch on.
            until: The deadline it would have.
            extended: How often its deadline was moved before.
            at: Now.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        expect(window, Window, what="when a campaign is open")
        expect(until, Deadline, what="the new deadline")
        expect(extended, int, what="how often it was extended", least=0)
        reasons = []
        if extended >= self.times:
            reasons.append(
                Refusal("extension-used", f"the deadline was moved {shown(extended)} times already")
            )
        if until.at <= max(utc(at), window.opens):
            reasons.append(Refusal("deadline-past", f"{until.local} is past: give a later deadline"))
            return tuple(reasons)
        return (*reasons, *self.within.window_refusals(Window(window.opens, until)))


@attrs.frozen
class FinalLap:
    """How a campaign without an end gets one: so many days after it is announced (Catarse: 7, to midnight).

    Example:
        >>> lap = FinalLap(7, end_of_day=True)
        >>> announced = datetime.fromisoformat("2026-03-02T15:00-03:00")
        >>> str(lap.deadline(announced, zone=Zone("America/Sao_Paulo")).local)
        '2026-03-10 00:00:00-03:00'
    """

    days: int = attrs.field(validator=counted(1))
    end_of_day: bool = attrs.field(kw_only=True, validator=kind(bool))

    def deadline(self, announced: datetime, *, zone: Zone) -> Deadline:
        """When the campaign closes whose end is announced then.

        Raises:
            InvalidValue: not an instant, or not a zone.
        """
        return Deadline.after_days(
            announced, self.days, zone=zone, inclusive=False, end_of_day=self.end_of_day
        )
