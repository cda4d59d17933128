"""Stock: how many pieces of a tier are claimed, and how many are held for pledges under way.

A piece is *reserved* while a pledge waits for its payment method, and *claimed* once it is confirmed. Only
reservations expire. Stock is moved by deltas, which the store adds up and refuses where they would sell a
piece twice.
"""

from __future__ import annotations

from types import NoneType

import attrs

from pushcore._checks import counted, expect
from pushcore.changes import StockMove
from pushcore.errors import Refusal
from pushcore.rewards.tier import Tier

__all__ = ["Stock", "availability"]


@attrs.frozen
class Stock:
    """Pieces of a tier that are claimed and reserved; both zero to begin with.

    Example:
        >>> Stock(claimed=3, reserved=1).left(limit=5)
        1
    """

    claimed: int = attrs.field(default=0, validator=counted(0))
    reserved: int = attrs.field(default=0, validator=counted(0))

    def left(self, limit: int | None) -> int | None:
        """How many pieces nobody has yet; None where there is no limit."""
        expect(limit, int, NoneType, what="limit")
        return None if limit is None else max(limit - self.claimed - self.reserved, 0)

    def moved(self, move: StockMove) -> Stock | None:
        """The stock after a move, or None where there are not so many pieces to move.

        Setting pieces free is never too much, however many are out.
        """
        expect(move, StockMove, what="a move of stock")
        claimed, reserved = self.claimed + move.claimed, self.reserved + move.reserved
        takes = move.claimed + move.reserved > 0
        oversold = takes and move.limit is not None and claimed + reserved > move.limit
        return None if claimed < 0 or reserved < 0 or oversold else Stock(claimed, reserved)


def availability(tier: Tier, stock: Stock, quantity: int) -> Refusal | None:
    """Why so many pieces cannot be had, if they cannot: ``sold-out`` for good, or ``reserved`` for now."""
    expect(tier, Tier, what="tier")
    expect(stock, Stock, what="stock")
    expect(quantity, int, what="quantity")
    if tier.limit is None:
        return None
    unclaimed = max(tier.limit - stock.claimed, 0)
    left = max(unclaimed - stock.reserved, 0)
    if quantity <= left:
        return None
    facts = {"tier": tier.id, "left": left, "wanted": quantity}
    if quantity <= unclaimed:
        return Refusal("reserved", f"{stock.reserved} of tier {tier.id} are held by others for now", facts)
    return Refusal("sold-out", f"{left} of tier {tier.id} left, {quantity} wanted", facts)
