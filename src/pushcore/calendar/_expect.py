"""What the functions of the calendar accept, said once, so that no wrong type travels further in."""

from __future__ import annotations

from datetime import datetime
from types import NoneType

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["expect"]


def expect(value: object, *kinds: type, what: str, least: int | None = None) -> None:
    """Refuse a value of any other kind, and a number below the least.

    Raises:
        InvalidValue: naming the argument and showing the value.
    """
    if type(value) not in kinds and not _is_one_of(kinds, value):
        names = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
        message = f"{what}: expected {names}, got {shown(value)}"
        raise InvalidValue(message, value=value)
    if least is not None and isinstance(value, int) and value < least:
        message = f"{what}: expected at least {least}, got {shown(value)}"
        raise InvalidValue(message, value=value)


def _is_one_of(kinds: tuple[type, ...], value: object) -> bool:
    """Whether it is of a subclass; a bool is an int and a datetime a date, but to Python only."""
    if isinstance(value, bool) or (isinstance(value, datetime) and datetime not in kinds):
        return False
    return isinstance(value, kinds)
