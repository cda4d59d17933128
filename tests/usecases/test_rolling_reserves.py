"""Reserves that roll: each contribution sets its own share free, and what went back sets nothing free."""

import pytest
from funding_houses import ALL_BACK, AT_ONCE, close_at, goal, heard, place
from lanterne import DAY, END, OPENS, launched, money

from pushcore import FeeSchedule, PayoutPlan, Percentage, Reserve, Rounding, cancel_pledge, refund_pledge
from pushcore.gateway import DisputeState, DisputeTold
from pushcore.payouts import HeldReserve
from pushcore.usecases import settle_campaign

BY = {"actor": "clerk"}
TENTH = Reserve(rate=Percentage.of(10), rounding=Rounding.HALF_UP, hold_days=90, rolling=True)


@pytest.fixture
def ports():
    """60.00 of the first day, and 40.00 of ten days later, charged at once."""
    ports = launched(
        goal=goal("10.00"),
        model=AT_ONCE,
        fees=FeeSchedule(),
        refunds=ALL_BACK,
        payouts=PayoutPlan(reserve=TENTH),
    )
    place(ports, "p0", "60.00", backer_id="b0")
    ports.clock.set(OPENS + 10 * DAY)
    place(ports, "p1", "40.00", backer_id="b1")
    return ports


def told(ports, state, day):
    news = DisputeTold(
        dispute_id="dp_1",
        charged="p0/charge/1",
        amount=money("60.00"),
        state=state,
        at=OPENS + day * DAY,
    )
    heard(ports, news)


def released(ports):
    """How much is set free how many days after the opening."""
    close_at(ports, END)
    settle_campaign(ports, "lanterne", **BY)
    held = ports.store.find(HeldReserve, "lanterne")
    return {(it.due_at - OPENS).days - 90: it.amount.text for it in held.releases}


def test_each_contribution_sets_its_own_share_free(ports):
    assert released(ports) == {0: "6.00", 10: "4.00"}


def test_what_was_taken_back_sets_nothing_free(ports):
    """It is not there, and its share would be one of the others'."""
    cancel_pledge(ports, "p0", **BY)
    assert released(ports) == {10: "4.00"}


def test_what_went_back_in_part_sets_free_what_is_left(ports):
    close_at(ports, END)
    refund_pledge(ports, "p0", wanted=money("20.00"), key="r1", **BY)
    assert released(ports) == {0: "4.00", 10: "4.00"}


def test_what_a_dispute_took_sets_nothing_free(ports):
    told(ports, DisputeState.LOST, 20)
    assert released(ports) == {10: "4.00"}


def test_what_a_dispute_gave_back_came_when_it_did_at_first(ports):
    ports.clock.set(OPENS + 20 * DAY)
    told(ports, DisputeState.OPENED, 20)
    told(ports, DisputeState.WON, 21)
    assert released(ports) == {0: "6.00", 10: "4.00"}
