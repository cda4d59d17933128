"""Funding models: what becomes of a campaign that ends with so much pledged.

Both models here charge after the close, and neither undoes a success when charges fail later.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pushcore._checks import shown
from pushcore.campaigns.lifecycle import Trigger
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from pushcore.campaigns.goal import FundingGoal
    from pushcore.money import Money

__all__ = ["FundingModel"]


class FundingModel(StrEnum):
    """All-or-nothing fails below its goal; keep-it-all keeps whatever was pledged, and fails with nothing."""

    ALL_OR_NOTHING = "all-or-nothing"
    KEEP_IT_ALL = "keep-it-all"

    @classmethod
    def _missing_(cls, value: object) -> FundingModel:
        message = f"no funding model {shown(value)}; there are {', '.join(cls)}"
        raise InvalidValue(message, value=value)

    def verdict(self, goal: FundingGoal, pledged: Money) -> Trigger:
        """How a campaign ends with this much pledged.

        Example:
            >>> from pushcore import Money
            >>> from pushcore.campaigns import FundingGoal
            >>> FundingModel.KEEP_IT_ALL.verdict(FundingGoal(Money.of("100", "EUR")), Money.of("40", "EUR")).value
            'fund-partially'
        """
        if goal.reached(pledged):
            return Trigger.SUCCEED
        if self is FundingModel.KEEP_IT_ALL and pledged:
            return Trigger.FUND_PARTIALLY
        return Trigger.FAIL
