from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FundingGoal, FundingModel, Money, Percentage
from pushcore.campaigns import Cap, Charging, FinalLap, Measure, Trigger
from pushcore.campaigns.funding import COUNTED
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.rewards import LineKind

CAP = Cap(
    amount=Money.of(5, "EUR"), smallest_charge=Money.of(1, "EUR"), tolerance=Money.zero("EUR"), clips=False
)
ALL, KEEP = FundingModel.ALL_OR_NOTHING, FundingModel.KEEP_IT_ALL


@given(goal=st.integers(1, 1000), pledged=st.integers(0, 2000))
def test_the_verdict(goal, pledged):
    wanted, total = FundingGoal(Money.of_minor(goal, "EUR")), Money.of_minor(pledged, "EUR")
    if pledged >= goal:
        expected = (Trigger.SUCCEED, Trigger.SUCCEED)
    else:
        expected = (Trigger.FAIL, Trigger.FUND_PARTIALLY if pledged else Trigger.FAIL)
    assert (ALL.verdict(wanted, total), KEEP.verdict(wanted, total)) == expected


def test_a_verdict_is_not_spoken_over_another_currency():
    with pytest.raises(CurrencyMismatch):
        KEEP.verdict(FundingGoal(Money.of(100, "EUR")), Money.of(100, "USD"))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"measure": "pledged"}, "expected Measure"),
        ({"keeps_from": Percentage.of("100")}, "from 0 % to below 100 %"),
        ({"keeps_from": Percentage.of("-1")}, "from 0 % to below 100 %"),
        ({"counts": []}, "or nothing does"),
        ({"counts": [LineKind.SHIPPING]}, "or nothing does"),
        ({"counts": [LineKind.BONUS, LineKind.TIP]}, "count to no goal"),
        ({"counts": [LineKind.BONUS, LineKind.FEE]}, "count to no goal"),
        ({"grace": timedelta(-1)}, "no time up to a year"),
        ({"grace": timedelta(366)}, "no time up to a year"),
        ({"second_round": 0}, "at least 1"),
        ({"second_round": 365}, "shorter than a year"),
        ({"cap": CAP, "net_of_fees": True}, "a bonus counts in full, before fees"),
        ({"cap": CAP, "counts": [LineKind.REWARD]}, "a bonus counts in full, before fees"),
        ({"second_round": 40, "final_lap": FinalLap(7, end_of_day=True)}, "neither a cap nor a final lap"),
        ({"second_round": 40, "cap": CAP}, "neither a cap nor a final lap"),
    ],
)
def test_what_no_model_can_be(settings, problem):
    with pytest.raises(InvalidValue, match=problem):
        FundingModel(**settings)


def test_models_are_told_by_what_they_keep():
    partial = FundingModel(keeps_from=Percentage.of("60"))
    assert [str(model) for model in (ALL, KEEP, partial)] == [
        "all-or-nothing",
        "keep-it-all",
        "keeps from 60% of the goal",
    ]


@given(goal=st.integers(1, 1000), total=st.integers(0, 2000), kept=st.integers(0, 99))
def test_a_fallback_keeps_from_its_part_of_the_goal_on(goal, total, kept):
    """The partially funded outcome, at any threshold; nothing is never kept."""
    model = FundingModel(keeps_from=Percentage.of(kept))
    verdict = model.verdict(FundingGoal(goal), total)
    if total >= goal:
        assert verdict is Trigger.SUCCEED
    else:
        assert verdict is (Trigger.FUND_PARTIALLY if total and total * 100 >= goal * kept else Trigger.FAIL)


def test_a_fallback_keeps_exactly_its_part_and_the_least_there_is():
    partial = FundingModel(keeps_from=Percentage.of("60"))
    assert [partial.verdict(FundingGoal(10), sold) for sold in (5, 6)] == [
        Trigger.FAIL,
        Trigger.FUND_PARTIALLY,
    ]
    assert KEEP.verdict(FundingGoal(100), 1) is Trigger.FUND_PARTIALLY


def test_a_grace_lasts_a_year_at_most_and_a_second_round_less():
    model = FundingModel(grace=timedelta(365), second_round=364)
    assert (model.grace.days, model.second_round) == (365, 364)


@pytest.mark.parametrize(
    ("settings", "counts_all"),
    [
        ({}, True),
        ({"net_of_fees": True}, False),
        ({"counts": [*COUNTED[1:], LineKind.REWARD]}, True),
        ({"counts": COUNTED[:-1]}, False),
    ],
)
def test_whether_all_counts(settings, counts_all):
    assert FundingModel(**settings).counts_all is counts_all


@pytest.mark.parametrize(
    ("settings", "at_once", "afterwards"),
    [
        ({"charging": Charging.AT_DEADLINE}, False, False),
        ({"charging": Charging.AUTHORIZED}, False, False),
        ({"charging": Charging.AT_PLEDGE}, True, True),
        ({"charging": Charging.ESCROW}, True, True),
        ({"measure": Measure.CONFIRMED}, False, True),
    ],
)
def test_when_money_is_taken_and_the_verdict_falls(settings, at_once, afterwards):
    model = FundingModel(**settings)
    assert (model.charges_at_once, model.judged_after_collecting) == (at_once, afterwards)


def test_a_presale_is_judged_by_its_units():
    """ulule-presale-goal: 99 of 100 sold fail, 100 succeed."""
    assert [ALL.verdict(FundingGoal(100), sold) for sold in (99, 100)] == [Trigger.FAIL, Trigger.SUCCEED]
