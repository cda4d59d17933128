"""Paper: what is printed on, and how its lines end."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

__all__ = ["Paper", "Trimmed"]


class Paper(Console):
    """A console that leaves it to us what to do when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Say so."""
        raise BrokenPipeError


class Trimmed:
    """Something whose lines end with their last word, and not with blanks."""

    def __init__(self, printed: Text | Table) -> None:
        self._printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._printed, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            *before, last = line or [Segment("")]
            yield from before
            yield Segment(last.text.rstrip(), last.style)
            yield Segment.line()
