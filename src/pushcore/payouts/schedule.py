"""Schedules: when what is paid, in how many tranches, and what has to be consented to first.

Days are wall-clock days in the zone of the campaign, counted from its end. Tranches are portions of what a
payee gets; their amounts are differences of sums, so that they add up to the whole, whatever is rounded.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, expect, items, kind, none_such, unique
from pushcore.calendar import Zone, add_days, utc
from pushcore.errors import InvalidValue, Refusal
from pushcore.ids import MilestoneId, identifier
from pushcore.money import Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pushcore._checks import Validator

__all__ = [
    "Consent",
    "Consenter",
    "LateDate",
    "LateDates",
    "Milestone",
    "PayoutSchedule",
    "Tranche",
    "stepwise",
]


_LONGEST_DAYS: Final = 366


def _days(least: int) -> Validator:
    """A validator of days that lie within ten years: what is due stays in the calendar."""
    whole = counted(least)

    def check(owner: object, attribute: attrs.Attribute[Any], days: int) -> None:
        whole(owner, attribute, days)
        if days > _TEN_YEARS:
            message = f"{type(owner).__name__}.{attribute.name}: {days} days are more than ten years"
            raise InvalidValue(message, field=attribute.name, value=days)

    return check


_TEN_YEARS: Final = 3_660


class Consenter(StrEnum):
    """Who consents to what a milestone releases: a share of the backers, a sponsor, or the platform."""

    BACKERS = "backers"
    SPONSOR = "sponsor"
    PLATFORM = "platform"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Consent:
    """What was said to a milestone: by whom and, of backers, by how many of how many that were asked.

    Raises:
        InvalidValue: more consented than were asked.
    """

    by: Consenter = attrs.field(validator=kind(Consenter))
    given: int = attrs.field(default=1, validator=counted(0))
    asked: int = attrs.field(default=1, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        if self.given > self.asked:
            message = f"{self.given} consented, and {self.asked} were asked"
            raise InvalidValue(message, given=self.given, asked=self.asked)


@attrs.frozen
class Milestone:
    """Something that has to be consented to before the money that waits for it is paid.

    Attributes:
        id: What it goes by.
        by: Whose consent is needed.
        share: Of backers, how many of those who are asked must consent, at least; of others None.

    Raises:
        InvalidValue: a share that does not go with who consents, or not above 0 % and up to 100 %.

    Example:
        >>> rehearsed = Milestone("rehearsed", Consenter.BACKERS, Percentage.of("50"))
        >>> rehearsed.refusals(Consent(Consenter.BACKERS, given=20, asked=40))
        ()
    """

    id: MilestoneId = attrs.field(validator=identifier)
    by: Consenter = attrs.field(validator=kind(Consenter))
    share: Percentage | None = attrs.field(default=None, validator=kind(Percentage, None))

    def __attrs_post_init__(self) -> None:
        if (self.by is Consenter.BACKERS) is (self.share is None):
            message = f"milestone {self.id}: backers consent by a share of them, and nobody else does"
            raise InvalidValue(message, milestone=self.id)
        if self.share is not None and not 0 < self.share.fraction <= 1:
            message = f"milestone {self.id}: a share lies above 0% and up to 100%, unlike {self.share}"
            raise InvalidValue(message, milestone=self.id)

    def refusals(self, consent: Consent) -> tuple[Refusal, ...]:
        """Why this consent is not the one that is needed; nothing where it is.

        Raises:
            InvalidValue: it is no consent.
        """
        expect(consent, Consent, what="a consent")
        if consent.by is not self.by:
            message = f"milestone {self.id} needs the consent of {self.by.value}, not of {consent.by.value}"
            return (Refusal("consent-missing", message, {"by": self.by}),)
        needed = Fraction(1) if self.share is None else self.share.fraction
        if consent.asked and consent.given >= needed * consent.asked:
            return ()
        wanted = "all" if self.share is None else str(self.share)
        message = f"milestone {self.id} needs {wanted} of those asked: {consent.given} of {consent.asked} did"
        return (Refusal("consent-missing", message, {"given": consent.given, "asked": consent.asked}),)


@attrs.frozen
class Tranche:
    """A portion of what every payee gets, when it is due, and what it waits for.

    Attributes:
        portion: Of what a payee gets.
        after_days: How many days after the end of the campaign it is due.
        milestone: What must be consented to besides; None for nothing.

    Raises:
        InvalidValue: a portion that is not above 0 % and up to 100 %, or days that are negative or more than
            ten years.
    """

    portion: Percentage = attrs.field(validator=kind(Percentage))
    after_days: int = attrs.field(default=0, validator=_days(0))
    milestone: Milestone | None = attrs.field(default=None, validator=kind(Milestone, None))

    def __attrs_post_init__(self) -> None:
        if not 0 < self.portion.fraction <= 1:
            message = f"the portion of a tranche lies above 0% and up to 100%, unlike {self.portion}"
            raise InvalidValue(message, portion=self.portion)


@attrs.frozen
class LateDate:
    """One date on which late pledges are paid out, and which of them: of these days after the end."""

    due_at: datetime = attrs.field(converter=utc)
    first_day: int = attrs.field(validator=counted(0))
    last_day: int = attrs.field(validator=counted(0))


@attrs.frozen(kw_only=True)
class LateDates:
    """When late pledges are paid out: on a first date, and again and again from then on.

    Kickstarter pays on day 17 what was pledged late up to day 14, and then every 7 days what was in the next
    7 (2024).

    Attributes:
        first_days: How many days after the end the first date is.
        covered_days: Up to which day after the end pledges are paid on it.
        every_days: How many days lie between dates, and how many more days of pledges each pays.

    Raises:
        InvalidValue: a date that pays for days to come.

    Example:
        >>> from datetime import UTC
        >>> weekly = LateDates(first_days=17, covered_days=14, every_days=7)
        >>> ended = datetime(2026, 1, 1, 2, 44, tzinfo=UTC)
        >>> for date in weekly.dates(ended, 21, zone=Zone("UTC")):
        ...     print(f"{date.due_at:%d %B}: days {date.first_day} to {date.last_day}")
        18 January: days 0 to 14
        25 January: days 15 to 21
    """

    first_days: int = attrs.field(validator=_days(0))
    covered_days: int = attrs.field(validator=_days(0))
    every_days: int = attrs.field(validator=_days(1))

    def __attrs_post_init__(self) -> None:
        if self.covered_days > self.first_days:
            message = f"on day {self.first_days} nobody knows what is pledged on day {self.covered_days}"
            raise InvalidValue(message, first_days=self.first_days, covered_days=self.covered_days)

    def dates(self, ended: datetime, late_days: int, *, zone: Zone) -> tuple[LateDate, ...]:
        """Every date for a campaign that takes late pledges for so many days; the last pays for the last day.

        Raises:
            InvalidValue: an argument of the wrong kind, or dates that lead out of the calendar.
        """
        expect(late_days, int, what="late days", least=0)
        if late_days > _LONGEST_DAYS:
            message = f"late pledges are taken for {_LONGEST_DAYS} days at most"
            raise InvalidValue(message, late_days=late_days)
        later = max(late_days - self.covered_days, 0)
        return tuple(self._dates(-(-later // self.every_days), utc(ended), zone))

    def _dates(self, more: int, ended: datetime, zone: Zone) -> Iterator[LateDate]:
        for number in range(more + 1):
            shift = number * self.every_days
            last = self.covered_days + shift
            first = last - self.every_days + 1 if number else 0
            yield LateDate(add_days(ended, self.first_days + shift, zone=zone), first, last)


@attrs.frozen
class PayoutSchedule:
    """When what is paid: tranches of what every payee gets; without any, everything at once.

    Attributes:
        tranches: Portions that total 100 %.
        late: When late pledges are paid; a campaign that takes them is settled with them and paid on the date
            that pays for its last day. None for the dates of the tranches.

    Raises:
        InvalidValue: the portions do not total 100 %, or a milestone stands twice.
    """

    tranches: tuple[Tranche, ...] = attrs.field(default=(), converter=items, validator=each(Tranche))
    late: LateDates | None = attrs.field(default=None, validator=kind(LateDates, None))

    def __attrs_post_init__(self) -> None:
        unique((it.id for it in self.milestones), what="milestone")
        total = sum((tranche.portion.fraction for tranche in self.tranches), Fraction(0))
        if self.tranches and total != 1:
            message = f"the portions of tranches total {Percentage.of_fraction(total)} instead of 100%"
            raise InvalidValue(message, tranches=self.tranches)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """What has to be consented to, in order."""
        return tuple(it.milestone for it in self.tranches if it.milestone is not None)

    @property
    def sums(self) -> tuple[Fraction, ...]:
        """What is due with each tranche and those before it, as a share of the whole."""
        return tuple(accumulate(tranche.portion.fraction for tranche in self.steps))

    @property
    def steps(self) -> tuple[Tranche, ...]:
        """The tranches; or everything as one, due at once."""
        return self.tranches or (Tranche(Percentage(100)),)

    def due(self, tranche: Tranche, ended: datetime, *, zone: Zone, late_days: int | None) -> datetime:
        """When a tranche is due.

        Raises:
            InvalidValue: an argument of the wrong kind, or a date that leads out of the calendar.
        """
        expect(tranche, Tranche, what="a tranche")
        at = add_days(ended, tranche.after_days, zone=zone)
        if self.late is None or late_days is None:
            return at
        return max(at, self.late.dates(ended, late_days, zone=zone)[-1].due_at)


def stepwise(minor: int, sums: Sequence[Fraction], *, unit: int, least: int, cost: int) -> tuple[int, ...]:
    """The amounts of tranches, in minor units: each is what is due by then less what was paid before.

    What is not due, below the least, or no multiple of the unit waits for the next one; what waits at the end
    stays owed.

    Args:
        minor: The whole.
        sums: What is due with each tranche and those before it, as a share of the whole, which rises.
        unit: What arrives is a multiple of this.
        least: And at least this.
        cost: What each of them costs, which is added to what arrives.
    """
    paid, amounts = 0, []
    for share in sums:
        arrives = sendable(int(minor * share) - paid - cost, unit=unit, least=least)
        amount = arrives + cost if arrives else 0
        amounts.append(amount)
        paid += amount
    return tuple(amounts)


def sendable(minor: int, *, unit: int, least: int) -> int:
    """What of so many minor units arrives: a multiple of the unit, nothing where that is below the least."""
    arrives = minor // unit * unit
    return arrives if arrives >= max(least, 1) else 0
