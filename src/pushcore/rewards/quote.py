"""The quote: what a selection costs, item by item, before anyone commits to it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, items, none_such, shown, stream
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Money
from pushcore.rewards.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["GOODS", "LineKind", "Quote", "QuoteLine"]


class LineKind(StrEnum):
    """What a line of a quote is for; a match is what a sponsor adds to the contribution of somebody else."""

    REWARD = "reward"
    ADD_ON = "add-on"
    BONUS = "bonus"
    DISCOUNT = "discount"
    SHIPPING = "shipping"
    TAX = "tax"
    FEE = "fee"
    TIP = "tip"
    MATCH = "match"

    _missing_ = classmethod(none_such)


_MOST: Final = 10**18
SOLD: Final = (LineKind.REWARD, LineKind.ADD_ON, LineKind.DISCOUNT)
"""What is sold: goods without what is given beyond them."""

GOODS: Final = (*SOLD, LineKind.BONUS)
"""What is given for rewards and beyond them: the part that the smallest and the largest pledge are about."""

_ON_TOP: Final = (LineKind.FEE, LineKind.TIP)
"""What the backer pays to the platform, and never reaches the campaign."""


@attrs.frozen
class QuoteLine:
    """So many of one thing at a price each; a discount has a price below zero.

    Attributes:
        id: The tier, the add-on, the voucher, the tax or the fee it is for, or the fund that matches; None
            for a bonus and a tip.
        amount: All of them together.
    """

    kind: LineKind
    id: str | None
    quantity: int
    unit: Money
    amount: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        # One look at all fields instead of one validator each: every pledge makes several lines.
        kind, name, quantity, unit = self.kind, self.id, self.quantity, self.unit
        if not (
            kind.__class__ is LineKind
            and (name is None or (isinstance(name, str) and name))
            and quantity.__class__ is int
            and 1 <= quantity <= _MOST
            and unit.__class__ is Money
        ):
            parts = (kind, name, quantity, unit)
            message = f"a line is of a kind, an id or None, a number above zero and money, got {shown(parts)}"
            raise InvalidValue(message, line=parts)
        object.__setattr__(self, "amount", unit if quantity == 1 else unit * quantity)


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

    selection: Selection
    lines: tuple[QuoteLine, ...] = attrs.field(converter=items)
    included_tax: Money | None = attrs.field(default=None, kw_only=True)
    amount: Money = attrs.field(init=False, eq=False, repr=False)
    contribution: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.selection.__class__ is not Selection:
            expect(self.selection, Selection, what="what a quote is of")
        if self.included_tax is not None:
            expect(self.included_tax, Money, what="the tax that prices include")
        on_top = []
        for line in self.lines:
            if line.__class__ is not QuoteLine:
                expect(line, QuoteLine, what="a line of a quote")
            if line.kind in _ON_TOP:
                on_top.append(line)
        amount = summed(self.selection.bonus, self.lines)
        contribution = amount - summed(self.selection.bonus, on_top) if on_top else amount
        if contribution.minor < 0 or amount.minor < 0:
            message = f"a quote comes to at least zero, got {contribution} of {amount}"
            raise InvalidValue(message, quote=contribution)
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "contribution", contribution)

    @property
    def goods(self) -> Money:
        """What is given for rewards and beyond them (`GOODS`), without shipping and tax."""
        return summed(self.selection.bonus, self.lines, GOODS)

    def sum(self, kinds: Iterable[LineKind]) -> Money:
        """What the lines of some kinds come to.

        Raises:
            InvalidValue: a kind that is none.
        """
        return summed(self.selection.bonus, self.lines, {LineKind(kind) for kind in stream(kinds)})

    @property
    def on_top(self) -> dict[str, Money]:
        """What the platform gets beside the campaign, by name: every fee on top, and the tip."""
        found: dict[str, Money] = {}
        for line in self.lines:
            if line.kind in _ON_TOP:
                name = line.id or line.kind.value
                found[name] = found.get(name, line.amount.with_minor(0)) + line.amount
        return found

    @property
    def units(self) -> int:
        """How many rewards it is for, add-ons not counted."""
        return sum([line.quantity for line in self.lines if line.kind is LineKind.REWARD])

    def prices(self, tier_id: str) -> list[tuple[int, Money]]:
        """How many pieces of a tier or an add-on stand in it, at which price each."""
        return [(it.quantity, it.unit) for it in self.lines if it.id == tier_id and it.kind in SOLD]


def summed(bonus: Money, lines: Iterable[QuoteLine], kinds: Collection[LineKind] | None = None) -> Money:
    """What the lines of some kinds come to, or all of them, in the currency of the bonus."""
    total: Money | None = None
    for line in lines:
        if kinds is None or line.kind in kinds:
            total = line.amount if total is None else total + line.amount
    if total is None:
        return bonus.with_minor(0)
    if total.currency is not bonus.currency:
        message = f"a quote of {total} is not of the currency of what is picked, {bonus.currency}"
        raise CurrencyMismatch(message, quote=total, currency=bonus.currency)
    return total
