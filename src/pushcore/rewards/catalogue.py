"""The catalogue: everything that backers of a campaign can pick, and what belongs to its price."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

import attrs

from pushcore._checks import each, expect, kind
from pushcore._checks import items as as_tuple
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.money import Money
from pushcore.payouts import FeeBase, FeeBearer, FeeSchedule
from pushcore.rewards.need import Need
from pushcore.rewards.quote import LineKind
from pushcore.rewards.selection import Selection
from pushcore.rewards.tax import Tax
from pushcore.rewards.tier import Item, Tier
from pushcore.rewards.voucher import Voucher

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from pushcore.ids import ItemId, TierId, VoucherCode

__all__ = ["Catalogue"]

T = TypeVar("T")


@attrs.frozen
class Catalogue:
    """Tiers, add-ons, the items they are made of, vouchers, and the taxes and fees on top of their price.

    Attributes:
        add_ons: Tiers that are picked beside another one only.
        vouchers: They are for tiers, and not for add-ons.
        taxes: The first that applies at a destination is taken.
        on_top: Fees that the backer pays to the platform, on all that is given to the campaign.
        plain: What one piece of a tier takes of, where nothing else than its own stock can stand in the way.
            Most pledges are for that, so it is made once.
        waiting: The tiers and add-ons that have a waiting list, by id.

    Raises:
        InvalidDocument: an id that stands twice, whatever it is of; an item or a tier that is named and not
            there; a fee on top that is of a total, depends on how it is paid, or is not the backer's to pay;
            or a waiting list for a tier that others may take pieces of. All of them are named.
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
    plain: dict[str, tuple[Need, ...]] = attrs.field(init=False, eq=False, repr=False)
    waiting: dict[str, Tier] = attrs.field(init=False, eq=False, repr=False)
    _tiers_by_id: dict[str, Tier] = attrs.field(init=False, eq=False, repr=False)
    _add_ons_by_id: dict[str, Tier] = attrs.field(init=False, eq=False, repr=False)
    _items_by_id: dict[str, Item] = attrs.field(init=False, eq=False, repr=False)
    _vouchers_by_code: dict[str, Voucher] = attrs.field(init=False, eq=False, repr=False)
    _blocking: dict[str, tuple[Voucher, ...]] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        keeping = [it for it in self.vouchers if it.blocks]
        names = {name for it in keeping for name in it.tier_ids}
        blocking = {name: tuple(it for it in keeping if name in it.tier_ids) for name in names}
        for name, made in (
            ("_tiers_by_id", {it.id: it for it in self.tiers}),
            ("_add_ons_by_id", {it.id: it for it in self.add_ons}),
            ("_items_by_id", {it.id: it for it in self.items}),
            ("_vouchers_by_code", {it.code: it for it in self.vouchers}),
            ("_blocking", blocking),
            ("waiting", {it.id: it for it in (*self.tiers, *self.add_ons) if it.waiting is not None}),
            ("plain", {it.id: (Need(it, 1),) for it in self.tiers if it.plain and it.id not in blocking}),
        ):
            object.__setattr__(self, name, made)
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        yield from self._duplicates()
        for section, tiers in (("tiers", self.tiers), ("add_ons", self.add_ons)):
            for tier in tiers:
                yield from _missing(f"{section}.{tier.id}", "item", tier.includes, self._items_by_id)
        for voucher in self.vouchers:
            yield from _missing(f"vouchers.{voucher.code}", "tier", voucher.tier_ids, self._tiers_by_id)
        yield from self._waiting_problems()
        for line in self.on_top.lines:
            if line.base is FeeBase.COLLECTED:
                yield Problem(f"on_top.{line.name}", "a fee on top is taken of each pledge, not of a total")
            if line.limited:
                yield Problem(f"on_top.{line.name}", "it is quoted before it is known how it is paid")
            if line.withheld or line.estimate or line.bearer is not FeeBearer.CREATOR:
                yield Problem(f"on_top.{line.name}", "a fee on top is what the backer pays, just that")
            if line.name == LineKind.TIP:
                yield Problem(f"on_top.{line.name}", "this is the name of what backers give freely")

    def _waiting_problems(self) -> Iterator[Problem]:
        """What would take a piece that is kept for whoever waits for the tier."""
        for tier in self.waiting.values():
            path = (
                f"tiers.{tier.id}.waiting" if tier.id in self._tiers_by_id else f"add_ons.{tier.id}.waiting"
            )
            for item in filter(None, map(self.item, tier.includes)):
                if item.limit is not None:
                    yield Problem(path, f"pieces of item {item.id} may go to other tiers: give it no limit")
            for voucher in self.vouchers:
                opens = voucher.blocks or voucher.overbooks
                if opens and tier.id in self._tiers_by_id and voucher.suits(tier.id):
                    yield Problem(path, f"voucher {voucher.code} keeps or overbooks its pieces")

    def _duplicates(self) -> Iterator[Problem]:
        places: defaultdict[str, list[str]] = defaultdict(list)
        for section in ("tiers", "add_ons", "items", "vouchers"):
            for it in getattr(self, section):
                places[it.id].append(section)
        for name, sections in places.items():
            if len(sections) > 1:
                what = "things" if len(set(sections)) > 1 else sections[0].replace("_", "-")
                message = f"{len(sections)} {what} have the id {name}"
                yield Problem(f"{sections[-1]}.{name}", message, "duplicate")

    def tier(self, tier_id: TierId | None) -> Tier | None:
        """The tier of this id that can be picked by itself."""
        return self._tiers_by_id.get(tier_id) if isinstance(tier_id, str) else None

    def add_on(self, tier_id: TierId | None) -> Tier | None:
        """The add-on of this id."""
        return self._add_ons_by_id.get(tier_id) if isinstance(tier_id, str) else None

    def item(self, item_id: ItemId | None) -> Item | None:
        """The item of this id."""
        return self._items_by_id.get(item_id) if isinstance(item_id, str) else None

    def voucher(self, code: VoucherCode | None) -> Voucher | None:
        """The voucher of this code."""
        return self._vouchers_by_code.get(code) if isinstance(code, str) else None

    def picked(self, selection: Selection) -> list[tuple[Tier, int]]:
        """The tier and the add-ons of a selection, with their numbers.

        Raises:
            InvalidValue: the catalogue does not have one of them, or its voucher.
        """
        if selection.__class__ is not Selection:
            expect(selection, Selection, what="what is picked")
        found: list[tuple[Tier, int]] = []
        if selection.tier_id is not None:
            tier = _known(self.tier(selection.tier_id), "tier", selection.tier_id)
            found.append((tier, selection.quantity))
        for tier_id, number in selection.add_ons.items():
            found.append((_known(self.add_on(tier_id), "add-on", tier_id), number))
        if selection.voucher is not None:
            _known(self.voucher(selection.voucher), "voucher", selection.voucher)
        return found

    def blocking(self, tier_id: TierId) -> tuple[Voucher, ...]:
        """The vouchers for which pieces of this tier are kept."""
        return self._blocking.get(tier_id, ()) if isinstance(tier_id, str) else ()

    def cheaper(self, least: Money) -> tuple[Problem, ...]:
        """Every reward that costs less than the smallest price of a platform, such as BRL 10.00 on Catarse.

        Raises:
            InvalidValue: the smallest price is not money.
            CurrencyMismatch: it is of another currency than a reward.

        Example:
            >>> catalogue = Catalogue([Tier("postcard", Money.of("9.99", "BRL"))])
            >>> [str(problem) for problem in catalogue.cheaper(Money.of("10.00", "BRL"))]
            ['tiers.postcard.price: BRL 9.99 is less than BRL 10.00']
        """
        expect(least, Money, what="the smallest price")
        return tuple(
            Problem(f"tiers.{tier.id}.price", f"{tier.price} is less than {least}")
            for tier in self.tiers
            if tier.price < least
        )


def _known(found: T | None, what: str, name: str) -> T:
    if found is None:
        message = f"there is no {what} {name}"
        raise InvalidValue(message, wanted=name)
    return found


def _missing(path: str, what: str, names: Iterable[str], known: Container[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(path, f"there is no {what} {name}", "unknown")
