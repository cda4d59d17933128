"""What a public value accepts, said once: small validators for attrs fields.

Each raises `InvalidValue` naming the class, the field and the value, so that no wrong type travels
further in and surfaces as a stray `TypeError` or `AttributeError` somewhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from pushcore.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing import Any

    import attrs

    Validator = Callable[[object, attrs.Attribute[Any], Any], None]

__all__ = ["aware", "counted", "each", "items", "kind", "shown", "unique"]

_SHOWN: Final = 60
_PRINTABLE_BITS: Final = 4_000
T = TypeVar("T")


def shown(value: object) -> str:
    """The value as an error message shows it: its repr, shortened, whatever it is."""
    if isinstance(value, int) and value.bit_length() > _PRINTABLE_BITS:
        return f"<an int of {value.bit_length()} bits>"
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  a value that cannot even be shown is named by its type
        return f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}… ({len(text)} characters)"


def kind(*types: type | None) -> Validator:
    """The value is of one of these types; ``None`` in the list allows None, and a bool is not an int."""
    wanted = tuple(type(None) if t is None else t for t in types)
    names = " or ".join("None" if t is None else t.__name__ for t in types)

    def check(owner: object, attribute: attrs.Attribute[object], value: object) -> None:
        if not isinstance(value, wanted) or (value.__class__ is bool and bool not in wanted):
            _refuse(owner, attribute, value, f"expected {names}")

    return check


def each(*types: type) -> Validator:
    """The value is a tuple whose items are all of one of these types."""
    names = " or ".join(t.__name__ for t in types)

    def check(owner: object, attribute: attrs.Attribute[object], value: object) -> None:
        if type(value) is not tuple or not all(isinstance(item, types) for item in value):
            _refuse(owner, attribute, value, f"expected a sequence of {names}")

    return check


def items(value: Iterable[Any]) -> tuple[Any, ...]:
    """Converter for sequence fields: any iterable but text becomes a tuple."""
    if type(value) is tuple:
        return value
    if isinstance(value, str | bytes):
        message = f"expected a sequence, got the text {shown(value)}"
        raise InvalidValue(message, value=value)
    try:
        return tuple(value)
    except TypeError:
        message = f"expected a sequence, got {shown(value)}"
        raise InvalidValue(message, value=value) from None


def counted(least: int, *, optional: bool = False) -> Validator:
    """The value is an int (not a bool) of at least this much, or None where that is allowed."""

    def check(owner: object, attribute: attrs.Attribute[object], value: object) -> None:
        if optional and value is None:
            return
        if type(value) is not int:
            _refuse(owner, attribute, value, "expected a whole number")
        elif value < least:
            _refuse(owner, attribute, value, f"expected at least {least}")

    return check


def aware(*, optional: bool = False) -> Validator:
    """The value is a `datetime` with a zone or offset, so that it names one instant."""

    def check(owner: object, attribute: attrs.Attribute[object], value: object) -> None:
        if optional and value is None:
            return
        if not isinstance(value, datetime):
            _refuse(owner, attribute, value, "expected a datetime")
        elif value.tzinfo is None or value.utcoffset() is None:
            _refuse(owner, attribute, value, "expected a datetime with a zone or offset")

    return check


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


def _refuse(owner: object, attribute: attrs.Attribute[object], value: object, why: str) -> None:
    message = f"{type(owner).__name__}.{attribute.name}: {why}, got {shown(value)}"
    raise InvalidValue(message, field=attribute.name, value=value)
