"""Strategies give valid values of every kind, reach every case, and shrink to something plain."""

from __future__ import annotations

import inspect
import pickle
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from pushcore import CampaignState, FeeBase, PayoutState, PledgeState
from pushcore.campaigns.lifecycle import JUDGED
from pushcore.gateway import (
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
from pushcore.ledger import TransactionPhase, audit
from pushcore.matching import GoalShare, LumpSum, Multiple
from pushcore.money import Publication
from pushcore.payouts import Brackets, Clamp, FeeBearer
from pushcore.payouts.states import UNSENT
from pushcore.pledges import PartState
from pushcore.recurring import SubscriptionState
from pushcore.rewards import FulfilmentState
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


def all_reached(strategy, conditions):
    """The first value of each condition, from one search for all of them."""
    found = {}

    def complete(value):
        new = (name for name, condition in conditions.items() if name not in found and condition(value))
        found.update(dict.fromkeys(tuple(new), value))
        return len(found) == len(conditions)

    with suppress(NoSuchExample):
        reached(strategy, complete)
    return found


@pytest.mark.parametrize("name", strategies.__all__)
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_values_are_valid_and_survive_a_copy(name, data):
    value = data.draw(made(name))
    assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("state", CampaignState)
def test_campaigns_reach_every_state(state):
    campaign = reached(strategies.campaigns(states=st.just(state)), lambda _: True)
    assert (campaign.outcome is None) == (state not in JUDGED)
    assert (campaign.version == 1) == (state is CampaignState.DRAFT)


@pytest.mark.parametrize("state", PledgeState)
def test_pledges_reach_every_state_with_what_goes_with_it(state):
    pledge = reached(strategies.pledges(states=st.just(state)), lambda _: True)
    assert (pledge.due_at is not None) == (state in {"errored", "paying"})
    assert (pledge.reason is not None) == (
        state in {"expected", "voided", "refunding", "refunded", "unrefunded"}
    )
    assert (pledge.refunds > 0) == (state in {"refunding", "refunded", "unrefunded"})
    assert (pledge.method is None) == (state in {"preauth", "expected", "voided"})
    assert pledge.amount.minor > 0


@pytest.mark.parametrize("state", PayoutState)
def test_payouts_reach_every_state(state):
    payout = reached(strategies.payouts(), lambda it: it.state is state)
    assert (payout.attempts == 0) == (state in UNSENT)


@pytest.mark.parametrize("state", SubscriptionState)
def test_subscriptions_reach_every_state(state):
    assert reached(strategies.subscriptions(), lambda it: it.state is state).attempts >= 0


@pytest.mark.parametrize("state", FulfilmentState)
def test_fulfilments_reach_every_state(state):
    assert reached(strategies.fulfilments(), lambda it: it.state is state).version >= 1


@pytest.mark.parametrize("state", PartState)
def test_parts_reach_every_state(state):
    assert reached(strategies.instalments(), lambda it: state in {part.state for part in it.parts})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_is_made(kind):
    assert type(reached(strategies.events(kind), lambda _: True)) is kind


@pytest.mark.parametrize("kind", [Prepare, Authorize, Charge, Capture, Refund, Void, Transfer])
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
    "a tier with nothing special": ("tiers", lambda it: it.plain and it.late_price is None),
    "a tier for some, in its time": ("tiers", lambda it: it.audience and it.starts_at and it.ends_at),
    "a tier that is sent": ("tiers", lambda it: it.shipping is not None),
    "a tier that is picked up": ("tiers", lambda it: it.pickup),
    "a late tier with another price": ("tiers", lambda it: it.late_price and "late" in it.phases),
    "a tier of items, few for each backer": ("tiers", lambda it: it.includes and it.per_backer),
    "amounts to suggest": ("tiers", lambda it: len(it.presets) > 1),
    "a list without a link": ("audiences", lambda it: it.token is None),
    "a link and a list": ("audiences", lambda it: it.token and it.backers),
    "sent to listed places only": ("shippings", lambda it: it.rates and it.elsewhere is None),
    "the same cost everywhere": ("shippings", lambda it: not it.rates),
    "a tax in the price": ("taxes", lambda it: it.included),
    "a tax of one place": ("taxes", lambda it: it.destinations),
    "an item that all rewards share": ("items", lambda it: it.limit == 1),
    "a percentage off": ("vouchers", lambda it: it.percent is not None),
    "an amount off": ("vouchers", lambda it: it.amount is not None),
    "a voucher that keeps pieces": ("vouchers", lambda it: it.blocks),
    "a voucher that overbooks": ("vouchers", lambda it: it.overbooks),
    "all sections of a catalogue": (
        "catalogues",
        lambda it: it.tiers and it.add_ons and it.items and it.vouchers and it.taxes and it.on_top.lines,
    ),
    "rewards that share an item": (
        "catalogues",
        lambda it: any(set(one.includes) & set(other.includes) for one in it.tiers for other in it.add_ons),
    ),
    "a tier with an add-on": ("selections", lambda it: it.tier_id and it.add_ons),
    "a voucher is used": ("selections", lambda it: it.voucher is not None),
    "an amount alone with a tip": ("selections", lambda it: it.bare and it.tip),
    "a quote with a discount": ("quotes", lambda it: any(line.kind == "discount" for line in it.lines)),
    "a quote with shipping and tax": (
        "quotes",
        lambda it: {"shipping", "tax"} <= {line.kind for line in it.lines},
    ),
    "a quote with a fee on top": ("quotes", lambda it: any(line.kind == "fee" for line in it.lines)),
    "a largest pledge": ("terms", lambda it: it.maximum is not None),
    "a fee in brackets": ("fee_rules", lambda it: isinstance(it, Brackets) and len(it.brackets) > 2),
    "a fee with bounds": ("fee_rules", lambda it: isinstance(it, Clamp) and it.at_most is not None),
    "a tax that is withheld": ("fee_schedules", lambda it: any(line.withheld for line in it.lines)),
    "a fee of others that others bear": (
        "fee_schedules",
        lambda it: any(line.of and line.bearer is not FeeBearer.CREATOR for line in it.lines),
    ),
    "an estimate of a share": (
        "fee_schedules",
        lambda it: any(line.estimate and line.share.fraction < 1 for line in it.lines),
    ),
    "a settlement by methods with a true-up": (
        "settlements",
        lambda it: any(it.part_minors) or any(it.true_up_minors),
    ),
    "a tariff that changes": ("tariffs", lambda it: len(it.steps) > 1),
    "fee lines of all bases": ("fee_schedules", lambda it: {line.base for line in it.lines} == set(FeeBase)),
    "a fee with two limits": ("fee_rules", lambda it: len(it.pieces) > 2),
    "fixed splits among others": ("split_plans", lambda it: any(x.fixed for x in it.splits[:-1])),
    "a split with a maximum": ("split_plans", lambda it: any(x.max for x in it.splits)),
    "reminders and attempts": ("dunnings", lambda it: len({step.action for step in it.steps}) == 2),
    "several pieces": ("requests", lambda it: it.selection.quantity > 1),
    "a present of an expected price": ("requests", lambda it: it.recipient_id and it.expects),
    "a changed pledge": ("pledges", lambda it: it.selection != it.request.selection),
    "a pledge that was handed over": ("pledges", lambda it: it.holder_id is not None),
    "a merged pledge": ("pledges", lambda it: it.reason == "merged"),
    "partly collected": ("progresses", lambda it: 0 < it.collections < it.pledges),
    "a goal in rewards": ("goals", lambda it: isinstance(it.amount, int)),
    "a goal that moves": ("moving_goals", lambda it: it.known.minor > 0),
    "a tier with a waiting list": ("tiers", lambda it: it.waiting is not None),
    "a goal with an optimum": ("goals", lambda it: it.optimum is not None),
    "a model that keeps from a part on": ("funding_models", lambda it: it.keeps_from and not it.cap),
    "a model that charges at once": ("funding_models", lambda it: it.charges_at_once),
    "a model with a cap": ("funding_models", lambda it: it.cap is not None and it.cap.clips),
    "a model with two rounds": ("funding_models", lambda it: it.second_round is not None),
    "a model that counts some": ("funding_models", lambda it: len(it.counts) == 1),
    "a campaign that unlocked something": ("campaigns", lambda it: it.unlocked and it.extended),
    "a campaign in its second round": ("campaigns", lambda it: it.round == 2),
    "terms with late pledges": ("terms", lambda it: it.late_days and it.cancel_windows),
    "a late pledge": ("pledges", lambda it: it.late),
    "a fund with a lump sum": ("matching_funds", lambda it: isinstance(it.rule, LumpSum)),
    "a fund that doubles up to a share": (
        "matching_funds",
        lambda it: isinstance(it.rule, Multiple) and isinstance(it.rule.per_project, GoalShare),
    ),
    "a plan by business days": ("instalment_plans", lambda it: it.business_days and it.every_months),
    "parts that defaulted": ("instalments", lambda it: it.canceled and it.paid),
    "a part that was given back in part": ("instalments", lambda it: it.refunded and it.paid),
    "an offer on a waiting list": ("waiting_lists", lambda it: it.on_offer and it.line),
    "creations that are not paid": ("subscriptions", lambda it: it.unpaid > 1),
    "a payment with a tax of some of it": (
        "payments",
        lambda it: len(it.parts) > 2 and it.parts[-1].of and it.fees and it.given,
    ),
    "a match that is given back": ("payments", lambda it: it.owner == "sponsor" and not it.left),
    "a bearer with two limits": (
        "refund_policies",
        lambda it: any(
            bearing.portion and bearing.most
            for waterfall in it.waterfalls.values()
            for rule in waterfall.fees.values()
            for bearing in rule.bearers
        ),
    ),
    "a rate of two legs that is divided by": ("conversion_rules", lambda it: it.legs and it.divides),
    "a rate of the house's own currencies": ("conversion_rules", lambda it: it.through is None),
    "the last rate of a week": (
        "rate_days",
        lambda it: it.published is Publication.LAST_SINCE and it.weekday is not None,
    ),
    "a contribution in three currencies": ("tendered", lambda it: len(it.rates) == 3),
    "a contribution that is not booked yet": ("tendered", lambda it: it.settled is None),
    "a booking at a loss": ("tendered", lambda it: it.difference.minor < 0),
    "a currency in steps on the wire": ("wire_units", lambda it: it.charge_step > 1 and it.until),
    "a balance of which something is left": ("payables", lambda it: it.paid and it.left),
    "balances that do not add up": ("migrations", lambda it: it.difference),
    "a house that counts in its own way": (
        "provider_catalogues",
        lambda it: it.provider == "house" and it.units and it.limits,
    ),
    "a limit both ways": ("charge_limits", lambda it: it.least and it.most),
    "a wallet with credit on its way out": ("wallets", lambda it: it.pending and len(it.lots) > 1),
    "a way that was used in part": ("ways", lambda it: 0 < it.back.minor < it.paid.minor),
    "a dispute that was contested and lost": ("disputes", lambda it: it.contested and it.state == "lost"),
    "a dispute of what was paid out": ("disputes", lambda it: it.open and it.blocked.debt),
    "a dispute that everybody pays for": (
        "dispute_terms",
        lambda it: it.fee and it.counter_fee and len(it.bearers) > 1,
    ),
    "a debt that is settled in part": ("debts", lambda it: it.settled and it.outstanding),
    "a plan of all sources": ("recovery_plans", lambda it: len(it.sources) == 4),
    "refunds that cost something, from two wallets": (
        "mass_refunds",
        lambda it: it.costs and len(it.tallies) > 1,
    ),
    "refunds that are made in part": ("refund_runs", lambda it: it.done.refunds and it.left.refunds),
    "an id that looks like a path": ("identifiers", lambda it: "/" in it),
    "an id in another script": ("identifiers", lambda it: not it.isascii()),
}


@pytest.mark.parametrize("name", sorted({name for name, _ in ODD.values()}))
def test_odd_cases_are_reached(name):
    conditions = {case: condition for case, (of, condition) in ODD.items() if of == name}
    assert all_reached(made(name), conditions).keys() == conditions.keys()


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
        assert {price for _, price in pledge.quote.prices(tier.id)} == {tier.price_in(pledge.phase)}
