"""What went wrong once between two lines of a use case: each the smallest history that shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushcore import PayoutState, PledgeState
from pushcore.errors import GatewayMisuse
from pushcore.gateway import Charge, Prepare, Transfer, Void
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.testing import OPENS, a_request, steps
from pushcore.testing.host import Host
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import CAMPAIGN, Step
from pushcore.testing.story import a_film

ASKED, RECEIVED = 2, 3
"""An order is written, asked, and its answer received: the effects of a use case, in order."""


@pytest.fixture
def host():
    host = Host(MemoryStore(), FakeGateway(), OPENS)
    take(host, Step(steps.draft, (a_film("10"),)), Step(steps.launch))
    return host


@pytest.fixture
def ended(host):
    """One pledge of a funded campaign, which is declined."""
    take(host, Step(steps.place, (a_request("p1", bonus="20"),)), Step(steps.end), Step(steps.close))
    host.gateway.decline("p1")
    return host


def take(host, *history):
    return [host.take(step) for step in history][-1]


def meanwhile(call, *history, moment=Moment.BEFORE):
    return [Interruption(call, moment, history)]


def asked(host, kind):
    return [order.key for order in host.gateway._orders.values() if isinstance(order, kind)]


def test_a_method_that_is_saved_after_its_void_is_forgotten(host):
    abandoned = Step(steps.wait, (timedelta(minutes=31),)), Step(steps.expire), Step(steps.finish)
    host.take(Step(steps.place, (a_request("p1"),)), meanwhile(ASKED, *abandoned))
    assert host.store.find_pledge("p1").state is PledgeState.VOIDED
    kinds = [type(order) for order in host.gateway.accepted()]
    assert kinds == [Prepare, Void]


def test_what_the_provider_rejects_is_forgotten_all_the_same(host):
    class Rejecting(FakeGateway):
        def prepare(self, order):
            raise GatewayMisuse(order.backer_id)

    host = Host(host.store, Rejecting(), OPENS)
    assert isinstance(host.take(Step(steps.place, (a_request("p1"),))), GatewayMisuse)
    take(host, Step(steps.wait, (timedelta(minutes=31),)), Step(steps.expire))
    assert take(host, Step(steps.finish)) == {}
    assert not list(host.store.open_orders())


@pytest.mark.parametrize("other", [Step(steps.collect), Step(steps.charge, ("p1",)), Step(steps.finish)])
@pytest.mark.parametrize("one", [Step(steps.collect), Step(steps.charge, ("p1",))])
def test_who_loses_the_race_for_a_declined_charge_does_not_charge_again(ended, one, other):
    ended.take(one, meanwhile(RECEIVED, other))
    assert asked(ended, Charge) == ["p1/charge/1"]
    assert ended.store.find_pledge("p1").state is PledgeState.ERRORED


@pytest.mark.parametrize("other", [Step(steps.collect), Step(steps.charge, ("p1",)), Step(steps.finish)])
def test_finishing_a_charge_that_somebody_else_finished_starts_none(ended, other):
    ended.take(Step(steps.collect), [Interruption(ASKED, Moment.AFTER, Trouble.CRASH)])
    for effect in 1, 2:
        ended.take(Step(steps.finish), meanwhile(effect, other))
    assert asked(ended, Charge) == ["p1/charge/1"]


def test_a_charge_that_failed_long_ago_is_tried_once_in_one_round(ended):
    ended.take(Step(steps.collect), [Interruption(ASKED, Moment.AFTER, Trouble.CRASH)])
    take(ended, Step(steps.end, (timedelta(days=3),)), Step(steps.collect))
    assert asked(ended, Charge) == ["p1/charge/1"]


@pytest.mark.parametrize("other", [Step(steps.pay_out), Step(steps.finish)])
@pytest.mark.parametrize("one", [Step(steps.pay_out), Step(steps.finish)])
def test_who_loses_the_race_for_a_declined_transfer_does_not_send_again(ended, one, other):
    ended.gateway.accept("p1")
    ended.gateway.decline("director")
    take(ended, Step(steps.collect), Step(steps.settle))
    if one.act is steps.finish:
        ended.take(Step(steps.pay_out), [Interruption(ASKED, Moment.AFTER, Trouble.CRASH)])
    ended.take(one, meanwhile(RECEIVED if one.act is steps.pay_out else ASKED, other))
    assert ended.store.payout(f"{CAMPAIGN}/director").state is PayoutState.FAILED
    assert [key for key in asked(ended, Transfer) if "director" in key] == [f"{CAMPAIGN}/director/transfer/1"]


def test_two_who_draft_the_same_campaign_at_once_draft_one():
    host = Host(MemoryStore(), FakeGateway(), OPENS)
    draft = Step(steps.draft, (a_film("10"),))
    assert host.take(draft, meanwhile(1, draft)) == host.store.campaign(CAMPAIGN)
