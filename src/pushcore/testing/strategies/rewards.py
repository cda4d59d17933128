"""Reward tiers, stock and quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pushcore.rewards import Catalogue, Quote, Selection, Stock, Tier, quote
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.money import Currency

__all__ = ["quotes", "stocks", "tiers"]

_MOST = 1_000_000


def tiers(currency: Currency | str | None = None) -> st.SearchStrategy[Tier]:
    """A tier at a price of at least zero, often with few pieces."""
    limits = st.none() | st.integers(0, 5) | st.integers(0, _MOST)
    return st.builds(Tier, identifiers(), amounts(currency, least=0, most=_MOST), limit=limits)


def stocks(limit: int | None = None) -> st.SearchStrategy[Stock]:
    """A stock that does not exceed a limit."""
    most = _MOST if limit is None else limit
    return st.integers(0, most).flatmap(
        lambda claimed: st.builds(Stock, claimed=st.just(claimed), reserved=st.integers(0, most - claimed))
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """A quote, with a tier or for a bonus alone."""
    currency = draw(currencies())
    bonus = draw(amounts(currency, least=0, most=_MOST))
    tier = draw(st.none() | tiers(currency))
    if tier is None:
        return quote(Catalogue(), Selection(bonus))
    return quote(Catalogue([tier]), Selection(bonus, tier_id=tier.id, quantity=draw(st.integers(1, 10))))
