"""Contributions in cash and by bank: expected, received as they come, and given back by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, between, closed, launched, money, refused, request, written

from pushcore import (
    CampaignState,
    Changes,
    Charging,
    FundingModel,
    Money,
    PayoutState,
    PledgeState,
    Stock,
    Tier,
    advance_campaign,
    cancel_campaign,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    deposit_contributions,
    expect_contribution,
    give_up_contribution,
    move_campaign,
    pay_out,
    place_pledge,
    receive_contribution,
    refund_pledge,
    send_payout,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import CancelWindow, Cap, Trigger
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, NotFound
from pushcore.ledger import audit, chart, recipes
from pushcore.payments import offline, refunding
from pushcore.rewards import Phase
from pushcore.schemas import dump, load

CHEQUE = "cheque 117"


def expected(ports, pledge_id="c1", bonus="30.00", **wanted):
    return expect_contribution(ports, request(pledge_id, bonus, actor="clerk", **wanted), reason=CHEQUE)


def received(ports, amount, pledge_id="c1"):
    return receive_contribution(ports, pledge_id, money(amount), actor="clerk")


def deposited(ports):
    return deposit_contributions(ports, "lanterne", actor="clerk")


def offline_in(ports):
    return ports.store.balance(chart.offline_account("lanterne"), "EUR").posted


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
    expected(ports, "c2", bonus="10.00", tip=money("5.00"))
    assert refused(received, ports, "5.00", "c2") == ("below-price",)  # it would all be the tip
    with pytest.raises(CurrencyMismatch):
        receive_contribution(ports, "c1", money("10.00", "USD"), actor="clerk")


def test_no_more_is_received_than_any_pledge_can_be():
    ports = launched(maximum=money("50.00"))
    expected(ports)
    assert refused(expected, ports, "c2", bonus="10000000000000.01") == ("above-maximum",)
    assert refused(received, ports, "10000000000000.01") == ("above-maximum",)
    assert received(ports, "10000000000000.00").amount == money("10000000000000.00")


def test_the_same_contribution_has_the_same_reason():
    """While it is expected: later nothing is kept of it."""
    ports = launched()
    expected(ports)
    again = request("c1", "30.00", actor="clerk")
    with pytest.raises(KeyReused, match="expected for another reason, 'cheque 117': choose another id"):
        expect_contribution(ports, again, reason="cheque 118")
    assert received(ports, "30.00") == expect_contribution(ports, again, reason="cheque 118")


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
    with pytest.raises(InvalidValue, match=r"^the reason of a contribution is printable text.*, got ' '$"):
        expect_contribution(ports, request("c3", actor="clerk"), reason=" ")
    with pytest.raises(KeyReused):
        expected(ports, bonus="31.00")
    assert expected(ports, tier_id="postcard", quantity=3).id == "c1"


def test_nothing_is_received_once_the_campaign_is_over():
    ports = launched()
    expected(ports)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    assert refused(received, ports, "30.00") == ("too-late",)


def test_nothing_is_received_behind_the_deadline_though_no_job_has_come_by():
    ports = launched()
    expected(ports)
    ports.clock.set(END)
    assert refused(received, ports, "30.00") == ("too-late",)


def test_nothing_is_received_while_the_campaign_is_suspended():
    ports = launched()
    expected(ports)
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="platform")
    assert refused(received, ports, "1.00") == ("not-live",)


def capped(**changed):
    """A campaign that closes at 100.00, has 60.00, and expects 50.00 in cash."""
    cap = Cap(amount=money("100"), smallest_charge=money("5"), tolerance=money("0"), clips=True)
    ports = launched(model=FundingModel(cap=cap, **changed))
    expected(ports, bonus="50.00")
    place_pledge(ports, request("p1", "60.00", backer_id="bob"))
    return ports


def test_cash_beyond_the_cap_is_refused_with_what_fits():
    ports = capped()
    before = written(ports)
    assert refused(received, ports, "50.00") == ("above-cap",)
    assert refused(received, ports, "38.00") == ("strands-remainder",)
    assert written(ports) == before


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AT_PLEDGE])
def test_cash_that_reaches_the_cap_closes_the_campaign(charging):
    ports = capped(charging=charging)
    assert received(ports, "40.00").state is PledgeState.COLLECTED
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL
    assert received(ports, "40.00").amount == money("40.00")


def test_two_who_bring_the_last_of_the_cap_at_once():
    ports = capped()
    expected(ports, "c2", bonus="40.00", backer_id="cy")
    racing = between(ports, lambda: received(ports, "40.00", "c2"))
    assert refused(received, racing, "40.00") == ("too-late", "cap-reached")
    assert ports.store.progress("lanterne").pledged == money("100.00")


def test_a_crash_before_the_close_at_the_cap_is_made_good_by_the_same_call():
    ports = capped()
    it, progress = ports.store.campaign("lanterne"), ports.store.progress("lanterne")
    pledge = ports.store.find_pledge("c1")
    entered = offline.receive(pledge, it, money("40.00"), ports.now(), "clerk", progress=progress)
    ports.store.commit(entered[1])
    assert ports.store.campaign("lanterne").state is CampaignState.LIVE
    assert received(ports, "40.00") == entered[0]
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL


def test_what_is_expected_late_costs_the_late_price_and_comes_late():
    book = Tier("book", money("10.00"), limit=1, phases=list(Phase), late_price=money("15.00"))
    ports = launched(late_days=30, tiers=[book])
    place_pledge(ports, request("p1", "100.00", backer_id="bob"))
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="clock")
    pledge = expected(ports, bonus="0.00", tier_id="book")
    assert (pledge.amount, pledge.late) == (money("15.00"), True)
    assert received(ports, "15.00").state is PledgeState.COLLECTED
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.late) == (money("100.00"), money("15.00"))
    assert "too-late" in refused(cancel_pledge, ports, "c1", actor="ana")
    expected(ports, "c2", bonus="5.00")
    ports.clock.advance(30 * DAY)
    assert refused(received, ports, "5.00", "c2") == ("too-late",)
    assert settle_campaign(ports, "lanterne", actor="clock").collected == money("115.00")


def test_cash_is_settled_with_the_rest():
    ports = launched()
    place_pledge(ports, request("p1", "80.00"))
    expected(ports, tip=money("2.00"))
    received(ports, "42.00")
    ports.clock.set(END)
    for step in (close_campaign, collect_pledges, settle_campaign):
        step(ports, "lanterne", actor="clock")
    ports.gateway.deposit(deposited(ports))
    assert {it.state for it in pay_out(ports, "lanterne", actor="clock").values()} == {PayoutState.PAID}
    statement = state_account(ports, "lanterne")
    assert (statement.collected, statement.conserved) == (money("120.00"), True)
    assert offline_in(ports) == money("0.00")
    kept = Money.total(statement.fees.values(), "EUR") + money("2.00")  # the tip
    assert ports.gateway.held("EUR") == ports.store.balance(chart.PROVIDER, "EUR").posted == kept
    assert not audit(ports.store.transactions())


def settled_in_cash(ports):
    """A campaign that got 100.00, all of it in cash, at the moment of its settlement."""
    expected(ports)
    received(ports, "100.00")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    settle_campaign(ports, "lanterne", actor="clock")
    return ports


def test_what_the_provider_does_not_have_it_does_not_pay_out():
    ports = settled_in_cash(launched())
    before = written(ports)
    troubles = pay_out(ports, "lanterne", actor="clock")
    assert {it.codes for it in troubles.values()} == {("not-deposited",)}
    assert refused(send_payout, ports, "lanterne/band", actor="clerk") == ("not-deposited",)
    assert (written(ports), ports.gateway.accepted()) == (before, [])
    assert advance_campaign(ports, "lanterne", actor="clock").keys() == troubles.keys()
    assert list(ports.store.due_campaigns(ports.now())) == ["lanterne"]
    ports.gateway.deposit(deposited(ports))
    assert advance_campaign(ports, "lanterne", actor="clock") == {}
    fees = Money.total(state_account(ports, "lanterne").fees.values(), "EUR")
    assert ports.gateway.held("EUR") == ports.store.balance(chart.PROVIDER, "EUR").posted == fees


def test_what_others_have_at_the_provider_is_not_paid_out_for_it():
    ports, much = settled_in_cash(launched()), money("100.00")
    theirs = (recipes.receipt("e1/receipt", "etoile", much, END), recipes.deposit("etoile", much, END))
    ports.store.commit(Changes(transactions=theirs))
    assert ports.store.balance(chart.PROVIDER, "EUR").available == much
    assert refused(send_payout, ports, "lanterne/band", actor="clerk") == ("not-deposited",)


def test_cash_is_brought_to_the_provider_once_and_after_the_settlement():
    early = launched()
    expected(early)
    received(early, "100.00")
    assert refused(deposited, early) == ("not-settled",)
    ports = settled_in_cash(launched())
    twice = between(ports, lambda: deposited(ports))
    assert deposited(twice) == money("0.00")
    assert ports.store.balance(chart.PROVIDER, "EUR").posted == money("100.00")
    assert deposited(ports) == money("0.00")
    assert not audit(ports.store.transactions())
    with pytest.raises(NotFound):
        deposit_contributions(ports, "etoile", actor="clerk")


def test_cash_of_a_failed_campaign_is_given_back_by_hand():
    ports = launched()
    expected(ports, tier_id="postcard", tip=money("2.00"))
    received(ports, "42.00")
    assert refused(refund_pledge, ports, "c1", actor="clerk") == ("not-ended",)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clock")
    assert refund_pledge(ports, "c1", actor="clerk").state is PledgeState.REFUNDED
    assert not offline_in(ports)
    assert (ports.store.progress("lanterne").pledges, state_account(ports, "lanterne").conserved) == (0, True)
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert not audit(ports.store.transactions())
    assert not ports.gateway.accepted()


def test_cash_that_is_canceled_is_given_back_by_hand_and_the_provider_is_not_asked():
    ports = launched()
    expected(ports, tier_id="postcard", tip=money("2.00"))
    received(ports, "42.00")
    canceled = cancel_pledge(ports, "c1", actor="ana")
    assert (canceled.state, canceled.reason) == (PledgeState.REFUNDED, "canceled")
    assert load(dump(canceled)) == canceled
    for account in chart.offline_account, chart.refunds_account, chart.held_account:
        assert not ports.store.balance(account("lanterne"), "EUR").posted
    assert (ports.store.progress("lanterne").pledges, state_account(ports, "lanterne").conserved) == (0, True)
    assert ports.store.stock("lanterne", "postcard") == Stock()
    assert not audit(ports.store.transactions())
    assert not [*ports.gateway.accepted(), *ports.store.open_orders()]
    assert refund_pledge(ports, "c1", actor="clerk") == canceled
    assert refused(cancel_pledge, ports, "c1", actor="ana") == ("pledge-closed",)


def test_the_rules_of_canceling_hold_for_cash_too():
    ports = launched(cancel_windows=[CancelWindow(last=DAY, guards_goal=True)])
    expected(ports)
    received(ports, "100.00")
    ports.clock.set(END - DAY)
    assert refused(cancel_pledge, ports, "c1", actor="ana") == ("would-miss-goal",)
    ports.clock.set(END)
    assert refused(cancel_pledge, ports, "c1", actor="ana") == ("too-late", "would-miss-goal")


def test_cash_of_a_campaign_that_is_called_off_is_given_back_by_hand():
    ports = launched()
    expected(ports)
    received(ports, "30.00")
    cancel_campaign(ports, "lanterne", actor="lune")
    returned = ports.store.find_pledge("c1")
    assert (returned.state, returned.reason) == (PledgeState.REFUNDED, "not-funded")
    assert not ports.gateway.accepted()


def test_the_provider_is_never_asked_for_cash():
    ports = launched()
    expected(ports)
    pledge, it = received(ports, "30.00"), ports.store.campaign("lanterne")
    assert refused(refunding.take_back, pledge, it, it.terms.window.opens, "ana") == ("not-collected",)
    assert refused(refunding.give_back, pledge, it, END, "ana") == ("not-collected", "not-ended")
    card = next(iter(closed("100.00").store.returnable_pledges("lanterne")))
    assert refused(offline.take_back, card, it, it.terms.window.opens, "ana") == ("not-collected",)


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
    assert offline_in(ports) == money(come)
