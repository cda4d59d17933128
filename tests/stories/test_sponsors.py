"""Stories with sponsors: what their funds add, what goes back, and what is wrong with a fund."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import at, documents, played, pledge, read, result, told

from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.money import Money
from pushcore.stories import Happening, PlacePledge, diary, play, simulate
from pushcore.testing import builders

LIVE = {"fund": "live", "factor": 1, "pools": [{"sponsor": "bank", "amount": "60.00"}]}
SUM = {
    "fund": "sum",
    "lump_sum": {"amount": "10.00", "backers": 2},
    "pools": [{"sponsor": "city", "amount": "10.00"}],
}
NEXT = "2026-01-11 12:00"


def matched(*events, funds=(LIVE,), **sections):
    """What a story with funds comes to: what is matched, and what is left in each pool."""
    found = result(*events, matching=list(funds), **sections)
    assert found["ledger"]["balanced"]
    return found["state"], found["matched"], found["pools"]


def test_every_pledge_is_matched_when_it_is_confirmed():
    found = result(pledge("p1", "40.00"), pledge("p2", "30.00"), matching=[LIVE])
    assert (found["pledged"], found["matched"], found["backers"]) == ("130.00", "60.00", 2)
    assert found["pools"] == {"live": {"bank": "0.00"}}
    assert list(found["pledges"]) == ["p1", "p2"]
    without = result(pledge("p1", "40.00"))
    assert "matched" not in without
    assert "pools" not in without


def test_a_slow_pledge_is_matched_once_it_is_paid():
    campaign = {"claim_hours": 48}
    slow = pledge("p1", "55.00", slow=True), at(NEXT, confirm="p1")
    assert matched(*slow, campaign=campaign)[:2] == ("successful", "55.00")
    assert matched(slow[0], pledge("p2", "20.00", at=NEXT), campaign=campaign)[:2] == ("failed", "20.00")


@pytest.mark.parametrize(
    ("event", "stays", "left"),
    [
        (at(NEXT, cancel="p1"), "20.00", "40.00"),
        (at(NEXT, change="p1", amount="24.99"), "20.00", "40.00"),
        (at(NEXT, change="p1", amount="45.00"), "45.00", "15.00"),
        (at(NEXT, merge="p1", into="p2"), "45.00", "15.00"),  # refused
        (at(NEXT, transfer="p1", to="cleo"), "45.00", "15.00"),
        (at(NEXT, decline="p1"), "45.00", "15.00"),
    ],
)
def test_a_match_goes_back_with_its_pledge(event, stays, left):
    pledges = pledge("p1", "25.00", backer="ana"), pledge("p2", "20.00", backer="ana")
    outcome = played(*pledges, event, matching=[LIVE], campaign={"until": "2026-01-12 12:00"})
    found = outcome.as_dict()
    assert (found["matched"], found["pools"]) == (stays, {"live": {"bank": left}})


def test_a_failure_fills_the_pools_again():
    one, two = pledge("p1", "20.00"), pledge("p2", "5.00")
    funds = LIVE, SUM
    full = {"live": {"bank": "60.00"}, "sum": {"city": "10.00"}}
    assert matched(one, two, funds=funds) == ("failed", "35.00", full)


def test_what_sponsors_do_stands_in_the_diary():
    events = pledge("p1", "45.00"), pledge("p2", "5.00"), pledge("p3", "2.00"), at(NEXT, cancel="p3")
    outcome = played(*events, matching=[LIVE, SUM])
    notes = {note.what: note for day in diary(outcome) for note in day.notes}
    told_of = {
        what: (notes[what].detail, notes[what].who, str(notes[what].amount), notes[what].times)
        for what in (Happening.MATCHED, Happening.GIVEN, Happening.UNMATCHED)
    }
    assert told_of == {
        Happening.MATCHED: ("live", "p1", "EUR 52.00", 3),
        Happening.GIVEN: ("sum", "sum", "EUR 10.00", 1),
        Happening.UNMATCHED: ("live", "p3", "EUR 2.00", 1),
    }


def test_a_lump_sum_that_goes_back_stands_in_the_diary_too():
    outcome = played(pledge("p1", "5.00"), pledge("p2", "5.00"), matching=[SUM])
    notes = [note for day in diary(outcome) for note in day.notes if note.what is Happening.UNMATCHED]
    assert [(note.who, str(note.amount)) for note in notes] == [("sum", "EUR 10.00")]


def test_all_that_a_fund_may_say():
    whole = {
        "fund": "whole",
        "factor": "1/2",
        "per_contribution": "30.00",
        "per_backer": "12.00",
        "matches_per_backer": 2,
        "per_project_share": {"percent": "50", "of": "minimum"},
        "tiers": ["poster", "sticker"],
        "rounds": ["minimum", "fullunlimited"],
        "sharing": "first-able",
        "step": "0.50",
        "pools": [{"sponsor": "a", "amount": "10.00"}, {"sponsor": "b", "amount": "20.00"}],
    }
    share = {"percent": "20", "of": "minimum"}
    tiers = [{"id": "poster", "price": "25.00"}]
    story = read(
        told(
            pledge("p1", tier="poster"),
            matching=[whole, {**SUM, "lump_sum": {"amount": "5.00", "reached_share": share}}],
            tiers=tiers,
            campaign={"goal": "30.00"},
            add_ons=[{"id": "sticker", "price": "2.00"}],
        )
    )
    fund, sum_ = story.funds
    assert (str(fund.rule.factor), fund.rule.per_backer.text, fund.step.text) == ("1/2", "12.00", "0.50")
    assert fund.rule.per_project.goal == sum_.rule.reached.goal == "minimum"
    assert play(story).as_dict()["pools"] == {"whole": {"a": "8.00", "b": "17.00"}, "sum": {"city": "5.00"}}


WRONG = [
    ({"factor": 0.5}, "matching[0].factor", "factor 0.5 is no exact number: write it as 1, '0.5' or '1/3'"),
    ({"factor": True}, "matching[0].factor", "factor True is no exact number"),
    ({"factor": "50%"}, "matching[0].factor", "factor '50%' is no exact number"),
    ({"factor": "many"}, "matching[0].factor", "'many'"),
    ({"factor": 0}, "matching[0]", "expected more than zero, got 0"),
    ({"factor": None}, "matching[0]", "give a factor or a lump_sum"),
    ({"pools": []}, "matching[0]", "has no pool to pay from"),
    ({"pools": "bank"}, "matching[0].pools", "'bank' is not a list"),
    ({"pools": [{"sponsor": "bank"}]}, "matching[0].pools[0].amount", "this key is required"),
    ({"pools": [{"sponsor": "bank", "amount": "-1.00"}]}, "matching[0].pools[0].amount", "below zero"),
    ({"pools": LIVE["pools"] * 2}, "matching[0]", "sponsor 'bank' stands twice"),
    ({"fund": " "}, "matching[0].fund", "not printable text"),
    ({"per_backer": "0.00"}, "matching[0]", "expected an amount above zero"),
    ({"per_backer": "1.001"}, "matching[0].per_backer", "1.001"),
    ({"step": 1}, "matching[0].step", "is a number: write it as text"),
    ({"tiers": ["poster"]}, "matching[0].tiers[0]", "there is no tier 'poster'"),
    ({"rounds": ["half"]}, "matching[0].rounds[0]", "'half' is none of none, normal, minimum"),
    (
        {"rounds": ["unlimited"]},
        "matching[0]",
        "the fund asks for the optimum of the campaign, in money: state it",
    ),
    (
        {"per_project_share": {"percent": "0", "of": "minimum"}},
        "matching[0].per_project_share",
        "more than 0%",
    ),
    ({"per_project_share": 5}, "matching[0].per_project_share", "5 is not a table"),
    (
        {"per_project": "9.00", "per_project_share": {"percent": "5", "of": "minimum"}},
        "matching[0].per_project",
        "per_project_share says how much: leave out one of the two",
    ),
    ({"lump_sum": SUM["lump_sum"]}, "matching[0].factor", "a lump sum is not matched by a factor"),
    (
        {"factor": None, "lump_sum": SUM["lump_sum"], "rounds": ["normal"]},
        "matching[0].rounds",
        "a lump sum is not matched by a factor: leave it out",
    ),
    ({"factor": None, "lump_sum": {"amount": "5.00"}}, "matching[0].lump_sum", "say what"),
    ({"factor": None, "lump_sum": {"backers": 1}}, "matching[0].lump_sum.amount", "this key is required"),
    ({"colour": "red"}, "matching[0].colour", "there is no such key here"),
]


@pytest.mark.parametrize(("changed", "path", "message"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_with_a_fund_is_said_where_it_stands(changed, path, message):
    fund = {key: value for key, value in {**LIVE, **changed}.items() if value is not None}
    with pytest.raises(InvalidDocument) as refused:
        read(told(matching=[fund]))
    ((found, said),) = [(problem.path, problem.message) for problem in refused.value.problems]
    assert found == path
    assert message in said


def test_several_things_are_wrong_with_funds():
    wrong = [LIVE, {**LIVE, "step": "x"}, 7, {**SUM, "factor": 1}]
    with pytest.raises(InvalidDocument) as refused:
        read(told(matching=wrong, campaign={"goal": {"units": 3}}))
    assert [problem.path for problem in refused.value.problems] == [
        "matching[2]",
        "matching[1].step",
        "matching[3].factor",
        "matching[1].fund",
    ]


def test_a_fund_that_asks_for_a_goal_in_rewards_is_told():
    fund = {**LIVE, "rounds": ["minimum"]}
    with pytest.raises(InvalidDocument, match="the fund asks for the minimum of the campaign"):
        read(told(matching=[fund], campaign={"goal": {"units": 3}}, tiers=[{"id": "t", "price": "1.00"}]))


@given(
    documents(),
    st.lists(
        st.sampled_from([LIVE, SUM, {**LIVE, "fund": "more", "matches_per_backer": 1}]),
        unique_by=lambda it: it["fund"],
    ),
)
def test_whatever_happens_the_books_balance(document, funds):
    outcome = play(read({**document, "matching": funds}))
    assert outcome.balanced
    found = outcome.as_dict()
    if found["state"] == "failed":
        assert all(
            left in {"60.00", "10.00"} for pool in found.get("pools", {}).values() for left in pool.values()
        )


CAMPAIGN = builders.a_campaign()
OPENS, CLOSES = CAMPAIGN.terms.window.opens, CAMPAIGN.terms.window.closes.at
FUND = MatchingFund("live", Multiple(1), [Pool("bank", Money.of("5.00", "EUR"))])


def test_funds_take_part_in_a_simulation():
    steps = [PlacePledge(OPENS, builders.a_request("p1"))]
    timeline = simulate(CAMPAIGN, steps, until=CLOSES, funds=[FUND])
    assert timeline.last_standing.progress.matched == Money.of("5.00", "EUR")
    with pytest.raises(InvalidValue, match="who matches: expected MatchingFund"):
        simulate(CAMPAIGN, steps, until=CLOSES, funds=["live"])
    with pytest.raises(InvalidValue, match="fund 'live' stands twice"):
        simulate(CAMPAIGN, steps, until=CLOSES, funds=[FUND, FUND])


def test_a_goal_that_moves_knows_what_is_matched():
    costs = {
        "cost": "100.00",
        "fee": "5",
        "vat": "20",
        "rounding": "half-up",
        "assumed": "card",
        "methods": [{"method": "card", "percent": "2", "rounding": "half-up"}],
    }
    campaign = {"goal": None}
    assert matched(pledge("p1", "60.00"), costs=costs, campaign=campaign)[:2] == ("successful", "60.00")
    assert matched(pledge("p1", "40.00"), costs=costs, campaign=campaign)[:2] == ("failed", "40.00")
