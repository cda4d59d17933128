"""Wall-clock time: every instant has one, but not the other way round."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count

import pytest
from clocks import BRUSSELS, MICROSECOND, clock_changes, instants, odd_times, wall_clock, zones
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore.calendar import Fold, Gap, Zone, add_days, end_of_day, instant, local, utc
from pushcore.errors import InvalidValue, PushcoreError

few_days = st.integers(-800, 800)


def showing(wall, zone):
    """The instants at which the clocks of the zone show the time, found by trying every offset around."""
    around = [(wall + timedelta(hours=h)).replace(tzinfo=UTC) for h in range(-50, 51)]
    tried = {(wall - at.astimezone(zone.tzinfo).utcoffset()).replace(tzinfo=UTC) for at in around}
    return sorted(at for at in tried if wall_clock(at, zone) == wall)


@given(clock_changes())
def test_a_time_is_the_instant_that_shows_it(change):
    zone, at = change
    wall = wall_clock(at, zone)
    assert at in {instant(wall, zone, fold=fold) for fold in Fold}
    if len(showing(wall, zone)) == 1:
        assert instant(wall, zone) == at == utc(local(at, zone))


@given(odd_times(forward=False))
def test_a_time_that_exists_twice_needs_a_choice(odd):
    zone, (change, *_), wall = odd
    both = [instant(wall, zone, fold=fold) for fold in (Fold.EARLIER, Fold.LATER)]
    assert both[0] < change <= both[1]
    assert both == showing(wall, zone)
    with pytest.raises(InvalidValue, match="exists twice"):
        instant(wall, zone)


@given(odd_times(forward=True))
def test_a_time_that_does_not_exist_is_refused_or_moved_forward(odd):
    zone, (change, before, after), wall = odd
    with pytest.raises(InvalidValue, match="does not exist") as refusal:
        instant(wall, zone)
    assert (refusal.value.facts["before"], refusal.value.facts["after"]) == (before, after)
    assert instant(wall, zone, gap=Gap.SKIP) == change
    assert instant(wall, zone, gap=Gap.SHIFT) == change + (wall - before)


def test_the_refusals_say_what_to_write_instead():
    with pytest.raises(InvalidValue) as gap:
        instant(datetime(2026, 3, 29, 2, 30), BRUSSELS)
    assert str(gap.value) == (
        "2026-03-29 02:30:00 does not exist in Europe/Brussels: clocks go from 2026-03-29 02:00:00 "
        "straight to 2026-03-29 03:00:00; take a time before the one, or from the other on"
    )
    with pytest.raises(InvalidValue) as fold:
        instant(datetime(2026, 10, 25, 2, 30), BRUSSELS)
    assert str(fold.value) == (
        "2026-10-25 02:30:00 exists twice in Europe/Brussels, as 2026-10-25 02:30:00+02:00 and "
        "2026-10-25 02:30:00+01:00: say which (fold), or write the offset"
    )


@pytest.mark.parametrize(
    ("wall", "name", "shift", "skip"),
    [
        (datetime(2026, 3, 29, 2, 30, 5), "Europe/Brussels", "03-29 03:30:05+02:00", "03-29 03:00:00+02:00"),
        (datetime(2026, 10, 4, 2, 10), "Australia/Lord_Howe", "10-04 02:40:00+11:00", "10-04 02:30:00+11:00"),
        (datetime(2018, 11, 4), "America/Sao_Paulo", "11-04 01:00:00-02:00", "11-04 01:00:00-02:00"),
        (datetime(1919, 3, 31), "America/Toronto", "03-31 01:00:00-04:00", "03-31 00:30:00-04:00"),
        (datetime(2011, 12, 30, 12), "Pacific/Apia", "12-31 12:00:00+14:00", "12-31 00:00:00+14:00"),
    ],
)
def test_gaps_of_real_places(wall, name, shift, skip):
    zone = Zone(name)
    found = [str(local(instant(wall, zone, gap=gap), zone)) for gap in (Gap.SHIFT, Gap.SKIP)]
    assert found == [f"{wall.year}-{shift}", f"{wall.year}-{skip}"]


@given(clock_changes(), few_days)
def test_days_keep_the_wall_clock_except_in_a_gap(change, days):
    zone, at = change
    wall = wall_clock(at, zone) + timedelta(days=days)
    moved = add_days(at, days, zone=zone)
    assert moved in (showing(wall, zone) or [instant(wall, zone, gap=Gap.SHIFT)])


@given(clock_changes(), few_days, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_days_keep_the_order_where_clocks_do(change, days, step):
    zone, at = change
    ends = [wall_clock(each, zone) + timedelta(days=days) for each in (at, at + step)]
    assume(ends[0] <= ends[1] and all(len(showing(end, zone)) == 1 for end in ends))
    assert add_days(at, days, zone=zone) <= add_days(at + step, days, zone=zone)


def test_days_into_a_fold_take_the_earlier_time_unless_they_start_at_a_later_one():
    autumn = [datetime(2026, 10, 24, 2, 30), datetime(2026, 10, 25, 2, 30)]
    saturday = instant(autumn[0], BRUSSELS)
    assert add_days(saturday, 1, zone=BRUSSELS) == instant(autumn[1], BRUSSELS, fold=Fold.EARLIER)
    for fold in Fold:
        sunday = instant(autumn[1], BRUSSELS, fold=fold)
        assert add_days(sunday, 0, zone=BRUSSELS) == sunday


@given(clock_changes(), few_days)
def test_days_go_there_and_back(change, days):
    zone, at = change
    wall = wall_clock(at, zone)
    assume(len(showing(wall, zone)) == len(showing(wall + timedelta(days=days), zone)) == 1)
    assert add_days(add_days(at, days, zone=zone), -days, zone=zone) == at


@given(clock_changes())
def test_no_days_change_nothing(change):
    zone, at = change
    assert add_days(at, 0, zone=zone) == at


@given(clock_changes())
def test_a_day_ends_after_all_of_its_instants_and_at_its_last(change):
    zone, at = change
    end = end_of_day(at, zone)
    today = wall_clock(at, zone).date()
    assert end > at
    assert end == end_of_day(today, zone)
    assert wall_clock(end, zone).date() > today >= wall_clock(end - MICROSECOND, zone).date()


@pytest.mark.parametrize(
    ("day", "name", "end"),
    [
        (date(2018, 11, 3), "America/Sao_Paulo", "2018-11-04 01:00:00-02:00"),  # no midnight
        (date(2022, 3, 26), "Asia/Beirut", "2022-03-27 01:00:00+03:00"),  # no midnight
        (date(1919, 3, 30), "America/Toronto", "1919-03-31 00:30:00-04:00"),  # clocks skip 23:30 to 00:30
        (date(2010, 11, 6), "America/St_Johns", "2010-11-07 00:00:00-03:30"),  # back from 00:01 to 23:01
        (date(1995, 9, 14), "Asia/Amman", "1995-09-15 00:00:00+03:00"),  # back from 01:00 to 00:00
        (date(2011, 12, 29), "Pacific/Apia", "2011-12-31 00:00:00+14:00"),  # no 30 December at all
        (date(2026, 10, 25), "Europe/Brussels", "2026-10-26 00:00:00+01:00"),
    ],
)
def test_days_that_end_in_odd_ways(day, name, end):
    zone = Zone(name)
    assert str(local(end_of_day(day, zone), zone)) == end


def test_ks_payout_schedule_keeps_the_deadlines_time_of_day():
    closed = datetime(2026, 1, 1, 2, 44, tzinfo=UTC)
    payouts = [add_days(closed, days, zone=Zone("UTC")) for days in (14, 17, 24, 31)]
    assert [f"{at:%m-%d %H:%M}" for at in payouts] == [
        "01-15 02:44", "01-18 02:44", "01-25 02:44", "02-01 02:44",
    ]  # fmt: skip


def test_ks_dunning_7d_ends_a_week_after_the_deadline():
    closed = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert str(add_days(closed, 7, zone=Zone("UTC"))) == "2026-03-08 12:00:00+00:00"
    new_york = Zone("America/New_York")  # where clocks change that very morning
    assert add_days(closed, 7, zone=new_york) - closed == timedelta(days=7, hours=-1)


EASTERN = timezone(timedelta(hours=-5))


@given(instants, zones)
def test_every_aware_datetime_is_an_instant(at, zone):
    for same in (at, at.astimezone(EASTERN), at.astimezone(zone.tzinfo)):
        assert utc(same) == at
        assert utc(same).tzinfo is UTC


class Stamp(datetime):
    """Such as hosts have: pandas, pendulum and time-freezing test tools each bring their own."""


def test_a_datetime_of_the_hosts_own_class_is_a_datetime():
    assert instant(Stamp(2026, 1, 5, 10), BRUSSELS) == Stamp(2026, 1, 5, 9, tzinfo=UTC)
    assert end_of_day(Stamp(2026, 1, 5, 9, tzinfo=UTC), BRUSSELS) == datetime(2026, 1, 5, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "bad",
    [
        None, 0, True, 1.5, "2026-01-05T10:00Z", date(2026, 1, 5), datetime(2026, 1, 5),
        datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), datetime.max.replace(tzinfo=EASTERN),
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(bad):
    for call in (utc, lambda at: local(at, BRUSSELS), lambda at: add_days(at, 1, zone=BRUSSELS)):
        with pytest.raises(InvalidValue, match="expected an instant"):
            call(bad)


NOW = datetime(2026, 1, 5, tzinfo=UTC)
WALL = datetime(2026, 1, 5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: instant(NOW, BRUSSELS),
        lambda: instant(datetime(1, 1, 1), BRUSSELS),
        lambda: instant(datetime(9999, 12, 31), BRUSSELS),
        lambda: instant(WALL, BRUSSELS, fold="earlier"),
        lambda: instant(WALL, BRUSSELS, gap=1),
        lambda: instant(WALL, "Europe/Brussels"),
        lambda: instant(WALL, BRUSSELS.tzinfo),
        lambda: instant(WALL.date(), BRUSSELS),
        lambda: local(NOW, None),
        lambda: add_days(NOW, days=True, zone=BRUSSELS),
        lambda: add_days(NOW, 1.0, zone=BRUSSELS),
        lambda: add_days(NOW, 4_000_000, zone=BRUSSELS),
        lambda: add_days(NOW, -(10**40), zone=BRUSSELS),
        lambda: end_of_day(WALL, BRUSSELS),
        lambda: end_of_day(date.max, BRUSSELS),
        lambda: end_of_day(date(9999, 6, 1), BRUSSELS),
        lambda: end_of_day(date.min, BRUSSELS),
        lambda: end_of_day("2026-01-05", BRUSSELS),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(InvalidValue):
        call()


junk = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | zones
)


@given(junk, junk, junk)
def test_junk_gives_nothing_but_bad_values(one, two, three):
    for call in (
        lambda: utc(one),
        lambda: local(one, two),
        lambda: instant(one, two, fold=three, gap=three),
        lambda: add_days(one, two, zone=three),
        lambda: add_days(NOW, one, zone=BRUSSELS),
        lambda: end_of_day(one, two),
    ):
        with suppress(PushcoreError):
            assert call().tzinfo is not None
