"""Simulating a whole platform: thousands of deeds and faults from one seed, and an auditor that sees all."""

from __future__ import annotations

from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect, shown
from pushcore.errors import InvalidValue
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing.simulation.faults import Rates
from pushcore.testing.simulation.files import read_history, write_history
from pushcore.testing.simulation.running import Breach, History, Makers, live, relive
from pushcore.testing.simulation.shrinking import shrink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pushcore.ports import PaymentGateway, Store
    from pushcore.testing.simulation.report import SimulationReport

__all__ = ["SimulationFailed", "replay_simulation", "simulate_platform"]

_A_CAMPAIGN: Final = 60
"""For so many deeds there is one campaign, unless somebody wants more or fewer."""
_A_BACKER: Final = 6


class SimulationFailed(AssertionError):
    """A law was broken in a simulated world.

    Attributes:
        seed: What the world was drawn from; None where a file was played again.
        law: The law, by its name.
        how: What was seen.
        step: At which deed of the shortest history.
        path: The file that shows it again, if one was written.
    """

    def __init__(
        self, seed: int | None, breach: Breach, history: History, path: Path | None, *, drawn: int
    ) -> None:
        deeds = "\n".join(f"  {place:>3}. {deed}" for place, deed in enumerate(history.deeds, 1))
        if breach.step > len(history.deeds):
            deeds += f"\n  {breach.step:>3}. everything is brought to its end"
        again = "" if path is None else f"\nto see it again: pushcore simulate --replay {path}"
        world = "a recorded world" if seed is None else f"the world of seed {seed}"
        super().__init__(
            f"{world} breaks the law {breach.law} at step {drawn}: {breach.how}\n"
            f"the shortest history that does has {len(history.deeds)} deeds:\n{deeds}{again}"
        )
        self._made = seed, breach, history, path, drawn
        self.seed: int | None = seed
        self.law: str = breach.law
        self.how: str = breach.how
        self.step: int = breach.step
        self.path: Path | None = path

    def __reduce__(self) -> tuple[Callable[..., SimulationFailed], tuple[object, ...]]:
        """How it gets from one process to another."""
        return _failed, self._made


def _failed(
    seed: int | None, breach: Breach, history: History, path: Path | None, drawn: int
) -> SimulationFailed:
    return SimulationFailed(seed, breach, history, path, drawn=drawn)


def simulate_platform(  # noqa: PLR0913  what a world is drawn by
    seed: int,
    *,
    steps: int = 400,
    campaigns: int | None = None,
    backers: int | None = None,
    make_store: Callable[[], Store] = MemoryStore,
    make_gateway: Callable[[], PaymentGateway] = FakeGateway,
    rates: Mapping[str, float] | None = None,
    shrink_seconds: float = 20.0,
    file: Path | None = None,
) -> SimulationReport:
    """Live through a world that is drawn from a seed, and fail at the first law that is broken in it.

    Campaigns of every funding model, in currencies of no, two and three decimals, are drafted, pledged to,
    charged, settled and paid out by the real use cases, over a store and a gateway of yours. Meanwhile the
    gateway falls silent before and after money moved, declines and rejects; the process ends at any commit
    and any call, and the same is done again later; others act in between, the same twice, with clocks that
    are off; jobs run late, and refunds find the provider's wallet empty. An auditor with books of its own,
    which shares no arithmetic with the library, holds every commit, every answer and every deed against the
    laws. At the end nothing goes wrong any more, and then everything must come to its end: to the cent.

    The same seed and sizes always make the same world.

    Args:
        seed: What everything is drawn from.
        steps: How many deeds are drawn.
        campaigns: How many campaigns there are at most; by default one for sixty deeds.
        backers: How many backers there are to draw from; by default one for six deeds.
        make_store: Makes an empty store.
        make_gateway: Makes a gateway that has seen nothing. What is declined or rejected here never gets to
            it. Where it has ``held``, what it says is compared with the books, and where it has ``deposit``
            it is told of cash that is brought to it and, below zero, fetched there.
        rates: How often a fault strikes, by its name in `FAULTS` or `DEED_FAULTS`; the others, as they stand
            there.
        shrink_seconds: How long to look for a shorter history of a broken law; 0 for not at all.
        file: Where to write that history.

    Raises:
        SimulationFailed: a law was broken.
        InvalidValue: an argument of the wrong kind, a number that is none, or a fault that there is not.

    Example:
        >>> report = simulate_platform(7, steps=60)
        >>> report == simulate_platform(7, steps=60), report.steps >= 60
        (True, True)
    """
    expect(seed, int, what="a seed")
    expect(steps, int, what="steps", least=1)
    campaigns = max(3, steps // _A_CAMPAIGN) if campaigns is None else campaigns
    backers = max(8, steps // _A_BACKER) if backers is None else backers
    expect(campaigns, int, what="campaigns", least=1)
    expect(backers, int, what="backers", least=1)
    expect(file, Path, NoneType, what="the file of a simulation")
    expect(shrink_seconds, int, float, what="how many seconds to shrink for")
    makers = _makers(make_store, make_gateway)
    report, history, breach = live(
        seed, makers, steps=steps, campaigns=campaigns, backers=backers, rates=Rates(rates or {})
    )
    if breach is None:
        assert report is not None
        return report
    drawn = breach.step
    if shrink_seconds > 0:
        history, breach = shrink(history, breach, makers, seconds=shrink_seconds)
    if file is not None:
        write_history(file, history, breach, seed)
    raise SimulationFailed(seed, breach, history, file, drawn=drawn)


def _makers(make_store: Callable[[], Store], make_gateway: Callable[[], PaymentGateway]) -> Makers:
    given: tuple[object, ...] = (make_store, make_gateway)
    for maker in given:
        if not callable(maker):
            message = f"a simulation makes its store and its gateway by functions, not by {shown(maker)}"
            raise InvalidValue(message, maker=maker)
    return Makers(make_store, make_gateway)


def replay_simulation(
    file: Path,
    *,
    make_store: Callable[[], Store] = MemoryStore,
    make_gateway: Callable[[], PaymentGateway] = FakeGateway,
) -> int:
    """Do once more what a file says, over a store and a gateway of yours; how many deeds that were.

    Raises:
        SimulationFailed: a law is broken, mostly the one that the file was written for.
        InvalidValue: it is no such file.
        OSError: it cannot be read.
    """
    expect(file, Path, what="the file of a simulation")
    history = read_history(file)
    breach = relive(history, _makers(make_store, make_gateway))
    if breach is not None:
        raise SimulationFailed(None, breach, history, file, drawn=breach.step)
    return len(history.deeds)
