"""Contributions in cash and by bank: expected, received as they come, and given back by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, launched, money, refused, request

from pushcore import (
    PledgeState,
    Stock,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    expect_contribution,
    give_up_contribution,
    pay_out,
    place_pledge,
    receive_contribution,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import CancelWindow
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused
from pushcore.ledger import audit, recipes
from pushcore.payments import offline

CHEQUE = "cheque 117"


def expected(ports, pledge_id="c1", bonus="30.00", **wanted):
    return expect_contribution(ports, request(pledge_id, bonus, actor="clerk", **wanted), reason=CHEQUE)


def received(ports, amount, pledge_id="c1"):
    return receive_contribution(ports, pledge_id, money(amount), actor="clerk")


def test_what_is_expected_is_shown_and_counts_to_nothing():
    """BB01, BB02: three cards of 30.00 are 90.00; a promise of 30.00 more counts when it has come: 120.00."""
    ports = launched()
    for n in range(3):
        place_pledge(ports, request(f"p{n}", "30.00", backer_id=f"b{n}"))
    pledge = expected(ports)
    assert (pledge.state, pledge.reason) == (PledgeState.EXPECTED, CHEQUE)
    assert ports.store.progress("lanterne").pledged == money("90.00")
    assert list(ports.store.expected_pledges("lanterne")) == [pledge]
    assert received(ports, "30.00").state is PledgeState.COLLECTED
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.collected) == (money("120.00"), money("30.00"))
    assert not list(ports.store.expected_pledges("lanterne"))


@pytest.mark.parametrize(("amount", "bonus"), [("50.00", "40.00"), ("15.00", "5.00"), ("10.00", "0.00")])
def test_what_comes_may_be_another_amount(amount, bonus):
    ports = launched()
    expected(ports, bonus="20.00", tier_id="postcard")
    assert ports.store.stock("lanterne", "postcard") == Stock(reserved=1)
    pledge = received(ports, amount)
    assert (pledge.amount, pledge.selection.bonus) == (money(amount), money(bonus))
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=1)
    assert received(ports, amount) == pledge
    with pytest.raises(KeyReused):
        received(ports, "99.00")


def test_less_than_the_reward_costs_buys_no_reward():
    ports = launched()
    expected(ports, tier_id="postcard")
    assert refused(received, ports, "9.99") == ("below-price",)
    assert refused(received, ports, "0.00") == ("below-price",)
    with pytest.raises(CurrencyMismatch):
        receive_contribution(ports, "c1", money("10.00", "USD"), actor="clerk")


def test_what_does_not_come_sets_its_reward_free():
    ports = launched()
    expected(ports, tier_id="postcard")
    given_up = give_up_contribution(ports, "c1", actor="clerk")
    assert (given_up.state, given_up.reason) == (PledgeState.VOIDED, "not-received")
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert refused(give_up_contribution, ports, "c1", actor="clerk") == ("pledge-closed",)
    assert refused(received, ports, "30.00") == ("pledge-closed",)


def test_the_rules_of_placing_hold_for_cash_too():
    ports = launched()
    assert refused(expected, ports, bonus="0.50") == ("below-minimum",)
    expected(ports, tier_id="postcard", quantity=3)
    assert refused(expected, ports, "c2", tier_id="postcard") == ("reserved",)
    with pytest.raises(InvalidValue, match=r"reason|text"):
        expect_contribution(ports, request("c3", actor="clerk"), reason=" ")
    with pytest.raises(KeyReused):
        expected(ports, bonus="31.00")
    assert expected(ports, tier_id="postcard", quantity=3).id == "c1"


def test_nothing_is_received_once_the_campaign_is_over():
    ports = launched()
    expected(ports)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    assert refused(received, ports, "30.00") == ("not-live",)


def test_nothing_is_expected_late_that_could_never_be_received():
    ports = launched(late_days=30)
    place_pledge(ports, request("p1", "100.00"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    assert refused(expected, ports) == ("too-late",)


def test_cash_is_settled_with_the_rest():
    ports = launched()
    place_pledge(ports, request("p1", "80.00"))
    expected(ports, tip=money("2.00"))
    received(ports, "42.00")
    ports.clock.set(END)
    for step in (close_campaign, collect_pledges, settle_campaign, pay_out):
        step(ports, "lanterne", actor="clock")
    statement = state_account(ports, "lanterne")
    assert (statement.collected, statement.conserved) == (money("120.00"), True)
    assert ports.store.balance(recipes.OFFLINE, "EUR").posted == money("42.00")
    assert not audit(ports.store.transactions())


def test_cash_that_is_taken_back_in_time_is_given_back_by_hand():
    """The provider knows nothing of it, and is asked for no refund."""
    ports = launched(cancel_windows=[CancelWindow(last=DAY)])
    expected(ports, tier_id="postcard", tip=money("2.00"))
    received(ports, "42.00")
    place_pledge(ports, request("p1", "20.00"))
    assert refused(offline_taken_back, ports, "p1") == ("not-collected",)
    pledge = cancel_pledge(ports, "c1", actor="clerk")
    assert (pledge.state, pledge.reason) == (PledgeState.REFUNDED, "canceled")
    assert not list(ports.store.open_orders())
    assert ports.store.progress("lanterne").pledged == money("20.00")
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert ports.store.balance(recipes.OFFLINE, "EUR").posted == money("0.00")
    assert not audit(ports.store.transactions())
    assert refused(cancel_pledge, ports, "c1", actor="clerk") == ("pledge-closed",)


def offline_taken_back(ports, pledge_id):
    pledge, campaign = ports.store.find_pledge(pledge_id), ports.store.campaign("lanterne")
    return offline.take_back(pledge, campaign, ports.now(), "clerk")


def test_cash_is_not_taken_back_once_the_window_is_shut():
    ports = launched(cancel_windows=[CancelWindow(last=DAY)])
    expected(ports)
    received(ports, "30.00")
    ports.clock.set(END - DAY)
    assert refused(cancel_pledge, ports, "c1", actor="clerk") == ("cancel-window-closed",)


def test_cash_of_a_failed_campaign_is_given_back_by_hand():
    ports = launched()
    expected(ports, tier_id="postcard", tip=money("2.00"))
    received(ports, "42.00")
    assert refused(refund_pledge, ports, "c1", actor="clerk") == ("not-ended",)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    assert refund_pledge(ports, "c1", actor="clerk").state is PledgeState.REFUNDED
    assert not ports.store.balance(recipes.OFFLINE, "EUR").posted
    assert (ports.store.progress("lanterne").pledges, state_account(ports, "lanterne").conserved) == (0, True)
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert not audit(ports.store.transactions())
    assert not ports.gateway.accepted()


def test_only_what_was_received_is_given_back():
    ports = launched()
    it = ports.store.campaign("lanterne")
    pledge = expected(ports)
    assert refused(offline.give_back, pledge, it, END, "clerk") == ("not-collected", "not-ended")


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 90)), max_size=6))
def test_the_totals_are_what_has_come(entries):
    ports = launched()
    come = 0
    for n, (announced, amount) in enumerate(entries):
        expected(ports, f"c{n}", money(announced), backer_id=f"b{n}")
        if amount:
            received(ports, amount, f"c{n}")
            come += amount
        else:
            give_up_contribution(ports, f"c{n}", actor="clerk")
    progress = ports.store.progress("lanterne")
    assert progress.pledged == progress.collected == money(come)
    assert ports.store.balance(recipes.OFFLINE, "EUR").posted == money(come)
