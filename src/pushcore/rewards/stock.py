"""Stock: how many pieces of something are claimed, and how many are held for pledges under way.

A piece is *reserved* while a pledge waits for its payment method, and *claimed* once it is confirmed. Only
reservations expire. Stock is moved by deltas, which the store adds up and refuses where they would sell a
piece twice.
"""

from __future__ import annotations

from types import NoneType
from typing import Final, get_args

import attrs

from pushcore._checks import counted, expect
from pushcore._evolving import maker
from pushcore.changes import StockMove
from pushcore.errors import Refusal
from pushcore.ids import StockId
from pushcore.rewards.tier import Item, Tier
from pushcore.rewards.voucher import Voucher

__all__ = ["NO_REWARD", "Limited", "Stock", "availability"]

NO_REWARD: Final = StockId("")
"""Where a pledge that picks nothing is reserved until it is confirmed, so that an edit can ask for it."""

Limited = Tier | Item | Voucher
"""What there may be an end of: pieces of a tier, an add-on or an item, and uses of a voucher."""


@attrs.frozen
class Stock:
    """Pieces of something that are claimed and reserved; both zero to begin with.

    Example:
        >>> Stock(claimed=3, reserved=1).left(limit=5)
        1
    """

    claimed: int = attrs.field(default=0, validator=counted(0))
    reserved: int = attrs.field(default=0, validator=counted(0))

    @property
    def out(self) -> int:
        """How many pieces are claimed or reserved."""
        return self.claimed + self.reserved

    def left(self, limit: int | None) -> int | None:
        """How many pieces nobody has yet; None where there is no limit."""
        expect(limit, int, NoneType, what="limit")
        return None if limit is None else max(limit - self.out, 0)

    def overbooked(self, limit: int | None) -> int:
        """How many pieces are out beyond the limit, as a voucher that overbooks lets them.

        Example:
            >>> Stock(claimed=2).left(limit=1), Stock(claimed=2).overbooked(limit=1)
            (0, 1)
        """
        expect(limit, int, NoneType, what="limit")
        return 0 if limit is None else max(self.out - limit, 0)

    def moved(self, move: StockMove) -> Stock | None:
        """The stock after a move, or None where there are not so many pieces to move.

        Setting pieces free is never too much, however many are out. A move of no pieces is where more are out
        than its limit.
        """
        if move.__class__ is not StockMove:
            expect(move, StockMove, what="a move of stock")
        claimed, reserved = self.claimed + move.claimed, self.reserved + move.reserved
        takes = move.claimed + move.reserved > 0
        asks = move.claimed == move.reserved == 0
        oversold = (takes or asks) and move.limit is not None and claimed + reserved > move.limit
        return None if claimed < 0 or reserved < 0 or oversold else _stock(claimed, reserved)


_LIMITED: Final = get_args(Limited)
_stock: Final = maker(Stock)


def availability(thing: Limited, stock: Stock, quantity: int, *, kept: int = 0) -> Refusal | None:
    """Why so many pieces cannot be had, if they cannot: ``sold-out`` for good, or ``reserved`` for now.

    Args:
        thing: A tier, an add-on, an item or a voucher.
        stock: How much of it is out.
        quantity: How many pieces are wanted.
        kept: How many pieces are kept for others, such as those with a voucher.
    """
    expect(thing, *_LIMITED, what="what there is a stock of")
    expect(stock, Stock, what="stock")
    expect(quantity, int, what="quantity")
    expect(kept, int, what="kept", least=0)
    if thing.limit is None:
        return None
    unclaimed = max(thing.limit - stock.claimed, 0)
    left = max(unclaimed - stock.reserved - kept, 0)
    if quantity <= left:
        return None
    kind = type(thing).__name__.lower()
    facts = {kind: thing.id, "left": left, "wanted": quantity}
    if quantity <= unclaimed:
        held = min(stock.reserved + kept, unclaimed)
        return Refusal("reserved", f"{held} of {kind} {thing.id} are held by others for now", facts)
    return Refusal("sold-out", f"{left} of {kind} {thing.id} left, {quantity} wanted", facts)
