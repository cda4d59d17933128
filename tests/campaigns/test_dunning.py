from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Dunning
from pushcore.calendar import utc
from pushcore.campaigns import DunningAction, DunningStep
from pushcore.errors import InvalidValue

FAILED = datetime(2026, 2, 4, 9, tzinfo=UTC)
hours = st.sets(st.integers(1, 500), max_size=6)


@given(remind=hours, attempt=hours)
def test_the_steps_are_in_order_and_end_with_an_attempt(remind, attempt):
    dunning = Dunning.of_hours(remind=sorted(remind, reverse=True), attempt=sorted(attempt, reverse=True))
    steps = [(step.after // timedelta(hours=1), step.action) for step in dunning.steps]
    assert [after for after, _ in steps] == sorted(after for after, _ in steps)
    assert {after for after, action in steps if action is DunningAction.ATTEMPT} == attempt
    useful = {after for after in remind if after < max(attempt, default=0)}
    assert {after for after, action in steps if action is DunningAction.REMIND} == useful
    assert not steps or steps[-1][1] is DunningAction.ATTEMPT


@given(remind=hours, attempt=hours, end=st.integers(1, 500))
def test_until_its_end_it_is_the_same_and_there_it_ends_with_an_attempt(remind, attempt, end):
    dunning, last = Dunning.of_hours(remind=sorted(remind), attempt=sorted(attempt)), timedelta(hours=end)
    until = dunning.until(last)
    assert until.steps[-1] == DunningStep(last, DunningAction.ATTEMPT)
    assert set(dunning.attempt) & set(until.attempt) == {it for it in dunning.attempt if it <= last}
    assert {it.after for it in until.steps if it.action is DunningAction.REMIND} == {
        it for it in dunning.remind if it < last
    }
    assert until.until(last) == until


@given(remind=hours, attempt=hours, late=st.lists(st.integers(0, 900), min_size=12, max_size=12))
def test_a_step_is_due_in_its_time_and_never_sooner_after_the_one_before(remind, attempt, late):
    """Whatever is late: what is between two steps in the plan is between them at least."""
    dunning = Dunning.of_hours(remind=sorted(remind), attempt=sorted(attempt))
    taken, planned, put_off = None, FAILED, timedelta(0)
    for number, step in enumerate(dunning.steps):
        due_at = dunning.due_at(number, FAILED, stepped_at=taken)
        assert due_at == FAILED + step.after + put_off
        assert taken is None or due_at - taken == FAILED + step.after - planned
        put_off += timedelta(hours=late[number])
        taken, planned = due_at + timedelta(hours=late[number]), FAILED + step.after


def test_a_step_that_there_is_not_is_never_due():
    week = Dunning.of_hours(remind=[48], attempt=[168])
    for wrong in (2, -1, True, None):
        with pytest.raises(InvalidValue):
            week.due_at(wrong, FAILED)
    for junk in (None, "now", FAILED.replace(tzinfo=None)):
        with pytest.raises(InvalidValue):
            week.due_at(0, junk)
    with pytest.raises(InvalidValue):
        week.due_at(1, FAILED, stepped_at="now")


def test_dunning_that_ends_at_once_has_no_steps():
    assert Dunning.of_hours(remind=[48], attempt=[168]).until(timedelta(0)).steps == ()
    for wrong in (-timedelta(1), timedelta(366), 48, None):
        with pytest.raises(InvalidValue):
            Dunning.of_hours(remind=[48], attempt=[168]).until(wrong)


def test_no_plan_at_all_is_a_plan():
    assert Dunning().steps == Dunning.of_hours(remind=[48], attempt=[]).steps == ()


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "48", None, 10**6, 10**400])
def test_hours_are_whole_and_within_a_year(wrong):
    with pytest.raises(InvalidValue):
        Dunning.of_hours(remind=[48], attempt=[wrong])


@pytest.mark.parametrize(
    "wrong", [[timedelta(0)], [-timedelta(hours=1)], [timedelta.max], [48], 48, "week", [timedelta(1)] * 2]
)
def test_times_are_spans_each_given_once(wrong):
    for part in ("remind", "attempt"):
        with pytest.raises(InvalidValue):
            Dunning(**{part: wrong})


@pytest.mark.parametrize("parts", [(48, DunningAction.REMIND), (timedelta(1), "remind")])
def test_what_no_step_can_be(parts):
    with pytest.raises(InvalidValue):
        DunningStep(*parts)


def test_even_at_the_end_of_the_calendar_every_step_has_a_date():
    last = utc(datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
    longest = Dunning.of_hours(remind=[], attempt=[365 * 24]).steps[-1]
    assert last + longest.after == datetime.max.replace(tzinfo=UTC)
