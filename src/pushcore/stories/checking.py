"""Checking: what a story expects, compared with what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.stories.outcome import Outcome

__all__ = ["Difference", "check"]

_ABSENT: Final[Any] = object()


@attrs.frozen
class Difference:
    """One expectation that was not met: where, what was expected, and what was found instead."""

    path: str
    expected: object
    found: object

    def __str__(self) -> str:
        found = "nothing" if self.found is _ABSENT else shown(self.found)
        return f"{self.path}: expected {shown(self.expected)}, found {found}"


def check(outcome: Outcome) -> tuple[Difference, ...]:
    """Every expectation of the story that its outcome does not meet.

    What is not mentioned is not compared, and amounts are compared as text, to the digit. A list is compared
    item by item and has to be of the same length.

    Raises:
        InvalidValue: it is no outcome.
    """
    if outcome.__class__ is not Outcome:
        message = f"the outcome of a story is checked, not {shown(outcome)}"
        raise InvalidValue(message, outcome=outcome)
    return tuple(_differences("", outcome.story.expect, outcome.as_dict()))


def _differences(path: str, expected: Any, found: Any) -> Iterator[Difference]:  # noqa: ANN401  anything JSON can say
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from _differences(f"{path}.{key}".removeprefix("."), value, found.get(key, _ABSENT))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif expected != found:
        yield Difference(path, expected, found)
