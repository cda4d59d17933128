"""Reading: a file of TOML or JSON becomes a story, or an error that names everything wrong with it."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pushcore._checks import expect, shown
from pushcore._findings import once
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.stories.building import build
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken, unreadable
from pushcore.stories.salvaging import problems_of, salvaged
from pushcore.stories.story import Story

__all__ = ["parse_story", "read_story"]

_ENDLESS: Final = re.compile(r"(?<![\"0-9])[0-9]{4301,}")  # outside of quotes, unreadable to Python


def read_story(path: str | os.PathLike[str], *, more_pledges: bool = False) -> Story:
    """The story in a file: TOML, or JSON if its name ends in ``.json`` or it begins with a brace.

    Args:
        path: The file.
        more_pledges: Whether it is played with a CSV of pledges, so that its events may speak of those, too.

    Raises:
        InvalidDocument: with every problem of the file, each with the path of its key.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, TypeError, ValueError) as error:
        raise InvalidDocument([unreadable(path, error)]) from None
    return parse_story(content, name=str(path), more_pledges=more_pledges)


def parse_story(text: str | bytes, *, name: str = "", more_pledges: bool = False) -> Story:
    """The story that a text tells.

    Args:
        text: TOML or JSON, in UTF-8 if it is bytes.
        name: What problems call it; a name that ends in ``.json`` makes it JSON.
        more_pledges: As for `read_story`.

    Raises:
        InvalidDocument: with every problem, each with the path of its key.

    Example:
        >>> try:
        ...     parse_story('{"story": 1, "title": "Short"}')
        ... except InvalidDocument as wrong:
        ...     print(wrong)
        campaign: this key is required
    """
    expect(name, str, what="the name of a story")
    findings = Findings(name)
    raw = findings.attempt("", _parse, text, json_=findings.name.lower().endswith(".json"))
    story: Story = BROKEN
    if not broken(raw):
        story = build(_document(raw, findings), findings, more_pledges=more_pledges)
    if findings.problems:
        raise InvalidDocument(findings)
    return story


def _document(raw: dict[str, Any], findings: Findings) -> Document:
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        for problem in problems_of(error):
            findings.note(problem.path, problem.message, problem.kind)
        return salvaged(raw)


def _parse(text: object, *, json_: bool) -> dict[str, Any]:
    decoded = _decoded(text) if isinstance(text, bytes) else text
    if not isinstance(decoded, str):
        message = f"expected the text of a story, got {shown(text)}"
        raise InvalidValue(message, text=text)
    json_ = json_ or decoded.lstrip().startswith("{")
    try:
        raw = json.loads(decoded, object_pairs_hook=once) if json_ else tomllib.loads(decoded)
    except InvalidValue:
        raise
    except RecursionError:
        message = "it is nested too deeply"
        raise InvalidValue(message) from None
    except ValueError as error:
        if (number := _ENDLESS.search(decoded)) is not None:
            line = decoded.count("\n", 0, number.start()) + 1
            message = f"line {line}: a number of {len(number[0])} digits: amounts are text, such as '12.34'"
        else:
            message = f"not {'JSON' if json_ else 'TOML'}: {error}"
        raise InvalidValue(message) from None
    if not isinstance(raw, dict):
        message = f"expected a table at the top, got {shown(raw)}"
        raise InvalidValue(message)
    return raw


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{text[error.start]:02x} in line {line}"
        raise InvalidValue(message) from None
