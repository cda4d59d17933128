"""Writing: any value of the domain as plain JSON objects, lists, texts and numbers."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum
from functools import cache, singledispatch
from types import NoneType
from typing import Any, Final

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money import Money
from pushcore.schemas.documents import tags
from pushcore.schemas.formats import FORMATS, PLACE

__all__ = ["written"]

_TOO_LONG: Final = 10**18


@singledispatch
def written(value: Any) -> Any:  # noqa: ANN401  any value of the domain
    """The value as objects, lists, texts and numbers of JSON, which are read back as an equal value.

    Raises:
        InvalidValue: it is no value of the domain, or holds a number with more digits than can be read back.
    """
    if not attrs.has(value.__class__):
        message = f"{shown(value)} cannot be written as a document"
        raise InvalidValue(message, value=value)
    named, fields = _shape(value.__class__)
    return {**named, **{key: written(getattr(value, name)) for key, name in fields}}


@cache
def _shape(cls: type[attrs.AttrsInstance]) -> tuple[dict[str, int | str], tuple[tuple[str, str], ...]]:
    """What values of a class say of themselves, and the key and name of each field they are made of."""
    fields = tuple((field.alias or field.name, field.name) for field in attrs.fields(cls) if field.init)
    return tags(cls), fields


@written.register(str)
@written.register(int)
@written.register(NoneType)
def _itself(value: object) -> object:
    return value


@written.register
def _enum(value: Enum) -> Any:  # noqa: ANN401
    return value.value


@written.register(tuple)
def _list(value: tuple[Any, ...]) -> list[Any]:
    return [written(item) for item in value]


@written.register(frozenset)
def _set(value: frozenset[Any]) -> list[Any]:
    return [written(item) for item in sorted(value)]


@written.register(dict)
def _object(value: dict[str, Any]) -> dict[str, Any]:
    return {_key(key): written(item) for key, item in value.items()}


def _key(key: Any) -> str:  # noqa: ANN401
    """A key as the text that it has to be."""
    return PLACE.write(key) if isinstance(key, tuple) else key


@written.register
def _money(value: Money) -> dict[str, str]:
    if not -_TOO_LONG < value.minor < _TOO_LONG:
        message = f"{value} has more than 18 digits, which no amount that is read may have"
        raise InvalidValue(message, amount=value)
    return {"amount": value.text, "currency": value.currency.code}


for _named in IntEnum, StrEnum:
    written.register(_named, _enum)
for _kind, _format in FORMATS.items():
    written.register(_kind, _format.write)
