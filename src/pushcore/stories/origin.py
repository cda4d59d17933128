"""The origin of a step: where it is written."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Origin"]


@attrs.frozen
class Origin:
    """Where a step is written: an event of the story, by index, or a line of the CSV, by number."""

    kind: Literal["event", "line"]
    number: int

    def path(self, key: str = "") -> str:
        """How a problem with it is placed: ``events[3].tier``, or ``line 17, tier``."""
        if self.kind == "event":
            return f"events[{self.number}]{key and '.'}{key}"
        return f"line {self.number}{key and ', '}{key}"
