"""Opening: a file, packed by gzip or not, as text that is read piece by piece.

What is no text is said before anything is read of it. Bytes that are no UTF-8 are let through in a form that
is no character (a lone surrogate), so that whoever reads on can say in which line they are.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import attrs

from pushcore._checks import kind
from pushcore._findings import unreadable
from pushcore.errors import InvalidDocument, Problem

__all__ = ["Source", "opened", "undecoded"]

STANDARD_INPUT: Final = "-"
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 4_096
_NOT_TEXT: Final = (
    (re.compile(_GZIP), "it is packed twice: unpack it once"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "it is UTF-16: save it as UTF-8"),
    (re.compile(rb"PK\x03\x04"), "it is a workbook or an archive: save the sheet as CSV"),
    (re.compile(rb"(?s).*?\x00"), "it is no text: there are NUL bytes in it"),
)
_UNDECODED: Final = re.compile("[\udc80-\udcff]")


@attrs.frozen
class Source:
    """An open file.

    Attributes:
        name: What problems call it.
        begins: Its first byte that is no blank.
        text: What is in it.
        done: How many of its bytes were read by now.
        size: How many there are; 0 where that is not known.
    """

    name: str = attrs.field(validator=kind(str))
    begins: bytes = attrs.field(validator=kind(bytes))
    text: io.TextIOWrapper
    done: Callable[[], int]
    size: int = attrs.field(validator=kind(int))


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Source]:
    """The text of a file in UTF-8, with or without a byte-order mark; unpacked, if its bytes say so.

    What is called ``-`` is standard input; a file of that name is ``./-``.

    Raises:
        InvalidDocument: it cannot be read, or is no text.
    """
    try:
        with _bytes_of(path) as raw:
            yield _source(_name_of(path), raw)
    except (OSError, TypeError, ValueError, EOFError, zlib.error) as error:
        if isinstance(error, InvalidDocument):
            raise
        raise InvalidDocument([unreadable(path, error)]) from None


def _bytes_of(path: str | os.PathLike[str]) -> io.BufferedReader:
    if os.fspath(path) == STANDARD_INPUT:
        return os.fdopen(os.dup(0), "rb")  # and not its own, which would be closed with the source
    return Path(path).open("rb")


def _name_of(path: str | os.PathLike[str]) -> str:
    return "standard input" if os.fspath(path) == STANDARD_INPUT else str(path)


def _source(name: str, raw: io.BufferedReader) -> Source:
    size = os.fstat(raw.fileno()).st_size
    content = raw
    if raw.peek(_HEAD).startswith(_GZIP):
        unpacked = gzip.GzipFile(fileobj=raw, mode="rb")
        content = io.BufferedReader(cast("io.RawIOBase", unpacked))
    elif name.endswith(".gz"):
        raise InvalidDocument([Problem(name, "cannot be read: it is not packed by gzip, as its name says")])
    head = content.peek(_HEAD)[:_HEAD]
    for pattern, why in _NOT_TEXT:
        if pattern.match(head) is not None:
            raise InvalidDocument([Problem(name, f"cannot be read: {why}")])
    text = io.TextIOWrapper(cast("BinaryIO", content), "utf-8-sig", "surrogateescape", newline="")
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return Source(name, begins, text, raw.tell if raw.seekable() else _nobody_knows, size)


def _nobody_knows() -> int:
    """How much of a pipe was read."""
    return 0


def undecoded(text: str) -> tuple[int, str] | None:
    """Where in a text the first byte is that is no UTF-8, and what is said of it; None where all are."""
    if text.isascii() or (found := _UNDECODED.search(text)) is None:
        return None
    return found.start(), f"not UTF-8: byte 0x{ord(found[0]) - 0xDC00:02x}: save it as UTF-8"
