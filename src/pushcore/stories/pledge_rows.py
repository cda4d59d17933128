"""Pledge rows: a CSV of pledges, read as a stream and in one pass.

Once a row is wrong nothing more is handed out, but the rows after it are still checked, so that all problems
come at once. A row is a line: no cell of it can hold a line break.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.ids import ActorId, BackerId, PledgeId
from pushcore.pledges import PledgeRequest
from pushcore.stories.fields import read_id
from pushcore.stories.findings import BROKEN, Findings, broken
from pushcore.stories.origin import Origin
from pushcore.stories.requesting import Offer, Wanted, selection_of
from pushcore.stories.steps import PlacePledge
from pushcore.stories.story import CAMPAIGN_ID, Story
from pushcore.stories.subscription_steps import subscription_of
from pushcore.stories.times import instant_of, read_time

__all__ = ["pledge_rows"]

_REQUIRED: Final = ("at", "id", "backer", "amount")
_OPTIONAL: Final = ("tier", "quantity", "bonus")
_LONGEST: Final = 65_536
_OFTEN: Final = 1_000
_QUANTITY: Final = re.compile(r"0*[1-9][0-9]{0,8}")


def pledge_rows(
    file: BinaryIO, story: Story, made: set[PledgeId], findings: Findings, on_bytes: Callable[[int], object]
) -> Iterator[PlacePledge]:
    """The pledges of a CSV with the header ``at,id,backer,amount`` and, optionally, ``tier,quantity,bonus``.

    Args:
        file: Bytes of UTF-8; a byte-order mark and any line ends will do.
        story: The story they are part of.
        made: The ids of its own pledges; those of the rows are added.
        findings: Where problems are noted, each with its line; look at them after the last row.
        on_bytes: Told now and then how many bytes were read.
    """
    lines = _lines(file, findings, on_bytes)
    _, header = next(lines, (1, []))
    if not broken(header):
        _check_header(header, findings)
    if findings.problems:
        return
    rows = _Rows(header, story, made, findings)
    for number, cells in lines:
        if cells == []:
            continue  # a blank line says nothing
        step = findings.attempt(f"line {number}", rows.step, number, cells)
        if not findings.problems:
            yield step


def _check_header(header: list[str], findings: Findings) -> None:
    if len(header) == 1 and (found := next((one for one in ";\t|" if one in header[0]), None)):
        message = f"columns are separated by {found!r}: separate them by commas"
        findings.note("line 1", message)
        return
    if not header:
        findings.note("line 1", f"there is no header: it begins with {','.join(_REQUIRED)}", "missing")
        return
    for name in header:
        if name not in (*_REQUIRED, *_OPTIONAL):
            known = ",".join((*_REQUIRED, *_OPTIONAL))
            findings.note(
                "line 1", f"there is no column {shown(name)}: the columns are {known}", "unknown-key"
            )
    for name in _REQUIRED:
        if name not in header:
            findings.note("line 1", f"column {name} is missing", "missing")
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.note("line 1", f"column {shown(name)} stands twice", "duplicate")


class _Rows:
    """What is known of the rows so far: each is judged by those before it."""

    def __init__(self, header: list[str], story: Story, made: set[PledgeId], findings: Findings) -> None:
        self._header = header
        self._zone = story.zone
        self._offer = Offer(story.terms.currency, {tier.id for tier in story.terms.tiers})
        self._made = made
        self._subscriptions: set[str] = {*story.subscription_ids}
        self._last = datetime.min.replace(tzinfo=UTC)
        self._findings = findings

    def step(self, number: int, cells: list[str]) -> PlacePledge:
        """The step of a row; parts of it are `BROKEN` where it is wrong.

        Raises:
            InvalidValue: it has another number of cells than the header.
        """
        origin, findings = Origin("line", number), self._findings
        if len(cells) != len(self._header):
            cell = "cell" if len(cells) == 1 else "cells"
            message = f"{len(cells)} {cell}, where the header has {len(self._header)}"
            raise InvalidValue(message, cells=cells)
        row = dict(zip(self._header, cells, strict=True))
        at = findings.attempt(origin.path("at"), self._at, row["at"])
        pledge_id = findings.attempt(origin.path("id"), self._id, row["id"])
        backer = findings.attempt(origin.path("backer"), read_id, row["backer"])
        wanted = Wanted(
            row.get("tier") or None,
            findings.attempt(origin.path("quantity"), _quantity, row.get("quantity") or "1"),
            row.get("bonus") or None,
            row["amount"] or None,
        )
        selection = selection_of(wanted, self._offer, origin, findings)
        request = findings.attempt(
            origin.path(),
            PledgeRequest,
            pledge_id,
            CAMPAIGN_ID,
            BackerId(backer),
            selection,
            actor=ActorId(backer),
        )
        return findings.attempt(origin.path(), PlacePledge, at, request, origin=origin)

    def _at(self, text: str) -> datetime:
        at = instant_of(read_time(text), self._zone)
        last, self._last = self._last, at
        if at < last:
            message = f"time {shown(text)} is before that of the row above: rows stand in the order of time"
            raise InvalidValue(message, at=at)
        return at

    def _id(self, text: str) -> PledgeId:
        pledge_id = PledgeId(read_id(text))
        if not self._subscriptions.isdisjoint({pledge_id, subscription_of(pledge_id)}):
            message = f"{shown(text)} is what a subscription is called, or a charge of one"
            raise InvalidValue(message, pledge=pledge_id)
        if pledge_id in self._made:
            message = f"{shown(text)} is the id of another pledge already"
            raise InvalidValue(message, pledge=pledge_id)
        self._made.add(pledge_id)
        return pledge_id


def _quantity(text: str) -> int:
    if _QUANTITY.fullmatch(text) is None:
        message = f"quantity {shown(text)} is not a whole number of at least 1"
        raise InvalidValue(message, quantity=text)
    return int(text)


def _lines(
    file: BinaryIO, findings: Findings, on_bytes: Callable[[int], object]
) -> Iterator[tuple[int, list[str]]]:
    """Each line by number and in cells: none where it is blank, `BROKEN` where it cannot be read."""
    number = done = 0
    while line := file.readline(_LONGEST):
        number += 1
        done += len(line)
        if number % _OFTEN == 0:
            on_bytes(done)
        too_long = len(line) == _LONGEST and not line.endswith(b"\n")
        while too_long and line and not line.endswith(b"\n"):
            line = file.readline(_LONGEST)
        cells = findings.attempt(f"line {number}", _cells, BROKEN if too_long else line)
        if too_long:
            findings.note(f"line {number}", f"the line is longer than {_LONGEST} bytes")
        yield number, cells


def _cells(line: bytes) -> list[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{line[error.start]:02x} at column {error.start + 1}: save it as UTF-8"
        raise InvalidValue(message) from None
    if "\0" in text:
        message = "there is a NUL in the line"
        raise InvalidValue(message)
    try:
        return next(csv.reader([text.removeprefix("\ufeff").rstrip("\r\n")], strict=True))
    except csv.Error as error:
        open_end = "unexpected end of data" in str(error)
        message = "a quoted cell does not end on its line" if open_end else f"not CSV: {error}"
        raise InvalidValue(message) from None
