"""The shapes of simulated campaigns: plain values, of which each stands for a line in one of the tables here.

A shape can be written to a file, and an auditor reads of it what was agreed without asking the library.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

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
    Terms,
    Unlock,
    UnlockKind,
)
from pushcore.ids import FundId, ItemId, PayeeId, SponsorId, StretchGoalId, TierId
from pushcore.matching import LumpSum, MatchingFund, Multiple, Pool
from pushcore.money import Money, Percentage, Remainder, Rounding
from pushcore.payouts import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingSource,
    Percent,
    Split,
    SplitPlan,
    Sum,
)
from pushcore.rewards import Item, LineKind, Phase, Tier
from pushcore.testing import builders
from pushcore.testing.simulation.policies import disputes_of, payouts_of, policy_of, splits_of
from pushcore.testing.simulation.rates import presenting_of
from pushcore.testing.simulation.sending import shipping_of, taxes_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ADD_ONS",
    "ESTIMATED",
    "FEES",
    "LIMITED",
    "ON_TOP",
    "TAXED",
    "TIERS",
    "Line",
    "fund_of",
    "part_of",
    "terms_of",
]

Line = tuple[str, str, int, int, str]
"""A fee: its name, its base, hundredths of a percent, minor units, and how it is rounded."""

FEES: Final[dict[str, tuple[Line, ...]]] = {
    "none": (),
    "five": (("platform", "collected", 500, 0, "half-up"),),
    "usual": (("platform", "collected", 500, 0, "half-up"), ("processing", "pledge", 290, 30, "half-up")),
    "floored": (("platform", "pledge", 800, 0, "floor"), ("tax", "collected", 1_667, 0, "half-even")),
    "odd": (("platform", "collected", 667, 0, "half-down"), ("processing", "pledge", 133, 1, "up")),
    "penny": (("stamp", "pledge", 0, 3, "down"), ("levy", "collected", 1, 0, "ceiling")),
    "dear": (("flat", "collected", 0, 4_500, "half-up"),),
    "estimated": (("platform", "collected", 500, 0, "half-up"), ("processing", "pledge", 150, 25, "half-up")),
    "by-way": (
        ("card", "pledge", 140, 25, "half-up"),
        ("bank", "pledge", 0, 35, "half-up"),
        ("matching", "collected", 700, 0, "floor"),
        ("wire", "collected", 33, 0, "ceiling"),
    ),
    "estimated-by-way": (("card", "pledge", 140, 25, "half-up"), ("rest", "pledge", 200, 0, "floor")),
    "taxed": (
        ("platform", "collected", 500, 0, "half-up"),
        ("processing", "pledge", 290, 30, "half-up"),
        ("vat", "fees", 1_700, 0, "floor"),
    ),
    "taxed-total": (("platform", "collected", 667, 0, "half-up"), ("vat", "fees", 1_900, 0, "up")),
}
ESTIMATED: Final[dict[str, frozenset[str]]] = {
    "estimated": frozenset({"processing"}),
    "estimated-by-way": frozenset({"card", "rest"}),
}
"""The lines that only say what the provider will keep."""

TAXED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "taxed": {"vat": ("platform", "processing")},
    "taxed-total": {"vat": ("platform",)},
}
"""The lines before it that a line of base ``fees`` is taken of."""

LIMITED: Final[dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]] = {
    "by-way": {
        "card": (("card",), ("backer",)),
        "bank": (("ideal", "sepa-debit"), ()),
        "matching": ((), ("matched", "offline")),
        "wire": (("sepa-debit",), ("backer", "offline")),
    },
    "estimated-by-way": {"card": (("card",), ()), "rest": ((), ("backer",))},
}
"""The ways of paying and the sources of money that some lines are for; none for all."""

ON_TOP: Final[dict[str, tuple[Line, ...]]] = {
    "none": (),
    "service": (("service", "pledge", 500, 0, "half-up"),),
}
"""What backers pay to the platform beside their pledge."""

_BOTH: Final = (Phase.CAMPAIGN, Phase.LATE)
_CARD: Final = ItemId("card")

TIERS: Final[dict[str, dict[str, Any]]] = {
    "postcard": {"price": 1_000, "pieces": 0.3, "per_backer": 2, "includes": {_CARD: 1}},
    "poster": {"price": 2_500, "pieces": 0.1, "phases": _BOTH, "sent": True},
    "sticker": {"price": 300, "late_price": 400, "phases": _BOTH},
    "print": {"price": 4_000, "pieces": 0.05, "waiting": timedelta(hours=24)},
}
"""Rewards: a price in minor units, and so many pieces for each backer that is expected."""

ADD_ONS: Final[dict[str, dict[str, Any]]] = {
    "stamp": {"price": 100, "includes": {_CARD: 1}, "phases": _BOTH},
    "badge": {"price": 200, "pieces": 0.15},
    "medal": {"price": 500},
}

_Model = dict[str, Any]
_MODELS: Final[dict[str, Callable[[dict[str, Any]], _Model]]] = {
    "all-or-nothing": lambda _: {},
    "keep-it-all": lambda _: {"keeps_from": Percentage(0)},
    "partial": lambda _: {
        "keeps_from": Percentage(60),
        "counts": (LineKind.REWARD, LineKind.ADD_ON, LineKind.BONUS),
    },
    "confirmed": lambda _: {"measure": Measure.CONFIRMED},
    "two-rounds": lambda _: {"second_round": 6},
    "two-rounds-confirmed": lambda _: {"second_round": 6, "measure": Measure.CONFIRMED},
    "graced": lambda _: {"grace": timedelta(days=2)},
    "graced-partial": lambda _: {"grace": timedelta(days=2), "keeps_from": Percentage(50)},
    "capped": lambda shape: {"cap": _cap(shape, clips=True)},
    "capped-strictly": lambda shape: {"cap": _cap(shape, clips=False)},
}


def _cap(shape: dict[str, Any], *, clips: bool) -> Cap:
    full = shape["goal"] + shape["goal"] // 4 + 50
    amount, least, tolerance = (part_of(shape, minor) for minor in (full, 500, 50))
    return Cap(amount=amount, smallest_charge=least, tolerance=tolerance, clips=clips)


MODELS: Final = tuple(_MODELS)


def part_of(shape: dict[str, Any], minor: int) -> Money:
    """So many minor units of the currency of a campaign."""
    return Money.of_minor(minor, shape["currency"])


def terms_of(shape: dict[str, Any]) -> Terms:
    """The terms of a campaign of this shape.

    Raises:
        PushcoreError: its parts do not go together.
    """
    currency, opens = shape["currency"], datetime.fromisoformat(shape["opens"])
    charging = Charging(shape["charging"])
    of_units = "units" in shape
    return builders.terms(
        shape["units"] if of_units else str(part_of(shape, shape["goal"]).amount),
        currency=currency,
        model=FundingModel(charging=charging, **_MODELS[shape["model"]](shape)),
        opens=opens,
        days=shape["days"],
        zone=shape["zone"],
        minimum=str(part_of(shape, 100).amount),
        dunning=Dunning.of_hours(remind=[48, 96], attempt=[72, 168]) if shape["dunning"] else Dunning(),
        tiers=[_tier(shape, name, **it) for name, it in TIERS.items()],
        add_ons=[_tier(shape, name, **it) for name, it in ADD_ONS.items()],
        items=[Item(_CARD, limit=_pieces(shape, 0.5))],
        fees=_schedule(shape, FEES[shape["fees"]], shape["fees"]),
        on_top=_schedule(shape, ON_TOP[shape["on_top"]]),
        taxes=taxes_of(shape),
        splits=_plan(shape),
        cancel_windows=_WINDOWS[shape["windows"]],
        stretch_goals=() if of_units else (_stretch(shape),),
        late_days=shape["late_days"],
        needs_approval=shape["approval"],
        instalments=_parts(shape, opens) if shape["instalments"] else None,
        payouts=payouts_of(shape),
        presenting=presenting_of(shape),
        refunds=policy_of(shape),
        disputes=disputes_of(shape),
    )


_WINDOWS: Final = {
    "none": (),
    "guarded": (CancelWindow(last=timedelta(days=2), guards_goal=True),),
    "three-days": (CancelWindow(within_days=3),),
}


def _pieces(shape: dict[str, Any], share: float) -> int:
    return 1 + int(shape["crowd"] * share)


def _tier(shape: dict[str, Any], name: str, *, price: int, pieces: float | None = None, **more: Any) -> Tier:  # noqa: ANN401
    late, sent = more.pop("late_price", None), more.pop("sent", False) and shape.get("sent")
    limit = None if pieces is None else _pieces(shape, pieces)
    late_price = None if late is None else part_of(shape, late)
    shipping = shipping_of(shape) if sent else None
    return Tier(
        TierId(name), part_of(shape, price), limit=limit, late_price=late_price, shipping=shipping, **more
    )


def _stretch(shape: dict[str, Any]) -> StretchGoal:
    unlock = Unlock(UnlockKind.ADD_ON, TierId("medal"))
    return StretchGoal(StretchGoalId("medals"), part_of(shape, shape["goal"] + shape["goal"] // 8), [unlock])


def _schedule(shape: dict[str, Any], lines: tuple[Line, ...], schedule: str = "") -> FeeSchedule:
    return FeeSchedule([_line(shape, line, schedule) for line in lines])


def _line(shape: dict[str, Any], line: Line, schedule: str) -> FeeLine:
    name, base, hundredths, minor, rounding = line
    methods, sources = LIMITED.get(schedule, {}).get(name, ((), ()))
    return FeeLine(
        name,
        FeeBase(base),
        _rule(shape, hundredths, minor),
        Rounding(rounding),
        methods=methods,
        sources=[FundingSource(it) for it in sources],
        estimate=name in ESTIMATED.get(schedule, ()),
        of=TAXED.get(schedule, {}).get(name, ()),
    )


def _rule(shape: dict[str, Any], hundredths: int, minor: int) -> Percent | Fixed | Sum:
    rules: list[Percent | Fixed] = [Percent(_percentage(hundredths))] if hundredths else []
    rules += [Fixed(part_of(shape, minor))] if minor else []
    return rules[0] if len(rules) == 1 else Sum(rules)


def _percentage(hundredths: int) -> Percentage:
    return Percentage.of(f"{hundredths // 100}.{hundredths % 100:02}")


def _plan(shape: dict[str, Any]) -> SplitPlan:
    return SplitPlan([_split(shape, *split) for split in splits_of(shape)])


def _split(shape: dict[str, Any], name: str, how: str, number: int, most: int | None) -> Split:
    payee, limit = PayeeId(name), None if most is None else part_of(shape, most)
    match how:
        case "fixed":
            return Split(payee, fixed=part_of(shape, number))
        case "portion":
            return Split(payee, portion=_percentage(number), max=limit)
        case _:
            return Split(payee, remaining=True, max=limit)


def _parts(shape: dict[str, Any], opens: datetime) -> InstalmentPlan:
    outcome = DefaultOutcome(shape["instalments"])
    return InstalmentPlan(
        threshold=part_of(shape, 700),
        base=InstalmentBase.WHOLE,
        fewest=2,
        most=3,
        remainder=Remainder.FIRST,
        first_after=timedelta(days=int(outcome is DefaultOutcome.REFUNDED)),
        on_failure=FailurePolicy(timedelta(days=3), timedelta(days=5), outcome),
        every_days=10,
        pay_off=Deadline(opens + timedelta(days=365), Zone("UTC"), inclusive=True),
    )


def fund_of(shape: dict[str, Any], kind: str) -> MatchingFund:
    """A fund of sponsors for a campaign: one that matches contributions, or one that gives a lump sum."""
    name, pool = shape["campaign"], part_of(shape, shape["goal"] // 6)
    if kind == "lump":
        rule: LumpSum | Multiple = LumpSum(part_of(shape, 777), backers=2)
        return MatchingFund(FundId(f"lump-{name}"), rule, [Pool(SponsorId("town"), part_of(shape, 777))])
    rule = Multiple(1, per_contribution=part_of(shape, 1_500), matches_per_backer=2)
    pools = [Pool(SponsorId("bank"), pool), Pool(SponsorId("club"), pool)]
    return MatchingFund(FundId(f"fund-{name}"), rule, pools)
