"""How long a campaign may be open, in days of its own clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from clocks import BRUSSELS, MICROSECOND, clock_changes
from hypothesis import given
from hypothesis import strategies as st

from pushcore.calendar import Deadline, Window, Zone, add_days, end_of_day, instant
from pushcore.campaigns import DurationRule, Extension, FinalLap
from pushcore.errors import InvalidValue, Refused

SAO_PAULO = Zone("America/Sao_Paulo")
KICKSTARTER = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False)
CATARSE_AON = DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=True)
CATARSE_FLEX = DurationRule(least_days=1, most_days=365, open_ended=True, end_of_day=True)
OPENS = datetime(2026, 10, 5, 8, tzinfo=UTC)  # 10:00 in Brussels, three weeks before its clocks change

rules = st.builds(
    lambda least, more, end: DurationRule(
        least_days=least, most_days=least + more, open_ended=False, end_of_day=end
    ),
    st.integers(1, 60),
    st.integers(0, 60),
    st.booleans(),
)


def codes(refusals):
    return [refusal.code for refusal in refusals]


def closing(at, zone=BRUSSELS):
    return Deadline(at, zone, inclusive=False)


@given(rules, clock_changes(), st.integers(0, 60))
def test_durations_are_days_on_the_clocks_of_the_zone(rule, change, more):
    zone, opens = change
    days = min(rule.least_days + more, rule.most_days)
    closes = rule.deadline(opens, days, zone=zone)
    same_time = add_days(opens, days, zone=zone)
    assert closes.at == (end_of_day(same_time, zone) if rule.end_of_day else same_time)
    assert not closes.inclusive
    assert rule.window_refusals(Window(opens, closes)) == rule.refusals(days) == ()


@given(rules, clock_changes())
def test_the_shortest_and_the_longest_are_exact_across_clock_changes(rule, change):
    zone, opens = change
    shortest = add_days(opens, rule.least_days, zone=zone)
    longest = rule.deadline(opens, rule.most_days, zone=zone).at
    shorter, longer = closing(shortest - MICROSECOND, zone), closing(longest + MICROSECOND, zone)
    assert codes(rule.window_refusals(Window(opens, shorter)))[0] == "too-short"
    assert codes(rule.window_refusals(Window(opens, longer)))[0] == "too-long"


@given(rules, st.integers(-100, 300))
def test_days_are_refused_as_a_deadline_is(rule, days):
    refusals = rule.refusals(days)
    assert codes(refusals) == ["too-short"] * (days < rule.least_days) + ["too-long"] * (
        days > rule.most_days
    )
    if refusals:
        with pytest.raises(Refused) as refused:
            rule.deadline(OPENS, days, zone=BRUSSELS)
        assert refused.value.refusals == refusals
        assert refusals[0].facts == {"least_days": rule.least_days, "most_days": rule.most_days}


def test_ks_duration_is_1_to_60_days():
    assert [bool(KICKSTARTER.refusals(days)) for days in (0, 1, 60, 61)] == [True, False, False, True]
    closes = KICKSTARTER.deadline(OPENS, 60, zone=BRUSSELS)
    assert str(closes.local) == "2026-12-04 10:00:00+01:00"  # an hour more than 60 times 24
    assert codes(KICKSTARTER.window_refusals(Window(OPENS, closing(closes.at + timedelta(hours=1))))) == [
        "too-long"
    ]


def test_catarse_duration_and_ca24():
    aon = [bool(CATARSE_AON.refusals(days)) for days in (60, 61, None)]
    flex = [bool(CATARSE_FLEX.refusals(days)) for days in (61, 365, 366, 400, 0, None)]
    assert aon == [False, True, True]
    assert flex == [False, False, True, True, True, False]
    assert codes(CATARSE_AON.refusals(None)) == ["deadline-missing"]


def test_catarse_duration_ends_at_the_end_of_a_day_in_sao_paulo():
    opens = instant(datetime(2026, 3, 2, 15), SAO_PAULO)
    closes = CATARSE_AON.deadline(opens, 60, zone=SAO_PAULO)
    assert str(closes.local) == "2026-05-02 00:00:00-03:00"
    early = Window(opens, closing(closes.at - timedelta(hours=3), SAO_PAULO))
    late = Window(opens, closing(closes.at + MICROSECOND, SAO_PAULO))
    assert codes(CATARSE_AON.window_refusals(early)) == ["not-end-of-day"]
    assert codes(CATARSE_AON.window_refusals(late)) == ["too-long", "not-end-of-day"]


def test_catarse_duration_without_end_has_a_final_lap_of_7_days():
    lap = FinalLap(7, end_of_day=True).deadline(instant(datetime(2026, 3, 2, 15), SAO_PAULO), zone=SAO_PAULO)
    assert str(lap.local) == "2026-03-10 00:00:00-03:00"
    at_noon = FinalLap(7, end_of_day=False).deadline(OPENS, zone=BRUSSELS)
    assert at_noon.at == add_days(OPENS, 7, zone=BRUSSELS)
    assert not lap.inclusive
    assert not at_noon.inclusive


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "America/Los_Angeles", "Pacific/Auckland"])
def test_bb10_the_deadline_is_30_days_after_approval_at_the_end_of_that_day_in_the_zone(name):
    zone = Zone(name)
    rule = DurationRule(least_days=1, most_days=365, open_ended=False, end_of_day=True)
    approved = instant(datetime(2026, 3, 2, 17, 45), zone)
    closes = rule.deadline(approved, 30, zone=zone)
    assert not closes.passed(instant(datetime(2026, 4, 1, 23, 59, 59), zone))
    assert closes.passed(instant(datetime(2026, 4, 2), zone))


@pytest.mark.parametrize(
    ("extended", "days", "hours", "expected"),
    [
        (0, 60, 0, []),
        (0, 60, 1, ["too-long"]),
        (1, 60, 0, ["extension-used"]),
        (1, 61, 0, ["extension-used", "too-long"]),
        (1, 20, 0, ["extension-used", "deadline-past"]),
        (0, -1, 0, ["deadline-past"]),
        (0, 20, 1, []),
    ],
)
def test_indiegogo_extends_once_to_60_days_from_the_first_launch(extended, days, hours, expected):
    extension = Extension(times=1, within=KICKSTARTER)
    window = Window(OPENS, KICKSTARTER.deadline(OPENS, 30, zone=BRUSSELS))
    until = closing(add_days(OPENS, days, zone=BRUSSELS) + timedelta(hours=hours))
    at = add_days(OPENS, 20, zone=BRUSSELS)
    assert codes(extension.refusals(window, until, extended=extended, at=at)) == expected


def test_a_deadline_before_the_launch_is_past_even_for_a_clock_that_is_behind():
    extension = Extension(times=1, within=KICKSTARTER)
    window = Window(OPENS, KICKSTARTER.deadline(OPENS, 30, zone=BRUSSELS))
    at = OPENS - timedelta(days=9)
    assert codes(extension.refusals(window, closing(OPENS), extended=0, at=at)) == ["deadline-past"]


@pytest.mark.parametrize(
    "changes",
    [
        {"least_days": 0},
        {"least_days": 61},
        {"most_days": 3_653},
        {"most_days": 1.5},
        {"most_days": None},
        {"open_ended": 1},
        {"end_of_day": "yes"},
    ],
    ids=str,
)
def test_what_no_rule_can_be(changes):
    parts = {"least_days": 1, "most_days": 60, "open_ended": False, "end_of_day": False}
    with pytest.raises(InvalidValue):
        DurationRule(**parts | changes)


def test_a_rule_may_be_of_ten_years_and_of_one_number_of_days():
    rule = DurationRule(least_days=3_652, most_days=3_652, open_ended=False, end_of_day=False)
    assert [codes(rule.refusals(days)) for days in (3_651, 3_652, 3_653)] == [["too-short"], [], ["too-long"]]


@pytest.mark.parametrize("junk", [5.0, True, "5", [5]], ids=repr)
def test_only_days_windows_and_instants_are_judged(junk):
    window = Window(OPENS, KICKSTARTER.deadline(OPENS, 30, zone=BRUSSELS))
    extension = Extension(times=1, within=KICKSTARTER)
    # fmt: off
    for asked in (
        lambda: KICKSTARTER.refusals(junk),
        lambda: KICKSTARTER.window_refusals(junk),
        lambda: KICKSTARTER.deadline(OPENS, junk, zone=BRUSSELS),
        lambda: KICKSTARTER.deadline(junk, 5, zone=BRUSSELS),
        lambda: KICKSTARTER.deadline(OPENS, 5, zone=junk),
        lambda: extension.refusals(junk, window.closes, extended=0, at=OPENS),
        lambda: extension.refusals(window, junk, extended=0, at=OPENS),
        lambda: extension.refusals(window, window.closes, extended=junk, at=OPENS),
        lambda: extension.refusals(window, window.closes, extended=-1, at=OPENS),
        lambda: extension.refusals(window, window.closes, extended=0, at=junk),
        lambda: Extension(times=1, within=junk),
        lambda: Extension(times=junk, within=KICKSTARTER),
        lambda: FinalLap(junk, end_of_day=True),
        lambda: FinalLap(7, end_of_day=junk if junk is not True else 1),
        lambda: FinalLap(7, end_of_day=True).deadline(junk, zone=BRUSSELS),
    ):
        with pytest.raises(InvalidValue):
            asked()
    # fmt: on
