"""Shrinking: the shortest history that still breaks the same law, by leaving out what it does not need."""

from __future__ import annotations

from itertools import combinations
from time import monotonic
from typing import TYPE_CHECKING, Final

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
        while not search.over and sum(step(search) for step in _STEPS):
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

    def leave_out_two(self) -> bool:
        """Leave out any two of a few deeds, such as one that needs another; whether that could be."""
        number = len(self.best.deeds)
        for one, other in combinations(range(number), 2) if number <= _FEW else ():
            deeds = tuple(it for n, it in enumerate(self.best.deeds) if n not in {one, other})
            if not self.over and self.improves(attrs.evolve(self.best, deeds=deeds)):
                return True
        return False

    def start_at_once(self) -> bool:
        """Let each campaign open when the history begins; whether that could be."""
        starts, earlier = self.best.starts.isoformat(), False
        for place in range(len(self.best.deeds)):
            before = self.best.deeds
            if (
                self.over
                or place >= len(before)
                or (deed := _opening(before[place], starts)) == before[place]
            ):
                continue
            deeds = (*before[:place], deed, *before[place + 1 :])
            earlier |= self.improves(attrs.evolve(self.best, deeds=deeds))
        return earlier

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


def _rival_instead(deed: Deed) -> Iterator[Deed]:
    """What somebody else did meanwhile may be all that counts."""
    yield from (strike.rival for strike in deed.strikes if strike.rival is not None)


def _opening(deed: Deed, at: str) -> Deed:
    shape = deed.args.get("shape")
    return deed if shape is None else attrs.evolve(deed, args={"shape": {**shape, "opens": at}})


def _in_time(deed: Deed) -> Iterator[Deed]:
    if deed.behind:
        yield attrs.evolve(deed, behind=0)


def _simpler(deed: Deed) -> Iterator[Deed]:
    """The same without something that is asked for besides."""
    for name in _BESIDE & deed.args.keys():
        yield attrs.evolve(deed, args={it: value for it, value in deed.args.items() if it != name})


_BESIDE: Final = frozenset({"to", "fraud"})

_PLAIN = {
    "model": "all-or-nothing",
    "charging": "at-deadline",
    "fees": "none",
    "says": "nothing",
    "on_top": "none",
    "splits": "none",
    "windows": "none",
    "late_days": None,
    "instalments": None,
    "dunning": False,
    "approval": False,
    "approvals": 0,
    "refunds": "none",
    "credit_days": None,
    "disputes": "none",
    "reserve": "none",
    "least_net": 0,
    "currency": "EUR",
    "zone": "UTC",
}


def _plainer(deed: Deed) -> Iterator[Deed]:
    """A draft of a plainer campaign."""
    shape = deed.args.get("shape", {})
    for name, plain in _PLAIN.items() if shape else ():
        if shape.get(name, plain) != plain:
            yield attrs.evolve(deed, args={**deed.args, "shape": {**shape, name: plain}})


_CALMER: Final = (_rival_instead, _unstruck, _in_time, _plainer, _simpler)
_STEPS: Final = (
    _Search.leave_out,
    _Search.start_at_once,
    _Search.join_waits,
    _Search.calm,
    _Search.leave_out_two,
)
_FEW: Final = 24
