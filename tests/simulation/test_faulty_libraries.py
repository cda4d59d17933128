"""The simulator finds what is planted in the library itself, a store or a gateway, within a few worlds."""

import re
from pathlib import Path

import faulty
import faulty_bearing
import faulty_bounces
import faulty_credit
import faulty_debts
import faulty_disputes
import faulty_divisions
import faulty_give_backs
import faulty_invoices
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
    "all_others_are_one_pledge": 227,
    "charges_of_a_pledge_have_one_rate": 11,
    "consents_revive_what_was_stopped": 15,
    "costs_never_come_back": 100,
    "credit_goes_to_whoever_holds_the_pledge": 25,
    "debts_of_disputes_are_never_called_off": 9,
    "declined_payments_arrive": 64,
    "declined_withdrawals_are_taken": 9,
    "disputes_do_not_hold_it_up": 159,
    "dunning_never_ends": 23,
    "each_accrual_is_rounded_by_itself": 81,
    "each_part_goes_back_by_itself": 85,
    "each_refund_is_rounded_by_itself": 81,
    "enough_is_given_back": 10,
    "fees_are_not_deducted": 44,
    "fees_stay_gone": 5,
    "gains_of_exchange_stay_in_clearing": 18,
    "lost_answers_free_the_credit": 45,
    "matches_are_not_given_back": 12,
    "matches_outlive_refunds": 48,
    "matches_outlive_their_pledges": 25,
    "payees_bear_what_banks_keep": 58,
    "payouts_are_sent_before_they_are_due": 8,
    "payouts_do_not_wait_for_cash": 23,
    "refunds_do_not_wait_for_disputes": 159,
    "refunds_forget_disputes": 18,
    "reserves_have_no_cap": 5,
    "sources_are_all_backers": 25,
    "spending_takes_another_time": 8,
    "splits_ignore_the_most": 5,
    "store_does_not_compare_wallets": 9,
    "store_hides_failed_charges": 6,
    "store_hides_parts_that_are_on_their_way": 9,
    "store_hides_reserves_that_are_due": 104,
    "taxes_are_rounded_by_pledge": 145,
    "taxes_stay": 9,
    "the_fee_that_is_kept_again_is_forgotten": 5,
    "the_most_is_of_each_refund": 24,
    "tranches_are_due_at_once": 8,
    "what_a_creator_bears_is_kept": 18,
    "what_bounces_stays_exchanged": 6,
    "what_credit_paid_goes_to_a_card": 18,
    "what_is_kept_counts_no_more": 14,
    "what_is_leaving_expires": 435,
    "what_is_recovered_is_given_too": 14,
    "what_is_stopped_keeps_its_reward": 21,
    "what_is_worth_nothing_cannot_go_back": 59,
    "what_is_won_later_is_paid_at_once": 9,
    "what_the_provider_booked_for_a_refund_is_not_read": 18,
    "what_waits_for_consent_is_sent": 7,
    "what_was_written_off_is_paid_out": 128,
    "whoever_asks_consents": 15,
    "withdrawals_are_never_finished": 15,
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
    *faulty_invoices.MISTAKES,
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


@pytest.mark.parametrize("seed", sorted({*range(20), *SEEN_IN.values()}))
def test_there_is_nothing_to_find_without_a_mistake(seed):
    assert broken_law(seed, MemoryStore, FakeGateway) is None


def test_each_mistake_is_told():
    planted = {*faulty.FAULTY, *MISTAKES}
    assert all(it.__doc__ for it in planted)
    page = Path(__file__).parents[2] / "docs/explanation/planted-mistakes.md"
    told = re.findall(r"^\| [^|]* \| (\d+) \|$", page.read_text("utf-8"), re.MULTILINE)
    assert sum(map(int, told)) == len(planted)
