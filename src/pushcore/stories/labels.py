"""Labels: the words of a drawing, placed where they cover neither a line nor each other."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import chain
from typing import Final

import attrs

__all__ = ["Box", "Label", "free"]

_WIDTH: Final = 7.2  # of one sign, as far as that is known without the font
_RISE, _FALL = 11, 3


@attrs.frozen
class Box:
    """A part of the paper: from its left and upper edge to its right and lower one."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether something of both is in the same place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@attrs.frozen
class Label:
    """A text that begins at a point, ends there or has it in its middle."""

    x: float
    y: float
    text: str
    kind: str = ""

    @property
    def width(self) -> float:
        """About how wide it is."""
        return _WIDTH * len(self.text)

    @property
    def box(self) -> Box:
        """What it covers."""
        kinds, left = self.kind.split(), self.x
        if "end" in kinds:
            left -= self.width
        elif "middle" in kinds:
            left -= self.width / 2
        return Box(left, self.y - _RISE, left + self.width, self.y + _FALL)

    def within(self, left: float, right: float) -> Label:
        """The same, moved so far that nothing of it is cut off there."""
        box = self.box
        shift = max(left - box.left, 0) or min(right - box.right, 0)
        return attrs.evolve(self, x=round(self.x + shift, 1))

    def __str__(self) -> str:
        return f'<text class="{self.kind}" x="{self.x}" y="{self.y}">{escape(self.text)}</text>'


def free(places: Iterable[Label], *taken: Iterable[Box]) -> Label:
    """The first place that is not taken; the very first one where all of them are."""
    several, boxes = tuple(places), tuple(chain(*taken))
    found = (it for it in several if not any(it.box.meets(box) for box in boxes))
    return next(found, several[0])
