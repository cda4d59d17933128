"""Instalment plans: who may pay in parts, in how many, of which amounts, and on which days."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import BusinessDays, Deadline, Money, Recurrence, Zone
from pushcore.calendar import SATURDAY_SUNDAY, add_days, local
from pushcore.campaigns import (
    DefaultOutcome,
    FailurePolicy,
    Instalment,
    InstalmentBase,
    InstalmentPlan,
)
from pushcore.errors import REFUSAL_CODES, CurrencyMismatch, InvalidValue, Refused
from pushcore.money import Remainder
from pushcore.pledges import Instalments
from pushcore.testing import strategies

NEW_YORK = Zone("America/New_York")
WARSAW = Zone("Europe/Warsaw")
END = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday, eight in the morning in New York


def usd(text):
    return Money.of(text, "USD")


KICKSTARTER = InstalmentPlan(  # Pledge Over Time, general availability 2025
    threshold=usd("125.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
    every_months=1,
)
BETA = attrs.evolve(
    KICKSTARTER,
    threshold=usd("150.00"),
    fewest=4,
    most=4,
    first_after=timedelta(hours=24),
    every_months=None,
    every_days=14,
)
BACKERKIT = attrs.evolve(
    KICKSTARTER,
    threshold=usd("150.00"),
    base=InstalmentBase.BEFORE_SHIPPING_AND_TAX,
    fewest=4,
    most=4,
    business_days=BusinessDays(weekend=SATURDAY_SUNDAY, holidays=[date(2026, 9, 7)]),
)
GAMEFOUND = attrs.evolve(KICKSTARTER, threshold=usd("100.00"), fewest=2, most=10)
PRETIX = attrs.evolve(KICKSTARTER, threshold=usd("0.03"), remainder=Remainder.LAST)


def refused(plan, amount, parts, *, base=None, start=END, zone=NEW_YORK):
    """The codes of the refusals, after seeing that the decision raises the same ones."""
    asked = {"base": amount if base is None else base, "start": start, "zone": zone}
    reasons = plan.refusals(amount, parts, **asked)
    assert {reason.code for reason in reasons} <= REFUSAL_CODES.keys()
    if reasons:
        with pytest.raises(Refused) as no:
            plan.schedule(amount, parts, **asked)
        assert no.value.refusals == reasons
    return [reason.code for reason in reasons]


def scheduled(plan, amount, parts, *, start=END, zone=NEW_YORK):
    return plan.schedule(amount, parts, base=amount, start=start, zone=zone)


def texts(schedule):
    return [part.amount.text for part in schedule]


def days(schedule, zone=NEW_YORK):
    return [f"{local(part.due_at, zone):%m-%d %H:%M}" for part in schedule]


def test_ks_pot_beta_4x():
    parts = scheduled(BETA, usd("150.00"), 4)
    assert texts(parts) == ["37.50"] * 4
    assert days(parts) == ["06-02 08:00", "06-16 08:00", "06-30 08:00", "07-14 08:00"]
    assert refused(BETA, usd("149.99"), 4) == ["below-threshold"]
    assert refused(BETA, usd("150.00"), 3) == ["parts-not-offered"]


def test_ks_pot_ga_3x():
    parts = scheduled(KICKSTARTER, usd("125.00"), 3)
    assert texts(parts) == ["41.67", "41.67", "41.66"]
    assert Money.total((part.amount for part in parts), "USD") == usd("125.00")
    assert refused(KICKSTARTER, usd("125.00"), 3) == []
    assert refused(KICKSTARTER, usd("124.99"), 3) == ["below-threshold"]


def test_ks_pot_dates():
    assert days(scheduled(KICKSTARTER, usd("125.00"), 3)) == ["06-01 08:00", "07-01 08:00", "08-01 08:00"]


def test_each_month_is_reckoned_from_the_first_one():
    start = datetime(2026, 1, 31, 17, tzinfo=UTC)
    parts = scheduled(KICKSTARTER, usd("125.00"), 3, start=start)
    assert days(parts) == ["01-31 12:00", "02-28 12:00", "03-31 12:00"]


@pytest.mark.parametrize("plan", [KICKSTARTER, BETA, BACKERKIT])
def test_the_first_part_is_due_on_its_day_whatever_the_amount(plan):
    first = scheduled(plan, usd("600.00"), plan.most)[0]
    assert plan.first_due(start=END, zone=NEW_YORK) == first.due_at
    with pytest.raises(InvalidValue, match="zone"):
        plan.first_due(start=END, zone="America/New_York")


def test_backerkit_pot():
    """The threshold is held against the amount without shipping and tax, and the whole is divided."""
    assert refused(BACKERKIT, usd("149.99"), 4) == ["below-threshold"]
    assert texts(scheduled(BACKERKIT, usd("150.00"), 4)) == ["37.50"] * 4
    assert refused(BACKERKIT, usd("180.00"), 4, base=usd("149.99")) == ["below-threshold"]
    asked = {"base": usd("150.00"), "start": END, "zone": NEW_YORK}
    assert texts(BACKERKIT.schedule(usd("180.00"), 4, **asked)) == ["45.00"] * 4


def test_backerkit_pot_waits_for_business_days():
    parts = scheduled(BACKERKIT, usd("150.00"), 4, start=datetime(2026, 6, 6, 12, tzinfo=UTC))
    # Saturday 6 June; Monday 6 July; Thursday 6 August; Sunday 6 September before Labor Day
    assert days(parts) == ["06-08 08:00", "07-06 08:00", "08-06 08:00", "09-08 08:00"]


def test_a_weekend_is_one_of_the_zone():
    late = datetime(2026, 6, 6, 2, tzinfo=UTC)  # still Friday in New York
    assert days(scheduled(BACKERKIT, usd("150.00"), 4, start=late))[0] == "06-05 22:00"
    assert days(scheduled(BACKERKIT, usd("150.00"), 4, start=late, zone=WARSAW), WARSAW)[0] == "06-08 04:00"


def test_parts_that_one_weekend_moves_stay_apart():
    daily = attrs.evolve(BACKERKIT, every_months=None, every_days=1)
    parts = scheduled(daily, usd("150.00"), 4, start=datetime(2026, 6, 5, 12, tzinfo=UTC))
    assert days(parts) == ["06-05 08:00", "06-08 08:00", "06-09 08:00", "06-10 08:00"]


def test_a_day_that_clocks_skip_does_not_make_two_parts_one():
    apia = Zone("Pacific/Apia")  # went from 29 to 31 December 2011
    daily = attrs.evolve(BETA, every_days=1)
    parts = scheduled(daily, usd("150.00"), 4, start=datetime(2011, 12, 27, 22, tzinfo=UTC), zone=apia)
    assert days(parts, apia) == ["12-28 12:00", "12-29 12:00", "12-31 12:00", "01-01 12:00"]


@pytest.mark.parametrize(("parts", "valid"), [(1, False), (2, True), (10, True), (11, False)])
def test_gamefound_stretch(parts, valid):
    assert refused(GAMEFOUND, usd("100.00"), parts) == [] if valid else ["parts-not-offered"]
    if valid:
        assert len(scheduled(GAMEFOUND, usd("100.00"), parts)) == parts


def test_gamefound_stretch_is_bounded_by_the_pay_off_date():
    last = Deadline(datetime(2026, 9, 1, 12, tzinfo=UTC), NEW_YORK, inclusive=True)
    plan = attrs.evolve(GAMEFOUND, pay_off=last)
    assert plan.offered(start=END, zone=NEW_YORK) == range(2, 5)
    assert refused(plan, usd("100.00"), 4) == []
    assert refused(plan, usd("100.00"), 5) == ["after-pay-off"]
    assert refused(plan, usd("100.00"), 11) == ["parts-not-offered"]
    assert refused(plan, usd("100.00"), 1) == ["parts-not-offered"]
    open_ended = attrs.evolve(plan, pay_off=attrs.evolve(last, inclusive=False))
    assert open_ended.offered(start=END, zone=NEW_YORK) == range(2, 4)
    near = END + timedelta(days=90)
    assert not plan.offered(start=near, zone=NEW_YORK)
    assert refused(plan, usd("100.00"), 2, start=near) == ["after-pay-off"]
    assert not plan.offered(start=last.at + timedelta(days=1), zone=NEW_YORK)


def test_what_is_moved_to_a_business_day_must_be_in_time_there():
    sunday = datetime(2026, 9, 6, 12, tzinfo=UTC)
    plan = attrs.evolve(BACKERKIT, fewest=2, pay_off=Deadline(sunday, NEW_YORK, inclusive=True))
    assert plan.offered(start=datetime(2026, 6, 6, 12, tzinfo=UTC), zone=NEW_YORK) == range(2, 4)


def test_px15():
    assert texts(scheduled(PRETIX, usd("100.00"), 3)) == ["33.33", "33.33", "33.34"]
    assert texts(scheduled(PRETIX, usd("0.04"), 3)) == ["0.01", "0.01", "0.02"]
    for count in (0, -1):
        with pytest.raises(ValueError, match=f"parts: expected at least 1, got {count}"):
            scheduled(PRETIX, usd("100.00"), count)


def test_every_reason_is_given_at_once():
    assert refused(KICKSTARTER, usd("100.00"), 4) == ["below-threshold", "parts-not-offered"]
    reasons = KICKSTARTER.refusals(usd("100.00"), 4, base=usd("100.00"), start=END, zone=NEW_YORK)
    assert [str(reason) for reason in reasons] == [
        "below-threshold: USD 100.00 is less than USD 125.00",
        "parts-not-offered: 3 to 3 parts are offered, not 4",
    ]
    assert reasons[0].facts == {"base": usd("100.00"), "threshold": usd("125.00")}
    assert reasons[1].facts == {"parts": 4, "fewest": 3, "most": 3}
    paid_off = Deadline(datetime(2026, 7, 2, 12, tzinfo=UTC), NEW_YORK, inclusive=True)
    plan = attrs.evolve(GAMEFOUND, pay_off=paid_off)
    (reason,) = plan.refusals(usd("100.00"), 3, base=usd("100.00"), start=END, zone=NEW_YORK)
    assert reason.message == "the last of 3 parts would be due after 2026-07-02 08:00:00-04:00"
    assert reason.facts == {"parts": 3, "fewest": 2, "most": 2}
    (reason,) = plan.refusals(usd("100.00"), 11, base=usd("100.00"), start=END, zone=NEW_YORK)
    assert reason.message == "2 to 10 parts are offered, not 11"
    assert reason.facts == {"parts": 11, "fewest": 2, "most": 10}


zones = strategies.zones()
intervals = st.one_of(
    st.fixed_dictionaries({"every_months": st.integers(1, 12)}),
    st.fixed_dictionaries({"every_months": st.none(), "every_days": st.integers(1, 40)}),
)
calendars = st.none() | st.builds(
    BusinessDays,
    weekend=st.just(SATURDAY_SUNDAY),
    holidays=st.lists(st.dates(date(2011, 12, 1), date(2012, 2, 1)), max_size=20),
)
starts = st.datetimes(datetime(2011, 12, 1), datetime(2012, 12, 1), timezones=st.just(UTC))
amounts = st.integers(120, 300) | st.integers(120, 10**12)
rules = st.sampled_from([Remainder.FIRST, Remainder.LAST])
counts = st.integers(2, 120)


@given(minor=amounts, parts=counts, rule=rules)
def test_parts_add_up_and_each_is_within_one_unit_of_its_share(minor, parts, rule):
    plan = attrs.evolve(KICKSTARTER, threshold=usd("1.20"), fewest=2, most=120, remainder=rule)
    amount = Money.of_minor(minor, "JPY" if minor % 2 else "USD")
    plan = attrs.evolve(plan, threshold=amount.with_minor(120))
    minors = [part.amount.minor for part in scheduled(plan, amount, parts)]
    assert sum(minors) == minor
    assert len(minors) == parts
    assert all(abs(it - Fraction(minor, parts)) < 1 for it in minors)
    assert minors == sorted(minors, reverse=rule is Remainder.FIRST)


@given(every=intervals, calendar=calendars, start=starts, zone=zones, hours=st.integers(0, 24 * 365))
def test_dates_strictly_increase_each_on_a_day_of_its_own(every, calendar, start, zone, hours):
    first = timedelta(hours=hours)
    plan = attrs.evolve(GAMEFOUND, **every, business_days=calendar, first_after=first)
    parts = scheduled(plan, usd("100.00"), 10, start=start, zone=zone)
    assert parts[0].due_at >= start + first
    for one, other in pairwise(parts):
        assert one.due_at < other.due_at
        assert local(one.due_at, zone).date() < local(other.due_at, zone).date()
    shorter = scheduled(plan, usd("100.00"), 3, start=start, zone=zone)
    assert [part.due_at for part in shorter] == [part.due_at for part in parts[:3]]


@given(every=intervals, start=starts)
def test_dates_are_those_of_the_calendar(every, start):
    plan = attrs.evolve(GAMEFOUND, **every)
    dates = [part.due_at for part in scheduled(plan, usd("100.00"), 5, start=start, zone=WARSAW)]
    if every["every_months"]:
        assert dates == list(Recurrence(start, WARSAW, months=every["every_months"]).first(5))
    else:
        assert dates == [add_days(start, n * every["every_days"], zone=WARSAW) for n in range(5)]


@given(calendar=calendars.filter(bool), start=starts)
def test_a_part_is_moved_only_where_it_must_be(calendar, start):
    """A month leaves room for a weekend and holidays, so no part pushes another."""
    plan = attrs.evolve(GAMEFOUND, business_days=calendar)
    moved = scheduled(plan, usd("100.00"), 5, start=start, zone=WARSAW)
    planned = scheduled(GAMEFOUND, usd("100.00"), 5, start=start, zone=WARSAW)
    for part, plain in zip(moved, planned, strict=True):
        day, first = local(part.due_at, WARSAW), local(plain.due_at, WARSAW)
        assert day.date() == calendar.on_or_after(first.date())
        assert day.time() == first.time()


@given(days_to_pay=st.integers(-10, 400), inclusive=st.booleans(), calendar=calendars, start=starts)
def test_what_is_offered_is_in_time_and_nothing_else(days_to_pay, inclusive, calendar, start):
    pay_off = Deadline(start + timedelta(days=days_to_pay), WARSAW, inclusive=inclusive)
    plan = attrs.evolve(GAMEFOUND, business_days=calendar)
    ends = [part.due_at for part in scheduled(plan, usd("100.00"), 10, start=start, zone=WARSAW)]
    bounded = attrs.evolve(plan, pay_off=pay_off)
    offered = bounded.offered(start=start, zone=WARSAW)
    assert list(offered) == [parts for parts in range(2, 11) if not pay_off.passed(ends[parts - 1])]
    for parts in range(2, 11):
        codes = refused(bounded, usd("100.00"), parts, start=start, zone=WARSAW)
        assert codes == ([] if parts in offered else ["after-pay-off"])


@given(every=intervals, calendar=calendars, start=starts, first=st.integers(0, 60), later=st.integers(0, 60))
def test_the_longest_is_where_every_part_is_paid_at_the_last_moment(every, calendar, start, first, later):
    """Each part of a pledge fails, and is paid as its window ends; only then comes the next one."""
    windows = FailurePolicy(timedelta(days=first), timedelta(days=later), DefaultOutcome.KEPT)
    plan = attrs.evolve(GAMEFOUND, **every, business_days=calendar, on_failure=windows)
    held = Instalments.of(scheduled(plan, usd("100.00"), plan.most, start=start, zone=WARSAW), windows)
    paid_at = start
    for part in held.parts:
        failed = held.fail(part.number, max(part.due_at, paid_at))
        paid_at = failed.missed_at(part.number)
        held = held.collect(part.number)
    assert start + plan.longest(start=start, zone=WARSAW) == paid_at


def test_where_no_parts_are_offered_none_is_waited_for():
    too_near = attrs.evolve(GAMEFOUND, pay_off=Deadline(END, WARSAW, inclusive=True))
    assert too_near.longest(start=END, zone=WARSAW) == timedelta(0)


def test_what_each_part_is():
    assert KICKSTARTER.shares(usd("125.00"), 3) == (usd("41.67"), usd("41.67"), usd("41.66"))
    for wrong in ((125, 3), (usd("125.00"), 0), (usd("125.00"), True)):
        with pytest.raises(InvalidValue):
            KICKSTARTER.shares(*wrong)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"fewest": 1}, r"InstalmentPlan\.fewest: expected at least 2, got 1"),
        ({"most": True}, r"InstalmentPlan\.most: expected a whole number, got True"),
        ({"fewest": 4}, "from 4 to 3 parts is not a range up to 120"),
        ({"most": 121}, "from 3 to 121 parts is not a range up to 120"),
        ({"every_days": 14}, "give exactly one of every_months and every_days"),
        ({"every_months": None}, "give exactly one"),
        ({"every_months": 0}, r"every_months: expected at least 1, got 0"),
        ({"every_months": None, "every_days": 0}, r"every_days: expected at least 1, got 0"),
        ({"threshold": usd("0.02")}, r"USD 0\.02 is less than one minor unit for each of 3 parts"),
        ({"threshold": usd("-5.00")}, "is less than one minor unit"),
        ({"threshold": 125}, r"threshold: expected Money, got 125"),
        ({"remainder": Remainder.BLOCKS}, "go to the first or to the last parts, not to blocks"),
        ({"remainder": "first"}, "remainder: expected Remainder, got 'first'"),
        ({"base": "whole"}, "base: expected InstalmentBase, got 'whole'"),
        ({"first_after": timedelta(seconds=-1)}, "first_after: .* is not within a year"),
        ({"first_after": timedelta(days=366)}, "first_after: 366 days, 0:00:00 is not within a year"),
        ({"first_after": 24}, "first_after: expected timedelta, got 24"),
        ({"business_days": SATURDAY_SUNDAY}, "business_days: expected BusinessDays or None"),
        ({"pay_off": END}, "pay_off: expected Deadline or None"),
        ({"on_failure": None}, "on_failure: expected FailurePolicy, got None"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_no_plan_can_be(wrong, why):
    with pytest.raises(InvalidValue, match=why):
        attrs.evolve(KICKSTARTER, **wrong)


def test_every_problem_of_a_plan_is_told():
    with pytest.raises(InvalidValue, match=r"4 to 3 parts .*; .*every_days; .*minor unit .*; .*blocks$"):
        attrs.evolve(KICKSTARTER, fewest=4, every_days=14, threshold=usd("0.02"), remainder=Remainder.BLOCKS)


def test_the_smallest_and_the_largest_plans():
    assert attrs.evolve(KICKSTARTER, threshold=usd("0.03")).threshold == usd("0.03")
    assert attrs.evolve(KICKSTARTER, fewest=2, most=120).most == 120
    assert attrs.evolve(KICKSTARTER, first_after=timedelta(days=365)).first_after == timedelta(days=365)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ((timedelta(days=-1), timedelta(0), DefaultOutcome.KEPT), r"FailurePolicy\.first: .*within a year"),
        ((timedelta(0), timedelta.max, DefaultOutcome.KEPT), r"FailurePolicy\.later: .*within a year"),
        ((7, timedelta(0), DefaultOutcome.KEPT), r"FailurePolicy\.first: expected timedelta, got 7"),
        ((timedelta(0), timedelta(0), "kept"), r"FailurePolicy\.default: expected DefaultOutcome"),
    ],
)
def test_what_no_failure_policy_can_be(parts, why):
    with pytest.raises(InvalidValue, match=why):
        FailurePolicy(*parts)


def test_what_no_instalment_can_be():
    with pytest.raises(InvalidValue, match=r"Instalment\.amount: expected an amount above zero"):
        Instalment(END, usd("0.00"))
    with pytest.raises(InvalidValue, match="expected an instant"):
        Instalment(END.replace(tzinfo=None), usd("1.00"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"amount": 125}, "what is paid in parts: expected Money, got 125"),
        ({"base": None}, "the base of the threshold: expected Money, got None"),
        (
            {"base": usd("124.00")},
            r"USD 124\.00 is not the base of USD 125\.00 in a plan whose base is whole",
        ),
        ({"base": usd("126.00")}, r"USD 126\.00 is not the base"),
        ({"parts": 3.0}, r"parts: expected int, got 3\.0"),
        ({"start": END.replace(tzinfo=None)}, "expected an instant"),
        ({"zone": "Europe/Warsaw"}, "zone: expected Zone, got 'Europe/Warsaw'"),
        ({"start": datetime(9998, 12, 1, tzinfo=UTC)}, "9998"),
    ],
    ids=str,
)
def test_what_cannot_be_asked(wrong, why):
    asked = {"amount": usd("125.00"), "parts": 3, "base": usd("125.00"), "start": END, "zone": NEW_YORK}
    for ask in (KICKSTARTER.refusals, KICKSTARTER.schedule):
        with pytest.raises(InvalidValue, match=why):
            ask(**asked | wrong)


def test_a_base_is_never_more_than_the_amount():
    with pytest.raises(InvalidValue, match=r"USD 151\.00 is not the base of USD 150\.00"):
        refused(BACKERKIT, usd("150.00"), 4, base=usd("151.00"))


def test_currencies_never_mix():
    for amount, base in (("USD", "EUR"), ("EUR", "USD"), ("EUR", "EUR")):
        with pytest.raises(CurrencyMismatch):
            refused(BACKERKIT, Money.of("200.00", amount), 4, base=Money.of("200.00", base))


@pytest.mark.parametrize("kind", [InstalmentBase, DefaultOutcome])
def test_names_are_exact(kind):
    assert [kind(it.value) for it in kind] == list(kind)
    with pytest.raises(InvalidValue, match="there are"):
        kind("WHOLE")
