import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FundingGoal, FundingModel, Money
from pushcore.campaigns import Trigger
from pushcore.errors import CurrencyMismatch, InvalidValue

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


@pytest.mark.parametrize("name", ["flexible", "", None, 1])
def test_a_model_nobody_knows(name):
    with pytest.raises(InvalidValue, match="all-or-nothing, keep-it-all"):
        FundingModel(name)
