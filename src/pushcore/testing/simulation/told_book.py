"""An auditor's own book of what the provider said beside yes, and of what of that is written down."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from pushcore.gateway import Capture, Charge, Refund

if TYPE_CHECKING:
    from pushcore.gateway import Accepted, Order
    from pushcore.money import Money
    from pushcore.pledges import Pledge

__all__ = ["Told", "ToldBook", "kept_by", "settled_by"]


@attrs.frozen
class Told:
    """What was told of a charge, or of a refund.

    Attributes:
        fee: What was kept, or given back of that.
        settled: What was booked, where that is another currency.
        way: How it was paid.
    """

    pledge_id: str
    campaign_id: str
    fee: int | None
    settled: tuple[str, int] | None
    way: str | None


def kept_by(order: Order, answer: Accepted) -> int | None:
    """What the provider kept of a charge, or, below zero, gave back with a refund; None if it is silent."""
    if isinstance(order, Refund):
        return None if answer.fee_back is None else -answer.fee_back.minor
    if not isinstance(order, Charge | Capture):
        return None
    if answer.fee is not None:
        return answer.fee.minor
    if answer.settled is None or answer.settled.currency is not order.amount.currency:
        return None
    return order.amount.minor - answer.settled.minor


def settled_by(order: Charge | Capture | Refund, answer: Accepted) -> tuple[str, int] | None:
    """What the provider booked in another currency, by what it says or its backer sees: how much of which."""
    settled = answer.settled or order.presented
    if settled is None or settled.currency is order.amount.currency:
        return None
    return settled.currency.code, settled.minor


class ToldBook:
    """What is known by now of each pledge.

    Attributes:
        own: Of which charges the gateway itself said what it kept.
        kept: What the provider has kept of all charges of a campaign, and for its refunds and payouts.
        fees: What the provider has kept of its charges; nothing is here of those of which it is silent.
    """

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.kept: Counter[str] = Counter()
        self.fees: Counter[str] = Counter()
        self._ways: dict[str, str] = {}
        self._heard: dict[str, Told] = {}
        self._costs: dict[str, tuple[str, int]] = {}

    def way_of(self, pledge: Pledge) -> str | None:
        """How the last charge of a pledge was paid; credit is spent at once, and no provider is asked."""
        return "wallet" if pledge.method == "wallet" else self._ways.get(pledge.id)

    def hear(self, order: Charge | Capture | Refund, answer: Accepted) -> None:
        """Take an answer down, which the library may not have."""
        kept, settled = kept_by(order, answer), settled_by(order, answer)
        told = Told(order.pledge_id, order.campaign_id, kept, settled, answer.paid_by)
        self._heard[order.key] = told

    def cost(self, key: str, campaign_id: str, minor: int) -> None:
        """Take it down what was kept for a refund or a transfer, which the library may not have."""
        self._costs[key] = campaign_id, minor

    def given_back(self, order: Refund) -> Money | None:
        """What was given back of a fee with a refund; None where nothing was told of it."""
        kept = self._heard[order.key].fee
        return None if kept is None else order.amount.with_minor(-kept)

    def keep_again(self, order: Refund) -> None:
        """What was given back of a fee is kept again, as the refund came back."""
        fee = -(self._heard[order.key].fee or 0)
        if order.pledge_id in self.fees:
            self.fees[order.pledge_id] += fee
        self.kept[order.campaign_id] += fee

    def post(self, key: str) -> Told | None:
        """The library has it by now; what was told."""
        told, (campaign_id, cost) = self._heard.get(key), self._costs.get(key, ("", 0))
        self.kept[campaign_id] += cost
        if told is None:
            return None
        self.kept[told.campaign_id] += told.fee or 0
        if told.fee is not None and (told.fee >= 0 or told.pledge_id in self.fees):
            self.fees[told.pledge_id] += told.fee
        if told.way is not None:
            self._ways[told.pledge_id] = told.way
        return told
