"""The gateway in memory keeps the contract of every gateway, and can be told what to do."""

from __future__ import annotations

import attrs
import pytest

from pushcore.errors import GatewayMisuse, InvalidValue, OutcomeUnknown
from pushcore.gateway import Accepted, Authorize, Capture, Charge, Decline, Declined, Prepare, Void
from pushcore.memory import FakeGateway, Fault
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
