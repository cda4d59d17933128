"""Fees, splits, settlements and payouts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st

from pushcore.money import Currency, Percentage
from pushcore.payouts import (
    Below,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Payout,
    PayoutCost,
    PayoutState,
    Percent,
    Settlement,
    Split,
    SplitPlan,
    SplitTier,
    Sum,
)
from pushcore.payouts.states import UNSENT
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, exchange_rates, percentages, roundings

if TYPE_CHECKING:
    from pushcore.ids import PayeeId
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
    """No splits, or fixed ones, portions and a remaining one, with maxima here and there; and tiers first."""
    payees = draw(st.lists(identifiers(), max_size=4, unique=True))
    tiers = []
    for _ in range(draw(st.integers(0, 2)) if payees else 0):
        amount = draw(amounts(currency, least=1, most=_MOST_PART))
        tiers.append(SplitTier(amount, draw(_splits(currency, payees))))
    splits = draw(_splits(currency, payees)) if payees else ()
    return SplitPlan(splits, tiers=tiers, turn=draw(st.integers(0, 3)))


@st.composite
def _splits(draw: st.DrawFn, currency: Currency | str, payees: list[PayeeId]) -> list[Split]:
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
    return draw(st.permutations(splits))


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
    attempts = 0 if state in UNSENT else draw(st.integers(1, 3))
    answered = attempts - (state is PayoutState.SENT)
    amount = draw(amounts(least=2))
    costs = draw(st.lists(st.builds(PayoutCost, identifiers(), st.just(amount.with_minor(1))), max_size=1))
    approvals = draw(st.integers(0, 2))
    approved = state not in UNSENT or state is PayoutState.APPROVED
    approvers = draw(st.lists(identifiers(), min_size=approvals, max_size=approvals, unique=True))
    payout = Payout(
        draw(identifiers()),
        draw(identifiers()),
        draw(identifiers()),
        amount,
        state,
        attempts,
        1 + attempts + max(answered, 0),
        number=draw(st.integers(1, 3)),
        due_at=draw(st.none() | instants()),
        costs=costs,
        milestone=draw(identifiers() if state is PayoutState.HELD else st.none() | identifiers()),
        approvals=approvals,
        approved_by=approvers if approved else (),
        merged_into=draw(identifiers()) if state is PayoutState.MERGED else None,
    )
    rate = draw(st.none() | exchange_rates(base=amount.currency))
    if rate is None:
        return payout
    converted = rate.convert(payout.transferred, draw(roundings()))
    fixed = converted if converted.result and draw(st.booleans()) else None
    return attrs.evolve(payout, currency=rate.quote, converted=fixed)
