"""Tariffs: what a platform takes from which day on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from fee_oracle import plus
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FeeBase, FeeLine, FeeSchedule, Rounding
from pushcore.campaigns import Campaign, deciding
from pushcore.errors import InvalidValue
from pushcore.payouts import DatedFees, Tariff
from pushcore.testing import builders, strategies


def schedule(percent):
    return FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, plus(percent, "0.00"), Rounding.HALF_UP)])


OLD, NEW = schedule(8), schedule(10)
PATREON = Tariff([DatedFees(date(2013, 5, 1), OLD), DatedFees(date(2025, 8, 4), NEW)])


@pytest.mark.parametrize(
    ("day", "fees"),
    [
        (date(2013, 5, 1), OLD),
        (date(2025, 8, 3), OLD),
        (date(2025, 8, 4), NEW),
        (date(9999, 12, 31), NEW),
    ],
)
def test_patreon_a_schedule_is_in_force_from_its_day_on(day, fees):
    assert PATREON.on(day) == fees


def test_before_the_first_there_is_none():
    with pytest.raises(
        InvalidValue, match=r"no fees are known before 2013-05-01, so that none are on 2013-04-30"
    ):
        PATREON.on(date(2013, 4, 30))


@pytest.mark.parametrize("junk", [None, "2026-01-01", 5, datetime(2026, 1, 1, tzinfo=UTC)], ids=repr)
def test_a_day_is_a_date(junk):
    with pytest.raises(InvalidValue, match="the day of a tariff: expected date, got"):
        PATREON.on(junk)
    with pytest.raises(InvalidValue, match=r"DatedFees.begins: expected date, got"):
        DatedFees(junk, OLD)


@pytest.mark.parametrize("days", [(), (date(2026, 1, 1),) * 2, (date(2026, 1, 2), date(2026, 1, 1))], ids=str)
def test_days_rise(days):
    with pytest.raises(InvalidValue, match="a tariff has schedules by rising day, got") as refused:
        Tariff([DatedFees(day, OLD) for day in days])
    assert refused.value.facts == {"days": days}


@pytest.mark.parametrize("junk", [None, [None], [OLD], 5, "ab"], ids=str)
def test_a_tariff_is_of_dated_schedules(junk):
    with pytest.raises(InvalidValue, match="expected"):
        Tariff(junk)
    with pytest.raises(InvalidValue, match=r"DatedFees.schedule: expected FeeSchedule, got"):
        DatedFees(date(2026, 1, 1), junk)


@given(strategies.tariffs("EUR"), st.dates())
def test_the_last_that_has_begun_holds(tariff, day):
    begun = [step for step in tariff.steps if step.begins <= day]
    if begun:
        assert tariff.on(day) is begun[-1].schedule
    else:
        with pytest.raises(InvalidValue, match="no fees are known before"):
            tariff.on(day)


def test_a_launched_campaign_keeps_the_schedule_of_its_day():
    terms = builders.terms("100.00", fees=PATREON.on(date(2025, 8, 3)))
    draft = Campaign("lanterne", "lune", terms)
    live, _ = deciding.launch(draft, terms.window.opens - timedelta(days=1), "lune")
    later = Tariff([*PATREON.steps, DatedFees(date(2026, 1, 1), schedule(12))])
    assert live.terms.fees == OLD != later.on(date(2026, 1, 5))
