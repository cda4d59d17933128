"""Goals, and funding models in every combination of their settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs
from hypothesis import strategies as st

from pushcore.campaigns import (
    CancelWindow,
    Cap,
    Charging,
    FinalLap,
    FundingGoal,
    FundingModel,
    Measure,
    MovingGoal,
    StretchGoal,
    Unlock,
    UnlockKind,
)
from pushcore.campaigns.funding import COUNTED
from pushcore.money import AmountRole, Money
from pushcore.payouts import FeeBase, Fixed
from pushcore.rewards import LineKind
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies, percentages, roundings
from pushcore.testing.strategies.payouts import fee_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pushcore.money import Currency

__all__ = ["cancel_windows", "caps", "funding_models", "goals", "moving_goals", "stretch_goals"]

_MOST: Final = 10_000_000
_HOURS: Final = st.integers(1, 72).map(lambda hours: timedelta(hours=hours))


@st.composite
def goals(draw: st.DrawFn, currency: Currency | str | None = None) -> FundingGoal:
    """A goal above zero, in money or in rewards, with an optimum or without."""
    amount = draw(amounts(currency, least=1, most=_MOST) | st.integers(1, 1_000))
    return FundingGoal(
        amount, optimum=_more(amount, draw(st.integers(1, _MOST))) if draw(st.booleans()) else None
    )


@st.composite
def moving_goals(draw: st.DrawFn, currency: Currency | str | None = None) -> FundingGoal:
    """A goal that moves with what payments cost, with some known or none."""
    chosen = draw(currencies()) if currency is None else currency
    line = draw(fee_lines(chosen))
    rule = Fixed(draw(amounts(chosen, least=0, most=100)))
    costs = MovingGoal(
        cost=draw(amounts(chosen, least=1, most=_MOST)),
        fee=draw(percentages(most=20)),
        vat=draw(percentages(most=25)),
        rounding=draw(roundings()),
        methods=[attrs.evolve(line, base=FeeBase.PLEDGE, rule=rule)],
        assumed=draw(st.sampled_from([None, line.name])),
    )
    paid = draw(st.lists(amounts(chosen, least=1, most=_MOST), max_size=3))
    return FundingGoal.of_costs(costs, {line.name: paid})


def _more(total: Money | int, number: int) -> Money | int:
    return total.with_minor(total.minor + number) if isinstance(total, Money) else total + number


@st.composite
def caps(
    draw: st.DrawFn,
    currency: Currency | str,
    *,
    goal: FundingGoal | None = None,
    minimum: Money | None = None,
) -> Cap:
    """A cap that clips or not, with a tolerance or without; it goes with a goal and a smallest pledge."""
    least = 1 if minimum is None else minimum.minor
    smallest = draw(amounts(currency, least=least, most=least + 100))
    tolerance = draw(amounts(currency, least=0, most=100))
    aim = goal.amount.minor if goal is not None and isinstance(goal.amount, Money) else 1
    full = max(smallest.minor, aim) + tolerance.minor
    return Cap(
        amount=draw(amounts(currency, least=full, most=full + _MOST)),
        smallest_charge=smallest,
        tolerance=tolerance,
        clips=draw(st.booleans()),
    )


@st.composite
def funding_models(
    draw: st.DrawFn,
    currency: Currency | str,
    *,
    goal: FundingGoal | None = None,
    minimum: Money | None = None,
) -> FundingModel:
    """A model of any settings that go together, also with a goal and a smallest pledge."""
    plain = draw(st.sampled_from([True, False]))
    if plain:
        return draw(st.sampled_from([FundingModel.ALL_OR_NOTHING, FundingModel.KEEP_IT_ALL]))
    second_round = draw(st.none() | st.integers(1, 60))
    ends_early = second_round is None
    counts, net_of_fees = draw(_counts()), draw(st.booleans())
    measure = draw(st.sampled_from(Measure))
    counts_as = AmountRole.CAMPAIGN if net_of_fees else draw(_judged(measure))
    capped = ends_early and LineKind.BONUS in counts and not net_of_fees
    capped = capped and counts_as is AmountRole.CAMPAIGN
    return FundingModel(
        measure=measure,
        counts_as=counts_as,
        counts=counts,
        net_of_fees=net_of_fees,
        keeps_from=draw(st.none() | percentages(most=99)),
        charging=draw(st.sampled_from(Charging)),
        grace=draw(st.just(timedelta(0)) | _HOURS),
        second_round=second_round,
        cap=draw(st.none() | caps(currency, goal=goal, minimum=minimum)) if capped else None,
        final_lap=draw(st.none() | _final_laps()) if ends_early else None,
    )


def _judged(measure: Measure) -> st.SearchStrategy[AmountRole]:
    """On which amount a goal may be judged; what is settled is known once it is charged."""
    roles = [it for it in AmountRole if it is not AmountRole.SETTLED or measure is Measure.CONFIRMED]
    return st.sampled_from(roles)


def _counts() -> st.SearchStrategy[list[LineKind]]:
    """What counts: rewards or bonuses at least, and whatever else may."""
    besides = st.lists(st.sampled_from(COUNTED), unique=True)
    some = st.sampled_from([[LineKind.REWARD], [LineKind.BONUS], [*COUNTED]])
    return st.builds(lambda least, more: list(dict.fromkeys([*least, *more])), some, besides)


def _final_laps() -> st.SearchStrategy[FinalLap]:
    return st.builds(FinalLap, st.integers(1, 30), end_of_day=st.booleans())


def cancel_windows() -> st.SearchStrategy[CancelWindow]:
    """A line drawn in the last hours, for everybody or to guard the goal, or some days after the pledge."""
    return st.one_of(
        st.builds(CancelWindow, last=_HOURS, guards_goal=st.booleans()),
        st.builds(CancelWindow, within_days=st.integers(1, 30)),
    )


@st.composite
def stretch_goals(
    draw: st.DrawFn, goal: FundingGoal | None = None, *, rewards: Sequence[str] | None = None
) -> StretchGoal:
    """A stretch goal above a goal, given or drawn, that unlocks rewards there are, or what a note tells."""
    base = draw(goals()) if goal is None else goal
    ids = identifiers() if rewards is None else st.sampled_from([*rewards]) if rewards else st.nothing()
    picks = st.builds(Unlock, st.sampled_from([UnlockKind.TIER, UnlockKind.ADD_ON]), ids)
    notes = st.builds(Unlock, st.just(UnlockKind.NOTE), identifiers())
    return StretchGoal(
        draw(identifiers()),
        _more(base.amount, draw(st.integers(1, _MOST))),
        draw(st.lists(notes | picks, min_size=1, max_size=2)),
    )
