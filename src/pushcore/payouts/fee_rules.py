"""Fee rules as data: small rules that compose.

Every rule is piecewise linear in the amount it is taken of, so a rule is known by its pieces, and any
composition of rules is again a short table of pieces. A million pledges are then a million integer
multiplications.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from pushcore._checks import items, kind, not_negative, shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Money, Percentage
from pushcore.payouts.pieces import Piece, added, clamped, joined, line, piece_at

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "RULES",
    "Below",
    "Bracket",
    "Brackets",
    "Clamp",
    "FeeRule",
    "Fixed",
    "Percent",
    "Piece",
    "Sum",
    "fee_rule",
    "piece_at",
]


class FeeRule(Protocol):
    """A fee as a function of the amount it is taken of: one of the rules of this module.

    There are no others, since a rule is data: terms that name it are written down and read again.
    """

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The straight lines it is made of, by rising start; the first starts at zero."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The amounts of money it names, all of which must be of the campaign's currency."""


def fee_rule(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator: the value is one of the rules."""
    if not isinstance(value, RULES):
        message = f"{type(owner).__name__}.{attribute.name}: expected a fee rule, got {shown(value)}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Percent:
    """A percentage of the amount."""

    rate: Percentage = attrs.field(validator=[kind(Percentage), not_negative])

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

    amount: Money = attrs.field(validator=[kind(Money), not_negative])

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
        return added([rule.pieces for rule in self.rules])

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Those of its rules."""
        return tuple(amount for rule in self.rules for amount in rule.amounts)


@attrs.frozen
class Below:
    """One rule for amounts strictly below a limit, another from the limit on.

    Kickstarter takes 5 % + 0.05 of pledges under 10.00, and 3 % + 0.20 of all others: exactly 10.00 pays
    the latter. With ``inclusive`` the limit itself pays the former, as rules *up to* an amount have it.
    """

    limit: Money = attrs.field(validator=[kind(Money), not_negative])
    then: FeeRule = attrs.field(validator=fee_rule)
    otherwise: FeeRule = attrs.field(validator=fee_rule)
    inclusive: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those of the one rule up to the limit, then those of the other."""
        return joined(self.then.pieces, self.otherwise.pieces, (self.limit.minor, self.inclusive))

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The limit, and those of its rules."""
        return (self.limit, *self.then.amounts, *self.otherwise.amounts)


@attrs.frozen
class Bracket:
    """A rate, and up to which amount it is paid; None for any."""

    rate: Percentage = attrs.field(validator=[kind(Percentage), not_negative])
    up_to: Money | None = attrs.field(default=None, validator=kind(Money, None))


@attrs.frozen
class Brackets:
    """A rate for each part of the amount: so much up to a limit, and another rate of what lies above it.

    Ulule takes 20/3 % of the first 100,000 of a campaign, 35/6 % of what it raises beyond that, and so on. A
    campaign that comes into the next bracket pays no more for what it had before.

    Raises:
        InvalidValue: there are none, or their limits do not rise from above zero to a last one without.
        CurrencyMismatch: the limits are of several currencies.

    Example:
        >>> hundred = Money.of("100.00", "EUR")
        >>> rule = Brackets([Bracket(Percentage.of(10), hundred), Bracket(Percentage.of(5))])
        >>> [int(Fraction(it.slope * 200_00 + it.constant, it.divisor)) for it in rule.pieces[1:]]
        [1500]
    """

    brackets: tuple[Bracket, ...] = attrs.field(converter=items)

    @brackets.validator
    def _check(self, _: attrs.Attribute[Any], brackets: tuple[object, ...]) -> None:
        for bracket in brackets or (None,):
            if not isinstance(bracket, Bracket):
                message = f"Brackets.brackets: expected a bracket, got {shown(bracket)}"
                raise InvalidValue(message, field="brackets", value=bracket)
        _one_currency(self.amounts)
        ends = [0, *(limit.minor for limit in self.amounts)]
        rising = all(one < other for one, other in pairwise(ends))
        if not rising or [it.up_to is None for it in self.brackets] != [False] * (len(ends) - 1) + [True]:
            message = "the limits of brackets rise from above zero, and the last bracket has none"
            raise InvalidValue(message, field="brackets", value=self.amounts)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """A line for each bracket, which goes on where the one before ends."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[Piece]:
        start, rate, constant = 0, Fraction(0), Fraction(0)
        for bracket in self.brackets:
            constant += (rate - bracket.rate.fraction) * start
            rate = bracket.rate.fraction
            yield line(start, rate, constant)
            start = 0 if bracket.up_to is None else bracket.up_to.minor

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The limits."""
        return tuple(bracket.up_to for bracket in self.brackets if bracket.up_to is not None)


@attrs.frozen
class Clamp:
    """A rule, but at least or at most so much, or both: 2.5 %, at least 5.00 and at most 250.00.

    Raises:
        InvalidValue: neither is given, one is below zero, or the least is more than the most.
        CurrencyMismatch: they are of two currencies.
    """

    rule: FeeRule = attrs.field(validator=fee_rule)
    at_least: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), not_negative]
    )
    at_most: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), not_negative]
    )

    def __attrs_post_init__(self) -> None:
        least, most = self.at_least, self.at_most
        if least is None and most is None:
            message = "give at_least, at_most or both: otherwise the rule stands alone"
            raise InvalidValue(message, rule=self.rule)
        if least is not None and most is not None:
            _one_currency((least, most))
            if least > most:
                message = f"a fee of at least {least} is never at most {most}"
                raise InvalidValue(message, at_least=least, at_most=most)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those of the rule, flat where they are below the least or above the most."""
        least, most = (None if bound is None else bound.minor for bound in (self.at_least, self.at_most))
        return clamped(self.rule.pieces, least, most)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The bounds, and those of the rule."""
        bounds = (bound for bound in (self.at_least, self.at_most) if bound is not None)
        return (*bounds, *self.rule.amounts)


RULES: Final = (Percent, Fixed, Sum, Below, Brackets, Clamp)


def _one_currency(amounts: tuple[Money, ...]) -> None:
    for amount in amounts[1:]:
        if amount.currency is not amounts[0].currency:
            message = f"{amounts[0]} and {amount} are not of one currency"
            raise CurrencyMismatch(message, amounts=amounts)
