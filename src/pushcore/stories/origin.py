"""Where a step of a story is written."""

from __future__ import annotations

from typing import Final, Literal

import attrs

__all__ = ["Origin"]

_SECTIONS: Final = {"event": "events", "subscription": "subscriptions"}


@attrs.frozen
class Origin:
    """Where a step is written: an event or a subscription, by index, or a line of the CSV, by number."""

    kind: Literal["event", "line", "subscription"]
    number: int

    def path(self, key: str = "") -> str:
        """How a problem with it is placed: ``events[3].tier``, or ``line 17, tier``."""
        if self.kind == "line":
            return f"line {self.number}{key and ', '}{key}"
        return f"{_SECTIONS[self.kind]}[{self.number}]{key and '.'}{key}"
