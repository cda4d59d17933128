"""An auditor's own book of divisions: what settlements came to, the first and those of what came back."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs

from pushcore.payouts import HeldReserve
from pushcore.testing.simulation.backer_book import given_by

if TYPE_CHECKING:
    from pushcore.changes import Changes

__all__ = ["Divided", "DivisionBook"]


@attrs.define
class Divided:
    """What was divided of one campaign by now.

    Attributes:
        collected: What of it, before fees.
        fees: What of that each line took.
        parts: What each payee was given, at once or once it is released.
        debt: What fees exceeded it by, which its creator owes.
    """

    collected: int = 0
    fees: Counter[str] = attrs.field(factory=Counter)
    parts: Counter[str] = attrs.field(factory=Counter)
    debt: int = 0


class DivisionBook:
    """What was divided of every campaign.

    Attributes:
        of: By campaign.
        last: The campaigns of which something was divided in the last commit.
        at_once: Those of which fees moved in the middle of something else.
    """

    def __init__(self) -> None:
        self.of: defaultdict[str, Divided] = defaultdict(Divided)
        self.last: tuple[str, ...] = ()
        self.at_once: set[str] = set()

    def write(self, changes: Changes, *, at_once: bool) -> None:
        """Take down what was committed."""
        entries = [it for it in changes.transactions if it.recipe == "settlement"]
        self.last = tuple(it.postings[0].account.path.split("/")[1] for it in entries)
        for name, entry in zip(self.last, entries, strict=True):
            divided, given = self.of[name], given_by(entry)
            divided.collected += given["held"].total()
            divided.debt += given["debt"].total()
            divided.fees.subtract(given["fees"])
            divided.parts.subtract(given["payee"])
        paths = (it.account.path.split("/") for entry in changes.transactions for it in entry.postings)
        if at_once:
            self.at_once |= {path[1] for path in paths if path[2:3] == ["fees"]}
        for it in changes.put:
            if isinstance(it, HeldReserve) and it.version == 1:
                self.of[it.id].parts.update({who: left.minor for who, left in it.left.items()})
