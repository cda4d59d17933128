"""Paper: what is printed on, and how its lines end."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

__all__ = ["Paper"]

_NARROWEST: Final = 8  # a column of words
_WIDEST: Final = 10_000


class Paper(Console):
    """A console that cuts nothing, and leaves it to us what to do when nobody reads on."""

    def put(self, printed: Text | Table) -> None:
        """Print something whose lines end with their last word, and whose figures are whole.

        Where the paper is too narrow for a table, words are wrapped as far as that goes; then its lines are
        longer than the paper is wide.
        """
        self.print(_Whole(printed), crop=False)

    def on_broken_pipe(self) -> None:
        """Say so."""
        raise BrokenPipeError


class _Whole:
    """Something that is printed whole, without blanks at the ends of its lines."""

    def __init__(self, printed: Text | Table) -> None:
        self._printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if isinstance(self._printed, Table):
            natural = console.measure(self._printed, options=options.update_width(_WIDEST)).maximum
            if natural > options.max_width:
                options = options.update_width(_narrowed(self._printed, options.max_width))
        for line in console.render_lines(self._printed, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            *before, last = line or [Segment("")]
            yield from before
            yield Segment(last.text.rstrip(), last.style)
            yield Segment.line()


def _narrowed(table: Table, width: int) -> int:
    """Let words wrap, and heads between words, and not figures; how wide the table is then."""
    table.pad_edge = True
    _, right, _, left = table.padding
    for column in table.columns:
        if column.no_wrap or column.justify == "right":
            column.width, column.no_wrap = _widest(column), False
    words = [column for column in table.columns if column.width is None]
    figures = sum(column.width or 0 for column in table.columns) + len(table.columns) * (left + right)
    least = figures + sum(min(_NARROWEST, _widest(column)) for column in words)
    return max(least, width)


def _widest(column: Column) -> int:
    """How wide its widest cell is, or a word of its head."""
    return max(map(cell_len, (*str(column.header).split(), *map(str, column.cells))), default=0)
