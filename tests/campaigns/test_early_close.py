"""Closing early: once the goal is reached, after long enough, with notice and time to cancel."""

from datetime import UTC, date, datetime, timedelta

import pytest
from clocks import BRUSSELS, MICROSECOND, clock_changes
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import SATURDAY_SUNDAY, BusinessDays, Deadline, Window, Zone, local
from pushcore.campaigns import EarlyClose
from pushcore.errors import InvalidValue

NEW_YORK = Zone("America/New_York")
REG_CF = EarlyClose(open_days=21, notice_days=5, cancel_lead=timedelta(hours=48))
BUSINESS = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[])


def day(text, hour=10):
    return Deadline.at_wall_clock(
        datetime.fromisoformat(f"2026-{text}T{hour:02}:00"), NEW_YORK, inclusive=False
    )


OPEN = Window(day("03-02").at, day("05-01"))


def codes(refusals):
    return [refusal.code for refusal in refusals]


def refused(until, *, notice="03-16", reached=True, business=BUSINESS):
    return codes(REG_CF.refusals(OPEN, day(until), notice=day(notice).at, business=business, reached=reached))


def test_regcf_early_close_is_on_23_march_at_the_earliest():
    earliest = REG_CF.earliest(OPEN.opens, day("03-16").at, zone=NEW_YORK, business=BUSINESS)
    assert local(earliest, NEW_YORK).date() == date(2026, 3, 23)
    assert refused("03-23") == []
    assert refused("03-22") == ["too-short", "notice-too-short"]
    assert refused("03-23", reached=False) == ["goal-not-reached"]


def test_regcf_early_close_counts_business_days_of_notice_and_days_open_apart():
    assert refused("03-20", notice="03-10") == ["too-short"]
    assert refused("03-26", notice="03-20") == ["notice-too-short"]
    assert refused("03-27", notice="03-20") == []
    holiday = BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[date(2026, 3, 25)])
    assert refused("03-27", notice="03-20", business=holiday) == ["notice-too-short"]
    assert refused("03-30", notice="03-20", business=holiday) == []


def test_an_early_close_is_before_the_deadline():
    assert refused("05-01") == ["not-earlier"]
    assert refused("05-04", notice="04-30", reached=False) == [
        "goal-not-reached",
        "not-earlier",
        "notice-too-short",
    ]


def test_regcf_early_close_can_be_canceled_until_48_hours_before():
    assert REG_CF.cancel_until(day("03-23")) == day("03-21").at


@given(clock_changes(), st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(0, 40))
def test_the_earliest_close_is_allowed_and_nothing_before_it(change, later, days):
    zone, opens = change
    rule = EarlyClose(open_days=days, notice_days=5, cancel_lead=timedelta(0))
    notice = opens + later
    earliest = rule.earliest(opens, notice, zone=zone, business=BUSINESS)
    window = Window(opens, Deadline(earliest + timedelta(days=9), zone, inclusive=False))

    def refusals(at):
        until = Deadline(at, zone, inclusive=False)
        return rule.refusals(window, until, notice=notice, business=BUSINESS, reached=True)

    assert refusals(earliest) == ()
    before = refusals(earliest - MICROSECOND)
    assert before
    assert max(refusal.facts["earliest"] for refusal in before) == earliest


@pytest.mark.parametrize(
    "changes",
    [
        {"open_days": -1},
        {"notice_days": 1.5},
        {"cancel_lead": timedelta(-1)},
        {"cancel_lead": timedelta(365) + timedelta.resolution},
        {"cancel_lead": timedelta.max},
        {"cancel_lead": 48},
    ],
    ids=str,
)
def test_what_no_early_close_can_be(changes):
    with pytest.raises(InvalidValue):
        EarlyClose(**{"open_days": 21, "notice_days": 5, "cancel_lead": timedelta(0)} | changes)


def test_no_lead_is_longer_than_a_year():
    assert EarlyClose(open_days=0, notice_days=0, cancel_lead=timedelta(365)).cancel_lead.days == 365


@pytest.mark.parametrize("junk", [None, 5, "soon"], ids=repr)
def test_what_is_judged_is_a_window_and_a_deadline(junk):
    good = {"notice": OPEN.opens, "business": BUSINESS, "reached": True}
    for part in good:
        with pytest.raises(InvalidValue):
            REG_CF.refusals(OPEN, OPEN.closes, **good | {part: junk})
    for first, second in ((junk, OPEN.closes), (OPEN, junk)):
        with pytest.raises(InvalidValue):
            REG_CF.refusals(first, second, **good)
    with pytest.raises(InvalidValue):
        REG_CF.cancel_until(junk)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    for args, options in (
        ((junk, at), {}),
        ((at, junk), {}),
        ((at, at), {"zone": junk}),
        ((at, at), {"business": junk}),
    ):
        with pytest.raises(InvalidValue):
            REG_CF.earliest(*args, **{"zone": BRUSSELS, "business": BUSINESS} | options)
