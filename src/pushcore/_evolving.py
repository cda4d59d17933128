"""Frozen values made without checking again what was checked before.

A decision changes a field or two of an aggregate, or makes a value of parts that it has just looked at, by
the million. `attrs.evolve` and the class itself run every validator, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["evolved", "maker"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_OPEN: Final = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    copied: T = _copier(value.__class__, *changed)(value, **changed)
    return copied


@lru_cache(maxsize=256)
def _copier(cls: type[attrs.AttrsInstance], *changed: str) -> Callable[..., Any]:
    sources = {it.name: f"value.{it.name}" for it in attrs.fields(cls)}
    return _written(cls, ("value", *changed), sources | {name: name for name in changed}, {})


def maker(cls: type[T], *given: str) -> Callable[..., T]:
    """A function of some fields, or of all, that makes a value of what is known to be right.

    The other fields get their defaults, which are plain values.
    """
    defaults = {f"default_{it.name}": it.default for it in attrs.fields(cls)}
    given = given or tuple(it.name for it in attrs.fields(cls))
    sources = {it.name: f"default_{it.name}" for it in attrs.fields(cls)}
    return _written(cls, given, sources | {name: name for name in given}, defaults)


def _written(
    cls: type[attrs.AttrsInstance], names: tuple[str, ...], sources: dict[str, str], scope: dict[str, Any]
) -> Callable[..., Any]:
    """A function that sets field by field, written out as attrs writes its initialisers.

    The fields of what is frozen can be set by a long way round only. So they are set while it is of an open
    subclass with the same slots, and it becomes one of the class itself when it is complete.
    """
    lines = [
        f"def written({', '.join(names)}):",
        " made = new(opened)",
        *(f" made.{name} = {source}" for name, source in sources.items()),
        " made.__class__ = cls",
        " return made",
    ]
    scope = {"new": object.__new__, "opened": type("Opened", (cls,), _OPEN), "cls": cls, **scope}
    exec("\n".join(lines), scope)  # noqa: S102  of the names of fields alone
    written: Callable[..., Any] = scope["written"]
    return written
