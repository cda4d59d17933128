"""Refunds that a bank sends back, and that the provider tells of: late, early, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore import usecases
from pushcore.gateway import Refund, RefundBounced
from pushcore.ids import ActorId
from pushcore.testing.simulation.refunds_made import is_unsure
from pushcore.usecases import Reception

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.deed import Deed
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["BOUNCING", "BOUNCING_ACTORS", "BOUNCING_FINAL_LAWS", "Bounced", "unreturned"]

_Args = dict[str, Any] | None


@attrs.define
class Bounced:
    """A refund that came back.

    Attributes:
        order: What had been asked for.
        news: What the provider tells.
        booked: Whether the ledger has it.
        known: Whether the library said that it is done with it.
    """

    order: Refund
    news: RefundBounced
    booked: bool = False
    known: bool = False

    @property
    def entry(self) -> str:
        """What the ledger calls it."""
        return f"{self.order.pledge_id}/refunded/{self.news.reference}/bounced"


def _bounce(world: World, key: str) -> None:
    """A bank sends back what was refunded under a key, where the gateway can be told so."""
    books, bounce = world.books, getattr(world.inner, "bounce", None)
    order = books.ordered.get(key)
    if bounce is None or not isinstance(order, Refund) or key not in books.provider.accepted:
        return
    if key not in books.bounced:
        news, fee = bounce(key), books.told.given_back(order)
        back = books.bounced[key] = Bounced(order, attrs.evolve(news, fee=fee))
        books.provider.come_back(back.entry, order, kept=fee, known=news.fee)
        if order.presented is not None:
            came, went = ((it.currency.code, it.minor) for it in (order.presented, order.amount))
            books.provider.exchange(back.entry, came, went, known=True)


def _tell(world: World, key: str) -> object:
    """The provider tells of it."""
    back = world.books.bounced.get(key)
    if back is None:
        return None
    heard = usecases.receive_event(world.ports, back.news, actor=ActorId("provider"))
    back.known |= heard in {Reception.TAKEN, Reception.KNOWN}
    return heard


BOUNCING: Final[dict[str, Callable[..., object]]] = {"bounce": _bounce, "tell-bounce": _tell}
"""What a bank sends back, and what the provider tells of that."""


def unreturned(books: Auditor, deed: Deed) -> Iterator[str]:
    """What came back and was told of is booked, unless something of its pledge is under way."""
    back = None if deed.do != "tell-bounce" else books.bounced.get(deed.args["key"])
    if back is None:
        return
    if back.known and not back.booked:
        yield f"{back} is said to be known, and is not booked"
    if not back.known and not is_unsure(books, back.order.pledge_id):
        yield f"{back} is said to come too early, and nothing is under way"


def _known_in_the_end(world: World) -> Iterator[str]:
    """Every refund that came back is known."""
    yield from (f"{it} is not known" for it in world.books.bounced.values() if not it.known)


BOUNCING_FINAL_LAWS: Final[dict[str, Callable[[World], Iterator[str]]]] = {
    "bounced-is-known": _known_in_the_end
}
"""One more line is one more law of how a world must end."""


def _draw_bounce(cast: Cast) -> _Args:
    """Of what was refunded lately, perhaps without anybody knowing it here."""
    orders = [it for it in list(cast.books.ordered.values())[-_LATELY:] if isinstance(it, Refund)]
    return {"key": str(cast.rng.choice(orders).key)} if orders else None


_LATELY: Final = 60


def _draw_tell(cast: Cast) -> _Args:
    """Of what has come back, whether it was told before or not."""
    several = list(cast.books.bounced)[-_FEW:]
    return {"key": cast.rng.choice(several)} if several else None


_FEW: Final = 5

BOUNCING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "bounce": (1.0, _draw_bounce),
    "tell-bounce": (2.0, _draw_tell),
}
"""How often each is drawn, and what it is then about."""
