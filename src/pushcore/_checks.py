"""What a public value accepts, said once: small validators for attrs fields.

Each raises `InvalidValue` naming the class, the field and the value, so that no wrong type travels
further in and surfaces as a stray `TypeError` or `AttributeError` somewhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeGuard, TypeVar

from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from enum import Enum
    from typing import Any, NoReturn

    import attrs

    Validator = Callable[[object, attrs.Attribute[Any], Any], None]

__all__ = [
    "LONGEST",
    "above_zero",
    "as_dict",
    "counted",
    "each",
    "expect",
    "is_name",
    "items",
    "kind",
    "none_such",
    "not_negative",
    "placed",
    "shown",
    "stream",
    "table",
    "unique",
]

LONGEST: Final = 200
"""How many characters an id has at most, and whatever else goes by such a text."""

_SHOWN: Final = 60
_NOWHERE: Final = re.compile("<.* at 0x[0-9a-fA-F]+>")
_PRINTABLE_BITS: Final = 4_000
_MOST: Final = 10**18
T = TypeVar("T")


def shown(value: object) -> str:
    """The value as an error message shows it: its repr, shortened, whatever it is; a date or time as text.

    A class is shown by its name, and what shows nothing but where it is in memory by that of its class.
    """
    if isinstance(value, int) and value.bit_length() > _PRINTABLE_BITS:
        return f"<an int of {value.bit_length()} bits>"
    if isinstance(value, type):
        return value.__name__
    try:
        text = str(value) if isinstance(value, date | time | timedelta) else repr(value)
    except Exception:  # noqa: BLE001  a value that cannot even be shown is named by its type
        text = ""
    if not text or _NOWHERE.fullmatch(text):
        return f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}… ({len(text)} characters)"


def kind(*types: type | None) -> Validator:
    """The value is of one of these types; ``None`` in the list allows None, and a bool is not an int."""
    wanted = tuple(NoneType if t is None else t for t in types)
    names = _named(wanted)

    def check(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value.__class__ not in wanted and not _is_one_of(wanted, value):
            _refuse(owner, attribute, value, f"expected {names}")

    return check


def each(*types: type) -> Validator:
    """The value is a tuple whose items are all of one of these types."""
    names = _named(types)

    def check(owner: object, attribute: attrs.Attribute[Any], value: Iterable[object]) -> None:
        for place, item in enumerate(value):
            if not isinstance(item, types):
                _refuse(owner, attribute, item, f"expected {names} at {place}")

    return check


def items(value: Iterable[Any]) -> tuple[Any, ...]:
    """Converter for sequence fields: any iterable that has an order, text apart, becomes a tuple."""
    if type(value) is tuple:
        return value
    if isinstance(value, AbstractSet):
        message = f"expected a sequence, got {shown(value)}, which has no order"
        raise InvalidValue(message, value=value)
    return tuple(stream(value))


def as_dict(value: Any) -> Any:  # noqa: ANN401  what is no mapping is for the validator to refuse
    """Converter for mapping fields: a dict of its own, so that nobody changes the value from outside."""
    return dict(value) if value.__class__ is dict or isinstance(value, Mapping) else value


def stream(value: Iterable[T]) -> Iterator[T]:
    """An iterator over any iterable but text and mappings.

    Raises:
        InvalidValue: it is something else. An error while the items are made is not hidden.
    """
    if type(value) is tuple or type(value) is list:
        return iter(value)
    with suppress(TypeError):
        if not isinstance(value, str | bytes | Mapping):
            return iter(value)
    message = f"expected a sequence, got {shown(value)}"
    raise InvalidValue(message, value=value)


def counted(least: int, most: int = _MOST, *, optional: bool = False) -> Validator:
    """The value is an int (not a bool) from this least to this most, or None where that is allowed."""

    def check(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is int and least <= value <= most:
            return
        if optional and value is None:
            return
        if type(value) is not int:
            _refuse(owner, attribute, value, "expected a whole number")
        if value < least:
            _refuse(owner, attribute, value, f"expected at least {least}")
        _refuse(owner, attribute, value, "too many" if most == _MOST else f"expected at most {most}")

    return check


def above_zero(owner: object, attribute: attrs.Attribute[Any], value: Any) -> None:  # noqa: ANN401  money, or None
    """An amount of money is above zero, if there is one; put it behind `kind`."""
    if value is not None and value.minor <= 0:
        _refuse(owner, attribute, value, "expected an amount above zero")


def not_negative(owner: object, attribute: attrs.Attribute[Any], value: Any) -> None:  # noqa: ANN401  money, or None
    """An amount of money, or a percentage, is at least zero, if there is one; put it behind `kind`."""
    if value is not None and getattr(value, "minor", getattr(value, "numerator", 0)) < 0:
        message = f"{type(owner).__name__}.{attribute.name}: expected at least zero, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


def table(keys: Validator, *values: Validator) -> Validator:
    """The value is a dict, with keys and values that these accept."""
    is_dict = kind(dict)

    def check(owner: object, attribute: attrs.Attribute[Any], value: dict[object, object]) -> None:
        is_dict(owner, attribute, value)
        for key, item in value.items():
            keys(owner, attribute, key)
            for accept in values:
                accept(owner, attribute, item)

    return check


def expect(value: object, *types: type, what: str, least: int | None = None) -> None:
    """Refuse an argument of any other type, and a number below the least.

    Raises:
        InvalidValue: naming what it should have been.
    """
    if value.__class__ not in types and not _is_one_of(types, value):
        message = f"{what}: expected {_named(types)}, got {shown(value)}"
        raise InvalidValue(message, value=value)
    if least is not None and isinstance(value, int) and value < least:
        message = f"{what}: expected at least {least}, got {shown(value)}"
        raise InvalidValue(message, value=value)


def is_name(value: object, most: int) -> TypeGuard[str]:
    """Whether it can be a name: printable text without spaces at its ends, of 1 to so many characters."""
    return (
        isinstance(value, str) and 0 < len(value) <= most and value.isprintable() and value == value.strip()
    )


def unique(values: Iterable[object], *, what: str) -> None:
    """Refuse a value that stands twice.

    Raises:
        InvalidValue: naming the first one that does.
    """
    seen: set[object] = set()
    for value in values:
        if value in seen:
            message = f"{what} {shown(value)} stands twice"
            raise InvalidValue(message, value=value)
        seen.add(value)


def placed(error: InvalidValue) -> str:
    """What an error says without the class and field it begins with, for whoever names the place."""
    _, _, said = str(error).partition(f".{error.facts.get('field')}: ")
    return said or str(error)


def none_such(cls: type[Enum], value: object) -> NoReturn:
    """The ``_missing_`` of an enum: what it has instead of a value that it has not.

    Raises:
        InvalidValue: always.
    """
    name = re.sub("(?<!^)(?=[A-Z])", " ", cls.__name__).lower()
    message = f"no {name} {shown(value)}; there are {', '.join(str(it.value) for it in cls)}"
    raise InvalidValue(message, value=value)


def _is_one_of(types: tuple[type, ...], value: object) -> bool:
    """Whether it is of a subclass of them; a bool is an int, and a datetime a date, to Python only."""
    if isinstance(value, bool) or (isinstance(value, datetime) and datetime not in types):
        return False
    return isinstance(value, types)


def _named(types: tuple[type, ...]) -> str:
    return " or ".join("None" if t is NoneType else t.__name__ for t in types)


def _refuse(owner: object, attribute: attrs.Attribute[Any], value: object, why: str) -> NoReturn:
    message = f"{type(owner).__name__}.{attribute.name}: {why}, got {shown(value)}"
    raise InvalidValue(message, field=attribute.name, value=value)
