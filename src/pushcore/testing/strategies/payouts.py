"""Fees, splits, settlements and payouts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pushcore.money import Currency, Percentage
from pushcore.payouts import (
    Below,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Payout,
    PayoutState,
    Percent,
    Settlement,
    Split,
    SplitPlan,
    Sum,
)
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, percentages, roundings

if TYPE_CHECKING:
    from pushcore.payouts import FeeRule

__all__ = ["fee_lines", "fee_rules", "fee_schedules", "payouts", "settlements", "split_plans"]

_MOST_FEE = 10_000
_MOST_PART = 1_000_000


def fee_rules(currency: Currency | str) -> st.SearchStrategy[FeeRule]:
    """A percentage, a fixed amount, a sum of rules, or one rule below a limit and another above it."""
    return _fee_rules(currency)


@lru_cache(maxsize=256)
def _fee_rules(currency: Currency | str) -> st.SearchStrategy[FeeRule]:
    leaves: st.SearchStrategy[FeeRule] = st.one_of(
        st.builds(Percent, percentages(most=15)),
        st.builds(Fixed, amounts(currency, least=0, most=_MOST_FEE)),
    )
    limits = amounts(currency, least=0, most=_MOST_FEE)
    return st.recursive(
        leaves,
        lambda rules: st.one_of(
            st.builds(Sum, st.lists(rules, min_size=1, max_size=3)), st.builds(Below, limits, rules, rules)
        ),
        max_leaves=4,
    )


def fee_lines(currency: Currency | str) -> st.SearchStrategy[FeeLine]:
    """A line of a fee schedule."""
    return _fee_lines(currency)


@lru_cache(maxsize=256)
def _fee_lines(currency: Currency | str) -> st.SearchStrategy[FeeLine]:
    return st.builds(FeeLine, identifiers(), st.sampled_from(FeeBase), fee_rules(currency), roundings())


def fee_schedules(currency: Currency | str) -> st.SearchStrategy[FeeSchedule]:
    """Up to three lines, each of its own name."""
    lines = st.lists(fee_lines(currency), max_size=3, unique_by=lambda line: line.name)
    return st.builds(FeeSchedule, lines)


@st.composite
def split_plans(draw: st.DrawFn, currency: Currency | str) -> SplitPlan:
    """No splits, or fixed ones, portions and a remaining one, with maxima here and there."""
    payees = draw(st.lists(identifiers(), max_size=4, unique=True))
    if not payees:
        return SplitPlan()
    *others, last = payees
    parts = amounts(currency, least=1, most=_MOST_PART)
    room = 100
    splits = []
    for payee in others:
        portion = draw(st.integers(0, room))
        if portion:
            room -= portion
            maximum = draw(st.none() | parts)
            splits.append(Split(payee, portion=Percentage(portion), max=maximum))
        else:
            splits.append(Split(payee, fixed=draw(parts)))
    if room and draw(st.booleans()):
        splits.append(Split(last, portion=Percentage(room), max=draw(st.none() | parts)))
    else:
        splits.append(Split(last, remaining=True, max=draw(st.none() | parts)))
    return SplitPlan(draw(st.permutations(splits)))


@st.composite
def settlements(draw: st.DrawFn) -> Settlement:
    """What a few pledges come to under a schedule."""
    currency = draw(currencies())
    empty = Settlement.empty(draw(fee_schedules(currency)), currency)
    return empty.add(draw(st.lists(amounts(currency, least=1, most=_MOST_PART), max_size=8)))


@st.composite
def payouts(draw: st.DrawFn) -> Payout:
    """A payout, as far along as its attempts and writes say."""
    state = draw(st.sampled_from(PayoutState))
    attempts = 0 if state is PayoutState.PREPARED else draw(st.integers(1, 3))
    answered = attempts - (state is PayoutState.SENT)
    return Payout(
        draw(identifiers()),
        draw(identifiers()),
        draw(identifiers()),
        draw(amounts(least=1)),
        state,
        attempts,
        1 + attempts + max(answered, 0),
    )
