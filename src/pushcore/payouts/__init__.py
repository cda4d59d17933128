"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.breakdown import Breakdown, break_down
from pushcore.payouts.fee_rules import Below, Bracket, Brackets, Clamp, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fee_schedule import FeeSchedule
from pushcore.payouts.fee_share import FeeShare
from pushcore.payouts.fees import FeeBase, FeeBearer, FeeLine, FundingSource
from pushcore.payouts.gross_up import GrossUp, gross_up, largest_within, smallest_worth
from pushcore.payouts.payout import Payout, PayoutState
from pushcore.payouts.settlement import Settlement
from pushcore.payouts.splits import Division, Split, SplitPlan
from pushcore.payouts.statement import Statement
from pushcore.payouts.tariff import DatedFees, Tariff

__all__ = [
    "Below",
    "Bracket",
    "Brackets",
    "Breakdown",
    "Clamp",
    "DatedFees",
    "Division",
    "FeeBase",
    "FeeBearer",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "FeeShare",
    "Fixed",
    "FundingSource",
    "GrossUp",
    "Payout",
    "PayoutState",
    "Percent",
    "Settlement",
    "Split",
    "SplitPlan",
    "Statement",
    "Sum",
    "Tariff",
    "break_down",
    "gross_up",
    "largest_within",
    "smallest_worth",
]
