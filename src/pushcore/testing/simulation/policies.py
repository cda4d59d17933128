"""What a simulated campaign agrees about money that goes back: plain values, each a line of a table here."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from pushcore.ids import MilestoneId, PayeeId
from pushcore.money import Currency, Money, Percentage, Rounding
from pushcore.payouts import (
    Bearer,
    Bearing,
    Consenter,
    DisputeTerms,
    FeeBearer,
    Milestone,
    PaidKind,
    PayoutPlan,
    PayoutSchedule,
    RefundPolicy,
    RefundSituation,
    Reserve,
    Returning,
    Tranche,
    Waterfall,
    WireFee,
    WithdrawalFee,
)

__all__ = [
    "CARD_FEE",
    "DISPUTES",
    "MILESTONE",
    "PAYING",
    "REFUNDS",
    "RESERVES",
    "SPLITS",
    "WHOLE",
    "Rule",
    "credit_days",
    "disputes_of",
    "is_kept",
    "payouts_of",
    "policy_of",
    "rules_of",
    "splits_of",
]

CARD_FEE: Final = "fees/processing"
"""What stands for the fee line that some policies do not bring back."""

Rule = tuple[int, tuple[tuple[str, int, int], ...]]
"""How many hundredths of a percent come back, and who bears the rest in order: so many hundredths of a
percent of what is left to bear, and of one pledge at most so many minor units; 0 where that has no end.
"""


def _gone(bearer: str) -> Rule:
    return 0, ((bearer, _ALL, 0),)


_ALL: Final = 10_000

WHOLE: Final[Rule] = _ALL, ()
"""All of it comes back."""

REFUNDS: Final[dict[str, dict[str, Rule]]] = {
    "all": {},
    "covered": {},
    "fee-lost": {CARD_FEE: _gone("host")},
    "fee-borne": {CARD_FEE: _gone("creator")},
    "fee-deducted": {CARD_FEE: _gone("backer")},
    "tip-kept": {"tip": _gone("backer"), "fee": _gone("backer")},
    "tip-borne": {"tip": _gone("creator")},
    "tip-halved": {"tip": (5_000, (("backer", 5_000, 0), ("host", _ALL, 0)))},
    "penalty": {"goods": (9_000, (("backer", _ALL, 0),))},
    "small-penalty": {"goods": (6_667, (("backer", _ALL, 150), ("creator", _ALL, 0)))},
    "sent": {
        "goods": (9_500, (("backer", 5_000, 0), ("creator", _ALL, 0))),
        "shipping": _gone("backer"),
        "tax": (5_000, (("backer", 3_333, 100),)),
        CARD_FEE: (2_500, (("backer", 7_500, 0), ("host", _ALL, 0))),
    },
}
"""How pledges of a funded campaign go back, by what was paid for and by fee; what is not named, all of it.

Of ``covered``, only while the campaign holds it; of all others, and then the creator owes it.
"""

DISPUTES: Final[dict[str, dict[str, Any]]] = {
    "none": {"fee": 0, "counter_fee": 0, "fee_returned": False, "bearers": ()},
    "host": {"fee": 150, "counter_fee": 0, "fee_returned": False, "bearers": (Bearer.HOST,)},
    "creator": {"fee": 120, "counter_fee": 60, "fee_returned": False, "bearers": ()},
    "returned": {"fee": 99, "counter_fee": 33, "fee_returned": True, "bearers": (Bearer.HOST,)},
}
"""What a dispute costs in minor units, and who bears it: nothing where nothing is said."""


def rules_of(shape: dict[str, Any], situation: str) -> dict[str, Rule]:
    """What comes back of a pledge in a situation: all of it where nothing came of the campaign."""
    plain = situation == "failed" or (situation == "fraud" and shape.get("frauds") == "all")
    return {} if plain else REFUNDS.get(shape.get("refunds", "none"), {})


def is_kept(rule: Rule) -> bool:
    """Whether nothing of it comes back, so that it is not asked back with all the rest."""
    hundredths, ((bearer, portion, most), *_) = rule
    return (hundredths, bearer, portion, most) == (0, "backer", _ALL, 0)


def policy_of(shape: dict[str, Any]) -> RefundPolicy | None:
    """The refund policy of a campaign of this shape."""
    if shape.get("refunds", "none") == "none":
        return None
    days = credit_days(shape)
    life = None if days is None else timedelta(days=days)
    return RefundPolicy(
        {it: _waterfall(shape, it) for it in RefundSituation}, rounding=Rounding.HALF_UP, credit_lifetime=life
    )


def _waterfall(shape: dict[str, Any], situation: RefundSituation) -> Waterfall:
    rules = {name: _returning(shape, *rule) for name, rule in rules_of(shape, situation.value).items()}
    fees = {name.removeprefix(_FEE): rule for name, rule in rules.items() if name.startswith(_FEE)}
    parts = {PaidKind(name): rule for name, rule in rules.items() if not name.startswith(_FEE)}
    return Waterfall(parts=parts, fees=fees, indebts=shape["refunds"] != "covered")


_FEE: Final = "fees/"


def _returning(
    shape: dict[str, Any], hundredths: int, bearers: tuple[tuple[str, int, int], ...]
) -> Returning:
    several = [
        Bearing(
            Bearer(who),
            portion=None if portion == _ALL else _share(portion),
            most=Money.of_minor(most, shape["currency"]) if most else None,
        )
        for who, portion, most in bearers
    ]
    return Returning(_share(hundredths), several)


def _share(hundredths: int) -> Percentage:
    return Percentage.of_fraction(Fraction(hundredths, _ALL))


def credit_days(shape: dict[str, Any]) -> int | None:
    """How many days credit lasts that a campaign of this shape gives; None where it never expires."""
    return None if shape.get("refunds", "none") == "none" else shape.get("credit_days")


SPLITS: Final[dict[str, tuple[tuple[str, str, int, int | None], ...]]] = {
    "none": (),
    "seventy": (("director", "portion", 7_000, None), ("band", "remaining", 0, None)),
    "thirds": (
        ("ann", "portion", 3_333, None),
        ("bo", "portion", 3_333, None),
        ("cy", "remaining", 0, None),
    ),
    "fixed": (("printer", "fixed", 1_500, None), ("author", "remaining", 0, None)),
    "capped": (("star", "portion", 5_000, 2_000), ("crew", "remaining", 0, None)),
    "seven": (*((f"hand{n}", "portion", 1_428, None) for n in range(7)), ("rest", "remaining", 0, None)),
    "all": (("left", "portion", 5_000, None), ("right", "portion", 5_000, None)),
    "advance": (("label", "fixed", 9_500, None), ("artist", "remaining", 0, None)),
    "ceiling": (("lead", "portion", 6_000, 5_500), ("choir", "remaining", 0, None)),
}
"""Who gets what: a name, how, hundredths of a percent or minor units, and at most how much."""

_BY_GOAL: Final = frozenset({"advance", "ceiling"})
"""Those whose amounts are hundredths of a percent of the goal: what comes back may be what fills them."""


def splits_of(shape: dict[str, Any]) -> tuple[tuple[str, str, int, int | None], ...]:
    """Who gets what of a campaign of this shape, every amount in minor units."""
    splits, goal = SPLITS[shape["splits"]], shape["goal"]
    if shape["splits"] not in _BY_GOAL:
        return splits
    return tuple(
        (
            name,
            how,
            number * goal // _ALL if how == "fixed" else number,
            None if most is None else most * goal // _ALL,
        )
        for name, how, number, most in splits
    )


RESERVES: Final[dict[str, dict[str, int]]] = {
    "none": {},
    "fixed": {"hundredths": 1_000, "days": 9},
    "rolling": {"hundredths": 2_500, "days": 12, "rolling": True},
    "capped": {"hundredths": 667, "days": 20, "threshold": 5_000, "cap": 900},
}
"""What is held back of what is raised: hundredths of a percent, for so many days after the end, or after each
contribution; from so many minor units on, and at most so many.
"""


MILESTONE: Final = "rehearsed"
"""What some payouts wait for."""

PAYING: Final[dict[str, dict[str, Any]]] = {
    "at-once": {},
    "wired": {"wire": 35},
    "in-tranches": {"tranches": ((3_333, 0, False), (2_500, 2, False), (4_167, 6, False))},
    "by-milestone": {"tranches": ((6_000, 0, False), (4_000, 3, True))},
    "asked-for": {"withdrawal": 45},
    "abroad": {"arrives_in": {"EUR": "CHF", "CHF": "EUR", "USD": "EUR"}},
}
"""How payees are paid: what a transfer costs; how many hundredths of a percent of their part, after how many
days, and whether half of the backers must consent; what it costs to ask for something more than once; or in
which other currency it arrives.
"""


def payouts_of(shape: dict[str, Any]) -> PayoutPlan:
    """How the payees of a campaign of this shape are paid what is not held back."""
    least, wire, withdrawal = (
        Money.of_minor(minor, shape["currency"])
        for minor in (
            shape.get("least_net", 0),
            *(_paying(shape).get(it, 0) for it in ("wire", "withdrawal")),
        )
    )
    arrives = _paying(shape).get("arrives_in", {}).get(shape["currency"])
    return PayoutPlan(
        approvals=shape.get("approvals", 0),
        least_net=least or None,
        reserve=_reserve_of(shape),
        schedule=PayoutSchedule([_tranche(*it) for it in _paying(shape).get("tranches", ())]),
        wire=WireFee(wire) if wire else None,
        withdrawals=WithdrawalFee(fee=withdrawal, free=1) if withdrawal else None,
        currencies=dict.fromkeys(_payees(shape), Currency.of(arrives)) if arrives else {},
        return_bearer=FeeBearer(shape.get("return_bearer", "creator")),
    )


def _payees(shape: dict[str, Any]) -> list[PayeeId]:
    return [PayeeId(shape["creator"]), *(PayeeId(split[0]) for split in SPLITS[shape["splits"]])]


def _paying(shape: dict[str, Any]) -> dict[str, Any]:
    return PAYING[shape.get("paying", "at-once")]


def _tranche(hundredths: int, days: int, waits: bool) -> Tranche:  # noqa: FBT001  as it stands in the table
    milestone = Milestone(MilestoneId(MILESTONE), Consenter.BACKERS, Percentage(50)) if waits else None
    return Tranche(_share(hundredths), days, milestone)


def _reserve_of(shape: dict[str, Any]) -> Reserve | None:
    rule, currency = RESERVES[shape.get("reserve", "none")], shape["currency"]
    if not rule:
        return None
    return Reserve(
        rate=_share(rule["hundredths"]),
        rounding=Rounding.HALF_UP,
        hold_days=rule["days"],
        threshold=Money.of_minor(rule.get("threshold", 0), currency) or None,
        cap=Money.of_minor(rule.get("cap", 0), currency) or None,
        rolling="rolling" in rule,
    )


def disputes_of(shape: dict[str, Any]) -> DisputeTerms | None:
    """What disputes of a campaign of this shape cost; None where its terms do not say."""
    name = shape.get("disputes", "none")
    if name == "none":
        return None
    told = DISPUTES[name]
    return DisputeTerms(
        fee=Money.of_minor(told["fee"], shape["currency"]),
        fee_returned=told["fee_returned"],
        counter_fee=Money.of_minor(told["counter_fee"], shape["currency"]),
        bearers=[Bearing(it) for it in told["bearers"]],
        rounding=Rounding.HALF_UP,
    )
