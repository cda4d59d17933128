"""Conditions: which rows something is about, by what stands in their cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["Condition"]


@attrs.frozen
class Condition:
    """For each of some columns, the texts that its cell must be one of, or must be none of.

    Example:
        >>> paid = Condition.of({"Status": ["paid", "sent"], "Note": {"not": ""}})
        >>> paid.holds({"Status": "paid", "Note": "late"}), paid.holds({"Status": "paid", "Note": ""})
        (True, False)
    """

    _tests: tuple[tuple[str, frozenset[str], bool], ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Condition:
        """The condition that is written as ``{column = text}``, ``[texts]`` or ``{not = ...}``.

        Raises:
            InvalidValue: it is written in another way.
        """
        if not isinstance(table, Mapping) or not table:
            message = f"expected a table of columns and texts, got {shown(table)}"
            raise InvalidValue(message, value=table)
        return cls(tuple((column, *_texts(column, wanted)) for column, wanted in table.items()))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return tuple(column for column, _, _ in self._tests)

    def holds(self, row: Mapping[str, str]) -> bool:
        """Whether it is about this row."""
        return all((row.get(column, "").strip() in texts) is among for column, texts, among in self._tests)


def _texts(column: str, wanted: Any) -> tuple[frozenset[str], bool]:  # noqa: ANN401  whatever is written there
    """The texts, and whether the cell is to be among them."""
    match wanted:
        case str():
            return frozenset([wanted]), True
        case list() if wanted and all(isinstance(one, str) for one in wanted):
            return frozenset(wanted), True
        case {"not": str() | list() as unwanted} if len(wanted) == 1:
            return _texts(column, unwanted)[0], False
        case _:
            message = (
                f"{shown(column)}: expected a text, a list of them or {{not = ...}}, got {shown(wanted)}"
            )
            raise InvalidValue(message, value=wanted)
