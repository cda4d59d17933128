"""The contract of a payment gateway: all that `pushcore.ports.PaymentGateway` says, as tests to subclass."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

import attrs
import pytest

from pushcore.errors import GatewayMisuse, GatewayUnavailable, KeyReused, OutcomeUnknown
from pushcore.gateway import (
    Abilities,
    Accepted,
    Authorize,
    Capture,
    Charge,
    Declined,
    Prepare,
    Refund,
    Transfer,
    Void,
)
from pushcore.ids import BackerId, CampaignId, OrderKey, PayeeId, PayoutId, PledgeId
from pushcore.memory import Fault
from pushcore.money import Money
from pushcore.ports import PaymentGateway
from pushcore.testing.contracts._abilities import GatewayAbilities
from pushcore.testing.contracts._threads import at_once
from pushcore.usecases._writing import hand_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.gateway import Answer, Order

__all__ = ["GatewayContract"]

MakeGateway = Callable[[], PaymentGateway]
Orders = tuple[Prepare, Charge, Refund, Void, Transfer]
_Plain = Prepare | Charge | Refund | Void | Transfer
TEN: Final = Money.of("10", "EUR")
CENT: Final = Money.of("0.01", "EUR")
DOLLARS: Final = Money.of("11", "USD")


class GatewayContract:
    """Subclass it in your tests, say how a gateway is made, and run pytest.

    .. code-block:: python

        class TestSandbox(GatewayContract):
            abilities = GatewayAbilities(threads=False)

            @pytest.fixture
            def make_gateway(self):
                return Sandbox

    ``make_gateway`` gives a function that makes a gateway which has never seen the keys used here. Tests of
    declines, of faults and of its books run where it declares that it can be told to.
    """

    abilities: ClassVar[GatewayAbilities] = GatewayAbilities()

    @pytest.fixture
    def make_gateway(self) -> MakeGateway:
        """A function that makes a gateway: override this."""
        raise NotImplementedError

    @pytest.fixture
    def gateway(self, make_gateway: MakeGateway) -> Any:  # noqa: ANN401  with whatever it declares
        """A gateway."""
        return make_gateway()

    @pytest.fixture
    def directed(self, gateway: Any) -> Any:  # noqa: ANN401  likewise
        """A gateway that can be told to decline."""
        if not self.abilities.directed:
            pytest.skip("this gateway cannot be told to decline")
        return gateway

    @pytest.fixture
    def failing(self, directed: Any) -> Any:  # noqa: ANN401  likewise
        """A gateway that can be told to fail."""
        if not self.abilities.faults:
            pytest.skip("this gateway cannot be told to fail")
        return directed

    def test_every_order_is_accepted(self, gateway: PaymentGateway) -> None:
        """A method is saved, charged and forgotten, a charge is given back, and money is paid out."""
        for order in _orders(gateway):
            assert isinstance(hand_over(gateway, order), Accepted)

    def test_a_key_is_carried_out_once(self, gateway: PaymentGateway) -> None:
        """Asked again, a key gives its first answer."""
        for order in _orders(gateway):
            assert hand_over(gateway, order) == hand_over(gateway, order)

    def test_a_key_has_one_content(self, gateway: PaymentGateway) -> None:
        """A key that comes back with another order is refused, and the first order still has its answer."""
        orders: Iterator[tuple[_Plain, _Plain]] = zip(
            _orders(gateway), _orders(gateway, other=True), strict=True
        )
        for order, other in orders:
            answer = hand_over(gateway, order)
            with pytest.raises(KeyReused):
                hand_over(gateway, other)
            assert hand_over(gateway, order) == answer

    def test_it_says_what_it_can_do(self, gateway: PaymentGateway) -> None:
        """Its abilities are declared."""
        assert isinstance(gateway.abilities, Abilities)

    def test_what_was_authorized_is_captured(self, gateway: PaymentGateway) -> None:
        """What was authorized is captured: the amount, and never more."""
        _authorizing(gateway)
        assert isinstance(gateway.capture(_capture(gateway, "p3")), Accepted)
        with pytest.raises(GatewayMisuse):
            gateway.capture(_capture(gateway, "p4", TEN * 2))

    def test_a_part_of_what_was_authorized_is_captured(self, gateway: PaymentGateway) -> None:
        """Where it can be, it is captured once, and the rest is set free."""
        _authorizing(gateway)
        capture = _capture(gateway, "p3", TEN - CENT)
        if not gateway.abilities.partial_capture:
            with pytest.raises(GatewayMisuse):
                gateway.capture(capture)
            return
        assert isinstance(gateway.capture(capture), Accepted)
        with pytest.raises(GatewayMisuse):
            gateway.capture(attrs.evolve(capture, key=OrderKey("p3/charge/2"), amount=CENT))

    def test_what_was_voided_is_not_captured(self, gateway: PaymentGateway) -> None:
        """What was set free cannot be taken any more, and what was taken cannot be set free."""
        _authorizing(gateway)
        capture = _capture(gateway, "p3")
        assert isinstance(gateway.void(_void("p3")), Accepted)
        for _ in range(2):
            with pytest.raises(GatewayMisuse):
                gateway.capture(capture)

    def test_voiding_nothing_is_accepted(self, gateway: PaymentGateway) -> None:
        """What never came to be can be forgotten."""
        void = Void(OrderKey("p7/void"), PledgeId("p7"), OrderKey("p7/prepare"))
        assert isinstance(gateway.void(void), Accepted)

    def test_an_unknown_method_is_misuse(self, gateway: PaymentGateway) -> None:
        """A method that was never saved cannot be charged, however often it is asked."""
        for _ in range(2):
            with pytest.raises(GatewayMisuse):
                gateway.charge(_charge("nothing-that-was-saved"))

    def test_a_forgotten_method_is_misuse(self, gateway: PaymentGateway) -> None:
        """A method that was voided cannot be charged any more."""
        prepare, _, _, void, _ = _orders(gateway)
        method = _reference(gateway.prepare(prepare))
        gateway.void(void)
        with pytest.raises(GatewayMisuse):
            gateway.charge(_charge(method))

    def test_what_was_rejected_is_rejected_for_ever(self, gateway: PaymentGateway) -> None:
        """Whatever makes up for the reason later: under its key it is over, and under another it is done."""
        _, charge, refund, _, _ = _orders(gateway)
        _assert_rejected(gateway, refund)
        unknown = attrs.evolve(charge, key=OrderKey("p1/charge/2"), method="nothing-that-was-saved")
        _assert_rejected(gateway, unknown)
        assert isinstance(gateway.charge(charge), Accepted)
        _assert_rejected(gateway, attrs.evolve(unknown, method=charge.method))
        _assert_rejected(gateway, refund)
        assert isinstance(gateway.refund(attrs.evolve(refund, key=OrderKey("p1/refund/2"))), Accepted)

    def test_a_rejected_capture_is_rejected_for_ever(self, gateway: PaymentGateway) -> None:
        """As a charge is, and the amount stays authorized for another key."""
        _authorizing(gateway)
        capture = _capture(gateway, "p3")
        _assert_rejected(gateway, attrs.evolve(capture, amount=TEN * 2))
        _assert_rejected(gateway, capture)
        assert isinstance(gateway.capture(attrs.evolve(capture, key=OrderKey("p3/charge/2"))), Accepted)

    def test_what_is_taken_is_held_until_paid_out(self, directed: Any) -> None:  # noqa: ANN401
        """Its books say what it took less what it paid, however often it was asked."""
        for _ in range(3):
            prepare, charge, _, void, transfer = _orders(directed)
            directed.charge(charge)
            assert directed.held("EUR") == TEN
        directed.transfer(transfer)
        directed.transfer(transfer)
        directed.void(void)
        assert not directed.held("EUR")
        assert directed.accepted() == [prepare, charge, transfer, void]

    def test_what_is_given_back_is_held_no_more(self, directed: Any) -> None:  # noqa: ANN401
        """A charge is given back once, however often it is asked, and under no other key again."""
        _, charge, refund, _, _ = _orders(directed)
        directed.charge(charge)
        for _ in range(2):
            assert isinstance(directed.refund(refund), Accepted)
            assert not directed.held("EUR")
        twice = attrs.evolve(refund, key=OrderKey("p1/refund/2"))
        for _ in range(2):
            with pytest.raises(GatewayMisuse):
                directed.refund(twice)
        assert not directed.held("EUR")

    def test_what_was_not_taken_is_not_given_back(self, gateway: PaymentGateway) -> None:
        """Neither what was never charged, nor more than was."""
        _, charge, refund, _, _ = _orders(gateway)
        with pytest.raises(GatewayMisuse):
            gateway.refund(refund)
        gateway.charge(charge)
        with pytest.raises(GatewayMisuse):
            gateway.refund(attrs.evolve(refund, key=OrderKey("p1/refund/2"), amount=TEN * 2))

    def test_parts_are_given_back(self, gateway: PaymentGateway) -> None:
        """One by one, each under a key of its own, until all is given back, and never more."""
        _, charge, refund, _, _ = _orders(gateway)
        gateway.charge(charge)
        parts = [
            attrs.evolve(refund, key=OrderKey(f"p1/refund/{number}"), amount=amount)
            for number, amount in enumerate((CENT, TEN, TEN - CENT, CENT), start=2)
        ]
        if not gateway.abilities.partial_refunds:
            with pytest.raises(GatewayMisuse):
                gateway.refund(parts[0])
            return
        for part, left in zip(parts, (True, False, True, False), strict=True):
            if left:
                assert isinstance(gateway.refund(part), Accepted)
                continue
            with pytest.raises(GatewayMisuse):
                gateway.refund(part)

    def test_what_is_presented_is_what_moves(self, gateway: Any) -> None:  # noqa: ANN401  likewise
        """Where an order says what its backer sees, that is taken and given back, and not the amount."""
        _charging_dollars(gateway)
        _, charge, refund, _, _ = _orders(gateway)
        gateway.charge(attrs.evolve(charge, presented=DOLLARS))
        self._assert_held(gateway, DOLLARS)
        with pytest.raises(GatewayMisuse):
            gateway.refund(attrs.evolve(refund, key=OrderKey("p1/refund/2"), presented=DOLLARS * 2))
        assert isinstance(gateway.refund(attrs.evolve(refund, presented=DOLLARS)), Accepted)
        self._assert_held(gateway, DOLLARS * 0)

    def test_what_is_presented_is_authorized_and_captured(self, gateway: Any) -> None:  # noqa: ANN401  likewise
        """What is kept free of the backer's card is what the backer sees."""
        _authorizing(gateway)
        _charging_dollars(gateway)
        assert isinstance(gateway.capture(_capture(gateway, "p3", presented=DOLLARS)), Accepted)
        self._assert_held(gateway, DOLLARS)

    def _assert_held(self, gateway: Any, dollars: Money) -> None:  # noqa: ANN401  likewise
        if self.abilities.directed:
            assert (gateway.held("USD"), gateway.held("EUR").minor) == (dollars, 0)

    def test_it_knows_what_it_did(self, gateway: PaymentGateway) -> None:
        """An order is looked up by its key: what it was answered, and nothing where it never came."""
        for order in _orders(gateway):
            if not isinstance(order, Prepare):  # which the others rest on
                assert gateway.status(order.key) is None
            answer = hand_over(gateway, order)
            assert gateway.status(order.key) == answer

    def test_declines_are_answers(self, directed: Any) -> None:  # noqa: ANN401
        """A decline moves nothing and stays the answer to its key; the next key may be accepted."""
        prepare, charge, _, _, transfer = _orders(directed)
        declined = Prepare(OrderKey("p2/prepare"), PledgeId("p2"), BackerId("ben"))
        asked = (declined, "ben"), (charge, "p1"), (transfer, "lune")
        for order, who in asked:
            directed.decline(who)
            assert isinstance(hand_over(directed, order), Declined)
            directed.accept(who)
            assert isinstance(hand_over(directed, order), Declined)
        assert not directed.held("EUR")
        assert directed.accepted() == [prepare]
        again = Charge(OrderKey("p1/charge/2"), charge.pledge_id, charge.campaign_id, TEN, charge.method)
        assert isinstance(directed.charge(again), Accepted)

    def test_a_declined_refund_gives_nothing_back(self, directed: Any) -> None:  # noqa: ANN401
        """It stays declined under its key, and the next key may be accepted: all of it is given back then."""
        _, charge, refund, _, _ = _orders(directed)
        directed.charge(charge)
        directed.decline("p1")
        assert isinstance(directed.refund(refund), Declined)
        directed.accept("p1")
        assert isinstance(directed.refund(refund), Declined)
        assert directed.held("EUR") == TEN
        assert isinstance(directed.refund(attrs.evolve(refund, key=OrderKey("p1/refund/2"))), Accepted)
        assert not directed.held("EUR")

    def test_a_lost_refund_comes_back(self, failing: Any) -> None:  # noqa: ANN401
        """Where the answer was lost the money is given back, and the same key gives no more."""
        _, charge, refund, _, _ = _orders(failing)
        failing.charge(charge)
        failing.fail_next(Fault.BEFORE)
        with pytest.raises(GatewayUnavailable):
            failing.refund(refund)
        assert failing.held("EUR") == TEN
        failing.fail_next(Fault.AFTER)
        for _ in range(2):
            with suppress(OutcomeUnknown):
                assert isinstance(failing.refund(refund), Accepted)
            assert not failing.held("EUR")

    def test_unreached_means_nothing_happened(self, failing: Any) -> None:  # noqa: ANN401
        """After a failure to reach it nothing has moved, and the same key still does it once."""
        _, charge, _, _, _ = _orders(failing)
        failing.fail_next(Fault.BEFORE)
        with pytest.raises(GatewayUnavailable):
            failing.charge(charge)
        assert not failing.held("EUR")
        assert isinstance(failing.charge(charge), Accepted)
        assert failing.held("EUR") == TEN

    def test_a_lost_answer_comes_back(self, failing: Any) -> None:  # noqa: ANN401
        """Where the answer was lost the money has moved, and the same key brings the answer back."""
        _, charge, _, _, _ = _orders(failing)
        failing.fail_next(Fault.AFTER)
        with pytest.raises(OutcomeUnknown):
            failing.charge(charge)
        assert failing.held("EUR") == TEN
        assert isinstance(failing.charge(charge), Accepted)
        assert failing.held("EUR") == TEN

    def test_threads_carry_a_key_out_once(self, gateway: Any) -> None:  # noqa: ANN401
        """Asked by many at once, a key is carried out once."""
        if not self.abilities.threads:
            pytest.skip("this gateway is not for several threads")
        _, charge, _, _, _ = _orders(gateway)
        answers: list[Answer] = []
        at_once(lambda _: answers.append(gateway.charge(charge)))
        assert len(set(answers)) == 1
        if self.abilities.directed:
            assert gateway.held("EUR") == TEN


def _assert_rejected(gateway: PaymentGateway, order: Order) -> None:
    """An order is rejected, or its key came with another one before; either way nothing happens."""
    with pytest.raises((GatewayMisuse, KeyReused)):
        hand_over(gateway, order)
    assert not isinstance(gateway.status(order.key), Accepted)


def _authorizing(gateway: PaymentGateway) -> None:
    if gateway.abilities.authorization_lifetime is None:
        pytest.skip("this gateway authorizes nothing")


def _charging_dollars(gateway: PaymentGateway) -> None:
    if gateway.abilities.currencies is not None and "USD" not in gateway.abilities.currencies:
        pytest.skip("this gateway charges no dollars")


def _capture(
    gateway: PaymentGateway, pledge: str, amount: Money = TEN, *, presented: Money | None = None
) -> Capture:
    """The order that captures an amount of ten that are authorized, or what a backer sees of them."""
    order = Authorize(OrderKey(f"{pledge}/prepare"), PledgeId(pledge), BackerId("ana"), TEN, presented)
    name, key = _reference(gateway.authorize(order)), OrderKey(f"{pledge}/charge/1")
    return Capture(key, PledgeId(pledge), CampaignId("lanterne"), amount, name, presented)


def _void(pledge: str) -> Void:
    return Void(OrderKey(f"{pledge}/void"), PledgeId(pledge), OrderKey(f"{pledge}/prepare"))


def _orders(gateway: PaymentGateway, *, other: bool = False) -> Orders:
    """One order of every kind, of which the first is carried out; or others under the same keys."""
    who = BackerId("ben" if other else "ana")
    amount = TEN * 2 if other else TEN
    prepare = Prepare(OrderKey("p1/prepare"), PledgeId("p1"), who)
    method = "other" if other else _reference(gateway.prepare(prepare))
    return (
        prepare,
        Charge(OrderKey("p1/charge/1"), PledgeId("p1"), CampaignId("lanterne"), amount, method),
        Refund(
            OrderKey("p1/refund/1"), PledgeId("p1"), CampaignId("lanterne"), amount, OrderKey("p1/charge/1")
        ),
        Void(OrderKey("p1/void"), PledgeId("p1"), OrderKey("other" if other else prepare.key)),
        Transfer(OrderKey("t1"), PayoutId("lanterne/lune"), PayeeId("lune"), amount),
    )


def _charge(method: str, pledge: str = "p8", amount: Money = TEN) -> Charge:
    return Charge(OrderKey(f"{pledge}/charge/1"), PledgeId(pledge), CampaignId("lanterne"), amount, method)


def _reference(answer: Answer) -> str:
    assert isinstance(answer, Accepted)
    return answer.reference
