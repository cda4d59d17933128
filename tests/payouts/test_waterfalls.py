"""Waterfalls and rotation: the net falls from tier to tier, and left-over units go round."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Percentage, Split, SplitPlan
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.payouts import SplitTier
from pushcore.testing import strategies


def eur(text):
    return Money.of(text, "EUR")


def portion(payee, percent):
    return Split(payee, portion=Percentage.of(percent))


LABEL_FIRST = SplitTier(eur("3000"), [Split("label", remaining=True)])
SHARED = [portion("band", "70"), portion("label", "30")]
PLAN = SplitPlan(SHARED, tiers=[LABEL_FIRST])


@pytest.mark.parametrize(
    ("net", "label", "band"),
    [
        ("0", "0", "0"),
        ("2999.99", "2999.99", "0"),
        ("3000", "3000", "0"),
        ("3000.01", "3000.00", "0.01"),
        ("4000", "3300", "700"),
    ],
)
def test_a_label_recoups_first_and_then_shares(net, label, band):
    assert PLAN.divide(eur(net), creator="lune").parts == {"label": eur(label), "band": eur(band)}


def test_tiers_follow_one_another_and_each_divides_what_it_gets():
    """The label recoups 100, label and studio 50 half and half, the band a tenth, at most 2."""
    second = SplitTier(
        eur("50"),
        [portion("label", "50"), portion("studio", "40"), Split("band", remaining=True, max=eur("2"))],
    )
    plan = SplitPlan(SHARED, tiers=[SplitTier(eur("100"), [Split("label", remaining=True)]), second])
    assert plan.divide(eur("120"), creator="lune").parts == {
        "label": eur("110"),  # 100 and half of the 20 that reach the second tier
        "studio": eur("8"),
        "band": eur("2"),
        "lune": eur("0"),
    }
    assert plan.divide(eur("250"), creator="lune").parts == {
        "label": eur("155"),
        "studio": eur("20"),
        "band": eur("72"),
        "lune": eur("3"),  # what the maximum cuts off
    }


def test_without_splits_the_creator_gets_what_the_tiers_leave():
    plan = SplitPlan(tiers=[LABEL_FIRST])
    assert plan.payees("lune") == ("label", "lune")
    assert plan.divide(eur("3500"), creator="lune").parts == {"label": eur("3000"), "lune": eur("500")}
    assert SplitPlan(tiers=[LABEL_FIRST]).payees("label") == ("label",)


def test_left_overs_of_all_tiers_are_named():
    halves = [portion("ana", "50"), portion("bob", "50")]
    plan = SplitPlan(halves, tiers=[SplitTier(eur("0.03"), halves)])
    assert plan.divide(eur("0.06"), creator="lune").left_overs == {"ana": eur("0.02")}


def test_left_overs_rotate_with_the_turn():
    """lp-split-tie-rotation: on a tie the odd cent goes round."""
    halves = [portion("ana", "50"), portion("bob", "50")]
    lucky = [dict(SplitPlan(halves, turn=n).divide(eur("0.99"), creator="lune").left_overs) for n in range(3)]
    assert lucky == [{"ana": eur("0.01")}, {"bob": eur("0.01")}, {"ana": eur("0.01")}]
    poor = SplitPlan([*halves[:1], portion("bob", "50"), Split("cleo", fixed=eur("0.02"))], turn=1)
    assert poor.divide(eur("0.03"), creator="lune").left_overs == {"bob": eur("0.01")}


def test_every_amount_and_every_payee_is_named():
    capped = SplitTier(eur("5"), [Split("label", remaining=True, max=eur("4"))])
    plan = SplitPlan([Split("band", fixed=eur("1")), Split("lune", remaining=True)], tiers=[capped])
    assert plan.amounts == (eur("5"), eur("4"), eur("1"))
    assert plan.payees("lune") == ("label", "band", "lune")
    assert plan.payees("other") == ("label", "band", "lune", "other")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: SplitTier(eur("0"), [Split("ana", remaining=True)]), "above zero"),
        (lambda: SplitTier(eur("1"), []), "nobody gets the EUR 1.00 of a tier"),
        (lambda: SplitTier(eur("1"), [portion("ana", "50")]), "somebody takes the remaining"),
        (lambda: SplitTier(eur("1"), [Split("ana", remaining=True)] * 2), "payee 'ana' stands twice"),
        (lambda: SplitTier("1", [Split("ana", remaining=True)]), "expected Money"),
        (lambda: SplitPlan(tiers=[Split("ana", remaining=True)]), "expected SplitTier"),
        (lambda: SplitPlan(turn=-1), "at least 0"),
        (lambda: SplitPlan(turn=True), "whole number"),
    ],
    ids=count(),
)
def test_no_waterfall(make, why):
    with pytest.raises(InvalidValue, match=why):
        make()


def test_tiers_are_of_one_currency():
    dollars = SplitTier(Money.of("1", "USD"), [Split("ana", remaining=True)])
    with pytest.raises(CurrencyMismatch):
        SplitPlan(tiers=[LABEL_FIRST, dollars])
    with pytest.raises(CurrencyMismatch):
        PLAN.divide(Money.of("1", "USD"), creator="lune")


@given(strategies.split_plans("EUR"), st.integers(0, 5_000_000))
def test_the_parts_of_all_tiers_are_the_net(plan, minor):
    divided = plan.divide(Money.of_minor(minor, "EUR"), creator="lune")
    assert sum(part.minor for part in divided.parts.values()) == minor
    assert min(part.minor for part in divided.parts.values()) >= 0
    assert set(divided.left_overs) <= set(divided.parts) <= set(plan.payees("lune"))


@given(strategies.split_plans("EUR"), st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_a_tier_is_filled_before_the_next_gets_anything(plan, one, more):
    """What the first tiers give is the same however much more there is, once they are full."""
    full = sum(tier.amount.minor for tier in plan.tiers)
    first = SplitPlan(plan.tiers[-1].splits, tiers=plan.tiers[:-1], turn=plan.turn) if plan.tiers else plan
    low = min(one, full)
    if plan.tiers:
        only_tiers = plan.divide(Money.of_minor(low, "EUR"), creator="lune").parts
        without_last = first.divide(Money.of_minor(low, "EUR"), creator="lune").parts
        assert {k: v for k, v in only_tiers.items() if v} == {k: v for k, v in without_last.items() if v}
    whole = plan.divide(Money.of_minor(full + more, "EUR"), creator="lune").parts
    tiers = plan.divide(Money.of_minor(full, "EUR"), creator="lune").parts
    rest = SplitPlan(plan.splits, turn=plan.turn).divide(Money.of_minor(more, "EUR"), creator="lune").parts
    for payee, part in whole.items():
        assert part.minor == sum(of[payee].minor for of in (tiers, rest) if payee in of)
