"""Tables in letters of one width: columns that line up, also where a letter is as wide as two."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect, shown, stream
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["plain", "table", "width"]

_WIDE: Final = frozenset({"W", "F"})
_WITHOUT_WIDTH: Final = frozenset({"Mn", "Me"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BETWEEN: Final = "  "
_MOST: Final = 40


def plain(text: str) -> str:
    """The text without what is not seen: marks of direction, control characters and ends of lines.

    A name with such a mark could turn the rest of its line around.
    """
    expect(text, str, what="a text")
    return "".join(
        " " if it.isspace() else it for it in text if it.isspace() or unicodedata.category(it) not in _UNSEEN
    )


def width(text: str) -> int:
    """How many columns a text takes in letters of one width.

    Example:
        >>> width("Zoë"), width("映画")
        (3, 4)
    """
    expect(text, str, what="a text")
    return sum(map(_width, text))


def _width(letter: str) -> int:
    if unicodedata.category(letter) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def table(rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Rows of cells as lines of text whose columns line up.

    A cell of more than forty columns is cut, and says so.

    Args:
        rows: Each with a text for every column.
        right: The numbers of the columns whose texts end at the same place, as amounts do.

    Raises:
        InvalidValue: no rows of texts, or rows of different lengths.

    Example:
        >>> print(table([["Ana", "5.00"], ["映画", "12.00"]], right=[1]))
        Ana    5.00
        映画  12.00
    """
    cells = [[_cut(plain(cell)) for cell in stream(row)] for row in stream(rows)]
    ends = frozenset(stream(right))
    if len({len(row) for row in cells}) > 1:
        message = f"the rows of a table have as many cells each, got {shown(cells)}"
        raise InvalidValue(message, rows=cells)
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = (
        _BETWEEN.join(_padded(cell, widths[n], right=n in ends) for n, cell in enumerate(row))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def _padded(cell: str, wanted: int, *, right: bool) -> str:
    space = " " * (wanted - width(cell))
    return space + cell if right else cell + space


def _cut(cell: str) -> str:
    """The cell, or as much of it as fits with a sign that it goes on."""
    if width(cell) <= _MOST:
        return cell
    while width(cell) >= _MOST:
        cell = cell[:-1]
    return f"{cell}…"
