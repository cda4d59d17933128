"""Quoting: what a selection comes to, with the prices of a catalogue or those it was quoted at before."""

from __future__ import annotations

from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore._evolving import maker
from pushcore.payouts import FeeBase
from pushcore.payouts.fee_schedule import taken
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.quote import SOLD, LineKind, Quote, QuoteLine, summed
from pushcore.rewards.tier import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.ids import TierId
    from pushcore.money import Money
    from pushcore.rewards.selection import Selection
    from pushcore.rewards.tier import Tier
    from pushcore.rewards.voucher import Voucher

    Lines = tuple[QuoteLine, ...]

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

    Shipping is added where something is sent there; whether it is, `pushcore.rewards.picking_refusals` tells.

    Args:
        catalogue: What there is.
        selection: What is picked of it.
        phase: Whether it is picked in the campaign or late.
        pinned: An earlier quote: as many pieces as it has keep the price that they have in it.

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
    if catalogue.__class__ is not Catalogue:
        expect(catalogue, Catalogue, what="the catalogue")
    if phase is not Phase.CAMPAIGN or pinned is not None:
        expect(phase, Phase, what="phase")
        expect(pinned, Quote, NoneType, what="the quote that pins prices")
    picked = catalogue.picked(selection)
    if pinned is None and _is_plain(catalogue, selection):
        lines, amount = _plain(picked, selection.bonus, phase)
        return _quoted(selection=selection, lines=lines, amount=amount, contribution=amount)
    lines = _goods(catalogue, selection, picked, phase, pinned)
    included = None
    if picked and selection.destination is not None:
        lines = (*lines, *_shipping(selection, picked))
    if picked and catalogue.taxes:
        included, added = _taxes(catalogue, selection, lines)
        lines = (*lines, *added)
    if catalogue.on_top.lines or selection.tip:
        lines = (*lines, *_on_top(catalogue, selection, lines))
    return Quote(selection, lines, included_tax=included)


def _goods(
    catalogue: Catalogue,
    selection: Selection,
    picked: list[tuple[Tier, int]],
    phase: Phase,
    pinned: Quote | None,
) -> Lines:
    lines = []
    for tier, number in picked:
        kind = LineKind.REWARD if tier.id == selection.tier_id else LineKind.ADD_ON
        priced = _priced(tier, number, phase, pinned)
        lines += [_line(kind, tier.id, pieces, price) for price, pieces in priced.items()]
    voucher = catalogue.voucher(selection.voucher)
    discounts = () if voucher is None else _discounts(voucher, selection, lines)
    return (*lines, *discounts, *_given(selection.bonus))


def _priced(tier: Tier, number: int, phase: Phase, pinned: Quote | None) -> dict[Money, int]:
    """At each price so many pieces: those that were quoted before keep theirs, and more come at today's."""
    priced: dict[Money, int] = {}
    before = () if pinned is None else pinned.prices(tier.id)
    for pieces, price in (*before, (number, tier.price_in(phase))):
        if taken := min(pieces, number):
            priced[price] = priced.get(price, 0) + taken
            number -= taken
    return priced


# Most pledges are for the same few things and amounts: what is alike is made once, which spares memory too.
_line: Final = lru_cache(maxsize=1_024, typed=True)(QuoteLine)
_quoted: Final = maker(Quote, "selection", "lines", "amount", "contribution")


def _is_plain(catalogue: Catalogue, selection: Selection) -> bool:
    """Whether nothing but a tier and a bonus has a price."""
    more = selection.add_ons or selection.voucher or selection.destination or selection.tip
    return not (more or catalogue.taxes or catalogue.on_top.lines)


def _plain(picked: list[tuple[Tier, int]], bonus: Money, phase: Phase) -> tuple[Lines, Money]:
    """The lines of a tier and a bonus, one of them or neither, and what they come to."""
    if not picked:
        return _given(bonus), bonus
    ((tier, number),) = picked
    return _reward(tier.id, number, tier.price_in(phase), bonus)


@lru_cache(maxsize=1_024, typed=True)
def _reward(tier_id: TierId, number: int, price: Money, bonus: Money) -> tuple[Lines, Money]:
    lines = (_line(LineKind.REWARD, tier_id, number, price), *_given(bonus))
    return lines, summed(bonus, lines)


@lru_cache(maxsize=1_024)
def _given(bonus: Money) -> Lines:
    return (_line(LineKind.BONUS, None, 1, bonus),) if bonus else ()


def _discounts(voucher: Voucher, selection: Selection, lines: Iterable[QuoteLine]) -> Iterator[QuoteLine]:
    rewards = summed(selection.bonus, lines, {LineKind.REWARD})
    if voucher.suits(selection.tier_id) and (discount := voucher.discount(rewards)):
        yield _line(LineKind.DISCOUNT, voucher.code, 1, -discount)


def _shipping(selection: Selection, picked: Iterable[tuple[Tier, int]]) -> Iterator[QuoteLine]:
    for tier, number in picked:
        cost = None if tier.shipping is None else tier.shipping.cost(selection.destination)
        if cost:
            yield _line(LineKind.SHIPPING, tier.id, number, cost)


def _taxes(
    catalogue: Catalogue, selection: Selection, lines: Iterable[QuoteLine]
) -> tuple[Money | None, Lines]:
    """The tax that the prices include, and the line of one that they do not."""
    tax = next((it for it in catalogue.taxes if it.applies(selection.destination)), None)
    if tax is None:
        return None, ()
    amount = tax.of(summed(selection.bonus, lines, _TAXED[tax.shipping]))
    if tax.included:
        return amount, ()
    return None, (_line(LineKind.TAX, tax.name, 1, amount),) if amount else ()


def _on_top(catalogue: Catalogue, selection: Selection, lines: Iterable[QuoteLine]) -> Iterator[QuoteLine]:
    contribution = summed(selection.bonus, lines)
    schedule = catalogue.on_top
    of_pledge = {line.name: line.fee(contribution).minor for line in schedule.of(FeeBase.PLEDGE)}
    for name, minor in taken(schedule, of_pledge).items():
        if minor:
            yield _line(LineKind.FEE, name, 1, contribution.with_minor(minor))
    if selection.tip:
        yield _line(LineKind.TIP, None, 1, selection.tip)
