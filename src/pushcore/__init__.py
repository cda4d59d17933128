"""pushcore: the crowdfunding kernel.

Campaigns, goals, reward tiers, currencies, fees, splits and payouts as plain objects. Values and decisions
are pure; the use cases run them over a store and a payment gateway of yours (`pushcore.ports`), or over the
ones in `pushcore.memory`.
"""

from __future__ import annotations

from pushcore import errors
from pushcore.calendar import BusinessDays, Deadline, Recurrence, Window, Zone
from pushcore.campaigns import (
    Campaign,
    CampaignState,
    Discipline,
    Dunning,
    FundingGoal,
    FundingModel,
    Outcome,
    Progress,
    Terms,
)
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Charge, Decline, Declined, Prepare, Transfer, Void
from pushcore.ledger import Account, Balance, Balances, Posting, Transaction, audit
from pushcore.money import Converted, Currency, ExchangeRate, Money, Percentage, Remainder, Rounding, Shares
from pushcore.payouts import (
    Below,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Payout,
    PayoutState,
    Percent,
    Settlement,
    Split,
    SplitPlan,
    Statement,
    Sum,
)
from pushcore.pledges import Pledge, PledgeRequest, PledgeState
from pushcore.ports import Ports
from pushcore.rewards import Quote, Stock, Tier
from pushcore.usecases import (
    advance_campaign,
    cancel_campaign,
    cancel_pledge,
    charge_pledge,
    close_campaign,
    collect_pledges,
    draft_campaign,
    expire_pledges,
    finish_orders,
    launch_campaign,
    pay_out,
    place_pledge,
    send_payout,
    settle_campaign,
    state_account,
)

__all__ = [
    "Accepted",
    "Account",
    "Balance",
    "Balances",
    "Below",
    "BusinessDays",
    "Campaign",
    "CampaignState",
    "Changes",
    "Charge",
    "Converted",
    "Currency",
    "Deadline",
    "Decline",
    "Declined",
    "Discipline",
    "Dunning",
    "ExchangeRate",
    "FeeBase",
    "FeeLine",
    "FeeSchedule",
    "Fixed",
    "FundingGoal",
    "FundingModel",
    "Money",
    "Outcome",
    "Payout",
    "PayoutState",
    "Percent",
    "Percentage",
    "Pledge",
    "PledgeRequest",
    "PledgeState",
    "Ports",
    "Posting",
    "Prepare",
    "Progress",
    "Quote",
    "Recurrence",
    "Refusal",
    "Refused",
    "Remainder",
    "Rounding",
    "Settlement",
    "Shares",
    "Split",
    "SplitPlan",
    "Statement",
    "Stock",
    "Sum",
    "Terms",
    "Tier",
    "Transaction",
    "Transfer",
    "Void",
    "Window",
    "Zone",
    "advance_campaign",
    "audit",
    "cancel_campaign",
    "cancel_pledge",
    "charge_pledge",
    "close_campaign",
    "collect_pledges",
    "draft_campaign",
    "errors",
    "expire_pledges",
    "finish_orders",
    "launch_campaign",
    "pay_out",
    "place_pledge",
    "send_payout",
    "settle_campaign",
    "state_account",
]

__version__ = "0.1.0"
