"""Times as the cells of a ledger have them, and the instants they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from pushcore._checks import kind, shown
from pushcore.calendar import Fold, Zone, instant, utc
from pushcore.errors import InvalidValue

__all__ = ["Times"]

_SECONDS: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_UNITS: Final = {"epoch": 1_000_000, "epoch-ms": 1_000}
"""How many microseconds a number stands for."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _known(_: object, __: object, form: str) -> None:
    if form != "iso" and form not in _UNITS and "%" not in form:
        message = f"expected 'iso', 'epoch', 'epoch-ms' or a form such as '%d/%m/%Y %H:%M', got {shown(form)}"
        raise InvalidValue(message, value=form)
    if "%" in form and (wrong := _wrong(form)) is not None:
        message = f"{shown(form)} is no form of a time: {wrong}"
        raise InvalidValue(message, value=form)


def _wrong(form: str) -> str | None:
    """What is no directive of `time.strptime` in a form; it says so before it looks at any text."""
    try:
        datetime.strptime("", form)  # noqa: DTZ007  nothing is read
    except re.error:
        return "something stands in it twice"
    except ValueError as wrong:
        if "directive" in str(wrong) or "stray" in str(wrong):
            return str(wrong)
    return None


@attrs.frozen
class Times:
    """How a ledger writes its times.

    Attributes:
        form: ``iso``, seconds (``epoch``) or milliseconds (``epoch-ms``) since 1970, or as `time.strptime`
            takes it.
        zone: Where clocks show those that have no offset; of a time that they show twice, the earlier.

    Raises:
        InvalidValue: there is no such form, or something in it is no directive.

    Example:
        >>> str(Times("%d.%m.%Y", Zone("UTC")).instant("05.01.2026"))
        '2026-01-05 00:00:00+00:00'
    """

    form: str = attrs.field(default="iso", validator=[kind(str), _known])
    zone: Zone | None = attrs.field(default=None, validator=kind(Zone, None))

    def instant(self, text: str) -> datetime:
        """The instant that a cell means.

        Raises:
            InvalidValue: it is written in another way, has no offset where no zone is stated, or never was.
        """
        try:
            time = self._read(text)
        except (ValueError, OverflowError):
            how = "as 2026-01-05 10:00:00" if self.form == "iso" else f"as {self.form}"
            message = f"time {shown(text)} is not written {how}"
            raise InvalidValue(message, value=text) from None
        if time.tzinfo is not None:
            return utc(time)
        if self.zone is None:
            message = f"time {shown(text)} has no offset: say in which zone it is"
            raise InvalidValue(message, value=text)
        return instant(time, self.zone, fold=Fold.EARLIER)

    def _read(self, text: str) -> datetime:
        if self.form == "iso":
            return datetime.fromisoformat(text)
        if self.form not in _UNITS:
            return datetime.strptime(text, self.form)  # noqa: DTZ007  its zone is stated, or refused
        if _SECONDS.fullmatch(text) is None:
            raise ValueError
        whole, _, decimals = text.partition(".")
        billionths = int(whole + decimals.ljust(9, "0"))
        return _EPOCH + timedelta(microseconds=billionths * _UNITS[self.form] // 10**9)
