"""Matching funds: sponsors who add to what backers give."""

from __future__ import annotations

from pushcore.matching.campaign_facts import CampaignFacts, Goal
from pushcore.matching.contribution import Contribution
from pushcore.matching.deciding import limits, match, match_all
from pushcore.matching.fund import MatchingFund, Pool
from pushcore.matching.goal_share import GoalShare
from pushcore.matching.limit_mode import LimitMode
from pushcore.matching.lump_sum import LumpSum
from pushcore.matching.match import Match, MatchPart, Unmatched
from pushcore.matching.matched import Matched, Tally
from pushcore.matching.multiple import Multiple
from pushcore.matching.opening import opened
from pushcore.matching.origin import MatchOrigin
from pushcore.matching.sharing import Sharing

__all__ = [
    "CampaignFacts",
    "Contribution",
    "Goal",
    "GoalShare",
    "LimitMode",
    "LumpSum",
    "Match",
    "MatchOrigin",
    "MatchPart",
    "Matched",
    "MatchingFund",
    "Multiple",
    "Pool",
    "Sharing",
    "Tally",
    "Unmatched",
    "limits",
    "match",
    "match_all",
    "opened",
]
