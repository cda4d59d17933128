"""Run every benchmark, print the table and write it for the docs: ``python -m benchmarks``, half an hour.

``--quick`` only shows that everything runs; the other options measure a part. None of them writes anything.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.allocating import allocate
from benchmarks.auditing import audits
from benchmarks.matching import matches
from benchmarks.measuring import FULL, QUICK
from benchmarks.operators import add, multiply, total
from benchmarks.playing import stories
from benchmarks.quoting import quotes
from benchmarks.refusing import changes, refusals
from benchmarks.returning import dry_run, returns
from benchmarks.settling import settle, stream
from benchmarks.table import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_PARTS: Final = (
    *(add, multiply, total, allocate, settle, stream, dry_run),
    *(quotes, refusals, changes, matches, audits),
    *(returns, stories),
)
_WORKS: Final = {work.__name__: work for work in _PARTS}
_TARGET: Final = Path(__file__).parents[1] / "docs/_generated/speed.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and say whether every bound is reached: 0, or 1 where one is not."""
    options = _options(arguments)
    scale = QUICK if options.quick else attrs.evolve(FULL, repeats=options.repeats, pledges=options.pledges)
    rows = []
    for name in options.only:
        print(f"measuring {name} ...", file=sys.stderr)
        rows += _WORKS[name](scale)
    text = rendered(rows, repeats=scale.repeats)
    print(text)
    if scale == FULL and options.only == tuple(_WORKS):
        _TARGET.write_text(text, encoding="utf-8")
    return int(not options.quick and any(not check.passed for row in rows for check in row.checks))


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one turn each, no verdict")
    parser.add_argument("--only", type=_names, default=tuple(_WORKS), help=f"some of {','.join(_WORKS)}")
    parser.add_argument("--repeats", type=int, default=FULL.repeats, help="how many turns each side has")
    parser.add_argument("--pledges", type=_sizes, default=FULL.pledges, help="sizes of stories: 10000,100000")
    return parser.parse_args(arguments)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [name for name in names if name not in _WORKS]:
        message = f"there is no {', '.join(unknown)}"
        raise ArgumentTypeError(message)
    return names


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
