"""Fees as data: rules that compose, and lines that say what a rule is taken of and how it is rounded.

Every rule is piecewise linear in the amount it is taken of, so a rule is known by its pieces, and any
composition of rules is again a short table of pieces. A million pledges are then a million integer
multiplications.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from pushcore._checks import each, items, kind, shown, unique
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import identifier
from pushcore.money import Currency, Money, Percentage, Rounding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Below", "FeeBase", "FeeLine", "FeeRule", "FeeSchedule", "Fixed", "Percent", "Piece", "Sum"]


@attrs.frozen
class Piece:
    """Where a fee is one straight line: from this many minor units on it is (slope x amount + constant) / divisor."""

    start: int
    slope: int
    constant: int
    divisor: int


class FeeRule(Protocol):
    """A fee as a function of the amount it is taken of."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The straight lines it is made of, by rising start; the first starts at zero."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The amounts of money it names, all of which must be of the campaign's currency."""


def _not_negative(owner: object, attribute: attrs.Attribute[object], value: Money | Percentage) -> None:
    if (value.minor if isinstance(value, Money) else value.numerator) < 0:
        message = f"{type(owner).__name__}.{attribute.name}: a fee is at least zero, got {value}"
        raise InvalidValue(message, value=value)


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
    def _rules(self, _: object, rules: tuple[object, ...]) -> None:
        if not rules or not all(isinstance(rule, RULES) for rule in rules):
            message = f"a sum is taken of fee rules, got {shown(rules)}"
            raise InvalidValue(message, rules=rules)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """A line wherever one of the rules starts a new one."""
        tables = [rule.pieces for rule in self.rules]
        starts = sorted({piece.start for table in tables for piece in table})
        return tuple(_added(start, [_at(table, start) for table in tables]) for start in starts)

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
    then: FeeRule = attrs.field()
    otherwise: FeeRule = attrs.field()

    @then.validator
    @otherwise.validator
    def _rule(self, attribute: attrs.Attribute[object], rule: object) -> None:
        if not isinstance(rule, RULES):
            message = f"Below.{attribute.name}: expected a fee rule, got {shown(rule)}"
            raise InvalidValue(message, rule=rule)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those of the one rule up to the limit, then those of the other."""
        limit = self.limit.minor
        above = self.otherwise.pieces
        return (
            *(piece for piece in self.then.pieces if piece.start < limit),
            attrs.evolve(_at(above, limit), start=limit),
            *(piece for piece in above if piece.start > limit),
        )

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The limit, and those of its rules."""
        return (self.limit, *self.then.amounts, *self.otherwise.amounts)


RULES: Final = (Percent, Fixed, Sum, Below)


def _at(table: tuple[Piece, ...], minor: int) -> Piece:
    return table[bisect_right(table, minor, key=lambda piece: piece.start) - 1]


def _added(start: int, pieces: Iterable[Piece]) -> Piece:
    slope, constant, divisor = 0, 0, 1
    for piece in pieces:
        slope = slope * piece.divisor + piece.slope * divisor
        constant = constant * piece.divisor + piece.constant * divisor
        divisor *= piece.divisor
    return Piece(start, slope, constant, divisor)


class FeeBase(StrEnum):
    """What a fee line is taken of: every pledge, rounded each time, or the collected total, rounded once."""

    PLEDGE = "pledge"
    COLLECTED = "collected"


@attrs.frozen
class FeeLine:
    """One line of a statement: a rule, what it is taken of, and how it is rounded.

    Nothing is taken of nothing: the fee of a zero amount is zero, its fixed part included.

    Example:
        >>> card = FeeLine("processing", FeeBase.PLEDGE, Sum([Percent(Percentage.of("3")), Fixed(Money.of("0.20", "USD"))]),
        ...                Rounding.HALF_UP)
        >>> card.fee(Money.of("25.00", "USD"))
        Money('0.95', 'USD')
    """

    name: str = attrs.field(validator=identifier)
    base: FeeBase = attrs.field(validator=kind(FeeBase))
    rule: FeeRule = attrs.field()
    rounding: Rounding = attrs.field(validator=kind(Rounding))

    @rule.validator
    def _rule(self, _: object, rule: object) -> None:
        if not isinstance(rule, RULES):
            message = f"fee {self.name}: expected a fee rule, got {shown(rule)}"
            raise InvalidValue(message, rule=rule)

    def fee(self, amount: Money) -> Money:
        """The fee of one amount.

        Raises:
            InvalidValue: the amount is negative.
        """
        if not isinstance(amount, Money) or amount.minor < 0:
            message = f"fee {self.name} is taken of an amount of at least zero, not of {shown(amount)}"
            raise InvalidValue(message, amount=amount)
        check_currency(self.rule.amounts, amount.currency, f"fee {self.name}")
        piece = _at(self.rule.pieces, amount.minor)
        fee = self.rounding.divide(piece.slope * amount.minor + piece.constant, piece.divisor)
        return amount.with_minor(fee if amount else 0)

    def summed(self) -> Callable[[Iterable[tuple[int, int]]], int]:
        """A function that sums the fee over (minor units, how many times) pairs, for amounts above zero."""
        pieces = self.rule.pieces
        sums = [_summed(piece, self.rounding) for piece in pieces]
        if len(pieces) == 1:
            return sums[0]
        starts = [piece.start for piece in pieces]

        def summed(counts: Iterable[tuple[int, int]]) -> int:
            groups: list[list[tuple[int, int]]] = [[] for _ in pieces]
            for count in counts:
                groups[bisect_right(starts, count[0]) - 1].append(count)
            return sum(add(group) for add, group in zip(sums, groups, strict=True))

        return summed


# How (n·x + c)/d, never negative here, is rounded by one floor division: what n, c and d become.
_AS_FLOOR: Final[dict[Rounding, Callable[[int, int, int], tuple[int, int, int]]]] = {
    Rounding.HALF_UP: lambda n, c, d: (2 * n, 2 * c + d, 2 * d),
    Rounding.HALF_CEILING: lambda n, c, d: (2 * n, 2 * c + d, 2 * d),
    Rounding.HALF_DOWN: lambda n, c, d: (2 * n, 2 * c + d - 1, 2 * d),
    Rounding.HALF_FLOOR: lambda n, c, d: (2 * n, 2 * c + d - 1, 2 * d),
    Rounding.UP: lambda n, c, d: (n, c + d - 1, d),
    Rounding.CEILING: lambda n, c, d: (n, c + d - 1, d),
    Rounding.DOWN: lambda n, c, d: (n, c, d),
    Rounding.FLOOR: lambda n, c, d: (n, c, d),
}


def _summed(piece: Piece, rounding: Rounding) -> Callable[[Iterable[tuple[int, int]]], int]:
    n, c, d = piece.slope, piece.constant, piece.divisor
    if rounding in _AS_FLOOR:
        n, c, d = _AS_FLOOR[rounding](n, c, d)
        return lambda counts: sum([(n * minor + c) // d * times for minor, times in counts])
    divide = rounding.divide
    return lambda counts: sum([divide(n * minor + c, d) * times for minor, times in counts])


@attrs.frozen
class FeeSchedule:
    """The fee lines of a campaign, each of its own name; none at all is a schedule too."""

    lines: tuple[FeeLine, ...] = attrs.field(default=(), converter=items, validator=each(FeeLine))

    def __attrs_post_init__(self) -> None:
        unique(self.names, what="fee line")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the lines, in order."""
        return tuple(line.name for line in self.lines)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the rules name."""
        return tuple(amount for line in self.lines for amount in line.rule.amounts)

    def of(self, base: FeeBase) -> Iterator[FeeLine]:
        """The lines taken of this base."""
        return (line for line in self.lines if line.base is base)


def check_currency(amounts: Iterable[Money], currency: Currency, what: str) -> None:
    """Refuse an amount of another currency.

    Raises:
        CurrencyMismatch: naming the first.
    """
    for amount in amounts:
        if amount.currency is not currency:
            message = f"{what} names {amount}, but the currency is {currency}"
            raise CurrencyMismatch(message, amount=amount, currency=currency)
