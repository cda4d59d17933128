from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import money

from pushcore import Money, Progress
from pushcore.changes import ProgressMove
from pushcore.errors import CurrencyMismatch, InvalidValue

NOTHING = Progress.none("EUR")
small = st.integers(0, 3)
totals = st.builds(
    lambda pledged, pledges, backers, collected, collections: Progress(
        Money.of_minor(pledged, "EUR"), pledges, backers, Money.of_minor(collected, "EUR"), collections
    ),
    small,
    small,
    small,
    small,
    small,
)
signed = st.integers(-2, 2)
moves = st.builds(
    lambda pledged, pledges, collected, collections, backers: (
        ProgressMove(
            "lanterne",
            "ana",
            Money.of_minor(pledged, "EUR"),
            pledges,
            collected if collected is None else Money.of_minor(collected, "EUR"),
            collections,
        ),
        backers,
    ),
    signed,
    signed,
    st.none() | signed,
    signed,
    st.integers(-1, 1),
)


def test_to_begin_with_there_is_nothing():
    assert Progress(money(0), 0, 0, money(0), 0) == NOTHING


def test_a_move_may_say_how_many_pledges_there_are_to_be():
    move = ProgressMove("lanterne", "ana", money(5), 1, standing=1)
    one = NOTHING.moved(move, backers=1)
    assert one.pledges == 1
    assert one.moved(move, backers=0) is None
    assert one.moved(ProgressMove("lanterne", "ana", money(0), standing=1), backers=0) == one
    with pytest.raises(InvalidValue, match="whole numbers"):
        ProgressMove("lanterne", "ana", money(0), standing="1")


def test_a_move_may_say_what_is_to_be_collected_in_all():
    move = ProgressMove("lanterne", "ana", money(5), 1, money(5), 1, comes_to=money(5))
    one = NOTHING.moved(move, backers=1)
    assert one.collected == money(5)
    assert one.moved(move, backers=0) is None
    assert one.moved(ProgressMove("lanterne", "ana", money(0), comes_to=money(5)), backers=0) == one
    assert one.moved(ProgressMove("lanterne", "ana", money(0), comes_to=money(4)), backers=0) is None
    with pytest.raises(InvalidValue, match="money"):
        ProgressMove("lanterne", "ana", money(0), comes_to=5)


@given(one=totals, other=totals, third=totals)
def test_totals_add_up_in_any_order(one, other, third):
    assert one + other == other + one
    assert (one + other) + third == one + (other + third)
    assert one + NOTHING == one


@given(start=totals, steps=st.lists(moves, max_size=3))
def test_moves_that_stay_above_zero_commute(start, steps):
    ends = set()
    for order in permutations(steps):
        now = start
        for move, backers in order:
            now = now and now.moved(move, backers=backers)
        ends.add(now)
    assert len(ends - {None}) <= 1


@given(start=totals, step=moves)
def test_a_move_adds_to_every_total_and_none_falls_below_zero(start, step):
    move, backers = step
    after = start.moved(move, backers=backers)
    wanted = (
        start.pledged.minor + move.pledged.minor,
        start.pledges + move.pledges,
        start.backers + backers,
        start.collected.minor + (move.collected.minor if move.collected else 0),
        start.collections + move.collections,
    )
    if min(wanted) < 0:
        assert after is None
    else:
        got = (after.pledged.minor, after.pledges, after.backers, after.collected.minor, after.collections)
        assert got == wanted


@pytest.mark.parametrize(("pledges", "collections", "done"), [(0, 0, True), (2, 2, True), (2, 1, False)])
def test_all_is_collected_when_every_standing_pledge_is_charged(pledges, collections, done):
    assert Progress(money(5), pledges, pledges, money(5), collections).all_collected is done


def test_totals_of_two_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        _ = NOTHING + Progress.none("USD")
    with pytest.raises(CurrencyMismatch):
        NOTHING.moved(ProgressMove("lanterne", "ana", Money.of(1, "USD"), 1), backers=1)
    with pytest.raises(TypeError):
        _ = NOTHING + 1


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("wrong", [-1, 1.5, True, None])
def test_what_no_totals_can_be(place, wrong):
    parts = [money(1), 1, 1, money(1), 1]
    parts[place] = wrong
    with pytest.raises(InvalidValue):
        Progress(*parts)


@pytest.mark.parametrize(
    ("move", "backers"), [(None, 1), (ProgressMove("lanterne", "ana", money(1), 1), 1.0)]
)
def test_what_no_totals_move_by(move, backers):
    with pytest.raises(InvalidValue):
        NOTHING.moved(move, backers=backers)
