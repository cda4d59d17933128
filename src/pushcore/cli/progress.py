"""A progress bar for long work: on standard error, if that is a terminal, and gone when the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from pushcore.stories import Watch

__all__ = ["watching"]


@contextmanager
def watching() -> Iterator[Watch]:
    """Something to tell how far long work is; short work never tells, and shows nothing."""
    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:

        def watch(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=total or None)

        yield watch
