"""Findings: everything that is wrong with one file, collected while it is read to its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import attrs

from pushcore._checks import placed, shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["BROKEN", "NAMELESS", "Findings", "broken", "once", "reason", "unreadable"]

P = ParamSpec("P")
T = TypeVar("T")

BROKEN: Final[Any] = object()
"""Stands for any value whose problem is noted. What is made of it is broken too, and nothing more is said."""

NAMELESS: Final = "\ue000"
"""The code of a currency that could not be read, which no text that is shown has: amounts stand alone."""

_MOST: Final = 1_000


@attrs.define
class Findings:
    """The problems of the file of this name; after the first thousand they are only counted."""

    name: str
    problems: list[Problem] = attrs.field(factory=list, init=False)
    uncounted: int = attrs.field(default=0, init=False)

    def note(self, path: str, message: str, kind: str = "invalid") -> None:
        """Remember a problem."""
        if len(self.problems) < _MOST:
            place = ": ".join(filter(None, (self.name, path)))
            self.problems.append(Problem(place, message.replace(f"{NAMELESS} ", ""), kind))
        else:
            self.uncounted += 1

    def attempt(self, path: str, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``make`` gives, or `BROKEN` where it refuses, which is noted, or is given something broken."""
        made: T = BROKEN
        try:
            if BROKEN not in args and BROKEN not in kwargs.values():
                made = make(*args, **kwargs)
        except InvalidDocument as refusal:
            for problem in refusal.problems:
                self.note(f"{path}.{problem.path}", problem.message, problem.kind)
        except InvalidValue as refusal:
            self.note(path, placed(refusal))
        return made

    def __iter__(self) -> Iterator[Problem]:
        yield from self.problems
        if self.uncounted:
            yield Problem(self.name, f"and {self.uncounted} more problems", "more")


def broken(value: object) -> bool:
    """Whether it is no value, but stands for one whose problem is noted."""
    return value is BROKEN


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which no key stands twice.

    Raises:
        InvalidValue: one does.
    """
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"key {shown(twice)} stands twice in one object"
        raise InvalidValue(message)
    return table


def unreadable(path: object, error: Exception) -> Problem:
    """Why a file cannot be opened."""
    name = str(path) if isinstance(path, str | Path) else shown(path)
    return Problem(name, f"cannot be read: {reason(error)}")


def reason(error: Exception) -> str:
    """What the system says, in lower case."""
    return (getattr(error, "strerror", None) or str(error)).lower()
