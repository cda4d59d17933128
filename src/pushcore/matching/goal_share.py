"""Bounds that are an amount, or a percentage of what a campaign raises towards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.matching.campaign_facts import CampaignFacts, Goal
from pushcore.money import Money, Percentage, Rounding

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Bound", "GoalShare", "bound", "bound_minor"]


@attrs.frozen
class GoalShare:
    """A percentage of a campaign's minimum or optimum.

    Goteo's calls cap a project at a percentage of its minimum or, where nothing is said, at half its optimum
    (goteo 7a28615, October 2024).

    Raises:
        InvalidValue: the percentage is not above zero.

    Example:
        >>> half = GoalShare(Percentage.of("50"), Goal.OPTIMUM)
        >>> campaign = CampaignFacts("lanterne", Money.zero("EUR"), optimum=Money.of("0.25", "EUR"))
        >>> half.of(campaign, rounding=Rounding.FLOOR)
        Money('0.12', 'EUR')
    """

    percentage: Percentage = attrs.field(validator=kind(Percentage))
    goal: Goal = attrs.field(validator=kind(Goal))

    @percentage.validator
    def _above_zero(self, _: attrs.Attribute[Any], percentage: Percentage) -> None:
        if percentage.numerator <= 0:
            message = f"GoalShare.percentage: expected more than 0%, got {percentage}"
            raise InvalidValue(message, percentage=percentage)

    def of(self, campaign: CampaignFacts, *, rounding: Rounding) -> Money:
        """What it comes to for a campaign; a cap is rounded down, something to reach is rounded up.

        Raises:
            InvalidValue: the facts do not say what the goal is.
        """
        expect(campaign, CampaignFacts, what="facts of a campaign")
        return campaign.goal(self.goal).times(self.percentage, rounding)


Bound = Money | GoalShare
"""An amount, or a share of a goal."""


def bound(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator: an amount above zero, a share of a goal, or None."""
    if value is None or isinstance(value, GoalShare) or (isinstance(value, Money) and value.minor > 0):
        return
    message = (
        f"{type(owner).__name__}.{attribute.name}: "
        f"expected an amount above zero or a share of a goal, got {shown(value)}"
    )
    raise InvalidValue(message, field=attribute.name, value=value)


def bound_minor(it: Bound, campaign: CampaignFacts, rounding: Rounding) -> int:
    """What a bound comes to for a campaign, in minor units."""
    return it.minor if isinstance(it, Money) else it.of(campaign, rounding=rounding).minor
