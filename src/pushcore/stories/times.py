"""Times as stories write them: wall-clock time of the campaign's zone, unless they carry an offset."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from pushcore._checks import shown
from pushcore.calendar import Deadline, Fold, Zone, instant, utc
from pushcore.errors import InvalidValue

__all__ = ["TIME_PATTERN", "deadline_of", "instant_of", "read_time"]

TIME_PATTERN: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
    r"( ?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?"
)
_TIME: Final = re.compile(TIME_PATTERN)


def read_time(value: object) -> datetime:
    """The time that is written, without zone where it has no offset; a time of TOML's own is kept as it is.

    Raises:
        InvalidValue: it is not written ``YYYY-MM-DD HH:MM[:SS]``, or there is no such day.

    Example:
        >>> print(read_time("2026-01-05 10:00"), "|", read_time("2026-01-05 10:00:30 +01:00"))
        2026-01-05 10:00:00 | 2026-01-05 10:00:30+01:00
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _TIME.fullmatch(value) is not None:
        try:
            return datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        except ValueError:
            message = f"time {shown(value)} names a day that does not exist"
            raise InvalidValue(message, value=value) from None
    written = str(value) if isinstance(value, date) else value  # a date of TOML's own
    message = (
        f"time {shown(written)} is not written as '2026-01-05 10:00', with seconds or an offset if need be"
    )
    raise InvalidValue(message, value=value)


def instant_of(time: datetime, zone: Zone) -> datetime:
    """The instant of a time that was read; of one that clocks show twice, the earlier.

    Raises:
        InvalidValue: clocks of the zone never show it.
    """
    return instant(time, zone, fold=Fold.EARLIER) if time.tzinfo is None else utc(time)


def deadline_of(time: datetime, zone: Zone) -> Deadline:
    """The deadline at a time that was read, which is too late itself.

    Raises:
        InvalidValue: clocks of the zone never show it.
    """
    return Deadline(instant_of(time, zone), zone, inclusive=False)
