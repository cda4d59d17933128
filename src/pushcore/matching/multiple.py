"""Matching by a factor: so many times what a backer gives, within caps.

Goteo's matcher, Goteo's calls and Crowdfunder's live match are this one rule with other numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind
from pushcore.errors import InvalidValue
from pushcore.ids import TierId
from pushcore.matching.goal_share import Bound, bound
from pushcore.matching.limit_mode import LimitMode
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Multiple"]


def _exact(factor: Any) -> Fraction:  # noqa: ANN401  most is refused
    return (factor if isinstance(factor, Percentage) else Percentage.of_fraction(factor)).fraction


@attrs.frozen
class Multiple:
    """So many times what a backer gives, rounded down, within every cap that is named.

    Attributes:
        factor: What is added to each unit given, as an exact number or a percentage: 1 is pound for pound. A
            call of Goteo with factor 2 doubles, so it adds 1.
        per_contribution: How much of one contribution is matched; what is added is at most this times the
            factor.
        per_backer: The most that is added to what one backer gives to one project.
        matches_per_backer: How many contributions of one backer to one project are matched.
        per_project: The most that is added to one project: an amount, or a share of its goal.
        tier_ids: The rewards of which one must be chosen; without any, none need be.
        rounds: The limit mode of each round, from the first on; a round beyond them is not matched. Without
            any, every round is ``NORMAL``.

    Raises:
        InvalidValue: the factor is not an exact number above zero, or a cap is not above zero.

    Example:
        >>> live_match = Multiple(1, per_contribution=Money.of("250.00", "GBP"))  # Crowdfunder
        >>> matcher = Multiple(  # Goteo, when nothing else is said
        ...     1,
        ...     per_contribution=Money.of("100", "EUR"),
        ...     per_project=Money.of("500", "EUR"),
        ...     matches_per_backer=1,
        ... )
    """

    factor: Fraction = attrs.field(converter=_exact)
    per_contribution: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), above_zero]
    )
    per_backer: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), above_zero]
    )
    matches_per_backer: int | None = attrs.field(
        default=None, kw_only=True, validator=counted(1, optional=True)
    )
    per_project: Bound | None = attrs.field(default=None, kw_only=True, validator=bound)
    tier_ids: tuple[TierId, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(str))
    rounds: tuple[LimitMode, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(LimitMode)
    )

    @factor.validator
    def _above_zero(self, _: attrs.Attribute[Any], factor: Fraction) -> None:
        if factor <= 0:
            message = f"Multiple.factor: expected more than zero, got {factor}"
            raise InvalidValue(message, factor=factor)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the rule names."""
        named = (self.per_contribution, self.per_backer, self.per_project)
        return tuple(amount for amount in named if isinstance(amount, Money))

    def mode(self, number: int) -> LimitMode:
        """The limit mode of a round, counted from 1."""
        expect(number, int, what="round", least=1)
        if not self.rounds:
            return LimitMode.NORMAL
        return self.rounds[number - 1] if number <= len(self.rounds) else LimitMode.NONE
