"""A progress bar for long work: on standard error, if that is a terminal, and gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from pushcore.stories import Watch

__all__ = ["watching"]


@contextmanager
def watching() -> Iterator[Watch]:
    """Something to tell how far long work is; what short work shows is gone at once."""
    tasks: dict[str, TaskID] = {}
    seen = sys.stderr.isatty()  # the console would also believe the environment
    with Progress(console=Console(stderr=True), transient=True, disable=not seen) as progress:

        def watch(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=None)
            progress.update(tasks[what], completed=done, total=total or None)

        yield watch
