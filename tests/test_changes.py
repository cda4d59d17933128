"""Changes: what one decision wants written."""

import attrs
import pytest

from pushcore import Changes, Money
from pushcore.changes import ProgressMove, StockMove
from pushcore.errors import InvalidValue

PARTS = [field.name for field in attrs.fields(Changes)]


def test_nothing_is_a_change_too():
    assert all(getattr(Changes(), part) == () for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("junk", [None, 5, "abc", [], {}, {"a"}], ids=repr)
def test_every_part_is_a_tuple(part, junk):
    with pytest.raises(InvalidValue, match="every part of changes is a tuple"):
        Changes(**{part: junk})


def test_a_move_moves_nothing_unless_said_otherwise():
    stock = StockMove("lanterne", "postcard", None)
    assert (stock.limit, stock.claimed, stock.reserved) == (None, 0, 0)
    progress = ProgressMove("lanterne", "ana", Money.of(-5, "EUR"))
    assert (progress.pledges, progress.collected, progress.collections) == (0, None, 0)


def test_moves_go_both_ways():
    move = StockMove("lanterne", "postcard", 0, claimed=-1, reserved=1)
    assert (move.claimed, move.reserved) == (-1, 1)
    with pytest.raises(InvalidValue, match=r"whole numbers, got .*-1"):
        StockMove("lanterne", "postcard", -1)
