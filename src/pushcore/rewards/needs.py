"""Needs: which stocks a selection takes pieces of, and how many, so that all of them move together.

A tier takes of its own stock, of the items it includes, and of what one backer may hold; a voucher of its
uses. Whatever runs out first is what cannot be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.ids import StockId
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.need import Need, require_stocks
from pushcore.rewards.selection import Selection
from pushcore.rewards.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.ids import BackerId, ItemId, TierId, VoucherCode
    from pushcore.rewards.need import StockKey, Stocks
    from pushcore.rewards.tier import Tier
    from pushcore.rewards.voucher import Voucher

__all__ = ["needs", "stock_keys"]


def needs(  # noqa: PLR0913  who picks what, and who else wants it
    catalogue: Catalogue,
    selection: Selection,
    backer_id: BackerId,
    stocks: Stocks | None = None,
    *,
    held: Selection | None = None,
    waited: Mapping[str, int] | None = None,
) -> tuple[Need, ...]:
    """Every stock that a selection takes pieces of.

    Args:
        catalogue: What there is.
        selection: What is picked of it.
        backer_id: By whom.
        stocks: Where they stand, by which it is known how many pieces are kept for vouchers; without them
            none are.
        held: What this backer has picked before, and now changes.
        waited: How many pieces of a tier are kept for those who wait for it.

    Raises:
        InvalidValue: the catalogue does not have what is selected.
    """
    if catalogue.__class__ is not Catalogue or selection.__class__ is not Selection:
        expect(catalogue, Catalogue, what="the catalogue")
        expect(selection, Selection, what="what is selected")
    if not selection.add_ons and selection.voucher is None:
        if selection.tier_id is None:
            return ()
        plain = catalogue.plain.get(selection.tier_id)
        if plain is not None and selection.quantity == 1:
            return plain
    expect(backer_id, str, what="backer id")
    picked, voucher = catalogue.picked(selection), catalogue.voucher(selection.voucher)
    used = None if held is not None and held.voucher == selection.voucher else selection.voucher
    found: list[Need] = []
    for tier, number in picked:
        kept = 0 if stocks is None else _kept(catalogue.blocking(tier.id), stocks, used)
        kept += 0 if waited is None else _waited(waited, tier.id)
        suits = voucher is not None and tier.id == selection.tier_id and voucher.suits(tier.id)
        overbooks = suits and voucher is not None and voucher.overbooks
        found.append(Need(tier, number, kept=kept, overbooks=overbooks))
        if tier.per_backer is not None:
            found.append(Need(tier, number, backer_id))
    found += _items(catalogue, picked)
    if voucher is not None:
        found.append(Need(voucher, 1))
    return tuple(found)


def _waited(waited: Mapping[str, int], tier_id: TierId) -> int:
    """How many pieces are kept for those who wait."""
    expect(waited, Mapping, what="how many pieces are kept for those who wait, by tier")
    pieces = waited.get(tier_id, 0)
    expect(pieces, int, what="how many pieces are kept", least=0)
    return pieces


def _kept(vouchers: Iterable[Voucher], stocks: Stocks, used: VoucherCode | None) -> int:
    """How many pieces vouchers keep: one for each use that is left, but none for the one that is made now."""
    require_stocks(stocks)
    kept = 0
    for voucher in vouchers:
        left = stocks.get((StockId(voucher.code), None), Stock()).left(voucher.limit) or 0
        kept += max(left - (voucher.code == used), 0)
    return kept


def _items(catalogue: Catalogue, picked: list[tuple[Tier, int]]) -> Iterator[Need]:
    pieces: dict[ItemId, int] = {}
    for tier, number in picked:
        for item_id, each in tier.includes.items():
            pieces[item_id] = pieces.get(item_id, 0) + number * each
    for item_id, number in pieces.items():
        if (item := catalogue.item(item_id)) is not None and item.limit is not None:
            yield Need(item, number)


def stock_keys(catalogue: Catalogue, selection: Selection, backer_id: BackerId) -> tuple[StockKey, ...]:
    """Every stock that must be known to tell whether a selection can be had.

    Raises:
        InvalidValue: the catalogue does not have what is selected.
    """
    keys = [need.key for need in needs(catalogue, selection, backer_id)]
    if catalogue.vouchers:
        picked = (tier_id for tier_id, _ in selection.picked)
        blocking = (voucher for tier_id in picked for voucher in catalogue.blocking(tier_id))
        keys = list(dict.fromkeys([*keys, *((StockId(it.code), None) for it in blocking)]))
    return tuple(keys)
