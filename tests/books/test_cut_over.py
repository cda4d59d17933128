"""A cut-over in the middle of a history: whatever counts on goes on, and no name is given twice.

Aggregates count their writes from one again on the new store, while what they keep has the names it had.
"""

import pytest
from books.test_invoices import credited_in_full, line, numbers
from brought import brought_over
from funding_houses import ALL_BACK, books
from lanterne import DAY, collected, money
from usecases.test_disputed_credit import credit, credited
from usecases.test_disputes_and_refunds import LOST, OPENED, WON, told
from usecases.test_sharing import accrue, owed, owing

from pushcore import (
    FeeSchedule,
    PayoutPlan,
    PayoutState,
    Percentage,
    PledgeState,
    Reserve,
    Rounding,
    SplitPlan,
    WithdrawalFee,
    audit,
    pay_back_debt,
    pay_out,
    prepare_payouts,
    recover_debt,
    refund_pledge,
    release_reserve,
    retry_refunds,
    send_payout,
    settle_campaign,
    state_debt,
    state_wallet,
    withdraw_credit,
)
from pushcore.books import Credited
from pushcore.usecases import (
    approve_payout,
    merge_payouts,
    reconsider_payout,
    refuse_payout,
    return_payout,
    withdraw_payout,
)

BY = {"actor": "clerk"}


def settled(**of_plan):
    """La Lanterne at 100.00, settled: the creator gets all."""
    plan = {"payouts": PayoutPlan(**of_plan), "fees": FeeSchedule(), "splits": SplitPlan()}
    ports = collected("60.00", "40.00", refunds=ALL_BACK, **plan)
    settle_campaign(ports, "lanterne", **BY)
    return ports


def moved(ports):
    """The same platform on a store of its own."""
    new, _ = brought_over(ports)
    assert audit(new.store.transactions()) == ()
    return new


def owes(ports, amount, key, pledge_id="p1"):
    refund_pledge(ports, pledge_id, wanted=money(amount), key=key, **BY)


@pytest.mark.parametrize("second", ["10.00", "7.00"])
def test_a_payout_is_set_off_once_more(second):
    """The same amount was taken for the one before, and the debt stayed; another was refused for ever."""
    ports = settled()
    owes(ports, "10.00", "a")
    ports.gateway.decline("lune")
    assert send_payout(ports, "lanterne/lune", **BY).amount == money("90.00")
    ports = moved(ports)
    ports.gateway.accept("lune")
    owes(ports, second, "b")
    sent = send_payout(ports, "lanterne/lune", **BY)
    assert (sent.state, sent.amount) == (PayoutState.PAID, money("90.00") - money(second))
    assert (state_debt(ports, "lune", "EUR").outstanding, audit(ports.store.transactions())) == (money(0), ())


def test_what_was_entered_under_a_key_stays_entered():
    ports = settled(reserve=Reserve(rate=Percentage.of(30), rounding=Rounding.HALF_UP, hold_days=90))
    pay_out(ports, "lanterne", **BY)
    owes(ports, "20.00", "a")
    pay_back_debt(ports, "lune", money("5.00"), key="iban", **BY)
    recover_debt(ports, "lanterne", "lune", money("5.00"), key="taken", **BY)
    ports = moved(ports)
    before = books(ports)
    pay_back_debt(ports, "lune", money("5.00"), key="iban", **BY)
    recover_debt(ports, "lanterne", "lune", money("5.00"), key="taken", **BY)
    assert books(ports) == before
    recover_debt(ports, "lanterne", "lune", money("3.00"), key="more", **BY)
    ports.clock.advance(91 * DAY)
    release_reserve(ports, "lanterne", **BY)
    assert "campaign/lanterne/reserve" not in books(ports)


def test_credit_is_given_again_a_second_time():
    """A lot of the same name was in the wallet yet, and the news were refused for ever."""
    ports = credited()
    for days, state in enumerate([OPENED, LOST, WON]):
        told(ports, state, amount="30.00", days=days)
        ports.clock.advance(DAY)
    ports = moved(ports)
    told(ports, LOST, amount="30.00", days=3)
    assert [it.amount for it in state_wallet(ports, "b1", "EUR").lots] == [money("10.00")]
    assert told(ports, WON, amount="30.00", days=4) == "taken"
    assert credit(ports) == money("40.00")


def test_a_dispute_takes_and_gives_back_a_debt_again():
    ports = settled()
    pay_out(ports, "lanterne", **BY)
    told(ports, LOST)
    told(ports, WON, days=1)
    ports = moved(ports)
    told(ports, LOST, days=2)
    assert state_debt(ports, "lune", "EUR").outstanding == money("40.00")
    ports = moved(ports)
    told(ports, WON, days=3)
    assert state_debt(ports, "lune", "EUR").outstanding == money(0)


def test_approvals_count_on():
    ports = settled(approvals=2)
    refuse_payout(ports, "lanterne/lune", actor="ana")
    reconsider_payout(ports, "lanterne/lune", actor="ana")
    approve_payout(ports, "lanterne/lune", actor="ana")
    ports = moved(ports)
    assert approve_payout(ports, "lanterne/lune", actor="bob").state is PayoutState.APPROVED
    assert send_payout(ports, "lanterne/lune", **BY).state is PayoutState.PAID


def test_transfers_and_payouts_count_on():
    """The provider remembers its keys: one that is used again would send nothing, or the same once more."""
    ports = settled()
    ports.gateway.decline("lune")
    send_payout(ports, "lanterne/lune", **BY)
    ports = moved(ports)
    ports.gateway.accept("lune")
    assert send_payout(ports, "lanterne/lune", **BY).attempts == 2
    ports = moved(ports)
    return_payout(ports, "lanterne/lune", costs_back=True, **BY)
    ports = moved(ports)
    (again,) = prepare_payouts(ports, "lanterne", **BY)
    assert (again.id, send_payout(ports, again.id, **BY).state) == ("lanterne/lune/2", PayoutState.PAID)


def test_payouts_are_numbered_from_the_last_one_that_is_known():
    """Of a platform that brings over the last ones alone: the first ones are known to the provider."""
    ports = settled(withdrawals=WithdrawalFee(fee=money(0), free=0))
    for number in 1, 2:
        withdraw_payout(ports, "lanterne", "lune", money("10.00"), number=number, **BY)
    ports.store._payouts_of["lanterne"].remove("lanterne/lune")
    third = withdraw_payout(ports, "lanterne", "lune", money("10.00"), number=3, **BY)
    assert third.id == "lanterne/lune/3"
    assert merge_payouts(ports, "lanterne", "lune", **BY).id == "lanterne/lune/4"


def test_refunds_are_tried_on():
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    ports.gateway.decline("p1")
    assert refund_pledge(ports, "p1", **BY).state is PledgeState.UNREFUNDED
    ports = moved(ports)
    ports.gateway.accept("p1")
    retry_refunds(ports, "lanterne", **BY)
    after = ports.store.find_pledge("p1")
    assert (after.state, after.refunds) == (PledgeState.REFUNDED, 2)


def test_withdrawals_of_credit_are_made_once():
    ports = credited()
    withdraw_credit(ports, "b1", "EUR", key="w1", amount=money("15.00"), actor="b1")
    ports = moved(ports)
    withdraw_credit(ports, "b1", "EUR", key="w1", amount=money("15.00"), actor="b1")
    assert credit(ports) == money("25.00")
    withdraw_credit(ports, "b1", "EUR", key="w2", amount=money("25.00"), actor="b1")
    assert credit(ports) == money(0)


def test_what_a_host_owes_is_written_down_on():
    ports = moved(owing())
    assert (accrue(ports), owed(ports)) == (money("11.00"), money("11.00"))
    refund_pledge(ports, "p1", **BY)
    assert accrue(ports) == owed(ports) == money("8.00")
    ports = moved(ports)
    refund_pledge(ports, "p0", wanted=money("20.00"), key="r1", **BY)
    assert accrue(ports) == owed(ports) == money("7.00")


def test_invoices_are_credited_and_numbers_count_on():
    """Fees that were invoiced before and given back afterwards could never be credited."""
    fees = FeeSchedule([line("platform", percent="10")])
    ports = collected("60.00", "40.00", refunds=ALL_BACK, fees=fees, splits=SplitPlan())
    settle_campaign(ports, "lanterne", **BY)
    assert credited_in_full(ports) == money("10.00")
    for pledge_id, left in ("p1", "6.00"), ("p0", "0.00"):
        ports = moved(ports)
        refund_pledge(ports, pledge_id, **BY)
        assert credited_in_full(ports) == money(left)
    credited = ports.store.find(Credited, "lanterne/settlement")
    assert (numbers(ports), len(credited.lines)) == ([1, 2, 3], 2)
