"""The quote: what a selection costs, item by item, before anyone commits to it."""

from __future__ import annotations

from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, expect, items, none_such
from pushcore._checks import kind as of_kind
from pushcore.errors import InvalidValue
from pushcore.ids import optional_identifier
from pushcore.money import Money
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.selection import Selection
from pushcore.rewards.tier import Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pushcore.rewards.tier import Tier

__all__ = ["GOODS", "LineKind", "Quote", "QuoteLine", "quote"]


class LineKind(StrEnum):
    """What a line of a quote is for."""

    REWARD = "reward"
    ADD_ON = "add-on"
    BONUS = "bonus"
    DISCOUNT = "discount"
    SHIPPING = "shipping"
    TAX = "tax"
    FEE = "fee"
    TIP = "tip"

    _missing_ = classmethod(none_such)


GOODS: Final = frozenset({LineKind.REWARD, LineKind.ADD_ON, LineKind.BONUS, LineKind.DISCOUNT})
"""What is given for rewards and beyond them: the part that the smallest and the largest pledge are about."""

ON_TOP: Final = frozenset({LineKind.FEE, LineKind.TIP})
"""What the backer pays to the platform, and never reaches the campaign."""

_SOLD: Final = frozenset({LineKind.REWARD, LineKind.ADD_ON, LineKind.DISCOUNT})
_TAXED: Final = {False: _SOLD, True: _SOLD | {LineKind.SHIPPING}}


@attrs.frozen
class QuoteLine:
    """So many of one thing at a price each; a discount has a price below zero.

    Attributes:
        id: The tier, the add-on, the voucher, the tax or the fee it is for; None for a bonus and a tip.
        amount: All of them together.
    """

    kind: LineKind = attrs.field(validator=of_kind(LineKind))
    id: str | None = attrs.field(validator=optional_identifier)
    quantity: int = attrs.field(validator=counted(1))
    unit: Money = attrs.field(validator=of_kind(Money))
    amount: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "amount", self.unit if self.quantity == 1 else self.unit * self.quantity)


@attrs.frozen
class Quote:
    """What a selection comes to, line by line. A pledge pins the quote it was placed at.

    Attributes:
        selection: What it is of.
        lines: What it is made of.
        included_tax: How much tax the prices have in them; a tax on top has a line of its own.
        amount: What the backer pays: all lines.
        contribution: What the campaign gets of it: all but fees on top and the tip.

    Raises:
        CurrencyMismatch: lines of two currencies.
        InvalidValue: a part of the wrong kind, or a sum below zero.
    """

    selection: Selection = attrs.field(validator=of_kind(Selection))
    lines: tuple[QuoteLine, ...] = attrs.field(converter=items, validator=each(QuoteLine))
    included_tax: Money | None = attrs.field(default=None, kw_only=True, validator=of_kind(Money, None))
    amount: Money = attrs.field(init=False, eq=False, repr=False)
    contribution: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        amount = _total(self.selection, self.lines)
        contribution = amount - self.sum(ON_TOP) if self.on_top else amount
        if contribution.minor < 0:
            message = f"a quote comes to at least zero, got {contribution}"
            raise InvalidValue(message, quote=contribution)
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "contribution", contribution)

    def sum(self, kinds: Collection[LineKind]) -> Money:
        """What the lines of some kinds come to."""
        return _total(self.selection, self.lines, kinds)

    @property
    def on_top(self) -> dict[str, Money]:
        """What the platform gets beside the campaign, by name: every fee on top, and the tip."""
        parts: dict[str, Money] = {}
        for line in self.lines:
            if line.kind in ON_TOP:
                name = line.id or line.kind.value
                parts[name] = parts[name] + line.amount if name in parts else line.amount
        return parts

    @property
    def units(self) -> int:
        """How many rewards it is for, add-ons not counted."""
        return sum(line.quantity for line in self.lines if line.kind is LineKind.REWARD)

    def unit_price(self, tier_id: str) -> Money | None:
        """What one piece of a tier or an add-on costs in it."""
        prices = (it.unit for it in self.lines if it.id == tier_id and it.kind in _SOLD)
        return next(prices, None)


def quote(
    catalogue: Catalogue,
    selection: Selection,
    *,
    phase: Phase = Phase.CAMPAIGN,
    pinned: Quote | None = None,
) -> Quote:
    """The quote of a selection: rewards, add-ons, bonus, discount, shipping, tax, fees on top and tip.

    Shipping is added where something is sent there; whether it is, `pushcore.rewards.picking` tells.

    Args:
        catalogue: What there is.
        selection: What is picked of it.
        phase: Whether it is picked in the campaign or late.
        pinned: An earlier quote: what it has a price of keeps it.

    Raises:
        InvalidValue: a tier, an add-on or a voucher that is not there.

    Example:
        >>> from pushcore import Tier
        >>> catalogue = Catalogue([Tier("postcard", Money.of("10.00", "EUR"))])
        >>> two = Selection(Money.of("5.00", "EUR"), tier_id="postcard", quantity=2)
        >>> quoted = quote(catalogue, two)
        >>> [(line.kind.value, str(line.amount)) for line in quoted.lines], str(quoted.amount)
        ([('reward', 'EUR 20.00'), ('bonus', 'EUR 5.00')], 'EUR 25.00')
    """
    expect(catalogue, Catalogue, what="the catalogue")
    expect(selection, Selection, what="what is quoted")
    expect(phase, Phase, what="phase")
    expect(pinned, Quote, NoneType, what="the quote that pins prices")
    picked = catalogue.picked(selection)
    lines = list(_priced(catalogue, selection, picked, phase, pinned))
    lines += _shipped(selection, picked)
    included = None
    for tax in [it for it in catalogue.taxes if picked and it.applies(selection.destination)][:1]:
        amount = tax.of(_total(selection, lines, _TAXED[tax.shipping]))
        included = amount if tax.included else None
        if amount and not tax.included:
            lines.append(QuoteLine(LineKind.TAX, tax.name, 1, amount))
    if catalogue.on_top.lines or selection.tip:
        lines += _on_top(catalogue, selection, lines)
    return Quote(selection, lines, included_tax=included)


def _priced(
    catalogue: Catalogue,
    selection: Selection,
    picked: list[tuple[Tier, int]],
    phase: Phase,
    pinned: Quote | None,
) -> Iterator[QuoteLine]:
    for tier, number in picked:
        price = None if pinned is None else pinned.unit_price(tier.id)
        price = tier.price_in(phase) if price is None else price
        if tier.id != selection.tier_id:
            yield QuoteLine(LineKind.ADD_ON, tier.id, number, price)
            continue
        yield QuoteLine(LineKind.REWARD, tier.id, number, price)
        voucher = catalogue.voucher(selection.voucher)
        if voucher is not None and voucher.suits(tier.id) and (discount := voucher.discount(price * number)):
            yield QuoteLine(LineKind.DISCOUNT, voucher.code, 1, -discount)
    if selection.bonus:
        yield QuoteLine(LineKind.BONUS, None, 1, selection.bonus)


def _shipped(selection: Selection, picked: list[tuple[Tier, int]]) -> Iterator[QuoteLine]:
    for tier, number in picked:
        cost = None if tier.shipping is None else tier.shipping.cost(selection.destination)
        if cost:
            yield QuoteLine(LineKind.SHIPPING, tier.id, number, cost)


def _on_top(catalogue: Catalogue, selection: Selection, lines: list[QuoteLine]) -> Iterator[QuoteLine]:
    contribution = _total(selection, lines)
    for line in catalogue.on_top.lines:
        if fee := line.fee(contribution):
            yield QuoteLine(LineKind.FEE, line.name, 1, fee)
    if selection.tip:
        yield QuoteLine(LineKind.TIP, None, 1, selection.tip)


def _total(
    selection: Selection, lines: Iterable[QuoteLine], kinds: Collection[LineKind] = frozenset(LineKind)
) -> Money:
    """What the lines of some kinds come to."""
    return Money.total((it.amount for it in lines if it.kind in kinds), selection.bonus.currency)
