"""Schedules: tranches and milestones, the dates of late pledges, and amounts that add up step by step."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Percentage, Zone
from pushcore.calendar import local
from pushcore.errors import InvalidValue
from pushcore.payouts import Consent, Consenter, LateDate, LateDates, Milestone, PayoutSchedule, Tranche
from pushcore.payouts.schedule import stepwise
from pushcore.testing import strategies

UTC_ZONE, BRUSSELS = Zone("UTC"), Zone("Europe/Brussels")
END = datetime(2026, 1, 1, 2, 44, tzinfo=UTC)
KICKSTARTER = PayoutSchedule(
    [Tranche(Percentage(100), 14)], LateDates(first_days=17, covered_days=14, every_days=7)
)


def test_the_dates_of_kickstarter():
    """Those of ks-payout-schedule."""
    (tranche,) = KICKSTARTER.tranches
    due = KICKSTARTER.due(tranche, END, zone=UTC_ZONE, late_days=None)
    assert due == datetime(2026, 1, 15, 2, 44, tzinfo=UTC)
    assert KICKSTARTER.late.dates(END, 28, zone=UTC_ZONE) == (
        LateDate(datetime(2026, 1, 18, 2, 44, tzinfo=UTC), 0, 14),
        LateDate(datetime(2026, 1, 25, 2, 44, tzinfo=UTC), 15, 21),
        LateDate(datetime(2026, 2, 1, 2, 44, tzinfo=UTC), 22, 28),
    )


@pytest.mark.parametrize(
    ("late_days", "day"), [(None, 14), (0, 17), (1, 17), (14, 17), (15, 24), (21, 24), (22, 31)]
)
def test_late_pledges_are_paid_with_the_last_day_of_them(late_days, day):
    (tranche,) = KICKSTARTER.tranches
    assert KICKSTARTER.due(tranche, END, zone=UTC_ZONE, late_days=late_days) == END + timedelta(days=day)


def test_a_tranche_that_is_later_than_late_pledges_stays_so():
    schedule = PayoutSchedule([Tranche(Percentage(100), 60)], KICKSTARTER.late)
    due = schedule.due(schedule.tranches[0], END, zone=UTC_ZONE, late_days=14)
    assert due == END + timedelta(days=60)
    plain = PayoutSchedule([Tranche(Percentage(100), 1)])
    assert plain.due(plain.tranches[0], END, zone=UTC_ZONE, late_days=30) == END + timedelta(days=1)


def test_days_are_days_of_the_campaigns_clocks():
    """Clocks are put forward in Brussels on 29 March 2026."""
    start = datetime(2026, 3, 20, 19, tzinfo=UTC)
    due = KICKSTARTER.due(KICKSTARTER.tranches[0], start, zone=BRUSSELS, late_days=None)
    assert str(local(due, BRUSSELS)) == "2026-04-03 20:00:00+02:00"
    dates = KICKSTARTER.late.dates(start, 0, zone=BRUSSELS)
    assert [str(local(it.due_at, BRUSSELS)) for it in dates] == ["2026-04-06 20:00:00+02:00"]


def test_without_tranches_everything_is_one_at_once():
    schedule = PayoutSchedule()
    assert schedule.steps == (Tranche(Percentage(100), 0),)
    assert schedule.sums == (1,)
    assert schedule.milestones == ()
    assert schedule.due(schedule.steps[0], END, zone=UTC_ZONE, late_days=None) == END


REHEARSED = Milestone("rehearsed", Consenter.BACKERS, Percentage(50))
PAID_IN = Milestone("paid-in", Consenter.SPONSOR)


def test_milestones_and_sums_in_order():
    schedule = PayoutSchedule(
        [Tranche(Percentage(20)), Tranche(Percentage(30), 0, REHEARSED), Tranche(Percentage(50), 9, PAID_IN)]
    )
    assert schedule.milestones == (REHEARSED, PAID_IN)
    assert schedule.sums == (Fraction(1, 5), Fraction(1, 2), 1)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: PayoutSchedule([Tranche(Percentage(99))]), "total 99% instead of 100%"),
        (lambda: PayoutSchedule([Tranche(Percentage(60))] * 2), "total 120% instead of 100%"),
        (
            lambda: PayoutSchedule([Tranche(Percentage(50), 0, PAID_IN)] * 2),
            "milestone 'paid-in' stands twice",
        ),
        (lambda: PayoutSchedule([1]), "expected Tranche"),
        (lambda: Tranche(Percentage(0)), "above 0%"),
        (lambda: Tranche(Percentage(101)), "up to 100%"),
        (lambda: Tranche(Percentage(100), -1), "at least 0"),
        (lambda: Tranche(Percentage(100), 3_661), "more than ten years"),
        (lambda: LateDates(first_days=3_661, covered_days=0, every_days=1), "more than ten years"),
        (lambda: KICKSTARTER.late.dates(END, 367, zone=UTC_ZONE), "366 days at most"),
        (lambda: Milestone("m", Consenter.BACKERS), "by a share of them"),
        (lambda: Milestone("m", Consenter.PLATFORM, Percentage(1)), "by a share of them"),
        (lambda: Milestone("m", Consenter.BACKERS, Percentage(0)), "above 0%"),
        (lambda: Milestone("m", Consenter.BACKERS, Percentage(101)), "up to 100%"),
        (lambda: Milestone("", Consenter.SPONSOR), "expected an id"),
        (lambda: Consent(Consenter.BACKERS, 2, 1), "2 consented, and 1 were asked"),
        (lambda: Consent("backers"), "expected Consenter"),
        (lambda: LateDates(first_days=13, covered_days=14, every_days=7), "on day 13 nobody knows"),
        (lambda: LateDates(first_days=17, covered_days=14, every_days=0), "at least 1"),
        (lambda: KICKSTARTER.late.dates(END, -1, zone=UTC_ZONE), "at least 0"),
        (lambda: KICKSTARTER.late.dates(END, None, zone=UTC_ZONE), "late days: expected int"),
        (lambda: KICKSTARTER.due(None, END, zone=UTC_ZONE, late_days=None), "a tranche: expected Tranche"),
        (lambda: REHEARSED.refusals("yes"), "a consent: expected Consent"),
    ],
    ids=count(),
)
def test_no_schedule(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


def test_ten_years_and_a_year_of_late_pledges_are_allowed():
    assert Tranche(Percentage(100), 3_660).after_days == 3_660
    assert KICKSTARTER.late.dates(END, 366, zone=UTC_ZONE)[-1].last_day == 14 + 51 * 7


def test_a_first_date_on_the_last_day_it_pays_for():
    assert LateDates(first_days=14, covered_days=14, every_days=7).dates(END, 14, zone=UTC_ZONE) == (
        LateDate(END + timedelta(days=14), 0, 14),
    )


@pytest.mark.parametrize(
    ("milestone", "consent", "given_"),
    [
        (REHEARSED, Consent(Consenter.BACKERS, 20, 40), True),
        (REHEARSED, Consent(Consenter.BACKERS, 19, 40), False),
        (REHEARSED, Consent(Consenter.BACKERS, 0, 0), False),
        (REHEARSED, Consent(Consenter.PLATFORM), False),
        (PAID_IN, Consent(Consenter.SPONSOR), True),
        (PAID_IN, Consent(Consenter.SPONSOR, 1, 2), False),
        (PAID_IN, Consent(Consenter.SPONSOR, 0, 1), False),
        (PAID_IN, Consent(Consenter.BACKERS), False),
    ],
)
def test_who_consents(milestone, consent, given_):
    reasons = milestone.refusals(consent)
    assert [reason.code for reason in reasons] == ([] if given_ else ["consent-missing"])
    assert all(milestone.id in reason.message for reason in reasons)


def test_all_of_them_may_be_needed_and_the_reason_says_how_many():
    everybody = Milestone("premiere", Consenter.BACKERS, Percentage(100))
    assert everybody.refusals(Consent(Consenter.BACKERS, 3, 3)) == ()
    (reason,) = everybody.refusals(Consent(Consenter.BACKERS, 2, 3))
    assert reason.message == "milestone premiere needs 100% of those asked: 2 of 3 did"
    (reason,) = PAID_IN.refusals(Consent(Consenter.SPONSOR, 1, 2))
    assert "needs all of those asked" in reason.message


ALL = {"unit": 1, "least": 1, "cost": 0}
THIRDS = (Fraction(1, 3), Fraction(2, 3), Fraction(1))


@pytest.mark.parametrize(
    ("minor", "sums", "how", "amounts"),
    [
        (100, THIRDS, {}, (33, 33, 34)),
        (2, THIRDS, {}, (0, 1, 1)),
        (100, THIRDS, {"unit": 5}, (30, 35, 35)),
        (99, THIRDS, {"unit": 5}, (30, 35, 30)),  # four cents stay owed
        (100, THIRDS, {"least": 34}, (0, 66, 34)),
        (100, THIRDS, {"least": 35}, (0, 66, 0)),  # and here the last third does
        (100, THIRDS, {"cost": 3}, (33, 33, 34)),
        (100, THIRDS, {"cost": 3, "unit": 10}, (33, 33, 33)),  # 30 of each arrive
        (100, THIRDS, {"cost": 33}, (0, 66, 34)),
        (100, (Fraction(1),), {"cost": 100}, (0,)),
        (101, (Fraction(1),), {"cost": 100}, (101,)),
        (5, (Fraction(1),), {"least": 5}, (5,)),
        (5, (Fraction(1),), {"least": 0}, (5,)),
        (0, THIRDS, {}, (0, 0, 0)),
    ],
)
def test_amounts_of_tranches(minor, sums, how, amounts):
    assert stepwise(minor, sums, **(ALL | how)) == amounts


@given(
    st.integers(0, 10**9),
    strategies.payout_schedules(),
    st.integers(1, 500),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
)
def test_no_tranche_comes_early_and_all_of_them_come_to_the_whole(minor, schedule, unit, least, cost):
    amounts = stepwise(minor, schedule.sums, unit=unit, least=least, cost=cost)
    paid = 0
    for share, amount in zip(schedule.sums, amounts, strict=True):
        paid += amount
        assert paid <= minor * share
        assert amount == 0 or (amount - cost >= max(least, 1) and (amount - cost) % unit == 0)
    left = minor - paid
    assert left < max(least, unit) + cost + unit
    if unit == 1 and least <= 1 and not cost:
        assert left == 0
