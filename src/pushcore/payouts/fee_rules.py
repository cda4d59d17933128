"""Fee rules as data: small rules that compose.

Every rule is piecewise linear in the amount it is taken of, so a rule is known by its pieces, and any
composition of rules is again a short table of pieces. A million pledges are then a million integer
multiplications.
"""

from __future__ import annotations

from bisect import bisect_right
from math import lcm
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from pushcore._checks import items, kind, shown
from pushcore.errors import InvalidValue
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RULES", "Below", "FeeRule", "Fixed", "Percent", "Piece", "Sum", "fee_rule", "piece_at"]


@attrs.frozen
class Piece:
    """A straight line of a fee: from ``start`` minor units on, (slope x amount + constant) / divisor."""

    start: int
    slope: int
    constant: int
    divisor: int


class FeeRule(Protocol):
    """A fee as a function of the amount it is taken of: `Percent`, `Fixed`, `Sum` or `Below`.

    There are no others, since a rule is data: terms that name it are written down and read again.
    """

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The straight lines it is made of, by rising start; the first starts at zero."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The amounts of money it names, all of which must be of the campaign's currency."""


def _not_negative(owner: object, attribute: attrs.Attribute[Any], value: Money | Percentage) -> None:
    if (value.minor if isinstance(value, Money) else value.numerator) < 0:
        message = f"{type(owner).__name__}.{attribute.name}: expected at least zero, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


def fee_rule(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator: the value is one of the rules."""
    if not isinstance(value, RULES):
        message = f"{type(owner).__name__}.{attribute.name}: expected a fee rule, got {shown(value)}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Percent:
    """A percentage of the amount."""

    rate: Percentage = attrs.field(validator=[kind(Percentage), _not_negative])

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """One line through zero."""
        return (Piece(0, self.rate.numerator, 0, self.rate.denominator),)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """None."""
        return ()


@attrs.frozen
class Fixed:
    """The same amount every time."""

    amount: Money = attrs.field(validator=[kind(Money), _not_negative])

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """One flat line."""
        return (Piece(0, 0, self.amount.minor, 1),)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The amount itself."""
        return (self.amount,)


@attrs.frozen
class Sum:
    """Several rules added up and rounded once: 3 % + 0.20."""

    rules: tuple[FeeRule, ...] = attrs.field(converter=items)

    @rules.validator
    def _check(self, attribute: attrs.Attribute[Any], rules: tuple[object, ...]) -> None:
        for rule in rules or (None,):
            fee_rule(self, attribute, rule)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """A line wherever one of the rules starts a new one."""
        tables = [rule.pieces for rule in self.rules]
        starts = sorted({piece.start for table in tables for piece in table})
        return tuple(_added(start, [piece_at(table, start) for table in tables]) for start in starts)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Those of its rules."""
        return tuple(amount for rule in self.rules for amount in rule.amounts)


@attrs.frozen
class Below:
    """One rule for amounts strictly below a limit, another from the limit on.

    Kickstarter takes 5 % + 0.05 of pledges under 10.00, and 3 % + 0.20 of all others: exactly 10.00 pays
    the latter.
    """

    limit: Money = attrs.field(validator=[kind(Money), _not_negative])
    then: FeeRule = attrs.field(validator=fee_rule)
    otherwise: FeeRule = attrs.field(validator=fee_rule)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those of the one rule up to the limit, then those of the other."""
        limit = self.limit.minor
        above = self.otherwise.pieces
        return (
            *(piece for piece in self.then.pieces if piece.start < limit),
            attrs.evolve(piece_at(above, limit), start=limit),
            *(piece for piece in above if piece.start > limit),
        )

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The limit, and those of its rules."""
        return (self.limit, *self.then.amounts, *self.otherwise.amounts)


RULES: Final = (Percent, Fixed, Sum, Below)


def piece_at(table: tuple[Piece, ...], minor: int) -> Piece:
    """The piece that holds for this many minor units."""
    return table[bisect_right(table, minor, key=lambda piece: piece.start) - 1]


def _added(start: int, pieces: Sequence[Piece]) -> Piece:
    divisor = lcm(*(piece.divisor for piece in pieces))
    slope = sum(piece.slope * (divisor // piece.divisor) for piece in pieces)
    constant = sum(piece.constant * (divisor // piece.divisor) for piece in pieces)
    return Piece(start, slope, constant, divisor)
