"""Reserves and debts in a simulated world: what is held back is given, or taken for what is owed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId, CampaignId, PayeeId
from pushcore.money import Money
from pushcore.payouts import Bearer
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


def _pay_back(  # noqa: PLR0913, PLR0917  as it is drawn
    world: World, payee: str, currency: str, minor: int, key: str, campaign: str | None = None
) -> object:
    amount, name = Money.of_minor(minor, currency), None if campaign is None else CampaignId(campaign)
    return usecases.pay_back_debt(world.ports, PayeeId(payee), amount, key=key, campaign_id=name, actor=_BY)


def _write_off(world: World, payee: str, currency: str, minor: int, key: str) -> object:
    amount = Money.of_minor(minor, currency)
    return usecases.write_off_debt(
        world.ports, PayeeId(payee), amount, bearer=Bearer.PLATFORM, key=key, actor=_BY
    )


RESERVING: Final[dict[str, Callable[..., object]]] = {
    "release": _release,
    "recover": _recover,
    "pay-back": _pay_back,
    "write-off": _write_off,
}
"""What becomes of what is held back, and of what is owed."""


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


def _owing(cast: Cast) -> _Args:
    """Somebody who owes something, as much or a part of it; now and then too much."""
    ledger = cast.books.ledger
    debts = [it for it in ledger.places() if it[0].startswith("payee/") and ledger.net(*it) > 0]
    if not debts:
        return None
    path, currency = cast.rng.choice(debts)
    owed = ledger.net(path, currency)
    minor = max(1, cast.rng.choice((owed, owed, owed // 3, owed + 1)))
    return {"payee": path.split("/")[1], "currency": currency, "minor": minor, "key": cast.new_id("d")}


def _paying_back(cast: Cast) -> _Args:
    """As much or more, and mostly for a campaign of which they are paid what was too much."""
    args, books = _owing(cast), cast.books
    if args is None:
        return None
    args["minor"] *= cast.rng.choice((1, 1, 2))
    several = [
        it.id
        for it in books.campaigns.values()
        if it.creator_id == args["payee"]
        and it.settled_at is not None
        and books.shapes[it.id]["currency"] == args["currency"]
    ]
    return args if not several or cast.chance(_WRONGLY) else args | {"campaign": cast.rng.choice(several)}


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
    "pay-back": (0.7, _paying_back),
    "write-off": (0.4, _owing),
    "until:reserve": (3.0, _until),
}
"""How often each is drawn, and what it is then about."""
