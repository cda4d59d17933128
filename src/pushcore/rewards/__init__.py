"""Rewards: what backers can pick and what that costs, who waits for it, and how it gets to them."""

from __future__ import annotations

from pushcore.rewards.audience import Audience
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.delivery import DeliveryEstimate, DeliveryPromise, DeliveryRevision, Lateness
from pushcore.rewards.fulfilment import Fulfilment, FulfilmentState, FulfilmentStep
from pushcore.rewards.most import most_for
from pushcore.rewards.need import Need, StockKey, Stocks
from pushcore.rewards.needs import needs, stock_keys
from pushcore.rewards.picking import Picking, picking_refusals
from pushcore.rewards.quote import GOODS, LineKind, Quote, QuoteLine
from pushcore.rewards.quoting import quote
from pushcore.rewards.selection import Selection
from pushcore.rewards.shipping import Shipping
from pushcore.rewards.stable_pledge import (
    FinalPrices,
    PriceRange,
    RefundRight,
    StablePledge,
    refund_refusals,
    refund_right,
)
from pushcore.rewards.stock import NO_REWARD, Stock, availability
from pushcore.rewards.tax import Tax
from pushcore.rewards.tier import Item, Phase, Tier
from pushcore.rewards.voucher import Voucher
from pushcore.rewards.waiting_list import WaitingEntry, WaitingList

__all__ = [
    "GOODS",
    "NO_REWARD",
    "Audience",
    "Catalogue",
    "DeliveryEstimate",
    "DeliveryPromise",
    "DeliveryRevision",
    "FinalPrices",
    "Fulfilment",
    "FulfilmentState",
    "FulfilmentStep",
    "Item",
    "Lateness",
    "LineKind",
    "Need",
    "Phase",
    "Picking",
    "PriceRange",
    "Quote",
    "QuoteLine",
    "RefundRight",
    "Selection",
    "Shipping",
    "StablePledge",
    "Stock",
    "StockKey",
    "Stocks",
    "Tax",
    "Tier",
    "Voucher",
    "WaitingEntry",
    "WaitingList",
    "availability",
    "most_for",
    "needs",
    "picking_refusals",
    "quote",
    "refund_refusals",
    "refund_right",
    "stock_keys",
]
