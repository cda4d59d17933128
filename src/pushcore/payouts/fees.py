"""Fees: lines that say what a rule is taken of and how it is rounded, and schedules of such lines."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, expect, items, kind, none_such, unique
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import identifier
from pushcore.money import Currency, Money, Rounding
from pushcore.payouts.fee_rules import FeeRule, Piece, fee_rule, piece_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["FeeBase", "FeeLine", "FeeSchedule", "check_currency"]


class FeeBase(StrEnum):
    """What a fee line is taken of: every pledge, rounded each time, or the collected total, rounded once."""

    PLEDGE = "pledge"
    COLLECTED = "collected"

    _missing_ = classmethod(none_such)


@attrs.frozen
class FeeLine:
    """One line of a statement: a rule, what it is taken of, and how it is rounded.

    Nothing is taken of nothing: the fee of a zero amount is zero, its fixed part included.

    Example:
        >>> from pushcore import Fixed, Percent, Percentage, Sum
        >>> rule = Sum([Percent(Percentage.of("3")), Fixed(Money.of("0.20", "USD"))])
        >>> FeeLine("processing", FeeBase.PLEDGE, rule, Rounding.HALF_UP).fee(Money.of("25.00", "USD"))
        Money('0.95', 'USD')
    """

    name: str = attrs.field(validator=identifier)
    base: FeeBase = attrs.field(validator=kind(FeeBase))
    rule: FeeRule = attrs.field(validator=fee_rule)
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    # The rule, composed once: a line is asked for the fee of every pledge.
    _pieces: tuple[Piece, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_pieces", self.rule.pieces)

    def fee(self, amount: Money) -> Money:
        """The fee of one amount.

        Raises:
            InvalidValue: the amount is negative.
            CurrencyMismatch: the rule names an amount of another currency.
        """
        expect(amount, Money, what=f"what fee {self.name} is taken of")
        if amount.minor < 0:
            message = f"fee {self.name} is taken of an amount of at least zero, not of {amount}"
            raise InvalidValue(message, amount=amount)
        check_currency(self.rule.amounts, amount.currency, f"fee {self.name}")
        piece = piece_at(self._pieces, amount.minor)
        fee = self.rounding.divide(piece.slope * amount.minor + piece.constant, piece.divisor)
        return amount.with_minor(fee if amount else 0)

    def summed(self) -> Callable[[list[int]], int]:
        """A function that sums the fees of amounts in minor units, all of them above zero."""
        (_, lowest), *others = [(piece.start, _summed(piece, self.rounding)) for piece in self._pieces]

        def summed(minors: list[int]) -> int:
            total = 0
            for start, add in reversed(others):
                total += add([minor for minor in minors if minor >= start])
                minors = [minor for minor in minors if minor < start]
            return total + lowest(minors)

        return summed


# A fee (n·x + c)/d is never negative, so these roundings are all the floor of a fraction over 2d: twice the
# numerator, plus this.
_AS_FLOOR: Final[dict[Rounding, Callable[[int], int]]] = {
    Rounding.HALF_UP: lambda d: d,
    Rounding.HALF_CEILING: lambda d: d,
    Rounding.HALF_DOWN: lambda d: d - 1,
    Rounding.HALF_FLOOR: lambda d: d - 1,
    Rounding.UP: lambda d: 2 * d - 1,
    Rounding.CEILING: lambda d: 2 * d - 1,
    Rounding.DOWN: lambda _: 0,
    Rounding.FLOOR: lambda _: 0,
}


def _summed(piece: Piece, rounding: Rounding) -> Callable[[list[int]], int]:
    n, c, d = piece.slope, piece.constant, piece.divisor
    if rounding in _AS_FLOOR:
        n, c, d = 2 * n, 2 * c + _AS_FLOOR[rounding](d), 2 * d
        return lambda minors: sum([(n * minor + c) // d for minor in minors])
    divide = rounding.divide
    return lambda minors: sum([divide(n * minor + c, d) for minor in minors])


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
