"""Campaigns: terms, goal, funding model, lifecycle, progress and the decisions about them."""

from __future__ import annotations

from pushcore.campaigns.budget import Budget, BudgetLine
from pushcore.campaigns.campaign import Campaign, Outcome
from pushcore.campaigns.cancel_windows import CancelFacts, CancelWindow, cancel_refusals
from pushcore.campaigns.capping import Cap, Offer
from pushcore.campaigns.charging import Charging
from pushcore.campaigns.discipline import Discipline
from pushcore.campaigns.dunning import Dunning, DunningAction, DunningStep
from pushcore.campaigns.durations import DurationRule, Extension, FinalLap
from pushcore.campaigns.early_close import EarlyClose
from pushcore.campaigns.edit_facts import EditFacts
from pushcore.campaigns.edit_rules import edit_refusals
from pushcore.campaigns.editing import Editing, GoalEdits, LimitEdits
from pushcore.campaigns.edits import Edit, edits
from pushcore.campaigns.feasibility import charge_refusals, infeasible, vetoes
from pushcore.campaigns.following import Follower
from pushcore.campaigns.funding import FundingModel, Measure
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.instalments import (
    DefaultOutcome,
    FailurePolicy,
    Instalment,
    InstalmentBase,
    InstalmentPlan,
)
from pushcore.campaigns.lifecycle import CampaignState, Trigger
from pushcore.campaigns.moving_goal import GoalParts, MovingGoal
from pushcore.campaigns.presenting import Presenting
from pushcore.campaigns.progress import Progress
from pushcore.campaigns.soft_launch import SoftLaunch
from pushcore.campaigns.stretch import (
    StretchGoal,
    Unlock,
    UnlockKind,
    newly_unlocked,
    stretch_problems,
    unlocked,
)
from pushcore.campaigns.terms import Terms

__all__ = [
    "Budget",
    "BudgetLine",
    "Campaign",
    "CampaignState",
    "CancelFacts",
    "CancelWindow",
    "Cap",
    "Charging",
    "DefaultOutcome",
    "Discipline",
    "Dunning",
    "DunningAction",
    "DunningStep",
    "DurationRule",
    "EarlyClose",
    "Edit",
    "EditFacts",
    "Editing",
    "Extension",
    "FailurePolicy",
    "FinalLap",
    "Follower",
    "FundingGoal",
    "FundingModel",
    "GoalEdits",
    "GoalParts",
    "Instalment",
    "InstalmentBase",
    "InstalmentPlan",
    "LimitEdits",
    "Measure",
    "MovingGoal",
    "Offer",
    "Outcome",
    "Presenting",
    "Progress",
    "SoftLaunch",
    "StretchGoal",
    "Terms",
    "Trigger",
    "Unlock",
    "UnlockKind",
    "cancel_refusals",
    "charge_refusals",
    "edit_refusals",
    "edits",
    "infeasible",
    "newly_unlocked",
    "stretch_problems",
    "unlocked",
    "vetoes",
]
