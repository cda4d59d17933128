"""What can be picked, who may pick it, what that costs, and how much of it is left."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import strategies as st

from pushcore.money import Currency
from pushcore.payouts import FeeBase, FeeSchedule
from pushcore.rewards import (
    Audience,
    Catalogue,
    Item,
    Phase,
    Quote,
    Selection,
    Shipping,
    Stock,
    Tax,
    Tier,
    Voucher,
    quote,
)
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, percentages, roundings
from pushcore.testing.strategies.payouts import fee_lines

if TYPE_CHECKING:
    from pushcore.payouts import FeeLine

__all__ = [
    "audiences",
    "catalogues",
    "items",
    "quotes",
    "selections",
    "shippings",
    "stocks",
    "taxes",
    "tiers",
    "vouchers",
]

_MOST: Final = 1_000_000
_LIMITS: Final = st.none() | st.integers(0, 5) | st.integers(0, _MOST)
_NAMES: Final = st.lists(identifiers(), min_size=7, max_size=7, unique=True)
_PLACES: Final = ("BE", "JP", "US")
"""Few, so that what is sent somewhere is often wanted there."""


def items() -> st.SearchStrategy[Item]:
    """A thing that rewards are made of, often with few pieces."""
    return st.builds(Item, identifiers(), limit=_LIMITS)


def audiences() -> st.SearchStrategy[Audience]:
    """Whoever has a link, whoever is on a list, or both."""
    listed = st.lists(identifiers(), min_size=1, max_size=3)
    linked = st.builds(Audience, token=identifiers())
    return linked | st.builds(Audience, token=st.none() | identifiers(), backers=listed)


@st.composite
def shippings(draw: st.DrawFn, currency: Currency | str | None = None) -> Shipping:
    """Rates for a few places, for everywhere else, or for both."""
    costs = amounts(_chosen(draw, currency), least=0, most=_MOST)
    elsewhere = draw(st.none() | costs)
    listed = st.dictionaries(st.sampled_from(_PLACES), costs, min_size=int(elsewhere is None), max_size=2)
    return Shipping(draw(listed), elsewhere=elsewhere)


def taxes() -> st.SearchStrategy[Tax]:
    """A tax of up to 50 percent, in prices or on top of them, everywhere or in some places."""
    return st.builds(
        Tax,
        identifiers(),
        percentages(most=50).filter(lambda rate: rate.numerator > 0),
        roundings(),
        included=st.booleans(),
        shipping=st.booleans(),
        destinations=st.lists(st.sampled_from(_PLACES), max_size=2, unique=True),
    )


def tiers(currency: Currency | str | None = None) -> st.SearchStrategy[Tier]:
    """A tier or an add-on: a price and a limit alone, or with all that a tier can have."""
    if currency is None:
        return currencies().flatmap(tiers)
    included = st.dictionaries(identifiers(), st.integers(1, 9), max_size=2)
    return _tiers(currency, identifiers(), included).flatmap(_waited_for)


def _waited_for(tier: Tier) -> st.SearchStrategy[Tier]:
    """The same tier, with a waiting list if there is an end of it, or without."""
    if tier.limit is None:
        return st.just(tier)
    lifetimes = st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=365))
    return lifetimes.map(lambda waiting: attrs.evolve(tier, waiting=waiting))


def vouchers(currency: Currency | str | None = None) -> st.SearchStrategy[Voucher]:
    """A voucher that takes off a percentage, an amount or nothing, and may keep pieces or overbook."""
    if currency is None:
        return currencies().flatmap(vouchers)
    return _vouchers(currency, identifiers(), st.lists(identifiers(), max_size=2, unique=True))


@st.composite
def catalogues(draw: st.DrawFn, currency: Currency | str | None = None) -> Catalogue:
    """Up to two tiers, two add-ons, two items and a voucher that go together, with taxes and fees on top."""
    chosen = _chosen(draw, currency)
    tier_ids, add_on_ids, item_ids, codes = _sections(draw(_NAMES), draw)
    included = st.dictionaries(st.sampled_from(item_ids), st.integers(1, 3)) if item_ids else st.just({})
    suited = st.lists(st.sampled_from(tier_ids), unique=True) if tier_ids else st.just([])
    items = [Item(it, limit=draw(_LIMITS)) for it in item_ids]
    vouchers = [draw(_vouchers(chosen, st.just(it), suited)) for it in codes]
    shared = {it.id for it in items if it.limit is not None}
    opening = [it for it in vouchers if it.blocks or it.overbooks]

    def made(tier_id: Any) -> Tier:  # noqa: ANN401  an id
        tier = draw(_tiers(chosen, st.just(tier_id), included))
        others = shared & set(tier.includes) or any(it.suits(tier_id) for it in opening)
        return tier if others else draw(_waited_for(tier))

    return Catalogue(
        [made(it) for it in tier_ids],
        add_ons=[made(it) for it in add_on_ids],
        items=items,
        vouchers=vouchers,
        taxes=draw(st.lists(taxes(), max_size=2)),
        on_top=FeeSchedule(draw(st.lists(_fees_on_top(chosen), max_size=1))),
    )


@st.composite
def selections(
    draw: st.DrawFn, catalogue: Catalogue | None = None, *, currency: Currency | str | None = None
) -> Selection:
    """What a catalogue of this currency has, though maybe not now or not for everybody; never for nothing."""
    chosen = _chosen(draw, currency if catalogue is None else _currency(catalogue) or currency)
    offered = draw(catalogues(chosen)) if catalogue is None else catalogue
    tier = draw(st.sampled_from([None, *offered.tiers]))
    voucher = draw(st.sampled_from([None, *offered.vouchers]))
    add_ons = [] if tier is None else [it for it in offered.add_ons if draw(st.booleans())]
    free = tier is None or tier.price.minor == 0 or voucher is not None
    money = amounts(chosen, least=0, most=_MOST)
    return Selection(
        draw(amounts(chosen, least=int(free), most=_MOST)),
        tier_id=None if tier is None else tier.id,
        quantity=1 if tier is None else draw(st.integers(1, 10)),
        add_ons={add_on.id: draw(st.integers(1, 3)) for add_on in add_ons},
        destination=draw(st.sampled_from([None, *_PLACES])),
        tip=draw(st.none() | money),
        voucher=None if voucher is None else voucher.code,
        token=draw(st.none() | identifiers()),
    )


def stocks(limit: int | None = None) -> st.SearchStrategy[Stock]:
    """A stock that does not exceed a limit."""
    most = _MOST if limit is None else limit
    return st.integers(0, most).flatmap(
        lambda claimed: st.builds(Stock, claimed=st.just(claimed), reserved=st.integers(0, most - claimed))
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """A quote of a selection, in any phase."""
    currency = draw(currencies())
    catalogue = draw(catalogues(currency))
    selection = draw(selections(catalogue, currency=currency))
    return quote(catalogue, selection, phase=draw(st.sampled_from(Phase)))


def _chosen(draw: st.DrawFn, currency: Currency | str | None) -> Currency:
    return draw(currencies()) if currency is None else Currency.of(currency)


def _currency(catalogue: Catalogue) -> Currency | None:
    """That of its tiers, if it has any."""
    return next((tier.price.currency for tier in catalogue.tiers), None)


def _sections(names: list[str], draw: st.DrawFn) -> list[list[Any]]:
    """Some of the names for each section of a catalogue."""
    sections = []
    for most in (2, 2, 2, 1):
        taken, names = names[:most], names[most:]
        sections.append(taken[: draw(st.integers(0, most))])
    return sections


@lru_cache(maxsize=256)
def _fees_on_top(currency: Currency) -> st.SearchStrategy[FeeLine]:
    return fee_lines(currency).map(lambda line: attrs.evolve(line, base=FeeBase.PLEDGE))


def _tiers(
    currency: Currency | str, ids: st.SearchStrategy[Any], included: st.SearchStrategy[dict[Any, int]]
) -> st.SearchStrategy[Tier]:
    prices = amounts(currency, least=0, most=_MOST)
    return st.builds(Tier, ids, prices, limit=_LIMITS) | _full_tiers(currency, ids, included)


@st.composite
def _full_tiers(
    draw: st.DrawFn,
    currency: Currency | str,
    ids: st.SearchStrategy[Any],
    included: st.SearchStrategy[dict[Any, int]],
) -> Tier:
    prices = amounts(currency, least=0, most=_MOST)
    price = draw(prices)
    starts_at = draw(st.none() | instants())
    spans = st.timedeltas(timedelta(seconds=1), timedelta(days=60))
    ends_at = draw(st.none() | (instants() if starts_at is None else spans.map(lambda it: starts_at + it)))
    sent = draw(st.none() | shippings(currency))
    phases = draw(st.lists(st.sampled_from(Phase), min_size=1, unique=True))
    return Tier(
        draw(ids),
        price,
        limit=draw(_LIMITS),
        late_price=draw(st.none() | prices) if Phase.LATE in phases else None,
        per_backer=draw(st.none() | st.integers(1, 5)),
        starts_at=starts_at,
        ends_at=ends_at,
        audience=draw(st.none() | audiences()),
        shipping=sent,
        pickup=sent is None and draw(st.booleans()),
        delivers=draw(st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1))),
        includes=draw(included),
        phases=phases,
        presets=draw(st.lists(prices.map(lambda more: price + more), max_size=3)),
    )


@st.composite
def _vouchers(
    draw: st.DrawFn,
    currency: Currency | str,
    codes: st.SearchStrategy[Any],
    suited: st.SearchStrategy[list[Any]],
) -> Voucher:
    off = draw(st.sampled_from(["nothing", "percent", "amount"]))
    tier_ids, limit = draw(suited), draw(_LIMITS)
    return Voucher(
        draw(codes),
        percent=draw(percentages(least=1)) if off == "percent" else None,
        rounding=draw(roundings()) if off == "percent" else None,
        amount=draw(amounts(currency, least=1, most=_MOST)) if off == "amount" else None,
        tier_ids=tier_ids,
        limit=limit,
        ends_at=draw(st.none() | instants()),
        blocks=bool(tier_ids) and limit is not None and draw(st.booleans()),
        overbooks=draw(st.booleans()),
    )
