"""The files a command writes: refused before any work if they cannot be made, and made all or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from pushcore.errors import InvalidDocument, Problem
from pushcore.stories.findings import reason

__all__ = ["check_targets", "writing"]


_OTHER_IMAGES: Final = frozenset(
    {
        *(".avif", ".bmp", ".eps", ".gif", ".heic", ".jpeg", ".jpg", ".pdf", ".png", ".ps", ".svgz"),
        *(".tif", ".tiff", ".webp"),
    }
)


def check_targets(
    targets: Iterable[Path | None], sources: Iterable[Path | None], *, drawing: Path | None
) -> None:
    """Refuse what cannot be written to.

    Args:
        targets: What is written.
        sources: What is read.
        drawing: The target that is a drawing, if one is.

    Raises:
        InvalidDocument: naming every target that is a folder, lies in none, leads nowhere, or is read or
            written already; and a drawing that is called as if it were of another format.
    """
    taken = {_identity(source) for source in sources if source is not None}
    problems = []
    for target in filter(None, targets):
        if (why := _unwritable(target)) is not None:
            problems.append(Problem(str(target), f"cannot be written: {why}"))
        elif _identity(target) in taken:
            problems.append(Problem(str(target), "cannot be written: this command uses it already"))
        elif target is drawing and target.suffix.lower() in _OTHER_IMAGES:
            message = f"cannot be written: a curve is drawn as SVG: call it {target.with_suffix('.svg').name}"
            problems.append(Problem(str(target), message))
        taken.add(_identity(target))
    if problems:
        raise InvalidDocument(problems)


def _unwritable(target: Path) -> str | None:
    """Why nothing can be written there, as far as that is known before."""
    try:
        if target.is_dir():
            return "it is a folder"
        if not target.parent.is_dir():
            return "there is no such folder"
        target.stat()
    except FileNotFoundError:
        return None
    except OSError as error:  # such as a link that leads to itself
        return reason(error)
    return None


def _identity(path: Path) -> object:
    """What tells a file from all others, whatever names it goes by."""
    try:
        found = path.stat()
    except OSError:
        return os.path.realpath(path)  # a path would refuse a link that leads to itself
    return found.st_dev, found.st_ino


@contextmanager
def writing(files: Mapping[Path, Callable[[TextIO], object]]) -> Iterator[None]:
    """Write every file beside its place, and put them all in place if what is done meanwhile succeeds.

    Raises:
        InvalidDocument: one cannot be written; then none is put in place.
    """
    parts: dict[Path, Path] = {}
    try:
        for name, fill in files.items():
            with _naming(name):
                part = name
                if name.is_file() or not name.exists():  # no device and no pipe, which have no beside
                    target = name.resolve()
                    part = target.with_name(f".{target.name}.{os.getpid()}")
                    parts[part] = target
                with part.open("w", encoding="utf-8", newline="") as file:
                    fill(file)
        yield
        for part, target in parts.items():
            with _naming(target):
                part.replace(target)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InvalidDocument([Problem(str(target), f"cannot be written: {reason(error)}")]) from None
