"""Funds and their rules, as data: what is none, and every problem named."""

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest

from pushcore import Changes, Money, Percentage, Rounding
from pushcore.changes import TotalLimit
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.matching import (
    CampaignFacts,
    Contribution,
    Goal,
    GoalShare,
    LimitMode,
    LumpSum,
    Matched,
    MatchingFund,
    MatchOrigin,
    Multiple,
    Pool,
    Tally,
    match,
    opened,
)
from pushcore.matching.events import FundOpened

EURO, POUND, NONE = Money.of("1.00", "EUR"), Money.of("1.00", "GBP"), Money.of("0.00", "EUR")
CENT = Money.of("0.01", "EUR")
POOL = Pool("bank", EURO)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Multiple(0), r"Multiple\.factor: expected more than zero, got 0"),
        (lambda: Multiple(Fraction(-1, 2)), r"expected more than zero, got -1/2"),
        (lambda: Multiple(0.5), r"0\.5 is not an exact number: give an int, a Fraction or a Decimal"),
        (lambda: Multiple("2"), "'2' is not an exact number"),
        (lambda: Multiple(1, per_contribution=NONE), r"Multiple\.per_contribution: expected an amount above"),
        (lambda: Multiple(1, per_backer=NONE), r"Multiple\.per_backer: expected an amount above zero"),
        (lambda: Multiple(1, matches_per_backer=0), r"Multiple\.matches_per_backer: expected at least 1"),
        (lambda: Multiple(1, per_project=NONE), r"per_project: expected an amount above zero or a share"),
        (lambda: Multiple(1, per_project="50%"), r"Multiple\.per_project: .*got '50%'"),
        (lambda: Multiple(1, tier_ids=[1]), r"Multiple\.tier_ids: expected str at 0, got 1"),
        (lambda: Multiple(1, tier_ids="t1"), r"expected a sequence, got 't1'"),
        (lambda: Multiple(1, rounds=["none"]), r"Multiple\.rounds: expected LimitMode at 0, got 'none'"),
        (lambda: Multiple(1).mode(0), "round: expected at least 1, got 0"),
        (lambda: LumpSum(NONE, backers=1), r"LumpSum\.amount: expected an amount above zero"),
        (lambda: LumpSum(EURO), "a lump sum of EUR 1.00 is given when something is reached: say what"),
        (lambda: LumpSum(EURO, reached=NONE), r"LumpSum\.reached: expected an amount above zero or a share"),
        (lambda: LumpSum(EURO, backers=-1), r"LumpSum\.backers: expected at least 0"),
        (lambda: GoalShare(Percentage.of(0), Goal.MINIMUM), r"GoalShare\.percentage: expected more than 0%"),
        (lambda: GoalShare(Percentage.of(5), "minimum"), r"GoalShare\.goal: expected Goal"),
        (
            lambda: GoalShare(Percentage.of(5), Goal.MINIMUM).of(None, rounding=Rounding.FLOOR),
            "facts of a campaign: expected Campaign",
        ),
        (lambda: Pool("bank", -CENT), "the pool of bank holds at least zero, not EUR -0.01"),
        (lambda: MatchingFund("f", Multiple(1), []), "fund f has no pool to pay from"),
        (lambda: MatchingFund("f", Multiple(1), [POOL, POOL]), "sponsor 'bank' stands twice"),
        (lambda: MatchingFund("f", "double", [POOL]), r"MatchingFund\.rule: expected Multiple or LumpSum"),
        (lambda: MatchingFund("f", Multiple(1), [POOL], step=NONE), r"step: expected an amount above zero"),
        (lambda: MatchingFund("f", Multiple(1), [POOL], sharing="first-able"), "sharing: expected Sharing"),
        (lambda: Contribution("p", "ana", NONE), r"Contribution\.amount: expected an amount above zero"),
        (lambda: CampaignFacts("c", -CENT), "raised is at least zero, not EUR -0.01"),
        (lambda: CampaignFacts("c", EURO, given=-EURO), "raised is at least zero, not EUR -1.00"),
        (lambda: CampaignFacts("c", EURO, minimum=NONE), r"minimum: expected an amount above zero"),
        (lambda: CampaignFacts("c", EURO, round=0), r"CampaignFacts\.round: expected at least 1"),
        (lambda: CampaignFacts("c", EURO).goal(Goal.OPTIMUM), "the fund asks for the optimum of campaign c"),
        (lambda: CampaignFacts("c", EURO).goal("optimum"), "goal: expected Goal, got 'optimum'"),
        (lambda: CampaignFacts("c", EURO).after(EURO, 1), "what was added to it: expected Money, got 1"),
        (lambda: CampaignFacts("c", EURO).after(date(2026, 1, 1), EURO), "what was given: expected Money"),
        (lambda: LimitMode("some"), "no limit mode 'some'; there are none, normal, minimum, unlimited, full"),
        (lambda: Goal("some"), "no goal 'some'; there are minimum, optimum"),
    ],
    ids=range(37),
)
def test_what_is_none(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        (Multiple(1), {"pools": [POOL, Pool("city", POUND)]}),
        (Multiple(1), {"step": POUND}),
        (Multiple(1, per_contribution=POUND), {}),
        (Multiple(1, per_backer=POUND), {}),
        (Multiple(1, per_project=POUND), {}),
        (LumpSum(POUND, backers=1), {}),
        (LumpSum(EURO, reached=POUND), {}),
        (LumpSum(POUND, reached=EURO), {}),
    ],
    ids=range(8),
)
def test_a_fund_is_of_one_currency(rule, options):
    with pytest.raises(CurrencyMismatch, match=r"fund live pays in EUR, not GBP 1\.00"):
        MatchingFund("live", rule, **{"pools": [POOL]} | options)


@pytest.mark.parametrize("name", ["given", "minimum", "optimum"])
def test_a_campaign_is_of_one_currency(name):
    with pytest.raises(CurrencyMismatch, match=r"campaign lanterne raises EUR, not GBP 1\.00"):
        CampaignFacts("lanterne", EURO, **{name: POUND})


def test_a_fund_of_shares_names_no_amounts():
    share = GoalShare(Percentage.of(50), Goal.OPTIMUM)
    assert Multiple(1, per_project=share).amounts == ()
    assert LumpSum(EURO, reached=share).amounts == (EURO,)
    assert MatchingFund("f", Multiple(1, per_project=share), [POOL]).step_minor == 1


def test_factors_are_exact():
    assert Multiple(Percentage.of("33/2")).factor == Fraction(33, 200)
    assert Multiple(Fraction(2, 3)).factor == Fraction(2, 3)


def test_a_cap_is_a_cent_at_least():
    assert Multiple(1, per_project=CENT).amounts == (CENT,)
    assert LumpSum(EURO, reached=CENT).amounts == (EURO, CENT)


TEN = Money.of("10.00", "EUR")
SHARED = GoalShare(Percentage.of(50), Goal.OPTIMUM)


def test_what_is_left_in_a_pool_is_never_less_than_nothing():
    fund = MatchingFund("live", Multiple(1), [Pool("a", TEN), Pool("b", TEN), Pool("c", TEN)])
    matched = Matched(sponsors={"a": Tally(1, EURO), "b": Tally(2, TEN + EURO)})
    assert fund.left(matched) == {"a": TEN - EURO, "b": NONE, "c": TEN}
    assert fund.left(Matched()) == dict.fromkeys("abc", TEN)
    with pytest.raises(CurrencyMismatch):
        fund.left(Matched(sponsors={"a": Tally(1, POUND)}))
    with pytest.raises(InvalidValue, match="what is matched: expected Matched"):
        fund.left({})


@pytest.mark.parametrize(
    ("rule", "goals"),
    [
        (Multiple(1, per_project=TEN), set()),
        (Multiple(1, rounds=[LimitMode.NORMAL, LimitMode.FULLUNLIMITED]), set()),
        (Multiple(1, rounds=[LimitMode.NONE, LimitMode.UNLIMITED]), {Goal.OPTIMUM}),
        (Multiple(1, per_project=SHARED, rounds=[LimitMode.MINIMUM]), {Goal.MINIMUM, Goal.OPTIMUM}),
        (LumpSum(TEN, reached=SHARED), {Goal.OPTIMUM}),
        (LumpSum(TEN, backers=3), set()),
    ],
)
def test_the_goals_that_a_rule_asks_for(rule, goals):
    assert MatchingFund("f", rule, [Pool("a", TEN)]).goals == goals


def test_a_fund_counts_its_writes_and_is_opened_new():
    fund = MatchingFund("live", Multiple(1), [Pool("a", TEN)])
    assert (fund.version, fund.used.version) == (1, 2)
    assert attrs.evolve(fund.used, version=1) == fund
    at = datetime(2026, 1, 5, tzinfo=UTC)
    assert opened(fund, at, "clerk") == Changes(
        put=(fund,), events=(FundOpened(at, "clerk", "live", {"a": TEN}),)
    )
    with pytest.raises(InvalidValue, match="fund live is at version 2: only a new one is opened"):
        opened(fund.used, at, "clerk")


def test_a_match_is_of_a_pledge_or_of_none():
    assert MatchOrigin("live").given is None
    known = {"pledge_id": "p1", "backer_id": "ana", "given": TEN}
    assert MatchOrigin("live", **known).given == TEN
    for missing in known:
        with pytest.raises(
            InvalidValue, match="a match is of a pledge, its backer and what was given, or of none"
        ):
            MatchOrigin("live", **known | {missing: None})


@pytest.mark.parametrize(
    ("given", "most", "stranding", "step", "added"),
    [
        ("5.00", 10_00, range(0), None, "5.00"),
        ("7.00", 10_00, range(0), None, "3.00"),
        ("9.99", 10_00, range(0), TEN, "0.00"),
        ("11.00", 10_00, range(0), None, "0.00"),
        ("4.75", 10_00, range(9_01, 10_00), None, "4.25"),
        ("4.50", 10_00, range(9_01, 10_00), None, "4.50"),
        ("4.99", 10_00, range(9_01, 10_00), EURO, "4.00"),
        ("9.50", 10_00, range(9_01, 10_00), EURO, "0.00"),
    ],
)
def test_no_more_is_matched_than_a_cap_takes(given, most, stranding, step, added):
    """A total is not exceeded, and nothing is left below it that could not be charged."""
    fund = MatchingFund("live", Multiple(1), [Pool("a", TEN)], step=step)
    contribution = Contribution("p", "ana", Money.of(given, "EUR"))
    made = match(
        fund,
        contribution,
        campaign=CampaignFacts("lanterne", NONE),
        matched=Matched(),
        limit=TotalLimit(most, stranding),
    )
    assert made.amount.text == added
    assert made.amount + Money.total([it.amount for it in made.unmatched], "EUR") == made.wanted
    free = match(fund, contribution, campaign=CampaignFacts("lanterne", NONE), matched=Matched())
    assert ("above-cap" in made.codes) is (made.amount < free.amount)
    with pytest.raises(InvalidValue, match="the totals of a campaign with a cap: expected TotalLimit"):
        match(fund, contribution, campaign=CampaignFacts("c", NONE), matched=Matched(), limit=TEN)


def test_a_cap_counts_what_was_raised_before():
    fund = MatchingFund("live", Multiple(1), [Pool("a", TEN)])
    campaign = CampaignFacts("lanterne", Money.of("6.00", "EUR"))
    contribution = Contribution("p", "ana", Money.of("3.00", "EUR"))
    limit = TotalLimit(10_00, range(0))
    assert match(fund, contribution, campaign=campaign, matched=Matched(), limit=limit).amount == EURO


def test_nothing_is_matched_where_all_that_could_be_would_strand_the_rest():
    fund = MatchingFund("live", Multiple(1, per_contribution=Money.of("0.20", "EUR")), [Pool("a", TEN)])
    contribution = Contribution("p", "ana", Money.of("9.50", "EUR"))
    limit = TotalLimit(10_00, range(9_01, 10_00))
    made = match(fund, contribution, campaign=CampaignFacts("lanterne", NONE), matched=Matched(), limit=limit)
    assert (made.amount, made.codes) == (NONE, ("contribution-cap", "above-cap"))
