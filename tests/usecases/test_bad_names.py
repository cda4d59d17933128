"""Names that can be none: of campaigns, pledges and payouts, and of who acts."""

from inspect import Parameter, isfunction, signature

import attrs
import pytest
from lanterne import TERMS, collected, launched, money, pledged, request, written

from pushcore import (
    Selection,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
    close_campaign,
    collect_pledges,
    draft_campaign,
    expire_pledges,
    launch_campaign,
    merge_pledges,
    pay_out,
    place_pledge,
    retry_refunds,
    send_payout,
    settle_campaign,
    state_account,
    transfer_pledge,
    usecases,
)
from pushcore.errors import InvalidValue, NotFound, Refused

TWO = money("2.00")
NAMES = [None, 7, 10**5000, True, float("nan"), "", " lanterne", "nothing", b"lanterne", ["lanterne"], {}]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_is_not_there(name):
    """One clear error, whatever the name is, and nothing is written."""
    ports = collected("100.00")
    before = written(ports)
    for use_case in (
        launch_campaign,
        cancel_campaign,
        close_campaign,
        collect_pledges,
        settle_campaign,
        pay_out,
        expire_pledges,
    ):
        with pytest.raises(NotFound):
            use_case(ports, name, actor="clerk")
    with pytest.raises(NotFound):
        state_account(ports, name)
    with pytest.raises(NotFound):
        send_payout(ports, name, actor="clerk")
    for pledge_use_case, *more in (
        (cancel_pledge,),
        (change_pledge, Selection(TERMS.minimum)),
        (transfer_pledge, "bob"),
        (merge_pledges, "p0"),
    ):
        with pytest.raises(Refused, match="unknown-pledge"):
            pledge_use_case(ports, name, *more, actor="clerk")
    with pytest.raises(Refused, match="unknown-pledge"):
        merge_pledges(ports, "p0", name, actor="clerk")
    assert written(ports) == before


def two_of_one():
    ports = pledged("1.00")
    place_pledge(ports, request("p1", "1.00", backer_id="b0"))
    return ports


@pytest.mark.parametrize("actor", [name for name in NAMES if name != "nothing"], ids=range(len(NAMES) - 1))
def test_who_acts_has_a_name(actor):
    for make, act in [
        (launched, lambda ports: cancel_campaign(ports, "lanterne", actor=actor)),
        (lambda: pledged("1.00"), lambda ports: cancel_pledge(ports, "p0", actor=actor)),
        (lambda: pledged("1.00"), lambda ports: change_pledge(ports, "p0", Selection(TWO), actor=actor)),
        (lambda: pledged("1.00"), lambda ports: transfer_pledge(ports, "p0", "bob", actor=actor)),
        (two_of_one, lambda ports: merge_pledges(ports, "p0", "p1", actor=actor)),
        (lambda: collected("100.00"), lambda ports: settle_campaign(ports, "lanterne", actor=actor)),
        (launched, lambda ports: draft_campaign(ports, TERMS, creator_id="x", actor=actor, campaign_id="y")),
    ]:
        ports = make()
        before = written(ports)
        with pytest.raises(InvalidValue, match="actor"):
            act(ports)
        assert written(ports) == before


ACTED = {
    name: getattr(usecases, name)
    for name in usecases.__all__
    if isfunction(getattr(usecases, name)) and "actor" in signature(getattr(usecases, name)).parameters
}


@pytest.mark.parametrize("name", ACTED)
def test_who_acts_has_a_name_before_anything_else_is_looked_at(name):
    """One that found nothing left to be done never asked who it was that acted."""
    needed = [it.name for it in signature(ACTED[name]).parameters.values() if it.default is Parameter.empty]
    ports, others = launched(), dict.fromkeys(needed)
    del others["ports"]
    for actor in NAMES:
        if actor != "nothing":
            with pytest.raises(InvalidValue, match="the actor of a use case is printable text"):
                ACTED[name](ports, **others | {"actor": actor})


def test_who_acts_has_a_name_when_all_is_done_too():
    ports = collected("100.00")
    settle_campaign(ports, "lanterne", actor="clerk")
    with pytest.raises(InvalidValue, match="the actor of a use case"):
        settle_campaign(ports, "lanterne", actor=5)
    with pytest.raises(InvalidValue, match="the actor of a use case"):
        retry_refunds(ports, "lanterne", actor=5)


@pytest.mark.parametrize("name", ["store", "gateway", "clock", "ids"])
def test_a_port_is_an_object_with_every_method(name):
    ports = launched()
    good = getattr(ports, name)
    with pytest.raises(InvalidValue, match=rf"Ports\.{name}: expected a \w+, got None, which has no "):
        attrs.evolve(ports, **{name: None})
    with pytest.raises(InvalidValue, match="which is a class: give an object of it"):
        attrs.evolve(ports, **{name: type(good)})


def test_rules_are_functions_that_give_a_refusal_or_nothing():
    ports = launched()
    with pytest.raises(InvalidValue, match=r"Ports\.rules: expected functions, got 5"):
        attrs.evolve(ports, rules=[5])

    def not_today(_):
        return "no"

    with pytest.raises(InvalidValue, match="what the rule not_today gives: expected Refusal or None, got"):
        place_pledge(attrs.evolve(ports, rules=[not_today]), request())
