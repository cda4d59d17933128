"""Whole stories of one campaign, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore.campaigns import (
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
    Unlock,
    UnlockKind,
)
from pushcore.ids import MilestoneId, PayeeId, StretchGoalId, TierId
from pushcore.money import Money, Percentage, Remainder, Rounding
from pushcore.payouts import (
    Consenter,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Milestone,
    PayoutPlan,
    PayoutSchedule,
    Percent,
    Reserve,
    Split,
    SplitPlan,
    Sum,
    Tranche,
    WireFee,
)
from pushcore.rewards import Selection
from pushcore.testing import builders, steps
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import Step

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Terms

__all__ = [
    "CAPPED",
    "DISBURSED",
    "FAILED",
    "FUNDED",
    "LOST",
    "PARTED",
    "PROLOGUE",
    "RETURNED",
    "ROUNDS",
    "WAITED",
    "a_film",
]


def a_film(goal: str, **of_terms: Any) -> Terms:  # noqa: ANN401  whatever `builders.terms` takes
    """Terms with limited tiers, a fee line of each kind and a split between two payees."""
    platform = FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage(5)), Rounding.HALF_UP)
    card = Sum([Percent(Percentage(3)), Fixed(_euros("0.20"))])
    director = Split(PayeeId("director"), portion=Percentage(70))
    return builders.terms(
        goal,
        tiers=[builders.a_tier("postcard", "10", limit=2), builders.a_tier("poster", "25", limit=1)],
        fees=FeeSchedule([platform, FeeLine("processing", FeeBase.PLEDGE, card, Rounding.HALF_UP)]),
        splits=SplitPlan([director, Split(PayeeId("band"), remaining=True)]),
        **of_terms,
    )


def _euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


PROLOGUE: Final = 7
"""How many steps the stories have in common."""


def _begun(goal: str) -> tuple[Step, ...]:
    """Three pledges, one of them canceled: EUR 45.07 of them stand when the deadline comes."""
    return (
        Step(steps.draft, (a_film(goal),)),
        Step(steps.launch),
        Step(steps.place, (builders.a_request("p1", tier_id="postcard", quantity=2, bonus="0.07"),)),
        Step(steps.place, (builders.a_request("p2", tier_id="poster"),)),
        Step(steps.place, (builders.a_request("p3", backer_id="ben", bonus="7.77"),)),
        Step(steps.cancel, ("p3",)),
        Step(steps.end),
        Step(steps.close),
    )


FUNDED: Final = (
    *_begun("45"),
    Step(steps.decline, ("p2",)),
    Step(steps.collect),
    Step(steps.end, (timedelta(days=5),)),
    Step(steps.collect),
    Step(steps.accept, ("p2",)),
    Step(steps.charge, ("p2",)),
    Step(steps.settle),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""One charge is declined, reminded of, and then accepted."""

LOST: Final = (
    *_begun("45"),
    Step(steps.decline, ("p2",)),
    Step(steps.cut_short, (Step(steps.collect), Interruption(5, Moment.AFTER, Trouble.SILENCE))),
    Step(steps.finish),
    Step(steps.accept, ("p2",)),
    Step(steps.charge, ("p2",)),
    Step(steps.settle),
    Step(steps.cut_short, (Step(steps.pay_out), Interruption(2, Moment.AFTER, Trouble.SILENCE))),
    Step(steps.finish),
)
"""The answers to a charge and to a transfer are lost, and come back."""

FAILED: Final = (*_begun("50"), Step(steps.finish))
"""The goal is missed, and the pledges are set free."""

_ENDS: Final = builders.terms().window.closes.at
_TIP: Final = _euros("0.50")
_SERVICE: Final = FeeLine("service", FeeBase.PLEDGE, Percent(Percentage(5)), Rounding.HALF_UP)
_ON_TOP: Final = FeeSchedule([_SERVICE])


def _until(at: datetime) -> Step:
    return Step(steps.until, (at,))


def _placed(pledge_id: str, backer_id: str, **picked: Any) -> Step:  # noqa: ANN401  as `builders.a_request`
    return Step(steps.place, (builders.a_request(pledge_id, backer_id=backer_id, **picked),))


RETURNED: Final = (
    Step(steps.draft, (a_film("50", model=FundingModel(charging=Charging.AT_PLEDGE), on_top=_ON_TOP),)),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard", quantity=2, tip=_TIP),
    _placed("p2", "ben", tier_id="poster"),
    _placed("p3", "ben", bonus="7.77"),
    Step(steps.cancel, ("p3",)),
    Step(steps.decline, ("p2",)),
    _until(_ENDS),
    Step(steps.close),
    Step(steps.accept, ("p2",)),
    Step(steps.refund, ("p2",)),
    Step(steps.finish),
)
"""Backers are charged at once and given back: as one cancels, as the goal is missed, and on a second try."""

_BADGE: Final = StretchGoal(
    StretchGoalId("badges"), _euros("45"), [Unlock(UnlockKind.ADD_ON, TierId("badge"))]
)

ROUNDS: Final = (
    Step(
        steps.draft,
        (
            a_film(
                "40",
                model=FundingModel(measure=Measure.CONFIRMED, second_round=10),
                on_top=_ON_TOP,
                add_ons=[builders.a_tier("badge", "2", limit=1)],
                stretch_goals=[_BADGE],
                late_days=5,
            ),
        ),
    ),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard", tip=_TIP),
    _placed("p2", "ben", tier_id="postcard"),
    _placed("p3", "ana", bonus="7.77", tip=_TIP),
    Step(steps.change, ("p2", Selection(_euros("2"), tier_id=TierId("poster"), tip=_TIP))),
    Step(steps.transfer, ("p2", "cleo")),
    Step(steps.merge, ("p1", "p3")),
    _until(_ENDS),
    Step(steps.decline, ("p2",)),
    Step(steps.close),
    Step(steps.accept, ("p2",)),
    Step(steps.charge, ("p2",)),
    Step(steps.close),
    _placed("p4", "cleo", bonus="21"),
    Step(steps.advance),
    Step(steps.cancel, ("p1",)),
    _placed("p5", "cleo", tier_id="postcard", add_ons={TierId("badge"): 1}),
    _until(_ENDS + timedelta(days=10)),
    Step(steps.close),
    _placed("p6", "ana", bonus="5"),
    _until(_ENDS + timedelta(days=15)),
    Step(steps.settle),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""Pledges are changed, handed over, merged and judged by what was charged, in two rounds; one comes late."""

_IN_THREE: Final = InstalmentPlan(
    threshold=_euros("30"),
    base=InstalmentBase.WHOLE,
    fewest=2,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=3), timedelta(days=5), DefaultOutcome.REFUNDED),
    every_days=10,
)

PARTED: Final = (
    Step(steps.draft, (a_film("40", instalments=_IN_THREE, dunning=Dunning(), on_top=_ON_TOP),)),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard", bonus="25", tip=_TIP, parts=3),
    _placed("p2", "ben", bonus="31", parts=2),
    _until(_ENDS),
    Step(steps.close),
    Step(steps.collect),
    Step(steps.charge, ("p1",)),
    Step(steps.pay_ahead, ("p1", 2)),
    Step(steps.decline, ("p2",)),
    _until(_ENDS + timedelta(days=10)),
    Step(steps.collect),
    _until(_ENDS + timedelta(days=15)),
    Step(steps.collect),
    Step(steps.finish),
    Step(steps.accept, ("p2",)),
    Step(steps.refund, ("p2",)),
    _until(_ENDS + timedelta(days=20)),
    Step(steps.collect),
    Step(steps.settle),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""One backer pays a part ahead; another one's last part stays unpaid, and the first goes back."""

_PLAN: Final = PayoutPlan(
    schedule=PayoutSchedule(
        [
            Tranche(Percentage(40)),
            Tranche(Percentage(60), 0, Milestone(MilestoneId("premiere"), Consenter.PLATFORM)),
        ]
    ),
    reserve=Reserve(rate=Percentage(10), rounding=Rounding.HALF_UP, hold_days=3),
    wire=WireFee(_euros("0.05"), [PayeeId("director")]),
    approvals=1,
)


def _approved(number: str = "") -> tuple[Step, ...]:
    return tuple(Step(steps.approve, (f"{steps.CAMPAIGN}/{it}{number}",)) for it in ("director", "band"))


DISBURSED: Final = (
    Step(steps.draft, (a_film("40", payouts=_PLAN),)),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard", quantity=2, bonus="25.07"),
    _until(_ENDS),
    Step(steps.close),
    Step(steps.collect),
    Step(steps.settle),
    *_approved(),
    Step(steps.pay_out),
    _until(_ENDS + timedelta(days=3)),
    Step(steps.consent, (MilestoneId("premiere"),)),
    *_approved("/2"),
    Step(steps.release),
    *_approved("/3"),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""Paid in two tranches, one of which waits for a premiere; a reserve is released, and all of it approved."""

_CAP: Final = Cap(amount=_euros("40"), smallest_charge=_euros("5"), tolerance=_euros("0.50"), clips=True)

CAPPED: Final = (
    Step(
        steps.draft, (a_film("30", model=FundingModel(charging=Charging.ESCROW, cap=_CAP), on_top=_ON_TOP),)
    ),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard", quantity=2, tip=_TIP),
    _placed("p2", "ben", bonus="30"),
    Step(steps.settle),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""The second pledge comes to the cap, and is clipped."""

_LAST: Final = _placed("p2", "ben", tier_id="poster")

WAITED: Final = (
    Step(steps.draft, (a_film("30", model=FundingModel(grace=timedelta(days=2))),)),
    Step(steps.launch),
    _placed("p1", "ana", tier_id="postcard"),
    _until(_ENDS - timedelta(minutes=10)),
    Step(steps.cut_short, (_LAST, Interruption(2, Moment.AFTER, Trouble.SILENCE))),
    _until(_ENDS),
    Step(steps.close),
    Step(steps.finish),
    Step(steps.close),
    Step(steps.collect),
    Step(steps.settle),
    Step(steps.pay_out),
    Step(steps.finish),
)
"""A pledge of the last minutes is confirmed in the grace behind the deadline."""
