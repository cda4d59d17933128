"""The next version of a frozen value, made without checking again what was checked when it was first made.

A decision changes a field or two of an aggregate, by the million. `attrs.evolve` runs every validator
again, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["evolved"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_OPEN: Final = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    copied: T = _copier(value.__class__)(value, changed)
    return copied


@lru_cache(maxsize=256)
def _copier(cls: type[attrs.AttrsInstance]) -> Callable[[Any, dict[str, Any]], Any]:
    """A function that copies field by field, written out as attrs writes its initialisers.

    The fields of what is frozen can be set by a long way round only. So the copy is filled while it is of an
    open subclass with the same slots, and becomes one of the class itself when it is complete.
    """
    opened = type("Opened", (cls,), _OPEN)
    lines = [
        "def copied(value, changed):",
        " copy = new(opened)",
        *(f" copy.{field.name} = value.{field.name}" for field in attrs.fields(cls)),
        " for name, value in changed.items():",
        "  setattr(copy, name, value)",
        " copy.__class__ = cls",
        " return copy",
    ]
    scope: dict[str, Any] = {"new": object.__new__, "opened": opened, "cls": cls}
    exec("\n".join(lines), scope)  # noqa: S102  of the names of fields alone
    copied: Callable[[Any, dict[str, Any]], Any] = scope["copied"]
    return copied
