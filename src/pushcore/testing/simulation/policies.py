"""What a simulated campaign agrees about money that goes back: plain values, each a line of a table here."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

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

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CARD_FEE",
    "DISPUTES",
    "REFUNDS",
    "RESERVES",
    "credit_days",
    "disputes_of",
    "payouts_of",
    "policy_of",
]

CARD_FEE: Final = "processing"
"""The fee line that some policies do not bring back."""


def _gone(bearer: Bearer) -> Returning:
    return Returning(Percentage.of(0), [Bearing(bearer)])


_WATERFALLS: Final[dict[str, Callable[[], Waterfall]]] = {
    "all": lambda: Waterfall(indebts=True),
    "covered": Waterfall,
    "fee-lost": lambda: Waterfall(fees={CARD_FEE: _gone(Bearer.HOST)}, indebts=True),
    "tip-kept": lambda: Waterfall(parts={PaidKind.TIP: _gone(Bearer.BACKER)}, indebts=True),
    "fee-borne": lambda: Waterfall(fees={CARD_FEE: _gone(Bearer.CREATOR)}, indebts=True),
    "tip-borne": lambda: Waterfall(parts={PaidKind.TIP: _gone(Bearer.CREATOR)}, indebts=True),
}

DISPUTES: Final[dict[str, dict[str, Any]]] = {
    "none": {"fee": 0, "counter_fee": 0, "fee_returned": False, "bearers": ()},
    "host": {"fee": 150, "counter_fee": 0, "fee_returned": False, "bearers": (Bearer.HOST,)},
    "creator": {"fee": 120, "counter_fee": 60, "fee_returned": False, "bearers": ()},
    "returned": {"fee": 99, "counter_fee": 33, "fee_returned": True, "bearers": (Bearer.HOST,)},
}
"""What a dispute costs in minor units, and who bears it: nothing where nothing is said."""

REFUNDS: Final = ("none", *_WATERFALLS)
"""How pledges of a funded campaign go back: not at all; all of it, the fees too; the same, but only while the
campaign holds it; but for a fee, which the host bears, or the creator; or but for the tip, which the backer
bears, or the creator.
"""


def policy_of(shape: dict[str, Any]) -> RefundPolicy | None:
    """The refund policy of a campaign of this shape."""
    made = _WATERFALLS.get(shape.get("refunds", "none"))
    if made is None:
        return None
    days = credit_days(shape)
    life = None if days is None else timedelta(days=days)
    return RefundPolicy(
        dict.fromkeys(RefundSituation, made()), rounding=Rounding.HALF_UP, credit_lifetime=life
    )


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
        rate=Percentage.of_fraction(Fraction(rule["hundredths"], 10_000)),
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
