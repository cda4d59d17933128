"""Writing what was decided about an attempt, and asking the provider for it, whoever else does the same.

Two workers may charge the same pledge or send the same payout at once. They ask under one key, and whoever
comes second finds what the first made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from pushcore.changes import Versioned
from pushcore.errors import Conflict, GatewayMisuse, OutcomeUnknown
from pushcore.gateway import REJECTED, Accepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.changes import Changes
    from pushcore.gateway import Answer
    from pushcore.ports import Ports

__all__ = ["ask", "write"]


class Attempted(Versioned, Protocol):
    """A pledge or a payout: tried so many times, with so much success."""

    @property
    def attempts(self) -> int:
        """How often it was tried."""

    @property
    def state(self) -> object:
        """How far it has come."""


T = TypeVar("T", bound=Attempted)


def write(ports: Ports, decided: tuple[T, Changes], reread: Callable[[], T | None]) -> T:
    """Commit a decision about an attempt: what it is now, or what somebody else made of the same attempt.

    Raises:
        Conflict: nobody else made that attempt: something that the decision rests on has changed.
    """
    after, changes = decided
    try:
        ports.store.commit(changes)
    except Conflict:
        found = reread()
        if found is None or found.attempts < after.attempts or found.version < after.version:
            raise
        return found
    return after


def ask(
    ports: Ports,
    asking: Callable[[], Answer],
    receive: Callable[[Answer], tuple[T, Changes]],
    reread: Callable[[], T | None],
    *,
    carried_out: Callable[[T], bool] = lambda _: False,
) -> T:
    """Ask the provider for an attempt and take its answer, or what somebody else made of it meanwhile.

    Args:
        ports: Where to write it.
        asking: Asks the provider.
        receive: The decision that takes the answer.
        reread: What it is by now.
        carried_out: Whether what it is by now can only follow on this attempt being carried out.

    Raises:
        GatewayMisuse: the provider rejected it: it has failed, or it would stay open for ever.
        OutcomeUnknown: the provider carried out what it had rejected to somebody else, who wrote that down.
        GatewayError: there was no answer.
    """
    try:
        answer = asking()
    except GatewayMisuse:
        failed = receive(REJECTED)
        found = write(ports, failed, reread)
        if found.state is failed[0].state:
            raise
        return found
    decided = receive(answer)
    found = write(ports, decided, reread)
    if isinstance(answer, Accepted) and found.state is not decided[0].state and not carried_out(found):
        message = (
            f"the provider carried out an attempt of {found.id} after it had rejected it: take it back there"
        )
        raise OutcomeUnknown(message, id=found.id, reference=answer.reference)
    return found
