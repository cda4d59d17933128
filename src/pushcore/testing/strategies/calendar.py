"""Instants, zones, deadlines and windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from pushcore.calendar import BusinessDays, Deadline, Weekday, Window, Zone

__all__ = ["business_days", "deadlines", "instants", "windows", "zones"]

_ZONES: Final = (
    "Europe/Brussels",
    "UTC",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
"""Usual ones, and odd ones: quarters of hours, half an hour of summer time, a day that was skipped."""


def instants(
    *, first: datetime = datetime(2000, 1, 1, tzinfo=UTC), last: datetime = datetime(2040, 1, 1, tzinfo=UTC)
) -> st.SearchStrategy[datetime]:
    """An instant in UTC, whole seconds by preference."""
    plain = st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None), timezones=st.just(UTC))
    seconds = plain.map(lambda it: max(first, it.replace(microsecond=0)))
    return seconds | plain


def zones() -> st.SearchStrategy[Zone]:
    """A time zone: some that are usual and some that are odd."""
    return st.sampled_from(_ZONES).map(Zone)


def deadlines() -> st.SearchStrategy[Deadline]:
    """A deadline, itself in time or not."""
    return st.builds(Deadline, instants(), zones(), inclusive=st.booleans())


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """A window of between a second and sixty days."""
    opens = draw(instants())
    span = draw(st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
    return Window(opens, Deadline(opens + span, draw(zones()), inclusive=draw(st.booleans())))


def business_days() -> st.SearchStrategy[BusinessDays]:
    """The working calendar of a place, with a few holidays."""
    return st.builds(
        BusinessDays,
        weekend=st.sets(st.sampled_from(Weekday), max_size=3),
        holidays=st.sets(st.dates(date(2000, 1, 1), date(2040, 1, 1)), max_size=3),
    )
