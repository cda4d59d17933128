"""The next version of a frozen value, made without checking again what was checked when it was first made.

A decision changes a field or two of an aggregate, by the million. `attrs.evolve` runs every validator
again, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import attrs

if TYPE_CHECKING:
    from typing import Any

__all__ = ["evolved"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_new = object.__new__
_set = object.__setattr__


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    cls = value.__class__
    copy = _new(cls)
    for name in _names(cls):
        _set(copy, name, changed[name] if name in changed else getattr(value, name))
    return copy


@lru_cache(maxsize=256)
def _names(cls: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))
