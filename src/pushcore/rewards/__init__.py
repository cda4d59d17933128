"""Rewards: tiers, what a selection costs, and the stock of pieces."""

from __future__ import annotations

from pushcore.rewards.quote import Quote, quote
from pushcore.rewards.stock import Stock, availability
from pushcore.rewards.tier import Tier

__all__ = ["Quote", "Stock", "Tier", "availability", "quote"]
