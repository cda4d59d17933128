"""Exchanges at the provider in a simulated world: what was booked abroad becomes what it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.ids import ActorId
from pushcore.money import Money
from pushcore.payouts import ProviderExchange
from pushcore.testing.simulation.rates import minor_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["EXCHANGING", "EXCHANGING_ACTORS", "EXCHANGING_LAWS"]

_Args = dict[str, Any] | None
_Side = tuple[str, int]


def _exchange(world: World, key: str, given: _Side, received: _Side) -> object:
    (gone, minor), (come, more) = given, received
    return usecases.note_exchange(
        world.ports,
        Money.of_minor(minor, gone),
        Money.of_minor(more, come),
        key=key,
        actor=ActorId("treasurer"),
    )


EXCHANGING: Final[dict[str, Callable[..., object]]] = {"exchange": _exchange}
"""What is exchanged at the provider."""


def _draw(cast: Cast) -> _Args:
    """Some, all or more of what was booked in one currency for another, at about the rate of the day."""
    clearing = cast.books.exchange.clearing
    several = sorted((*sorted(pair), code) for (pair, code), minor in clearing.items() if minor < 0)
    if not several:
        return None
    one, other, gone = cast.rng.choice(several)
    come, lies = other if gone == one else one, -clearing[frozenset({one, other}), gone]
    minor = max(1, cast.rng.choice((lies, lies // 2, lies // 3, lies + 7)))
    n, d = minor_rate(gone, come, cast.now.date())
    more = max(1, minor * n * cast.rng.randint(95, 105) // (d * 100))
    return {"key": cast.new_id("x"), "given": (gone, minor), "received": (come, more)}


EXCHANGING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {"exchange": (1.0, _draw)}
"""How often that is drawn, and what it is then about."""


def _gained(books: Auditor, changes: Changes) -> Iterator[str]:
    """An exchange gains what it brings beyond what stood for as much; who had a rival may have read less."""
    for it in changes.put:
        if not isinstance(it, ProviderExchange) or books.disturbed:
            continue
        codes: tuple[str, str] = it.given.currency.code, it.received.currency.code
        pair, given = frozenset(codes), it.given.minor
        instead, stands = -books.exchange.clearing[pair, codes[0]], books.exchange.clearing[pair, codes[1]]
        if stands <= 0 or not 0 < given <= instead:
            continue  # what goes beyond that gains nothing, or is worked out by rates
        left = (2 * stands * (instead - given) + instead) // (2 * instead)
        gains = {gain.currency.code: gain.minor for gain in it.gains}
        due = {codes[1]: gain} if (gain := it.received.minor - stands + left) else {}
        if gains != due:
            yield f"{it} gains, of {instead} for {stands}, and should gain {due}"


EXCHANGING_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {"exchange-gains": _gained}
"""One more line is one more law of what may be committed."""
