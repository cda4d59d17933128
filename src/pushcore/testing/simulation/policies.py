"""What a simulated campaign agrees about money that goes back: plain values, each a line of a table here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import (
    Bearer,
    Bearing,
    PaidKind,
    PayoutPlan,
    RefundPolicy,
    RefundSituation,
    Returning,
    Waterfall,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CARD_FEE", "REFUNDS", "payouts_of", "policy_of"]

CARD_FEE: Final = "processing"
"""The fee line that some policies do not bring back."""


def _gone(bearer: Bearer) -> Returning:
    return Returning(Percentage.of(0), [Bearing(bearer)])


_WATERFALLS: Final[dict[str, Callable[[], Waterfall]]] = {
    "all": lambda: Waterfall(indebts=True),
    "covered": Waterfall,
    "fee-lost": lambda: Waterfall(fees={CARD_FEE: _gone(Bearer.HOST)}, indebts=True),
    "tip-kept": lambda: Waterfall(parts={PaidKind.TIP: _gone(Bearer.BACKER)}, indebts=True),
}

REFUNDS: Final = ("none", *_WATERFALLS)
"""How pledges of a funded campaign go back: not at all; all of it, the fees too; the same, but only while the
campaign holds it; but for a fee, which the host bears; or but for the tip.
"""


def policy_of(shape: dict[str, Any]) -> RefundPolicy | None:
    """The refund policy of a campaign of this shape."""
    made = _WATERFALLS.get(shape.get("refunds", "none"))
    if made is None:
        return None
    return RefundPolicy(dict.fromkeys(RefundSituation, made()), rounding=Rounding.HALF_UP)


def payouts_of(shape: dict[str, Any]) -> PayoutPlan:
    """How the payees of a campaign of this shape are paid: all at once, unless that is too little."""
    least = Money.of_minor(shape.get("least_net", 0), shape["currency"])
    return PayoutPlan(approvals=shape.get("approvals", 0), least_net=least or None)
