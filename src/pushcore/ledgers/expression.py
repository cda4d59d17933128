"""Expressions: sums of named amounts, such as ``gross - 2.9% gross - fee``, and equations between two."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import attrs

from pushcore._checks import expect, shown
from pushcore.errors import InvalidValue
from pushcore.money import Rounding

__all__ = ["NAME", "Equation", "Expression", "Number"]

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
"""How an amount is called."""

_TERM: Final = re.compile(
    rf"\s*(?P<sign>[+-])?\s*(?:(?P<number>[0-9]{{1,18}}(?:\.[0-9]{{1,18}})?)\s*(?P<percent>%)?\s*\*?\s*)?"
    rf"(?P<name>{NAME.pattern})?\s*"
)
_RELATION: Final = re.compile("(<=|>=|=|<|>)")
Number = int | Fraction
_HOLDS: Final[dict[str, Callable[[Number, Number], bool]]] = {
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


@attrs.frozen
class Expression:
    """A sum of amounts, each perhaps times a number or a percentage; a number alone is in whole units.

    Example:
        >>> Expression.of("gross - 10% gross + 0.30").value({"gross": 1005}, 100)
        Fraction(1869, 2)
    """

    text: str
    names: tuple[str, ...] = attrs.field(repr=False, eq=False)
    """The amounts that it is made of."""
    _terms: tuple[tuple[Number, str], ...] = attrs.field(repr=False, eq=False)

    @classmethod
    def of(cls, text: str) -> Expression:
        """The expression that is written so.

        Raises:
            InvalidValue: it is no sum of names and numbers.
        """
        expect(text, str, what="a sum of amounts")
        terms: list[tuple[Number, str]] = []
        at = 0
        while at < len(text) or not terms:
            term = _TERM.match(text, at)
            if term is None or not (term["number"] or term["name"]) or (terms and not term["sign"]):
                message = f"expected a sum of amounts, such as 'gross - 10% fee', got {shown(text)}"
                raise InvalidValue(message, value=text)
            if term["percent"] and not term["name"]:
                message = f"a percentage is of some amount, such as '10% gross', in {shown(text)}"
                raise InvalidValue(message, value=text)
            factor = Fraction(term["number"] or 1) / (100 if term["percent"] else 1)
            factor = -factor if term["sign"] == "-" else factor
            terms.append((int(factor) if factor.denominator == 1 else factor, term["name"] or ""))
            at = term.end()
        return cls(text.strip(), tuple(name for _, name in terms if name), tuple(terms))

    @property
    def whole(self) -> bool:
        """Whether it is a whole number of minor units, whatever the amounts are, if they are."""
        return all(factor.__class__ is int and name for factor, name in self._terms)

    def value(self, amounts: Mapping[str, Number], unit: int) -> Number:
        """What it comes to for amounts in minor units, of which a whole unit has so many."""
        return sum(factor * (amounts[name] if name else unit) for factor, name in self._terms)


@attrs.frozen
class Equation:
    """Two expressions, and how they are to compare; each is rounded first, if it is said how.

    Example:
        >>> law = Equation.of("fee = -10% gross", Rounding.HALF_UP)
        >>> law.sides({"fee": -133, "gross": 1337}, 100), law.holds(-133, -134)
        ((-133, -134), False)
    """

    text: str
    left: Expression = attrs.field(repr=False)
    right: Expression = attrs.field(repr=False)
    relation: str = attrs.field(repr=False)
    rounding: Rounding | None = attrs.field(repr=False)

    @classmethod
    def of(cls, text: str, rounding: Rounding | None = None) -> Equation:
        """The equation or inequation that is written so: with one of =, <=, >=, < and > in it.

        Raises:
            InvalidValue: it is written in another way.
        """
        expect(text, str, what="an equation")
        match _RELATION.split(text):
            case [left, relation, right]:
                sides = Expression.of(left), Expression.of(right)
                return cls(text.strip(), *sides, relation, rounding)
            case _:
                message = f"expected one of =, <=, >=, < and > between two sums of amounts, got {shown(text)}"
                raise InvalidValue(message, value=text)

    @property
    def names(self) -> tuple[str, ...]:
        """The amounts that it is about."""
        return (*self.left.names, *self.right.names)

    def sides(self, amounts: Mapping[str, Number], unit: int) -> tuple[Number, Number]:
        """What its two sides come to for amounts in minor units, of which a whole unit has so many."""
        return self._side(self.left, amounts, unit), self._side(self.right, amounts, unit)

    def holds(self, left: Number, right: Number) -> bool:
        """Whether its sides compare as they should."""
        return _HOLDS[self.relation](left, right)

    def _side(self, side: Expression, amounts: Mapping[str, Number], unit: int) -> Number:
        value = side.value(amounts, unit)
        if self.rounding is None or value.__class__ is int:
            return value
        return self.rounding.divide(value.numerator, value.denominator)
