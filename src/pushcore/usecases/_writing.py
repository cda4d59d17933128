"""Writing what was decided, or finding that somebody else who did the same got there first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pushcore.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.changes import Changes, Versioned
    from pushcore.ports import Ports

    T = TypeVar("T", bound=Versioned)

__all__ = ["write"]


def write(ports: Ports, before: T, decided: tuple[T, Changes], reread: Callable[[], T | None]) -> T:
    """Commit a decision about one thing: what it is now, or what somebody else made of it meanwhile.

    So a charge or a transfer that failed is not tried again because two asked for it at once.

    Raises:
        Conflict: nobody else did anything to it: something that the decision rests on has changed.
    """
    after, changes = decided
    try:
        ports.store.commit(changes)
    except Conflict:
        found = reread()
        if found is None or found == before:
            raise
        return found
    return after
