"""Dunning plans, terms, campaigns and their totals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.campaigns import (
    Campaign,
    CampaignState,
    Charging,
    Discipline,
    Dunning,
    DurationRule,
    Editing,
    Extension,
    GoalEdits,
    LimitEdits,
    Outcome,
    Progress,
    SoftLaunch,
    Terms,
)
from pushcore.campaigns.lifecycle import FUNDED, JUDGED, UNLAUNCHED
from pushcore.money import AmountRole, Currency
from pushcore.payouts import FeeBase, FeeSchedule
from pushcore.rewards import Audience
from pushcore.testing.strategies.calendar import windows
from pushcore.testing.strategies.exchange import presentings
from pushcore.testing.strategies.funding import (
    cancel_windows,
    funding_models,
    goals,
    moving_goals,
    stretch_goals,
)
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.instalments import instalment_plans
from pushcore.testing.strategies.money import amounts, currencies
from pushcore.testing.strategies.payout_plans import payout_plans
from pushcore.testing.strategies.payouts import fee_schedules, split_plans
from pushcore.testing.strategies.refunds import refund_policies
from pushcore.testing.strategies.rewards import catalogues

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.calendar import Window
    from pushcore.campaigns import FundingModel

__all__ = ["campaigns", "dunnings", "outcomes", "progresses", "terms"]

_MOST: Final = 10_000_000
_WRITES: Final = {CampaignState.DRAFT: 1, CampaignState.SUBMITTED: 2, CampaignState.LIVE: 2}
"""How often a campaign was written at least until it came to a state; to all others, three times."""


def dunnings() -> st.SearchStrategy[Dunning]:
    """A few reminders and attempts within a fortnight, or none."""
    hours = st.lists(st.integers(1, 336), max_size=3, unique=True)
    return st.builds(Dunning.of_hours, remind=hours, attempt=hours)


@st.composite
def terms(draw: st.DrawFn, currency: Currency | str | None = None) -> Terms:
    """Terms of one currency throughout."""
    chosen = draw(currencies()) if currency is None else Currency.of(currency)
    goal = draw(goals(chosen))
    minimum = draw(amounts(chosen, least=1, most=1_000))
    model = draw(funding_models(chosen, goal=goal, minimum=minimum))
    plain = model.cap is None and not model.net_of_fees and model.counts_as is AmountRole.CAMPAIGN
    moves = plain and draw(st.booleans())
    goal = draw(moving_goals(chosen)) if moves else goal
    window = draw(windows())
    offered = draw(catalogues(chosen))
    unlocking = stretch_goals(goal, rewards=[tier.id for tier in offered.tiers])
    return Terms(
        goal=goal,
        model=model,
        window=window,
        minimum=minimum,
        maximum=draw(st.none() | amounts(chosen, least=minimum.minor, most=_MOST)),
        creator_may_pledge=draw(st.booleans()),
        claim_lifetime=draw(st.timedeltas(timedelta(seconds=1), timedelta(days=7))),
        dunning=draw(dunnings()),
        tiers=offered.tiers,
        add_ons=offered.add_ons,
        items=offered.items,
        vouchers=offered.vouchers,
        taxes=offered.taxes,
        on_top=offered.on_top,
        fees=draw(_fees(chosen, model)),
        splits=draw(split_plans(chosen)),
        refunds=draw(st.none() | refund_policies(chosen)),
        payouts=draw(payout_plans(chosen)),
        cancel_windows=draw(st.lists(cancel_windows(), max_size=2)),
        stretch_goals=() if moves else draw(st.lists(unlocking, max_size=2, unique_by=lambda it: it.id)),
        late_days=draw(st.none() | st.integers(1, 60)) if model.cap is None else None,
        needs_approval=draw(st.booleans()),
        presenting=draw(st.none() | presentings(chosen)),
        instalments=None
        if model.charging is Charging.AUTHORIZED
        else draw(st.none() | instalment_plans(chosen)),
        soft_launch=draw(st.none() | _soft_launches(window)),
        editing=draw(_editing()),
    )


def _fees(currency: Currency, model: FundingModel) -> st.SearchStrategy[FeeSchedule]:
    """Of the total only where a goal is reached after them."""
    schedules = fee_schedules(currency)
    if not model.net_of_fees:
        return schedules
    return schedules.map(lambda fees: FeeSchedule(fees.of(FeeBase.COLLECTED)))


def _soft_launches(window: Window) -> st.SearchStrategy[SoftLaunch]:
    earlier = st.timedeltas(timedelta(seconds=1), timedelta(days=30)).map(lambda span: window.opens - span)
    return st.builds(SoftLaunch, earlier, st.builds(Audience, token=identifiers()))


def _editing() -> st.SearchStrategy[Editing]:
    """What may change after the launch: nothing unusual by preference."""
    rules = st.just(DurationRule(least_days=1, most_days=60, open_ended=False, end_of_day=False))
    extensions = st.builds(Extension, times=st.integers(0, 2), within=rules)
    some = st.builds(
        Editing,
        goal=st.sampled_from(GoalEdits),
        limits=st.sampled_from(LimitEdits),
        prices=st.booleans(),
        extension=extensions,
        reopens=st.booleans(),
        rejudges=st.booleans(),
    )
    return st.just(Editing()) | some


@st.composite
def campaigns(draw: st.DrawFn, *, states: st.SearchStrategy[CampaignState] | None = None) -> Campaign:
    """A campaign in any state, with the outcome and the number of writes that go with it."""
    state = draw(st.sampled_from(CampaignState) if states is None else states)
    written = draw(terms())
    settled_at: datetime | None = None
    if state in FUNDED and draw(st.booleans()):
        settled_at = written.window.closes.at + draw(st.timedeltas(timedelta(0), timedelta(days=60)))
    reopened = draw(st.none() | st.sampled_from(sorted(FUNDED))) if state is CampaignState.CLOSING else None
    judged, launched = state in JUDGED or reopened is not None, state not in UNLAUNCHED
    goal_ids = [goal.id for goal in written.stretch_goals]
    unlocked = draw(st.lists(st.sampled_from(goal_ids), unique=True)) if goal_ids and launched else ()
    extended = draw(st.integers(0, 2)) if launched else 0
    more_rounds = launched and written.model.second_round is not None
    return Campaign(
        draw(identifiers()),
        draw(identifiers()),
        written,
        discipline=draw(st.none() | st.sampled_from(Discipline)),
        state=state,
        outcome=draw(outcomes(written.currency)) if judged else None,
        reopened=reopened,
        settled_at=settled_at,
        round=draw(st.integers(1, 2)) if more_rounds else 1,
        extended=extended,
        unlocked=unlocked,
        version=_WRITES.get(state, 3 + judged) + extended + len(unlocked) + (settled_at is not None),
    )


def outcomes(currency: Currency | str | None = None) -> st.SearchStrategy[Outcome]:
    """What stood pledged at the verdict."""
    return st.builds(Outcome, amounts(currency, least=0, most=_MOST), st.integers(0, 10_000))


@st.composite
def progresses(draw: st.DrawFn, currency: Currency | str | None = None) -> Progress:
    """Totals that a campaign can have: no more backers than pledges, no more collected than pledged."""
    chosen = draw(currencies()) if currency is None else Currency.of(currency)
    pledges = draw(st.integers(0, 1_000))
    if not pledges:
        return Progress.none(chosen)
    pledged = draw(amounts(chosen, least=pledges, most=_MOST))
    late = draw(amounts(chosen, least=0, most=_MOST))
    collections = draw(st.integers(0, pledges))
    most = pledged.minor + late.minor
    collected = pledged.with_minor(draw(st.integers(collections, most)) if collections else 0)
    return Progress(
        pledged,
        pledges,
        draw(st.integers(1, pledges)),
        collected,
        collections,
        counted=pledged.with_minor(draw(st.integers(0, pledged.minor))),
        units=draw(st.integers(0, 1_000)),
        late=late,
        matched=pledged.with_minor(draw(st.integers(0, pledged.minor))),
    )
