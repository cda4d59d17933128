"""The faults that can strike, how often they do, and the plan of those that strike in one deed."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import as_dict, kind, shown
from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from random import Random

    from pushcore.testing.simulation.deed import Strike

__all__ = ["DEED_FAULTS", "FAULTS", "Crash", "Fault", "Plan", "Rates"]


class Crash(BaseException):
    """The process ends here. Like a power cut, it is caught by nobody in between."""


@attrs.frozen
class Fault:
    """Something that goes wrong at a call.

    Attributes:
        at: At which calls: ``commit``, ``call`` (of the gateway) or ``read``.
        rate: With which probability at each of them, unless somebody wants another one.
        why: What it stands for.
    """

    at: str
    rate: float
    why: str


FAULTS: Final[dict[str, Fault]] = {
    "timeout-before": Fault("call", 0.010, "the provider was not reached; nothing happened"),
    "timeout-unknown": Fault("call", 0.010, "no answer came, and nothing happened"),
    "timeout-after": Fault("call", 0.020, "no answer came, although it was carried out"),
    "decline-retryable": Fault("call", 0.015, "declined, such as for want of funds"),
    "decline-needs-backer": Fault("call", 0.010, "declined until the backer does something"),
    "decline-final": Fault("call", 0.010, "declined for good, such as a card that was reported stolen"),
    "rejection": Fault("call", 0.008, "the provider rejects the request itself"),
    "crash-before-call": Fault("call", 0.010, "the process ends before the provider is asked"),
    "crash-after-call": Fault("call", 0.015, "the process ends before the answer is written"),
    "told-first": Fault("call", 0.020, "the provider tells of it before its answer comes back"),
    "race-at-call": Fault("call", 0.015, "somebody else acts before the provider is asked"),
    "crash-before-commit": Fault("commit", 0.010, "the process ends before anything is written"),
    "crash-after-commit": Fault("commit", 0.010, "the process ends once it is written"),
    "conflict": Fault("commit", 0.020, "the store says that somebody else was faster"),
    "race-at-commit": Fault("commit", 0.030, "somebody else acts between the reading and the writing"),
    "same-at-once": Fault("commit", 0.015, "another worker does the very same between reading and writing"),
    "race-at-read": Fault("read", 0.004, "somebody else acts between two reads"),
}
"""What can strike in the middle of a deed: one more line is one more fault."""

DEED_FAULTS: Final[dict[str, float]] = {
    "twice": 0.020,
    "clock-behind": 0.015,
    "clock-ahead": 0.010,
    "late-jobs": 0.050,
    "race-for-the-last": 0.700,
    "ground-shifts": 0.060,
}
"""What goes wrong with a deed as a whole.

It is done twice, by a worker whose clock is off, or days late; somebody else is after the same last piece, or
the last of a cap, at the same moment; or its campaign ends, is called off, a dispute of it is won, or its
wallet is emptied, just before it is written.
"""


@attrs.frozen
class Rates:
    """How often each fault strikes; those that are not named, as often as they stand in the tables.

    Raises:
        InvalidValue: there is no such fault, or a probability is none.
    """

    of: Mapping[str, float] = attrs.field(factory=dict, converter=as_dict, validator=kind(dict))
    _points: dict[str, tuple[list[str], list[float]]] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        for name, rate in self.of.items():
            if name not in FAULTS and name not in DEED_FAULTS:
                message = f"there is no fault {shown(name)}: there are {', '.join((*FAULTS, *DEED_FAULTS))}"
                raise InvalidValue(message, fault=name)
            if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
                message = f"{name} strikes with a probability from 0 to 1, not {shown(rate)}"
                raise InvalidValue(message, fault=name, rate=rate)
        points: dict[str, tuple[list[str], list[float]]] = {}
        for at in ("commit", "call", "read"):
            names = [name for name, fault in FAULTS.items() if fault.at == at]
            points[at] = names, list(accumulate(self.rate(name) for name in names))
        object.__setattr__(self, "_points", points)

    def rate(self, name: str) -> float:
        """How often a fault strikes."""
        known = self.of.get(name)
        if known is not None:
            return known
        return FAULTS[name].rate if name in FAULTS else DEED_FAULTS[name]

    def draw(self, at: str, rng: Random) -> str | None:
        """What strikes at a call, if anything does."""
        names, rates = self._points[at]
        drawn = rng.random()
        return None if drawn >= rates[-1] else names[bisect_right(rates, drawn)]

    @staticmethod
    def none() -> Rates:
        """Nothing ever goes wrong."""
        return Rates(dict.fromkeys((*FAULTS, *DEED_FAULTS), 0.0))


class Plan:
    """What strikes in one deed: what was planned, or what is drawn as it goes.

    Attributes:
        struck: What has struck.
    """

    def __init__(
        self, strikes: tuple[Strike, ...] = (), draw: Callable[[str, int], Strike | None] | None = None
    ) -> None:
        self._planned = {(strike.at, strike.call): strike for strike in strikes}
        self._draw = draw
        self._calls: Counter[str] = Counter()
        self.struck: list[Strike] = []

    def strike(self, at: str) -> Strike | None:
        """What strikes at this call, if anything does."""
        self._calls[at] += 1
        call = self._calls[at]
        strike = self._planned.get((at, call)) if self._draw is None else self._draw(at, call)
        if strike is not None:
            self.struck.append(strike)
        return strike
