"""Credit in a simulated world: backers pay with it, take it out and pass it on, and it expires."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId, BackerId
from pushcore.money import Money
from pushcore.testing.simulation.drawing import draw_pick
from pushcore.testing.simulation.requesting import request_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.wallet_book import Whose
    from pushcore.testing.simulation.world import World

__all__ = ["CREDITING", "CREDITING_ACTORS", "HEIR"]

_Args = dict[str, Any] | None

HEIR: Final = "platform"
"""Who gets what expires."""


def _spend(world: World, campaign: str, pledge: str, backer: str, pick: dict[str, Any]) -> object:
    return usecases.spend_credit(world.ports, request_of(world, campaign, pledge, backer, pick))


def _withdraw(world: World, backer: str, currency: str, key: str, minor: int | None = None) -> object:
    return usecases.withdraw_credit(
        world.ports,
        BackerId(backer),
        currency,
        key=key,
        amount=None if minor is None else Money.of_minor(minor, currency),
        actor=ActorId(backer),
    )


def _pass_on(  # noqa: PLR0913, PLR0917  what a deed is about
    world: World, backer: str, recipient: str, currency: str, key: str, minor: int | None = None
) -> object:
    return usecases.pass_on_credit(
        world.ports,
        BackerId(backer),
        BackerId(recipient),
        currency,
        key=key,
        amount=None if minor is None else Money.of_minor(minor, currency),
        actor=ActorId(backer),
    )


def _expire_credits(world: World) -> object:
    return usecases.expire_credits(world.ports, goes_to=HEIR, actor=ActorId("clerk"))


CREDITING: Final[dict[str, Callable[..., object]]] = {
    "spend": _spend,
    "withdraw": _withdraw,
    "pass-on": _pass_on,
    "expire-credits": _expire_credits,
}
"""What becomes of credit."""


def _whose(cast: Cast, currency: str | None = None) -> Whose | None:
    """A wallet in which something is, perhaps of a currency: the one of which something is done meanwhile."""
    deed, wallets = cast.meanwhile, cast.books.wallets.full
    if deed is not None and deed.do in CREDITING and "backer" in deed.args:
        meant = deed.args.get("currency") or cast.books.shapes[deed.args["campaign"]]["currency"]
        whose = deed.args["backer"], meant
        return whose if whose in wallets and currency in {None, meant} else None
    several = [it for it in wallets if currency in {None, it[1]}]
    return cast.rng.choice(several) if several else None


def _minor(cast: Cast, whose: Whose) -> int:
    """What there is, as far as the backer knows: who does not look at dates counts what has expired too."""
    wallets = cast.books.wallets
    return wallets.purses[whose].total if cast.chance(_CARELESS) else wallets.free(whose, cast.now)


_CARELESS: Final = 0.3


def _spending(cast: Cast) -> _Args:
    """Mostly all that there is, as far as it is enough for a pledge; else a half of it, or just too much."""
    name = cast.campaign("live") if cast.chance(_IN_TIME) else cast.campaign("successful", "partially-funded")
    whose = None if name is None else _whose(cast, cast.books.shapes[name]["currency"])
    if name is None or whose is None or not cast.in_time(name):
        return None
    minor = _minor(cast, whose)
    if minor < _SMALLEST and not cast.chance(_CARELESS):
        return None
    pick: dict[str, Any] = {"bonus": cast.rng.choice((minor, minor, minor, minor // 2, minor + 1))}
    if minor >= _A_TIER and cast.chance(_PICKY):
        pick = draw_pick(cast, name, parted=False)
    return {"campaign": name, "pledge": cast.new_id("p"), "backer": whose[0], "pick": pick}


_IN_TIME: Final = 0.95
_SMALLEST: Final = 100
_A_TIER: Final = 1_000
_PICKY: Final = 0.3


def _some(cast: Cast, whose: Whose) -> dict[str, Any]:
    """All of a wallet, or some of it, or now and then more than there is."""
    minor = _minor(cast, whose)
    wanted = cast.rng.choice((None, minor, max(1, minor // 2), 1, minor + 1))
    return {"backer": whose[0], "currency": whose[1]} | ({"minor": wanted} if wanted else {})


def _withdrawing(cast: Cast) -> _Args:
    whose = _whose(cast)
    return None if whose is None else _some(cast, whose) | {"key": cast.new_id("w")}


def _passing_on(cast: Cast) -> _Args:
    """To somebody who has a wallet too, or to anybody else."""
    whose = _whose(cast)
    if whose is None:
        return None
    others = [who for who, _ in cast.books.wallets.full] if cast.chance(_KNOWN) else [cast.backer()]
    recipient = cast.rng.choice(others)
    if recipient == whose[0]:
        return None
    return _some(cast, whose) | {"recipient": recipient, "key": cast.new_id("g")}


_KNOWN: Final = 0.5


def _until(cast: Cast) -> _Args:
    """Time passes to when something expires, or to just before or behind it."""
    return _near(cast, _whose(cast))


def _until_late(cast: Cast) -> _Args:
    """The same while it is being withdrawn, since then it waits."""
    leaving = list(cast.books.wallets.leaving.values())
    return _near(cast, cast.rng.choice(leaving)) if leaving else None


def _near(cast: Cast, whose: Whose | None) -> _Args:
    lots = [] if whose is None else cast.books.wallets.purses[whose].lots.values()
    soon = cast.now + timedelta(seconds=_SOON * cast.mean_wait)
    ends = [lot.until for lot in lots if cast.now < lot.until < soon]
    if not ends:
        return None
    return {"at": (min(ends) + timedelta(seconds=cast.rng.choice((-1, 0, 1)))).isoformat()}


def _late(cast: Cast) -> _Args:
    """Something that has expired is being withdrawn, and the job that writes it off must let it be."""
    wallets = cast.books.wallets
    purses = (wallets.purses[whose] for whose in wallets.leaving.values())
    late = any(lot.until <= cast.now for purse in purses for lot in purse.lots.values())
    return {} if late else None


_SOON: Final = 12

CREDITING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "spend": (10.0, _spending),
    "withdraw": (4.0, _withdrawing),
    "pass-on": (2.5, _passing_on),
    "expire-credits": (0.7, lambda _: {}),
    "expire-credits:late": (80.0, _late),
    "until:credit": (0.7, _until),
    "until:late": (40.0, _until_late),
}
"""How often each is drawn, and what it is then about."""
