"""Rewards: tiers, prices, the stock of pieces, who waits for one, and how it gets to its backer."""

from __future__ import annotations

from pushcore.rewards.delivery import DeliveryEstimate, DeliveryPromise, DeliveryRevision, Lateness
from pushcore.rewards.fulfilment import Fulfilment, FulfilmentState, FulfilmentStep
from pushcore.rewards.quote import Quote, quote
from pushcore.rewards.stable_pledge import (
    FinalPrices,
    PriceRange,
    RefundRight,
    StablePledge,
    refund_refusals,
    refund_right,
)
from pushcore.rewards.stock import Stock, availability
from pushcore.rewards.tier import Tier
from pushcore.rewards.waiting_list import WaitingEntry, WaitingList, held_for_others

__all__ = [
    "DeliveryEstimate",
    "DeliveryPromise",
    "DeliveryRevision",
    "FinalPrices",
    "Fulfilment",
    "FulfilmentState",
    "FulfilmentStep",
    "Lateness",
    "PriceRange",
    "Quote",
    "RefundRight",
    "StablePledge",
    "Stock",
    "Tier",
    "WaitingEntry",
    "WaitingList",
    "availability",
    "held_for_others",
    "quote",
    "refund_refusals",
    "refund_right",
]
