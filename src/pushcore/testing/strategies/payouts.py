"""Fees, splits, settlements and payouts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from pushcore.money import Currency, Percentage
from pushcore.payouts import (
    AccruedShare,
    Below,
    Bracket,
    Brackets,
    Clamp,
    DatedFees,
    FeeBase,
    FeeBearer,
    FeeLine,
    FeeSchedule,
    FeeShare,
    Fixed,
    FundingSource,
    Payout,
    PayoutCost,
    PayoutState,
    Percent,
    ProviderExchange,
    Settlement,
    SharePayment,
    SharePaymentState,
    Split,
    SplitPlan,
    SplitTier,
    Sum,
    Tariff,
)
from pushcore.payouts.states import UNSENT
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, exchange_rates, percentages, roundings

if TYPE_CHECKING:
    from pushcore.ids import PayeeId
    from pushcore.payouts import FeeRule

__all__ = [
    "accrued_shares",
    "fee_lines",
    "fee_rules",
    "fee_schedules",
    "fee_shares",
    "payouts",
    "provider_exchanges",
    "settlements",
    "share_payments",
    "split_plans",
    "tariffs",
]

_MOST_FEE = 10_000
_MOST_PART = 1_000_000


def fee_rules(currency: Currency | str) -> st.SearchStrategy[FeeRule]:
    """A percentage, a fixed amount, brackets, a sum of rules, bounds of one, or one below a limit."""
    return _fee_rules(currency)


@lru_cache(maxsize=256)
def _fee_rules(currency: Currency | str) -> st.SearchStrategy[FeeRule]:
    limits = amounts(currency, least=0, most=_MOST_FEE)
    leaves: st.SearchStrategy[FeeRule] = st.one_of(
        st.builds(Percent, percentages(most=15)), st.builds(Fixed, limits), _brackets(currency)
    )
    return st.recursive(
        leaves,
        lambda rules: st.one_of(
            st.builds(Sum, st.lists(rules, min_size=1, max_size=3)),
            st.builds(Below, limits, rules, rules, inclusive=st.booleans()),
            st.builds(Clamp, rules, at_least=limits) | st.builds(Clamp, rules, at_most=limits),
        ),
        max_leaves=4,
    )


@st.composite
def _brackets(draw: st.DrawFn, currency: Currency | str) -> Brackets:
    """Up to three brackets, the last without an end."""
    limits = draw(st.lists(amounts(currency, least=1, most=_MOST_FEE), max_size=2, unique=True))
    return Brackets([Bracket(draw(percentages(most=15)), limit) for limit in (*sorted(limits), None)])


def fee_lines(currency: Currency | str) -> st.SearchStrategy[FeeLine]:
    """A line of a fee schedule, taken of each pledge or of the total, whoever pays it and however."""
    return _fee_lines(currency)


@lru_cache(maxsize=256)
def _fee_lines(currency: Currency | str) -> st.SearchStrategy[FeeLine]:
    return st.builds(
        FeeLine,
        identifiers(),
        st.sampled_from([FeeBase.PLEDGE, FeeBase.COLLECTED]),
        fee_rules(currency),
        roundings(),
        refundable=st.booleans(),
    )


@st.composite
def fee_schedules(draw: st.DrawFn, currency: Currency | str) -> FeeSchedule:
    """Up to three lines, each of its own name; some are of others, or are not taken out of the proceeds."""
    lines: list[FeeLine] = []
    for line in draw(st.lists(fee_lines(currency), max_size=3, unique_by=lambda line: line.name)):
        of = [other.name for other in lines if not other.withheld]
        creators = all(other.bearer is FeeBearer.CREATOR for other in lines)
        bearer, withheld = draw(st.sampled_from(FeeBearer)), draw(st.booleans())
        if not of or draw(st.booleans()):
            estimate = line.base is FeeBase.PLEDGE and draw(st.booleans())
            lines.append(attrs.evolve(line, bearer=bearer, estimate=estimate, share=draw(_shares())))
        elif withheld and creators:
            lines.append(attrs.evolve(line, base=FeeBase.FEES, of=of, withheld=True))
        else:
            lines.append(attrs.evolve(line, base=FeeBase.FEES, of=of, bearer=bearer))
    return FeeSchedule(lines)


def fee_shares(currency: Currency | str) -> st.SearchStrategy[FeeShare]:
    """What a host owes the platform of its fees."""
    return st.builds(
        FeeShare,
        identifiers(),
        percentages(most=100),
        roundings(),
        payee_id=identifiers(),
        threshold=amounts(currency, least=0, most=_MOST_FEE),
        inclusive=st.booleans(),
        lines=st.lists(identifiers(), max_size=2, unique=True),
        on_top=st.sampled_from([(), ("tip",)]),
    )


def accrued_shares(currency: Currency | str) -> st.SearchStrategy[AccruedShare]:
    """What a host has come to owe for a campaign."""
    owed = amounts(currency, least=0, most=_MOST_FEE)
    agreed = st.none() | fee_shares(currency)
    return st.builds(AccruedShare, identifiers(), identifiers(), owed, st.integers(0, 9), share=agreed)


@st.composite
def share_payments(draw: st.DrawFn, currency: Currency | str) -> SharePayment:
    """A payment of what a host owes, noted or tried."""
    names = draw(identifiers()), draw(identifiers()), draw(amounts(currency, least=1, most=_MOST_FEE))
    tries, version = draw(st.integers(0, 3)), draw(st.integers(1, 9))
    if not tries:
        return SharePayment(*names, None, SharePaymentState.PAID, version=version)
    state = draw(st.sampled_from(SharePaymentState))
    return SharePayment(*names, draw(identifiers()), state, tries, version)


@st.composite
def provider_exchanges(draw: st.DrawFn) -> ProviderExchange:
    """An exchange of one currency for another at the provider, at a gain, a loss or neither."""
    one, other = draw(st.lists(currencies(), min_size=2, max_size=2, unique=True))
    given, received = draw(amounts(one, least=1)), draw(amounts(other, least=1))
    gains = draw(st.tuples(amounts(one), amounts(other)))[: draw(st.integers(0, 2))]
    return ProviderExchange(draw(identifiers()), given, received, gains, draw(st.integers(1, 9)))


def _shares() -> st.SearchStrategy[Percentage]:
    return st.sampled_from([Percentage(100), Percentage(60), Percentage("200/3")])


@st.composite
def tariffs(draw: st.DrawFn, currency: Currency | str) -> Tariff:
    """Up to three schedules, each from its day on."""
    days = draw(st.lists(st.dates(), min_size=1, max_size=3, unique=True))
    return Tariff([DatedFees(day, draw(fee_schedules(currency))) for day in sorted(days)])


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
    """What a few pledges come to under a schedule, paid in two ways, with word of the provider or without."""
    currency = draw(currencies())
    schedule = draw(fee_schedules(currency))
    limited = [attrs.evolve(line, **draw(_limits())) if not line.of else line for line in schedule.lines]
    settlement = Settlement.empty(FeeSchedule(limited), currency)
    for method, source in (("card", FundingSource.BACKER), ("cheque", FundingSource.OFFLINE)):
        collected = draw(st.lists(amounts(currency, least=1, most=_MOST_PART), max_size=4))
        estimates = [line.name for line in schedule.estimates]
        taken = st.fixed_dictionaries(
            {name: amounts(currency, least=0, most=_MOST_FEE) for name in estimates}
        )
        settlement = settlement.add(collected, method=method, source=source, actual=draw(st.none() | taken))
    return settlement


def _limits() -> st.SearchStrategy[dict[str, Any]]:
    """Whom a line is for: everybody, or some."""
    return st.fixed_dictionaries(
        {
            "methods": st.sampled_from([(), (), ("card",), ("cheque", "card")]),
            "sources": st.sampled_from([(), (), (FundingSource.BACKER,)]),
        }
    )


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
