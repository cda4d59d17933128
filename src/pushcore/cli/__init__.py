"""The command line: `pushcore demo`, `play`, `check`, `audit`, `simulate` and `schema`; extra ``cli``."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

__all__ = ["main"]


def main() -> None:
    """Run the command line; without its extra, say how to install it."""
    _open_streams()
    try:
        from pushcore.cli.app import app  # noqa: PLC0415  what it needs may not be there
    except ModuleNotFoundError as missing:
        if missing.name not in {"rich", "typer"}:
            raise
        print("pushcore: the command line needs its extra: pip install 'pushcore[cli]'", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # a terminal that cannot show a sign is no reason to fail
    try:
        app()
    except MemoryError:
        print("pushcore: there is not enough memory for this: give it a smaller story", file=sys.stderr)  # noqa: T201
        sys.exit(2)


def _open_streams() -> None:
    """Write nowhere where whoever runs the command has closed its output."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  until the end
