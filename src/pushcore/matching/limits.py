"""Limits: what keeps a match from being more, each by its code. All is in minor units here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore.ids import TierId
from pushcore.matching.campaign_facts import CampaignFacts, Goal
from pushcore.matching.goal_share import GoalShare, bound_minor
from pushcore.matching.limit_mode import LimitMode
from pushcore.matching.lump_sum import LumpSum
from pushcore.matching.matched import Tally
from pushcore.matching.multiple import Multiple
from pushcore.money import Rounding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Asked", "goals_of", "limits_of", "rests_on_totals", "wanted_by"]


@attrs.frozen
class Asked:
    """What limits look at: a contribution, the campaign before it, and what was matched so far."""

    given: int
    tier_ids: tuple[TierId, ...]
    campaign: CampaignFacts
    of_project: Tally | None
    of_backer: Tally | None


def wanted_by(rule: Multiple | LumpSum, asked: Asked) -> int:
    """What a rule comes to where nothing limits it."""
    return _times(rule, asked.given) if isinstance(rule, Multiple) else rule.amount.minor


def limits_of(rule: Multiple | LumpSum, asked: Asked) -> dict[str, int]:
    """The most that each limit of a rule leaves, by its code, in the order in which they apply."""
    found: dict[str, int | None]
    match rule:
        case Multiple():
            found = {code: limit(rule, asked) for code, limit in _OF_MULTIPLE.items()}
        case LumpSum():
            found = {code: limit(rule, asked) for code, limit in _OF_LUMP_SUM.items()}
        case _:
            assert_never(rule)
    return {code: max(most, 0) for code, most in found.items() if most is not None}


def goals_of(rule: Multiple | LumpSum) -> frozenset[Goal]:
    """The goals that a rule asks for, in whatever round."""
    bound = rule.per_project if isinstance(rule, Multiple) else rule.reached
    shares = {bound.goal} if isinstance(bound, GoalShare) else set()
    rounds = rule.rounds if isinstance(rule, Multiple) else ()
    return frozenset(shares | {_TOWARDS[mode] for mode in rounds if mode in _TOWARDS})


def rests_on_totals(rule: Multiple | LumpSum, number: int) -> bool:
    """Whether what a rule adds in a round depends on how far the campaign has come."""
    return isinstance(rule, LumpSum) or rule.mode(number) in _TOWARDS


def _times(rule: Multiple, minor: int) -> int:
    return minor * rule.factor.numerator // rule.factor.denominator


def _matched(tally: Tally | None) -> int:
    return 0 if tally is None else tally.amount.minor


def _round(rule: Multiple, asked: Asked) -> int | None:
    return 0 if rule.mode(asked.campaign.round) is LimitMode.NONE else None


def _reward(rule: Multiple, asked: Asked) -> int | None:
    listed = not rule.tier_ids or any(tier in rule.tier_ids for tier in asked.tier_ids)
    return None if listed else 0


def _matches_of_backer(rule: Multiple, asked: Asked) -> int | None:
    matches = 0 if asked.of_backer is None else asked.of_backer.matches
    return None if rule.matches_per_backer is None or matches < rule.matches_per_backer else 0


def _contribution(rule: Multiple, _: Asked) -> int | None:
    return None if rule.per_contribution is None else _times(rule, rule.per_contribution.minor)


def _backer(rule: Multiple, asked: Asked) -> int | None:
    return None if rule.per_backer is None else rule.per_backer.minor - _matched(asked.of_backer)


def _project(rule: Multiple, asked: Asked) -> int | None:
    if rule.per_project is None or rule.mode(asked.campaign.round) not in _CAPPED:
        return None
    return bound_minor(rule.per_project, asked.campaign, Rounding.FLOOR) - _matched(asked.of_project)


def _goal(rule: Multiple, asked: Asked) -> int | None:
    goal = _TOWARDS.get(rule.mode(asked.campaign.round))
    if goal is None:
        return None
    # Goteo holds a single drop to what was matched before plus this half. That leaves backers the other half,
    # as its comment says, only where the factor doubles; here it does whatever the factor.
    missing = asked.campaign.goal(goal).minor - asked.campaign.raised.minor
    return min(missing - asked.given, missing // 2)


_CAPPED: Final = frozenset({LimitMode.NORMAL, LimitMode.MINIMUM})
_TOWARDS: Final[Mapping[LimitMode, Goal]] = {
    LimitMode.MINIMUM: Goal.MINIMUM,
    LimitMode.UNLIMITED: Goal.OPTIMUM,
}
_OF_MULTIPLE: Final[Mapping[str, Callable[[Multiple, Asked], int | None]]] = {
    "round-not-matched": _round,
    "reward-not-eligible": _reward,
    "backer-limit": _matches_of_backer,
    "contribution-cap": _contribution,
    "backer-cap": _backer,
    "project-cap": _project,
    "goal-cap": _goal,
}


def _once(_: LumpSum, asked: Asked) -> int | None:
    return None if asked.of_project is None else 0


def _criterion(rule: LumpSum, asked: Asked) -> int | None:
    given = asked.campaign.from_backers.minor + asked.given
    far = rule.reached is None or given >= bound_minor(rule.reached, asked.campaign, Rounding.CEILING)
    return None if far and asked.campaign.backers >= rule.backers else 0


_OF_LUMP_SUM: Final[Mapping[str, Callable[[LumpSum, Asked], int | None]]] = {
    "already-matched": _once,
    "criterion-not-met": _criterion,
}
