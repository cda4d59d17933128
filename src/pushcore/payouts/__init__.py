"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.fee_rules import Below, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fees import FeeBase, FeeLine, FeeSchedule
from pushcore.payouts.payout import Payout, PayoutState
from pushcore.payouts.settlement import Settlement
from pushcore.payouts.splits import Division, Split, SplitPlan, SplitTier
from pushcore.payouts.statement import Statement

__all__ = [
    "Below",
    "Division",
    "FeeBase",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "Fixed",
    "Payout",
    "PayoutState",
    "Percent",
    "Settlement",
    "Split",
    "SplitPlan",
    "SplitTier",
    "Statement",
    "Sum",
]
