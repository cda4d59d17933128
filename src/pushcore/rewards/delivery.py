"""The promise of when a reward is delivered: the first estimate, and every revision of it.

Late is measured against the first promise, whatever was announced since; any other estimate can be asked
the same question. There is no clock: each question is of an instant.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

import attrs

from pushcore._checks import counted, each, items, kind
from pushcore.calendar import Zone, local, utc
from pushcore.errors import InvalidValue
from pushcore.ids import ActorId, identifier, reference

__all__ = ["DeliveryEstimate", "DeliveryPromise", "DeliveryRevision", "Lateness"]

_MONTHS: Final = 12
_YEARS: Final = range(2, 9999)


@attrs.frozen
class Lateness:
    """How late something is: in whole days, and the whole months that these make up; zero in time."""

    days: int = attrs.field(validator=counted(0))
    months: int = attrs.field(validator=counted(0))


@attrs.frozen
class DeliveryEstimate:
    """By when rewards are to arrive: within a month, or by a day.

    Platforms ask creators for a month, as Kickstarter does; the promise is kept until that month is over.

    Raises:
        InvalidValue: there is no such month or day in the years 2 to 9998.

    Example:
        >>> print(DeliveryEstimate(2026, 11), DeliveryEstimate(2026, 11).last_day)
        2026-11 2026-11-30
    """

    year: int = attrs.field(validator=counted(0))
    month: int = attrs.field(validator=counted(0))
    day: int | None = attrs.field(default=None, validator=counted(0, optional=True))

    def __attrs_post_init__(self) -> None:
        exists = self.year in _YEARS and 1 <= self.month <= _MONTHS
        if not exists or (self.day is not None and not 1 <= self.day <= self._length):
            message = f"{self} is no month or day in the years 2 to 9998"
            raise InvalidValue(message, year=self.year, month=self.month, day=self.day)

    @property
    def last_day(self) -> date:
        """The last day on which a delivery is in time."""
        return date(self.year, self.month, self._length if self.day is None else self.day)

    @property
    def _length(self) -> int:
        return monthrange(self.year, self.month)[1]

    def late(self, at: datetime, zone: Zone) -> Lateness:
        """How late a delivery at an instant is, or one that is still due then.

        The day after the last one in time is one day late. A month late is when a month of late days is
        full: after January that is on the last day of February, and after the 15th on the next 15th.

        Args:
            at: When.
            zone: Where its date is read off.
        """
        today = local(at, zone).date()
        start, end = (day + timedelta(days=1) for day in (self.last_day, today))
        months = (end.year - start.year) * _MONTHS + end.month - start.month - (end.day < start.day)
        return Lateness(max((end - start).days, 0), max(months, 0))

    def __str__(self) -> str:
        day = "" if self.day is None else f"-{self.day:02}"
        return f"{self.year:04}-{self.month:02}{day}"


@attrs.frozen
class DeliveryRevision:
    """Another estimate, by whom, and why. The reason is for people, and names nobody."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    estimate: DeliveryEstimate = attrs.field(validator=kind(DeliveryEstimate))
    reason: str = attrs.field(validator=reference)


@attrs.frozen
class DeliveryPromise:
    """When the rewards of a tier were promised first, and every revision since, in order.

    Nothing in it is ever changed or lost: it only grows.

    Attributes:
        first: What backers were promised when they pledged.
        zone: Where its days are meant.

    Raises:
        InvalidValue: a part of the wrong kind, or a revision from before the one it follows.

    Example:
        >>> from datetime import UTC
        >>> promise = DeliveryPromise(DeliveryEstimate(2026, 11), Zone("Europe/Brussels"))
        >>> october = datetime(2026, 10, 5, tzinfo=UTC)
        >>> revised = promise.revised(DeliveryEstimate(2027, 2), "paper is late", october, "lune")
        >>> print(revised.current, revised.first, revised.late(datetime(2027, 1, 3, tzinfo=UTC)))
        2027-02 2026-11 Lateness(days=34, months=1)
    """

    first: DeliveryEstimate = attrs.field(validator=kind(DeliveryEstimate))
    zone: Zone = attrs.field(validator=kind(Zone))
    revisions: tuple[DeliveryRevision, ...] = attrs.field(
        default=(), converter=items, validator=each(DeliveryRevision)
    )

    def __attrs_post_init__(self) -> None:
        for before, after in pairwise(self.revisions):
            if after.at < before.at:
                message = f"a revision of {after.at} cannot follow one of {before.at}"
                raise InvalidValue(message, at=after.at)

    @property
    def current(self) -> DeliveryEstimate:
        """The latest estimate."""
        return self.revisions[-1].estimate if self.revisions else self.first

    def estimate(self, at: datetime) -> DeliveryEstimate:
        """The estimate that stood at an instant."""
        at = utc(at)
        return next((it.estimate for it in reversed(self.revisions) if it.at <= at), self.first)

    def late(self, at: datetime) -> Lateness:
        """How late a delivery at an instant is, by the first promise."""
        return self.first.late(at, self.zone)

    def revised(
        self, estimate: DeliveryEstimate, reason: str, at: datetime, actor: ActorId
    ) -> DeliveryPromise:
        """This promise with one more revision.

        Raises:
            InvalidValue: a part of the wrong kind, or an instant before the last revision.
        """
        revision = DeliveryRevision(at, actor, estimate, reason)
        return attrs.evolve(self, revisions=(*self.revisions, revision))
