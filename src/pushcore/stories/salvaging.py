"""Salvaging: what can still be read of a document that is wrong, so that all problems are found at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from pushcore._checks import placed, shown
from pushcore.calendar import Zone
from pushcore.errors import Problem
from pushcore.money import Currency
from pushcore.stories.document import Document
from pushcore.stories.event_tables import EVENTS, EventTable
from pushcore.stories.findings import BROKEN, NAMELESS, broken

__all__ = ["problems_of", "salvaged"]

_MESSAGES: Final = {
    "missing": "this key is required",
    "extra_forbidden": "there is no such key here",
    "int_type": "{value} is not a whole number",
    "bool_type": "{value} is not true or false",
    "string_type": "{value} is not text",
    "list_type": "{value} is not a list",
    "dict_type": "{value} is not a table",
    "model_type": "{value} is not a table",
    "greater_than_equal": "{value} is less than {ge}",
    "less_than": "{value} is not less than {lt}",
    "less_than_equal": "{value} is more than {le}",
    "too_long": "there are {actual_length}, at most {max_length} can be",
}
_KINDS: Final = {"missing": "missing", "extra_forbidden": "unknown-key"}


def problems_of(error: ValidationError) -> Iterator[Problem]:
    """What is wrong, with the path of each key as a reader would write it: ``events[3].tier``."""
    for one in error.errors(include_url=False):
        yield Problem(_path(one["loc"]), _message(one), _KINDS.get(one["type"], "invalid"))


def _message(error: ErrorDetails) -> str:
    ctx = error.get("ctx", {})
    if "error" in ctx:  # one of our own refusals
        return placed(ctx["error"])
    match error["type"], error["loc"]:
        case "extra_forbidden", ("events", _, kind, key) if key in EVENTS:
            return f"an event is one thing: give one of {kind}, {key}"
        case _:
            pass
    template = _MESSAGES.get(error["type"])
    return error["msg"] if template is None else template.format(value=shown(error["input"]), **ctx)


def _path(loc: tuple[int | str, ...]) -> str:
    if len(loc) > 2 and loc[0] == "events":  # noqa: PLR2004  the third says which kind of event it was read as
        loc = (*loc[:2], *loc[3:])
    path = ""
    for key in loc:
        if isinstance(key, int):
            path += f"[{key}]"
        elif key.isidentifier():
            path += f".{key}"
        else:
            path += f".{shown(key)}"
    return path.removeprefix(".")


def salvaged(raw: dict[str, Any]) -> Document:
    """The document as far as it can be read; what cannot is `BROKEN`, or a table of which everything is.

    Without a currency or a zone no amount and no time could be checked: others stand in for them.
    """
    document: Document = _table(Document, raw)
    campaign = document.campaign
    for key, other in _STAND_INS.items():
        if broken(getattr(campaign, key)):
            setattr(campaign, key, other)
            if key == "zone" and _offset(campaign.opens) is not _offset(campaign.closes):
                campaign.closes = BROKEN  # which of the two is earlier depends on the zone
    return document


def _offset(time: datetime | None) -> bool:
    """Whether a time says by itself which instant it is."""
    return isinstance(time, datetime) and time.tzinfo is not None


def _some_currency() -> Currency:
    """One with as many decimals as any has, and a code that no message keeps."""
    currency = object.__new__(Currency)
    currency.__attrs_init__(NAMELESS, 4, "", "unknown", None)
    return currency


_STAND_INS: Final = {"currency": _some_currency(), "zone": Zone("UTC")}


def _table(model: type[BaseModel], raw: object) -> Any:  # noqa: ANN401  of the model, some of its values broken
    if isinstance(raw, dict):
        values = {name: _value(model, name, raw) for name in model.model_fields}
    else:
        values = {name: _parts(field.annotation, None) for name, field in model.model_fields.items()}
    return model.model_construct(**values)


def _value(model: type[BaseModel], name: str, raw: dict[str, Any]) -> Any:  # noqa: ANN401
    field = model.model_fields[name]
    if name not in raw and not field.is_required():
        return field.get_default(call_default_factory=True)
    try:
        return _adapter(model, name).validate_python(raw[name], strict=True)
    except (KeyError, ValidationError):
        return _parts(field.annotation, raw.get(name))


def _parts(annotation: Any, value: object) -> Any:  # noqa: ANN401
    """A table, or a list of tables, that is wrong somewhere, part by part."""
    if annotation == EventTable:
        kinds = [model for key, model in EVENTS.items() if isinstance(value, dict) and key in value]
        return _table(kinds[0], value) if kinds else BROKEN
    kinds = [kind for kind in (annotation, *get_args(annotation)) if _is_table(kind)]
    if get_origin(annotation) is list:
        (item,) = get_args(annotation)
        readable = isinstance(value, list) and (kinds or item == EventTable)
        return [_parts(item, one) for one in cast("list[object]", value)] if readable else BROKEN
    named = any(isinstance(kind, type) and not _is_table(kind) for kind in _choices(annotation))
    return BROKEN if not kinds or (named and not isinstance(value, dict)) else _table(kinds[0], value)


def _choices(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """What a value may be, if not None: a table, or something that has a name."""
    return tuple(kind for kind in get_args(annotation) if kind is not NoneType)


def _is_table(annotation: Any) -> bool:  # noqa: ANN401
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    annotation: Any = Annotated[field.annotation, *field.metadata, None]  # at least one thing beside the type
    return TypeAdapter(annotation)
