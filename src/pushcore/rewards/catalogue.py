"""The catalogue: everything that backers of a campaign can pick, and what belongs to its price."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import attrs

from pushcore._checks import each, kind
from pushcore._checks import items as as_tuple
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.payouts import FeeBase, FeeSchedule
from pushcore.rewards.tax import Tax
from pushcore.rewards.tier import Item, Tier
from pushcore.rewards.voucher import Voucher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.ids import ItemId, TierId, VoucherCode
    from pushcore.rewards.selection import Selection

__all__ = ["Catalogue", "Limited"]

T = TypeVar("T")

Limited = Tier | Item | Voucher
"""What there may be an end of: pieces of a tier, an add-on or an item, and uses of a voucher."""


@attrs.frozen
class Catalogue:
    """Tiers, add-ons, the items they are made of, vouchers, and the taxes and fees on top of their price.

    Attributes:
        add_ons: Tiers that are picked beside another one only.
        taxes: The first that applies at a destination is taken.
        on_top: Fees that the backer pays to the platform, on all that is given to the campaign.

    Raises:
        InvalidDocument: an id that stands twice, whatever it is of; an item or a tier that is named and not
            there; or a fee on top that is not taken of each pledge. All of them are named.
        InvalidValue: a part of the wrong kind.
    """

    tiers: tuple[Tier, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Tier))
    add_ons: tuple[Tier, ...] = attrs.field(
        default=(), kw_only=True, converter=as_tuple, validator=each(Tier)
    )
    items: tuple[Item, ...] = attrs.field(default=(), kw_only=True, converter=as_tuple, validator=each(Item))
    vouchers: tuple[Voucher, ...] = attrs.field(
        default=(), kw_only=True, converter=as_tuple, validator=each(Voucher)
    )
    taxes: tuple[Tax, ...] = attrs.field(default=(), kw_only=True, converter=as_tuple, validator=each(Tax))
    on_top: FeeSchedule = attrs.field(factory=FeeSchedule, kw_only=True, validator=kind(FeeSchedule))
    _by_id: dict[str, Limited] = attrs.field(init=False, eq=False, repr=False)
    _base_ids: frozenset[str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {it.id: it for _, it in self._limited()})
        object.__setattr__(self, "_base_ids", frozenset(tier.id for tier in self.tiers))
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _limited(self) -> Iterator[tuple[str, Limited]]:
        for section in ("tiers", "add_ons", "items", "vouchers"):
            yield from ((f"{section}.{it.id}", it) for it in getattr(self, section))

    def _problems(self) -> Iterator[Problem]:
        times = Counter(it.id for _, it in self._limited())
        last = {it.id: path for path, it in self._limited()}
        for name, number in times.items():
            if number > 1:
                section = last[name].partition(".")[0].replace("_", "-")
                yield Problem(last[name], f"{number} {section} have the id {name}", "duplicate")
        for path, it in self._limited():
            named = it.includes if isinstance(it, Tier) else it.tier_ids if isinstance(it, Voucher) else ()
            wanted = Item if isinstance(it, Tier) else Tier
            for name in named:
                if not isinstance(self._by_id.get(name), wanted):
                    message = f"there is no {wanted.__name__.lower()} {name}"
                    yield Problem(path, message, "unknown")
        for line in self.on_top.lines:
            if line.base is not FeeBase.PLEDGE:
                yield Problem(f"on_top.{line.name}", "a fee on top is taken of each pledge, not of a total")

    def tier(self, tier_id: TierId | None) -> Tier | None:
        """The tier of this id that can be picked by itself."""
        return self._reward(tier_id) if tier_id in self._base_ids else None

    def add_on(self, tier_id: TierId | None) -> Tier | None:
        """The add-on of this id."""
        return None if tier_id in self._base_ids else self._reward(tier_id)

    def _reward(self, tier_id: TierId | None) -> Tier | None:
        found = self._by_id.get(tier_id) if isinstance(tier_id, str) else None
        return found if isinstance(found, Tier) else None

    def item(self, item_id: ItemId) -> Item | None:
        """The item of this id."""
        found = self._by_id.get(item_id) if isinstance(item_id, str) else None
        return found if isinstance(found, Item) else None

    def voucher(self, code: VoucherCode | None) -> Voucher | None:
        """The voucher of this code."""
        found = self._by_id.get(code) if isinstance(code, str) else None
        return found if isinstance(found, Voucher) else None

    def picked(self, selection: Selection) -> list[tuple[Tier, int]]:
        """The tier and the add-ons of a selection, with their numbers.

        Raises:
            InvalidValue: the catalogue does not have one of them, or its voucher.
        """
        found: list[tuple[Tier, int]] = []
        if selection.tier_id is not None:
            tier = self.tier(selection.tier_id)
            found.append((_known(tier, "tier", selection.tier_id), selection.quantity))
        for tier_id, number in selection.add_ons.items():
            found.append((_known(self.add_on(tier_id), "add-on", tier_id), number))
        if selection.voucher is not None:
            _known(self.voucher(selection.voucher), "voucher", selection.voucher)
        return found

    def blocking(self, tier_id: TierId) -> Iterator[Voucher]:
        """The vouchers for which pieces of this tier are kept."""
        return (voucher for voucher in self.vouchers if voucher.blocks and tier_id in voucher.tier_ids)


def _known(found: T | None, what: str, name: str) -> T:
    if found is None:
        message = f"there is no {what} {name}"
        raise InvalidValue(message, wanted=name)
    return found
