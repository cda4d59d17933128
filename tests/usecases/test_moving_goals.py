"""Spacehive's goals with fees on top: they move as payments become known, and are judged by all of them."""

from datetime import timedelta

import attrs
import pytest
from lanterne import END, between, launched, refused, request

from pushcore import (
    CampaignState,
    Charging,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingGoal,
    FundingModel,
    Money,
    Percent,
    Percentage,
    Rounding,
    Sum,
    advance_campaign,
    cancel_pledge,
    close_campaign,
    edit_campaign,
    launch_campaign,
    match_pledge,
    move_goal,
    open_fund,
    place_pledge,
    state_account,
)
from pushcore.campaigns import Editing, GoalEdits, MovingGoal, ending
from pushcore.campaigns.events import CampaignEdited
from pushcore.campaigns.funding import COUNTED
from pushcore.errors import InvalidValue, NotFound
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.memory import memory_ports
from pushcore.rewards.quote import GOODS
from pushcore.usecases import draft_campaign

BY = {"actor": "jobs"}


def gbp(amount):
    return Money.of(amount, "GBP")


CARD = FeeLine(
    "card", FeeBase.PLEDGE, Sum([Percent(Percentage.of("2.9")), Fixed(gbp("0.20"))]), Rounding.HALF_UP
)
TRANSFER = FeeLine("transfer", FeeBase.PLEDGE, Fixed(gbp("0.80")), Rounding.HALF_UP)
COSTS = MovingGoal(
    cost=gbp("1000.00"),
    fee=Percentage.of("7.5"),
    vat=Percentage.of("20"),
    rounding=Rounding.HALF_UP,
    methods=[CARD, TRANSFER],
    assumed="card",
)
PLATFORM = [
    FeeLine(name, FeeBase.COLLECTED, Fixed(gbp(amount)), Rounding.HALF_UP)
    for name, amount in (("platform", "75.00"), ("vat", "15.00"))
]


def hive(*amounts, model=FundingModel.ALL_OR_NOTHING, **changed):
    """A live project of 1,000.00, to which these were given."""
    terms = launched().store.campaign("lanterne").terms
    changes = {
        "goal": FundingGoal.of_costs(COSTS),
        "model": model,
        "minimum": gbp("1.00"),
        "tiers": [],
        "fees": FeeSchedule([*PLATFORM, CARD]),
        "splits": type(terms.splits)(),
    }
    ports = memory_ports(terms.window.opens)
    made = attrs.evolve(terms, **(changes | changed))
    draft_campaign(ports, made, creator_id="lune", actor="lune", campaign_id="lanterne")
    launch_campaign(ports, "lanterne", actor="lune")
    for n, amount in enumerate(amounts):
        give(ports, f"p{n}", amount)
    return ports


def give(ports, pledge_id, amount):
    return place_pledge(ports, request(pledge_id, gbp(amount), backer_id=pledge_id))


def move(ports, **known):
    paid = {method: [gbp(it) for it in amounts] for method, amounts in known.items()}
    return move_goal(ports, "lanterne", paid, **BY)


def the(ports):
    return ports.store.campaign("lanterne")


def advance(ports):
    assert advance_campaign(ports, "lanterne", **BY) == {}
    return the(ports).state.value


def test_a_goal_moves_as_it_becomes_known_how_people_pay():
    ports = hive("50.00", "50.00")
    assert the(ports).terms.goal.amount == gbp("1122.76")
    moved = move(ports, card=["50.00"], transfer=["50.00"])
    assert moved == the(ports)
    assert moved.terms.goal.amount == COSTS.given({"card": [gbp("50")], "transfer": [gbp("50")]}).amount
    event = [it for it in ports.store.events() if isinstance(it, CampaignEdited)][-1]
    assert [edit.path for edit in event.edits] == [("goal", "amount"), ("goal", "known")]
    assert event.edits[0].before == "GBP 1122.76"
    before = list(ports.store.events())
    assert move(ports, card=["50.00"], transfer=["50.00"]) == moved
    assert list(ports.store.events()) == before


@pytest.mark.parametrize(("last", "state"), [("623.16", "failed"), ("623.17", "successful")])
def test_the_verdict_is_by_what_the_project_gets(last, state):
    """To the penny: 1,000.00 and 90.00 on top, and what three payments by card cost."""
    ports = hive("250.00", "250.00", last)
    ports.clock.set(END)
    assert advance(ports) == advance(ports) == "closing"
    assert list(ports.store.due_campaigns(END)) == ["lanterne"]
    move(ports, card=["250.00", "250.00"])
    assert advance(ports) == "closing"
    move(ports, card=["250.00", "250.00", last])
    assert advance(ports) == state
    if state == "successful":
        advance(ports)
        statement = state_account(ports, "lanterne")
        assert statement.net == gbp("1000.00")


def test_what_is_paid_by_transfer_costs_less():
    """The same amounts, and another verdict: 80p are less than what 250.00 cost by card."""
    ports = hive("250.00", "250.00", "620.00")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", **BY)
    move(ports, card=["250.00", "620.00"], transfer=["250.00"])
    assert the(ports).terms.goal.amount == gbp("1116.43")
    assert close_campaign(ports, "lanterne", **BY).state is CampaignState.SUCCESSFUL


def test_a_goal_that_moved_in_time_needs_no_more():
    ports = hive("50.00")
    move(ports, card=["50.00"])
    ports.clock.set(END)
    assert advance(ports) == "failed"


def test_what_was_taken_back_is_known_no_more():
    ports = hive("50.00", "60.00")
    move(ports, card=["50.00", "60.00"])
    cancel_pledge(ports, "p1", **BY)
    ports.clock.set(END)
    assert advance(ports) == "closing"
    move(ports, card=["50.00"])
    assert advance(ports) == "failed"


def test_where_money_is_taken_at_once_what_failed_is_not_known():
    """Spacehive takes it with the pledge, and judges by what could be charged."""
    ports = hive(model=FundingModel(charging=Charging.AT_PLEDGE))
    give(ports, "p0", "50.00")
    ports.gateway.decline("p1")
    give(ports, "p1", "2000.00")
    ports.clock.set(END)
    move(ports, card=["50.00", "2000.00"])
    for _ in range(9):
        advance(ports)
        ports.clock.set(ports.now() + timedelta(days=1))
    assert advance(ports) == "closing"
    move(ports, card=["50.00"])
    assert advance(ports) == "failed"


def test_a_verdict_on_half_of_the_costs_is_refused():
    ports = hive("50.00")
    ports.clock.set(END)
    it = close_campaign(ports, "lanterne", **BY)
    progress = ports.store.progress("lanterne")
    assert refused(ending.judge, it, progress, END, "jobs") == ("goal-moving",)


def test_what_is_known_is_read_once():
    """A race makes it decide again on the same amounts, though they came as a stream."""
    ports = hive("50.00")
    racing = between(ports, lambda: move(ports, card=["1.00"]))
    moved = move_goal(racing, "lanterne", {"card": iter([gbp("50.00")])}, **BY)
    assert moved.terms.goal.known == gbp("50.00")


def test_nobody_else_moves_it_once_somebody_has_pledged():
    ports = hive("50.00", editing=Editing(goal=GoalEdits.ANY))
    terms = the(ports).terms
    other = FundingGoal.of_costs(attrs.evolve(COSTS, cost=gbp("900.00")))
    less = attrs.evolve(terms.goal, amount=gbp("1.00"))
    for goal in (other, less, FundingGoal(gbp("5.00"))):
        codes = refused(edit_campaign, ports, "lanterne", attrs.evolve(terms, goal=goal), actor="lune")
        assert set(codes) == {"terms-frozen"}
    ports = hive()
    edited = edit_campaign(ports, "lanterne", attrs.evolve(the(ports).terms, goal=other), actor="lune")
    assert edited.terms.goal == other


@pytest.mark.parametrize(
    ("counts", "pool", "goal", "state"),
    [
        (COUNTED, "313.40", "1113.40", "successful"),
        (COUNTED, "313.39", "1113.61", "failed"),
        (GOODS, "313.40", "1122.97", "failed"),
    ],
)
def test_what_is_matched_is_known_and_costs_nothing(counts, pool, goal, state):
    ports = hive("800.00", model=FundingModel(counts=counts))
    open_fund(ports, MatchingFund("live", Multiple(1), [Pool("bank", gbp(pool))]), actor="clerk")
    match_pledge(ports, "p0", "live", actor="clerk")
    ports.clock.set(END)
    assert advance(ports) == "closing"
    assert move(ports, card=["800.00"]).terms.goal.amount == gbp(goal)
    advance_campaign(ports, "lanterne", **BY)
    assert the(ports).state.value == state


def test_what_does_not_move():
    assert refused(move_goal, launched(), "lanterne", {}, **BY) == ("goal-fixed",)
    with pytest.raises(NotFound):
        move_goal(launched(), "castle", {}, **BY)
    with pytest.raises(InvalidValue, match="no payment method 'cheque'"):
        move(hive("5.00"), cheque=["5.00"])
    with pytest.raises(InvalidValue, match="amounts by payment method"):
        move_goal(launched(), "lanterne", ["card"], **BY)
    with pytest.raises(InvalidValue, match="what a use case runs on"):
        move_goal(None, "lanterne", {}, **BY)
