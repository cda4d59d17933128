"""Quoting: what a selection comes to, with the prices of a catalogue or those it was quoted at before."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.quote import SOLD, LineKind, Quote, QuoteLine, summed
from pushcore.rewards.tier import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.money import Money
    from pushcore.rewards.selection import Selection
    from pushcore.rewards.tier import Tier

__all__ = ["quote"]

_TAXED: Final = {False: SOLD, True: (*SOLD, LineKind.SHIPPING)}


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
        >>> from pushcore import Money, Selection, Tier
        >>> catalogue = Catalogue([Tier("postcard", Money.of("10.00", "EUR"))])
        >>> two = Selection(Money.of("5.00", "EUR"), tier_id="postcard", quantity=2)
        >>> quoted = quote(catalogue, two)
        >>> [(line.kind.value, str(line.amount)) for line in quoted.lines], str(quoted.amount)
        ([('reward', 'EUR 20.00'), ('bonus', 'EUR 5.00')], 'EUR 25.00')
    """
    expect(catalogue, Catalogue, what="the catalogue")
    if phase is not Phase.CAMPAIGN or pinned is not None:
        expect(phase, Phase, what="phase")
        expect(pinned, Quote, NoneType, what="the quote that pins prices")
    picked = catalogue.picked(selection)
    lines = _goods(catalogue, selection, picked, phase, pinned)
    included = None
    if picked:
        if selection.destination is not None:
            lines += _shipping(selection, picked)
        if catalogue.taxes:
            included, added = _taxes(catalogue, selection, lines)
            lines += added
    if catalogue.on_top.lines or selection.tip:
        lines += _on_top(catalogue, selection, lines)
    return Quote(selection, tuple(lines), included_tax=included)


def _goods(
    catalogue: Catalogue,
    selection: Selection,
    picked: list[tuple[Tier, int]],
    phase: Phase,
    pinned: Quote | None,
) -> list[QuoteLine]:
    lines = []
    for tier, number in picked:
        price = None if pinned is None else pinned.unit_price(tier.id)
        price = tier.price_in(phase) if price is None else price
        if tier.id != selection.tier_id:
            lines.append(QuoteLine(LineKind.ADD_ON, tier.id, number, price))
        elif number == 1 and price is tier.price:
            lines.append(catalogue.lines[tier.id])
        else:
            lines.append(QuoteLine(LineKind.REWARD, tier.id, number, price))
    if selection.voucher is not None:
        lines += _discount(catalogue, selection, lines)
    if selection.bonus:
        lines.append(QuoteLine(LineKind.BONUS, None, 1, selection.bonus))
    return lines


def _discount(catalogue: Catalogue, selection: Selection, lines: list[QuoteLine]) -> Iterator[QuoteLine]:
    voucher = catalogue.voucher(selection.voucher)
    for line in lines:
        if voucher is not None and line.kind is LineKind.REWARD and voucher.suits(line.id):
            discount = voucher.discount(line.amount)
            if discount:
                yield QuoteLine(LineKind.DISCOUNT, voucher.code, 1, -discount)


def _shipping(selection: Selection, picked: list[tuple[Tier, int]]) -> list[QuoteLine]:
    costs = [(it, number, it.shipping.cost(selection.destination)) for it, number in picked if it.shipping]
    return [QuoteLine(LineKind.SHIPPING, tier.id, number, cost) for tier, number, cost in costs if cost]


def _taxes(
    catalogue: Catalogue, selection: Selection, lines: list[QuoteLine]
) -> tuple[Money | None, list[QuoteLine]]:
    """The tax that is in the prices, and the line of one that is not."""
    tax = next((it for it in catalogue.taxes if it.applies(selection.destination)), None)
    if tax is None:
        return None, []
    amount = tax.of(summed(selection, lines, _TAXED[tax.shipping]))
    if tax.included:
        return amount, []
    return None, [QuoteLine(LineKind.TAX, tax.name, 1, amount)] if amount else []


def _on_top(catalogue: Catalogue, selection: Selection, lines: list[QuoteLine]) -> Iterator[QuoteLine]:
    contribution = summed(selection, lines)
    for line in catalogue.on_top.lines:
        if fee := line.fee(contribution):
            yield QuoteLine(LineKind.FEE, line.name, 1, fee)
    if selection.tip:
        yield QuoteLine(LineKind.TIP, None, 1, selection.tip)
