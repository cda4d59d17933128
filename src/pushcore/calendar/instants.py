"""Instants: points in time that mean the same everywhere. pushcore keeps all of them in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pushcore._checks import shown
from pushcore.errors import InvalidValue

__all__ = ["utc", "utc_of"]

_FIRST: Final = 2  # a year from the ends of Python's calendar, so that the
_LAST: Final = 9998  # wall-clock time of an instant exists in every zone


def utc(at: datetime) -> datetime:
    """The same instant, in UTC.

    Raises:
        InvalidValue: not a datetime, without zone or offset, or outside of the years 2 to 9998.

    Example:
        >>> str(utc(datetime.fromisoformat("2026-01-05T10:00+01:00")))
        '2026-01-05 09:00:00+00:00'
    """
    if at.__class__ is datetime and at.tzinfo is UTC and _FIRST <= at.year <= _LAST:
        return at
    if not isinstance(at, datetime) or at.utcoffset() is None:
        message = f"expected an instant (a datetime with a zone or offset), got {shown(at)}"
        raise InvalidValue(message, value=at)
    try:
        moved = at.astimezone(UTC)
    except OverflowError:
        moved = None
    if moved is None or not _FIRST <= moved.year <= _LAST:
        message = f"expected an instant in the years 2 to 9998, got {shown(at)}"
        raise InvalidValue(message, value=at)
    return moved


def utc_of(at: datetime, owner: str, field: str) -> datetime:
    """As `utc`, for a field that the error is to name.

    Raises:
        InvalidValue: likewise.
    """
    try:
        return utc(at)
    except InvalidValue as wrong:
        message = f"{owner}.{field}: {wrong}"
        raise InvalidValue(message, field=field, value=at) from None
