"""Refunds in a simulated world: funded pledges go back whole, by an amount, a line or a piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId, PledgeId
from pushcore.payouts import RefundSituation, RefundTo
from pushcore.testing.simulation.dispute_book import pledge_of
from pushcore.testing.simulation.shapes import part_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.money import Money
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["REFUNDING", "REFUNDING_ACTORS"]

_Args = dict[str, Any] | None
_BY: Final = ActorId("clerk")


def _refund(world: World, pledge: str, **asked: Any) -> object:  # noqa: ANN401  as `_asked` draws it
    wanted = _wanted(world, pledge, asked)
    return usecases.refund_pledge(
        world.ports,
        PledgeId(pledge),
        actor=_BY,
        wanted=wanted,
        key=None if wanted is None else asked["key"],
        situation=RefundSituation.FRAUD if asked.get("fraud") else None,
        to=RefundTo(asked["to"]) if "to" in asked else None,
    )


def _wanted(world: World, pledge: str, asked: dict[str, Any]) -> Money | dict[str, Money | int] | None:
    """What is wanted back: an amount, an amount or some pieces of a line, or all that is left."""
    reading = world.books.readings.get(pledge)
    if reading is None:
        return None
    shape = world.books.shapes[reading.campaign_id]
    if "pieces" in asked:
        return {asked["line"]: asked["pieces"]}
    if "minor" not in asked:
        return None
    amount = part_of(shape, asked["minor"])
    return {asked["line"]: amount} if "line" in asked else amount


REFUNDING: Final[dict[str, Callable[..., object]]] = {"refund": _refund}
"""How money goes back."""


def _given_back(cast: Cast) -> str | None:
    """A pledge that can go back: mostly one that is collected for a funded campaign whose terms allow it.

    Often it is one of which something has gone back before.
    """
    before = list(cast.books.backs.undone)[-_LATELY:] if cast.chance(_ONCE_MORE) else []
    again = [it for it in before if cast.books.readings[it].state == "collected"]
    if again:
        return cast.rng.choice(again)
    names = list(cast.books.campaigns)
    for _ in range(_TRIES if names else 0):
        name = cast.rng.choice(names)
        allowed = cast.books.shapes[name].get("refunds", "none") != "none" or cast.chance(_NOT_ALLOWED)
        several = cast.books.pledges_of.get(name)
        if several and allowed and cast.state(name) in _FUNDED:
            pledge = cast.rng.choice(_matched(cast, several) or several)
            if cast.books.readings[pledge].state in _BACK or cast.chance(_NOT_ALLOWED):
                return pledge
    return None


def _matched(cast: Cast, several: list[str]) -> list[str]:
    """Now and then, those of several pledges to which sponsors added something."""
    if not cast.chance(_MATCHED_FIRST):
        return []
    origins = (cast.books.pledges[it].matches for it in several)
    return [it.pledge_id for it in origins if it is not None and it.pledge_id is not None]


_LATELY: Final = 12
_ONCE_MORE: Final = 0.4
_TRIES: Final = 6
_MATCHED_FIRST: Final = 0.7
_NOT_ALLOWED: Final = 0.05
_FUNDED: Final = frozenset({"successful", "partially-funded"})
_BACK: Final = frozenset({"collected", "paying", "refunding", "unrefunded"})


def _whole(cast: Cast) -> _Args:
    pledge = _given_back(cast) if cast.chance(_FUNDED_FIRST) else cast.pledge(*_BACK)
    return None if pledge is None else {"pledge": pledge} | _asked(cast)


_FUNDED_FIRST: Final = 0.6
_NOW_AND_THEN: Final = 0.1


def _disputed(cast: Cast) -> _Args:
    """Somebody asks the bank and the platform at once."""
    pledges = [pledge_of(it.charged) for _, it in cast.books.disputes.undecided()]
    return {"pledge": cast.rng.choice(pledges)} | _asked(cast) if pledges else None


def _asked(cast: Cast) -> dict[str, Any]:
    """Now and then it is a fraud, or goes elsewhere than the backer wanted when they pledged."""
    asked: dict[str, Any] = {"fraud": True} if cast.chance(_NOW_AND_THEN) else {}
    return asked | ({"to": cast.rng.choice(("card", "wallet"))} if cast.chance(_NOW_AND_THEN) else {})


def _amount(cast: Cast) -> _Args:
    """A part of it, or all of it and perhaps more."""
    pledge = _given_back(cast)
    if pledge is None:
        return None
    amount = cast.books.readings[pledge].amount
    minor = cast.rng.choice((1, 7, 100, max(1, amount // 3), max(1, amount // 2), amount, amount + 1))
    return {"pledge": pledge, "key": cast.new_id("r"), "minor": minor} | _asked(cast)


def _lines(cast: Cast, pledge: str | None) -> dict[str, tuple[int, int]]:
    """The lines of a pledge that go back by name: of one that is charged no more, those it was paid for."""
    if pledge is None:
        return {}
    lines, paid = cast.books.readings[pledge].lines, cast.books.pledges[pledge].paid
    known = lines if paid is None else {part.name for part in paid.parts}
    return {name: line for name, line in lines.items() if name in known}


def _line(cast: Cast) -> _Args:
    pledge = _given_back(cast)
    lines = _lines(cast, pledge)
    if not lines:
        return None
    name = cast.rng.choice(list(lines))
    unit, quantity = lines[name]
    minor = cast.rng.choice((1, max(1, unit // 3), unit, unit * quantity))
    return {"pledge": pledge, "key": cast.new_id("r"), "line": name, "minor": minor} | _asked(cast)


def _piece(cast: Cast) -> _Args:
    pledge = _given_back(cast)
    lines = _lines(cast, pledge)
    if not lines:
        return None
    name = cast.rng.choice(list(lines))
    pieces = cast.rng.randint(1, lines[name][1])
    return {"pledge": pledge, "key": cast.new_id("r"), "line": name, "pieces": pieces} | _asked(cast)


REFUNDING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "refund": (4.0, _whole),
    "refund:disputed": (4.0, _disputed),
    "refund:amount": (2.5, _amount),
    "refund:line": (1.2, _line),
    "refund:piece": (1.2, _piece),
}
"""How often each is drawn, and what it is then about."""
