"""Budgets: the minimum is what is required, the optimum is all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FundingGoal, Money
from pushcore.campaigns import Budget, BudgetLine
from pushcore.errors import InvalidDocument, InvalidValue


def line(name, amount, *, required, currency="EUR"):
    return BudgetLine(name, Money.of(amount, currency), required=required)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1))
def test_nothing_of_a_budget_is_lost(costs):
    lines = [
        BudgetLine(f"line {place}", Money.of_minor(minor, "EUR"), required=required)
        for place, (minor, required) in enumerate(costs)
    ]
    budget = Budget(lines)
    assert budget.minimum.minor == sum(minor for minor, required in costs if required)
    assert (budget.optimum - budget.minimum).minor == sum(minor for minor, required in costs if not required)
    assert Budget(reversed(lines)).minimum == budget.minimum
    assert budget.currency.code == "EUR"


def test_goteo_rounds_are_judged_on_the_minimum_and_the_optimum_of_the_budget():
    budget = Budget(
        [
            line("printing", "3500", required=True),
            line("paper", "1500", required=True),
            line("colour", "3000", required=False),
        ]
    )
    assert (str(budget.minimum), str(budget.optimum)) == ("EUR 5000.00", "EUR 8000.00")
    minimum = FundingGoal(budget.minimum)
    assert [minimum.reached(Money.of(at_day_40, "EUR")) for at_day_40 in (4999, 5000)] == [False, True]
    assert not FundingGoal(budget.optimum).reached(Money.of(7200, "EUR"))


def test_where_nothing_is_required_the_minimum_is_zero():
    assert not Budget([line("colour", "3000", required=False)]).minimum


def test_all_problems_of_a_budget_are_told():
    lines = [
        line("paper", "5", required=True),
        line("paper", "6", required=False),
        line("ink", "7", required=True, currency="USD"),
    ]
    with pytest.raises(InvalidDocument) as refused:
        Budget(lines)
    assert [(it.path, it.kind) for it in refused.value.problems] == [
        ("lines.paper", "duplicate"),
        ("lines.ink.amount", "currency"),
    ]
    with pytest.raises(InvalidDocument, match="a budget has at least one line"):
        Budget([])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: line("paper", "0", required=True),
        lambda: line("paper", "-5", required=True),
        lambda: line("", "5", required=True),
        lambda: line("paper", "5", required="yes"),
        lambda: BudgetLine("paper", 5, required=True),
        lambda: Budget(["paper"]),
        lambda: Budget(None),
    ],
    ids=range(7),
)
def test_what_no_budget_can_be(wrong):
    with pytest.raises(InvalidValue):
        wrong()
