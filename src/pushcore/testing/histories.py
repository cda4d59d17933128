"""What random histories are drawn from: few people, few pieces and small goals, so that things collide."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from pushcore.campaigns import Dunning
from pushcore.campaigns.funding import MODELS
from pushcore.ids import PayeeId
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import FeeBase, FeeLine, FeeSchedule, Fixed, Percent, Split, SplitPlan, Sum
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
    "CLOSING",
    "COLLECTING",
    "CRASHES",
    "DAYS",
    "ENDING",
    "MINDS",
    "MINUTES",
    "PAYING",
    "PLACING",
    "PLANS",
    "TERMS",
    "TIDYING",
]

_FIRST: Final = ("p1", "p2", "p3")
_LATER: Final = ("p4", "p5", "p6", "p7", "p8", "p1")
_BACKERS: Final = st.sampled_from(["ana", "ben", "cleo"])
_TIERS: Final = (
    builders.a_tier("postcard", "10", limit=2),
    builders.a_tier("poster", "25", limit=1),
    builders.a_tier("sticker", "3"),
)
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

TERMS: Final[st.SearchStrategy[Terms]] = st.builds(
    builders.terms,
    st.sampled_from(["10", "30", "60"]),
    model=st.sampled_from([*MODELS.values()]),
    dunning=st.sampled_from([Dunning(), Dunning.of_hours(remind=[48, 96], attempt=[72, 168])]),
    tiers=st.just(_TIERS),
    fees=st.sampled_from([_PERCENTAGES, FeeSchedule(), _MORE_THAN_ALL]),
    splits=st.sampled_from(
        [
            SplitPlan(),
            SplitPlan(
                [Split(PayeeId("director"), portion=Percentage(70)), Split(PayeeId("band"), remaining=True)]
            ),
        ]
    ),
)


def _requests(pledge_ids: Sequence[str]) -> st.SearchStrategy[PledgeRequest]:
    request = partial(st.builds, builders.a_request, st.sampled_from(pledge_ids), backer_id=_BACKERS)
    tier_ids = st.sampled_from([tier.id for tier in _TIERS])
    return st.one_of(
        request(tier_id=tier_ids, quantity=st.integers(1, 2), bonus=st.sampled_from(["0", "1.37"])),
        request(bonus=st.sampled_from(["20", "7.77", "0.10"])),
    )


Steps = st.SearchStrategy[Step]


def _step(act: Callable[..., object], *args: st.SearchStrategy[object]) -> Steps:
    return st.builds(Step, st.just(act), st.tuples(*args))


PLACING: Final[Steps] = _step(steps.place, _requests(_LATER))
BEGINNING: Final[st.SearchStrategy[Sequence[Step]]] = st.tuples(
    *(_step(steps.place, _requests([pledge_id])) for pledge_id in _FIRST)
)
"""The first pledges."""

CANCELING: Final[Steps] = _step(steps.cancel, st.sampled_from(_FIRST))
BEHIND: Final[Steps] = _step(steps.behind, PLACING | CANCELING)
TIDYING: Final[Steps] = _step(steps.finish) | _step(steps.expire) | _step(steps.advance)
CLOSING: Final[Steps] = _step(steps.close)
CHARGING: Final[Steps] = _step(steps.charge, st.sampled_from(_FIRST))
COLLECTING: Final[Steps] = CHARGING | _step(steps.collect) | _step(steps.settle)
PAYING: Final[Steps] = _step(steps.pay_out)
CALLING_OFF: Final[Steps] = _step(steps.call_off)
MINUTES: Final[Steps] = _step(steps.wait, st.sampled_from([timedelta(minutes=1), timedelta(minutes=31)]))
DAYS: Final[Steps] = _step(steps.wait, st.sampled_from([timedelta(hours=50), timedelta(days=8)]))
ENDING: Final[Steps] = _step(steps.end)

_people: Final = st.sampled_from(["p1", "p2", "p3", "p4", "cleo", steps.CREATOR, "director"])
MINDS: Final[Steps] = _step(steps.decline, _people) | _step(steps.accept, _people)

_anything: Final = st.one_of(
    *(PLACING, CANCELING, TIDYING, CLOSING, COLLECTING, PAYING, MINUTES, ENDING, BEHIND) * 2,
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
