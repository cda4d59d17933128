"""Matching funds, and the facts that they go by."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.matching import (
    CampaignFacts,
    Contribution,
    Goal,
    GoalShare,
    LimitMode,
    LumpSum,
    MatchingFund,
    MatchOrigin,
    Multiple,
    Pool,
    Sharing,
)
from pushcore.money import Currency
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, percentages

if TYPE_CHECKING:
    from pushcore.matching.goal_share import Bound

__all__ = ["campaign_facts", "contributions", "match_origins", "matching_funds"]

_MOST: Final = 1_000_000


@st.composite
def matching_funds(draw: st.DrawFn, currency: Currency | str | None = None) -> MatchingFund:
    """A fund of one to three sponsors that matches by a factor, or gives a sum once."""
    chosen = draw(currencies()) if currency is None else Currency.of(currency)
    pools = st.builds(Pool, identifiers(), amounts(chosen, least=0, most=_MOST))
    return MatchingFund(
        draw(identifiers()),
        draw(_multiples(chosen) | _lump_sums(chosen)),
        draw(st.lists(pools, min_size=1, max_size=3, unique_by=lambda pool: pool.sponsor_id)),
        sharing=draw(st.sampled_from(Sharing)),
        step=draw(st.none() | amounts(chosen, least=1, most=100)),
        version=draw(st.integers(1, 100)),
    )


def _bounds(currency: Currency) -> st.SearchStrategy[Bound]:
    shares = st.builds(GoalShare, percentages(least=1), st.sampled_from(Goal))
    return amounts(currency, least=1, most=_MOST) | shares


def _multiples(currency: Currency) -> st.SearchStrategy[Multiple]:
    caps = st.none() | amounts(currency, least=1, most=_MOST)
    return st.builds(
        Multiple,
        st.fractions(Fraction(1, 10), 5, max_denominator=100),
        per_contribution=caps,
        per_backer=caps,
        matches_per_backer=st.none() | st.integers(1, 3),
        per_project=st.none() | _bounds(currency),
        tier_ids=st.lists(identifiers(), max_size=2),
        rounds=st.lists(st.sampled_from(LimitMode), max_size=2),
    )


def _lump_sums(currency: Currency) -> st.SearchStrategy[LumpSum]:
    """Given for an amount that is reached, or for a number of backers, or for both."""
    sums, some = amounts(currency, least=1, most=_MOST), st.integers(1, 50)
    reaching = st.builds(LumpSum, sums, reached=_bounds(currency), backers=st.integers(0, 50))
    return reaching | st.builds(LumpSum, sums, backers=some)


@st.composite
def campaign_facts(draw: st.DrawFn, currency: Currency | str | None = None) -> CampaignFacts:
    """How a campaign stands, with goals or without."""
    chosen = draw(currencies()) if currency is None else Currency.of(currency)
    some, goal = amounts(chosen, least=0, most=_MOST), st.none() | amounts(chosen, least=1, most=_MOST)
    return CampaignFacts(
        draw(identifiers()),
        draw(some),
        given=draw(st.none() | some),
        backers=draw(st.integers(0, 100)),
        minimum=draw(goal),
        optimum=draw(goal),
        round=draw(st.integers(1, 2)),
    )


def contributions(currency: Currency | str | None = None) -> st.SearchStrategy[Contribution]:
    """What a backer gives, for some rewards or for none."""
    return st.builds(
        Contribution,
        identifiers(),
        identifiers(),
        amounts(currency, least=1, most=_MOST),
        tier_ids=st.lists(identifiers(), max_size=2),
    )


def match_origins(currency: Currency | str | None = None) -> st.SearchStrategy[MatchOrigin]:
    """What a sponsor's contribution is the match of: a pledge, or a lump sum."""
    of_pledge = st.builds(
        MatchOrigin,
        identifiers(),
        pledge_id=identifiers(),
        backer_id=identifiers(),
        given=amounts(currency, least=1, most=_MOST),
    )
    return st.builds(MatchOrigin, identifiers()) | of_pledge
