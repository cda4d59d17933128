"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.costs import PayoutCost, WireFee, WithdrawalFee, largest_payable
from pushcore.payouts.fee_rules import Below, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fees import FeeBase, FeeLine, FeeSchedule
from pushcore.payouts.gates import Gates, PayeeFacts, PayeeSource
from pushcore.payouts.netting import Netting, PayableEntry
from pushcore.payouts.payout import Payout
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.preparing import Disbursing
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

__all__ = [
    "Below",
    "Consent",
    "Consenter",
    "Disbursing",
    "Division",
    "FeeBase",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "Fixed",
    "Gates",
    "HeldReserve",
    "LateDate",
    "LateDates",
    "Milestone",
    "Netting",
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
    "Release",
    "Reserve",
    "Settlement",
    "Split",
    "SplitPlan",
    "SplitTier",
    "Statement",
    "Sum",
    "Tranche",
    "WireFee",
    "WithdrawalFee",
    "largest_payable",
]
