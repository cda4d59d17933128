"""Needs: which stocks a selection takes pieces of, and how many, so that all of them move together.

A tier takes of its own stock, of the items it includes, and of what one backer may hold; a voucher of its
uses. Whatever runs out first is what cannot be had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.changes import StockMove
from pushcore.errors import Refusal
from pushcore.ids import BackerId, StockId
from pushcore.rewards.catalogue import Catalogue, Limited
from pushcore.rewards.selection import Selection
from pushcore.rewards.stock import Stock, availability
from pushcore.rewards.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.ids import CampaignId, ItemId

__all__ = ["Need", "StockKey", "Stocks", "needs", "stock_keys"]

StockKey = tuple[StockId, BackerId | None]
"""Which stock: of a tier, an add-on, an item or a voucher; or what one backer holds of it."""

Stocks = Mapping[StockKey, Stock]
"""Where stocks stand; one that is not in it counts as empty."""

_NONE: Final[Mapping[StockKey, Stock]] = MappingProxyType({})
_EMPTY: Final = Stock()


@attrs.frozen
class Need:
    """So many pieces of one stock.

    Attributes:
        thing: What it is the stock of.
        pieces: How many are needed.
        backer_id: Whose share of it is meant, where one backer may hold only so many.
        kept: How many pieces are kept for others.
        overbooks: Whether they may be had though there are none.
    """

    thing: Limited
    pieces: int
    backer_id: BackerId | None = None
    kept: int = 0
    overbooks: bool = False

    @property
    def key(self) -> StockKey:
        """Which stock."""
        return StockId(self.thing.id), self.backer_id

    @property
    def limit(self) -> int | None:
        """How many pieces may be out once these are taken."""
        if self.backer_id is not None and isinstance(self.thing, Tier):
            return self.thing.per_backer
        limit = None if self.overbooks else self.thing.limit
        return None if limit is None else max(limit - self.kept, 0)

    def refusal(self, stocks: Stocks, *, held: int = 0) -> Refusal | None:
        """Why the pieces cannot be had, apart from those that are held already."""
        stock, more = stocks.get(self.key, _EMPTY), self.pieces - held
        if more <= 0 or self.overbooks:
            return None
        if self.backer_id is None:
            return availability(self.thing, stock, more, kept=self.kept)
        if self.limit is None or stock.out + more <= self.limit:
            return None
        facts = {"tier": self.thing.id, "limit": self.limit, "held": stock.out, "wanted": more}
        message = f"one backer may hold {self.limit} of tier {self.thing.id}, and has {stock.out}"
        return Refusal("per-backer-limit", message, facts)

    def move(self, campaign_id: CampaignId, *, claimed: int = 0, reserved: int = 0) -> StockMove:
        """What is moved of the stock, by sign."""
        pieces, (stock_id, backer_id) = self.pieces, self.key
        return StockMove(campaign_id, stock_id, self.limit, claimed * pieces, reserved * pieces, backer_id)


def needs(
    catalogue: Catalogue, selection: Selection, backer_id: BackerId, stocks: Stocks = _NONE
) -> tuple[Need, ...]:
    """Every stock that a selection takes pieces of.

    Args:
        catalogue: What there is.
        selection: What is picked of it.
        backer_id: By whom.
        stocks: Where they stand: pieces that are kept for vouchers are known by these.

    Raises:
        InvalidValue: the catalogue does not have what is selected.
    """
    expect(catalogue, Catalogue, what="the catalogue")
    expect(selection, Selection, what="what is selected")
    picked = catalogue.picked(selection)
    if not picked and selection.voucher is None:
        return ()
    return tuple(_needs(catalogue, selection, picked, backer_id, stocks))


def _needs(
    catalogue: Catalogue,
    selection: Selection,
    picked: list[tuple[Tier, int]],
    backer_id: BackerId,
    stocks: Stocks,
) -> Iterator[Need]:
    voucher = catalogue.voucher(selection.voucher)
    items: Counter[ItemId] = Counter()
    for tier, number in picked:
        others = [it for it in catalogue.blocking(tier.id) if it is not voucher]
        kept = sum(stocks.get((StockId(it.code), None), _EMPTY).left(it.limit) or 0 for it in others)
        overbooks = voucher is not None and voucher.overbooks and voucher.suits(tier.id)
        yield Need(tier, number, kept=kept, overbooks=overbooks)
        if tier.per_backer is not None:
            yield Need(tier, number, backer_id)
        for item_id, pieces in tier.includes.items():
            items[item_id] += number * pieces
    for item_id, pieces in items.items():
        if (item := catalogue.item(item_id)) is not None and item.limit is not None:
            yield Need(item, pieces)
    if voucher is not None:
        yield Need(voucher, 1)


def stock_keys(catalogue: Catalogue, selection: Selection, backer_id: BackerId) -> tuple[StockKey, ...]:
    """Every stock that must be known to tell whether a selection can be had.

    Raises:
        InvalidValue: the catalogue does not have what is selected.
    """
    needed = needs(catalogue, selection, backer_id)
    tiers = (need.thing for need in needed if isinstance(need.thing, Tier))
    blocking = ((StockId(it.code), None) for tier in tiers for it in catalogue.blocking(tier.id))
    return tuple(dict.fromkeys((*(need.key for need in needed), *blocking)))
