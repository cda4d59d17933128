"""Payment methods that are replaced: the next charge is of the new one."""

import attrs
import pytest
from funding_houses import advance
from lanterne import END, HOUR, closed, collected, pledged, refused

from pushcore import Decline, PledgeState, advance_campaign, charge_pledge, collect_pledges, replace_method
from pushcore.campaigns import Charging, FundingModel
from pushcore.errors import InvalidValue
from pushcore.gateway import Charge, Prepare
from pushcore.payments.events import MethodReplaced


def replace(ports, method):
    return replace_method(ports, "p0", method, actor="b0")


def new_card(ports):
    """The host has the provider save another card."""
    return ports.gateway.prepare(Prepare("theirs/card/2", "p0", "b0")).reference


def charged(ports):
    return [order.method for order in ports.gateway.accepted() if isinstance(order, Charge)]


def test_the_next_charge_is_of_the_new_card():
    ports = closed("100.00")
    ports.gateway.decline("p0", Decline.NEEDS_BACKER, "expired-card")
    collect_pledges(ports, "lanterne", actor="jobs")
    before = ports.store.find_pledge("p0")
    ports.gateway.accept("p0")
    card = new_card(ports)
    after = replace(ports, card)
    assert after == attrs.evolve(before, method=card, version=before.version + 1)
    assert list(ports.store.events())[-1] == MethodReplaced(ports.now(), "b0", "p0")
    assert charged(ports) == []
    assert charge_pledge(ports, "p0", actor="b0").state is PledgeState.COLLECTED
    assert charged(ports) == [card]
    assert refused(replace, ports, card) == ("already-charged",)


def test_before_the_end_too():
    ports = pledged("100.00")
    card = new_card(ports)
    replace(ports, card)
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert charged(ports) == [card]


def test_where_nothing_is_to_be_charged():
    assert refused(replace, collected("100.00"), "pm_2") == ("already-charged",)
    failed = pledged("5.00")
    advance(failed, END + HOUR)
    assert refused(replace, failed, "pm_2") == ("pledge-closed",)
    held = pledged("100.00", model=FundingModel(charging=Charging.AUTHORIZED))
    assert refused(replace, held, "pm_2") == ("already-held",)
    nobody = lambda: replace_method(pledged("5.00"), "p9", "pm_2", actor="b0")  # noqa: E731
    assert refused(nobody) == ("unknown-pledge",)


@pytest.mark.parametrize(
    "method",
    [None, 5, "", " pm_2", "x" * 5000, "wallet", "offline"],
    ids=["none", "number", "empty", "spaced", "long", "ours", "cash"],
)
def test_what_is_no_reference(method):
    with pytest.raises(InvalidValue):
        replace(pledged("5.00"), method)
