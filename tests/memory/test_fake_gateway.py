"""The gateway in memory keeps the contract of every gateway, and can be told what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from pushcore.errors import CurrencyMismatch, GatewayMisuse, InvalidValue, NotFound, OutcomeUnknown
from pushcore.gateway import (
    Accepted,
    Authorize,
    Capture,
    Charge,
    Decline,
    Declined,
    DisputeState,
    Prepare,
    Refund,
    RefundMade,
    Void,
)
from pushcore.memory import ABLE, FakeGateway, Fault
from pushcore.money import Money
from pushcore.testing import GatewayAbilities, GatewayContract


class TestFakeGateway(GatewayContract):
    abilities = GatewayAbilities(directed=True, faults=True)

    @pytest.fixture
    def make_gateway(self):
        return FakeGateway


def test_faults_come_one_for_each_call():
    gateway = FakeGateway(faults=[Fault.NONE, Fault.AFTER])
    one, two = (Prepare(f"p{n}/prepare", f"p{n}", "ana") for n in (1, 2))
    assert gateway.prepare(one)
    with pytest.raises(OutcomeUnknown):
        gateway.prepare(two)
    assert gateway.prepare(two)


def test_a_decline_says_why():
    gateway = FakeGateway()
    gateway.decline("ana", Decline.NEEDS_BACKER, "authentication-required")
    answer = gateway.prepare(Prepare("p1/prepare", "p1", "ana"))
    assert answer == Declined(Decline.NEEDS_BACKER, "authentication-required")


@pytest.mark.parametrize("junk", [None, "p1", Void("p1/void", "p1", "p1/prepare")])
@pytest.mark.parametrize("method", ["prepare", "charge", "transfer"])
def test_each_kind_of_order_has_its_method(method, junk):
    gateway = FakeGateway()
    with pytest.raises(GatewayMisuse, match="expected a"):
        getattr(gateway, method)(junk)
    assert gateway.accepted() == []


def test_what_was_rejected_is_rejected_for_ever():
    """Whoever was told so has written it down: the next attempt has another key."""
    gateway = FakeGateway()
    method = "method-p1/prepare"
    charge = Charge("p1/charge/1", "p1", "lanterne", Money.of("5.00", "EUR"), method)
    with pytest.raises(GatewayMisuse):
        gateway.charge(charge)
    assert gateway.prepare(Prepare("p1/prepare", "p1", "ana")).reference == method
    with pytest.raises(GatewayMisuse):
        gateway.charge(charge)
    assert not gateway.held("EUR")
    assert gateway.charge(attrs.evolve(charge, key="p1/charge/2")).reference == "charge-p1/charge/2"


def test_what_is_brought_to_it_is_there_to_be_paid_out():
    gateway = FakeGateway()
    gateway.deposit(Money.of("40.00", "EUR"))
    assert gateway.held("EUR") == Money.of("40.00", "EUR")
    with pytest.raises(InvalidValue, match="deposited"):
        gateway.deposit("40.00")


def test_a_part_of_a_hold_is_captured_and_the_rest_set_free():
    """GR03: less than was held can be taken, once, and never more; nothing more is taken of the rest."""
    gateway = FakeGateway()
    held = gateway.authorize(Authorize("p/prepare", "p", "ana", Money.of(20, "EUR"))).reference

    def capture(amount, attempt):
        order = Capture(f"p/charge/{attempt}", "p", "lanterne", Money.of(amount, "EUR"), held)
        return gateway.capture(order)

    with pytest.raises(GatewayMisuse):
        capture("20.01", 1)
    assert isinstance(capture("15.00", 2), Accepted)
    assert (gateway.held("EUR"), gateway.authorized("EUR")) == (Money.of(15, "EUR"), Money.zero("EUR"))
    with pytest.raises(GatewayMisuse):
        capture("5.00", 3)


def test_what_is_held_is_captured_in_its_own_currency():
    gateway = FakeGateway()
    held = gateway.authorize(Authorize("p/prepare", "p", "ana", Money.of(20, "EUR"))).reference
    order = Capture("p/charge/1", "p", "lanterne", Money.of(20, "USD"), held)
    with pytest.raises(GatewayMisuse, match=r"USD 20\.00 is of another currency than .* EUR 20\.00"):
        gateway.capture(order)
    assert gateway.authorized("EUR") == Money.of(20, "EUR")
    assert not gateway.held("USD")


AT = datetime(2026, 2, 1, tzinfo=UTC)
KEY = "p1/charge/1"


def eur(amount):
    return Money.of(amount, "EUR")


def charged(**abilities):
    """A gateway that has taken 40.00."""
    gateway = FakeGateway(abilities=attrs.evolve(ABLE, **abilities))
    method = gateway.prepare(Prepare("p1/prepare", "p1", "ana")).reference
    gateway.charge(Charge(KEY, "p1", "lanterne", eur("40.00"), method))
    return gateway


def test_somebody_gives_back_in_the_dashboard_what_is_left_of_a_charge():
    """An integrator had to reach into its books for that."""
    gateway = charged()
    assert gateway.give_back(KEY, eur("30.00")) == RefundMade(KEY, eur("30.00"), "refund-made-1")
    assert gateway.held("EUR") == eur("10.00")
    with pytest.raises(GatewayMisuse):
        gateway.refund(Refund("p1/refund/1", "p1", "lanterne", eur("10.01"), KEY))
    assert gateway.give_back(KEY, eur("10.00")).reference == "refund-made-2"
    assert not gateway.held("EUR")


@pytest.mark.parametrize(
    ("returned", "state", "held"),
    [
        (False, DisputeState.UNDER_REVIEW, "-15.00"),
        (False, DisputeState.LOST, "-15.00"),
        (False, DisputeState.WON, "25.00"),
        (True, DisputeState.WON, "40.00"),
        (True, DisputeState.WITHDRAWN, "40.00"),
    ],
)
def test_a_dispute_takes_the_money_and_the_declared_fee_until_it_is_won(returned, state, held):
    gateway = charged(dispute_fee={"EUR": eur("15.00")}, returns_dispute_fee=returned)
    opened = gateway.dispute(KEY, eur("40.00"), at=AT)
    assert (opened.dispute_id, opened.charged, opened.state) == ("dispute-1", KEY, DisputeState.OPENED)
    assert gateway.held("EUR") == eur("-15.00")
    for _ in range(2):  # told again, it moves nothing
        assert gateway.decide("dispute-1", state, at=AT) == attrs.evolve(opened, state=state)
        assert gateway.held("EUR") == eur(held)
    gateway.decide("dispute-1", DisputeState.LOST, at=AT)
    assert gateway.held("EUR") == eur("-15.00")


@pytest.mark.parametrize(
    ("call", "error", "why"),
    [
        (lambda it: it.give_back("p2/charge/1", eur(1)), NotFound, "nothing was charged as 'p2/charge/1'"),
        (lambda it: it.give_back("p1/prepare", eur(1)), NotFound, "nothing was charged as 'p1/prep"),
        (lambda it: it.give_back([], eur(1)), InvalidValue, "the key of a charge: expected str"),
        (lambda it: it.give_back(KEY, 5), InvalidValue, "what is given back: expected Money"),
        (lambda it: it.give_back(KEY, eur(0)), InvalidValue, r"EUR 40\.00 is left of p1/charge/1"),
        (lambda it: it.give_back(KEY, eur("40.01")), InvalidValue, "cannot be given back"),
        (lambda it: it.give_back(KEY, Money.of(1, "USD")), CurrencyMismatch, "USD"),
        (lambda it: it.dispute("p2/charge/1", eur(1), at=AT), NotFound, "nothing was charged"),
        (lambda it: it.dispute(KEY, None, at=AT), InvalidValue, "what is disputed: expected Money"),
        (lambda it: it.dispute(KEY, eur(0), at=AT), InvalidValue, "above zero"),
        (lambda it: it.dispute(KEY, eur("40.01"), at=AT), InvalidValue, "cannot be disputed"),
        (lambda it: it.dispute(KEY, eur(1), at=None), InvalidValue, "expected"),
        (lambda it: it.decide("dispute-1", "won", at=AT), NotFound, "there is no dispute 'dispute-1'"),
        (lambda it: it.decide({}, "won", at=AT), InvalidValue, "the name of a dispute: expected str"),
    ],
)
def test_what_nobody_can_give_back_or_dispute(call, error, why):
    gateway = charged()
    with pytest.raises(error, match=why):
        call(gateway)
    assert gateway.held("EUR") == eur("40.00")


def test_what_a_dispute_is_not_decided_as():
    gateway = charged()
    gateway.dispute(KEY, eur("40.00"), at=AT)
    with pytest.raises(InvalidValue, match="no dispute state 'maybe'"):
        gateway.decide("dispute-1", "maybe", at=AT)
    assert not gateway.held("EUR")
