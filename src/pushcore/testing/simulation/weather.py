"""The weather of a simulated world: time that passes, and what the provider is like for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.gateway import Decline, Declined, OrderAnswered
from pushcore.ids import ActorId, OrderKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["WEATHER", "WEATHER_ACTORS"]

_Args = dict[str, Any] | None


def _wait(world: World, seconds: int) -> None:
    world.clock.at += timedelta(seconds=seconds)


def _until(world: World, at: str) -> None:
    world.clock.at = max(world.clock.at, datetime.fromisoformat(at))


def _decline(world: World, who: str, reason: str) -> None:
    world.gateway.unwilling[who] = Declined(Decline(reason), "unwilling")


def _accept(world: World, who: str) -> None:
    world.gateway.unwilling.pop(who, None)


def _outage(world: World, hours: int) -> None:
    world.gateway.out_until = world.clock.at + timedelta(hours=hours)


def _tell(world: World, key: str) -> object:
    """The provider tells what became of an order, once more or for the first time."""
    answer = world.gateway.answers.get(key)
    if answer is None:
        return None
    return usecases.receive_event(
        world.ports, OrderAnswered(OrderKey(key), answer), actor=ActorId("provider")
    )


def _empty_wallet(world: World, currency: str, hours: int) -> None:
    world.gateway.empty_until[currency] = world.clock.at + timedelta(hours=hours)


WEATHER: Final[dict[str, Callable[..., object]]] = {
    "wait": _wait,
    "until": _until,
    "decline": _decline,
    "accept": _accept,
    "outage": _outage,
    "empty-wallet": _empty_wallet,
    "tell": _tell,
}
"""What happens to everybody: one more line is one more thing that does."""


def _draw_wait(cast: Cast) -> _Args:
    return {"seconds": 1 + int(cast.rng.expovariate(1 / cast.mean_wait))}


def _draw_until(cast: Cast) -> _Args:
    """Time passes to the very deadline of a campaign, or to just before or behind it."""
    name = cast.campaign("live")
    if name is None:
        return None
    at = cast.books.campaigns[name].terms.window.closes.at + timedelta(
        seconds=cast.rng.choice((-60, -1, 0, 1, 60))
    )
    near = cast.now < at < cast.now + timedelta(seconds=6 * cast.mean_wait)
    return {"at": at.isoformat()} if near else None


def _draw_decline(cast: Cast) -> _Args:
    who = cast.pledge("pledged", "errored", "collected") if cast.chance(0.6) else cast.backer()
    if cast.chance(0.2):
        who = cast.payee()
    if who is None:
        return None
    cast.unwilling[who] = None
    return {"who": who, "reason": cast.rng.choice(("retryable", "needs-backer", "final"))}


def _draw_accept(cast: Cast) -> _Args:
    return {"who": cast.rng.choice(list(cast.unwilling))} if cast.unwilling else None


def _draw_empty_wallet(cast: Cast) -> _Args:
    name = cast.campaign()
    currency = None if name is None else cast.books.shapes[name]["currency"]
    return None if currency is None else {"currency": currency, "hours": cast.rng.choice((6, 30))}


def _draw_tell(cast: Cast) -> _Args:
    """Mostly of what came lately; in any order, and again and again."""
    keys = cast.answered
    if not keys:
        return None
    return {"key": cast.rng.choice(keys[-12:] if cast.chance(0.8) else keys)}


WEATHER_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "wait": (8.0, _draw_wait),
    "until": (2.0, _draw_until),
    "decline": (1.2, _draw_decline),
    "accept": (1.0, _draw_accept),
    "tell": (7.0, _draw_tell),
    "outage": (0.08, lambda cast: {"hours": cast.rng.choice((1, 4, 9))}),
    "empty-wallet": (0.2, _draw_empty_wallet),
}
"""How often each is drawn, and what it is then about."""
