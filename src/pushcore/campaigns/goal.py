"""Funding goals: what a campaign wants to raise, and how far it has come."""

from __future__ import annotations

from fractions import Fraction

import attrs

from pushcore._checks import expect, kind
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Money

__all__ = ["FundingGoal"]


@attrs.frozen
class FundingGoal:
    """An amount above zero; reached exactly counts as reached.

    Raises:
        InvalidValue: the amount is not money, or not above zero.

    Example:
        >>> goal = FundingGoal(Money.of("200.00", "CHF"))
        >>> goal.reached(Money.of("199.99", "CHF")), goal.percent(Money.of("199.99", "CHF"))
        (False, 99)
    """

    amount: Money = attrs.field(validator=kind(Money))

    @amount.validator
    def _above_zero(self, _: object, amount: Money) -> None:
        if amount.minor <= 0:
            message = f"a goal is above zero, got {amount}"
            raise InvalidValue(message, goal=amount)

    def reached(self, total: Money) -> bool:
        """Whether a total is at least the goal.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        return self._in_its_currency(total).minor >= self.amount.minor

    def share(self, total: Money) -> Fraction:
        """The exact share of the goal that a total is.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        return Fraction(self._in_its_currency(total).minor, self.amount.minor)

    def percent(self, total: Money) -> int:
        """Whole percents, rounded down: 100 is shown when the goal is reached and never before.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        return self.share(total) * 100 // 1

    def _in_its_currency(self, total: Money) -> Money:
        expect(total, Money, what="total")
        if total.currency is not self.amount.currency:
            message = f"a goal of {self.amount} is not reached with {total}: give the total in its currency"
            raise CurrencyMismatch(message, goal=self.amount, total=total)
        return total
