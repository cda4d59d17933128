"""Zones and instants to try the calendar with, above all those around which clocks change."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from hypothesis import strategies as st

from pushcore.calendar import Zone

BRUSSELS = Zone("Europe/Brussels")
NAMES = sorted(available_timezones() - {"localtime", "Factory"})
MICROSECOND = timedelta(microseconds=1)

zones = st.sampled_from(NAMES).map(Zone)
instants = st.datetimes(datetime(1850, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))


def wall_clock(at, zone):
    """What the clocks of the zone show."""
    return at.astimezone(zone.tzinfo).replace(tzinfo=None)


@cache
def changes(zone):
    """When its clocks change: the instant, what they show just before and what they show then."""

    def offset(at):
        return at.astimezone(zone.tzinfo).utcoffset()

    steps = [datetime(1880, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(0, 158 * 365, 10)]
    offsets = [offset(at) for at in steps]
    found = []
    for start, old, new in zip(steps, offsets, offsets[1:], strict=False):
        if old != new:
            seconds = bisect_left(range(864_000), 1, key=lambda s: offset(start + timedelta(0, s)) != old)
            at = start + timedelta(seconds=seconds)
            found.append((at, at.replace(tzinfo=None) + old, wall_clock(at, zone)))
    return found


@st.composite
def clock_changes(draw):
    """A zone, and an instant near a change of its clocks if they ever do."""
    zone = draw(zones)
    at, *_ = draw(st.sampled_from(changes(zone) or [(datetime(2026, 1, 1, tzinfo=UTC),)]))
    return zone, at + draw(st.timedeltas(timedelta(days=-2), timedelta(days=2)))


@st.composite
def odd_times(draw, *, forward):
    """A zone, a change of its clocks, and a time that they skip (forward) or show twice (back) by it."""
    zone = draw(zones.filter(lambda zone: any((old < new) is forward for _, old, new in changes(zone))))
    change = draw(
        st.sampled_from([it for it in changes(zone) if it[1] != it[2] and (it[1] < it[2]) is forward])
    )
    first, end = sorted(change[1:])
    return zone, change, draw(st.datetimes(first, end - MICROSECOND))
