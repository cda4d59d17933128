"""Splits: fixed amounts, then portions of the whole net, then what remains; and nothing is lost."""

from fractions import Fraction
from math import ceil, floor

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Split, SplitPlan
from pushcore.errors import CurrencyMismatch, InvalidValue

CREATOR = "lune"


def eur(text):
    return Money.of(text, "EUR")


def cents(minor):
    return Money.of_minor(minor, "EUR")


def portion(payee, text, most=None):
    return Split(payee, portion=Percentage.of(text), max=most)


def divided(splits, net, creator=CREATOR):
    """What each payee gets, in minor units."""
    parts = SplitPlan(splits).divide(net, creator=creator).parts
    return {payee: part.minor for payee, part in parts.items()}


nets = st.integers(0, 20) | st.integers(0, 100_000)
maxima = st.none() | st.integers(1, 20_000).map(cents)


@st.composite
def plans(draw):
    """Plans of every shape, also with the creator among the payees."""
    payees = draw(st.permutations(["ana", "bo", "cy", CREATOR, "zoe"]))
    shares = draw(st.lists(st.integers(1, 6), max_size=3))
    whole = sum(shares) + draw(st.integers(0, 3))
    splits = [
        Split(payee, portion=Percentage.of_fraction(Fraction(share, whole)), max=draw(maxima))
        for payee, share in zip(payees, shares, strict=False)
    ]
    if sum(shares) < whole or not shares or draw(st.booleans()):
        splits.append(Split(payees[3], remaining=True, max=draw(maxima)))
    if draw(st.booleans()):
        splits.append(Split(payees[4], fixed=cents(draw(st.integers(1, 5_000)))))
    return SplitPlan(draw(st.permutations(splits)))


@given(plans(), nets)
def test_nothing_is_lost_and_nobody_pays(plan, net):
    division = plan.divide(cents(net), creator=CREATOR)
    assert sum(part.minor for part in division.parts.values()) == net
    assert all(part.minor >= 0 for part in division.parts.values())
    assert tuple(division.parts) == plan.payees(CREATOR)


def without_maxima(plan):
    return SplitPlan([attrs.evolve(split, max=None) for split in plan.splits])


@given(plans(), nets)
def test_each_word_means_what_it_says(plan, net):
    parts = divided(without_maxima(plan).splits, cents(net))
    fixed = next((min(split.fixed.minor, net) for split in plan.splits if split.fixed), 0)
    total = sum(split.portion.fraction for split in plan.splits if split.portion)
    for split in plan.splits:
        part = parts.pop(split.payee_id)
        if split.fixed:
            assert part == fixed
        elif split.portion:
            shared = min(net * total, net - fixed)  # of the whole net, or of what the fixed amount left
            exact = shared * split.portion.fraction / total
            assert part in {floor(exact), ceil(exact)}
    assert not any(parts.values())  # so one that takes the remaining has all the rest


@given(plans(), nets)
def test_maxima_hold_and_what_they_leave_goes_to_the_creator(plan, net):
    parts = divided(plan.splits, cents(net))
    capped = [split for split in plan.splits if split.max and split.payee_id != CREATOR]
    assert all(parts[split.payee_id] <= split.max.minor for split in capped)
    without = divided(without_maxima(plan).splits, cents(net))
    if not any(split.max and without[split.payee_id] > split.max.minor for split in plan.splits):
        assert parts == {CREATOR: 0} | without if CREATOR in parts else parts == without


@given(plans(), nets, st.data())
def test_only_fixed_amounts_have_an_order(plan, net, data):
    others = data.draw(st.permutations(plan.splits))
    assert divided(others, cents(net)) == divided(plan.splits, cents(net))


@given(plans(), nets)
def test_whoever_gets_a_left_over_unit_is_named(plan, net):
    plan = SplitPlan([attrs.evolve(split, max=None) for split in plan.splits if not split.fixed])
    division = plan.divide(cents(net), creator=CREATOR)
    total = sum(split.portion.fraction for split in plan.splits if split.portion)
    for split in plan.splits:
        exact = net * (1 - total if split.remaining else split.portion.fraction)
        extra = division.parts[split.payee_id].minor - floor(exact)
        named = division.left_overs.get(split.payee_id, cents(0)).minor
        assert extra == named
        assert named in {0, 1}


def test_a_left_over_unit_that_a_maximum_cuts_off_is_not_named():
    plan = [portion("ana", "50", eur("0.50")), Split("bo", remaining=True)]
    division = SplitPlan(plan).divide(eur("1.01"), creator=CREATOR)
    assert division.left_overs == {}
    assert division.parts == {"ana": eur("0.50"), "bo": eur("0.51"), CREATOR: eur("0.00")}
    exactly = [portion("ana", "50", eur("0.51")), Split("bo", remaining=True)]
    assert SplitPlan(exactly).divide(eur("1.01"), creator=CREATOR).left_overs == {"ana": eur("0.01")}
    capped = [portion("bo", "50"), Split("ana", remaining=True, max=eur("0.50"))]
    assert SplitPlan(capped).divide(eur("1.01"), creator=CREATOR).left_overs == {}


def test_on_a_tie_the_smaller_payee_gets_the_unit():
    for splits in (
        [portion("ana", "50"), portion("bo", "50")],
        [portion("bo", "50"), portion("ana", "50")],
        [portion("bo", "50"), Split("ana", remaining=True)],
        [Split("bo", remaining=True), portion("ana", "50")],
    ):
        assert divided(splits, eur("0.01")) == {"ana": 1, "bo": 0}


@given(nets)
def test_without_splits_the_creator_gets_all(net):
    division = SplitPlan().divide(cents(net), creator=CREATOR)
    assert (division.parts, division.left_overs) == ({CREATOR: cents(net)}, {})
    assert SplitPlan().payees(CREATOR) == (CREATOR,)


@pytest.mark.parametrize(
    ("net", "parts"),
    [
        ("0.00", (0, 0, 0, 0)),
        ("3.00", (300, 0, 0, 0)),
        ("5.50", (500, 50, 0, 0)),
        ("7.00", (500, 200, 0, 0)),
        ("7.01", (500, 200, 1, 0)),
        ("8.00", (500, 200, 100, 0)),
        ("14.00", (500, 200, 700, 0)),
        ("14.02", (500, 200, 701, 1)),
        ("20.00", (500, 200, 1000, 300)),
    ],
)
def test_fixed_amounts_come_first_in_order(net, parts):
    plan = [
        Split("first", fixed=eur("5.00")),
        Split("second", fixed=eur("2.00")),
        portion("half", "50"),
        Split("rest", remaining=True),
    ]
    assert tuple(divided(plan, eur(net)).values()) == parts


def test_portions_share_what_fixed_amounts_leave():
    plan = [Split("lamp", fixed=eur("5.00")), portion("ana", "60"), portion("bo", "40")]
    assert divided(plan, eur("6.00")) == {"lamp": 500, "ana": 60, "bo": 40}


def test_what_a_maximum_leaves_goes_to_the_remaining_and_then_to_the_creator():
    plan = [portion("ana", "50", eur("10.00")), Split("bo", remaining=True, max=eur("20.00"))]
    assert divided(plan, eur("15.00")) == {"ana": 750, "bo": 750, CREATOR: 0}
    assert divided(plan, eur("25.00")) == {"ana": 1000, "bo": 1500, CREATOR: 0}
    assert divided(plan, eur("35.00")) == {"ana": 1000, "bo": 2000, CREATOR: 500}
    assert divided(plan, eur("35.00"), creator="bo") == {"ana": 1000, "bo": 2500}


def test_a_maximum_on_a_portion_of_all():
    assert divided([portion("ana", "100", eur("10.00"))], eur("12.00")) == {"ana": 1000, CREATOR: 200}


def test_the_creator_is_a_payee_where_something_can_be_left():
    rest = Split("bo", remaining=True)
    assert SplitPlan([portion("ana", "50"), rest]).payees(CREATOR) == ("ana", "bo")
    assert SplitPlan([portion("ana", "50", eur("1.00")), rest]).payees(CREATOR) == ("ana", "bo", CREATOR)
    assert SplitPlan([portion(CREATOR, "50", eur("1.00")), rest]).payees(CREATOR) == (CREATOR, "bo")


def test_a_plan_names_its_amounts():
    plan = SplitPlan([Split("lamp", fixed=eur("5.00")), Split("bo", remaining=True, max=eur("7.00"))])
    assert plan.amounts == (eur("5.00"), eur("7.00"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "give exactly one of fixed, portion and remaining"),
        ({"fixed": eur("1.00"), "remaining": True}, "give exactly one"),
        ({"fixed": eur("1.00"), "portion": Percentage.of(5)}, "give exactly one"),
        ({"portion": Percentage.of(5), "remaining": True}, "give exactly one"),
        ({"fixed": eur("1.00"), "max": eur("2.00")}, "a fixed amount has no maximum"),
        ({"max": eur("2.00")}, "give exactly one"),
        ({"portion": Percentage.of(0)}, "a portion lies above 0% and up to 100%, unlike 0%"),
        ({"portion": Percentage.of(-5)}, "unlike -5%"),
        ({"portion": Percentage.of("100.01")}, "unlike 100.01%"),
        ({"fixed": eur("0.00")}, r"Split\.fixed: expected an amount above zero"),
        ({"remaining": True, "max": eur("0.00")}, r"Split\.max: expected an amount above zero"),
        ({"remaining": True, "max": eur("-1.00")}, r"Split\.max: expected an amount above zero"),
        ({"remaining": 1}, r"Split\.remaining: expected bool, got 1"),
        ({"portion": "5"}, r"Split\.portion: expected Percentage or None, got '5'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_split_is_one_of_three(options, why):
    with pytest.raises(InvalidValue, match=why) as refused:
        Split("ana", **options)
    assert refused.value.facts.keys() & {"payee", "value"}


def test_every_problem_of_a_split_is_told():
    with pytest.raises(
        InvalidValue, match=r"split of ana: give exactly one .*; a fixed amount has no maximum"
    ):
        Split("ana", fixed=eur("1.00"), remaining=True, max=eur("1.00"))


@pytest.mark.parametrize(
    ("splits", "why"),
    [
        ([Split("ana", remaining=True)] * 2, "payee 'ana' stands twice"),
        ([Split(name, remaining=True) for name in "abc"], "3 splits take the remaining, and at most one can"),
        ([portion("ana", "50"), portion("bo", "60")], "portions total 110%, which is more than 100%"),
        (
            [portion("ana", "50"), portion("bo", "40")],
            "somebody takes the remaining, unless the portions total 100%",
        ),
        ([Split("ana", fixed=eur("1.00"))], "somebody takes the remaining"),
        (
            [portion("a", "60"), portion("b", "60"), *(Split(c, remaining=True) for c in "cd")],
            "2 splits .*; .*120%",
        ),
        ([None], "expected Split at 0, got None"),
        (["ana"], "expected Split at 0, got 'ana'"),
        (5, "expected a sequence, got 5"),
    ],
    ids=range(9),
)
def test_formance_ledger_003_004_splits_that_are_no_plan(splits, why):
    """Two that take the remaining, and portions above the whole, are refused elsewhere too."""
    with pytest.raises(InvalidValue, match=why):
        SplitPlan(splits)


@pytest.mark.parametrize("junk", [None, 5, "5.00", [Money.of(5, "EUR")]], ids=repr)
def test_money_is_divided_for_somebody(junk):
    with pytest.raises(InvalidValue, match="what is divided: expected Money, got"):
        SplitPlan().divide(junk, creator=CREATOR)
    with pytest.raises(InvalidValue, match=r"^creator: expected str, got"):
        SplitPlan().divide(eur("1.00"), creator=5 if junk == "5.00" else junk)


def test_a_debt_is_not_divided():
    with pytest.raises(InvalidValue, match=r"a net of at least zero is divided, not EUR -0\.01") as refused:
        SplitPlan().divide(eur("-0.01"), creator=CREATOR)
    assert refused.value.facts == {"net": eur("-0.01")}


def test_currencies_never_mix():
    for plan in (
        [Split("ana", fixed=eur("1.00")), Split("bo", remaining=True)],
        [portion("ana", "100", eur("1.00"))],
    ):
        with pytest.raises(CurrencyMismatch):
            SplitPlan(plan).divide(Money.of(5, "USD"), creator=CREATOR)


def test_turns_are_counted_from_zero_on():
    with pytest.raises(InvalidValue, match=r"^SplitPlan\.turn: expected at least 0, got -1$"):
        SplitPlan(turn=-1)
