"""Reading: the rows of a ledger's file, whatever its format, and our own as transactions again."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, cast

import attrs

from pushcore._checks import shown
from pushcore._findings import Findings
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.ledger import LEDGER_COLUMNS, Transaction
from pushcore.ledgers.csv_rows import Row, csv_rows
from pushcore.ledgers.entry import LedgerEntry
from pushcore.ledgers.json_rows import json_rows
from pushcore.ledgers.map_document import FileTable
from pushcore.ledgers.opening import Source, opened
from pushcore.ledgers.own_rows import own_entries

__all__ = ["Watch", "read_ledger", "rows_of"]

Watch = Callable[[str, int, int], object]
"""Told now and then what is being done, how much of it is done, and of how much (0: not known)."""

_OFTEN: Final = 1_000
_JSON: Final = (".json", ".jsonl", ".ndjson")
_JSON_BEGINS: Final = (b"[", b"{")


@attrs.frozen
class Rows:
    """The rows of an open file, and the problems found in them."""

    rows: Iterator[Row]
    findings: Findings


@contextmanager
def rows_of(
    path: str | os.PathLike[str],
    needed: Collection[str],
    file: FileTable,
    watch: Watch | None = None,
    *,
    allow_empty: bool = False,
) -> Iterator[Rows]:
    """The rows of a file, packed by gzip or not: JSON if its name or its first character says so, else CSV.

    Args:
        path: The file.
        needed: The columns that it must have.
        file: How it is written.
        watch: Told how far it is.
        allow_empty: Whether there may be nothing in it.

    Raises:
        InvalidDocument: it cannot be read; or, in the end, with every problem that was noted.
        InvalidValue: nobody can be told how far it is.
    """
    if not _told(watch):
        message = f"expected what can be told how far it is, got {shown(watch)}"
        raise InvalidValue(message, watch=watch)
    with opened(path) as source:
        findings = Findings(source.name)
        nothing = allow_empty and not source.begins
        rows = iter(()) if nothing else _rows(source, needed, file, findings)
        yield Rows(_watched(rows, source, watch), findings)
    if findings.problems:
        raise InvalidDocument(findings)


def _told(watch: object) -> bool:
    return watch is None or callable(watch)


def _rows(source: Source, needed: Collection[str], file: FileTable, findings: Findings) -> Iterator[Row]:
    name = source.name.lower().removesuffix(".gz")
    if file.rows is not None or name.endswith(_JSON) or source.begins in _JSON_BEGINS:
        return json_rows(source, needed, findings, under=file.rows)
    return csv_rows(source, needed, findings, delimiter=file.delimiter)


def _watched(rows: Iterator[Row], source: Source, watch: Watch | None) -> Iterator[Row]:
    if watch is None:
        return rows
    return _telling(rows, source, watch)


def _telling(rows: Iterator[Row], source: Source, watch: Watch) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count % _OFTEN == 0:
            watch("reading", source.done(), source.size)
        yield row


def read_ledger(path: str | os.PathLike[str], *, watch: Watch | None = None) -> Iterator[Transaction]:
    """The transactions of a ledger that `export_ledger` wrote, as a stream.

    Once something is wrong nothing more is handed out, but the rest is read, so that all problems are named.

    Args:
        path: The file: CSV, JSON or JSON Lines, packed by gzip or not.
        watch: Told how far it is.

    Raises:
        InvalidDocument: with every problem of the file, each with its line; when all that is right before
            the first of them was handed out.
    """
    with rows_of(path, LEDGER_COLUMNS, FileTable(), watch) as read:
        for entry in own_entries(read.rows, read.findings):
            transaction = _transaction(entry, read.findings)
            if transaction is not None:
                yield transaction


def _transaction(entry: LedgerEntry, findings: Findings) -> Transaction | None:
    try:
        return Transaction(
            entry.id, entry.recipe, cast("datetime", entry.at), entry.postings, entry.phase, entry.pending_id
        )
    except InvalidValue as wrong:
        findings.note(f"line {entry.lines[0]}", str(wrong))
        return None
