"""What all tests share: how hard hypothesis tries, and where the data and cases of others lie."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

SHARED = Path(__file__).parents[2] / "shared"

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=40,
    derandomize=True,  # the same commit gives the same verdict
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a shared machine is no reason to fail
)
settings.register_profile(
    "mutants",
    max_examples=25,
    derandomize=True,  # the same mutant is found again
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # that a test fails is enough: nobody reads the example
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


_BESIDE = (
    "cli",
    "machine/test_pledge_flow.py",
    "memory/test_copying_store.py",
    "schemas",
    "simulation",
    "stories",
    "test_benchmarks.py",
    "test_junk.py",
    "test_junk_decisions.py",
    "test_junk_methods.py",
    "testing",
)
"""What tests no floor of the domain line by line: counting which lines it runs would take most of its time.
What takes longest is among it, and so it begins first: no processor waits for the last file."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not _is_beside(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Count or not; the mark ``no_cover`` of pytest-cov only stops one of the two counts of each process."""
    counting = sys.gettrace()
    if _is_beside(item.path):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(counting)


@cache
def _is_beside(path: Path) -> bool:
    return any(path.is_relative_to(Path(__file__).parent / name) for name in _BESIDE)


def _folder(name: str) -> Path:
    variable = f"PUSHCORE_{name.upper()}"
    folder = Path(os.environ.get(variable, SHARED / name))
    if not folder.is_dir():
        pytest.skip(f"no folder {folder.name!r} beside the project: name it in {variable}")
    return folder


@pytest.fixture(scope="session")
def data_dir():
    """The folder of real data, which is not ours to ship."""
    return _folder("data")


@pytest.fixture(scope="session")
def cases():
    """Read a file of cases: ``cases("money_cases")`` is the list in it."""

    def read(name):
        return json.loads((_folder("cases") / f"{name}.json").read_text(encoding="utf-8"))

    return read
