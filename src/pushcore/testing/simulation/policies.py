"""What a simulated campaign agrees about money that goes back: plain values, each a line of a table here."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import (
    Bearer,
    Bearing,
    DisputeTerms,
    PaidKind,
    PayoutPlan,
    RefundPolicy,
    RefundSituation,
    Reserve,
    Returning,
    Waterfall,
)

__all__ = [
    "CARD_FEE",
    "DISPUTES",
    "REFUNDS",
    "RESERVES",
    "WHOLE",
    "Rule",
    "credit_days",
    "disputes_of",
    "is_kept",
    "payouts_of",
    "policy_of",
    "rules_of",
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


RESERVES: Final[dict[str, dict[str, int]]] = {
    "none": {},
    "fixed": {"hundredths": 1_000, "days": 9},
    "rolling": {"hundredths": 2_500, "days": 12, "rolling": True},
    "capped": {"hundredths": 667, "days": 20, "threshold": 5_000, "cap": 900},
}
"""What is held back of what is raised: hundredths of a percent, for so many days after the end, or after each
contribution; from so many minor units on, and at most so many.
"""


def payouts_of(shape: dict[str, Any]) -> PayoutPlan:
    """How the payees of a campaign of this shape are paid: at once, but for what is held back."""
    least = Money.of_minor(shape.get("least_net", 0), shape["currency"])
    return PayoutPlan(
        approvals=shape.get("approvals", 0), least_net=least or None, reserve=_reserve_of(shape)
    )


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
