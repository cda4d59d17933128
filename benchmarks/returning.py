"""Giving back: a dry run of a million refunds, and the settlement of pledges of which much went back.

Of every hundred pledges two are refunded in part and one is refunded whole, one is disputed and lost, and one
is disputed and won. What that costs, and what the settlement and a dry run of refunding all the rest cost
after it, must grow in a straight line.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Final

from benchmarks.campaign import collected
from benchmarks.measuring import medians, peak
from benchmarks.row import Check, Row, at_most, duration, told
from benchmarks.sides import BARE, OURS, ours, streamed
from pushcore import (
    DisputeState,
    DisputeTerms,
    FeeBase,
    FeeLine,
    Fixed,
    Money,
    RefundPolicy,
    RefundSituation,
    Rounding,
    Waterfall,
    plan_refunds,
    receive_event,
    refund_pledge,
    settle_campaign,
)
from pushcore.gateway import DisputeTold
from pushcore.payouts import Bearer, Bearing, MassRefund

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.measuring import Scale
    from pushcore import Ports

__all__ = ["dry_run", "returns"]

_COST: Final = FeeLine("refund", FeeBase.PLEDGE, Fixed(Money.of("0.10", "EUR")), Rounding.HALF_UP)
_POLICY: Final = RefundPolicy({it: Waterfall() for it in RefundSituation}, rounding=Rounding.HALF_UP)
_DISPUTES: Final = DisputeTerms(
    fee=Money.of("15.00", "EUR"),
    fee_returned=False,
    counter_fee=Money.of("0.00", "EUR"),
    bearers=[Bearing(Bearer.HOST)],
    rounding=Rounding.HALF_UP,
)
_AT: Final = datetime(2026, 2, 4, 9, tzinfo=UTC)
_WORKING_MB: Final = 1
_GROWTH: Final = 1.5


def planned_ours(amounts: Iterable[Money]) -> tuple[int, int, int]:
    (need,) = MassRefund.empty({"EUR": _COST}).add(amounts).needs()
    return need.refunds, need.amount.minor, need.costs.minor


def planned_bare(minors: Iterable[int]) -> tuple[int, int, int]:
    count = amount = cost = 0
    for minor in minors:
        count += 1
        amount += minor
        cost += 10
    return count, amount, cost


def dry_run(scale: Scale) -> Iterator[Row]:
    """What a mass refund needs, from amounts that nobody keeps."""
    count = scale.amounts
    assert planned_ours(map(ours, streamed(1_000))) == planned_bare(streamed(1_000))
    names = {"ours": ours, "streamed": streamed, "count": count}
    works = {
        OURS: ("plan(map(ours, streamed(count)))", {"plan": planned_ours, **names}),
        BARE: ("plan(streamed(count))", {"plan": planned_bare, **names}),
    }
    row = told(f"dry run of {count:,} refunds, streamed", medians(scale, works), BARE)
    working = peak(lambda: planned_ours(map(ours, streamed(count))))
    yield Row(row.work, (*row.checks, at_most(working, _WORKING_MB, "MB of working memory")), row.figures)


def returns(scale: Scale) -> Iterator[Row]:
    """Refund or dispute one pledge of twenty, plan to refund the rest, and settle; the largest size once."""
    seconds = {
        count: _turns(1 if count == max(scale.pledges) else scale.repeats, count) for count in scale.pledges
    }
    few = min(scale.pledges)
    for step in _STEPS:
        for count, each in seconds.items():
            growth = (at_most(each[step] / seconds[few][step], _GROWTH, f"x the time of each of {few:,}"),)
            checks = (Check(f"{1 / each[step]:,.0f} a second"), *(() if count == few else growth))
            once = ", once" if count == max(seconds) else ""
            yield Row(f"{step.format(count)}{once}", checks, {OURS: f"{duration(each[step])} each"})


def _turns(repeats: int, count: int) -> dict[str, float]:
    """The seconds of each step, per pledge or per refund and dispute."""
    turns: dict[str, list[float]] = {step: [] for step in _STEPS}
    for _ in range(repeats):
        ports = collected(count, refunds=_POLICY, disputes=_DISPUTES)
        gc.collect()
        for step, work in _STEPS.items():
            began = process_time()
            done = work(ports, count)
            turns[step].append((process_time() - began) / done)
        del ports  # the next turn is not to pay for this one
    return {step: max(median(taken), 1e-9) for step, taken in turns.items()}


def _give_back(ports: Ports, count: int) -> int:
    """Refund some pledges and dispute others; how many of them."""
    done = 0
    for number in range(count):
        pledge_id = f"p{number}"
        match number % 100:
            case 3 | 53:
                part = Money.of("1.23", "EUR")
                refund_pledge(ports, pledge_id, wanted=part, key="damaged", actor="desk")
            case 27:
                refund_pledge(ports, pledge_id, actor="desk")
            case 51:
                _dispute(ports, pledge_id, DisputeState.LOST)
            case 77:
                _dispute(ports, pledge_id, DisputeState.WON)
            case _:
                continue
        done += 1
    return done


def _dispute(ports: Ports, pledge_id: str, end: DisputeState) -> None:
    """A dispute that is opened and decided: two events."""
    amount = ports.store.find_pledge(pledge_id).amount
    for state in DisputeState.OPENED, end:
        news = DisputeTold(
            dispute_id=f"dp-{pledge_id}", charged=f"{pledge_id}/charge/1", amount=amount, state=state, at=_AT
        )
        receive_event(ports, news, actor="provider")


def _plan(ports: Ports, count: int) -> int:
    (need,) = plan_refunds(ports, "lanterne", costs={"EUR": _COST}).needs()
    assert need.refunds <= count
    return count


def _settle(ports: Ports, count: int) -> int:
    assert settle_campaign(ports, "lanterne", actor="clock").conserved
    return count


_STEPS: Final[dict[str, Callable[[Ports, int], int]]] = {
    "refund or dispute one of {:,} pledges": _give_back,
    "dry run of refunding {:,} pledges, per pledge": _plan,
    "settle {:,} pledges with refunds and disputes, per pledge": _settle,
}
