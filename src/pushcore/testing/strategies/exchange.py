"""How money is converted, what is tendered in several currencies, and what providers count in."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from hypothesis import strategies as st

from pushcore.calendar import Weekday
from pushcore.campaigns import Presenting
from pushcore.money import (
    AmountRole,
    ChargeLimit,
    ConversionRule,
    Currency,
    Migrated,
    Payable,
    Precision,
    ProviderCatalogue,
    Publication,
    RateDay,
    Retirement,
    Reversal,
    Tendered,
    WireUnit,
)
from pushcore.pledges import Presented
from pushcore.testing.strategies.calendar import business_days
from pushcore.testing.strategies.money import amounts, currencies, exchange_rates, roundings

__all__ = [
    "charge_limits",
    "conversion_rules",
    "migrations",
    "payables",
    "precisions",
    "presented",
    "presentings",
    "provider_catalogues",
    "rate_days",
    "retirements",
    "reversals",
    "tendered",
    "wire_units",
]

_FROM, _UNTIL = date(2020, 1, 1), date(2026, 1, 1)


def precisions() -> st.SearchStrategy[Precision]:
    """So many significant digits, or so many decimals, that something is left of any likely rate."""
    of_digits = st.builds(Precision, roundings(), digits=st.integers(1, 12))
    return of_digits | st.builds(Precision, roundings(), decimals=st.integers(4, 12))


def rate_days() -> st.SearchStrategy[RateDay]:
    """Which day's rate is meant, by any of the rules that there are."""
    return st.builds(
        RateDay,
        published=st.sampled_from(Publication),
        most_days=st.integers(0, 31),
        lag_days=st.integers(0, 5),
        weekday=st.none() | st.sampled_from(Weekday),
        business_days=st.none() | business_days(),
    )


@st.composite
def conversion_rules(draw: st.DrawFn) -> ConversionRule:
    """A rule, direct or through the euro."""
    through = draw(st.none() | st.just(Currency.of("EUR")))
    return ConversionRule(
        source=draw(st.sampled_from(["ECB", "provider"])),
        rate_day=draw(rate_days()),
        rounding=draw(roundings()),
        through=through,
        legs=None if through is None else draw(st.none() | precisions()),
        precision=draw(st.none() | precisions()),
        divides=draw(st.booleans()),
    )


@st.composite
def presentings(draw: st.DrawFn, currency: Currency | str | None = None) -> Presenting:
    """A few currencies that backers may pay in, none of which is the one that is given."""
    own = None if currency is None else Currency.of(currency)
    others = currencies().filter(lambda it: it is not own)
    return Presenting(draw(st.lists(others, min_size=1, max_size=3, unique=True)), draw(conversion_rules()))


@st.composite
def presented(draw: st.DrawFn, currency: Currency | str | None = None) -> Presented:
    """Another currency than the one that is given, and the rate that is stored with a pledge."""
    return Presented(draw(exchange_rates(base=currency)), draw(roundings()))


def retirements() -> st.SearchStrategy[Retirement]:
    """The end of a currency, of all that are known."""
    return st.sampled_from(Retirement.all())


@st.composite
def migrations(draw: st.DrawFn) -> Migrated:
    """A few balances of a retired currency, in the one that took its place."""
    retirement = draw(retirements())
    names = st.sampled_from(["ana", "bo", "cleo"])
    return retirement.migrate(
        draw(st.dictionaries(names, amounts(retirement.currency), max_size=3)), draw(roundings())
    )


@st.composite
def tendered(draw: st.DrawFn) -> Tendered:
    """A contribution in one currency, in two or in three, booked by the provider or not yet."""
    one, other, third = (draw(amounts(draw(currencies()), least=1)) for _ in range(3))
    settled = draw(st.sampled_from([None, one, other, third]))
    kept = [it for it in (one, other, settled) if it is not None]
    pairs = combinations(dict.fromkeys(it.currency for it in kept), 2)
    return Tendered(
        presented=one,
        campaign=other,
        settled=settled,
        rates=[draw(exchange_rates(base=base, quote=quote)) for base, quote in pairs],
        rounding=draw(roundings()),
    )


@st.composite
def reversals(draw: st.DrawFn) -> Reversal:
    """A part of a contribution that is undone."""
    gift = draw(tendered())
    return gift.part(
        draw(amounts(gift.presented.currency, least=0, most=gift.presented.minor)), of=AmountRole.PRESENTED
    )


@st.composite
def wire_units(draw: st.DrawFn, currency: Currency | str | None = None) -> WireUnit:
    """How a provider might count a currency: as ISO 4217 does, or in another way, in steps or not."""
    counted = draw(currencies()) if currency is None else Currency.of(currency)
    since, until = draw(_days())
    return WireUnit(
        counted,
        draw(st.just(counted.exponent or 0) | st.integers(0, 4)),
        charge_step=draw(st.sampled_from([1, 10, 100])),
        payout_step=draw(st.sampled_from([1, 5, 100])),
        since=since,
        until=until,
        verified=draw(st.booleans()),
    )


@st.composite
def payables(draw: st.DrawFn) -> Payable:
    """A balance, divided into what is paid out and what is left."""
    unit = draw(wire_units())
    return unit.payable(draw(amounts(unit.currency)))


@st.composite
def charge_limits(draw: st.DrawFn, currency: Currency | str | None = None) -> ChargeLimit:
    """The least or the most that is charged in a currency, or both."""
    counted = draw(currencies()) if currency is None else Currency.of(currency)
    least = draw(st.none() | amounts(counted, least=1, most=1_000))
    needed = amounts(counted, least=1_000)
    most = draw(needed if least is None else st.none() | needed)
    since, until = draw(_days())
    return ChargeLimit(least=least, most=most, since=since, until=until, verified=draw(st.booleans()))


@st.composite
def provider_catalogues(draw: st.DrawFn) -> ProviderCatalogue:
    """The catalogue of a provider that is known, or of another one with a row or two."""
    codes = st.lists(currencies(), max_size=2, unique=True)
    own = ProviderCatalogue(
        provider="house",
        units=[draw(wire_units(it)) for it in draw(codes)],
        limits=[draw(charge_limits(it)) for it in draw(codes)],
        as_in_iso=draw(st.sampled_from([(), (2,), (0, 2, 3)])),
    )
    return draw(st.sampled_from([own, *map(ProviderCatalogue.of, ("stripe", "paypal", "adyen"))]))


def _days() -> st.SearchStrategy[tuple[date | None, date | None]]:
    return st.sampled_from([(None, None), (_FROM, None), (None, _UNTIL), (_FROM, _UNTIL)])
