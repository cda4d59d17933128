"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.costs import PayoutCost, WireFee, WithdrawalFee, largest_payable
from pushcore.payouts.dispute import Blocked, Dispute, DisputeState, DisputeTerms, refund_refusals
from pushcore.payouts.fee_rules import Below, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fees import FeeBase, FeeLine, FeeSchedule
from pushcore.payouts.gates import Gates, PayeeFacts, PayeeSource
from pushcore.payouts.mass_refund import MassRefund, Need
from pushcore.payouts.netting import Netting, PayableEntry
from pushcore.payouts.paid import Bearer, Paid, PaidKind, PaidPart, TakenFee
from pushcore.payouts.payout import Payout
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.preparing import Disbursing
from pushcore.payouts.recovery import Debt, DebtSource, RecoveryPlan
from pushcore.payouts.refund import GivenBack, Loss, give_back, waive_fee
from pushcore.payouts.refund_policy import Bearing, RefundPolicy, RefundSituation, Returning, Waterfall
from pushcore.payouts.refund_runs import RefundRun, RefundRuns
from pushcore.payouts.reserve import HeldReserve, Release, Reserve
from pushcore.payouts.schedule import (
    Consent,
    Consenter,
    LateDate,
    LateDates,
    Milestone,
    PayoutSchedule,
    Tranche,
)
from pushcore.payouts.settlement import Settlement
from pushcore.payouts.splits import Division, Split, SplitPlan, SplitTier
from pushcore.payouts.statement import Statement
from pushcore.payouts.states import PayoutState, PayoutTrigger
from pushcore.payouts.wallet import CreditLot, RefundTo, Taken, Wallet, Withdrawal
from pushcore.payouts.ways_back import Way, WayOrder, ways_back, what_is_left

__all__ = [
    "Bearer",
    "Bearing",
    "Below",
    "Blocked",
    "Consent",
    "Consenter",
    "CreditLot",
    "Debt",
    "DebtSource",
    "Disbursing",
    "Dispute",
    "DisputeState",
    "DisputeTerms",
    "Division",
    "FeeBase",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "Fixed",
    "Gates",
    "GivenBack",
    "HeldReserve",
    "LateDate",
    "LateDates",
    "Loss",
    "MassRefund",
    "Milestone",
    "Need",
    "Netting",
    "Paid",
    "PaidKind",
    "PaidPart",
    "PayableEntry",
    "PayeeFacts",
    "PayeeSource",
    "Payout",
    "PayoutCost",
    "PayoutPlan",
    "PayoutSchedule",
    "PayoutState",
    "PayoutTrigger",
    "Percent",
    "RecoveryPlan",
    "RefundPolicy",
    "RefundRun",
    "RefundRuns",
    "RefundSituation",
    "RefundTo",
    "Release",
    "Reserve",
    "Returning",
    "Settlement",
    "Split",
    "SplitPlan",
    "SplitTier",
    "Statement",
    "Sum",
    "Taken",
    "TakenFee",
    "Tranche",
    "Wallet",
    "Waterfall",
    "Way",
    "WayOrder",
    "WireFee",
    "Withdrawal",
    "WithdrawalFee",
    "give_back",
    "largest_payable",
    "refund_refusals",
    "waive_fee",
    "ways_back",
    "what_is_left",
]
