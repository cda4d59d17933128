"""How a value that is one text is read and written: codes, percentages, zones, times and exact numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

import attrs

from pushcore._checks import shown
from pushcore.calendar import Zone, utc
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Percentage
from pushcore.payouts.mass_refund import Place

__all__ = ["AMOUNT", "FORMATS", "PLACE", "Format"]

AMOUNT: Final = r"-?[0-9]+(\.[0-9]+)?"
"""The amount of money, which is read together with its currency."""

_INSTANT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DURATION: Final = (
    r"(-)?P(?!$)(?:([0-9]{1,9})D)?"
    r"(?:T(?!$)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,6}))?S)?)?"
)
_FRACTION: Final = r"-?[0-9]{1,999}(\.[0-9]{1,999}|/[0-9]{1,999})?"
_PERCENTAGE: Final = r"-?[0-9]{1,18}(\.[0-9]{1,18}|/[0-9]{1,18})? ?%?"
_CURRENCY: Final = r"[A-Z]{3}"
_ZONE: Final = r"[A-Z][A-Za-z0-9+_/-]*"


@attrs.frozen
class Format:
    """The text form of a class.

    Attributes:
        read: Makes a value of a text, or refuses it.
        write: The text that ``read`` makes the same value of.
        pattern: A regular expression that all such texts match.
        name: What JSON Schema calls the format, if it has a name for it.
        check: What every value goes through, also one that is handed over as it is.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    pattern: str
    name: str | None = None
    check: Callable[[Any], Any] = lambda value: value

    @property
    def keywords(self) -> dict[str, str]:
        """The format as JSON Schema says it."""
        keywords = {"pattern": f"^{self.pattern}$"}
        return keywords if self.name is None else {"format": self.name, **keywords}


def _reader(pattern: str, make: Callable[[str], Any], example: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:  # noqa: ANN401  whatever ``make`` makes
        try:
            if re.fullmatch(pattern, text) is not None:
                return make(text)
        except (ValueError, ArithmeticError):  # the 31st of February, a duration of a million years, 1/0
            pass
        message = f"expected text such as {example!r}, got {shown(text)}"
        raise InvalidValue(message, value=text)

    return read


def _duration(text: str) -> timedelta:
    sign, *numbers, decimals = re.fullmatch(_DURATION, text).groups(default="")  # type: ignore[union-attr]
    days, hours, minutes, seconds = (int(number or 0) for number in numbers)
    span = timedelta(days, seconds, int(decimals.ljust(6, "0")), minutes=minutes, hours=hours)
    return -span if sign else span


def _write_duration(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    decimals = f".{span.microseconds:06}".rstrip("0").rstrip(".")
    days = f"{span.days}D" if span.days else ""
    time = "".join(f"{n}{unit}" for n, unit in ((minutes // 60, "H"), (minutes % 60, "M")) if n)
    if seconds or decimals or not span:
        time += f"{seconds}{decimals}S"
    return f"{sign}P{days}{time and 'T'}{time}"


def _write_instant(at: datetime) -> str:
    return f"{utc(at).replace(tzinfo=None).isoformat()}Z"


def _write_percentage(percentage: Percentage) -> str:
    text = str(percentage)
    Percentage.of(text)  # what has more digits than can be read is not written either
    return text


def _place(text: str) -> Place:
    code, _, wallet = text.partition("/")
    return wallet, Currency.of(code)


PLACE: Final = Format(
    _reader(f"{_CURRENCY}/.+", _place, "EUR/provider"),
    lambda place: f"{place[1]}/{place[0]}",
    f"{_CURRENCY}/.+",
)
"""A wallet and a currency in it, which are keys."""

FORMATS: Final[Mapping[type, Format]] = {
    Currency: Format(Currency.of, str, _CURRENCY),
    Fraction: Format(_reader(_FRACTION, Fraction, "10/11"), str, _FRACTION),
    Percentage: Format(Percentage.of, _write_percentage, _PERCENTAGE),
    Zone: Format(Zone, str, _ZONE),
    datetime: Format(
        _reader(_INSTANT, datetime.fromisoformat, "2026-02-04T19:00:00Z"),
        _write_instant,
        _INSTANT,
        "date-time",
        utc,
    ),
    date: Format(_reader(_DATE, date.fromisoformat, "2026-02-04"), date.isoformat, _DATE, "date"),
    timedelta: Format(_reader(_DURATION, _duration, "P7D"), _write_duration, _DURATION, "duration"),
}
"""Every class that is one text in a document."""
