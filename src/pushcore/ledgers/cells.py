"""Cells: what is read of a row, each with its place where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import attrs

from pushcore._checks import placed, shown
from pushcore._findings import BROKEN, Findings
from pushcore.errors import InvalidValue

__all__ = ["Cells"]

P = ParamSpec("P")
T = TypeVar("T")


@attrs.define
class Cells:
    """The row that is being read."""

    findings: Findings
    line: int = 0

    def read(self, column: str, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What is made of a cell; `BROKEN` where it refuses, which is noted, or is given something broken."""
        made: T = BROKEN
        for arg in args:
            if arg is BROKEN:  # and not by `in`, which compares what it is with what it is not
                return made
        try:
            made = make(*args, **kwargs)
        except InvalidValue as refusal:
            self.refuse(column, placed(refusal))
        return made

    def refuse(self, column: str, message: str) -> None:
        """Note what is wrong with a cell, or with the row if no column is named."""
        place = f", column {shown(column)}" if column else ""
        self.findings.note(f"line {self.line}{place}", message)
