"""Problems: everything that is wrong with a payload, in pushcore's words and at its places in the payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from pushcore._checks import placed, shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.schemas.documents import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

__all__ = ["validated"]

T = TypeVar("T")


def validated(adapter: TypeAdapter[T], payload: object) -> T:
    """What a payload stands for.

    Raises:
        InvalidDocument: it is wrong; every problem is named.
    """
    try:
        return adapter.validate_python(payload)
    except ValidationError as error:
        problems = [it for line in error.errors(include_url=False) for it in _problems(line, payload)]
    except RecursionError:
        problems = [_NESTED]
    raise InvalidDocument(problems)


_NESTED: Final = Problem("", "it is nested too deeply", "nesting")
_SAID: Final = {
    "amount_type": ("type", ""),
    "bool_type": ("type", "expected true or false"),
    "bool_parsing": ("type", "expected true or false"),
    "dict_type": ("type", "expected an object"),
    "enum": ("choice", "expected {expected}"),
    "extra_forbidden": ("unknown-key", "there is no such key here"),
    "frozen_set_type": ("type", "expected a list"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"),
        ("type", "expected a whole number"),
    ),
    "invalid_key": ("type", "expected text as a key"),
    "list_type": ("type", "expected a list"),
    "literal_error": ("choice", "expected {expected}"),
    "missing": ("missing", "is missing"),
    "model_attributes_type": ("type", "expected an object"),
    "model_type": ("type", "expected an object"),
    "string_type": ("type", "expected text"),
    "string_unicode": ("invalid", "expected text that can be encoded"),
    "too_short": ("invalid", "expected at least {min_length}"),
    "tuple_type": ("type", "expected a list"),
    "union_tag_invalid": ("choice", "expected {expected_tags}"),
    "union_tag_not_found": ("missing", "is missing"),
}
"""The kind of a problem and what is said of it, by the name that pydantic gives it."""


def _problems(line: ErrorDetails, payload: object) -> Iterator[Problem]:
    if line["type"].startswith("recursion"):
        yield _NESTED  # without its place, which would be a page long
        return
    path, at = _place(line["loc"], payload)
    context = line.get("ctx", {})
    match context.get("error"):
        case InvalidDocument(problems=problems):
            for problem in problems:
                yield Problem(_joined(*path, problem.path), problem.message, problem.kind)
        case InvalidValue() as error:
            kind = "invalid" if type(error) is InvalidValue else type_name(type(error))
            yield Problem(_joined(*path, *_field(error, at)), placed(error), kind)
        case _:
            yield _problem(line, path, at, context)


def _field(error: InvalidValue, at: object) -> tuple[object, ...]:
    """The one field of an object that the error is about, if it is about one."""
    if not isinstance(at, Mapping):
        return ()
    field = error.facts.get("field")
    named = [field] if field in at else [key for key in at if key in error.facts]
    return tuple(named) if len(named) == 1 else ()


def _problem(line: ErrorDetails, path: list[int | str], at: Any, context: dict[str, Any]) -> Problem:  # noqa: ANN401
    """A problem that pydantic found itself."""
    kind, said = _SAID.get(line["type"], ("invalid", ""))
    message = said.format(**context) or _in_our_words(line["msg"])
    if line["type"] == "missing":
        path = [*path, line["loc"][-1]]
    elif line["type"].startswith("union_tag") and not isinstance(at, Mapping):
        kind, message = "type", "expected an object"
    elif line["type"].startswith("union_tag"):
        tag = context["discriminator"].strip("'")
        path, at = [*path, tag], at.get(tag)
    if kind != "missing":
        message = f"{message}, got {shown(at)}"
    return Problem(_joined(*path), message, kind)


def _in_our_words(message: str) -> str:
    """What pydantic says of a field of somebody's own, as we would begin it."""
    expected = message.removeprefix("Input should be ")
    return f"{message[:1].lower()}{message[1:]}" if expected == message else f"expected {expected}"


def _place(loc: tuple[int | str, ...], payload: Any) -> tuple[list[int | str], object]:  # noqa: ANN401
    """The part of a location that exists in the payload, and what is there.

    Pydantic also names the alternatives that it took, and the key that is missing.
    """
    path = []
    for step in loc:
        try:
            payload = payload[step]
        except (LookupError, TypeError):
            continue
        path.append(step)
    return path, payload


def _joined(*steps: object) -> str:
    texts = (str(step) for step in steps if step != "")
    return ".".join(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in texts)


_LONGEST: Final = 60
