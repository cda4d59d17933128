"""Goals, and funding models in every combination of their settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.campaigns import (
    CancelWindow,
    Cap,
    Charging,
    FinalLap,
    FundingGoal,
    FundingModel,
    Measure,
    StretchGoal,
    Unlock,
    UnlockKind,
)
from pushcore.campaigns.funding import COUNTED
from pushcore.money import Money
from pushcore.rewards import LineKind
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, percentages

if TYPE_CHECKING:
    from pushcore.money import Currency

__all__ = ["cancel_windows", "caps", "funding_models", "goals", "stretch_goals"]

_MOST: Final = 10_000_000
_HOURS: Final = st.integers(1, 72).map(lambda hours: timedelta(hours=hours))


@st.composite
def goals(draw: st.DrawFn, currency: Currency | str | None = None) -> FundingGoal:
    """A goal above zero, in money or in rewards, with an optimum or without."""
    amount = draw(amounts(currency, least=1, most=_MOST) | st.integers(1, 1_000))
    return FundingGoal(
        amount, optimum=_more(amount, draw(st.integers(1, _MOST))) if draw(st.booleans()) else None
    )


def _more(total: Money | int, number: int) -> Money | int:
    return total.with_minor(total.minor + number) if isinstance(total, Money) else total + number


@st.composite
def caps(draw: st.DrawFn, currency: Currency | str) -> Cap:
    """A cap that clips or not, with a tolerance or without."""
    amount = draw(amounts(currency, least=2, most=_MOST))
    return Cap(
        amount=amount,
        smallest_charge=draw(amounts(currency, least=1, most=min(amount.minor, 100))),
        tolerance=draw(amounts(currency, least=0, most=min(amount.minor - 1, 100))),
        clips=draw(st.booleans()),
    )


@st.composite
def funding_models(draw: st.DrawFn, currency: Currency | str) -> FundingModel:
    """A model of any settings that go together: plain ones by preference."""
    plain = draw(st.sampled_from([True, False]))
    if plain:
        return draw(st.sampled_from([FundingModel.ALL_OR_NOTHING, FundingModel.KEEP_IT_ALL]))
    second_round = draw(st.none() | st.integers(1, 60))
    ends_early = second_round is None
    return FundingModel(
        measure=draw(st.sampled_from(Measure)),
        counts=draw(_counts()),
        net_of_fees=draw(st.booleans()),
        keeps_from=draw(st.none() | percentages(most=99)),
        charging=draw(st.sampled_from(Charging)),
        grace=draw(st.just(timedelta(0)) | _HOURS),
        second_round=second_round,
        cap=draw(st.none() | caps(currency)) if ends_early else None,
        final_lap=draw(st.none() | _final_laps()) if ends_early else None,
    )


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
def stretch_goals(draw: st.DrawFn, goal: FundingGoal | None = None) -> StretchGoal:
    """A stretch goal above a goal, given or drawn, that unlocks one thing or several."""
    base = draw(goals()) if goal is None else goal
    unlocks = st.builds(Unlock, st.sampled_from(UnlockKind), identifiers())
    return StretchGoal(
        draw(identifiers()),
        _more(base.amount, draw(st.integers(1, _MOST))),
        draw(st.lists(unlocks, min_size=1, max_size=2)),
    )
