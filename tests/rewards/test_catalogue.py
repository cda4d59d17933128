"""The catalogue: what it has, what it has not, and everything that is wrong with it at once."""

import pickle

import pytest
from hypothesis import given
from shelf import eur, picked, tier

from pushcore import (
    Catalogue,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Item,
    Money,
    Percentage,
    Rounding,
    Selection,
    Voucher,
)
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue
from pushcore.payouts import FeeBearer, FundingSource
from pushcore.testing import strategies

SHELF = Catalogue(
    [tier("print"), tier("mug", "15")],
    add_ons=[tier("sticker", "3", includes={"sheet": 2})],
    items=[Item("sheet", limit=10)],
    vouchers=[Voucher("friends", tier_ids=["print"], limit=2, blocks=True)],
)


def test_everything_is_found_in_its_own_section():
    assert SHELF.tier("print") == tier("print")
    assert SHELF.add_on("sticker").includes == {"sheet": 2}
    assert SHELF.item("sheet") == Item("sheet", limit=10)
    assert SHELF.voucher("friends").limit == 2
    assert SHELF.blocking("print") == SHELF.vouchers


@pytest.mark.parametrize("junk", ["castle", None, 5, [], {}, object()])
def test_nothing_else_is_found(junk):
    assert SHELF.tier(junk) is SHELF.add_on(junk) is SHELF.item(junk) is SHELF.voucher(junk) is None
    assert SHELF.blocking(junk) == ()


def test_tiers_and_add_ons_are_not_mixed_up():
    assert SHELF.tier("sticker") is SHELF.add_on("print") is None
    assert SHELF.tier("sheet") is SHELF.item("print") is SHELF.voucher("print") is None


def test_what_is_picked_comes_with_its_number():
    several = picked("mug", quantity=2, add_ons={"sticker": 5})
    assert SHELF.picked(several) == [(SHELF.tier("mug"), 2), (SHELF.add_on("sticker"), 5)]
    assert SHELF.picked(Selection(eur("5"))) == []
    with pytest.raises(InvalidValue, match="what is picked: expected Selection"):
        SHELF.picked("print")


ON_TOTAL = FeeSchedule([FeeLine("flat", FeeBase.COLLECTED, Fixed(eur("1")), Rounding.UP)])


def test_every_problem_is_named_at_once():
    with pytest.raises(InvalidDocument) as no:
        Catalogue(
            [tier("a"), tier("a"), tier("b", includes={"cup": 1, "lid": 1}), tier("c")],
            add_ons=[tier("c"), tier("d", includes={"cup": 1, "saw": 1})],
            items=[Item("cup")],
            vouchers=[Voucher("v", tier_ids=["a", "d", "e"]), Voucher("cup")],
            on_top=ON_TOTAL,
        )
    assert [(it.path, it.kind, it.message) for it in no.value.problems] == [
        ("tiers.a", "duplicate", "2 tiers have the id a"),
        ("add_ons.c", "duplicate", "2 things have the id c"),
        ("vouchers.cup", "duplicate", "2 things have the id cup"),
        ("tiers.b", "unknown", "there is no item lid"),
        ("add_ons.d", "unknown", "there is no item saw"),
        ("vouchers.v", "unknown", "there is no tier d"),
        ("vouchers.v", "unknown", "there is no tier e"),
        ("on_top.flat", "invalid", "a fee on top is taken of each pledge, not of a total"),
    ]


def test_a_fee_is_not_named_like_what_is_given_of_ones_own_accord():
    """Both are booked by name, so a fee ``tip`` and the tips would be one."""
    with pytest.raises(InvalidDocument, match=r"on_top.tip: this is the name of what backers give"):
        Catalogue(on_top=FeeSchedule([FeeLine("tip", FeeBase.PLEDGE, Fixed(eur("1")), Rounding.UP)]))


@pytest.mark.parametrize(
    "parts",
    [
        {"tiers": [Item("a")]},
        {"tiers": "print"},
        {"add_ons": [None]},
        {"items": [tier()]},
        {"vouchers": ["friends"]},
        {"taxes": [Percentage.of("5")]},
        {"on_top": []},
        {"on_top": None},
    ],
    ids=str,
)
def test_a_part_of_the_wrong_kind(parts):
    with pytest.raises(InvalidValue):
        Catalogue(**parts)


def test_a_platform_may_have_a_smallest_price():
    """CA01: with a minimum of 10.00 a reward of 9.99 is invalid, one of 10.00 is not; add-ons may be."""
    shelf = Catalogue([tier("a", "9.99"), tier("b", "10.00"), tier("c", "0")], add_ons=[tier("d", "1")])
    assert [(it.path, it.message) for it in shelf.cheaper(eur("10.00"))] == [
        ("tiers.a.price", "EUR 9.99 is less than EUR 10.00"),
        ("tiers.c.price", "EUR 0.00 is less than EUR 10.00"),
    ]
    assert Catalogue([tier("b", "10.00")]).cheaper(eur("10.00")) == ()
    with pytest.raises(InvalidValue, match="the smallest price: expected Money"):
        shelf.cheaper(10)
    with pytest.raises(CurrencyMismatch):
        shelf.cheaper(Money.of("10", "USD"))


@given(strategies.catalogues())
def test_equal_catalogues_are_equal_and_survive_a_copy(catalogue):
    twin = pickle.loads(pickle.dumps(catalogue))
    assert twin == catalogue
    assert [twin.tier(it.id) for it in catalogue.tiers] == list(catalogue.tiers)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"methods": ["card"]}, "it is quoted before it is known how it is paid"),
        ({"sources": [FundingSource.BACKER]}, "it is quoted before it is known how it is paid"),
        ({"bearer": FeeBearer.HOST}, "a fee on top is what the backer pays, just that"),
        ({"estimate": True}, "a fee on top is what the backer pays, just that"),
        (
            {"base": FeeBase.FEES, "of": ["service"], "withheld": True},
            "a fee on top is what the backer pays, just that",
        ),
        ({"base": FeeBase.COLLECTED}, "a fee on top is taken of each pledge, not of a total"),
        ({"base": FeeBase.FEES, "of": ["service"]}, None),
        ({"share": Percentage.of(50), "refundable": False}, None),
    ],
)
def test_a_fee_on_top_depends_on_the_pledge_alone(more, why):
    service = FeeLine("service", FeeBase.PLEDGE, Fixed(eur("1")), Rounding.UP)
    fields = {"base": FeeBase.PLEDGE} | more
    base = fields.pop("base")
    schedule = FeeSchedule([service, FeeLine("other", base, Fixed(eur("1")), Rounding.UP, **fields)])
    if why is None:
        assert Catalogue(on_top=schedule).on_top == schedule
        return
    with pytest.raises(InvalidDocument) as refused:
        Catalogue(on_top=schedule)
    assert [str(problem) for problem in refused.value.problems] == [f"on_top.other: {why}"]
