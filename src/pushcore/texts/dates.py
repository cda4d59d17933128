"""Days as people of a locale write them, on the calendar of a zone: an instant has no day of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date

from pushcore._checks import expect
from pushcore.calendar import local
from pushcore.errors import InvalidValue
from pushcore.money.locale import known_locale

if TYPE_CHECKING:
    from datetime import datetime

    from babel.core import Locale

    from pushcore.calendar import Zone

__all__ = ["format_day"]


def format_day(at: datetime, locale: str, zone: Zone) -> str:
    """The day of an instant in a zone, as people of a locale write it.

    Raises:
        InvalidValue: no instant, no zone, no such locale, or one that is written from right to left.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore import Zone
        >>> format_day(datetime(2026, 2, 3, 23, 30, tzinfo=UTC), "fr", Zone("Europe/Paris"))
        '4 févr. 2026'
    """
    expect(locale, str, what="the identifier of a locale")
    day: str = format_date(local(at, zone).date(), "medium", locale=_locale(locale))
    return day


@lru_cache(maxsize=128)
def _locale(identifier: str) -> Locale:
    locale = known_locale(identifier)
    if locale.text_direction == "rtl":
        message = f"{identifier} is written from right to left, which the columns of these texts are not"
        raise InvalidValue(message, locale=identifier)
    return locale
