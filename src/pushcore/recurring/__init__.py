"""Recurring contributions and patronage: periods, dates, retries, takes, batches and mutual matching.

Each is a value of its own. A host that needs only one of them, such as the billing dates, takes that one.
"""

from __future__ import annotations

from pushcore.recurring.anchor import Anchor, Anniversary, FirstOfMonth, PerCreation, first_from
from pushcore.recurring.baskets import BasketPayday, basket_payday
from pushcore.recurring.batching import Batch, FeeOf, batch
from pushcore.recurring.charge_fee import ChargeFee
from pushcore.recurring.crowdmatch import (
    Crowdmatch,
    GoalScaled,
    LeftOut,
    MatchRule,
    Patron,
    PerPatron,
    accrued,
    crowdmatch,
)
from pushcore.recurring.limits import DonationLimits
from pushcore.recurring.owed import Owed
from pushcore.recurring.period import Period, converted
from pushcore.recurring.retries import Retries
from pushcore.recurring.subscription import Subscription, SubscriptionState
from pushcore.recurring.takes import Donation, Payday, Take, TakeLimit, Team

__all__ = [
    "Anchor",
    "Anniversary",
    "BasketPayday",
    "Batch",
    "ChargeFee",
    "Crowdmatch",
    "Donation",
    "DonationLimits",
    "FeeOf",
    "FirstOfMonth",
    "GoalScaled",
    "LeftOut",
    "MatchRule",
    "Owed",
    "Patron",
    "Payday",
    "PerCreation",
    "PerPatron",
    "Period",
    "Retries",
    "Subscription",
    "SubscriptionState",
    "Take",
    "TakeLimit",
    "Team",
    "accrued",
    "basket_payday",
    "batch",
    "converted",
    "crowdmatch",
    "first_from",
]
