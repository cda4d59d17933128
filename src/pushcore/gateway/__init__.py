"""What pushcore and a payment provider say to each other: orders, answers, and what the provider can do.

An order carries an idempotency key derived from what is being done (the pledge, the purpose, the attempt),
so asking twice does it once. A decline is an answer with a reason, not an error. Errors say how much is
known: see `pushcore.errors.GatewayUnavailable` and `pushcore.errors.OutcomeUnknown`.
"""

from __future__ import annotations

from pushcore.gateway.abilities import Abilities
from pushcore.gateway.answers import REJECTED, Accepted, Answer, Decline, Declined
from pushcore.gateway.orders import Authorize, Capture, Charge, Order, Prepare, Refund, Take, Transfer, Void
from pushcore.gateway.provider_events import (
    DisputeState,
    DisputeTold,
    OrderAnswered,
    ProviderEvent,
    RefundBounced,
    RefundMade,
)

__all__ = [
    "REJECTED",
    "Abilities",
    "Accepted",
    "Answer",
    "Authorize",
    "Capture",
    "Charge",
    "Decline",
    "Declined",
    "DisputeState",
    "DisputeTold",
    "Order",
    "OrderAnswered",
    "Prepare",
    "ProviderEvent",
    "Refund",
    "RefundBounced",
    "RefundMade",
    "Take",
    "Transfer",
    "Void",
]
