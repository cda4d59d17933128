"""Approving payouts in a simulated world: who does, who refuses, and who thinks again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pushcore import usecases
from pushcore.gateway import Transfer
from pushcore.ids import ActorId, PayoutId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pushcore.changes import Changes
    from pushcore.payouts import Payout
    from pushcore.testing.simulation.auditor import Auditor
    from pushcore.testing.simulation.drawing import Cast
    from pushcore.testing.simulation.world import World

__all__ = ["APPROVALS", "APPROVING_ACTORS", "APPROVING_LAWS"]

_Args = dict[str, Any] | None


def _approve(world: World, payout: str, by: str) -> object:
    return usecases.approve_payout(world.ports, PayoutId(payout), actor=ActorId(by))


def _refuse(world: World, payout: str) -> object:
    return usecases.refuse_payout(world.ports, PayoutId(payout), actor=ActorId("auditor"))


def _reconsider(world: World, payout: str) -> object:
    return usecases.reconsider_payout(world.ports, PayoutId(payout), actor=ActorId("auditor"))


APPROVALS: Final[dict[str, Callable[..., object]]] = {
    "approve": _approve,
    "refuse": _refuse,
    "reconsider": _reconsider,
}
"""What people do about payouts."""


def _payout(cast: Cast) -> _Args:
    waiting = [it.id for it in list(cast.books.payouts.values())[-40:] if it.state.value in _WAITING]
    return {"payout": cast.rng.choice(waiting)} if waiting else None


_WAITING: Final = frozenset({"prepared", "refused"})


def _approved(cast: Cast) -> _Args:
    args = _payout(cast)
    return None if args is None else args | {"by": cast.rng.choice(("ada", "bob", "cyd"))}


APPROVING_ACTORS: Final[dict[str, tuple[float, Callable[[Cast], _Args]]]] = {
    "approve": (3.0, _approved),
    "refuse": (0.4, _payout),
    "reconsider": (0.8, _payout),
}
"""How often each is drawn, and what it is then about."""


def _sent_when_approved(books: Auditor, changes: Changes) -> Iterator[str]:
    """No transfer begins before as many people approved it as its campaign asks for."""
    for order in changes.orders:
        payout = books.payouts.get(order.payout_id) if isinstance(order, Transfer) else None
        if payout is not None:
            asked = books.shapes[payout.campaign_id].get("approvals", 0)
            for part in _parts(books, payout):
                if len(set(part.approved_by)) < asked:
                    yield f"{order} begins with {part.approved_by} of {asked} approvals"


def _parts(books: Auditor, payout: Payout) -> list[Payout]:
    """What is sent as one payout: those that were merged into it, and into these, or itself."""
    merged = [it for it in books.payouts.values() if it.merged_into == payout.id]
    return [part for it in merged for part in _parts(books, it)] or [payout]


APPROVING_LAWS: Final[dict[str, Callable[[Auditor, Changes], Iterator[str]]]] = {
    "sent-when-approved": _sent_when_approved,
}
"""One more line is one more law of approvals."""
