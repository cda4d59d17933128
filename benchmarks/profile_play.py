"""Profile ``pushcore play`` with long lists of pledges: time, peak memory, and where both go.

``python -m benchmarks.profile_play`` writes the tables for the docs; with sizes (``100 500``) only prints.
"""

from __future__ import annotations

import csv
import json
import os
import pstats
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from benchmarks.campaign import play
from benchmarks.machine import described
from benchmarks.profiling import memory_by_floor, time_by_floor, top_functions
from benchmarks.row import duration
from benchmarks.table import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

_SIZES: Final = (10_000, 100_000, 1_000_000)
_PROFILED: Final = 20_000
_TARGET: Final = Path(__file__).parents[1] / "docs/_generated/play.md"
_KIB_OF_MAXRSS: Final = 1024 if sys.platform == "darwin" else 1

_PLAY: Final = "import sys, pushcore.cli as cli; sys.exit(cli.main())"
_PROFILE: Final = "import cProfile, sys, pushcore.cli as cli; cProfile.run('cli.main()', sys.argv.pop())"

_STORY: Final = """\
story = 1
title = "La Lanterne"
[campaign]
currency = "EUR"
goal = "10000.00"
zone = "Europe/Brussels"
opens = "2026-01-05 10:00"
days = 30
creator = "lune"
model = "all-or-nothing"
[[tiers]]
id = "postcard"
price = "10.00"
limit = 1000000
[[tiers]]
id = "poster"
price = "60.00"
[[fees]]
line = "platform"
base = "collected"
percent = "5"
rounding = "half-up"
[[fees]]
line = "processing"
base = "pledge"
percent = "3"
fixed = "0.20"
rounding = "half-up"
[[split]]
payee = "director"
portion = "70%"
[[split]]
payee = "band"
remaining = true
"""


def main(arguments: Sequence[str]) -> None:
    """Play each size, profile one, and show where time and memory go."""
    sizes = tuple(map(int, arguments)) or _SIZES
    with TemporaryDirectory() as folder:
        played = [_measured(Path(folder), size) for size in sizes]
        stats = _profiled(Path(folder), min(*sizes, _PROFILED))
    memory = memory_by_floor(lambda: play(min(*sizes, _PROFILED)).ports)
    text = "\n\n".join((
        markdown(("pledges", "time", "pledges a second", "peak memory", "per pledge"), played),
        f"Measured on: {described()}.",
        _by_floor(time_by_floor(stats), memory),
        _ranked(top_functions(stats, 12)),
    ))  # fmt: skip
    print(text)
    if sizes == _SIZES:
        _TARGET.write_text(f"{text}\n", encoding="utf-8")


def _measured(folder: Path, size: int) -> tuple[str, ...]:
    """One line of the table: a run in a process of its own."""
    print(f"playing {size:,} pledges ...", file=sys.stderr)
    command, outcome = _command(folder, size), folder / "outcome.json"
    with outcome.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", _PLAY, *command], stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    _check(json.loads(outcome.read_bytes()), size)
    seconds, kib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KIB_OF_MAXRSS
    memory, each = f"{kib / 1024:,.0f} MiB", f"{kib / size:.1f} KiB"
    return f"{size:,}", duration(seconds), f"{size / seconds:,.0f}", memory, each


def _check(outcome: dict[str, Any], size: int) -> None:
    """A run that refused half of the pledges would be quick."""
    assert outcome["state"] == "successful"
    assert outcome["ledger"]["balanced"]
    assert len(outcome["pledges"]) == size


def _profiled(folder: Path, size: int) -> dict[Any, Any]:
    target = folder / "profile"
    command = [sys.executable, "-c", _PROFILE, *_command(folder, size), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return pstats.Stats(str(target)).stats  # type: ignore[attr-defined]


def _command(folder: Path, size: int) -> list[str]:
    story, pledges = folder / "story.toml", folder / f"{size}.csv"
    story.write_text(_STORY, encoding="utf-8")
    if not pledges.exists():
        with pledges.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_rows(size))
    return ["play", str(story), "--pledges", str(pledges), "--json"]


def _rows(size: int) -> Iterator[tuple[object, ...]]:
    """A list in time order over the thirty days: two of three pledges are for a reward."""
    yield "at", "id", "backer", "amount", "tier", "quantity", "bonus"
    opens, step = datetime(2026, 1, 5, 10), timedelta(days=29) / size
    choices = (("", "postcard", 2, "1.50"), ("25.00", "", "", ""), ("", "poster", 1, ""))
    for number in range(size):
        at = f"{opens + number * step:%Y-%m-%d %H:%M:%S}"
        yield at, f"p{number}", f"b{number * 9 // 10}", *choices[number % 3]


def _by_floor(time: list[tuple[str, float]], memory: list[tuple[str, float]]) -> str:
    held = dict(memory)
    rows = [(floor, f"{share:.0%}", f"{held.get(floor, 0):.0%}") for floor, share in time if share >= 0.01]
    return markdown(("floor", "share of the time", "share of the memory held"), rows)


def _ranked(functions: list[tuple[str, int, float]]) -> str:
    rows = [(f"`{name}`", f"{calls:,}", f"{share:.1%}") for name, calls, share in functions]
    return markdown(("function", "calls", "time of its own"), rows)


if __name__ == "__main__":
    main(sys.argv[1:])
