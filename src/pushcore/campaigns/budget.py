"""The budget of a project: what it costs line by line, and which lines it cannot do without.

Goteo asks for it: the required lines add up to the minimum, below which a campaign fails in its first round,
and all lines to the optimum, which the second round works towards (GoteoFoundation/goteo @ 7a28615).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, each, items, kind
from pushcore.errors import InvalidDocument, Problem
from pushcore.ids import identifier
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Budget", "BudgetLine"]


@attrs.frozen
class BudgetLine:
    """One cost of a project, without which it cannot be done (required) or only worse (optional).

    Raises:
        InvalidValue: a part of the wrong kind, or an amount that is not above zero.
    """

    name: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    required: bool = attrs.field(kw_only=True, validator=kind(bool))


@attrs.frozen
class Budget:
    """What a project costs: its lines, each of its own name.

    Raises:
        InvalidDocument: no lines, a name that stands twice, or amounts of two currencies; all of them named.
        InvalidValue: something else than lines.

    Example:
        >>> budget = Budget([
        ...     BudgetLine("printing", Money.of("5000.00", "EUR"), required=True),
        ...     BudgetLine("gold on the cover", Money.of("3000.00", "EUR"), required=False),
        ... ])
        >>> str(budget.minimum), str(budget.optimum)
        ('EUR 5000.00', 'EUR 8000.00')
    """

    lines: tuple[BudgetLine, ...] = attrs.field(converter=items, validator=each(BudgetLine))

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        if not self.lines:
            yield Problem("lines", "a budget has at least one line")
        for name, times in Counter(line.name for line in self.lines).items():
            if times > 1:
                yield Problem(f"lines.{name}", f"{times} lines have the name {name}", "duplicate")
        for line in self.lines:
            if line.amount.currency is not self.currency:
                message = f"{line.amount} is not of the currency of the first line, {self.currency}"
                yield Problem(f"lines.{line.name}.amount", message, "currency")

    @property
    def currency(self) -> Currency:
        """The currency of all lines."""
        return self.lines[0].amount.currency

    @property
    def minimum(self) -> Money:
        """What the project cannot do without: the sum of the required lines, zero where there are none."""
        return Money.total((line.amount for line in self.lines if line.required), self.currency)

    @property
    def optimum(self) -> Money:
        """What the project would do best with: the sum of all lines."""
        return Money.total((line.amount for line in self.lines), self.currency)
