"""Campaigns: terms, goal, funding model, lifecycle, progress and the decisions about them."""

from __future__ import annotations

from pushcore.campaigns.campaign import Campaign, Outcome
from pushcore.campaigns.discipline import Discipline
from pushcore.campaigns.dunning import Dunning, DunningAction, DunningStep
from pushcore.campaigns.funding import FundingModel
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.instalments import (
    DefaultOutcome,
    FailurePolicy,
    Instalment,
    InstalmentBase,
    InstalmentPlan,
    LaterPayout,
)
from pushcore.campaigns.lifecycle import CampaignState, Trigger
from pushcore.campaigns.progress import Progress
from pushcore.campaigns.terms import Terms

__all__ = [
    "Campaign",
    "CampaignState",
    "DefaultOutcome",
    "Discipline",
    "Dunning",
    "DunningAction",
    "DunningStep",
    "FailurePolicy",
    "FundingGoal",
    "FundingModel",
    "Instalment",
    "InstalmentBase",
    "InstalmentPlan",
    "LaterPayout",
    "Outcome",
    "Progress",
    "Terms",
    "Trigger",
]
