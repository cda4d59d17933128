"""Whole stories of one campaign, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pushcore.ids import PayeeId
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import FeeBase, FeeLine, FeeSchedule, Fixed, Percent, Split, SplitPlan, Sum
from pushcore.testing import builders, steps
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import Step

if TYPE_CHECKING:
    from pushcore.campaigns import Terms

__all__ = ["FAILED", "FUNDED", "LOST", "PROLOGUE", "a_film"]


def a_film(goal: str) -> Terms:
    """Terms with limited tiers, a fee line of each kind and a split between two payees."""
    platform = FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage(5)), Rounding.HALF_UP)
    card = Sum([Percent(Percentage(3)), Fixed(Money.of("0.20", "EUR"))])
    director = Split(PayeeId("director"), portion=Percentage(70))
    return builders.terms(
        goal,
        tiers=[builders.a_tier("postcard", "10", limit=2), builders.a_tier("poster", "25", limit=1)],
        fees=FeeSchedule([platform, FeeLine("processing", FeeBase.PLEDGE, card, Rounding.HALF_UP)]),
        splits=SplitPlan([director, Split(PayeeId("band"), remaining=True)]),
    )


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
