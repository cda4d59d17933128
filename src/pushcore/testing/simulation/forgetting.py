"""Erasure, once a simulated world is over: some of its backers are forgotten, and no amount changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pushcore import usecases
from pushcore.errors import Refused
from pushcore.ids import ActorId
from pushcore.testing.simulation.auditor import fail

if TYPE_CHECKING:
    from pushcore.ledger import Transaction
    from pushcore.payouts import Statement
    from pushcore.testing.simulation.world import World

__all__ = ["forget_some"]

_CLERK: Final = ActorId("clerk")
_EVERY: Final = 24
"""One of so many backers: each is looked for in all that has happened."""


def forget_some(world: World) -> None:
    """Forget some backers, if they can be forgotten; then nothing names them, and the books are as they were.

    Raises:
        BrokenLaw: they are named still, or an entry or a statement is another one.
    """
    before = _books(world)
    for backer in sorted({it.backer_id for it in world.books.pledges.values()})[::_EVERY]:
        try:
            usecases.forget_backer(world.bare, backer, actor=_CLERK)
        except Refused:
            continue
        left = usecases.export_backer(world.bare, backer)
        if left.aggregates or left.events:
            fail("the-forgotten-are-not-named", f"{backer} is named by {left}")
    if _books(world) != before:
        fail("forgetting-moves-nothing", "a statement or an entry is not what it was")


def _books(world: World) -> tuple[list[Transaction], list[Statement]]:
    statements = [world.statement(name) for name in world.books.campaigns]
    return list(world.store.transactions()), statements
