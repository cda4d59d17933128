"""What random histories are drawn from: few people, few pieces and small goals, so that things collide."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.calendar import Deadline, Zone
from pushcore.campaigns import (
    CancelWindow,
    Cap,
    Charging,
    DefaultOutcome,
    Dunning,
    FailurePolicy,
    FundingModel,
    InstalmentBase,
    InstalmentPlan,
    Measure,
    StretchGoal,
    Trigger,
    Unlock,
    UnlockKind,
)
from pushcore.ids import ItemId, PayeeId, StretchGoalId, TierId
from pushcore.money import Money, Percentage, Remainder, Rounding
from pushcore.payouts import FeeBase, FeeLine, FeeSchedule, Fixed, Percent, Split, SplitPlan, Sum
from pushcore.rewards import Item, LineKind, Phase
from pushcore.testing import builders, steps
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pushcore.campaigns import Terms
    from pushcore.pledges import PledgeRequest

__all__ = [
    "BEGINNING",
    "CALLING_OFF",
    "CANCELING",
    "CHANGING",
    "CLOSING",
    "COLLECTING",
    "CRASHES",
    "DAYS",
    "ENDING",
    "EXPECTING",
    "MINDS",
    "MINUTES",
    "MOVING",
    "PAYING",
    "PLACING",
    "PLANS",
    "RECEIVING",
    "REFUNDING",
    "TERMS",
    "TIDYING",
]

_FIRST: Final = ("p1", "p2", "p3")
_LATER: Final = ("p4", "p5", "p6", "p7", "p8", "p1")
_IN_CASH: Final = ("c1", "c2")
_ANY: Final = (*_FIRST, *_IN_CASH)
_BACKERS: Final = st.sampled_from(["ana", "ben", "cleo"])
_HOLDERS: Final = st.sampled_from(["ana", "ben", "dora"])
_ALWAYS: Final = (Phase.CAMPAIGN, Phase.LATE)
_CARD: Final = ItemId("card")
_TIERS: Final = (
    builders.a_tier("postcard", "10", limit=2, per_backer=1, includes={_CARD: 1}),
    builders.a_tier("poster", "25", limit=1, phases=_ALWAYS),
    builders.a_tier("sticker", "3", late_price=Money.of("4", "EUR"), phases=_ALWAYS),
)
_ADD_ONS: Final = (
    builders.a_tier("stamp", "1", includes={_CARD: 1}, phases=_ALWAYS),
    builders.a_tier("badge", "2", limit=2),
)
_ITEMS: Final = (Item(_CARD, limit=3),)
_BADGE: Final = StretchGoal(
    StretchGoalId("badges"), Money.of("45", "EUR"), [Unlock(UnlockKind.ADD_ON, TierId("badge"))]
)
_ON_TOP: Final = FeeSchedule([FeeLine("service", FeeBase.PLEDGE, Percent(Percentage(5)), Rounding.HALF_UP)])
_PERCENTAGES: Final = FeeSchedule(
    [
        FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage(5)), Rounding.HALF_UP),
        FeeLine(
            "processing",
            FeeBase.PLEDGE,
            Sum([Percent(Percentage(3)), Fixed(Money.of("0.20", "EUR"))]),
            Rounding.HALF_UP,
        ),
    ]
)
_MORE_THAN_ALL: Final = FeeSchedule(
    [FeeLine("flat", FeeBase.COLLECTED, Fixed(Money.of("45", "EUR")), Rounding.HALF_UP)]
)

_TWO_DAYS: Final = timedelta(days=2)


def _cap(*, clips: bool) -> Cap:
    forty, five = Money.of("40.50", "EUR"), Money.of("5", "EUR")
    return Cap(amount=forty, smallest_charge=five, tolerance=Money.of("0.50", "EUR"), clips=clips)


MODELS: Final = (
    FundingModel.ALL_OR_NOTHING,
    FundingModel.KEEP_IT_ALL,
    FundingModel(keeps_from=Percentage(60), counts=(LineKind.REWARD, LineKind.ADD_ON)),
    FundingModel(measure=Measure.CONFIRMED),
    FundingModel(measure=Measure.CONFIRMED, second_round=10),
    FundingModel(charging=Charging.AT_PLEDGE),
    FundingModel(charging=Charging.AT_PLEDGE, grace=_TWO_DAYS, keeps_from=Percentage(50)),
    FundingModel(charging=Charging.ESCROW, cap=_cap(clips=True)),
    FundingModel(grace=_TWO_DAYS),
    FundingModel(cap=_cap(clips=False)),
    FundingModel(second_round=10),
)
"""Each way to be funded that there is, in some combination."""

_PLANS: Final = [
    InstalmentPlan(
        threshold=Money.of("7", "EUR"),
        base=InstalmentBase.WHOLE,
        fewest=2,
        most=3,
        remainder=Remainder.FIRST,
        first_after=first_after,
        on_failure=FailurePolicy(timedelta(days=3), timedelta(days=5), outcome),
        every_days=10,
        pay_off=Deadline(builders.OPENS + timedelta(days=days), Zone("UTC"), inclusive=True),
    )
    for first_after, outcome, days in (
        (timedelta(0), DefaultOutcome.KEPT, 365),
        (timedelta(days=1), DefaultOutcome.REFUNDED, 52),  # too soon after a second round
    )
]
_windows: Final = st.sampled_from(
    [(), (), (CancelWindow(last=_TWO_DAYS, guards_goal=True),), (CancelWindow(within_days=3),)]
)


_goals: Final[st.SearchStrategy[str | int]] = st.sampled_from(["10", "30", "40"]) | st.just(2)


@st.composite
def _terms(draw: st.DrawFn) -> Terms:
    """Small goals, in money or in rewards, and everything that can go with them."""
    goal, model = draw(_goals), draw(st.sampled_from(MODELS))
    return builders.terms(
        goal,
        model=model,
        dunning=draw(st.sampled_from([Dunning(), Dunning.of_hours(remind=[48, 96], attempt=[72, 168])])),
        tiers=_TIERS,
        add_ons=_ADD_ONS,
        items=_ITEMS,
        fees=draw(st.sampled_from([_PERCENTAGES, FeeSchedule(), _MORE_THAN_ALL])),
        on_top=draw(st.sampled_from([FeeSchedule(), _ON_TOP])),
        splits=draw(
            st.sampled_from(
                [
                    SplitPlan(),
                    SplitPlan(
                        [
                            Split(PayeeId("director"), portion=Percentage(70)),
                            Split(PayeeId("band"), remaining=True),
                        ]
                    ),
                ]
            )
        ),
        cancel_windows=draw(_windows),
        stretch_goals=(_BADGE,) if isinstance(goal, str) else (),
        late_days=draw(st.sampled_from([None, 5])) if model.cap is None else None,
        needs_approval=draw(st.booleans()),
        instalments=draw(st.sampled_from([None, *_PLANS])),
    )


TERMS: Final[st.SearchStrategy[Terms]] = _terms()
_tier_ids: Final = st.sampled_from([tier.id for tier in _TIERS])
_add_ons: Final = st.sampled_from([{}, {}, {"stamp": 1}, {"badge": 1}])
_parts: Final = st.sampled_from([None, None, 2, 3])
_tips: Final = st.sampled_from([None, None, Money.of("0.50", "EUR")])


def _requests(pledge_ids: Sequence[str]) -> st.SearchStrategy[PledgeRequest]:
    request = partial(
        st.builds, builders.a_request, st.sampled_from(pledge_ids), backer_id=_BACKERS, parts=_parts
    )
    return st.one_of(
        request(
            tier_id=_tier_ids,
            quantity=st.integers(1, 2),
            bonus=st.sampled_from(["0", "1.37"]),
            add_ons=_add_ons,
            tip=_tips,
        ),
        request(bonus=st.sampled_from(["20", "7.77", "0.10"]), tip=_tips),
    )


def _euros(text: str) -> Money:
    return Money.of(text, "EUR")


Steps = st.SearchStrategy[Step]


def _step(act: Callable[..., object], *args: st.SearchStrategy[object]) -> Steps:
    return st.builds(Step, st.just(act), st.tuples(*args))


PLACING: Final[Steps] = _step(steps.place, _requests(_LATER))
_amounts: Final = st.sampled_from(["7.77", "20", "25", "40.50"]).map(_euros)
_RECEIVED: Final[Steps] = _step(steps.receive, st.sampled_from(_IN_CASH), _amounts)
BEGINNING: Final[st.SearchStrategy[Sequence[Step]]] = st.tuples(
    *(_step(steps.place, _requests([pledge_id])) for pledge_id in _FIRST),
    _step(steps.expect, _requests(["c1"])),
    _RECEIVED,
)
"""The first pledges, and some cash that may come at once."""

CANCELING: Final[Steps] = _step(steps.cancel, st.sampled_from(_ANY))
EXPECTING: Final[Steps] = _step(steps.expect, _requests(_IN_CASH))
RECEIVING: Final[Steps] = _RECEIVED | _RECEIVED | _step(steps.give_up, st.sampled_from(_IN_CASH))
_selections: Final = _requests(["p1"]).map(lambda request: request.selection)
CHANGING: Final[Steps] = st.one_of(
    _step(steps.change, st.sampled_from(_FIRST), _selections),
    _step(steps.transfer, st.sampled_from(_FIRST), _HOLDERS),
    _step(steps.merge, st.sampled_from(_FIRST), st.sampled_from(_FIRST)),
)
MOVING: Final[Steps] = _step(steps.move, st.sampled_from([Trigger.SUSPEND, Trigger.RESUME]))
REFUNDING: Final[Steps] = _step(steps.refund, st.sampled_from(_ANY))
BEHIND: Final[Steps] = _step(steps.behind, PLACING | CANCELING | CHANGING)
TIDYING: Final[Steps] = _step(steps.finish) | _step(steps.expire) | _step(steps.advance)
CLOSING: Final[Steps] = _step(steps.close)
CHARGING: Final[Steps] = _step(steps.charge, st.sampled_from(_FIRST))
AHEAD: Final[Steps] = _step(steps.pay_ahead, st.sampled_from(_FIRST), st.integers(1, 2))
COLLECTING: Final[Steps] = CHARGING | AHEAD | _step(steps.collect) | _step(steps.settle)
PAYING: Final[Steps] = _step(steps.pay_out) | _step(steps.deposit)
CALLING_OFF: Final[Steps] = _step(steps.call_off)
MINUTES: Final[Steps] = _step(steps.wait, st.sampled_from([timedelta(minutes=1), timedelta(minutes=31)]))
DAYS: Final[Steps] = _step(steps.wait, st.sampled_from([timedelta(hours=50), timedelta(days=8)]))
ENDING: Final[Steps] = _step(steps.end)

_people: Final = st.sampled_from(["p1", "p2", "p3", "p4", "cleo", steps.CREATOR, "director"])
MINDS: Final[Steps] = _step(steps.decline, _people) | _step(steps.accept, _people)

_anything: Final = st.one_of(
    *(PLACING, CANCELING, CHANGING, TIDYING, CLOSING, COLLECTING, PAYING, MINUTES, ENDING, BEHIND) * 2,
    EXPECTING,
    RECEIVING,
    REFUNDING,
    MOVING,
    DAYS,
    CALLING_OFF,
)
_hurting: Final = st.sampled_from(
    [
        (Step(steps.end), Step(steps.close)),
        (Step(steps.end), Step(steps.finish)),
        (Step(steps.wait, (timedelta(minutes=31),)), Step(steps.expire), Step(steps.finish)),
        (Step(steps.place, (builders.a_request("p9", backer_id="eve", tier_id="poster"),)),),
        (Step(steps.collect),),
        (Step(steps.finish),),
    ]
)
"""What hurts most in the middle of a step."""

PLANS: Final[st.SearchStrategy[Sequence[Interruption]]] = st.just(()) | st.lists(
    st.builds(
        Interruption,
        st.integers(1, 6),
        st.sampled_from(Moment),
        st.one_of(st.sampled_from(Trouble), _hurting, _hurting, st.tuples(_anything)),
        reads=st.booleans(),
    ),
    min_size=1,
    max_size=2,
).map(tuple)
"""What interrupts a step, mostly nothing."""

CRASHES: Final[st.SearchStrategy[Sequence[Interruption]]] = st.tuples(
    st.builds(Interruption, st.integers(1, 6), st.sampled_from(Moment), st.just(Trouble.CRASH))
)
"""What interrupts the first steps."""
