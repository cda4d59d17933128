"""Shrinking: the shortest history that still breaks the same law, by leaving out what it does not need."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import attrs

from pushcore.testing.simulation.deed import Deed
from pushcore.testing.simulation.running import Breach, History, Makers, relive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["shrink"]


def shrink(history: History, breach: Breach, makers: Makers, *, seconds: float) -> tuple[History, Breach]:
    """Leave out deeds, then what strikes in them, for as long as the same law is broken.

    A history that breaks no law when it is done once more, since a store or a gateway does not do the same
    twice, stays as it is.

    Args:
        history: What was done.
        breach: The law that was broken.
        makers: What makes a store and a gateway.
        seconds: How long to try.
    """
    search = _Search(history, breach, makers, monotonic() + seconds)
    if search.improves(history):
        while search.leave_out() | search.join_waits() | search.calm() and not search.over:
            pass
    return search.best, search.breach


@attrs.define
class _Search:
    best: History
    breach: Breach
    makers: Makers
    until: float

    @property
    def over(self) -> bool:
        return monotonic() > self.until

    def improves(self, candidate: History) -> bool:
        """Take a history as the best one if it breaks the same law."""
        found = relive(candidate, self.makers)
        if found is None or found.law != self.breach.law:
            return False
        if found.step <= len(candidate.deeds):  # what comes behind it is not needed
            candidate = attrs.evolve(candidate, deeds=candidate.deeds[: found.step], finished=False)
        self.best, self.breach = candidate, found
        return True

    def leave_out(self) -> bool:
        """Leave out ever smaller pieces of the history; whether any could be."""
        size, shorter = max(1, len(self.best.deeds) // 2), False
        while size and not self.over:
            place = len(self.best.deeds) - size
            while place > -size and not self.over:
                start = max(place, 0)
                deeds = self.best.deeds[:start] + self.best.deeds[place + size :]
                shorter |= self.improves(attrs.evolve(self.best, deeds=deeds))
                place = min(place, len(self.best.deeds)) - size
            size //= 2
        return shorter

    def join_waits(self) -> bool:
        """Wait once instead of twice in a row; whether that could be."""
        joined = False
        place = len(self.best.deeds) - 2
        while place >= 0 and not self.over:
            pair = self.best.deeds[place : place + 2]
            if [it.do for it in pair] == ["wait", "wait"]:
                wait = Deed("wait", {"seconds": sum(it.args["seconds"] for it in pair)})
                deeds = (*self.best.deeds[:place], wait, *self.best.deeds[place + 2 :])
                joined |= self.improves(attrs.evolve(self.best, deeds=deeds))
            place -= 1
        return joined

    def calm(self) -> bool:
        """Let nothing strike in a deed, or only one thing less; whether that could be."""
        calmer = False
        for place in range(len(self.best.deeds)):
            for change in _CALMER:
                calmer |= self._calmed(place, change)
        return calmer

    def _calmed(self, place: int, change: Callable[[Deed], Iterator[Deed]]) -> bool:
        if place >= len(self.best.deeds) or self.over:
            return False
        for deed in change(self.best.deeds[place]):
            deeds = (*self.best.deeds[:place], deed, *self.best.deeds[place + 1 :])
            if self.improves(attrs.evolve(self.best, deeds=deeds)):
                return True
        return False


def _unstruck(deed: Deed) -> Iterator[Deed]:
    for n in range(len(deed.strikes)):
        yield attrs.evolve(deed, strikes=deed.strikes[:n] + deed.strikes[n + 1 :])


def _in_time(deed: Deed) -> Iterator[Deed]:
    if deed.behind:
        yield attrs.evolve(deed, behind=0)


_PLAIN = {
    "model": "all-or-nothing",
    "charging": "at-deadline",
    "fees": "none",
    "on_top": "none",
    "splits": "none",
    "windows": "none",
    "late_days": None,
    "instalments": None,
    "dunning": False,
    "approval": False,
    "currency": "EUR",
    "zone": "UTC",
}


def _plainer(deed: Deed) -> Iterator[Deed]:
    """A draft of a plainer campaign."""
    shape = deed.args.get("shape", {})
    for name, plain in _PLAIN.items() if shape else ():
        if shape[name] != plain:
            yield attrs.evolve(deed, args={**deed.args, "shape": {**shape, name: plain}})


_CALMER = (_unstruck, _in_time, _plainer)
