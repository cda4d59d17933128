"""Fees, splits, settlement, statement and payout: what happens to money once it is collected."""

from __future__ import annotations

from pushcore.payouts.accrued_share import AccruedShare
from pushcore.payouts.breakdown import Breakdown, break_down
from pushcore.payouts.costs import PayoutCost, WireFee, WithdrawalFee
from pushcore.payouts.debt import Debt, DebtSource, Recovered
from pushcore.payouts.dispute import Blocked, Dispute, DisputeState, DisputeTerms
from pushcore.payouts.fee_rules import Below, Bracket, Brackets, Clamp, FeeRule, Fixed, Percent, Sum
from pushcore.payouts.fee_schedule import FeeSchedule
from pushcore.payouts.fee_share import FeeShare
from pushcore.payouts.fees import FeeBase, FeeBearer, FeeLine, FundingSource
from pushcore.payouts.gates import Gates, PayeeFacts, PayeeSource
from pushcore.payouts.gross_up import GrossUp, gross_up, largest_within, smallest_worth
from pushcore.payouts.mass_refund import MassRefund, Need
from pushcore.payouts.netting import Netting, PayableEntry
from pushcore.payouts.paid import Bearer, Paid, PaidKind, PaidPart, TakenFee
from pushcore.payouts.payout import Payout
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.preparing import Disbursing
from pushcore.payouts.provider_exchange import ProviderExchange
from pushcore.payouts.recovery import RecoveryPlan
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
from pushcore.payouts.share_payment import SharePayment, SharePaymentState
from pushcore.payouts.splits import Division, Split, SplitPlan, SplitTier
from pushcore.payouts.statement import Statement
from pushcore.payouts.states import PayoutState, PayoutTrigger
from pushcore.payouts.tariff import DatedFees, Tariff
from pushcore.payouts.wallet import CreditLot, RefundTo, Taken, Wallet, Withdrawal, WithdrawalState
from pushcore.payouts.ways_back import Way, WayOrder, ways_back, what_is_left

__all__ = [
    "AccruedShare",
    "Bearer",
    "Bearing",
    "Below",
    "Blocked",
    "Bracket",
    "Brackets",
    "Breakdown",
    "Clamp",
    "Consent",
    "Consenter",
    "CreditLot",
    "DatedFees",
    "Debt",
    "DebtSource",
    "Disbursing",
    "Dispute",
    "DisputeState",
    "DisputeTerms",
    "Division",
    "FeeBase",
    "FeeBearer",
    "FeeLine",
    "FeeRule",
    "FeeSchedule",
    "FeeShare",
    "Fixed",
    "FundingSource",
    "Gates",
    "GivenBack",
    "GrossUp",
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
    "ProviderExchange",
    "Recovered",
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
    "SharePayment",
    "SharePaymentState",
    "Split",
    "SplitPlan",
    "SplitTier",
    "Statement",
    "Sum",
    "Taken",
    "TakenFee",
    "Tariff",
    "Tranche",
    "Wallet",
    "Waterfall",
    "Way",
    "WayOrder",
    "WireFee",
    "Withdrawal",
    "WithdrawalFee",
    "WithdrawalState",
    "break_down",
    "give_back",
    "gross_up",
    "largest_within",
    "smallest_worth",
    "waive_fee",
    "ways_back",
    "what_is_left",
]
