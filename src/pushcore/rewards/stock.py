"""Stock: how many pieces of a tier are claimed, and how many are held for pledges under way.

A piece is *reserved* while a pledge waits for its payment method, and *claimed* once it is confirmed. Only reservations expire.
Stock is moved by deltas, which the store adds up and refuses where they would sell a piece twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import counted
from pushcore.errors import Refusal

if TYPE_CHECKING:
    from pushcore.changes import StockMove
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
        return None if limit is None else limit - self.claimed - self.reserved

    def moved(self, move: StockMove) -> Stock | None:
        """The stock after a move, or None where there are not so many pieces to move."""
        claimed, reserved = self.claimed + move.claimed, self.reserved + move.reserved
        if claimed < 0 or reserved < 0:
            return None
        if move.limit is not None and claimed + reserved > move.limit and move.claimed + move.reserved > 0:
            return None
        return Stock(claimed, reserved)


def availability(tier: Tier, stock: Stock, quantity: int) -> Refusal | None:
    """Why so many pieces cannot be had, if they cannot: ``sold-out`` for good, or ``reserved`` for now."""
    left = stock.left(tier.limit)
    if left is None or tier.limit is None or quantity <= left:
        return None
    facts = {"tier": tier.id, "left": left, "wanted": quantity}
    if quantity <= tier.limit - stock.claimed:
        return Refusal("reserved", f"{stock.reserved} of tier {tier.id} are held by others for now", facts)
    return Refusal("sold-out", f"{left} of tier {tier.id} left, {quantity} wanted", facts)
