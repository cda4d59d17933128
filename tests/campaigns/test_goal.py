from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import FundingGoal, Money
from pushcore.campaigns import Budget, BudgetLine
from pushcore.errors import CurrencyMismatch, InvalidValue

euros = st.integers(0, 10**9).map(lambda minor: Money.of_minor(minor, "EUR"))
goals = st.integers(1, 10**9).map(lambda minor: FundingGoal(Money.of_minor(minor, "EUR")))


@given(goal=goals, total=euros)
def test_a_hundred_percent_is_shown_when_the_goal_is_reached_and_never_before(goal, total):
    """The trap of platforms that round: 99.6 % shown as 100 %."""
    assert (goal.percent(total) >= 100) is goal.reached(total) is (total >= goal.amount)


@given(goal=goals)
def test_one_cent_short_is_not_reached_and_exactly_is(goal):
    cent = Money.of_minor(1, "EUR")
    assert goal.reached(goal.amount)
    assert not goal.reached(goal.amount - cent)
    assert goal.percent(goal.amount - cent) <= 99


def test_the_share_is_exact():
    """ZI01: 10 + 20 of 200 CHF are 15 %, and nothing is 0 %."""
    goal = FundingGoal(Money.of("200.00", "CHF"))
    assert goal.share(Money.of("30.00", "CHF")) == Fraction(3, 20)
    assert [goal.percent(Money.of(total, "CHF")) for total in ("30.00", "0.00", "199.99")] == [15, 0, 99]


@pytest.mark.parametrize(
    "amount", [Money.of("-100.00", "EUR"), Money.zero("EUR"), None, "100.00", 0, -1, True]
)
def test_a_goal_is_an_amount_above_zero(amount):
    """BB23: a campaign of -100 EUR, or of no target at all, is refused."""
    with pytest.raises(InvalidValue):
        FundingGoal(amount)


@pytest.mark.parametrize("question", [FundingGoal.reached, FundingGoal.share, FundingGoal.percent])
def test_only_money_of_its_currency_comes_nearer_to_a_goal(question):
    goal = FundingGoal(Money.of("100.00", "EUR"))
    with pytest.raises(CurrencyMismatch):
        question(goal, Money.of("100.00", "USD"))
    with pytest.raises(InvalidValue):
        question(goal, 100)


@pytest.mark.parametrize(
    ("amount", "optimum"),
    [
        (100, 100),
        (100, 99),
        (100, Money.of("200.00", "EUR")),
        (Money.of("100.00", "EUR"), Money.of("100.00", "EUR")),
        (Money.of("100.00", "EUR"), Money.of("200.00", "USD")),
        (Money.of("100.00", "EUR"), 200),
    ],
)
def test_an_optimum_lies_above_the_goal_and_is_of_its_kind(amount, optimum):
    with pytest.raises(InvalidValue, match="an optimum lies above the goal"):
        FundingGoal(amount, optimum=optimum)
    assert FundingGoal(100, optimum=101).optimum == 101


def test_a_budget_has_a_goal_and_an_optimum():
    """Goteo: what is required is the minimum, and all of it the optimum."""
    lines = [
        BudgetLine("print", Money.of("5000.00", "EUR"), required=True),
        BudgetLine("tour", Money.of("3000.00", "EUR"), required=False),
    ]
    both, one = FundingGoal.of_budget(Budget(lines)), FundingGoal.of_budget(Budget(lines[:1]))
    assert (both.amount, both.optimum) == (Money.of("5000.00", "EUR"), Money.of("8000.00", "EUR"))
    assert (one.amount, one.optimum) == (Money.of("5000.00", "EUR"), None)
    with pytest.raises(InvalidValue, match="a budget"):
        FundingGoal.of_budget(lines)
