"""The simulator finds what is planted in the library itself, a store or a gateway, within a few worlds."""

import faulty
import faulty_bearing
import faulty_bounces
import faulty_credit
import faulty_debts
import faulty_disputes
import faulty_divisions
import faulty_give_backs
import faulty_payouts
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
    "all_others_are_one_pledge": 119,
    "canceling_expects_nothing": 7,
    "cash_that_goes_back_is_not_booked": 16,
    "charges_of_a_pledge_have_one_rate": 22,
    "consents_revive_what_was_stopped": 163,
    "declined_payments_arrive": 47,
    "declined_withdrawals_are_taken": 10,
    "disputes_do_not_hold_it_up": 42,
    "disputes_overtake_each_other": 170,
    "dunning_never_ends": 104,
    "each_accrual_is_rounded_by_itself": 23,
    "each_part_goes_back_by_itself": 16,
    "each_refund_is_rounded_by_itself": 70,
    "enough_is_given_back": 7,
    "gateway_pays_out_again": 7,
    "lost_answers_free_the_credit": 17,
    "matches_outlive_their_pledges": 35,
    "parts_that_went_back_go_back_again": 11,
    "refunds_do_not_wait_for_disputes": 42,
    "refunds_forget_disputes": 18,
    "settlements_overtake_disputes": 75,
    "sources_are_all_backers": 44,
    "splits_drop_what_is_left_over": 10,
    "store_hides_reserves_that_are_due": 280,
    "taxes_are_rounded_by_pledge": 104,
    "the_most_is_of_each_refund": 70,
    "too_little_is_paid_out": 34,
    "voiding_comes_too_early": 84,
    "what_bounced_has_left": 212,
    "what_comes_back_is_kept": 43,
    "what_is_leaving_expires": 32,
    "what_is_stopped_keeps_its_reward": 19,
    "what_is_won_is_not_divided": 24,
    "what_is_worth_nothing_cannot_go_back": 17,
    "what_was_declined_waits_for_just_its_amount": 36,
    "what_was_written_off_is_paid_out": 57,
    "what_went_back_sets_free": 10,
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
    *faulty_divisions.MISTAKES,
    *faulty_bounces.MISTAKES,
    *faulty_credit.MISTAKES,
    *faulty_debts.MISTAKES,
    *faulty_reserves.MISTAKES,
    *faulty_payouts.MISTAKES,
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
