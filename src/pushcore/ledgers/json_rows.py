"""JSON rows: the objects of a list, or of a file with one object after the other, read as a stream.

Every value becomes a text: a number stays as it is written, so that no amount goes through a float; what is
within another object or list gets a name such as ``source.id`` or ``fees.0.amount``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, Final, TextIO

import attrs

from pushcore._checks import shown
from pushcore._findings import Findings, once
from pushcore.errors import InvalidValue
from pushcore.ledgers.csv_rows import Row, missing_columns
from pushcore.ledgers.opening import Source, undecoded

__all__ = ["json_rows"]

_CHUNK: Final = 65_536
_LONGEST: Final = 4_194_304
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_LINE: Final = re.compile(r"\r\n|\r|\n")
_DEEPEST: Final = 100


def json_rows(
    source: Source, needed: Collection[str], findings: Findings, *, under: str | None = None
) -> Iterator[Row]:
    """Each object with the line that it begins on, as texts by name; what is null or left out is empty.

    Args:
        source: A list of objects, or objects that follow each other, as on the lines of JSON Lines.
        needed: The names that some object must have.
        findings: Where problems are noted.
        under: The key that the list stands under, where it is part of one object.
    """
    reader = _Reader(source.text)
    nothing, found = dict.fromkeys(needed, ""), dict[str, None]()
    try:
        for line, row in _objects(reader, under, findings):
            found.update(dict.fromkeys(row))
            yield line, {**nothing, **row}
    except InvalidValue as wrong:
        findings.note(f"line {reader.line}", str(wrong))
        return
    if found and (message := missing_columns(found, needed)) is not None:
        findings.note("", message, "missing")


def _objects(reader: _Reader, under: str | None, findings: Findings) -> Iterator[Row]:
    if not reader.peek():
        message = "there is nothing in it"
        raise InvalidValue(message)
    if under is not None:
        _expect(reader, "{", "an object")
        yield from _members(reader, under)
    elif reader.peek() == "[":
        yield from _listed(reader)
    else:
        yield from _following(reader, findings)
    if reader.peek():
        message = "there is more after the end"
        raise InvalidValue(message)


def _following(reader: _Reader, findings: Findings) -> Iterator[Row]:
    """One object after the other; after one that cannot be read, those from the next line on."""
    while reader.peek():
        line = reader.line
        try:
            row = _row(reader)
        except _Undecoded:
            raise
        except InvalidValue as wrong:
            findings.note(f"line {line}", str(wrong))
            reader.skip_line()
        else:
            yield line, row


def _members(reader: _Reader, under: str) -> Iterator[Row]:
    """The list under this key; what else is in the object is passed over."""
    there = False
    while reader.peek() != "}":
        key = reader.value()
        _expect(reader, ":", "a colon")
        if key == under and reader.peek() == "[":
            there = True
            yield from _listed(reader)
        else:
            reader.value()
        if reader.peek() != "}":
            _expect(reader, ",", "a comma")
    reader.skip()
    if not there:
        message = f"there is no list under {shown(under)}"
        raise InvalidValue(message)


def _listed(reader: _Reader) -> Iterator[Row]:
    _expect(reader, "[", "a list")
    while reader.peek() != "]":
        yield reader.line, _row(reader)
        if reader.peek() != "]":
            _expect(reader, ",", "a comma")
            if reader.peek() == "]":
                message = "there is a comma too many"
                raise InvalidValue(message)
    reader.skip()


def _row(reader: _Reader) -> dict[str, str]:
    value = reader.value()
    if not isinstance(value, dict):
        message = f"expected an object with the cells of a row, got {shown(value)}"
        raise InvalidValue(message)
    row: dict[str, str] = {}
    _flatten("", value, row)
    return row


def _flatten(name: str, value: Any, row: dict[str, str], depth: int = 0) -> None:  # noqa: ANN401
    if isinstance(value, dict | list):
        if depth == _DEEPEST:
            message = "it is nested too deeply"
            raise InvalidValue(message)
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inner:
            _flatten(f"{name}.{key}" if name else str(key), one, row, depth + 1)
    else:
        row[name] = value if isinstance(value, str) else _TEXTS.get(value, "")


_TEXTS: Final = {True: "true", False: "false"}


def _expect(reader: _Reader, mark: str, what: str) -> None:
    found = reader.peek()
    if found != mark:
        message = f"expected {what}, got {shown(found) if found else 'the end of the file'}"
        raise InvalidValue(message)
    reader.skip()


class _Undecoded(InvalidValue):
    """Bytes that are no text: there is no use in reading on."""


@attrs.define
class _Reader:
    """A text of JSON, of which no more is held than the value that is being read."""

    text: TextIO
    held: str = ""
    at: int = 0
    line: int = 1
    ended: bool = False

    def peek(self) -> str:
        """The next character that is no blank; none at the end."""
        while True:
            blank = _BLANK.match(self.held, self.at)
            self._pass(blank.end() if blank else self.at)
            if self.at < len(self.held) or not self._more():
                return self.held[self.at : self.at + 1]

    def skip(self) -> None:
        """Pass over one character."""
        self._pass(self.at + 1)

    def skip_line(self) -> None:
        """Pass over the rest of the line."""
        while (end := _LINE.search(self.held, self.at)) is None:
            self._pass(len(self.held))
            if not self._more():
                return
        self._pass(end.end())

    def value(self) -> Any:  # noqa: ANN401  any value of JSON
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.held, self.at)
            except RecursionError:
                message = "it is nested too deeply"
                raise InvalidValue(message) from None
            except json.JSONDecodeError as error:
                if len(self.held) - self.at > _LONGEST or not self._more():
                    message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
                    raise InvalidValue(message) from None
            else:
                if end < len(self.held) or not self._more():  # or a number might go on
                    self._pass(end)
                    return value

    def _pass(self, end: int) -> None:
        self.line += len(_LINE.findall(self.held, self.at, end))
        self.at = end

    def _more(self) -> bool:
        """Read on, as much again as is held; no more than that is ever read twice."""
        if self.ended:
            return False
        chunk = self.text.read(max(_CHUNK, len(self.held) - self.at))
        self.held, self.at = self.held[self.at :] + chunk, 0
        self.ended = not chunk
        if (found := undecoded(chunk)) is not None:
            place, why = found
            self._pass(len(self.held) - len(chunk) + place)
            raise _Undecoded(why)
        return bool(chunk)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=once, parse_float=str, parse_int=str, parse_constant=str)
