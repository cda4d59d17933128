from contextlib import suppress
from datetime import UTC, timedelta, timezone
from functools import partial
from itertools import count
from types import SimpleNamespace

import attrs
import pytest
from funding_houses import books
from lanterne import (
    END,
    HOUR,
    OPENS,
    closed,
    collected,
    drafted,
    launched,
    money,
    pledged,
    request,
    states,
    written,
)

from pushcore import (
    CampaignState,
    Charging,
    FeeSchedule,
    FundingModel,
    PayoutState,
    SplitPlan,
    Tier,
    advance_campaign,
    cancel_campaign,
    move_campaign,
    place_pledge,
    send_payout,
    state_account,
)
from pushcore.campaigns import Trigger
from pushcore.errors import GatewayMisuse, GatewayUnavailable, InvalidValue, NotFound, OutcomeUnknown, Refused
from pushcore.memory import Fault, ManualClock
from pushcore.usecases import give_back_campaign


def advance(ports, at):
    if isinstance(ports.clock, ManualClock):
        ports.clock.set(at)
    return advance_campaign(ports, "lanterne", actor="jobs")


def due(ports):
    return list(ports.store.due_campaigns(ports.clock.now()))


@pytest.mark.parametrize("make", [drafted, launched])
def test_nothing_is_done_before_its_time(make):
    ports = make()
    before = written(ports)
    assert advance(ports, END - timedelta.resolution) == {}
    assert (written(ports), due(ports)) == (before, [])


def test_a_draft_does_not_end():
    ports = drafted()
    assert advance(ports, END) == {}
    assert ports.store.campaign("lanterne").state is CampaignState.DRAFT


def test_whoever_only_asks_what_is_due_takes_a_campaign_to_its_end():
    """A pledge that was never confirmed, a failed charge, and payees: all in good time."""
    ports = pledged("60.00", "40.00")
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place_pledge(ports, request("late", tier_id="postcard"))
    ports.gateway.decline("p1")
    at, did = OPENS, []
    while at < END + timedelta(days=9):
        ports.clock.set(at)
        for campaign_id in due(ports):
            assert advance_campaign(ports, campaign_id, actor="jobs") == {}
        if not did or did[-1] != states(ports):
            did.append(states(ports))
        at += 6 * HOUR
    assert did == [
        {"p0": "pledged", "p1": "pledged", "late": "preauth"},
        {"p0": "pledged", "p1": "pledged", "late": "voided"},
        {"p0": "collected", "p1": "errored", "late": "voided"},
        {"p0": "collected", "p1": "dropped", "late": "voided"},
    ]
    assert {payout.state for payout in ports.store.payouts("lanterne")} == {PayoutState.PAID}
    told = state_account(ports, "lanterne")
    assert (told.collected, told.held, told.conserved) == (money("60.00"), money(0), True)
    before = written(ports)
    assert advance(ports, at) == {}
    assert (written(ports), due(ports)) == (before, [])


def test_what_could_not_be_finished_is_told_and_finished_by_the_next_call():
    ports = closed("60.00", "40.00")
    ports.gateway.fail_next(Fault.BEFORE, Fault.AFTER)
    first = advance(ports, END)
    assert {key: type(trouble) for key, trouble in first.items()} == {
        "p0": GatewayUnavailable,
        "p1": OutcomeUnknown,
    }
    ports.gateway.fail_next(Fault.NONE, Fault.NONE, Fault.NONE, Fault.AFTER)
    second = advance(ports, END)
    assert {key: type(trouble) for key, trouble in second.items()} == {"lanterne/director": OutcomeUnknown}
    assert due(ports) == ["lanterne"]
    assert (advance(ports, END), due(ports)) == ({}, [])


def test_a_campaign_that_was_called_off_sets_its_pledges_free():
    ports = pledged("5.00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports.store, "returnable_pledges", lambda _: iter(()))
        cancel_campaign(ports, "lanterne", actor="lune")
    assert (states(ports), due(ports)) == ({"p0": "pledged"}, ["lanterne"])
    assert advance(ports, OPENS) == {}
    assert (states(ports), due(ports)) == ({"p0": "canceled"}, [])


def test_there_must_be_a_campaign():
    with pytest.raises(NotFound):
        advance_campaign(launched(), "etoile", actor="jobs")


@pytest.mark.parametrize("rejected", [False, True])
def test_a_payout_that_failed_is_told_once_and_waits_for_somebody(rejected):
    """A closed bank account is not asked for every minute; what was mended is sent when somebody says so."""
    ports = closed("100.00")
    transfer = ports.gateway.transfer
    if rejected:
        ports.gateway.transfer = lambda order: (_ for _ in ()).throw(GatewayMisuse(order.key))
    else:
        ports.gateway.decline("director")
        ports.gateway.decline("band")
    told = advance(ports, END)
    assert {type(trouble) for trouble in told.values()} == {GatewayMisuse if rejected else Refused}
    assert {payout.attempts for payout in ports.store.payouts("lanterne")} == {1}
    before = written(ports)
    assert (advance(ports, END + HOUR), due(ports)) == ({}, [])
    assert written(ports) == before
    ports.gateway.transfer = transfer
    ports.gateway.accept("director")
    assert send_payout(ports, "lanterne/director", actor="clerk").state is PayoutState.PAID


def test_a_clock_may_be_in_any_zone():
    ports = closed("60.00", "40.00")
    ports.gateway.decline("p1")
    tokyo = timezone(timedelta(hours=9))
    clock = SimpleNamespace(now=lambda: ports.clock.now().astimezone(tokyo))
    there = attrs.evolve(ports, clock=clock)
    assert advance(there, ports.clock.now()) == {}
    instants = [event.at for event in ports.store.events()]
    instants += [it.at for it in ports.store.transactions()]
    instants += [ports.store.find_pledge("p1").due_at, ports.store.find_pledge("p1").failed_at]
    assert {at.tzinfo for at in instants} == {UTC}


@pytest.mark.parametrize("now", [None, "noon", OPENS.replace(tzinfo=None)])
def test_a_clock_gives_instants(now):
    ports = attrs.evolve(closed("100.00"), clock=SimpleNamespace(now=lambda: now))
    with pytest.raises(InvalidValue, match="expected an instant"):
        advance_campaign(ports, "lanterne", actor="jobs")


class Interrupted:
    """A store where something happens just before a call of it, the one of this number."""

    def __init__(self, store, number, meanwhile):
        self._store, self.left, self._meanwhile = store, number, meanwhile

    def __getattr__(self, name):
        def call(*args):
            self.left -= 1
            if not self.left:
                self._meanwhile()
            return getattr(self._store, name)(*args)

        return call


def suspend(ports):
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="clerk")


def call_off(ports):
    cancel_campaign(ports, "lanterne", actor="lune")


@pytest.mark.parametrize("act", [suspend, call_off])
def test_no_refusal_leaks_when_a_campaign_is_stopped_meanwhile(act):
    """Whichever read it happens before: what is refused by then is left out, and the next call goes on."""
    model = FundingModel(charging=Charging.AT_PLEDGE)
    for number in count(1):
        ports = launched(model=model, tiers=[Tier("print", money("10"), limit=1, waiting=HOUR)])
        place_pledge(ports, request("p1", "40.00"))
        store = Interrupted(ports.store, number, partial(act, ports))
        assert advance(attrs.evolve(ports, store=store), OPENS) == {}
        if store.left > 0:
            break
        assert ports.store.campaign("lanterne").state in {CampaignState.SUSPENDED, CampaignState.CANCELED}
    assert number > 10


def test_what_is_given_back_meanwhile_is_not_settled_too():
    """Whichever call of the store it happens before: each campaign is paid out or given back, never both."""
    ends = []
    for number in count(1):
        ports = collected("60.00", "40.00", fees=FeeSchedule(), splits=SplitPlan())
        store = Interrupted(ports.store, number, partial(give_back, ports))
        assert advance(attrs.evolve(ports, store=store), END) == {}
        if store.left > 0:
            break
        assert advance(ports, END) == {}
        statement = state_account(ports, "lanterne")
        ends.append((statement.refunded, statement.net, ports.store.campaign("lanterne").state.value))
        assert books(ports) == {}
    assert set(ends) == {
        (money("100.00"), money(0), "given-back"),
        (money(0), money("100.00"), "successful"),
    }


def give_back(ports):
    with suppress(Refused):  # it is settled
        give_back_campaign(ports, "lanterne", actor="clerk")
