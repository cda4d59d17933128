"""The files a command writes: refused before any work if they cannot be made, and made after all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from pushcore.errors import InvalidDocument, Problem
from pushcore.stories.findings import reason

__all__ = ["check_targets", "write"]


def check_targets(targets: Iterable[Path | None], sources: Iterable[Path | None]) -> None:
    """Refuse what cannot be written to.

    Raises:
        InvalidDocument: naming every target that is a folder, lies in none, or is read or written already.
    """
    taken = {source.resolve() for source in sources if source is not None}
    problems = []
    for target in filter(None, targets):
        if target.is_dir():
            problems.append(Problem(str(target), "cannot be written: it is a folder"))
        elif not target.parent.is_dir():
            problems.append(Problem(str(target), "cannot be written: there is no such folder"))
        elif target.resolve() in taken:
            problems.append(Problem(str(target), "cannot be written: this command uses it already"))
        taken.add(target.resolve())
    if problems:
        raise InvalidDocument(problems)


def write(target: Path | None, fill: Callable[[TextIO], object]) -> None:
    """Write a file, if one is wanted.

    Raises:
        InvalidDocument: it cannot be written.
    """
    if target is None:
        return
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            fill(file)
    except OSError as error:
        raise InvalidDocument([Problem(str(target), f"cannot be written: {reason(error)}")]) from None
