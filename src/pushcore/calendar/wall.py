"""Wall-clock time: what clocks show at a place, and which instant that is.

Twice a year a day has 23 or 25 hours in many places. People still mean the wall clock: "thirty days later"
ends at the same time of day, and "the end of the day" is midnight there. When clocks go forward some times
of day do not exist (a *gap*); when they go back some exist twice (a *fold*). Neither is guessed at.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from pushcore._checks import expect, none_such, shown
from pushcore.calendar.instants import utc
from pushcore.calendar.zone import Zone
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["Fold", "Gap", "add_days", "end_of_day", "instant", "local", "shifted"]


class Fold(StrEnum):
    """Which instant is meant by a time that clocks show twice, as they are put back in between."""

    EARLIER = "earlier"
    LATER = "later"

    _missing_ = classmethod(none_such)


class Gap(StrEnum):
    """What is meant by a time that clocks never show, as they are put forward over it.

    ``SHIFT``: as much later as they are put forward (02:30 becomes 03:30). ``SKIP``: the first time they
    show afterwards (02:30 becomes 03:00).
    """

    SHIFT = "shift"
    SKIP = "skip"

    _missing_ = classmethod(none_such)


def instant(wall: datetime, zone: Zone, *, fold: Fold | None = None, gap: Gap | None = None) -> datetime:
    """The instant, in UTC, at which the clocks of a zone show a time.

    Strict unless told otherwise: a time that clocks skip is refused without ``gap``, one that they show
    twice without ``fold``. An author who means the second 02:30 of that night can also write an offset.
    The ``fold`` attribute of the datetime is not looked at: nobody sets it by hand.

    Raises:
        InvalidValue: the time does not exist, or exists twice, and the argument that decides is missing;
            it carries a zone or offset already; it is outside of the years 2 to 9998.

    Example:
        >>> brussels = Zone("Europe/Brussels")
        >>> str(instant(datetime(2026, 1, 5, 10), brussels))
        '2026-01-05 09:00:00+00:00'
        >>> instant(datetime(2026, 3, 29, 2, 30), brussels)
        Traceback (most recent call last):
        pushcore.errors.InvalidValue: 2026-03-29 02:30:00 does not exist in Europe/Brussels: clocks go ...
    """
    _expect_choices(wall, zone, fold=fold, gap=gap)
    # In a fold the two readings are its two instants, in order. In a gap the first uses the offset before
    # it, which gives an instant after it, and the second the other way round (PEP 495).
    first, second = (utc(wall.replace(tzinfo=zone.tzinfo, fold=reading)) for reading in (0, 1))
    if first == second:
        return first
    if first < second:
        if fold is None:
            _refuse_fold(wall, zone, first, second)
        return first if fold is Fold.EARLIER else second
    if gap is None:
        _refuse_gap(wall, zone, _put_forward(second, first, zone), first - second)
    return first if gap is Gap.SHIFT else _put_forward(second, first, zone)


def local(at: datetime, zone: Zone) -> datetime:
    """The instant as the clocks of a zone show it: for people to read, not to reckon with.

    Raises:
        InvalidValue: not an instant.

    Example:
        >>> str(local(instant(datetime(2026, 7, 1, 20), Zone("UTC")), Zone("Europe/Brussels")))
        '2026-07-01 22:00:00+02:00'
    """
    expect(zone, Zone, what="zone")
    return utc(at).astimezone(zone.tzinfo)


def add_days(at: datetime, days: int, *, zone: Zone) -> datetime:
    """The same time of day, so many days later (or earlier, if negative) on the calendar of a zone.

    In a gap the time moves forward by the length of the gap; in a fold it is the earlier one, unless the
    start itself was the later of two.

    Raises:
        InvalidValue: not an instant, not a whole number of days, or outside of the years 2 to 9998.

    Example:
        >>> brussels = Zone("Europe/Brussels")
        >>> opens = instant(datetime(2026, 10, 5, 10), brussels)
        >>> str(local(add_days(opens, 30, zone=brussels), brussels))
        '2026-11-04 10:00:00+01:00'
    """
    expect(days, int, what="days")
    return shifted(at, zone=zone, days=days)


def end_of_day(day: date | datetime, zone: Zone) -> datetime:
    """The instant at which a day is over in a zone: the first one that is not part of it any more.

    Of an instant, it is the day that the zone's calendar shows at that instant. Where clocks skip midnight
    the day ends when they do. Where they show it twice it ends at the first, unless they are put back into
    the old day: then it ends when that is over for good.

    Raises:
        InvalidValue: not a date or an instant, or outside of the years 2 to 9998.

    Example:
        >>> brussels = Zone("Europe/Brussels")
        >>> str(local(end_of_day(date(2026, 2, 4), brussels), brussels))
        '2026-02-05 00:00:00+01:00'
    """
    expect(day, date, datetime, what="day")
    today = local(day, zone).date() if isinstance(day, datetime) else day
    if today == date.max:
        message = f"{today} is the last day of the calendar: give an earlier one"
        raise InvalidValue(message, day=day)
    midnight = datetime.combine(today + timedelta(days=1), time.min)
    end = instant(midnight, zone, fold=Fold.LATER, gap=Gap.SKIP)
    if local(end - timedelta.resolution, zone).date() > today:
        return instant(midnight, zone, fold=Fold.EARLIER)
    return end


def shifted(at: datetime, *, zone: Zone, days: int = 0, months: int = 0) -> datetime:
    """Move the wall clock of a zone and say which instant that is; gaps and folds as in `add_days`."""
    here = local(at, zone)
    try:
        wall = here.replace(tzinfo=None) + relativedelta(days=days, months=months)
    except (OverflowError, ValueError):
        message = f"that far from {at} is outside of the calendar: stay in the years 2 to 9998"
        raise InvalidValue(message, at=at) from None
    return instant(wall, zone, fold=Fold.LATER if here.fold else Fold.EARLIER, gap=Gap.SHIFT)


def _put_forward(before: datetime, after: datetime, zone: Zone) -> datetime:
    """The instant between the two at which clocks are put forward; always a whole second."""
    start = before.replace(microsecond=0)
    offset = start.astimezone(zone.tzinfo).utcoffset()

    def is_over(seconds: int) -> bool:
        return (start + timedelta(seconds=seconds)).astimezone(zone.tzinfo).utcoffset() != offset

    most = (after - before) // timedelta(seconds=1)
    return start + timedelta(seconds=bisect_left(range(most), x=True, key=is_over))


def _expect_choices(wall: datetime, zone: Zone, *, fold: Fold | None, gap: Gap | None) -> None:
    expect(wall, datetime, what="wall-clock time")
    expect(zone, Zone, what="zone")
    expect(fold, Fold, NoneType, what="fold")
    expect(gap, Gap, NoneType, what="gap")
    if wall.tzinfo is not None:
        message = f"expected a wall-clock time without zone or offset, got {shown(wall)}"
        raise InvalidValue(message, value=wall)


def _refuse_fold(wall: datetime, zone: Zone, first: datetime, second: datetime) -> NoReturn:
    both = " and ".join(str(at.astimezone(zone.tzinfo)) for at in (first, second))
    message = f"{wall} exists twice in {zone}, as {both}: say which (fold), or write the offset"
    raise InvalidValue(message, wall=wall, zone=zone, earlier=first, later=second)


def _refuse_gap(wall: datetime, zone: Zone, end: datetime, length: timedelta) -> NoReturn:
    after = end.astimezone(zone.tzinfo).replace(tzinfo=None)
    before = after - length
    message = (
        f"{wall} does not exist in {zone}: clocks go from {before} straight to {after}; "
        "take a time before the one, or from the other on"
    )
    raise InvalidValue(message, wall=wall, zone=zone, before=before, after=after)
