"""Accounts of pledges: paid, given back, owed, and under way."""

from datetime import UTC, datetime

import pytest
from lanterne import money

from pushcore.books import pledge_accounts
from pushcore.errors import InvalidValue
from pushcore.ledger import TransactionPhase, recipes

AT = datetime(2026, 2, 5, tzinfo=UTC)
TEN, NOTHING = money("10.00"), money("0.00")


def charge(attempt=1, phase=TransactionPhase.PENDING):
    return recipes.charge(f"p1/charge/{attempt}", "c", TEN, AT, phase=phase)


def refund(phase=TransactionPhase.PENDING):
    return recipes.refund("p1/refund/1", "c", TEN, AT, phase=phase)


POSTED, VOIDED = TransactionPhase.POSTED, TransactionPhase.VOIDED
PAID = [charge(), charge(phase=POSTED)]
OWED = [*PAID, *recipes.give_back("p1", "c", TEN, AT)]
HISTORIES = {
    "under charge": ([charge()], (NOTHING, NOTHING, NOTHING, TEN, NOTHING), True),
    "declined": ([charge(), charge(phase=VOIDED)], (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING), False),
    "paid": (PAID, (TEN, NOTHING, NOTHING, NOTHING, NOTHING), False),
    "owed": (OWED, (TEN, NOTHING, TEN, NOTHING, NOTHING), True),
    "on its way": ([*OWED, refund()], (TEN, NOTHING, TEN, NOTHING, TEN), True),
    "given back": ([*OWED, refund(), refund(POSTED)], (TEN, TEN, NOTHING, NOTHING, NOTHING), False),
    "not given back": ([*OWED, refund(), refund(VOIDED)], (TEN, NOTHING, TEN, NOTHING, NOTHING), True),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_what_became_of_the_money_of_a_pledge(name):
    entries, sums, is_open = HISTORIES[name]
    (account,) = pledge_accounts(entries, ["p1", "p2"])
    found = (account.paid, account.returned, account.owed, account.charging, account.returning)
    assert (found, account.open) == (sums, is_open)
    assert account.given == sums[0] - sums[1]
    assert account.transaction_ids == tuple(it.id for it in entries if it.phase is not VOIDED)


def test_other_pledges_do_not_count():
    assert pledge_accounts(PAID, ["p2"]) == pledge_accounts(PAID, []) == ()


@pytest.mark.parametrize(("entries", "ids"), [([None], ["p1"]), ([], [1]), (None, []), ([], "p1")])
def test_what_makes_no_account_is_refused(entries, ids):
    with pytest.raises(InvalidValue):
        pledge_accounts(entries, ids)
