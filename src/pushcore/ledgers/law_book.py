"""The law book: the laws of a map, held against the lines of a ledger as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b

import attrs

from pushcore._checks import LONGEST, is_name, shown
from pushcore.ledgers.expression import Number
from pushcore.ledgers.law import Law, Relation
from pushcore.ledgers.ledger_map import LedgerMap
from pushcore.ledgers.map_document import LINE
from pushcore.ledgers.mapped_rows import Line
from pushcore.ledgers.verdict import LawTally, LedgerFinding
from pushcore.money import Currency, Money
from pushcore.money.amount import plain

__all__ = ["LawBook"]


@attrs.define
class _Sums:
    """The lines of a group, and what their amounts add up to."""

    lines: list[int] = attrs.field(factory=list)
    amounts: dict[str, Number] = attrs.field(factory=dict)


_Groups = dict[tuple[str, Currency], _Sums]


@attrs.define
class LawBook:
    """What the lines so far have to do with each law.

    Attributes:
        ledger_map: Whose laws they are.
        found: Told of every finding.
    """

    ledger_map: LedgerMap
    found: Callable[[LedgerFinding], object]
    checked: dict[str, int] = attrs.field(factory=dict)
    broken: dict[str, int] = attrs.field(factory=dict)
    groups: dict[str, _Groups] = attrs.field(factory=dict)
    seen: dict[str, dict[str, int]] = attrs.field(factory=dict)

    def see(self, line: Line) -> None:
        """Hold a line against every law that is about it."""
        amounts: dict[str, Number] | None = None
        for law in self.ledger_map.laws:
            if law.where is not None and not law.where.holds(line.row):
                continue
            if law.says is None:
                self._unique(law, line)
                continue
            if amounts is None:
                amounts = self._amounts(line)
            if law.each == LINE:
                self._judge(law, law.says, amounts, line.currency, (line.number,), line)
            elif key := self._group(law.each, line):
                self._add(law, (key, line.currency), amounts, line.number)

    def finish(self) -> Iterator[LawTally]:
        """Hold every group against its laws, when all lines are seen."""
        for law in self.ledger_map.laws:
            for (key, currency), sums in self.groups.pop(law.name, {}).items():
                if law.says is not None:
                    self._judge(law, law.says, sums.amounts, currency, tuple(sums.lines), key)
            yield LawTally(law.name, self.checked.get(law.name, 0), self.broken.get(law.name, 0))

    def _judge(  # noqa: PLR0913, PLR0917  what is judged, by what, and what is said of it
        self,
        law: Law,
        says: Relation,
        amounts: dict[str, Number],
        currency: Currency,
        lines: tuple[int, ...],
        whose: Line | str,
    ) -> None:
        if law.when is not None and not law.when.equation.holds(*_sides(law.when, amounts, currency)):
            return
        self.checked[law.name] = self.checked.get(law.name, 0) + 1
        left, right = _sides(says, amounts, currency)
        if not says.equation.holds(left, right):
            off = left - right
            sides = (_shown(it, None if says.counts else currency) for it in (left, right, max(off, -off)))
            message = "{}: {} and {}, off by {}".format(says.equation.text, *sides)
            whole = not says.counts and off.denominator == 1
            self._break(law, lines, whose, message, Money.of_minor(int(off), currency) if whole else None)

    def _unique(self, law: Law, line: Line) -> None:
        key = _digest(line.row) if law.unique is None else law.unique.fill(line.row)
        if not key:
            return
        self.checked[law.name] = self.checked.get(law.name, 0) + 1
        first = self.seen.setdefault(law.name, {}).setdefault(key, line.number)
        if first != line.number:
            what = "all of it" if law.unique is None else f"{law.unique.text}, {_printed(key)},"
            message = f"{what} stands on line {first} already"
            self._break(law, (first, line.number), line, message, None)

    def _break(
        self, law: Law, lines: tuple[int, ...], whose: Line | str, message: str, off: Money | None
    ) -> None:
        self.broken[law.name] = self.broken.get(law.name, 0) + 1
        name = self.name(whose) if isinstance(whose, Line) else _printed(whose)
        self.found(LedgerFinding(law.name, lines, name, message, off, law.warning))

    def name(self, line: Line) -> str | None:
        """What the line is called."""
        wanted = self.ledger_map.document.line
        name = wanted.id or wanted.transaction
        return None if name is None else _printed(name.fill(line.row))

    def _group(self, name: str, line: Line) -> str:
        """Which of these groups the line belongs to; none where there is no text."""
        for one in self.ledger_map.document.groups[name]:
            if one.where is None or one.where.holds(line.row):
                return one.by.fill(line.row)
        return ""

    def _add(self, law: Law, key: tuple[str, Currency], amounts: dict[str, Number], number: int) -> None:
        sums = self.groups.setdefault(law.name, {}).setdefault(key, _Sums())
        sums.lines.append(number)
        for name in law.names:
            sums.amounts[name] = sums.amounts.get(name, 0) + amounts[name]

    def _amounts(self, line: Line) -> dict[str, Number]:
        """The amounts of a line, and the values that the map makes of them."""
        amounts: dict[str, Number] = dict(line.amounts)
        for name, value in self.ledger_map.document.values.items():
            holds = value.where is None or value.where.holds(line.row)
            made = 1 if value.of is None else value.of.value(line.amounts, _unit(line.currency))
            amounts[name] = made if holds else 0
        return amounts


def _printed(text: str) -> str:
    """A text as it stands there, unless it is too long for that or no terminal should be told it."""
    return text if is_name(text, LONGEST) else shown(text)


def _digest(row: dict[str, str]) -> str:
    """What tells a row from all others, and is short."""
    return blake2b(repr(row).encode(), digest_size=16).hexdigest()


def _sides(relation: Relation, amounts: dict[str, Number], currency: Currency) -> tuple[Number, Number]:
    return relation.equation.sides(amounts, 1 if relation.counts else _unit(currency))


def _unit(currency: Currency) -> int:
    """How many minor units are a whole one."""
    return int(10 ** (currency.exponent or 0))


def _shown(number: Number, currency: Currency | None) -> str:
    """A number of lines, or an amount; its exact fraction where it is no whole number of minor units."""
    if currency is None or number.denominator != 1:
        return str(number) if currency is None else f"{currency.code} {_fraction(number, currency)}"
    return str(Money.of_minor(int(number), currency))


def _fraction(number: Number, currency: Currency) -> str:
    """An amount with the decimals it needs, or else as a fraction."""
    for decimals in range(1, 7):
        scaled = number * 10**decimals
        if scaled.denominator == 1:
            return plain(int(scaled), decimals + (currency.exponent or 0))
    return str(number / _unit(currency))
