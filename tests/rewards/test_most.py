"""The most of something that one backer may have."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shelf import codes, eur, picked, picking, tier

from pushcore import Catalogue, Item, Selection, Stock, Voucher
from pushcore.errors import InvalidValue
from pushcore.rewards import most_for

NOTHING = Selection(eur("5"))


@pytest.mark.parametrize(
    ("limit", "per_backer", "out", "holds", "most"),
    [(1, None, 1, 1, 1), (4, 5, 4, 2, 2), (4, 5, 0, 0, 4), (None, None, 7, 0, None), (None, 5, 9, 2, 5)],
)
def test_how_many_a_backer_may_have(limit, per_backer, out, holds, most):
    """KS06: what is left and what they hold, up to so many for each; unlimited is no limit."""
    stocks = {("print", None): Stock(claimed=out), ("print", "ana"): Stock(claimed=holds)}
    held = picked(quantity=holds) if holds else None
    asked = picking(tier(limit=limit, per_backer=per_backer), NOTHING, stocks, held=held)
    assert most_for(asked, "print") == most


SHELF = Catalogue(
    [tier("one", includes={"cup": 1}, limit=6), tier("two", includes={"cup": 2})],
    add_ons=[tier("extra", includes={"cup": 3}), tier("card", limit=2)],
    items=[Item("cup", limit=10)],
    vouchers=[Voucher("v", tier_ids=["one"], limit=2, blocks=True), Voucher("w", overbooks=True, limit=0)],
)


@pytest.mark.parametrize(
    ("selection", "tier_id", "most"),
    [
        (NOTHING, "one", 4),  # two are kept for the voucher
        (NOTHING, "two", 5),
        (picked("one", quantity=4), "two", 5),  # which takes the place of the other tier
        (picked("one", add_ons={"extra": 2}), "one", 4),
        (picked("one", add_ons={"extra": 3}), "one", 1),
        (picked("one", add_ons={"extra": 4}), "one", 0),
        (picked("two"), "extra", 2),
        (picked("two", add_ons={"extra": 9}), "extra", 2),
        (picked("one", voucher="v"), "one", 5),
        (picked("one", voucher="w"), "one", 10),  # as many as there are cups
        (picked("one", add_ons={"extra": 1}), "card", 2),
    ],
    ids=str,
)
def test_what_is_shared_is_what_the_rest_leaves(selection, tier_id, most):
    assert most_for(picking(SHELF, selection), tier_id) == most


@given(
    tier_id=st.sampled_from(["one", "two"]),
    out=st.lists(st.integers(0, 7), min_size=4, max_size=4),
    held=st.integers(0, 3),
    extra=st.integers(0, 2),
)
def test_so_many_can_be_had_and_not_one_more(tier_id, out, held, extra):
    before = picked(tier_id, quantity=held) if held else None
    names = ("one", "two", "cup", "extra")
    stocks = {(name, None): Stock(claimed=n) for name, n in zip(names, out, strict=True)}
    stocks["v", None] = Stock(claimed=1)
    add_ons = {"extra": extra} if extra else {}
    most = most_for(picking(SHELF, picked(tier_id, add_ons=add_ons), stocks, held=before), tier_id)
    more = picked(tier_id, quantity=most + 1, add_ons=add_ons)
    assert codes(SHELF, more, stocks, held=before)
    assume(most)
    as_many = picked(tier_id, quantity=most, add_ons=add_ons)
    assert codes(SHELF, as_many, stocks, held=before) == []


@pytest.mark.parametrize(
    ("asked", "tier_id", "why"),
    [
        (None, "one", "what is picked: expected Picking"),
        (picking(SHELF, NOTHING), None, "tier id: expected str"),
        (picking(SHELF, NOTHING), [], "tier id: expected str"),
        (picking(SHELF, NOTHING), "castle", "there is no add-on castle"),
        (picking(SHELF, NOTHING), "cup", "there is no add-on cup"),
    ],
    ids=str,
)
def test_what_there_is_nothing_of(asked, tier_id, why):
    with pytest.raises(InvalidValue, match=why):
        most_for(asked, tier_id)
