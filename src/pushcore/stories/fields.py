"""The types of the keys of a story: what each is written as, and what it is read to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, InstanceOf, PlainSerializer, WithJsonSchema

from pushcore._checks import is_name, shown
from pushcore.calendar import Zone
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money, Percentage
from pushcore.stories.times import TIME_PATTERN, read_time

__all__ = [
    "Amount",
    "CurrencyCode",
    "Date",
    "Goal",
    "Hours",
    "HoursOfAYear",
    "Id",
    "Limit",
    "Part",
    "Percent",
    "Portion",
    "Time",
    "Title",
    "Version",
    "Whole",
    "ZoneName",
    "choice",
    "read_id",
    "written_goal",
]

_LONGEST: Final = 100  # so that the keys and accounts made of an id stay within what an id may be
_STORY: Final = 1


def read_id(value: object) -> str:
    """The id that is written, if it can be one.

    Raises:
        InvalidValue: it is not printable text of 1 to 100 characters without spaces around it.
    """
    if is_name(value, _LONGEST):
        return value
    message = f"{shown(value)} is not printable text of 1 to {_LONGEST} characters, without spaces around it"
    raise InvalidValue(message, value=value)


_UNPRINTABLE: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def _read_title(value: object) -> str:
    """A title is any text that shows on a line: people write them, with whatever signs and spaces."""
    if isinstance(value, str) and value.strip() and _UNPRINTABLE.search(value) is None:
        return value
    message = f"title {shown(value)} is not text on one line"
    raise InvalidValue(message, value=value)


def choice(kind: type[Enum] | Mapping[str, object]) -> BeforeValidator:
    """One of the values of an enum, or of a mapping, by name."""
    known = dict(kind) if isinstance(kind, Mapping) else {str(member.value): member for member in kind}

    def read(value: object) -> object:
        if isinstance(value, str) and value in known:
            return known[value]
        message = f"{shown(value)} is none of {', '.join(known)}"
        raise InvalidValue(message, value=value)

    return BeforeValidator(read)


def _text(what: str, example: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str):
            return value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        kind = "a number: write it as text" if number else "not text: write it"
        message = f"{what} {shown(value)} is {kind}, such as {example!r}"
        raise InvalidValue(message, value=value)

    return read


_percent_text: Final = _text("percentage", "2.9")
_portion_text: Final = _text("portion", "70%")


def _read_percent(value: object) -> Percentage:
    return Percentage.of(_percent_text(value))


def _read_portion(value: object) -> Percentage:
    """A percentage with its sign, or a fraction of the whole; a bare number could be either."""
    text = _portion_text(value)
    if text.endswith("%"):
        return Percentage.of(text)
    if "/" in text:
        return Percentage.of_fraction(Percentage.of(text).fraction * 100)
    message = f"portion {shown(text)} is neither a percentage nor a fraction: write it as '70%' or '7/10'"
    raise InvalidValue(message, value=text)


def _read_version(value: object) -> int:
    if value.__class__ is int and value == _STORY:
        return _STORY
    message = f"{shown(value)} is no format this version reads: write {_STORY}"
    raise InvalidValue(message, value=value)


def _read_currency(value: object) -> Currency:
    return Money.zero(Currency.of(_text("currency", "EUR")(value))).currency  # money can be made of it


def _read_zone(value: object) -> Zone:
    return Zone(_text("time zone", "Europe/Brussels")(value))


def _read_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value) is not None:
        try:
            return date.fromisoformat(value)
        except ValueError:
            message = f"date {shown(value)} names a day that does not exist"
            raise InvalidValue(message, value=value) from None
    message = f"date {shown(value)} is not written as '2026-11-30'"
    raise InvalidValue(message, value=value)


def _read_goal(value: object) -> str | int:
    """An amount as text, or a number of rewards as a table: a bare number could be either."""
    if not isinstance(value, dict):
        return _amount_text(value)
    units = value.get("units")
    if set(value) == {"units"} and type(units) is int and 0 < units < _MOST:
        return units
    message = f"{shown(value)} is no number of rewards: write it as {{ units = 100 }}"
    raise InvalidValue(message, value=value)


def _read_part(value: object) -> str | int:
    """An amount as text, or a number of pieces."""
    if type(value) is int and 0 < value < _MOST:
        return value
    return _amount_text(value)


def written_goal(goal: str | int | None) -> str | dict[str, int] | None:
    """A goal as a story writes it."""
    return {"units": goal} if isinstance(goal, int) else goal


_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST: Final = 10**9
_amount_text: Final = _text("amount", "12.34")
_AMOUNT_PATTERN: Final = r"^-?[0-9]+(\.[0-9]+)?$"

Version = Annotated[int, BeforeValidator(_read_version), WithJsonSchema({"const": _STORY})]
Id = Annotated[
    str, BeforeValidator(read_id), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LONGEST})
]
Title = Annotated[str, BeforeValidator(_read_title), WithJsonSchema({"type": "string", "minLength": 1})]
Amount = Annotated[
    str,
    BeforeValidator(_amount_text),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT_PATTERN, "examples": ["12.34"]}),
]
Whole = Annotated[int, Field(ge=1, lt=_MOST)]
Limit = Annotated[int, Field(ge=0, lt=_MOST)]
HoursOfAYear = Annotated[int, Field(ge=1, le=365 * 24)]
Hours = Annotated[list[HoursOfAYear], Field(max_length=100)]
Goal = Annotated[
    Any,
    BeforeValidator(_read_goal),
    PlainSerializer(written_goal),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _AMOUNT_PATTERN},
                {
                    "type": "object",
                    "properties": {"units": {"type": "integer", "minimum": 1}},
                    "required": ["units"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["1000.00", {"units": 100}],
        }
    ),
]
"""An amount, or a number of rewards: what is held against it is of the same kind."""
Percent = Annotated[
    InstanceOf[Percentage],
    BeforeValidator(_read_percent),
    WithJsonSchema({"type": "string", "examples": ["5", "2.9", "20/3"]}),
]
Portion = Annotated[
    InstanceOf[Percentage],
    BeforeValidator(_read_portion),
    WithJsonSchema({"type": "string", "examples": ["70%", "1/3"]}),
]
Part = Annotated[
    Any,
    BeforeValidator(_read_part),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _AMOUNT_PATTERN}, {"type": "integer", "minimum": 1}]}
    ),
]
"""An amount of something that was paid for, or so many pieces of it."""
CurrencyCode = Annotated[
    InstanceOf[Currency],
    BeforeValidator(_read_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"}),
]
ZoneName = Annotated[
    InstanceOf[Zone],
    BeforeValidator(_read_zone),
    WithJsonSchema({"type": "string", "examples": ["Europe/Brussels"]}),
]
Time = Annotated[
    Any,
    BeforeValidator(read_time),
    WithJsonSchema({"type": "string", "pattern": f"^{TIME_PATTERN}$", "examples": ["2026-01-05 10:00"]}),
]
Date = Annotated[
    InstanceOf[date],
    BeforeValidator(_read_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-30"]}),
]
