"""Reading maps: a file of TOML becomes a map, or an error that names everything wrong with it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from pushcore._checks import expect, shown, stream
from pushcore._findings import unreadable
from pushcore.errors import InvalidDocument, Problem
from pushcore.ledgers.ledger_map import LedgerMap
from pushcore.ledgers.map_document import MapDocument
from pushcore.schemas.problems import validated

__all__ = ["parse_map", "read_map"]

A = TypeVar("A")
T = TypeVar("T")

_DOCUMENT: Final = TypeAdapter(MapDocument)


def read_map(path: str | os.PathLike[str] | None, *, settings: Iterable[str] = ()) -> LedgerMap:
    """The map in a file of TOML, with some of it set otherwise.

    Args:
        path: The file; or None where the settings are all of the map.
        settings: Such as ``line.currency=EUR``: the path of a key, and its value as TOML has it, or as text
            where that is none.

    Raises:
        InvalidDocument: with every problem, each with the path of its key.
    """
    name, tables = "", {"ledger": 1}
    if path is not None:
        try:
            name, content = str(Path(path)), Path(path).read_bytes()
        except (OSError, TypeError, ValueError) as error:
            raise InvalidDocument([unreadable(path, error)]) from None
        tables = _named(name, _parsed, content)
    problems: list[Problem] = []
    for setting in stream(settings):
        expect(setting, str, what="a setting")
        problems += _set(tables, setting)
    try:
        ledger_map = parse_map(tables, name=name)
    except InvalidDocument as wrong:
        problems += wrong.problems
    if problems:
        raise InvalidDocument(problems)
    return ledger_map


def parse_map(text: str | bytes | Mapping[str, Any], *, name: str = "") -> LedgerMap:
    """The map that a text, or what was read of one, says.

    Args:
        text: TOML, in UTF-8 if it is bytes; or its tables.
        name: What problems call it.

    Raises:
        InvalidDocument: with every problem, each with the path of its key; what keys mean together is looked
            at once each of them is right for itself.

    Example:
        >>> net = parse_map('''
        ... ledger = 1
        ... [line]
        ... currency = "{Currency}"
        ... [amounts]
        ... gross = "Gross"
        ... fee = "Fee"
        ... net = "Net"
        ... [[laws]]
        ... name = "net is what the fee leaves"
        ... says = "gross - fee = net"
        ... ''')
        >>> net.columns
        ('Currency', 'Gross', 'Fee', 'Net')
    """
    expect(name, str, what="the name of a map")
    return _named(name, _map_of, text)


def _map_of(text: str | bytes | Mapping[str, Any]) -> LedgerMap:
    return LedgerMap(validated(_DOCUMENT, text if isinstance(text, Mapping) else _parsed(text)))


def _named(name: str, make: Callable[[A], T], of: A) -> T:
    """What is made of something, or its problems with the name of the map before them."""
    try:
        return make(of)
    except InvalidDocument as wrong:
        problems = [
            Problem(": ".join(filter(None, (name, it.path))), it.message, it.kind) for it in wrong.problems
        ]
        raise InvalidDocument(problems) from None


def _set(tables: dict[str, Any], setting: str) -> Iterator[Problem]:
    """Set one key of the tables, and make those that lead to it; or say what is wrong with that."""
    keys, equals, written = setting.partition("=")
    *outer, last = (key.strip() for key in keys.split("."))
    inner: Any = tables
    for key in outer:
        inner = inner.setdefault(key, {}) if isinstance(inner, dict) else None
    if not equals or not last or not isinstance(inner, dict):
        message = f"expected a key and a value, such as line.currency=EUR, got {shown(setting)}"
        yield Problem("--set", message)
        return
    try:
        inner[last] = tomllib.loads(f"value = {written}")["value"]
    except (ValueError, RecursionError):
        inner[last] = written


def _parsed(text: object) -> dict[str, Any]:
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        if isinstance(decoded, str):
            return tomllib.loads(decoded)
        message = f"expected the text of a map, got {shown(text)}"
    except RecursionError:
        message = "it is nested too deeply"
    except ValueError as error:
        message = f"not TOML: {error}"
    raise InvalidDocument([Problem("", message)])
