"""The benchmarks run to their end: every row is measured, and the sides come to the same cents."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKS = (
    *("Money + Money", "3 %", "total", "allocate", "settle", "streamed", "place", "story", "memory"),
    *("quote", "refuse", "change", "match", "audit", "dry run", "refund or dispute"),
)


def test_measure_every_row_at_small_sizes():
    pytest.importorskip("moneyed", reason="the extra `bench` is not installed")
    pytest.importorskip("stockholm", reason="the extra `bench` is not installed")
    program = [sys.executable, "-m", "benchmarks", "--quick"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(work in done.stdout for work in WORKS)
