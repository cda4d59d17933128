"""CSV rows: each line of a table as texts by column, read as a stream, with the line it begins on."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from typing import Final, TextIO

import attrs

from pushcore._checks import shown
from pushcore._findings import Findings
from pushcore.ledgers.opening import Source, undecoded

__all__ = ["DELIMITERS", "csv_rows", "missing_columns"]

DELIMITERS: Final = (",", ";", "\t", "|")
"""What columns may be separated by where it is not stated."""

_LONGEST: Final = 131_072
Row = tuple[int, dict[str, str]]


def csv_rows(
    source: Source, needed: Collection[str], findings: Findings, *, delimiter: str | None = None
) -> Iterator[Row]:
    """Each row with its line, by the names in the header.

    Any line ends will do, also several kinds in one file, and a quoted cell may hold some. Blank lines say
    nothing. Where a row cannot be read that is noted, and reading goes on with the next.

    Args:
        source: The file.
        needed: The columns that must be there, each of them once.
        findings: Where problems are noted.
        delimiter: What separates columns; where it is not stated, what makes most of the needed ones.
    """
    lines = _Lines(source.text, findings)
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(lines.again(first), delimiter=delimiter or _sniffed(first, needed), strict=True)
    header: list[str] | None = None
    for line, cells in _records(reader, lines, findings):
        if header is None:
            header = [name.strip() for name in cells]
            if not _fits(header, needed, findings, line):
                return
        elif len(cells) != len(header):
            cell = "cell" if len(cells) == 1 else "cells"
            findings.note(f"line {line}", f"{len(cells)} {cell}, where the header has {len(header)}")
        else:
            yield line, dict(zip(header, cells, strict=True))
    if header is None and not findings.problems:
        findings.note("line 1", "there is nothing in it", "missing")


def _records(
    reader: Iterator[list[str]], lines: _Lines, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    """What is not blank, each with the line that it begins on."""
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            findings.note(f"line {line}", _why(error))
        else:
            if any(cells):
                yield line, cells


def missing_columns(found: Collection[str], needed: Collection[str]) -> str | None:
    """What is said of all needed columns that there are not; None where they are all there."""
    missing = [shown(name) for name in needed if name not in found]
    if not missing:
        return None
    what = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
    return f"{what} missing: there are {', '.join(map(shown, found)) or 'none'}{_unparted(found)}"


def _unparted(found: Collection[str]) -> str:
    """What one column should perhaps have been separated by, to be several."""
    if len(found) != 1:
        return ""
    (one,) = found
    by = max(DELIMITERS, key=one.count)
    return f", which {shown(by)} seems to separate" if by in one else ""


def _fits(header: list[str], needed: Collection[str], findings: Findings, line: int) -> bool:
    if (message := missing_columns(header, needed)) is not None:
        findings.note(f"line {line}", message, "missing")
    for name in sorted({name for name in header if header.count(name) > 1} & set(needed)):
        findings.note(f"line {line}", f"column {shown(name)} stands twice", "duplicate")
    return not findings.problems


def _sniffed(header: str, needed: Collection[str]) -> str:
    def made(delimiter: str) -> int:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        return sum(name in names for name in needed)

    return max(DELIMITERS, key=made)


def _why(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quoted cell does not end"
    if "field larger" in str(error):
        return f"a cell is longer than {_LONGEST} characters, or a quoted one does not end"
    return f"not CSV: {error}"


@attrs.define
class _Lines:
    """The lines of a text, counted."""

    text: TextIO
    findings: Findings
    number: int = 0
    first: str = ""

    def again(self, line: str) -> _Lines:
        """The same lines, with the one that was looked at once more before them."""
        self.first = line
        self.number -= bool(line)
        return self

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self.first = self.first or self.text.readline(_LONGEST), ""
        if not line:
            raise StopIteration
        self.number += 1
        if (found := undecoded(line)) is not None:
            place, why = found
            self.findings.note(f"line {self.number}, character {place + 1}", why)
        while len(line) == _LONGEST and line[-1] not in "\r\n":
            self.findings.note(f"line {self.number}", f"the line is longer than {_LONGEST} characters")
            line = self.text.readline(_LONGEST)
        return line
