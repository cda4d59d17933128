"""Credit was given for a charge, and a bank gives the money of the same charge: nobody gets both."""

from datetime import timedelta

import attrs
import pytest
from funding_houses import AT_ONCE
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, collected, launched, money, request
from usecases.test_disputes_and_refunds import LOST, OPENED, PLAIN, WON, back, policy, there, told, whose

from pushcore import close_campaign, place_pledge, settle_campaign
from pushcore.gateway import DisputeState, RefundBounced
from pushcore.ledger import audit
from pushcore.payouts import RefundTo
from pushcore.usecases import (
    expire_credits,
    give_back_campaign,
    pass_on_credit,
    receive_event,
    state_wallet,
    withdraw_credit,
)

WITHDRAWN = DisputeState("withdrawn")
PLATFORM = "campaign/lanterne/borne/platform"


def credited(*amounts, **terms):
    """A pledge of 40.00 by card, of which so much became credit: all of it where nothing is said."""
    ports = collected("60.00", "40.00", **PLAIN | terms)
    for amount in amounts or (None,):
        back(ports, wanted=None if amount is None else money(amount), to=RefundTo.WALLET)
    return ports


def asking(**wants):
    """The same pledge, placed as its backer wants it."""
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p0", "60.00", backer_id="b0"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", **wants))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    return ports


def credit(ports):
    return state_wallet(ports, "b1", "EUR").total


@pytest.mark.parametrize("state", [OPENED, LOST])
def test_credit_is_called_in_when_the_bank_gives_the_money(state):
    """The backer had both: the credit, and what the bank gave."""
    ports = credited()
    told(ports, state)
    assert credit(ports) == money(0)
    told(ports, LOST, days=1)
    assert (credit(ports), there(ports)) == (money(0), money("60.00"))
    assert whose(ports) == {
        "provider": 6000,
        "campaign/lanterne/held": -6000,
        PLATFORM: 4000,
        "expired/platform": -4000,
    }


@pytest.mark.parametrize("state", [WON, WITHDRAWN])
def test_credit_is_given_again_when_the_dispute_is_won(state):
    ports = credited()
    before = whose(ports)
    told(ports, OPENED)
    told(ports, state, days=1)
    assert (credit(ports), whose(ports)) == (money("40.00"), before)
    told(ports, LOST, days=2)
    assert credit(ports) == money(0)
    told(ports, WON, days=3)
    assert (credit(ports), whose(ports)) == (money("40.00"), before)


@pytest.mark.parametrize("states", [(WITHDRAWN, LOST, WON), (WITHDRAWN, WON, LOST), (LOST, WITHDRAWN, WON)])
def test_credit_is_given_again_each_time_although_all_is_told_of_one_instant(states):
    """What came back of a dispute was named by its instant alone, so that the second news were refused."""
    ports = credited()
    for state in (OPENED, *states):
        told(ports, state, days=1)
    assert credit(ports) == money("40.00")
    assert not audit(ports.store.transactions())


class NamedByKeys:
    """A provider that calls what it gives back by the key of the order."""

    def __init__(self, gateway):
        self.gateway = gateway

    def __getattr__(self, name):
        return getattr(self.gateway, name)

    def refund(self, order):
        return attrs.evolve(self.gateway.refund(order), reference=order.key)


@pytest.mark.parametrize("state", [OPENED, LOST])
def test_what_went_back_is_no_credit_whatever_the_provider_calls_it(state):
    """It went by the name alone: credit of another pledge was called in for what went to the card."""
    ports = collected("60.00", "40.00", **PLAIN)
    ports = attrs.evolve(ports, gateway=NamedByKeys(ports.gateway))
    back(ports, wanted=money("10.00"), to=RefundTo.CARD)
    assert [(it.reference, it.credit) for it in ports.store.find_pledge("p1").gone_back] == [
        ("p1/refund/1", False)
    ]
    back(ports, wanted=money("20.00"), to=RefundTo.WALLET)
    told(ports, state)
    assert credit(ports) == money(0)
    assert whose(ports)[PLATFORM] == 3000
    assert whose(ports)["expired/platform"] == -2000


def test_another_dispute_calls_it_in_too():
    ports = credited()
    told(ports, OPENED)
    told(ports, WON, days=1)
    told(ports, LOST, days=2, dispute_id="dp_2")
    assert credit(ports) == money(0)


def test_only_what_the_dispute_takes_beyond_what_is_left_is_called_in():
    ports = credited("15.00", "5.00")
    told(ports, OPENED, amount="30.00")
    assert credit(ports) == money("10.00")
    told(ports, WON, amount="30.00", days=1)
    assert credit(ports) == money("20.00")


def test_a_tip_that_became_credit_is_called_in_too():
    ports = asking(tip=money("2.00"))
    back(ports, to=RefundTo.WALLET)
    assert credit(ports) == money("42.00")
    told(ports, LOST, amount="42.00")
    assert credit(ports) == money(0)


def test_what_was_withdrawn_or_passed_on_is_the_platforms_to_bear():
    ports = credited()
    withdraw_credit(ports, "b1", "EUR", key="w1", amount=money("15.00"), actor="b1")
    pass_on_credit(ports, "b1", "b0", "EUR", key="g1", amount=money("5.00"), actor="b1")
    told(ports, LOST)
    assert credit(ports) == money(0)
    assert whose(ports)["expired/platform"] == -2000
    assert state_wallet(ports, "b0", "EUR").total == money("5.00")


def test_what_comes_back_is_not_taken_for_what_was_called_in():
    """The dispute has 10.00 of the credit; the refund to the card that the bank sent back is owed whole."""
    ports = collected("60.00", "40.00", **PLAIN)
    gone = back(ports, wanted=money("15.00")).gone_back[0]
    back(ports, to=RefundTo.WALLET)
    told(ports, LOST, amount="10.00")
    assert credit(ports) == money("15.00")
    receive_event(ports, RefundBounced("p1/charge/1", money("15.00"), gone.reference), actor="provider")
    assert ports.store.find_pledge("p1").refund.ways[0].amount == money("15.00")
    assert credit(ports) == money("15.00")


def test_where_nothing_is_in_the_wallet_nothing_is_called_in():
    ports = credited()
    withdraw_credit(ports, "b1", "EUR", key="w1", amount=None, actor="b1")
    told(ports, LOST)
    (entry,) = ports.store.find_pledge("p1").disputes
    assert (entry.called_in, credit(ports)) == (None, money(0))
    told(ports, WON, days=1)
    assert credit(ports) == money(0)


def test_other_credit_stays():
    """Refund 1 of the pledge, and not refund 10."""
    ports = credited(*["1.00"] * 10)
    told(ports, LOST, amount="35.00", charged="p1/charge/1")
    assert credit(ports) == money("5.00")
    back(ports, "p0", to=RefundTo.WALLET)
    told(ports, LOST, days=1, dispute_id="dp_2", amount="5.00")
    assert (credit(ports), state_wallet(ports, "b0", "EUR").total) == (money(0), money("60.00"))


def test_credit_that_is_given_again_lasts_as_long_as_new_credit():
    refunds = attrs.evolve(policy(), credit_lifetime=timedelta(days=90))
    ports = credited(refunds=refunds)
    told(ports, OPENED)
    ports.clock.set(END + 100 * DAY)
    assert expire_credits(ports, goes_to="charity", actor="jobs") == {}
    told(ports, WON, days=100)
    (lot,) = state_wallet(ports, "b1", "EUR").lots
    assert (lot.reason, lot.expires_at) == ("dispute", ports.clock.now() + 90 * DAY)


def test_what_comes_back_to_the_wallet_twice_is_written_once():
    """The credit that was called in, and what was left of the charge when nothing came of the campaign."""
    ports = asking(refund_to=RefundTo.WALLET)
    back(ports, wanted=money("15.00"))
    told(ports, LOST)
    assert credit(ports) == money(0)
    give_back_campaign(ports, "lanterne", actor="clerk")
    told(ports, WON, days=1)
    assert (credit(ports), there(ports)) == (money("40.00"), money("40.00"))


def test_after_the_settlement_too():
    ports = collected("60.00", "40.00", **PLAIN)
    settle_campaign(ports, "lanterne", actor="clerk")
    back(ports, to=RefundTo.WALLET)
    told(ports, LOST)
    assert (credit(ports), whose(ports)["expired/platform"]) == (money(0), -4000)


def test_a_backer_without_credit_for_it_keeps_the_wallet():
    ports = credited()
    back(ports, "p0")
    told(ports, LOST, charged="p0/charge/1", amount="60.00")
    assert credit(ports) == money("40.00")


@given(
    st.lists(st.integers(1, 4_000), max_size=3),
    st.integers(1, 4_000),
    st.lists(st.sampled_from([OPENED, LOST, WON]), min_size=1, max_size=4),
)
def test_card_and_credit_never_give_more_than_was_paid(refunds, disputed, states):
    ports = collected("60.00", "40.00", **PLAIN)
    left = 4_000
    for wanted in refunds:
        minor = min(wanted, left)
        if minor:
            back(ports, wanted=money("0.01") * minor, to=RefundTo.WALLET)
            left -= minor
    for days, state in enumerate(states):
        told(ports, state, amount=(money("0.01") * disputed).text, days=days)
        taken = money("100.00") - there(ports)
        assert credit(ports) + taken <= money("40.00")
    (entry,) = ports.store.find_pledge("p1").disputes
    called_in = min(max(disputed - left, 0), 4_000 - left) if entry.taken else 0
    assert credit(ports) == money("0.01") * (4_000 - left - called_in)
