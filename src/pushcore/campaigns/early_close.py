"""Early close: ending a campaign that has what it asked for before its deadline, with notice to everyone.

US crowdfunding of securities allows it once the target is reached, if the offering was open for 21 days, the
new deadline was announced five business days before, and backers can cancel until 48 hours before it
(17 CFR 227.304(b)).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, expect, kind, shown
from pushcore.calendar import BusinessDays, Deadline, Window, Zone, add_days, local, utc
from pushcore.errors import InvalidValue, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EarlyClose"]

_LONGEST: Final = timedelta(days=365)


@attrs.frozen(kw_only=True)
class EarlyClose:
    """When a campaign may close before its deadline.

    Attributes:
        open_days: It was open for so many wall-clock days.
        notice_days: The new deadline is announced so many business days before; the day of the notice is not
            counted.
        cancel_lead: Backers can cancel until so long before the new deadline.

    Raises:
        InvalidValue: days that are no whole numbers, or a lead that is negative or beyond a year.

    Example:
        >>> from pushcore.calendar import SATURDAY_SUNDAY
        >>> rule = EarlyClose(open_days=21, notice_days=5, cancel_lead=timedelta(hours=48))
        >>> opens, notice = (datetime.fromisoformat(f"2026-03-{day}T15:00Z") for day in ("02", "16"))
        >>> banks = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[])
        >>> str(rule.earliest(opens, notice, zone=Zone("UTC"), business=banks))
        '2026-03-23 15:00:00+00:00'
    """

    open_days: int = attrs.field(validator=counted(0))
    notice_days: int = attrs.field(validator=counted(0))
    cancel_lead: timedelta = attrs.field(validator=kind(timedelta))

    @cancel_lead.validator
    def _in_reason(self, attribute: attrs.Attribute[timedelta], lead: timedelta) -> None:
        if not timedelta(0) <= lead <= _LONGEST:
            message = f"EarlyClose.{attribute.name}: {shown(lead)} does not lie from zero to a year"
            raise InvalidValue(message, field=attribute.name, value=lead)

    def earliest(self, opens: datetime, notice: datetime, *, zone: Zone, business: BusinessDays) -> datetime:
        """The first instant at which a campaign may close that opened and was given notice then.

        Both are counted to the same time of day, in the zone of the campaign.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        return max(self._open_long_enough(opens, zone), self._told_in_time(notice, zone, business))

    def refusals(
        self, window: Window, until: Deadline, *, notice: datetime, business: BusinessDays, reached: bool
    ) -> tuple[Refusal, ...]:
        """Why a campaign may not close early.

        Args:
            window: When it is open, up to its present deadline.
            until: The earlier deadline.
            notice: When backers are told of it.
            business: The business days of the campaign's country.
            reached: Whether the goal is reached; it has to be again at the new deadline.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        expect(window, Window, what="when a campaign is open")
        expect(until, Deadline, what="the new deadline")
        expect(reached, bool, what="whether the goal is reached")
        return tuple(self._reasons(window, until, notice, business, reached=reached))

    def cancel_until(self, until: Deadline) -> datetime:
        """Until when backers can cancel; that instant is itself too late.

        Raises:
            InvalidValue: not a deadline.
        """
        expect(until, Deadline, what="the new deadline")
        return until.at - self.cancel_lead

    def _reasons(
        self, window: Window, until: Deadline, notice: datetime, business: BusinessDays, *, reached: bool
    ) -> Iterator[Refusal]:
        zone, present = window.closes.zone, window.closes
        if not reached:
            yield Refusal("goal-not-reached", "only what has reached its goal closes early")
        if until.at >= present.at:
            yield Refusal("not-earlier", f"{until.local} is not before {present.local}")
        if until.at < (least := self._open_long_enough(window.opens, zone)):
            why = f"the campaign is open until {local(least, zone)} at least"
            yield Refusal("too-short", why, {"least_days": self.open_days, "earliest": least})
        if until.at < (told := self._told_in_time(notice, zone, business)):
            why = f"notice of {self.notice_days} business days ends at {local(told, zone)}"
            yield Refusal("notice-too-short", why, {"notice_days": self.notice_days, "earliest": told})

    def _open_long_enough(self, opens: datetime, zone: Zone) -> datetime:
        return add_days(opens, self.open_days, zone=zone)

    def _told_in_time(self, notice: datetime, zone: Zone, business: BusinessDays) -> datetime:
        expect(business, BusinessDays, what="business days")
        day = local(utc(notice), zone).date()
        return add_days(notice, (business.add(day, self.notice_days) - day).days, zone=zone)
