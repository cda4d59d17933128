"""Funding goals: what a campaign wants to raise, in money or in units, and how far it has come."""

from __future__ import annotations

from fractions import Fraction

import attrs

from pushcore._checks import expect, kind
from pushcore.campaigns._totals import Total, alike, number, require_alike, told
from pushcore.campaigns.budget import Budget
from pushcore.campaigns.moving_goal import Known, MovingGoal, read_known
from pushcore.errors import InvalidValue
from pushcore.money import Money

__all__ = ["FundingGoal"]


@attrs.frozen
class FundingGoal:
    """An amount of money, or a number of rewards sold (Ulule's presales); reached exactly is reached.

    Attributes:
        amount: What must be reached, above zero.
        optimum: What is hoped for in a second round, above it (Goteo).
        moving: The costs that it moves with (Spacehive); None for a goal that stays.
        known: Of how much of the total it is known what its payment costs, in a goal that moves.

    Raises:
        InvalidValue: the amount is neither money nor a number, or not above zero; an optimum that is of
            another kind or not above it; or one that moves without what is known, of another currency than
            its costs, or beside an optimum.

    Example:
        >>> goal = FundingGoal(Money.of("200.00", "CHF"))
        >>> goal.reached(Money.of("199.99", "CHF")), goal.percent(Money.of("199.99", "CHF"))
        (False, 99)
        >>> FundingGoal(100).reached(99), FundingGoal(100).reached(100)
        (False, True)
    """

    amount: Total = attrs.field(validator=kind(Money, int))
    optimum: Total | None = attrs.field(default=None, kw_only=True, validator=kind(Money, int, None))
    moving: MovingGoal | None = attrs.field(default=None, kw_only=True, validator=kind(MovingGoal, None))
    known: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))

    def __attrs_post_init__(self) -> None:
        if number(self.amount) <= 0:
            message = f"a goal is above zero, got {told(self.amount)}"
            raise InvalidValue(message, goal=self.amount)
        optimum = self.optimum
        if optimum is not None and not (
            alike(self.amount, optimum) and number(optimum) > number(self.amount)
        ):
            message = f"an optimum lies above the goal of {told(self.amount)}, got {told(optimum)}"
            raise InvalidValue(message, goal=self.amount, optimum=optimum)
        if self.moving is not None or self.known is not None:
            self._require_movable()

    def _require_movable(self) -> None:
        costs, known = self.moving, self.known
        if (
            costs is None
            or known is None
            or known.minor < 0
            or self.optimum is not None
            or not all(alike(self.amount, it) for it in (known, costs.cost))
        ):
            message = f"a goal of {told(self.amount)} moves with costs and what is known of it, not {known}"
            raise InvalidValue(message, goal=self.amount, known=known)

    @staticmethod
    def of_budget(budget: Budget) -> FundingGoal:
        """The goal of a budget: its required lines; the optimum has the optional ones too.

        Raises:
            InvalidValue: it is no budget, or none of its lines is required.
        """
        expect(budget, Budget, what="a budget")
        return FundingGoal(
            budget.minimum, optimum=budget.optimum if budget.optimum > budget.minimum else None
        )

    @staticmethod
    def of_costs(
        costs: MovingGoal, known: Known | None = None, *, matched: Money | None = None
    ) -> FundingGoal:
        """The goal that costs come to, with the payments known so far; it moves as more of them are known.

        Args:
            costs: What a project costs.
            known: The amounts of the pledges of which it is known how they are paid, by payment method.
            matched: What sponsors added to them, of which it is known that its payment costs nothing.

        Raises:
            CurrencyMismatch: an amount is of another currency than the cost.
            InvalidValue: there is no such payment method, or an amount is negative.
        """
        expect(costs, MovingGoal, what="what a project costs")
        paid = read_known({} if known is None else known)
        total = Money.total((it for several in paid.values() for it in several), costs.cost.currency)
        amount = costs.given(paid, matched=matched).amount
        return FundingGoal(amount, moving=costs, known=total if matched is None else total + matched)

    def settled(self, total: Total) -> bool:
        """Whether it moves no more at this total, since it is known what every payment of it costs.

        It is reached then if, and only if, the project gets its cost.
        """
        return self.known is None or self.known == total

    def reached(self, total: Total) -> bool:
        """Whether a total is at least the goal.

        Raises:
            CurrencyMismatch: the total is of another currency.
            InvalidValue: it is a number where the goal is money, or the other way round.
        """
        return self._alike(total) >= number(self.amount)

    def share(self, total: Total) -> Fraction:
        """The exact share of the goal that a total is.

        Raises:
            CurrencyMismatch: the total is of another currency.
            InvalidValue: it is a number where the goal is money, or the other way round.
        """
        return Fraction(self._alike(total), number(self.amount))

    def percent(self, total: Total) -> int:
        """Whole percents, rounded down: 100 is shown when the goal is reached and never before.

        Raises:
            CurrencyMismatch: the total is of another currency.
            InvalidValue: it is a number where the goal is money, or the other way round.
        """
        return self.share(total) * 100 // 1

    def _alike(self, total: Total) -> int:
        expect(total, Money, int, what="total")
        require_alike(total, self.amount, what="a goal of")
        return number(total)
