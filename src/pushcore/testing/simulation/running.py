"""Running a simulated world: drawing what happens, or doing once more what was recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from typing import Final

import attrs

from pushcore.memory import CountingIds
from pushcore.ports import PaymentGateway, Ports, Store
from pushcore.testing.simulation.actors import draw_deed
from pushcore.testing.simulation.auditor import BrokenLaw
from pushcore.testing.simulation.deed import Deed, Strike
from pushcore.testing.simulation.drawing import Cast
from pushcore.testing.simulation.faults import Plan, Rates
from pushcore.testing.simulation.finishing import finish_world
from pushcore.testing.simulation.report import SimulationReport
from pushcore.testing.simulation.rivals import draw_contest, draw_rival
from pushcore.testing.simulation.watching import WorldClock
from pushcore.testing.simulation.world import World

__all__ = ["Breach", "History", "Makers", "live", "relive"]


@attrs.frozen
class Makers:
    """What makes the store and the gateway of a world."""

    store: Callable[[], Store]
    gateway: Callable[[], PaymentGateway]

    def world(self, starts: datetime) -> World:
        """A new world.

        Raises:
            InvalidValue: what was made is no store, or no gateway.
        """
        store, gateway = self.store(), self.gateway()
        Ports(store, gateway, WorldClock(starts), CountingIds())  # refuses them by their own names
        return World(store, gateway, starts)


@attrs.frozen
class History:
    """What was done in a world.

    Attributes:
        starts: When it began.
        deeds: What was done, in order, with what struck in it.
        finished: Whether everything was then brought to its end.
    """

    starts: datetime
    deeds: tuple[Deed, ...]
    finished: bool = True


@attrs.frozen
class Breach:
    """A broken law.

    Attributes:
        law: Its name.
        how: What was seen.
        step: At which deed, counted from one; behind the last one, when everything was brought to its end.
    """

    law: str
    how: str
    step: int


_STARTS: Final = (
    datetime(2026, 1, 5, 9, tzinfo=UTC),
    datetime(2026, 3, 15, 22, 30, tzinfo=UTC),
    datetime(2026, 10, 12, 0, 5, tzinfo=UTC),
)
"""One in a winter, and two before the clocks are changed."""

_OFTEN: Final = 40
"""After so many deeds the whole world is looked at."""


def live(  # noqa: PLR0913  what a world is drawn by
    seed: int, makers: Makers, *, steps: int, campaigns: int, backers: int, rates: Rates
) -> tuple[SimulationReport | None, History, Breach | None]:
    """Live through a world that is drawn from a seed: a report of it, or the law that was broken."""
    began = perf_counter()
    rng = Random(seed)  # noqa: S311  nothing is secret here
    world = makers.world(rng.choice(_STARTS))
    starts = world.clock.at
    cast = Cast(world, rng, backers=backers, campaigns=campaigns, steps=steps)
    done: list[Deed] = []
    waiting: list[tuple[int, Deed]] = []
    try:
        for step in range(steps):
            for deed in _next(step, cast, rates, waiting):
                _do(world, cast, deed, rates, step=step, done=done, waiting=waiting)
            if step % _OFTEN == _OFTEN - 1:
                world.check_all()
    except BrokenLaw as broken:
        history = History(starts, tuple(done), finished=False)
        return None, history, Breach(broken.law, broken.how, len(done))
    history = History(starts, tuple(done))
    try:
        finish_world(world)
    except BrokenLaw as broken:
        return None, history, Breach(broken.law, broken.how, len(done) + 1)
    return _report(seed, world, len(done), perf_counter() - began), history, None


def _next(step: int, cast: Cast, rates: Rates, waiting: list[tuple[int, Deed]]) -> list[Deed]:
    """What is done now: what was cut short before, or something new, with jobs perhaps days late."""
    for place, (at, deed) in enumerate(waiting):
        if at <= step:
            del waiting[place]
            return [deed]
    deed, rng = draw_deed(cast), cast.rng
    if deed.do in _JOBS and rng.random() < rates.rate("late-jobs"):
        cast.felt("late-jobs")
        return [Deed("wait", {"seconds": int(rng.uniform(3, 12) * cast.mean_wait)}), deed]
    return [deed]


_JOBS: Final = frozenset({"jobs", "advance", "finish", "bill"})


def _do(  # noqa: PLR0913  what is done, where, and what is kept of it
    world: World,
    cast: Cast,
    deed: Deed,
    rates: Rates,
    *,
    step: int,
    done: list[Deed],
    waiting: list[tuple[int, Deed]],
) -> None:
    """Do it, and write down what has struck; what was cut short is done again later."""
    rng = cast.rng
    for fault, sign in (("clock-behind", 1), ("clock-ahead", -1)):
        if rng.random() < rates.rate(fault):
            cast.felt(fault)
            deed = attrs.evolve(deed, behind=sign * rng.randint(1, 90))

    contest = draw_contest(cast, deed, rates)

    def draw(at: str, call: int) -> Strike | None:
        if contest is not None and (at, call) == ("commit", contest[1]):
            cast.felt(contest[0])
            return Strike(at, call, "race-at-commit", draw_rival(cast, deed, contest[2]))
        fault = rates.draw(at, rng)
        if fault is None:
            return None
        if fault == "same-at-once":
            return Strike(at, call, fault, attrs.evolve(deed, behind=0))
        rival = draw_rival(cast, deed) if fault.startswith("race") else None
        return Strike(at, call, fault, rival)

    plan = Plan(draw=draw)
    end = ""
    try:
        end = world.take(deed, plan)
    finally:
        done.append(attrs.evolve(deed, strikes=tuple(plan.struck)))
    again = attrs.evolve(deed, behind=0)
    if end in _CUT_SHORT:
        waiting.append((step + rng.randint(1, 12), again))
    elif rng.random() < rates.rate("twice"):
        cast.felt("twice")
        waiting.insert(0, (0, again))


_CUT_SHORT: Final = frozenset({"crashed", "unanswered"})


def relive(history: History, makers: Makers) -> Breach | None:
    """Do once more what was done in a world: the law that is broken, if one is."""
    world = makers.world(history.starts)
    step = 0
    try:
        for step, deed in enumerate(history.deeds, 1):
            world.take(deed)
            if step % _OFTEN == 0:
                world.check_all()
        if history.finished:
            step = len(history.deeds) + 1
            finish_world(world)
        else:
            world.check_all()
    except BrokenLaw as broken:
        return Breach(broken.law, broken.how, step)
    return None


def _report(seed: int, world: World, steps: int, seconds: float) -> SimulationReport:
    books = world.books
    moved: dict[str, dict[str, int]] = {}
    for (what, currency), minor in sorted(books.provider.total.items()):
        moved.setdefault(currency, {})[what] = minor
    ends = sorted(books.campaigns.values(), key=lambda it: it.id)
    final = {
        "accounts": [[*it, books.ledger.net(*it)] for it in books.ledger.places()],
        "moved": moved,
        "pledges": sorted((name, it.state, it.amount) for name, it in books.readings.items()),
        "campaigns": [(it.id, it.state.value, it.version) for it in ends],
        "done": sorted((*it, number) for it, number in world.done.items()),
    }
    digest = hashlib.sha256(json.dumps(final).encode()).hexdigest()
    return SimulationReport(
        seed=seed,
        steps=steps,
        operations={deed: _times(world, deed) for deed in sorted({deed for deed, _ in world.done})},
        faults=dict(sorted(world.survived.items())),
        campaigns=len(books.campaigns),
        pledges=len(books.readings),
        commits=books.commits,
        calls=world.calls,
        moved=moved,
        digest=digest,
        seconds=seconds,
    )


def _times(world: World, deed: str) -> dict[str, int]:
    return {end: number for (name, end), number in sorted(world.done.items()) if name == deed}
