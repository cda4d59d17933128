"""Changes: what one decision wants written."""

from types import SimpleNamespace

import attrs
import pytest

from pushcore import Changes, Money, Payout, Prepare
from pushcore.changes import MatchMove, ProgressMove, StockMove
from pushcore.errors import InvalidValue

TEN = Money.of(10, "EUR")
PARTS = [field.name for field in attrs.fields(Changes)]


def test_nothing_is_a_change_too():
    assert all(getattr(Changes(), part) == () for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("junk", [None, 5, "abc", [], {}, {"a"}], ids=repr)
def test_every_part_is_a_tuple(part, junk):
    with pytest.raises(InvalidValue, match="every part of changes is a tuple"):
        Changes(**{part: junk})


def test_an_aggregate_is_written_once():
    one, other = (Payout(f"lanterne/{name}", "lanterne", name, TEN) for name in ("ana", "bo"))
    assert Changes(put=(one, other)).put == (one, other)
    with pytest.raises(InvalidValue, match=r"aggregate .*lanterne/ana.* stands twice"):
        Changes(put=(one, other, one))


def test_an_order_is_made_once():
    one, other = (Prepare(f"{name}/prepare", name, "ana") for name in ("p1", "p2"))
    assert Changes(orders=(one, other)).orders == (one, other)
    with pytest.raises(InvalidValue, match="order key 'p1/prepare' stands twice"):
        Changes(orders=(one, other, one))


def test_a_move_moves_nothing_unless_said_otherwise():
    stock = StockMove("lanterne", "postcard", None)
    assert (stock.limit, stock.claimed, stock.reserved) == (None, 0, 0)
    progress = ProgressMove("lanterne", "ana", Money.of(-5, "EUR"))
    assert (progress.pledges, progress.collected, progress.collections) == (0, None, 0)


def test_a_match_is_paid_by_sponsors_and_made_or_taken_back():
    move = MatchMove("live", "lanterne", None, (("bank", TEN),), -1)
    assert (move.backer_id, move.matches) == (None, -1)
    assert MatchMove("live", "lanterne", "ana", (("bank", TEN),)).matches == 1
    with pytest.raises(InvalidValue, match="sponsor 'bank' stands twice"):
        MatchMove("live", "lanterne", "ana", (("bank", TEN), ("bank", TEN)))


@pytest.mark.parametrize(
    "changed",
    [
        *({"fund_id": None}, {"campaign_id": 7}, {"backer_id": 7}, {"matches": 0}, {"matches": True}),
        *({"matches": 2}, {"parts": ()}, {"parts": [("bank", TEN)]}, {"parts": (("bank", -TEN),)}),
        *({"parts": (("bank", TEN * 0),)}, {"parts": ((1, TEN),)}, {"parts": (("bank", 10),)}),
        *({"parts": ("bank",)}, {"parts": (None,)}, {"parts": (("bank",),)}),
    ],
    ids=str,
)
def test_what_is_no_move_of_a_match(changed):
    fields = {"fund_id": "live", "campaign_id": "lanterne", "backer_id": None, "parts": (("bank", TEN),)}
    with pytest.raises(InvalidValue, match="a match moves tallies of ids by amounts of sponsors above zero"):
        MatchMove(**fields | changed)


def test_moves_go_both_ways():
    move = StockMove("lanterne", "postcard", 0, claimed=-1, reserved=1)
    assert (move.claimed, move.reserved) == (-1, 1)
    with pytest.raises(InvalidValue, match=r"whole numbers, got .*-1"):
        StockMove("lanterne", "postcard", -1)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("junk", [None, 5, object(), (), Changes()], ids=lambda junk: type(junk).__name__)
def test_every_part_holds_what_belongs_there(part, junk):
    with pytest.raises(InvalidValue, match=f"{part} of changes holds .*, which does not belong there"):
        Changes(**{part: (junk,)})


@pytest.mark.parametrize(
    "fields", [{"version": 1}, {"id": "p1"}, {"id": "p1", "version": None}, {"id": 5, "version": 1}]
)
def test_an_aggregate_has_an_id_and_a_version(fields):
    with pytest.raises(InvalidValue, match="put of changes holds"):
        Changes(put=(SimpleNamespace(**fields),))
    with pytest.raises(InvalidValue, match="events of changes holds"):
        Changes(events=(SimpleNamespace(actor="ana"),))


def test_two_that_are_written_together_are_one():
    """Each part is of both, in their order; and what one of them has twice, both have not."""
    move = StockMove("lanterne", "postcard", 0)
    one = Changes(put=(SimpleNamespace(id="a", version=1),), deltas=(move,), done=("first",))
    other = Changes(put=(SimpleNamespace(id="b", version=1),), deltas=(move,), done=("second",))
    both = Changes(put=(*one.put, *other.put), deltas=(move, move), done=("first", "second"))
    assert one + other == both
    assert one + Changes() == Changes() + one == one
    with pytest.raises(InvalidValue, match="aggregate"):
        one + one
    with pytest.raises(TypeError):
        one + None


def test_what_two_decisions_put_one_after_the_other_is_written_once():
    one, other, third = (Payout(f"lanterne/{name}", "lanterne", name, TEN) for name in ("ana", "bo", "cy"))
    moved = attrs.evolve(one, amount=TEN * 2, version=2)
    again = attrs.evolve(moved, amount=TEN * 3, version=3)
    both = Changes(put=(moved, other), done=("a",)).then(Changes(put=(again, third), done=("b",)))
    assert both.put == (other, attrs.evolve(again, version=2), third)
    assert both.done == ("a", "b")
