"""Frozen values made without checking again what was checked before.

A decision changes a field or two of an aggregate, or makes one of parts that it has looked at, by the million.
`attrs.evolve` and the class itself run every validator, at several times the cost.
"""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["evolved", "made"]

T = TypeVar("T", bound=attrs.AttrsInstance)

_OPEN: Final = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
_NOT_PLAIN: Final = (type(attrs.NOTHING), type(attrs.Factory(list)))


def evolved(value: T, **changed: Any) -> T:  # noqa: ANN401  any field
    """A copy of a frozen attrs value with some fields changed to values that are known to be right."""
    copied: T = _writer(value.__class__, *changed)(value, **changed)
    return copied


def made(cls: type[T], **fields: Any) -> T:  # noqa: ANN401  any field
    """A frozen attrs value of fields that are known to be right; the others have their defaults."""
    new: T = _writer(cls, *fields)(_defaults(cls), **fields)
    return new


@lru_cache(maxsize=256)
def _writer(cls: type[attrs.AttrsInstance], *given: str) -> Callable[..., Any]:
    """A function that takes some fields as they are given and the rest from another value.

    It is written out as attrs writes its initialisers. The fields of what is frozen can be set by a long way
    round only, so they are set while it is of an open subclass with the same slots, and it becomes one of the
    class itself when it is complete.
    """
    lines = [
        f"def written(other, {', '.join(given)}):",
        " value = new(opened)",
        *(f" value.{it.name} = {'' if it.name in given else 'other.'}{it.name}" for it in attrs.fields(cls)),
        " value.__class__ = cls",
        " return value",
    ]
    scope: dict[str, Any] = {"new": object.__new__, "opened": type("Opened", (cls,), _OPEN), "cls": cls}
    exec("\n".join(lines), scope)  # noqa: S102  of the names of fields alone
    written: Callable[..., Any] = scope["written"]
    return written


@lru_cache(maxsize=256)
def _defaults(cls: type[attrs.AttrsInstance]) -> SimpleNamespace:
    """What the fields of a class are unless they are given."""
    plain = (it for it in attrs.fields(cls) if not isinstance(it.default, _NOT_PLAIN))
    return SimpleNamespace(**{it.name: it.default for it in plain})
