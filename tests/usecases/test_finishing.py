import attrs
import pytest
from lanterne import END, between, closed, collected, launched, money, pledged, request, states, written

from pushcore import (
    PayoutState,
    cancel_pledge,
    charge_pledge,
    collect_pledges,
    finish_orders,
    pay_out,
    place_pledge,
    send_payout,
    settle_campaign,
)
from pushcore.campaigns import Charging, FundingModel
from pushcore.changes import Changes
from pushcore.errors import GatewayError, GatewayUnavailable
from pushcore.gateway import Charge, Decline, Declined, Prepare, Transfer, Void
from pushcore.memory import FakeGateway, Fault


def preparing():
    ports = launched()
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(GatewayError):
        place_pledge(ports, request())
    return ports, Prepare


def charging():
    ports = closed("100.00")
    ports.gateway.fail_next(Fault.AFTER)
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports, Charge


def voiding():
    ports = pledged("100.00")
    cancel_pledge(ports, "p0", actor="ana")
    return ports, Void


def sending():
    ports = collected("100.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    ports.gateway.fail_next(Fault.AFTER)
    pay_out(ports, "lanterne", actor="clerk")
    return ports, Transfer


@pytest.mark.parametrize("unfinished", [preparing, charging, voiding, sending])
def test_what_was_left_open_is_finished(unfinished):
    ports, kind = unfinished()
    (order,) = ports.store.open_orders()
    assert isinstance(order, kind)
    ports.gateway.fail_next(Fault.BEFORE)
    troubles = finish_orders(ports, actor="clerk")
    assert {key: type(trouble) for key, trouble in troubles.items()} == {order.key: GatewayUnavailable}
    assert list(ports.store.open_orders()) == [order]
    assert finish_orders(ports, actor="clerk") == {}
    assert list(ports.store.open_orders()) == []
    assert [done for done in ports.gateway.accepted() if isinstance(done, kind)].count(order) == 1
    before = written(ports)
    assert finish_orders(ports, actor="clerk") == {}
    assert written(ports) == before


def test_each_comes_to_its_end():
    ports, _ = preparing()
    finish_orders(ports, actor="clerk")
    assert states(ports) == {"p1": "pledged"}
    ports, _ = charging()
    finish_orders(ports, actor="clerk")
    assert states(ports) == {"p0": "collected"}
    ports, _ = sending()
    finish_orders(ports, actor="clerk")
    assert {payout.state for payout in ports.store.payouts("lanterne")} == {PayoutState.PAID}


def test_one_that_fails_does_not_hold_up_the_others():
    ports = pledged("60.00", "40.00")
    for pledge_id in ("p0", "p1"):
        cancel_pledge(ports, pledge_id, actor="ana")
    ports.gateway.fail_next(Fault.BEFORE)
    assert len(finish_orders(ports, actor="clerk")) == 1
    assert len(list(ports.store.open_orders())) == 1


@pytest.mark.parametrize("unfinished", [charging, sending])
def test_nothing_new_is_begun_when_somebody_else_was_faster(unfinished):
    """The order was read as open; by now it failed, and the next try is not for us to make."""
    ports, _ = unfinished()
    orders = list(ports.store.open_orders())
    ports.gateway._answers.pop(orders[0].key)
    for who in ("p0", "director"):
        ports.gateway.decline(who)
    if unfinished is charging:
        charge_pledge(ports, "p0", actor="clerk")
    else:
        send_payout(ports, orders[0].payout_id, actor="clerk")
    stale = between(ports)
    stale.store.open_orders = lambda: iter(orders)
    before = written(ports)
    assert finish_orders(stale, actor="clerk") == {}
    assert written(ports) == before


class Reluctant(FakeGateway):
    """It declines to set free what it holds, until it is willing."""

    willing = False

    def void(self, order, /):
        return super().void(order) if self.willing else Declined(Decline.RETRYABLE, "later")


def test_what_the_provider_declines_to_set_free_is_asked_for_again():
    """The answer was not looked at, and the money was held for good."""
    ports = attrs.evolve(launched(model=FundingModel(charging=Charging.AUTHORIZED)), gateway=Reluctant())
    place_pledge(ports, request("p1", "30.00"))
    cancel_pledge(ports, "p1", actor="ana")
    assert finish_orders(ports, actor="clerk")["p1/void"].codes == ("declined",)
    assert [order.key for order in ports.store.open_orders()] == ["p1/void"]
    ports.gateway.willing = True
    assert finish_orders(ports, actor="clerk") == {}
    assert (ports.gateway.authorized("EUR"), list(ports.store.open_orders())) == (money(0), [])


def test_an_order_for_nothing_is_a_trouble():
    ports = launched()
    ports.store.commit(Changes(orders=(Prepare("p1/prepare", "p1", "ana"),)))
    assert finish_orders(ports, actor="clerk")["p1/prepare"].codes == ("unknown-pledge",)


def test_an_expired_claim_is_voided_rather_than_confirmed():
    ports, _ = preparing()
    ports.clock.set(END)
    finish_orders(ports, actor="clerk")
    assert ports.store.find_pledge("p1").reason == "claim-expired"
    assert ports.store.progress("lanterne").pledged == money(0)
