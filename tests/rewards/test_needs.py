"""Needs: which stocks a selection takes of, how many pieces, and how many are kept for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelf import codes, eur, picked, picking, tier

from pushcore import Catalogue, Item, Selection, Stock, Voucher
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue
from pushcore.rewards import Need, needs, picking_refusals, stock_keys
from pushcore.testing import strategies

SHELF = Catalogue(
    [tier("print", limit=5, per_backer=3), tier("box", includes={"cup": 2, "note": 1})],
    add_ons=[tier("extra", limit=9, includes={"cup": 1})],
    items=[Item("cup", limit=7), Item("note")],
    vouchers=[Voucher("v", tier_ids=["print"], limit=4, blocks=True), Voucher("w", limit=1)],
)


def counts(selection, **more):
    return {need.key: need.pieces for need in needs(SHELF, selection, "ana", **more)}


def test_every_stock_is_named_once():
    assert counts(picked(quantity=2)) == {("print", None): 2, ("print", "ana"): 2}
    assert counts(picked("box", quantity=2, add_ons={"extra": 3}, voucher="w")) == {
        ("box", None): 2,
        ("extra", None): 3,
        ("cup", None): 7,
        ("w", None): 1,
    }
    assert counts(Selection(eur("5"))) == {}
    assert counts(picked(None, "5", voucher="w")) == {("w", None): 1}


def test_the_stocks_to_read_are_those_and_those_of_vouchers_that_keep_pieces():
    assert stock_keys(SHELF, picked(), "ana") == (("print", None), ("print", "ana"), ("v", None))
    assert stock_keys(SHELF, picked(voucher="v"), "ana")[2:] == (("v", None),)
    assert stock_keys(SHELF, picked("box"), "ana") == (("box", None), ("cup", None))
    assert stock_keys(Catalogue([tier()]), picked(), "ana") == (("print", None),)
    assert stock_keys(SHELF, Selection(eur("5")), "ana") == ()


@given(st.data())
def test_what_is_read_is_all_that_is_asked(data):
    """Stocks that are not read are not asked: to leave them out changes no answer."""
    shelf = data.draw(strategies.catalogues("EUR"))
    selection = data.draw(strategies.selections(shelf, currency="EUR"))
    things = [*shelf.tiers, *shelf.add_ons, *shelf.items, *shelf.vouchers]
    stocks = {
        (it.id, backer): data.draw(strategies.stocks(5)) for it in things for backer in (None, "ana", "bob")
    }
    read = {key: stocks[key] for key in stock_keys(shelf, selection, "ana")}
    asked = [picking_refusals(picking(shelf, selection, known)) for known in (stocks, read)]
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("items", "stocks", "most"),
    [
        ([2, 1], {}, 1),
        ([2, 0], {}, 0),
        ([None, None], {}, 10),
        ([5, 3], {("b", None): Stock(claimed=1, reserved=1)}, 1),
    ],
)
def test_whatever_runs_out_first_is_what_can_be_had(items, stocks, most):
    """PX03: in two quotas of 2 and 1 there is one, in 2 and 0 none, and without a size there is no end."""
    things = [Item(name, limit=limit) for name, limit in zip("ab", items, strict=True)]
    shelf = Catalogue([tier(includes={"a": 1, "b": 1})], items=things)
    assert codes(shelf, picked(quantity=max(most, 1)), stocks) == ([] if most else ["sold-out"])
    assert most == 10 or codes(shelf, picked(quantity=most + 1), stocks)


def test_rewards_share_the_pieces_of_an_item():
    shelf = Catalogue(
        [tier("one", includes={"cup": 1})],
        add_ons=[tier("two", includes={"cup": 2})],
        items=[Item("cup", limit=5)],
    )
    assert codes(shelf, picked("one", quantity=3, add_ons={"two": 1})) == []
    assert codes(shelf, picked("one", quantity=2, add_ons={"two": 2})) == ["sold-out"]
    reserved = {("cup", None): Stock(claimed=1, reserved=2)}
    assert codes(shelf, picked("one", add_ons={"two": 1}), reserved) == ["reserved"]


# Pieces that are kept for vouchers.


def blocking(size, *limits, **more):
    vouchers = [Voucher(f"v{n}", tier_ids=["t"], limit=it, blocks=True) for n, it in enumerate(limits)]
    return Catalogue([tier("t", limit=size, **more)], vouchers=vouchers)


def had(shelf, stocks=None, **more):
    """How many pieces can be had, and why not one more."""
    for number in range(1, 20):
        if reasons := codes(shelf, picked("t", quantity=number, **more), stocks or {}):
            return number - 1, reasons[0]
    return None


def test_a_voucher_keeps_a_piece_for_each_use_that_is_left():
    """PX04: of 5, a voucher for 5 uses of which 2 are made leaves 2; another for 2 leaves none, reserved."""
    used = {("v0", None): Stock(claimed=2)}
    assert had(blocking(5, 5), used)[0] == 2
    assert had(blocking(5, 5, 2), used) == (0, "reserved")


@pytest.mark.parametrize("uses", [5, 6, 9])
def test_a_voucher_that_was_used_too_often_keeps_nothing(uses):
    """PX04: never less than nothing."""
    assert had(blocking(5, 5), {("v0", None): Stock(claimed=uses)})[0] == 5


def test_a_use_is_counted_once():
    """PX05: of 2, with a voucher in somebody's cart there is 1: not less for the voucher and for the cart."""
    in_cart = {("t", None): Stock(reserved=1), ("v0", None): Stock(reserved=1)}
    assert had(blocking(2, 1), in_cart)[0] == 1
    assert had(blocking(2, 1))[0] == 1


def test_what_is_kept_is_for_whoever_it_is_kept_for():
    """PX06: of 1, which is kept for an entry on the waiting list, the public has none, and the entry it."""
    assert had(blocking(1, 1)) == (0, "reserved")
    assert had(blocking(1, 1), voucher="v0")[0] == 1


def test_one_use_is_one_of_the_kept_pieces():
    """Whoever uses it once has no claim to what is kept for its other uses, or for other vouchers."""
    assert had(blocking(5, 3), voucher="v0")[0] == 3
    assert had(blocking(5, 3, 1), voucher="v0")[0] == 2
    assert had(blocking(5, 3), {("v0", None): Stock(claimed=3)}, voucher="v0") == (0, "sold-out")


def test_who_used_a_voucher_before_does_not_use_it_again():
    """A change keeps the use: what is left of the others stays kept."""
    shelf, held = blocking(5, 3), picked("t", voucher="v0")
    stocks = {("t", None): Stock(claimed=1), ("v0", None): Stock(claimed=1)}
    for number, reasons in ((1, []), (3, []), (4, ["reserved"])):
        assert codes(shelf, picked("t", quantity=number, voucher="v0"), stocks, held=held) == reasons


def test_without_stocks_nothing_is_kept():
    """As where pieces are set free: then it does not matter."""
    (need, use) = needs(blocking(5, 3), picked("t", voucher="v0"), "ana")
    assert (need.kept, need.limit, use.limit) == (0, 5, 3)


# Overbooking.


def overbooking(**more):
    shelf = {"tier_ids": ["t"], "overbooks": True} | more
    return Catalogue([tier("t", limit=1)], add_ons=[tier("x", limit=0)], vouchers=[Voucher("v", **shelf)])


GONE = {("t", None): Stock(claimed=1)}


def test_a_voucher_opens_what_is_sold_out_if_it_says_so():
    """PX18: with 1 of 1 sold, another is allowed only if the voucher says so; then one is overbooked."""
    assert codes(overbooking(), picked("t", voucher="v"), GONE) == []
    assert codes(overbooking(overbooks=False), picked("t", voucher="v"), GONE) == ["sold-out"]
    assert codes(overbooking(), picked("t"), GONE) == ["sold-out"]
    (need, _) = needs(overbooking(), picked("t", voucher="v"), "ana", GONE)
    after = GONE["t", None].moved(need.move("lanterne", claimed=1))
    assert (after.left(1), after.overbooked(1)) == (0, 1)


def test_a_voucher_overbooks_its_tier_and_nothing_else():
    assert codes(overbooking(tier_ids=[]), picked("t", voucher="v", add_ons={"x": 1}), GONE) == ["sold-out"]
    limited = Catalogue(
        [tier("t", limit=0, per_backer=1, includes={"cup": 1})],
        items=[Item("cup", limit=0)],
        vouchers=[Voucher("v", overbooks=True, limit=0)],
    )
    one = {("t", "ana"): Stock(claimed=1)}
    found = codes(limited, picked("t", voucher="v"), one)
    assert found == ["per-backer-limit", "sold-out", "sold-out"]


# What a need says of itself.


def test_what_is_moved_is_bounded_by_what_may_be_out():
    free, own, use = needs(SHELF, picked(quantity=2, voucher="v"), "ana", {})
    assert free.move("lanterne", reserved=2) == StockMove("lanterne", "print", 2, reserved=2)
    assert own.move("lanterne", claimed=1) == StockMove("lanterne", "print", 3, claimed=1, backer_id="ana")
    assert use.move("lanterne", claimed=-1) == StockMove("lanterne", "v", 4, claimed=-1)
    assert [it.left({}) for it in (free, own, use, Need(tier("t"), 1))] == [2, 3, 4, None]


def test_one_backer_may_hold_only_so_many():
    (_, own) = needs(Catalogue([tier(per_backer=3)]), picked(quantity=3), "ana")
    reason = own.refusal({("print", "ana"): Stock(claimed=1)})
    assert reason.facts == {"tier": "print", "limit": 3, "held": 1, "wanted": 3}
    assert own.refusal({("print", "ana"): Stock(claimed=1)}, held=1) is None
    assert own.refusal({("print", "bob"): Stock(claimed=3)}) is None


@given(strategies.stocks(9), st.none() | st.integers(0, 9), st.integers(1, 9), st.integers(0, 9))
def test_what_can_be_had_is_what_the_store_will_move(stock, limit, pieces, kept):
    need = Need(tier("t", limit=limit), pieces, kept=kept)
    moved = stock.moved(need.move("lanterne", reserved=pieces))
    assert (need.refusal({need.key: stock}) is None) is (moved is not None)


@pytest.mark.parametrize(
    "parts",
    [
        ("print", 1),
        (tier(), 0),
        (tier(), True),
        (tier(), 1, ""),
        (tier(), 1, 5),
    ],
    ids=str,
)
def test_what_no_need_can_be(parts):
    with pytest.raises(InvalidValue):
        Need(*parts)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ((None, picked(), "ana"), "the catalogue: expected Catalogue"),
        ((SHELF, "print", "ana"), "what is selected: expected Selection"),
        ((SHELF, picked(), None), "backer id: expected str"),
        ((SHELF, picked("castle"), "ana"), "there is no tier castle"),
        ((SHELF, picked(voucher="u"), "ana"), "there is no voucher u"),
    ],
    ids=str,
)
def test_what_cannot_be_needed(args, why):
    with pytest.raises(InvalidValue, match=why):
        needs(*args)
    with pytest.raises(InvalidValue, match=why):
        stock_keys(*args)


@pytest.mark.parametrize("stocks", [5, [], {("v", None): 1}])
def test_stocks_are_stocks(stocks):
    with pytest.raises(InvalidValue, match="stocks are a mapping"):
        needs(SHELF, picked(), "ana", stocks)
