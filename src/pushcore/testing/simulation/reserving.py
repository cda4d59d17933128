"""Reserves in a simulated world: what is held back is given to payees in time, or taken for what they owe."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId, CampaignId, PayeeId
from pushcore.testing.simulation.shapes import part_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["RESERVING", "RESERVING_ACTORS"]

_Args = dict[str, Any] | None
_BY: Final = ActorId("clerk")


def _release(world: World, campaign: str) -> object:
    return usecases.release_reserve(world.ports, CampaignId(campaign), actor=_BY)


def _recover(world: World, campaign: str, payee: str, minor: int, key: str) -> object:
    amount = part_of(world.books.shapes[campaign], minor)
    return usecases.recover_debt(
        world.ports, CampaignId(campaign), PayeeId(payee), amount, key=key, actor=_BY
    )


RESERVING: Final[dict[str, Callable[..., object]]] = {"release": _release, "recover": _recover}
"""What becomes of what is held back."""


def _held(cast: Cast) -> str | None:
    """A campaign of which something is held back."""
    several = [name for name, it in cast.books.reserves.all.items() if it.there]
    return cast.rng.choice(several) if several else None


def _releasing(cast: Cast) -> _Args:
    """Mostly where something is due, before or after the job gives it."""
    name = _held(cast)
    if name is None:
        return None
    it = cast.books.reserves.all[name]
    return {"campaign": name} if it.held - it.there < it.by(cast.now) or cast.chance(_WRONGLY) else None


def _recovering(cast: Cast) -> _Args:
    """Mostly of somebody who owes something, as much as is there; now and then too much."""
    name = _held(cast)
    if name is None:
        return None
    left, currency = cast.books.reserves.all[name].left, cast.books.shapes[name]["currency"]
    payee = cast.rng.choice(list(left))
    owed = cast.books.ledger.net(f"payee/{payee}/debt", currency)
    most = min(owed, left[payee])
    if most <= 0 and not cast.chance(_WRONGLY):
        return None
    minor = max(1, cast.rng.choice((most, most, most // 2, owed + 1)))
    return {"campaign": name, "payee": payee, "minor": minor, "key": cast.new_id("v")}


_WRONGLY: Final = 0.02


def _until(cast: Cast) -> _Args:
    """Time passes to when something is due, or to just before or behind it."""
    name = _held(cast)
    due = [] if name is None else cast.books.reserves.all[name].due
    soon = cast.now + timedelta(seconds=_SOON * cast.mean_wait)
    ends = [at for at, _ in due if cast.now < at < soon]
    if not ends:
        return None
    return {"at": (min(ends) + timedelta(seconds=cast.rng.choice((-1, 0, 1)))).isoformat()}


_SOON: Final = 8

RESERVING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "release": (6.0, _releasing),
    "recover": (20.0, _recovering),
    "until:reserve": (3.0, _until),
}
"""How often each is drawn, and what it is then about."""
