"""The most that one backer may have of something: as much as is left of all that it takes of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.rewards.needs import needs
from pushcore.rewards.picking import Picking
from pushcore.rewards.voucher import Voucher

if TYPE_CHECKING:
    from pushcore.ids import TierId
    from pushcore.rewards.selection import Selection

__all__ = ["most_for"]


def most_for(picking: Picking, tier_id: TierId) -> int | None:
    """How many pieces of a tier or an add-on a backer may have, beside what else is picked; None for any.

    What they hold already is theirs, even where nothing is left. Only stocks are looked at: whether it can be
    picked now, and by them, `pushcore.rewards.picking_refusals` tells.

    Args:
        picking: Who picks, what else, and where the stocks stand that the tier takes of.
        tier_id: The tier, which takes the place of any other, or the add-on.

    Raises:
        InvalidValue: the catalogue does not have it.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore import Catalogue, Money, Selection, Stock, Tier
        >>> catalogue = Catalogue([Tier("print", Money.of("40.00", "EUR"), limit=4, per_backer=3)])
        >>> nothing, now = Selection(Money.zero("EUR")), datetime(2026, 1, 6, tzinfo=UTC)
        >>> stocks = {("print", None): Stock(claimed=2)}
        >>> most_for(Picking(catalogue, nothing, "ana", stocks, now), "print")
        2
    """
    expect(picking, Picking, what="what is picked")
    expect(tier_id, str, what="tier id")
    alone, others = _apart(picking, tier_id)
    held = picking.held_pieces
    taken = {it.key: it.pieces for it in needs(picking.catalogue, others, picking.backer_id)}
    most: int | None = None
    for need in needs(
        picking.catalogue,
        alone,
        picking.backer_id,
        picking.stocks,
        held=picking.held,
        waited=picking.waited,
    ):
        left = None if isinstance(need.thing, Voucher) else need.left(picking.stocks)
        if left is not None:
            pieces = max(left + held.get(need.key, 0) - taken.get(need.key, 0), 0) // need.pieces
            most = pieces if most is None else min(most, pieces)
    return most


def _apart(picking: Picking, tier_id: TierId) -> tuple[Selection, Selection]:
    """One piece alone, and what is picked beside it."""
    selection, add_ons = picking.selection, dict(picking.selection.add_ons)
    if picking.catalogue.tier(tier_id) is not None:
        alone = attrs.evolve(selection, tier_id=tier_id, quantity=1, add_ons={})
        return alone, attrs.evolve(selection, tier_id=None, quantity=1)
    add_ons.pop(tier_id, None)
    alone = attrs.evolve(selection, tier_id=None, quantity=1, add_ons={tier_id: 1})
    return alone, attrs.evolve(selection, add_ons=add_ons)
