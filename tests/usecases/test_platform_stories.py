"""The published examples of platforms, played from the launch to the payout."""

import pytest
from lanterne import card_fees, closed, collected, money

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingGoal,
    FundingModel,
    Percent,
    Percentage,
    Rounding,
    SplitPlan,
    audit,
    pay_out,
    settle_campaign,
)


def played(amounts, fees, currency):
    """The statement and the house when a campaign with these pledges has been paid out to its creator."""
    ports = collected(
        *[money(amount, currency) for amount in amounts],
        goal=FundingGoal(money("1.00", currency)),
        minimum=money("1.00", currency),
        tiers=[],
        fees=fees,
        splits=SplitPlan(),
    )
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    pay_out(ports, "lanterne", actor="clerk")
    assert statement.conserved
    assert audit(ports.store.transactions()) == ()
    assert ports.gateway.held(currency) == statement.collected - statement.net
    return statement


def figures(statement):
    return [it.text for it in (statement.collected, *statement.fees.values(), statement.net)]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["100.00"] * 100, ["10000.00", "500.00", "320.00", "9180.00"]),
        (["1.00"] * 50 + ["25.00"] * 10, ["300.00", "15.00", "14.50", "270.50"]),
        (["7.50"], ["7.50", "0.38", "0.43", "6.69"]),
        (["9.00"], ["9.00", "0.45", "0.50", "8.05"]),
        (["10.00"], ["10.00", "0.50", "0.50", "9.00"]),
    ],
    ids=[
        "ks-fee-100-backers-10000",
        "ks-fee-micropledge",
        "boundary 7.50",
        "boundary 9.00",
        "boundary 10.00",
    ],
)
def test_kickstarters_fees(amounts, expected):
    """ks-fee-*: 5 % of the total; 3 % + 0.20 of each pledge, 5 % + 0.05 strictly under 10.00."""
    assert figures(played(amounts, card_fees("USD"), "USD")) == expected


def test_wemakeits_tenth():
    """wemakeit-10pct: 6 % for the service and 4 % for the transaction, of what was raised."""
    lines = [("service", "6"), ("transaction", "4")]
    fees = FeeSchedule(
        [
            FeeLine(name, FeeBase.COLLECTED, Percent(Percentage.of(rate)), Rounding.HALF_UP)
            for name, rate in lines
        ]
    )
    expected = ["10000.00", "600.00", "400.00", "9000.00"]
    assert figures(played(["2500.00"] * 4, fees, "CHF")) == expected


def test_catarses_share():
    """CA07: 20,000 for a project of 30; 13 % go to the platform and 17,400 to its owner."""
    share = FeeLine("service", FeeBase.COLLECTED, Percent(Percentage.of("13")), Rounding.HALF_UP)
    assert figures(played(["20000.00"], FeeSchedule([share]), "BRL")) == ["20000.00", "2600.00", "17400.00"]


def test_goteos_single_round():
    """GO12: with its minimum of 1000 raised at the end of its one round, a project is successful."""
    ports = closed("900.00", "100.00", goal=FundingGoal(money("1000.00")), model=FundingModel.ALL_OR_NOTHING)
    assert ports.store.campaign("lanterne").state == "successful"
