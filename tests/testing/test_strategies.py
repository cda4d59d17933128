"""Strategies give valid values of every kind, reach every case, and shrink to something plain."""

from __future__ import annotations

import inspect
import pickle

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from pushcore import CampaignState, FeeBase, PayoutState, PledgeState
from pushcore.gateway import Accepted, Charge, Declined, Prepare, Transfer, Void
from pushcore.ledger import Phase as TransactionPhase
from pushcore.ledger import audit
from pushcore.testing import strategies
from pushcore.testing.strategies.events import EVENTS

SEARCH = settings(
    max_examples=2_000,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def made(name):
    """The strategy of this name, with as little as it can be given."""
    make = getattr(strategies, name)
    needed = [it for it in inspect.signature(make).parameters.values() if it.default is it.empty]
    return make(*["EUR" for _ in needed])


def reached(strategy, condition):
    return find(strategy, condition, settings=SEARCH)


@pytest.mark.parametrize("name", strategies.__all__)
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_values_are_valid_and_survive_a_copy(name, data):
    value = data.draw(made(name))
    assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("state", CampaignState)
def test_campaigns_reach_every_state(state):
    campaign = reached(strategies.campaigns(states=st.just(state)), lambda _: True)
    assert (campaign.outcome is None) == (state in {"draft", "live", "closing", "canceled"})
    assert (campaign.version == 1) == (state is CampaignState.DRAFT)


@pytest.mark.parametrize("state", PledgeState)
def test_pledges_reach_every_state_with_what_goes_with_it(state):
    pledge = reached(strategies.pledges(states=st.just(state)), lambda _: True)
    assert (pledge.due_at is not None) == (state is PledgeState.ERRORED)
    assert (pledge.reason is not None) == (state is PledgeState.VOIDED)
    assert (pledge.method is None) == (state in {PledgeState.PREAUTH, PledgeState.VOIDED})
    assert pledge.amount.minor > 0


@pytest.mark.parametrize("state", PayoutState)
def test_payouts_reach_every_state(state):
    assert reached(strategies.payouts(), lambda it: it.state is state).attempts <= 1


@pytest.mark.parametrize("kind", EVENTS)
def test_every_kind_of_event_is_made(kind):
    assert type(reached(strategies.events(), lambda it: type(it) is kind)) is kind
    assert type(reached(strategies.events(kind), lambda _: True)) is kind


@pytest.mark.parametrize("kind", [Prepare, Charge, Void, Transfer])
def test_every_kind_of_order_is_made(kind):
    assert type(reached(strategies.orders(), lambda it: type(it) is kind)) is kind


@pytest.mark.parametrize("kind", [Accepted, Declined])
def test_every_kind_of_answer_is_made(kind):
    assert type(reached(strategies.answers(), lambda it: type(it) is kind)) is kind


@pytest.mark.parametrize("phase", TransactionPhase)
def test_transactions_reach_every_phase(phase):
    transaction = reached(strategies.transactions(), lambda it: it.phase is phase)
    found = {finding.fault.value for finding in audit([transaction])}
    assert "unbalanced" not in found


ODD = {
    "a withdrawn currency": ("currencies", lambda it: it.withdrawn is not None),
    "a currency of three decimals": ("currencies", lambda it: it.exponent == 3),
    "a percentage in thirds": ("percentages", lambda it: it.fraction.denominator % 3 == 0),
    "a deadline that is itself in time": ("deadlines", lambda it: it.inclusive),
    "a tier without a single piece": ("tiers", lambda it: it.limit == 0),
    "a tier without a limit": ("tiers", lambda it: it.limit is None),
    "fee lines of both bases": ("fee_schedules", lambda it: {line.base for line in it.lines} == set(FeeBase)),
    "a fee with two limits": ("fee_rules", lambda it: len(it.pieces) > 2),
    "fixed splits among others": ("split_plans", lambda it: any(x.fixed for x in it.splits[:-1])),
    "a split with a maximum": ("split_plans", lambda it: any(x.max for x in it.splits)),
    "reminders and attempts": ("dunnings", lambda it: len({step.action for step in it.steps}) == 2),
    "several pieces": ("requests", lambda it: it.selection.quantity > 1),
    "partly collected": ("progresses", lambda it: 0 < it.collections < it.pledges),
    "an id that looks like a path": ("identifiers", lambda it: "/" in it),
    "an id in another script": ("identifiers", lambda it: not it.isascii()),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_cases_are_reached(case):
    name, condition = ODD[case]
    assert condition(reached(made(name), condition))


@given(st.data())
def test_requests_fit_their_campaign(data):
    campaign = data.draw(strategies.campaigns())
    request = data.draw(strategies.requests(campaign=campaign))
    assert request.campaign_id == campaign.id
    assert request.selection.bonus.currency is campaign.currency
    assert campaign.terms.catalogue.picked(request.selection) is not None


@given(st.data())
def test_pledges_pin_the_price_of_their_campaign(data):
    campaign = data.draw(strategies.campaigns())
    pledge = data.draw(strategies.pledges(campaign=campaign))
    for tier, _ in campaign.terms.catalogue.picked(pledge.selection):
        assert pledge.quote.unit_price(tier.id) == tier.price
