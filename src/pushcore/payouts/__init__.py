"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.dispute import Blocked, Dispute, DisputeState, DisputeTerms, refund_refusals
from pushcore.payouts.fee_rules import Below, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fees import FeeBase, FeeLine, FeeSchedule
from pushcore.payouts.mass_refund import MassRefund, Need
from pushcore.payouts.paid import Bearer, Paid, PaidKind, PaidPart, TakenFee
from pushcore.payouts.payout import Payout, PayoutState
from pushcore.payouts.recovery import Debt, DebtSource, RecoveryPlan
from pushcore.payouts.refund import GivenBack, Loss, give_back, waive_fee
from pushcore.payouts.refund_policy import Bearing, RefundPolicy, RefundSituation, Returning, Waterfall
from pushcore.payouts.refund_runs import RefundRun, RefundRuns
from pushcore.payouts.settlement import Settlement
from pushcore.payouts.splits import Division, Split, SplitPlan
from pushcore.payouts.statement import Statement
from pushcore.payouts.wallet import CreditLot, RefundTo, Taken, Wallet, Withdrawal
from pushcore.payouts.ways_back import Way, WayOrder, ways_back, what_is_left

__all__ = [
    "Bearer",
    "Bearing",
    "Below",
    "Blocked",
    "CreditLot",
    "Debt",
    "DebtSource",
    "Dispute",
    "DisputeState",
    "DisputeTerms",
    "Division",
    "FeeBase",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "Fixed",
    "GivenBack",
    "Loss",
    "MassRefund",
    "Need",
    "Paid",
    "PaidKind",
    "PaidPart",
    "Payout",
    "PayoutState",
    "Percent",
    "RecoveryPlan",
    "RefundPolicy",
    "RefundRun",
    "RefundRuns",
    "RefundSituation",
    "RefundTo",
    "Returning",
    "Settlement",
    "Split",
    "SplitPlan",
    "Statement",
    "Sum",
    "Taken",
    "TakenFee",
    "Wallet",
    "Waterfall",
    "Way",
    "WayOrder",
    "Withdrawal",
    "give_back",
    "refund_refusals",
    "waive_fee",
    "ways_back",
    "what_is_left",
]
