"""Templates: texts that are made of the cells of a row, such as ``wallet/{Owner}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from pushcore._checks import expect, shown
from pushcore.errors import InvalidValue

__all__ = ["Template"]

_PART: Final = re.compile(r"\{([^{}]+)\}|([^{}]+)")


@attrs.frozen(init=False)
class Template:
    """A text with the names of columns in braces; without any, it says the same of every row.

    Raises:
        InvalidValue: it is empty, no text, or a brace stands alone.

    Example:
        >>> Template("wallet/{Owner}").fill({"Owner": " ana "})
        'wallet/ana'
    """

    text: str
    columns: tuple[str, ...] = attrs.field(repr=False, eq=False)
    """The columns that it is made of."""
    place: str = attrs.field(repr=False, eq=False)
    """What problems call it: its column, if it is nothing but one."""
    _parts: tuple[tuple[str, str], ...] = attrs.field(repr=False, eq=False)

    def __init__(self, text: str) -> None:
        expect(text, str, what="a text with columns in braces")
        parts = _PART.findall(text)
        if not parts or sum(len(column) + 2 if column else len(other) for column, other in parts) != len(
            text
        ):
            message = f"expected text with columns in braces, such as '{{Account}}', got {shown(text)}"
            raise InvalidValue(message, value=text)
        columns = tuple(column for column, _ in parts if column)
        place = columns[0] if len(parts) == len(columns) == 1 else text
        self.__attrs_init__(text, columns, place, tuple(parts))

    def fill(self, row: Mapping[str, str]) -> str:
        """The text of a row; a row without one of the columns has an empty cell there."""
        if len(self._parts) == 1:
            ((column, other),) = self._parts
            return row.get(column, "").strip() if column else other
        return "".join(row.get(column, "").strip() if column else other for column, other in self._parts)
