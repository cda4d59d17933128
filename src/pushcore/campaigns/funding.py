"""Funding models: what becomes of a campaign that ends with so much pledged.

Both models here charge after the close, and neither undoes a success when charges fail later.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pushcore._checks import expect, none_such
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.lifecycle import Trigger

if TYPE_CHECKING:
    from pushcore.money import Money

__all__ = ["FundingModel"]


class FundingModel(StrEnum):
    """All-or-nothing fails below its goal; keep-it-all keeps whatever was pledged, and fails with nothing."""

    ALL_OR_NOTHING = "all-or-nothing"
    KEEP_IT_ALL = "keep-it-all"

    _missing_ = classmethod(none_such)

    def verdict(self, goal: FundingGoal, pledged: Money) -> Trigger:
        """How a campaign ends with this much pledged.

        Example:
            >>> from pushcore import FundingGoal, Money
            >>> goal = FundingGoal(Money.of("100.00", "EUR"))
            >>> [model.verdict(goal, Money.of("40.00", "EUR")).value for model in FundingModel]
            ['fail', 'fund-partially']

        Raises:
            CurrencyMismatch: the total is of another currency than the goal.
        """
        expect(goal, FundingGoal, what="goal")
        if goal.reached(pledged):
            return Trigger.SUCCEED
        if self is FundingModel.KEEP_IT_ALL and pledged:
            return Trigger.FUND_PARTIALLY
        return Trigger.FAIL
