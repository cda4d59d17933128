"""Matching by a criterion: one sum, once, for a project that has come so far."""

from __future__ import annotations

import attrs

from pushcore._checks import above_zero, counted, kind
from pushcore.errors import InvalidValue
from pushcore.matching.goal_share import Bound, bound
from pushcore.money import Money

__all__ = ["LumpSum"]


@attrs.frozen
class LumpSum:
    """One sum, given once to a project that has reached so much from so many backers.

    What counts is what backers gave, reached exactly included, as with Goteo's "criteriainvest" (7a28615,
    October 2024). Where the pools hold less, what they hold is given, and that was it.

    Attributes:
        amount: What is given.
        reached: What backers must have given: an amount, or a share of the goal.
        backers: How many different ones there must be.

    Raises:
        InvalidValue: an amount is not above zero, or there is nothing to reach.

    Example:
        >>> from pushcore.matching import Goal, GoalShare
        >>> from pushcore.money import Percentage
        >>> half = GoalShare(Percentage.of("50"), Goal.MINIMUM)
        >>> rule = LumpSum(Money.of("100.00", "EUR"), reached=half, backers=20)
    """

    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    reached: Bound | None = attrs.field(default=None, kw_only=True, validator=bound)
    backers: int = attrs.field(default=0, kw_only=True, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        if self.reached is None and not self.backers:
            message = f"a lump sum of {self.amount} is given when something is reached: say what"
            raise InvalidValue(message, amount=self.amount)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the rule names."""
        return (self.amount, self.reached) if isinstance(self.reached, Money) else (self.amount,)
