"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.fee_rules import Below, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fees import FeeBase, FeeLine, FeeSchedule
from pushcore.payouts.paid import Bearer, Paid, PaidKind, PaidPart, TakenFee
from pushcore.payouts.payout import Payout, PayoutState
from pushcore.payouts.refund import GivenBack, Loss, give_back, waive_fee
from pushcore.payouts.refund_policy import Bearing, RefundPolicy, RefundSituation, Returning, Waterfall
from pushcore.payouts.settlement import Settlement
from pushcore.payouts.splits import Division, Split, SplitPlan
from pushcore.payouts.statement import Statement

__all__ = [
    "Bearer",
    "Bearing",
    "Below",
    "Division",
    "FeeBase",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "Fixed",
    "GivenBack",
    "Loss",
    "Paid",
    "PaidKind",
    "PaidPart",
    "Payout",
    "PayoutState",
    "Percent",
    "RefundPolicy",
    "RefundSituation",
    "Returning",
    "Settlement",
    "Split",
    "SplitPlan",
    "Statement",
    "Sum",
    "TakenFee",
    "Waterfall",
    "give_back",
    "waive_fee",
]
