"""The next version of a frozen value, made without checking again what was checked when it was first made.

A decision changes a field or two of an aggregate, by the million. `attrs.evolve` runs every validator
again, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

import attrs

__all__ = ["evolved"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_new = object.__new__
_set = object.__setattr__


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    copy = _new(value.__class__)
    names, values = _fields(value.__class__)
    any(map(_set, repeat(copy), names, values(value)))  # a loop in C: setting gives None, so none ends it
    for name, new in changed.items():
        _set(copy, name, new)
    return copy


@lru_cache(maxsize=256)
def _fields(cls: type[attrs.AttrsInstance]) -> tuple[tuple[str, ...], attrgetter[Any]]:
    names = tuple(field.name for field in attrs.fields(cls))
    return names, attrgetter(*names)
