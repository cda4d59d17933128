"""Rewards: what backers can pick, what a selection costs, and whether it can be had."""

from __future__ import annotations

from pushcore.rewards.audience import Audience
from pushcore.rewards.catalogue import Catalogue
from pushcore.rewards.most import most_for
from pushcore.rewards.need import Need, StockKey, Stocks
from pushcore.rewards.needs import needs, stock_keys
from pushcore.rewards.picking import Picking, picking_refusals
from pushcore.rewards.quote import GOODS, LineKind, Quote, QuoteLine
from pushcore.rewards.quoting import quote
from pushcore.rewards.selection import Selection
from pushcore.rewards.shipping import Shipping
from pushcore.rewards.stock import Stock, availability
from pushcore.rewards.tax import Tax
from pushcore.rewards.tier import Item, Phase, Tier
from pushcore.rewards.voucher import Voucher

__all__ = [
    "GOODS",
    "Audience",
    "Catalogue",
    "Item",
    "LineKind",
    "Need",
    "Phase",
    "Picking",
    "Quote",
    "QuoteLine",
    "Selection",
    "Shipping",
    "Stock",
    "StockKey",
    "Stocks",
    "Tax",
    "Tier",
    "Voucher",
    "availability",
    "most_for",
    "needs",
    "picking_refusals",
    "quote",
    "stock_keys",
]
