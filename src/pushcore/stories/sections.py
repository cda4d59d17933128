"""Sections: the lists of tables of a document, some of which may not be readable."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pushcore._checks import shown
from pushcore.stories.document import Document
from pushcore.stories.findings import BROKEN, Findings, broken

__all__ = ["each", "names_of", "note_shared", "note_twice"]


def each(document: Document, section: str) -> Iterator[tuple[str, Any]]:
    """The tables of a section that could be read, if not always whole, with their paths."""
    tables = getattr(document, section)
    for index, table in enumerate(() if broken(tables) else tables):
        if not broken(table):
            yield f"{section}[{index}]", table


def names_of(document: Document, section: str, key: str = "id") -> Collection[str]:
    """The names that tables go by; `BROKEN` if one of them cannot be read, since any may then be right."""
    found = getattr(document, section)
    names = [getattr(table, key, BROKEN) for table in ([BROKEN] if broken(found) else found)]
    return BROKEN if BROKEN in names else names


def note_twice(document: Document, section: str, key: str, findings: Findings) -> bool:
    """Note every name that stands twice; whether there is any."""
    return note_shared(document, {section: key}, findings)


def note_shared(document: Document, keys: dict[str, str], findings: Findings) -> bool:
    """Note every name that stands twice in some sections, by the keys that give it; whether there is any."""
    first: dict[str, tuple[str, str]] = {}
    twice = False
    for section, key in keys.items():
        for path, table in each(document, section):
            name = getattr(table, key, BROKEN)
            if broken(name):
                continue
            before, as_what = first.setdefault(name, (path, key))
            if before != path:
                message = f"{shown(name)} is the {as_what} of {before} already"
                findings.note(f"{path}.{key}", message, "duplicate")
                twice = True
    return twice
