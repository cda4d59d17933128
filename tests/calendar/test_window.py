"""A window is open from its first instant until its deadline."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from clocks import BRUSSELS, clock_changes
from hypothesis import assume, given
from hypothesis import strategies as st

from pushcore.calendar import Deadline, Position, Window, Zone, add_days
from pushcore.errors import InvalidValue

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=400))


def window(opens, length, *, zone=BRUSSELS, inclusive=False):
    return Window(opens, Deadline(opens + length, zone, inclusive=inclusive))


@given(lengths, st.timedeltas(timedelta(days=-1), timedelta(days=401)), st.booleans())
def test_open_means_opened_and_not_passed(length, later, inclusive):
    span = window(NOON, length, inclusive=inclusive)
    now = NOON + later
    position = span.position(now)
    assert (
        span.contains(now)
        is (span.opens <= now and not span.closes.passed(now))
        is (position is Position.OPEN)
    )
    assert (position is Position.BEFORE) is (now < NOON)


def test_ks08_the_start_is_part_of_the_window():
    span = window(NOON, 60 * SECOND)
    moments = [NOON - SECOND, NOON, NOON + 59 * SECOND, NOON + 60 * SECOND]
    assert [span.contains(at) for at in moments] == [False, True, True, False]


@given(clock_changes(), lengths)
def test_days_are_the_most_that_fit(change, length):
    zone, opens = change
    span = window(opens, length, zone=zone)
    assert add_days(opens, span.days, zone=zone) <= span.closes.at
    assert add_days(opens, span.days + 1, zone=zone) > span.closes.at


@given(clock_changes(), st.integers(1, 90))
def test_days_are_those_it_was_made_with(change, days):
    zone, opens = change
    closes = Deadline.after_days(opens, days, zone=zone, inclusive=False)
    assume(closes.at < add_days(opens, days + 1, zone=zone))  # unless that day is skipped altogether
    assert Window(opens, closes).days == days


def test_clocks_put_back_over_midnight_do_not_make_negative_days():
    opens = datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC)  # 00:00:30, half a minute before clocks go back
    assert window(opens, timedelta(minutes=20), zone=Zone("America/St_Johns")).days == 0


def test_real_campaigns_last_wall_clock_days(data_dir):
    eastern = Zone("US/Eastern")
    rows = json.loads((data_dir / "sample" / "kickscrape_tiers_109.json").read_text(encoding="utf-8"))
    elapsed_differs = 0
    for row in rows:
        opens, end = (datetime.fromisoformat(row[f"project_{name}"]) for name in ("start", "end"))
        span = Window(opens, Deadline(end, eastern, inclusive=False))
        assert span.days == int(row["project_duration"])
        elapsed_differs += (end - opens).days != span.days
    assert (len(rows), elapsed_differs) == (109, 9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: window(NOON, timedelta(0)),
        lambda: window(NOON, timedelta(0), inclusive=True),
        lambda: window(NOON, -SECOND),
        lambda: Window(datetime(2026, 1, 5), Deadline(NOON, BRUSSELS, inclusive=False)),
        lambda: Window(NOON, NOON + SECOND),
        lambda: Window(NOON, None),
        lambda: window(NOON, SECOND).contains(datetime(2026, 1, 5)),
        lambda: window(NOON, SECOND).position("now"),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(InvalidValue):
        call()


def test_no_deadline_is_told_how_to_have_no_end():
    with pytest.raises(InvalidValue, match=r"^Window\.closes: .* got None: .* Deadline\.never\(zone\)$"):
        Window(NOON, None)


def test_what_is_no_instant_is_named():
    with pytest.raises(InvalidValue, match=r"^Window\.opens: expected an instant") as wrong:
        Window(NOON.replace(tzinfo=None), window(NOON, SECOND).closes)
    assert wrong.value.facts["field"] == "opens"
