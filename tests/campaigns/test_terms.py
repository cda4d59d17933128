from datetime import timedelta

import pytest
from lanterne import TERMS, card_fees, money, terms

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingModel,
    Percent,
    Percentage,
    Rounding,
    Selection,
    Split,
    SplitPlan,
    Terms,
    Tier,
)
from pushcore.campaigns import Progress
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.payouts import FeeBearer, FundingSource
from pushcore.rewards import LineKind, quote


def test_a_tier_is_found_by_its_id():
    assert TERMS.catalogue.tier("postcard") == Tier("postcard", money("10.00"), limit=3)
    assert TERMS.catalogue.tier("castle") is None
    assert TERMS.currency.code == "EUR"


def test_equal_terms_are_equal_and_hash_so():
    assert terms() == TERMS
    assert hash(terms()) == hash(TERMS)
    assert terms(minimum=money("2.00")) != TERMS


def test_every_problem_is_named_at_once():
    dollars = money("5.00", "USD")
    with pytest.raises(InvalidDocument) as no:
        terms(
            minimum=-dollars,
            claim_lifetime=timedelta(0),
            tiers=[Tier("a", money(1)), Tier("b", dollars), Tier("a", money(2)), Tier("a", money(3))],
            fees=card_fees("USD"),
            splits=SplitPlan([Split("x", fixed=dollars), Split("y", remaining=True, max=dollars)]),
        )
    found = [(problem.path, problem.kind) for problem in no.value.problems]
    assert found == [
        ("tiers.a", "duplicate"),
        ("minimum", "invalid"),
        ("claim_lifetime", "invalid"),
        ("minimum", "currency"),
        *[("fees", "currency")] * 3,
        *[("splits", "currency")] * 2,
        ("tiers.b.price", "currency"),
    ]
    assert "3 tiers have the id a" in str(no.value)


def test_the_largest_pledge_is_no_less_than_the_smallest():
    assert terms(maximum=money("1.00")).maximum == money("1.00")
    with pytest.raises(InvalidDocument, match="maximum"):
        terms(maximum=money("0.99"))


def test_late_pledges_and_slow_payments_have_their_time():
    agreed = terms(late_days=30, model=FundingModel(grace=timedelta(days=2)))
    assert agreed.waits_until == agreed.window.closes.at + timedelta(days=2)
    assert agreed.late_until == agreed.window.closes.at + timedelta(days=30)
    assert terms().late_until is None


@pytest.mark.parametrize("junk", [None, 5, "totals"])
def test_only_totals_and_quotes_are_counted(junk):
    for question in (TERMS.total, TERMS.full, TERMS.counted):
        with pytest.raises(InvalidValue):
            question(junk)


@pytest.mark.parametrize("lifetime", [timedelta(0), -timedelta(hours=1), timedelta(days=366), timedelta.max])
def test_a_claim_lives_for_some_time_but_not_for_ever(lifetime):
    with pytest.raises(InvalidDocument, match="claim_lifetime"):
        terms(claim_lifetime=lifetime)


@pytest.mark.parametrize(
    "wrong",
    [
        {"goal": money(100)},
        {"model": "all-or-nothing"},
        {"window": None},
        {"minimum": 1},
        {"claim_lifetime": 3600},
        {"dunning": []},
        {"tiers": ["postcard"]},
        {"tiers": 7},
        {"fees": Percentage.of(5)},
        {"splits": {}},
    ],
)
def test_a_part_of_the_wrong_kind(wrong):
    with pytest.raises(InvalidValue):
        terms(**wrong)


def test_terms_say_everything():
    with pytest.raises(TypeError):
        Terms(goal=TERMS.goal)


def test_fees_of_both_bases_are_not_taken_of_what_counts_in_part():
    """What counts before the fees of each pledge is in no total."""
    lines = [
        FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP),
        FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP),
    ]
    both, bonus = FeeSchedule(lines), FundingModel(net_of_fees=True, counts=[LineKind.BONUS])
    with pytest.raises(InvalidDocument, match=r"model\.net_of_fees: .*, not of both"):
        terms(model=bonus, fees=both)
    assert terms(model=FundingModel(net_of_fees=True), fees=both).fees == both
    for line in lines:
        assert terms(model=bonus, fees=FeeSchedule([line])).model == bonus


def fee(name, base, percent, **more):
    return FeeLine(name, FeeBase(base), Percent(Percentage.of(percent)), Rounding.HALF_UP, **more)


AFTER_FEES = FundingModel(net_of_fees=True)


@pytest.mark.parametrize(
    "lines",
    [
        [fee("card", "pledge", 3, methods=["card"])],
        [fee("card", "collected", 3, sources=[FundingSource.MATCHED])],
        [fee("card", "pledge", 1), fee("card vat", "fees", 21, of=["card"])],
        [fee("total", "collected", 1), fee("p", "pledge", 1), fee("card vat", "fees", 21, of=["total", "p"])],
    ],
    ids=range(4),
)
def test_a_measure_after_fees_needs_fees_that_are_known_pledge_by_pledge(lines):
    with pytest.raises(InvalidDocument) as refused:
        terms(model=AFTER_FEES, fees=FeeSchedule(lines))
    (problem,) = refused.value.problems
    assert problem.path == "model.net_of_fees"
    assert problem.message.startswith("fee card")
    assert problem.message.endswith("depends on how pledges are paid, or on what was taken of each")
    assert terms(fees=FeeSchedule(lines)).fees.lines == tuple(lines)


def test_a_measure_after_fees_has_the_taxes_on_them_and_not_what_others_bear():
    fees = FeeSchedule(
        [
            fee("platform", "collected", 10),
            fee("vat", "fees", 20, of=["platform"]),
            fee("withheld", "fees", 5, of=["platform"], withheld=True),
            fee("host", "collected", 50, bearer=FeeBearer.HOST),
        ]
    )
    raised = Progress(money("100.00"), 1, 1, money("0.00"), 0, counted=money("100.00"))
    assert terms(model=AFTER_FEES, fees=fees).total(raised) == money("88.50")


def test_a_fee_of_each_pledge_that_others_bear_lowers_nothing():
    lines = [fee("card", "pledge", 3), fee("host", "pledge", 50, bearer=FeeBearer.PLATFORM)]
    bonus = FundingModel(net_of_fees=True, counts=[LineKind.BONUS])
    agreed = terms(model=bonus, fees=FeeSchedule(lines))
    assert agreed.counted(quote(agreed.catalogue, Selection(money("100.00")))) == money("97.00")
