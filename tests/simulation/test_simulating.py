"""A simulated world: always the same of one seed, full of faults, and over any store and gateway."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from worlds import live_through

from pushcore.errors import InvalidValue
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing import simulate_platform
from pushcore.testing.simulation import DEED_FAULTS, FAULTS, summed
from pushcore.testing.simulation.actors import ACTORS
from pushcore.testing.simulation.deeds import DEEDS
from pushcore.testing.simulation.invoicing import INVOICING

EXAMPLES = Path(__file__).parents[2] / "examples"
NEVER = dict.fromkeys((*FAULTS, *DEED_FAULTS), 0.0)


def test_one_seed_is_one_world():
    first, again, other = (simulate_platform(seed, steps=200) for seed in (11, 11, 12))
    assert first == again
    assert first.digest != other.digest


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_whatever_order_sets_have(hash_seed):
    """A world that depended on it would be another one in another process."""
    program = "from worlds import live_through; print(live_through(5).digest, live_through(7).digest)"
    folder = Path(__file__).parent
    paths = os.pathsep.join([str(folder), *filter(None, sys.path)])
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": paths}
    told = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [live_through(5).digest, live_through(7).digest]


def test_everything_is_done_and_every_fault_is_survived():
    """In so many worlds; and nothing that was planned is left out of the report."""
    report = summed(simulate_platform(seed, steps=500) for seed in range(20))
    assert set(DEEDS) == set(report.operations)
    assert {*FAULTS, *DEED_FAULTS, "outage", "empty-wallet", "unwilling"} <= set(report.faults)
    assert {"EUR", "JPY", "KWD"} <= set(report.moved)
    for currency in ("EUR", "JPY", "KWD"):
        assert all(report.moved[currency][what] > 0 for what in ("charged", "refunded", "paid out"))


def test_everything_that_is_drawn_can_be_done():
    at_the_end = {*INVOICING}
    assert {name.partition(":")[0] for name in ACTORS} | at_the_end == set(DEEDS)


def test_a_world_without_faults_has_none():
    report = simulate_platform(3, steps=300, rates=NEVER)
    assert set(report.faults) <= {"outage", "empty-wallet", "unwilling"}
    assert report.operations["place"]["done"] > 10


def test_faults_can_be_made_frequent():
    often = simulate_platform(3, steps=200, rates={**NEVER, "timeout-after": 0.3})
    assert often.faults["timeout-after"] > 20


def test_thousands_of_backers_fit():
    report = simulate_platform(1, steps=3_000, campaigns=40, backers=5_000)
    assert report.pledges > 200
    assert 20 < report.campaigns <= 40


@pytest.mark.parametrize("seed", range(3))
def test_the_store_over_sqlite_survives_it_too(seed):
    spec = importlib.util.spec_from_file_location("sqlite_store", EXAMPLES / "sqlite_store.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    made = []

    def make_store():
        made.append(example.SqliteStore())
        return made[-1]

    try:
        assert simulate_platform(seed, steps=150, make_store=make_store).operations_done > 150
    finally:
        for store in made:
            store.close()


class Plain:
    """What the protocol says and no more: it shows no books, takes no cash, and no refund of it bounces."""

    def __init__(self):
        self._inner = FakeGateway()
        for name in ("status", "prepare", "authorize", "charge", "capture", "refund", "void", "transfer"):
            setattr(self, name, getattr(self._inner, name))

    @property
    def abilities(self):
        return self._inner.abilities


def test_a_gateway_needs_no_more_than_the_protocol():
    assert simulate_platform(5, steps=200, make_gateway=Plain) == simulate_platform(5, steps=200)


@pytest.mark.parametrize(
    "junk",
    [
        {"seed": "1"},
        {"seed": True},
        {"steps": 0},
        {"steps": 1.5},
        {"campaigns": 0},
        {"backers": 0},
        {"rates": {"lightning": 0.1}},
        {"rates": {"conflict": 2}},
        {"rates": {"conflict": True}},
        {"rates": {"conflict": "often"}},
        {"rates": 3},
        {"make_store": 3},
        {"make_gateway": None},
        {"file": "here.json"},
        {"shrink_seconds": "long"},
    ],
)
def test_junk_is_refused(junk):
    with pytest.raises(InvalidValue):
        simulate_platform(**{"seed": 1, "steps": 5, "make_store": MemoryStore} | junk)


def test_reports_are_added_up():
    one, other = (simulate_platform(seed, steps=60) for seed in (1, 2))
    both = summed([one, other])
    assert both.pledges == one.pledges + other.pledges
    assert both.operations_done == one.operations_done + other.operations_done
    assert both.faults_survived == one.faults_survived + other.faults_survived
    assert attrs.evolve(both, seconds=0.0) == both
