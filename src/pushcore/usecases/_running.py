"""What every use case does first and last: it is handed its ports, and is run again when it loses a race."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pushcore._checks import LONGEST, expect, is_name, shown
from pushcore.errors import Conflict, InvalidValue
from pushcore.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["composed", "use_case"]

_TIMES: Final = 5
T = TypeVar("T", bound="Callable[..., Any]")


def use_case(lines: T) -> T:
    """Run the lines again after a lost race, five times in all; then the conflict is the caller's.

    To run the same lines again is how a use case recovers from anything. What `pushcore.usecases.preview`
    takes is marked here.
    """

    @wraps(lines)
    def run(ports: Ports, *args: Any, **kwargs: Any) -> object:  # noqa: ANN401  as the lines have them
        _expect(ports, kwargs)
        for _ in range(_TIMES - 1):
            try:
                return lines(ports, *args, **kwargs)
            except Conflict:
                continue
        return lines(ports, *args, **kwargs)

    run.is_use_case = True  # type: ignore[attr-defined]
    return cast("T", run)


def composed(lines: T) -> T:
    """Check what a use case is handed that is made of others, each of which runs its own lines again."""

    @wraps(lines)
    def run(ports: Ports, *args: Any, **kwargs: Any) -> object:  # noqa: ANN401  as the lines have them
        _expect(ports, kwargs)
        return lines(ports, *args, **kwargs)

    run.is_use_case = True  # type: ignore[attr-defined]
    return cast("T", run)


def _expect(ports: object, handed: dict[str, Any]) -> None:
    """Check the ports, and who acts: also where nothing is left to be done.

    Raises:
        InvalidValue: these are none, or the actor has no name.
    """
    expect(ports, Ports, what="what a use case runs on")
    if "actor" in handed and not is_name(handed["actor"], LONGEST):
        message = (
            f"the actor of a use case is printable text, of 1 to {LONGEST} characters and without a space at "
            f"its ends, got {shown(handed['actor'])}"
        )
        raise InvalidValue(message, actor=handed["actor"])
