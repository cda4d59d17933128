"""The simulator finds what is planted in the library itself, a store or a gateway, within a few worlds."""

import faulty
import faulty_bounces
import faulty_credit
import faulty_disputes
import faulty_give_backs
import faulty_provider
import faulty_refunds
import faulty_refunds_made
import faulty_reserves
import pytest

from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing import SimulationFailed, simulate_platform

WORLDS = 120
"""So many are tried: most are found in the first."""


def found_in(make_store, make_gateway):
    """The first world that breaks a law, and which."""
    for seed in range(WORLDS):
        try:
            simulate_platform(
                seed, steps=300, make_store=make_store, make_gateway=make_gateway, shrink_seconds=0
            )
        except SimulationFailed as broken:
            return seed, broken.law
    return None


MISTAKES = (
    *faulty.OWN,
    *faulty_refunds.MISTAKES,
    *faulty_give_backs.MISTAKES,
    *faulty_disputes.MISTAKES,
    *faulty_bounces.MISTAKES,
    *faulty_credit.MISTAKES,
    *faulty_reserves.MISTAKES,
    *faulty_refunds_made.MISTAKES,
    *faulty_provider.MISTAKES,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda it: it.__name__)
def test_it_is_found(mistake, monkeypatch):
    assert found_in(*mistake(monkeypatch)) is not None


def test_there_is_nothing_to_find_without_a_mistake():
    assert found_in(MemoryStore, FakeGateway) is None


def test_each_mistake_is_told():
    assert len(faulty.FAULTY) >= 70
    assert all(it.__doc__ for it in (*faulty.FAULTY, *MISTAKES))
