"""What came in cash or by bank for a funded campaign goes back by hand, and whoever did it enters that."""

from itertools import count

import pytest
from funding_houses import ALL_BACK, at_provider, books, finish
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, launched, money, refused, request

from pushcore import (
    FeeSchedule,
    Money,
    PledgeState,
    RefundTo,
    SplitPlan,
    advance_campaign,
    close_campaign,
    collect_pledges,
    deposit_contributions,
    expect_contribution,
    match_pledge,
    open_fund,
    place_pledge,
    receive_contribution,
    refund_pledge,
    settle_campaign,
    state_account,
    state_debt,
    state_wallet,
)
from pushcore.campaigns import deciding
from pushcore.errors import Conflict, InvalidValue
from pushcore.gateway import RefundMade
from pushcore.ledger import chart
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.payments import noting, returning
from pushcore.payments.events import PledgePartlyRefunded, PledgeRefunded
from pushcore.schemas import dump, load
from pushcore.usecases import give_back_campaign

PLAIN = {"fees": FeeSchedule(), "splits": SplitPlan(), "refunds": ALL_BACK}
NUMBERS = count(1)


def funded(cash="60.00", card="40.00", **changed):
    """La Lanterne is funded: cleo came with a cheque, and ana with a card."""
    picked = {name: changed.pop(name) for name in ("tier_id", "tip", "refund_to") if name in changed}
    ports = launched(**PLAIN | changed)
    wanted = request("c1", "0.00" if "tier_id" in picked else cash, backer_id="cleo", actor="clerk", **picked)
    expect_contribution(ports, wanted, reason="cheque 117")
    receive_contribution(ports, "c1", money(cash) + picked.get("tip", money("0.00")), actor="clerk")
    place_pledge(ports, request("p1", card))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def settled(**changed):
    ports = funded(**changed)
    settle_campaign(ports, "lanterne", actor="clerk")
    return ports


def brought(ports):
    """The cash is brought to the provider."""
    amount = deposit_contributions(ports, "lanterne", actor="clerk")
    ports.gateway.deposit(amount)
    return amount


def back(ports, **asked):
    if "wanted" in asked:
        asked = {"key": f"r{next(NUMBERS)}"} | asked
    return refund_pledge(ports, "c1", actor="clerk", **asked)


def cash_in(ports):
    return ports.store.balance(chart.offline_account("lanterne"), "EUR").posted


def told(ports, event):
    return [it for it in ports.store.events() if isinstance(it, event)]


def test_all_of_it_goes_back_before_the_settlement():
    ports = funded(tip=money("2.00"), tier_id="poster", cash="60.00")
    pledge = back(ports)
    assert (pledge.state, pledge.reason, pledge.given_back) == (
        PledgeState.REFUNDED,
        "refunded",
        money("62.00"),
    )
    assert load(dump(pledge)) == pledge
    assert [it.reference for it in told(ports, PledgeRefunded)] == ["by-hand"]
    assert (cash_in(ports), at_provider(ports)) == (money("0.00"), money("40.00"))
    assert (ports.store.progress("lanterne").pledges, ports.store.stock("lanterne", "poster").claimed) == (
        1,
        0,
    )
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    assert (statement.collected, statement.refunded, statement.net) == (
        money("100.00"),
        money("60.00"),
        money("40.00"),
    )
    assert back(ports) == pledge
    finish(ports)


def test_parts_of_it_go_back_once_each_and_add_up():
    ports = funded()
    part = back(ports, wanted=money("20.00"), key="ticket-7")
    assert (part.state, part.kept, part.refunds) == (PledgeState.COLLECTED, money("40.00"), 1)
    assert back(ports, wanted=money("20.00"), key="ticket-7") == part
    assert load(dump(part)) == part
    (event,) = told(ports, PledgePartlyRefunded)
    assert (event.refunded, event.left, event.reference) == (money("20.00"), money("40.00"), "by-hand")
    assert back(ports, wanted={"bonus": money("13.33")}).kept == money("26.67")
    assert refused(back, ports, wanted=money("26.68")) == ("above-paid",)
    assert (cash_in(ports), ports.store.progress("lanterne").collected) == (money("26.67"), money("66.67"))
    assert back(ports).state is PledgeState.REFUNDED
    assert not books(ports).get("campaign/lanterne/refunds", 0)
    assert state_account(ports, "lanterne").conserved


def test_what_is_not_brought_yet_is_not_brought_later():
    ports = settled()
    back(ports, wanted=money("25.00"))
    assert state_debt(ports, "lune", "EUR").outstanding == money("25.00")
    assert brought(ports) == money("35.00")
    assert at_provider(ports) == money("75.00")


@pytest.mark.parametrize("wanted", [money("25.00"), None])
def test_what_was_brought_is_fetched_at_the_provider(wanted):
    ports = settled()
    brought(ports)
    pledge = back(ports) if wanted is None else back(ports, wanted=wanted)
    assert pledge.given_back == (wanted or money("60.00"))
    ports.gateway.deposit(-pledge.given_back)
    assert (at_provider(ports), cash_in(ports)) == (money("100.00") - pledge.given_back, money("0.00"))
    assert state_debt(ports, "lune", "EUR").outstanding == pledge.given_back
    assert state_account(ports, "lanterne").conserved


def test_of_two_who_bring_it_and_give_it_back_at_once_one_reads_it_again():
    """What is fetched is decided by what was there: the account is guarded, so a late look is a conflict."""
    ports = settled()
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("c1")
    debt = state_debt(ports, "lune", "EUR")
    _, late = returning.order(
        pledge, campaign, END, "clerk", debt=debt, undeposited=money("60.00"), key="r", wanted=money("1.00")
    )
    brought(ports)
    with pytest.raises(Conflict):
        ports.store.commit(late)


def test_cash_becomes_credit_once_the_provider_has_it():
    """What a backer can withdraw there is there; what they wanted when they pledged waits for nobody."""
    ports = settled(refund_to=RefundTo.WALLET)
    back(ports, wanted=money("10.00"))
    assert not state_wallet(ports, "cleo", "EUR").total
    assert refused(back, ports, wanted=money("10.00"), to=RefundTo.WALLET) == ("not-deposited",)
    brought(ports)
    assert back(ports, wanted=money("10.00"), to=RefundTo.WALLET).kept == money("40.00")
    assert state_wallet(ports, "cleo", "EUR").total == money("10.00")
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("c1")
    wallet, codes = state_wallet(ports, "cleo", "EUR"), ("not-deposited",)
    assert refused(returning.order, pledge, campaign, END, "clerk", wallet=wallet) == codes
    with pytest.raises(InvalidValue, match="what is not with the provider"):
        returning.order(pledge, campaign, END, "clerk", undeposited="60.00")


@pytest.mark.parametrize("before", [None, "20.00"])
def test_cash_of_a_campaign_that_is_given_back_is_no_credit_of_anybody(before):
    """It was entered as given back by hand, and the credit that was asked for was not there."""
    ports = funded()
    if before:
        back(ports, wanted=money(before))
    ports.store.commit(deciding.give_back(ports.store.campaign("lanterne"), ports.now(), "clerk")[1])
    written = list(ports.store.transactions())
    assert refused(back, ports, to=RefundTo.WALLET) == ("not-deposited",)
    assert list(ports.store.transactions()) == written
    assert back(ports, to=RefundTo.CARD).state is PledgeState.REFUNDED
    assert not state_wallet(ports, "cleo", "EUR").total


def test_what_is_left_goes_back_by_hand_when_the_campaign_is_given_back():
    ports = funded()
    back(ports, wanted=money("20.00"))
    give_back_campaign(ports, "lanterne", actor="clerk")
    pledge = ports.store.find_pledge("c1")
    assert (pledge.state, pledge.reason, pledge.given_back) == (
        PledgeState.REFUNDED,
        "not-funded",
        money("60.00"),
    )
    assert (cash_in(ports), at_provider(ports)) == (money("0.00"), money("0.00"))
    assert books(ports) == {}


def test_a_match_goes_back_with_the_cash_it_matches_and_not_by_itself():
    ports = launched(**PLAIN)
    open_fund(ports, MatchingFund("live", Multiple(1), [Pool("s0", money("30.00"))]), actor="clerk")
    place_pledge(ports, request("p1", "100.00"))
    expect_contribution(ports, request("c1", "30.00", backer_id="cleo", actor="clerk"), reason="cheque 117")
    receive_contribution(ports, "c1", money("30.00"), actor="clerk")
    match_pledge(ports, "c1", "live", actor="clerk")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    assert refused(refund_pledge, ports, "c1/live/s0", actor="clerk") == ("not-collected",)
    back(ports)
    assert ports.store.find_pledge("c1/live/s0").state is PledgeState.REFUNDED
    assert (cash_in(ports), ports.store.progress("lanterne").collected) == (money("0.00"), money("100.00"))


def test_the_provider_gives_no_cash_back():
    """It has made no charge of it, under whatever key it says so."""
    ports = funded()
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("c1")
    for number in (0, 1):
        made = RefundMade(f"c1/charge/{number}", money("1.00"), "re_1")
        assert refused(noting.made, pledge, campaign, made, END, "provider") == ("not-collected",)


@given(st.lists(st.integers(1, 60_00), max_size=6), st.integers(0, 6), st.booleans())
def test_however_it_goes_back_just_what_came_is_there_or_gone(parts, before, bring):
    """Of refunds of any size, some before the settlement and some after it, brought or not in between."""
    ports, gone = funded(), 0
    for number, minor in enumerate([*parts, None]):
        if number == min(before, len(parts)):
            settle_campaign(ports, "lanterne", actor="clerk")
            if bring:
                brought(ports)
        wanted = {} if minor is None else {"wanted": Money.of_minor(minor, "EUR")}
        if gone + (minor or 0) > 60_00 or gone == 60_00:
            continue
        pledge = back(ports, **wanted)
        gone = pledge.given_back.minor
        there = books(ports)
        assert there.get("provider", 0) + there.get("campaign/lanterne/offline", 0) == 100_00 - gone
        assert state_account(ports, "lanterne").conserved
    assert ports.store.find_pledge("c1").state is PledgeState.REFUNDED


def test_the_job_pays_out_what_is_left():
    ports = funded()
    back(ports, wanted=money("20.00"))
    advance_campaign(ports, "lanterne", actor="jobs")
    brought(ports)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert (state_account(ports, "lanterne").paid, at_provider(ports)) == ({"lune": money("80.00")}, money(0))
