"""A refund of what is paid in parts, while others are to come: what is charged goes back, and no more is."""

from datetime import timedelta

import pytest
from funding_houses import ALL_BACK, at_provider, finish
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, launched, money, refused, request, states

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    Percentage,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Rounding,
    SplitPlan,
    Stock,
    Waterfall,
    advance_campaign,
    charge_pledge,
    list_refunds,
    place_pledge,
    plan_refunds,
    receive_event,
    refund_pledge,
    state_account,
    state_wallet,
)
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan
from pushcore.errors import GatewayError
from pushcore.gateway import DisputeState, DisputeTold, Refund
from pushcore.ledger import audit
from pushcore.ledger.chart import on_top_account
from pushcore.memory import Fault
from pushcore.money import Remainder
from pushcore.payments.events import RefundAgreed
from pushcore.payouts import Bearer, Bearing, PaidKind, Returning
from pushcore.schemas import dump, load
from pushcore.usecases import give_back_campaign

PLAN = InstalmentPlan(
    threshold=money("120.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(7 * DAY, 14 * DAY, DefaultOutcome.KEPT),
    every_months=1,
)
MONTH = 32 * DAY
PLAIN = {"fees": FeeSchedule(), "splits": SplitPlan(), "instalments": PLAN}


def paying(months=0, refunds=ALL_BACK, **picked):
    """Ana pledged 120.00 in three parts, of which so many are charged and one more; ben paid at once."""
    ports = launched(refunds=refunds, **PLAIN)
    asked = {"bonus": "120.00"} | picked
    place_pledge(ports, request(parts=3, **asked))
    place_pledge(ports, request("p2", "30.00", backer_id="ben"))
    for month in range(months + 1):
        advance(ports, END + month * MONTH)
    return ports


def advance(ports, at):
    ports.clock.set(at)
    assert not advance_campaign(ports, "lanterne", actor="jobs")


def back(ports, **asked):
    return refund_pledge(ports, "p1", actor="clerk", **asked)


def ana(ports):
    return ports.store.find_pledge("p1")


def agreed(ports):
    return [it.amount for it in ports.store.events() if isinstance(it, RefundAgreed)]


def told(ports, state):
    """A dispute of the first part."""
    news = DisputeTold(
        dispute_id="d1", charged="p1/charge/1", amount=money("40.00"), state=state, at=ports.clock.now()
    )
    receive_event(ports, news, actor="provider")


@pytest.mark.parametrize(("months", "charged"), [(0, "40.00"), (1, "80.00")])
def test_what_is_charged_goes_back_and_the_rest_is_charged_no_more(months, charged):
    ports = paying(months, bonus="80.00", tier_id="poster")
    assert states(ports) == {"p1": "paying", "p2": "collected"}
    pledge = back(ports)
    assert (pledge.state, pledge.reason, pledge.given_back) == (
        PledgeState.REFUNDED,
        "refunded",
        money(charged),
    )
    assert load(dump(pledge)) == pledge
    assert agreed(ports) == [money(charged)]
    assert len([it for it in ports.gateway.accepted() if isinstance(it, Refund)]) == months + 1
    assert (at_provider(ports), ports.store.stock("lanterne", "poster")) == (money("30.00"), Stock())
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.collected, progress.pledges, progress.collections) == (
        money("30.00"),
        money("30.00"),
        1,
        1,
    )
    assert back(ports) == pledge
    assert refused(charge_pledge, ports, "p1", part=3, actor="ana") == ("pledge-closed",)
    advance(ports, END + 5 * MONTH)
    assert state_account(ports, "lanterne").paid == {"lune": money("30.00")}
    finish(ports)


def test_one_whose_next_part_failed_goes_back_too():
    ports = paying()
    ports.gateway.decline("p1")
    advance(ports, END + MONTH)
    assert ana(ports).state is PledgeState.ERRORED
    ports.gateway.accept("p1")
    assert back(ports).state is PledgeState.REFUNDED
    assert at_provider(ports) == money("30.00")


def test_one_of_which_nothing_was_charged_is_not_given_back():
    ports = launched(refunds=ALL_BACK, **PLAIN)
    place_pledge(ports, request(bonus="120.00", parts=3))
    ports.gateway.decline("p1")
    advance(ports, END)
    assert ana(ports).state is PledgeState.ERRORED
    assert "not-collected" in refused(back, ports)


def test_only_all_of_it_goes_back_until_all_of_it_is_charged():
    ports = paying()
    assert refused(back, ports, wanted=money("1.00"), key="r1") == ("not-collected",)
    advance(ports, END + MONTH)
    advance(ports, END + 2 * MONTH)
    assert back(ports, wanted=money("1.00"), key="r1").kept == money("119.00")


def test_where_the_terms_say_nothing_of_refunds_the_parts_go_on():
    ports = paying(refunds=None)
    assert refused(back, ports) == ("not-refundable",)
    advance(ports, END + MONTH)
    assert ana(ports).instalments.paid == money("80.00")


def test_what_its_backer_bears_is_kept_of_what_was_charged():
    """It is a contribution from then on, without a reward."""
    tenth = Returning(Percentage.of(90), [Bearing(Bearer.BACKER)])
    refunds = RefundPolicy(
        {RefundSituation.FUNDED: Waterfall(parts={PaidKind.GOODS: tenth})}, rounding=Rounding.HALF_UP
    )
    ports = paying(1, refunds=refunds, bonus="80.00", tier_id="poster")
    pledge = back(ports)
    assert (pledge.state, pledge.amount, pledge.kept) == (
        PledgeState.COLLECTED,
        money("80.00"),
        money("8.00"),
    )
    assert (pledge.reason, ports.store.stock("lanterne", "poster")) == ("refunded", Stock())
    assert load(dump(pledge)) == pledge
    advance(ports, END + 5 * MONTH)
    assert state_account(ports, "lanterne").paid == {"lune": money("38.00")}


def test_a_tip_goes_back_as_far_as_it_was_charged():
    ports = paying(1, bonus="120.00", tip=money("6.00"))
    assert at_provider(ports) == money("114.00")
    assert back(ports).given_back == money("84.00")
    assert not ports.store.balance(on_top_account("lanterne", "tip"), "EUR").posted


REFUND_COST = {"EUR": FeeLine("refund", FeeBase.PLEDGE, Fixed(money("0.30")), Rounding.HALF_UP)}


def test_each_charge_goes_back_by_a_refund_of_its_own_which_costs_one():
    ports = paying(1)
    (need,) = plan_refunds(ports, "lanterne", costs=REFUND_COST).needs()
    assert (need.refunds, need.amount, need.costs) == (3, money("110.00"), money("0.90"))
    assert list_refunds(ports, "lanterne") == (
        ("p1", "provider", money("40.00"), money("40.00")),
        ("p2", "provider", money("30.00")),
    )
    before = len(ports.gateway.accepted())
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert len(ports.gateway.accepted()) - before == need.refunds
    assert list_refunds(ports, "lanterne") == ()


def test_a_refund_under_way_of_several_charges_counts_what_is_left_of_it():
    ports = paying(1, refund_to=RefundTo.WALLET)
    assert list_refunds(ports, "lanterne") == (("p2", "provider", money("30.00")),)
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(GatewayError):
        back(ports, to=RefundTo.CARD)
    assert list_refunds(ports, "lanterne") == (
        ("p1", "provider", money("40.00")),
        ("p2", "provider", money("30.00")),
    )


def test_it_can_become_credit():
    ports = paying(1)
    assert back(ports, to=RefundTo.WALLET).state is PledgeState.REFUNDED
    assert state_wallet(ports, "ana", "EUR").total == money("80.00")
    assert at_provider(ports) == money("110.00")


def test_a_part_that_a_bank_took_back_is_not_given_back_again():
    ports = paying(1)
    told(ports, DisputeState.LOST)
    assert back(ports).given_back == money("40.00")
    assert state_account(ports, "lanterne").conserved
    assert not audit(ports.store.transactions())
    assert ports.store.progress("lanterne").collected == money("30.00")


def test_while_a_dispute_is_open_it_waits():
    ports = paying()
    told(ports, DisputeState.OPENED)
    assert "dispute-open" in refused(back, ports)


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.BEFORE])
def test_what_got_no_answer_is_finished_by_the_same_call(fault):
    ports = paying(1)
    ports.gateway.fail_next(fault)
    with pytest.raises(GatewayError):
        back(ports)
    assert ana(ports).state is PledgeState.REFUNDING
    assert back(ports).given_back == money("80.00")
    assert at_provider(ports) == money("30.00")


@given(st.integers(120_00, 500_00), st.integers(0, 99), st.integers(0, 1), st.booleans())
def test_just_what_was_charged_goes_back(minor, tip, months, reward):
    """Of any amount, with any tip and with or without a reward."""
    asked = {"tier_id": "postcard"} if reward else {}
    ports = paying(months, bonus=money(0).with_minor(minor), tip=money(0).with_minor(tip), **asked)
    charged = ports.gateway.held("EUR") - money("30.00")
    assert back(ports).given_back == charged
    assert at_provider(ports) == money("30.00")
    assert state_account(ports, "lanterne").conserved
