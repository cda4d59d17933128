"""Until when a pledge may be canceled or lowered."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from clocks import BRUSSELS, MICROSECOND, clock_changes
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money
from pushcore.calendar import Deadline, add_days
from pushcore.campaigns import CancelFacts, CancelWindow, cancel_refusals
from pushcore.errors import CurrencyMismatch, InvalidValue

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSES = Deadline(datetime(2026, 3, 31, 18, tzinfo=UTC), BRUSSELS, inclusive=False)
KICKSTARTER = CancelWindow(last=24 * HOUR, guards_goal=True)
KISSKISSBANKBANK = CancelWindow(last=24 * HOUR)
REG_CF = CancelWindow(last=48 * HOUR)
IN_DEMAND = CancelWindow(within_days=10)


def eur(text):
    return Money.of(text, "EUR")


def facts(before=HOUR, **changes):
    """A pledge of 10.00 canceled so long before the deadline, with the goal of 100.00 just reached."""
    return CancelFacts(
        **{
            "at": CLOSES.at - before,
            "closes": CLOSES,
            "placed_at": CLOSES.at - 9 * DAY,
            "total": eur("100.00"),
            "total_after": eur("90.00"),
            "goal": eur("100.00"),
        }
        | changes
    )


def code(window, facts):
    refusal = window.refusal(facts)
    return None if refusal is None else refusal.code


@pytest.mark.parametrize(
    ("before", "total", "after", "expected"),
    [
        (24 * HOUR + MICROSECOND, "100.00", "90.00", None),
        (24 * HOUR, "100.00", "90.00", "would-miss-goal"),
        (HOUR, "110.00", "99.99", "would-miss-goal"),
        (HOUR, "110.00", "100.00", None),
        (HOUR, "99.99", "89.99", None),
    ],
)
def test_ks_cancel_last_24h_keeps_the_goal_and_nothing_else(before, total, after, expected):
    """A campaign that is below its goal anyway does not fall below it by one pledge less."""
    asked = facts(before, total=eur(total), total_after=eur(after))
    assert code(KICKSTARTER, asked) == expected


def test_ks_cancel_last_24h_guards_a_number_of_units_too_and_no_goal_not_at_all():
    assert code(KICKSTARTER, facts(total=500, total_after=499, goal=500)) == "would-miss-goal"
    assert code(KICKSTARTER, facts(goal=None)) is None


@pytest.mark.parametrize(("window", "hours"), [(KISSKISSBANKBANK, 24), (REG_CF, 48)], ids=["kkbb", "reg-cf"])
def test_in_the_last_hours_nothing_is_canceled(window, hours):
    rich = {"total": eur("900.00"), "total_after": eur("890.00")}
    assert code(window, facts(hours * HOUR + MICROSECOND, **rich)) is None
    for before in (hours * HOUR, MICROSECOND, -DAY):
        refusal = window.refusal(facts(before, **rich))
        assert refusal.code == "cancel-window-closed"
        assert refusal.facts == {"until": CLOSES.at - hours * HOUR}


def test_igg_indemand_is_open_on_the_tenth_day_and_not_on_the_eleventh():
    """igg-indemand-refund-window: on day 10 it may be, on day 11 it may not."""
    placed = CLOSES.at - 60 * DAY
    for days, expected in ((10, None), (11, "cancel-window-closed")):
        at = add_days(placed, days, zone=BRUSSELS)
        assert code(IN_DEMAND, facts(at=at, placed_at=placed)) == expected


@given(clock_changes(), st.integers(1, 60))
def test_days_after_a_pledge_are_those_of_the_clocks_of_the_campaign(change, days):
    zone, placed = change
    end = add_days(placed, days, zone=zone)
    closes = Deadline(placed, zone, inclusive=False)
    window = CancelWindow(within_days=days)
    assert code(window, facts(at=end, placed_at=placed, closes=closes)) is None
    assert code(window, facts(at=end + MICROSECOND, placed_at=placed, closes=closes)) is not None


@given(st.lists(st.sampled_from([KICKSTARTER, KISSKISSBANKBANK, REG_CF, IN_DEMAND])), st.integers(0, 80))
def test_every_window_that_is_shut_gives_its_reason(windows, hours):
    asked = facts(hours * HOUR, placed_at=CLOSES.at - 11 * DAY)
    told = [window.refusal(asked) for window in windows]
    assert cancel_refusals(iter(windows), asked) == tuple(it for it in told if it is not None)


def test_without_a_window_a_pledge_is_canceled_any_time():
    assert cancel_refusals((), facts(MICROSECOND)) == ()


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({}, "give exactly one of last and within_days"),
        ({"last": DAY, "within_days": 5}, "give exactly one"),
        ({"guards_goal": True, "within_days": 5}, "the goal is guarded in the last hours: say how many"),
        ({"guards_goal": True}, "exactly one of last and within_days; the goal is guarded"),
        ({"last": timedelta(0)}, "0:00:00 is not above zero and within a year"),
        ({"last": timedelta.max}, "is not above zero and within a year"),
        ({"last": 24}, "expected timedelta or None, got 24"),
        ({"within_days": 0}, "expected at least 1, got 0"),
        ({"last": DAY, "guards_goal": 1}, "expected bool, got 1"),
    ],
    ids=range(9),
)
def test_what_no_cancel_window_can_be(parts, why):
    with pytest.raises(InvalidValue, match=why):
        CancelWindow(**parts)


def test_a_window_is_shut_a_year_at_most():
    assert CancelWindow(last=365 * DAY).last == 365 * DAY
    with pytest.raises(InvalidValue, match="is not above zero and within a year"):
        CancelWindow(last=365 * DAY + MICROSECOND)


@pytest.mark.parametrize("part", [field.name for field in attrs.fields(CancelFacts)])
def test_facts_are_of_their_kind(part):
    with pytest.raises(InvalidValue):
        facts(**{part: "junk"})
    if part in {"total", "total_after", "goal"}:
        with pytest.raises(CurrencyMismatch):
            facts(**{part: Money.of(5, "USD")})
        with pytest.raises(InvalidValue, match="give a total of its kind"):
            facts(**{part: 5})


@pytest.mark.parametrize("junk", [None, 5, "any time", [None]], ids=repr)
def test_only_windows_and_facts_are_asked(junk):
    with pytest.raises(InvalidValue):
        KICKSTARTER.refusal(junk)
    with pytest.raises(InvalidValue):
        cancel_refusals([], junk)
    with pytest.raises(InvalidValue):
        cancel_refusals(junk, facts())
