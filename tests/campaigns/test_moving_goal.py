"""A goal with fees on top: its parts add up to it, and the project gets its cost to the penny."""

from datetime import UTC, datetime
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import (
    CampaignState,
    Changes,
    FundingGoal,
    FundingModel,
    Money,
    Percentage,
    Rounding,
    StretchGoal,
)
from pushcore.campaigns import Cap, GoalParts, MovingGoal, Unlock, UnlockKind, revising
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue, Refused
from pushcore.payouts import Below, FeeBase, FeeBearer, FeeLine, Fixed, FundingSource, Percent, Sum
from pushcore.testing import builders


def gbp(text):
    return Money.of(text, "GBP")


def pence(minor):
    return Money.of_minor(minor, "GBP")


def line(name, percent, fixed, rounding=Rounding.HALF_UP, base=FeeBase.PLEDGE):
    return FeeLine(name, base, Sum([Percent(Percentage.of(percent)), Fixed(fixed)]), rounding)


CARD = line("card", "2.9", gbp("0.20"))
TRANSFER = FeeLine("transfer", FeeBase.PLEDGE, Fixed(gbp("0.80")), Rounding.HALF_UP)


def spacehive(cost, *, fee="7.5", assumed="card"):
    return MovingGoal(
        cost=gbp(cost),
        fee=Percentage.of(fee),
        vat=Percentage.of("20"),
        rounding=Rounding.HALF_UP,
        methods=[CARD, TRANSFER],
        assumed=assumed,
    )


def lines(name):
    return st.builds(
        lambda percent, fixed, rounding: line(name, percent, pence(fixed), rounding),
        st.fractions(0, Fraction(999, 10), max_denominator=1_000),
        st.integers(0, 300),
        st.sampled_from(Rounding),
    )


goals = st.builds(
    lambda cost, fee, vat, card, transfer, rounding, assumed: MovingGoal(
        cost=pence(cost),
        fee=Percentage.of(fee),
        vat=Percentage.of(vat),
        rounding=rounding,
        methods=[card, transfer],
        assumed=assumed,
    ),
    st.integers(1, 20_000),
    st.fractions(0, 30, max_denominator=100),
    st.fractions(0, 30, max_denominator=100),
    lines("card"),
    lines("transfer"),
    st.sampled_from(Rounding),
    st.sampled_from([None, "card", "transfer"]),
)
amounts = st.lists(st.integers(0, 4_000).map(pence), max_size=8)
pledges = st.fixed_dictionaries({}, optional={"card": amounts, "transfer": amounts})


def total(known):
    return sum(amount.minor for several in known.values() for amount in several)


@given(goals, pledges)
def test_the_parts_of_a_goal_add_up_to_it(goal, known):
    parts = goal.given(known)
    assert parts.cost == goal.cost
    assert parts.fee == goal.cost.times(goal.fee, goal.rounding)
    assert parts.vat == parts.fee.times(goal.vat, goal.rounding)
    by_name = {line.name: line for line in goal.methods}
    assert parts.payment == {
        name: Money.total(map(by_name[name].fee, several), "GBP") for name, several in known.items()
    }
    added = parts.cost + parts.fee + parts.vat + Money.total(parts.payment.values(), "GBP")
    assert added + parts.estimated == parts.amount


@given(goals, pledges, st.sampled_from(["card", "transfer"]))
def test_one_more_pledge_of_what_is_missing_gives_the_project_exactly_its_cost(goal, known, method):
    missing = goal.missing(known, method)
    known = known | {method: [*known.get(method, ()), missing]}
    parts = goal.given(known)
    left = pence(total(known)) - Money.total(parts.payment.values(), "GBP") - parts.fee - parts.vat
    assert left == goal.cost if missing else left >= goal.cost
    assert not goal.missing(known, method)
    assert not parts.estimated


@given(goals, pledges, st.sampled_from(["card", "transfer"]))
def test_a_penny_less_than_what_is_missing_is_too_little(goal, known, method):
    missing = goal.missing(known, method)
    if missing.minor > 1:
        less = known | {method: [*known.get(method, ()), missing - pence(1)]}
        assert goal.missing(less, method)


@given(goals, pledges)
def test_what_is_assumed_moves_the_goal_that_is_shown_but_not_when_it_is_reached(goal, known):
    plain = attrs.evolve(goal, assumed=None)
    reached = total(known) >= plain.given(known).amount.minor
    assert reached is (total(known) >= goal.given(known).amount.minor)
    assert reached is not bool(goal.missing(known, "card"))
    assert plain.given(known).amount <= goal.given(known).amount


@given(goals, pledges, st.sampled_from(["card", "transfer"]), st.integers(0, 4_000).map(pence))
def test_without_an_assumption_no_pledge_lowers_the_goal(goal, known, method, amount):
    goal = attrs.evolve(goal, assumed=None)
    more = known | {method: [*known.get(method, ()), amount]}
    assert goal.given(more).amount >= goal.given(known).amount


@given(goals, pledges, st.integers(0, 500))
def test_a_dearer_project_has_no_lower_goal(goal, known, more):
    dearer = attrs.evolve(goal, cost=goal.cost + pence(more))
    assert dearer.given(known).amount >= goal.given(known).amount


@given(goals, pledges, st.data())
def test_the_order_of_pledges_and_methods_does_not_matter(goal, known, data):
    shuffled = {
        name: data.draw(st.permutations(known[name])) for name in data.draw(st.permutations([*known]))
    }
    assert goal.given(shuffled) == goal.given(known)
    assert list(goal.given(shuffled).payment) == [name for name in ("card", "transfer") if name in known]


@given(goals)
def test_one_pledge_of_the_whole_goal_by_the_assumed_method_does_not_move_it(goal):
    if goal.assumed is not None:
        start = goal.given({})
        assert goal.given({goal.assumed: [start.amount]}).amount == start.amount
        assert start.amount == goal.missing({}, goal.assumed)


def test_spacehive_puts_its_fee_the_tax_and_the_payments_on_top():
    """Section 3 of the rules: 7.5 % and VAT on the cost; a card takes 2.9 % + 20p, a transfer some 80p."""
    parts = spacehive("10000.00").given({})
    assert (str(parts.fee), str(parts.vat)) == ("GBP 750.00", "GBP 150.00")
    assert parts.amount == gbp("11225.75")  # (10,900 + 0.20) / 0.971
    assert parts.amount - CARD.fee(parts.amount) == gbp("10900.00")
    assert spacehive("10000.00", fee="5").given({}).amount == gbp("10916.79")  # (10,600 + 0.20) / 0.971


def test_spacehive_moves_the_goal_as_payment_methods_become_known():
    goal = spacehive("1000.00")
    start = goal.given({}).amount
    assert start == gbp("1122.76")  # (1,090 + 0.20) / 0.971
    by_transfer = goal.given({"transfer": [gbp("500.00")]})
    assert by_transfer.payment == {"transfer": gbp("0.80")}
    assert by_transfer.amount == gbp("1108.65")  # 500 + (590.80 + 0.20) / 0.971
    by_small_cards = goal.given({"card": [gbp("5.00")] * 100})
    assert by_small_cards.payment == {"card": gbp("35.00")}  # 0.345 each, rounded each time
    assert by_small_cards.amount == gbp("1143.87")  # 500 + (625.00 + 0.20) / 0.971
    assert goal.given({"transfer": [gbp("1090.80")]}) == GoalParts(
        gbp("1000.00"), gbp("75.00"), gbp("15.00"), {"transfer": gbp("0.80")}, gbp("0.00")
    )


@pytest.mark.parametrize("minor", [10**30, 10**59])
def test_a_goal_beyond_all_reason_is_still_exact(minor):
    goal = attrs.evolve(spacehive("1.00"), cost=pence(minor), vat=Percentage.of(0))
    amount = goal.given({}).amount
    assert amount - CARD.fee(amount) == pence(minor + minor * 3 // 40)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"methods": [CARD, CARD]}, ["methods.card duplicate"]),
        ({"assumed": "cash"}, ["assumed invalid"]),
        ({"methods": [], "assumed": "card"}, ["methods missing", "assumed invalid"]),
        ({"methods": [line("card", "100", gbp("0.00"))]}, ["methods.card invalid"]),
        (
            {"methods": [line("card", "2.9", gbp("0.20"), base=FeeBase.COLLECTED)], "assumed": None},
            ["methods.card invalid"],
        ),
        *(
            ({"methods": [attrs.evolve(CARD, **more)], "assumed": None}, ["methods.card invalid"])
            for more in (
                {"share": Percentage.of(50)},
                {"methods": ["card"]},
                {"sources": [FundingSource.BACKER]},
                {"bearer": FeeBearer.PLATFORM},
                {"estimate": True},
            )
        ),
        (
            {
                "methods": [
                    CARD,
                    line("card", "5", Money.of(1, "EUR")),
                    FeeLine(
                        "cheque",
                        FeeBase.PLEDGE,
                        Below(gbp("10.00"), Percent(Percentage.of(5)), Percent(Percentage.of(3))),
                        Rounding.HALF_UP,
                    ),
                ],
                "assumed": "cash",
            },
            ["methods.card duplicate", "methods.card currency", "methods.cheque invalid", "assumed invalid"],
        ),
    ],
    ids=range(11),
)
def test_all_problems_of_a_moving_goal_are_told(changes, problems):
    with pytest.raises(InvalidDocument) as refused:
        attrs.evolve(spacehive("1000.00"), **changes)
    assert [f"{it.path} {it.kind}" for it in refused.value.problems] == problems


@pytest.mark.parametrize(
    "changes",
    [
        {"cost": gbp("0.00")},
        {"cost": 5},
        {"fee": Percentage.of("-1")},
        {"vat": Percentage.of("-1")},
        {"vat": 20},
        {"rounding": "half-up"},
        {"methods": ["card"]},
        {"methods": None},
        {"assumed": 5},
    ],
    ids=str,
)
def test_what_no_moving_goal_can_be(changes):
    with pytest.raises(InvalidValue):
        attrs.evolve(spacehive("1000.00"), **changes)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"cash": []}, "no payment method 'cash'; there are card, transfer"),
        ({5: []}, "a payment method: expected str, got 5"),
        ({"card": 5}, "expected a sequence, got 5"),
        ({"card": [5]}, "expected amounts of money, got 5"),
        ({"card": [gbp("-1.00")]}, r"at least zero, not of GBP -1\.00"),
        ([("card", [])], "amounts by payment method: expected Mapping"),
        (None, "amounts by payment method: expected Mapping, got None"),
    ],
    ids=range(7),
)
def test_what_no_known_pledges_can_be(known, why):
    goal = spacehive("1000.00")
    for asked in (goal.given, lambda known: goal.missing(known, "card")):
        with pytest.raises(InvalidValue, match=why):
            asked(known)


def test_pledges_are_of_the_currency_of_the_cost():
    goal = spacehive("1000.00")
    with pytest.raises(CurrencyMismatch):
        goal.given({"card": [Money.of(5, "EUR")]})
    with pytest.raises(InvalidValue, match="no payment method 'cash'"):
        goal.missing({}, "cash")


def test_parts_are_money():
    for place in range(5):
        parts = [gbp("1.00"), gbp("0.00"), gbp("0.00"), {}, gbp("0.00")]
        parts[place] = 5
        with pytest.raises(InvalidValue):
            GoalParts(*parts)


def known(**pounds):
    return {method: [gbp(it) for it in amounts] for method, amounts in pounds.items()}


def moving(**pounds):
    return FundingGoal.of_costs(spacehive("1000.00"), known(**pounds))


def test_a_goal_is_what_costs_come_to():
    goal = moving()
    assert (goal.amount, goal.known, goal.moving) == (gbp("1122.76"), gbp("0.00"), spacehive("1000.00"))
    assert FundingGoal.of_costs(spacehive("1000.00")) == goal
    more = moving(card=["500.00", "100.00"], transfer=["50.00"])
    assert (more.amount, more.known) == (spacehive("1000.00").given(PAID).amount, gbp("650.00"))
    once = FundingGoal.of_costs(spacehive("1000.00"), {"card": iter([gbp("5.00")])})
    assert once == moving(card=["5.00"])


PAID = {"card": [gbp("500.00"), gbp("100.00")], "transfer": [gbp("50.00")]}


def test_a_goal_is_settled_when_all_of_the_total_is_known():
    goal = moving(card=["500.00"])
    assert [goal.settled(gbp(it)) for it in ("499.99", "500.00", "500.01")] == [False, True, False]
    assert FundingGoal(gbp("5.00")).settled(gbp("9.00"))
    assert FundingGoal(5).settled(9)


@given(
    goal=goals,
    cards=st.lists(st.integers(1, 60_000), max_size=5),
    transfers=st.lists(st.integers(1, 60_000), max_size=5),
    matched=st.integers(0, 60_000),
)
def test_a_settled_goal_is_reached_when_the_cost_is_covered_and_not_before(goal, cards, transfers, matched):
    """What was given, less the fee, the tax and what each payment costs, is at least the cost."""
    paid = {"card": [pence(it) for it in cards], "transfer": [pence(it) for it in transfers]}
    total = pence(sum(cards) + sum(transfers) + matched)
    moved = FundingGoal.of_costs(goal, paid, matched=pence(matched))
    assert moved.settled(total)
    fee = goal.cost.times(goal.fee, goal.rounding)
    costs = [line.fee(it) for line in goal.methods for it in paid[line.name]]
    left = total - fee - fee.times(goal.vat, goal.rounding) - Money.total(costs, "GBP")
    assert moved.reached(total) is (left >= goal.cost)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: FundingGoal(gbp("9.00"), moving=spacehive("1.00")),
        lambda: FundingGoal(gbp("9.00"), known=gbp("1.00")),
        lambda: FundingGoal(9, moving=spacehive("1.00"), known=gbp("0.00")),
        lambda: FundingGoal(gbp("9.00"), moving=spacehive("1.00"), known=gbp("-0.01")),
        lambda: FundingGoal(gbp("9.00"), moving=spacehive("1.00"), known=Money.of(1, "EUR")),
        lambda: FundingGoal(Money.of(9, "EUR"), moving=spacehive("1.00"), known=Money.of(1, "EUR")),
        lambda: attrs.evolve(moving(), optimum=gbp("9999.00")),
        lambda: attrs.evolve(moving(), moving="card"),
        lambda: FundingGoal.of_costs("card"),
        lambda: FundingGoal.of_costs(spacehive("1.00"), ["card"]),
        lambda: FundingGoal.of_costs(spacehive("1.00"), {"card": 5}),
        lambda: FundingGoal.of_costs(spacehive("1.00"), {"card": [5]}),
        lambda: FundingGoal.of_costs(spacehive("1.00"), known(cheque=["5.00"])),
        lambda: FundingGoal.of_costs(spacehive("1.00"), matched=5),
        lambda: FundingGoal.of_costs(spacehive("1.00"), matched=gbp("-0.01")),
        lambda: FundingGoal.of_costs(spacehive("1.00"), matched=Money.of(1, "EUR")),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_goals_that_cannot_move(wrong):
    with pytest.raises(InvalidValue):
        wrong()


def test_nothing_less_than_nothing_is_matched():
    goal = spacehive("100.00")
    assert goal.given({}, matched=gbp("0.00")) == goal.given({})
    for wrong in (gbp("-0.01"), 5):
        with pytest.raises(InvalidValue, match="what is matched"):
            goal.given({}, matched=wrong)


@pytest.mark.parametrize("junk", [5, [], ""])
def test_the_method_that_is_assumed_is_a_name_or_none(junk):
    with pytest.raises(InvalidValue, match="assumed"):
        attrs.evolve(spacehive("100.00"), assumed=junk)


def test_what_is_matched_already_costs_no_payment():
    goal = spacehive("100.00")
    assert goal.given({}, matched=gbp("109.00")).amount == gbp("109.00")
    assert goal.given({}, matched=gbp("54.50")).amount == gbp("110.83")  # 54.50 + (54.50 + 0.20) / 0.971
    assert goal.given({}).amount == gbp("112.46")  # (109.00 + 0.20) / 0.971


def test_what_a_moving_goal_does_not_go_with():
    """All that rests on a goal that stays."""
    made = builders.terms("5", currency="GBP")
    cap = Cap(amount=gbp("2000.00"), smallest_charge=gbp("1.00"), tolerance=gbp("0.00"), clips=False)
    more = [StretchGoal("more", gbp("1500.00"), [Unlock(UnlockKind.NOTE, "a bench")])]
    with pytest.raises(InvalidDocument) as no:
        attrs.evolve(made, goal=moving(), model=FundingModel(cap=cap), stretch_goals=more)
    assert [it.path for it in no.value.problems] == ["stretch_goals", "model.cap"]
    with pytest.raises(InvalidDocument, match="net_of_fees"):
        attrs.evolve(made, goal=moving(), model=FundingModel(net_of_fees=True))


MOVABLE = {CampaignState.LIVE, CampaignState.SUSPENDED, CampaignState.GRACE, CampaignState.CLOSING}


@pytest.mark.parametrize("state", CampaignState)
def test_when_a_goal_moves(state):
    at = datetime(2026, 1, 6, tzinfo=UTC)
    made = attrs.evolve(builders.terms("5", currency="GBP"), goal=moving())
    it = attrs.evolve(builders.a_campaign(currency="GBP", state=state), terms=made)
    if state not in MOVABLE:
        with pytest.raises(Refused) as no:
            revising.move_goal(it, PAID, at, "jobs")
        assert no.value.codes == ("wrong-state",)
        return
    after, changes = revising.move_goal(it, PAID, at, "jobs")
    assert after.terms.goal == FundingGoal.of_costs(spacehive("1000.00"), PAID)
    assert (changes.put, after.version) == ((after,), 2)
    (event,) = changes.events
    assert [str(edit) for edit in event.edits] == [
        "goal.amount from GBP 1122.76 to GBP 1122.50",
        "goal.known from GBP 0.00 to GBP 650.00",
    ]
    assert revising.move_goal(after, PAID, at, "jobs") == (after, Changes())


def test_a_goal_that_stays_does_not_move():
    over = builders.a_campaign(state=CampaignState.FAILED)
    with pytest.raises(Refused) as no:
        revising.move_goal(over, {}, builders.OPENS, "jobs")
    assert no.value.codes == ("goal-fixed", "wrong-state")


def test_whether_a_payment_fee_goes_back_makes_no_difference():
    kept = attrs.evolve(CARD, refundable=False)
    assert attrs.evolve(spacehive("1000.00"), methods=[kept], assumed="card").methods == (kept,)
