"""Stock: what is out, what is left, and what the store will move."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Item, Money, Stock, Tier, Voucher
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue
from pushcore.rewards import availability

counts = st.integers(0, 6)
stocks = st.builds(Stock, counts, counts)


def moved(stock, *, limit=None, claimed=0, reserved=0):
    return stock.moved(StockMove("lanterne", "t", limit, claimed, reserved))


def tier(limit):
    return Tier("t", Money.of(1, "EUR"), limit=limit)


@given(stock=stocks, limit=st.none() | counts, quantity=st.integers(1, 8))
def test_what_is_available_is_what_the_store_will_reserve(stock, limit, quantity):
    can_be_reserved = moved(stock, limit=limit, reserved=quantity) is not None
    assert (availability(tier(limit), stock, quantity) is None) is can_be_reserved


@given(stock=stocks, limit=st.none() | counts)
def test_what_is_left_and_what_is_out_make_the_limit(stock, limit):
    out = stock.claimed + stock.reserved
    assert stock.left(limit) == (None if limit is None else max(limit - out, 0))


@given(stock=stocks, moves=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=4))
def test_moves_that_stay_in_bounds_commute(stock, moves):
    ends = set()
    for order in permutations(moves):
        now = stock
        for claimed, reserved in order:
            now = now and moved(now, claimed=claimed, reserved=reserved)
        ends.add(now)
    assert len(ends - {None}) <= 1


@given(stock=stocks, quantity=st.integers(1, 6))
def test_nothing_is_set_free_that_was_not_taken(stock, quantity):
    assert (moved(stock, reserved=-quantity) is None) is (stock.reserved < quantity)
    assert (moved(stock, claimed=-quantity) is None) is (stock.claimed < quantity)


@given(stock=stocks, limit=counts)
def test_setting_free_and_confirming_are_never_too_much(stock, limit):
    """A limit stands in the way of those who take, not of those who give back."""
    if stock.claimed:
        assert moved(stock, limit=limit, claimed=-1) == Stock(stock.claimed - 1, stock.reserved)
    if stock.reserved:
        confirmed = moved(stock, limit=limit, claimed=1, reserved=-1)
        assert confirmed == Stock(stock.claimed + 1, stock.reserved - 1)


@pytest.mark.parametrize(
    ("limit", "stock", "quantity", "code"),
    [
        (2, Stock(2, 0), 1, "sold-out"),
        (2, Stock(1, 1), 1, "reserved"),
        (3, Stock(1, 2), 1, "reserved"),
        (3, Stock(1, 1), 2, "reserved"),
        (3, Stock(2, 1), 2, "sold-out"),
        (0, Stock(), 1, "sold-out"),
        (None, Stock(9, 9), 99, None),
    ],
)
def test_a_piece_is_gone_for_good_or_held_for_now(limit, stock, quantity, code):
    """PX01: size 2 with two paid, with one paid and one pending; size 3 with a live reservation more."""
    refusal = availability(tier(limit), stock, quantity)
    assert (refusal and refusal.code) == code
    if refusal:
        assert refusal.facts == {"tier": "t", "left": stock.left(limit), "wanted": quantity}


@pytest.mark.parametrize("limit", ["3", 3.0, []])
def test_a_limit_is_a_number_or_none(limit):
    for asked in (Stock().left, Stock().overbooked):
        with pytest.raises(InvalidValue, match="limit: expected int or None"):
            asked(limit)


@given(stock=stocks, limit=st.none() | counts)
def test_what_is_out_beyond_the_limit_is_shown_as_none_left(stock, limit):
    """PX18: an availability of -1 is 0 left, and one overbooked."""
    over = stock.overbooked(limit)
    assert over >= 0
    if limit is not None:
        assert stock.left(limit) - over == limit - stock.out
        assert 0 in {stock.left(limit), over}


def test_a_slip_that_waits_counts_until_it_expires():
    """CA05, PX02: of 3 with 2 paid and 1 waiting none is left; once that has expired, there is one."""
    waiting = Stock(claimed=2, reserved=1)
    assert availability(tier(3), waiting, 1).code == "reserved"
    expired = moved(waiting, limit=3, reserved=-1)
    assert (availability(tier(3), expired, 1), expired.left(3)) == (None, 1)


@pytest.mark.parametrize(
    ("thing", "what"), [(Item("cup", limit=0), "item cup"), (Voucher("friends", limit=0), "voucher friends")]
)
def test_there_may_be_an_end_of_other_things(thing, what):
    reason = availability(thing, Stock(), 1)
    assert reason.message == f"0 of {what} left, 1 wanted"
    assert reason.facts == {what.split()[0]: thing.id, "left": 0, "wanted": 1}


def test_what_is_kept_is_held_by_others():
    reason = availability(tier(5), Stock(claimed=1, reserved=1), 2, kept=2)
    assert (reason.code, reason.message) == ("reserved", "3 of tier t are held by others for now")
    assert availability(tier(5), Stock(claimed=1), 3, kept=9).message.startswith("4 of tier t are held")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("t", Stock(), 1), "what there is a stock of: expected Tier or Item or Voucher"),
        ((tier(1), 1, 1), "stock: expected Stock"),
        ((tier(1), Stock(), "1"), "quantity: expected int"),
    ],
)
def test_what_is_no_stock_of_anything(args, why):
    with pytest.raises(InvalidValue, match=why):
        availability(*args)
    with pytest.raises(InvalidValue, match="kept: expected at least 0"):
        availability(tier(1), Stock(), 1, kept=-1)
    with pytest.raises(InvalidValue, match="a move of stock: expected StockMove"):
        Stock().moved(1)


@pytest.mark.parametrize("parts", [(-1, 0), (0, -1), (True, 0), (1.0, 0), (None, 0)])
def test_what_no_stock_can_be(parts):
    with pytest.raises(InvalidValue):
        Stock(*parts)
