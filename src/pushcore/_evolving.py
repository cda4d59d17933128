"""The next version of a frozen value, made without checking again what was checked when it was first made.

A decision changes a field or two of an aggregate, by the million. `attrs.evolve` runs every validator
again, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["evolved"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_set = object.__setattr__


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    copy: T = _copier(value.__class__)(value)
    for name, new in changed.items():
        _set(copy, name, new)
    return copy


@lru_cache(maxsize=256)
def _copier(cls: type[attrs.AttrsInstance]) -> Callable[[Any], Any]:
    """A function that copies field by field, written out as attrs writes its initialisers."""
    names = [field.name for field in attrs.fields(cls)]
    setters = {f"set_{name}": getattr(cls, name).__set__ for name in names}
    lines = [
        "def copied(value):",
        " copy = new(cls)",
        *(f" set_{name}(copy, value.{name})" for name in names),
        " return copy",
    ]
    scope: dict[str, Any] = {"new": object.__new__, "cls": cls, **setters}
    exec("\n".join(lines), scope)  # noqa: S102  of the names of fields alone
    copied: Callable[[Any], Any] = scope["copied"]
    return copied
