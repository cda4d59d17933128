"""A use case that lost a race is run again: running the same lines again is how it recovers anyway."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from pushcore.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["restarting"]

_TIMES: Final = 5
P = ParamSpec("P")
T = TypeVar("T")


def restarting(use_case: Callable[P, T]) -> Callable[P, T]:
    """Run the use case again after a lost race, five times in all; then the conflict is the caller's."""

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TIMES - 1):
            with suppress(Conflict):
                return use_case(*args, **kwargs)
        return use_case(*args, **kwargs)

    return run
