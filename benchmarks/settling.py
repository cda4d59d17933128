"""Settling: a million collected amounts, two fee lines rounded on each, the net divided among five payees.

The lines are those of a platform that takes 5 %, and a processor that takes 3 % + 0.20, both half-up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from benchmarks.allocating import bare_allocate
from benchmarks.measuring import medians, peak
from benchmarks.row import Row, at_most, timed
from benchmarks.sides import (
    BARE,
    MONEYED,
    OURS,
    STOCKHOLM,
    distinct,
    moneyed,
    ours,
    repeating,
    rounding_half_up,
    stockholm,
    streamed,
)
from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    Percent,
    Percentage,
    Rounding,
    Settlement,
    Split,
    SplitPlan,
    Sum,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.measuring import Scale

__all__ = ["PLAN", "SCHEDULE", "settle", "stream"]

_PLATFORM: Final = Percent(Percentage.of("5"))
_PROCESSING: Final = Sum([Percent(Percentage.of("3")), Fixed(Money.of("0.20", "EUR"))])
SCHEDULE: Final = FeeSchedule(
    FeeLine(name, FeeBase.PLEDGE, rule, Rounding.HALF_UP)
    for name, rule in (("platform", _PLATFORM), ("processing", _PROCESSING))
)
_PORTIONS: Final = {"actors": 35, "band": 25, "crew": 20, "director": 13, "editor": 7}
PLAN: Final = SplitPlan([Split(payee, portion=Percentage.of(part)) for payee, part in _PORTIONS.items()])
_WORKING_MB: Final = 30


def settle_ours(amounts: Iterable[Money]) -> list[Money]:
    settlement = Settlement.empty(SCHEDULE, "EUR").add(amounts)
    parts = PLAN.divide(settlement.net, creator="lune").parts
    return [settlement.collected, *settlement.fees.values(), *parts.values()]


def settle_bare(minors: Sequence[int]) -> list[int]:
    collected = sum(minors)
    platform = sum([(5 * minor + 50) // 100 for minor in minors])
    processing = sum([(3 * minor + 2050) // 100 for minor in minors])
    return _divided(collected, platform, processing)


def settle_bare_streamed(minors: Iterable[int]) -> list[int]:
    collected = platform = processing = 0
    for minor in minors:
        collected += minor
        platform += (5 * minor + 50) // 100
        processing += (3 * minor + 2050) // 100
    return _divided(collected, platform, processing)


def settle_moneyed(amounts: Iterable[Any]) -> list[Any]:
    collected = platform = processing = moneyed(0)
    five, three, fixed = Decimal("0.05"), Decimal("0.03"), moneyed(20)
    for amount in amounts:
        collected += amount
        platform += (amount * five).round(2)
        processing += (amount * three + fixed).round(2)
    net = collected - platform - processing
    parts = bare_allocate(net.get_amount_in_sub_unit(), tuple(_PORTIONS.values()))
    return [collected, platform, processing, *map(moneyed, parts)]


def settle_stockholm(amounts: Iterable[Any]) -> list[Any]:
    collected = platform = processing = stockholm(0)
    five, three, fixed = Decimal("0.05"), Decimal("0.03"), stockholm(20)
    for amount in amounts:
        collected += amount
        platform += round(amount * five, 2)
        processing += round(amount * three + fixed, 2)
    net = collected - platform - processing
    parts = bare_allocate(int(net.sub_units), tuple(_PORTIONS.values()))
    return [collected, platform, processing, *map(stockholm, parts)]


def _divided(collected: int, platform: int, processing: int) -> list[int]:
    parts = bare_allocate(collected - platform - processing, tuple(_PORTIONS.values()))
    return [collected, platform, processing, *parts]


def settle(scale: Scale) -> Iterator[Row]:
    """From objects: amounts that hardly repeat, and amounts that do."""
    _check_that_all_agree()
    minors = distinct(scale.amounts)
    few = [stockholm(minor) for minor in minors[: scale.slow_amounts]]
    statement = "settle(amounts)"
    works = {
        OURS: (statement, {"settle": settle_ours, "amounts": [ours(minor) for minor in minors]}),
        BARE: (statement, {"settle": settle_bare, "amounts": minors}),
        MONEYED: (statement, {"settle": settle_moneyed, "amounts": [moneyed(minor) for minor in minors]}),
        STOCKHOLM: (statement, {"settle": settle_stockholm, "amounts": few}),
    }
    with rounding_half_up():
        seconds = medians(scale, works)
    seconds[STOCKHOLM] *= len(minors) / len(few)
    what = f"settle {len(minors):,} collected amounts"
    yield timed(what, seconds, (1.5, BARE), (0.1, MONEYED))

    minors = repeating(scale.amounts)
    works = {
        OURS: (statement, {"settle": settle_ours, "amounts": [ours(minor) for minor in minors]}),
        BARE: (statement, {"settle": settle_bare, "amounts": minors}),
    }
    yield timed(f"{what} of twelve prices", medians(scale, works), (1, BARE))


def stream(scale: Scale) -> Iterator[Row]:
    """From a generator, so that no list of the amounts exists on either side."""
    count = scale.amounts
    works = {
        OURS: ("settle(map(ours, streamed(count)))", {"settle": settle_ours, "ours": ours}),
        BARE: ("settle(streamed(count))", {"settle": settle_bare_streamed}),
    }
    names = {"streamed": streamed, "count": count}
    seconds = medians(scale, {side: (statement, more | names) for side, (statement, more) in works.items()})
    row = timed(f"settle {count:,} collected amounts, streamed", seconds, (2, BARE))
    working = peak(lambda: settle_ours(map(ours, streamed(count))))
    yield Row(row.work, (*row.checks, at_most(working, _WORKING_MB, "MB of working memory")), row.figures)


def _check_that_all_agree() -> None:
    """The sides are only worth comparing where they come to the same cents."""
    minors = distinct(1_000) + repeating(1_000)
    expected = settle_bare(minors)
    assert settle_bare_streamed(iter(minors)) == expected
    assert settle_ours(map(ours, minors)) == [ours(minor) for minor in expected]
    with rounding_half_up():
        assert settle_moneyed(map(moneyed, minors)) == [moneyed(minor) for minor in expected]
    assert settle_stockholm(map(stockholm, minors)) == [stockholm(minor) for minor in expected]
