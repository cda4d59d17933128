"""A million operations of simulated platforms: how many of them a second, and what was survived meanwhile.

    python -m benchmarks.platforms --operations 1000000

It is no row of the table of speed: half of its time goes to the auditor, which looks at everything.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count
from os import cpu_count
from time import perf_counter

from rich.console import Console

from pushcore.cli.simulation import print_report
from pushcore.testing import SimulationReport, simulate_platform
from pushcore.testing.simulation import summed

__all__ = ["simulate_until"]


def simulate_until(operations: int, *, start: int, steps: int, workers: int) -> list[SimulationReport]:
    """Live through one world after the other until so much was done in them."""
    reports: list[SimulationReport] = []
    seeds, done = count(start), 0
    with ProcessPoolExecutor(workers) as pool:
        while done < operations:
            several = [next(seeds) for _ in range(8 * workers)]
            for report in pool.map(partial(simulate_platform, steps=steps), several):
                reports.append(report)
                done += report.operations_done
    return reports


def main() -> None:
    """Print the report, and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--start", type=int, default=1_000_000)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    asked = parser.parse_args()
    began = perf_counter()
    reports = simulate_until(asked.operations, start=asked.start, steps=asked.steps, workers=asked.workers)
    print_report(summed(reports), len(reports), Console(highlight=False))
    print(f"{perf_counter() - began:.1f} seconds with {asked.workers} workers")


if __name__ == "__main__":
    main()
