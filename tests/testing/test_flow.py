"""The published checks, run against the host in memory: histories, restarts and races."""

import pytest

from pushcore.memory import MemoryStore
from pushcore.testing.machine import check_pledge_flow
from pushcore.testing.restarts import check_races, check_restarts

CHECKS = (check_restarts, check_races, check_pledge_flow)


@pytest.mark.parametrize("check", CHECKS)
def test_the_host_in_memory_keeps_every_promise(check):
    check(MemoryStore)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_planted_mistake_is_caught(mutant, monkeypatch):
    """A check that nothing can fail proves nothing: each of these mistakes was made in a real system."""
    make_store, make_gateway = mutant(monkeypatch)
    with pytest.raises(Exception) as caught:  # noqa: PT011  a mistake may also end in an error of its own
        for check in CHECKS:
            check(make_store, make_gateway)
    assert not isinstance(caught.value, ImportError)
