"""The simulator finds what is planted in the library itself, a store or a gateway, within a few worlds."""

import faulty
import faulty_bearing
import faulty_bounces
import faulty_credit
import faulty_disputes
import faulty_give_backs
import faulty_presented
import faulty_provider
import faulty_refunds
import faulty_refunds_made
import faulty_reserves
import faulty_shares
import pytest

from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing import SimulationFailed, simulate_platform

WORLDS = 400
"""So many are tried: most are found in the first."""
SEEN_IN = {
    "canceling_expects_nothing": 7,
    "declined_payments_arrive": 47,
    "declined_withdrawals_are_taken": 10,
    "dunning_never_ends": 104,
    "each_accrual_is_rounded_by_itself": 23,
    "each_refund_is_rounded_by_itself": 29,
    "enough_is_given_back": 7,
    "gateway_pays_out_again": 7,
    "lost_answers_free_the_credit": 8,
    "matches_outlive_their_pledges": 35,
    "store_hides_reserves_that_are_due": 182,
    "the_most_is_of_each_refund": 70,
    "voiding_comes_too_early": 84,
    "what_comes_back_is_kept": 43,
    "what_is_leaving_expires": 32,
}
"""A world in which a mistake shows that does not in many: the first that is tried."""


def found_in(mistake, patch):
    """The world in which a mistake breaks a law."""
    make_store, make_gateway = mistake(patch)
    first = SEEN_IN.get(mistake.__name__, 0)
    for seed in range(first, first + WORLDS):
        if broken_law(seed, make_store, make_gateway):
            return seed
    return None


def broken_law(seed, make_store, make_gateway):
    """The law that is broken in a world, if one is."""
    try:
        simulate_platform(seed, steps=300, make_store=make_store, make_gateway=make_gateway, shrink_seconds=0)
    except SimulationFailed as broken:
        return broken.law
    return None


MISTAKES = (
    *faulty.OWN,
    *faulty_refunds.MISTAKES,
    *faulty_bearing.MISTAKES,
    *faulty_give_backs.MISTAKES,
    *faulty_disputes.MISTAKES,
    *faulty_bounces.MISTAKES,
    *faulty_credit.MISTAKES,
    *faulty_reserves.MISTAKES,
    *faulty_refunds_made.MISTAKES,
    *faulty_provider.MISTAKES,
    *faulty_presented.MISTAKES,
    *faulty_shares.MISTAKES,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda it: it.__name__)
def test_it_is_found(mistake, monkeypatch):
    assert found_in(mistake, monkeypatch) is not None


@pytest.mark.parametrize("seed", sorted({*range(120), *SEEN_IN.values()}))
def test_there_is_nothing_to_find_without_a_mistake(seed):
    assert broken_law(seed, MemoryStore, FakeGateway) is None


def test_each_mistake_is_told():
    assert len(faulty.FAULTY) >= 70
    assert all(it.__doc__ for it in (*faulty.FAULTY, *MISTAKES))
