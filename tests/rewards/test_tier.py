"""Tiers and items: what a reward can be, and everything that is wrong with one at once."""

from datetime import date, datetime, timedelta

import pytest
from shelf import NOW, eur, tier

from pushcore import Audience, Item, Money, Phase, Shipping, Tier
from pushcore.errors import InvalidValue

EVERYWHERE = Shipping(elsewhere=eur("5"))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("price", ["0", "70.00"])
def test_a_reward_may_be_free_and_without_end(price):
    """OC16: a tier of -5 is rejected (below), one of 0 is not."""
    assert tier("thanks", price).limit is None


def test_what_is_suggested_is_never_less_than_the_price():
    """OC16: with a minimum of 70.00, presets of 10.00 to 50.00 are rejected, and 70.00 and more are not."""
    with pytest.raises(InvalidValue, match=r"what is suggested is less than its price of EUR 70.00"):
        tier("t", "70.00", presets=[eur("10.00"), eur("25.00"), eur("50.00")])
    assert len(tier("t", "70.00", presets=[eur("70.00"), eur("100.00"), eur("200.00")]).presets) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"tier_id": ""},
        {"tier_id": 7},
        {"price": "-1"},
        {"price": "-5"},
        {"limit": -1},
        {"limit": 1.5},
        {"limit": True},
        {"late_price": eur("-1")},
        {"late_price": 5},
        {"per_backer": 0},
        {"per_backer": "2"},
        {"starts_at": NOW.replace(tzinfo=None)},
        {"ends_at": "tomorrow"},
        {"audience": ["ana"]},
        {"shipping": {"BE": eur("1")}},
        {"pickup": 1},
        {"delivers": datetime(2026, 1, 1)},
        {"delivers": "2026-01-01"},
        {"includes": {"cup": 0}},
        {"includes": {"cup": True}},
        {"includes": {1: 1}},
        {"includes": ["cup"]},
        {"includes": None},
        {"phases": ["late"]},
        {"phases": Phase.LATE},
        {"presets": [5]},
        {"presets": eur("50")},
    ],
    ids=str,
)
def test_what_no_tier_can_be(wrong):
    with pytest.raises(InvalidValue):
        tier(**wrong)


@pytest.mark.parametrize("price", [1, "5.00", None, 0.5])
def test_a_price_is_money(price):
    with pytest.raises(InvalidValue, match=r"Tier.price: expected Money"):
        Tier("t", price)


@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_what_is_no_instant_is_named(name):
    with pytest.raises(InvalidValue, match=rf"^Tier\.{name}: expected an instant"):
        tier(**{name: "tomorrow"})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"starts_at": NOW, "ends_at": NOW}, "before it starts"),
        ({"starts_at": NOW, "ends_at": NOW - SECOND}, "before it starts"),
        ({"pickup": True, "shipping": EVERYWHERE}, "either sent or picked up"),
        ({"phases": []}, "it needs a phase in which it can be picked: campaign, late"),
        ({"late_price": Money.of("5", "USD"), "phases": [*Phase]}, "two currencies: EUR 40.00, USD 5.00"),
        (
            {"late_price": eur("5")},
            r"a late price of EUR 5\.00 is for the phase late: add that to its phases",
        ),
        ({"shipping": Shipping(elsewhere=Money.of("5", "USD"))}, "two currencies"),
        ({"presets": [eur("50"), Money.of("50", "USD")]}, "two currencies"),
    ],
    ids=str,
)
def test_what_does_not_go_together(wrong, why):
    with pytest.raises(InvalidValue, match=why):
        tier(**wrong)


def test_every_problem_is_named_at_once():
    with pytest.raises(InvalidValue) as no:
        tier(
            starts_at=NOW,
            ends_at=NOW - SECOND,
            pickup=True,
            shipping=EVERYWHERE,
            phases=[],
            presets=[eur("1"), Money.of("1", "USD")],
        )
    assert str(no.value).startswith("tier print: it would end at ")
    assert str(no.value).count("; ") == 4
    assert no.value.facts == {"tier": "print"}


def test_a_tier_keeps_what_it_was_made_of():
    included = {"cup": 1}
    made = tier(includes=included)
    included["cup"] = 5
    assert made.includes == {"cup": 1}


@pytest.mark.parametrize(
    ("more", "plain", "physical"),
    [
        ({}, True, False),
        ({"limit": 3, "delivers": date(2026, 9, 1)}, True, False),
        ({"pickup": True}, True, True),
        ({"shipping": EVERYWHERE}, False, True),
        ({"starts_at": NOW}, False, False),
        ({"ends_at": NOW}, False, False),
        ({"audience": Audience(token="t")}, False, False),
        ({"per_backer": 2}, False, False),
        ({"includes": {"cup": 1}}, False, False),
        ({"phases": [Phase.LATE]}, False, False),
        ({"phases": [*Phase], "late_price": eur("50")}, True, False),
    ],
    ids=str,
)
def test_most_tiers_are_plain_and_some_are_things(more, plain, physical):
    made = tier(**more)
    assert (made.plain, made.physical) == (plain, physical)


def test_a_late_price_counts_late_only():
    both = tier(price="2", late_price=eur("8"), phases=[*Phase])
    assert [both.price_in(phase) for phase in Phase] == [eur("2"), eur("8")]
    assert [tier(price="2").price_in(phase) for phase in Phase] == [eur("2"), eur("2")]


def test_all_amounts_of_a_tier():
    sent = Shipping({"BE": eur("4")}, elsewhere=eur("9"))
    made = tier(late_price=eur("50"), phases=[*Phase], presets=[eur("60")], shipping=sent)
    assert [it.text for it in made.amounts] == ["40.00", "50.00", "60.00", "4.00", "9.00"]


@pytest.mark.parametrize("parts", [("", None), (None, None), ("cup", -1), ("cup", True), ("cup", "3")])
def test_what_no_item_can_be(parts):
    with pytest.raises(InvalidValue):
        Item(parts[0], limit=parts[1])


@pytest.mark.parametrize("junk", ["early", None, 1, ""])
def test_there_are_two_phases(junk):
    with pytest.raises(InvalidValue, match=r"no phase .*; there are campaign, late"):
        Phase(junk)
