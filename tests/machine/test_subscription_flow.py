"""Random histories of subscriptions: declines, outages, crashes, repeats and others who do the same at once.

Whatever happens, no period is charged twice, what was collected is what was charged, and no date moves.
"""

from collections import Counter
from datetime import timedelta

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patrons import BY_CREATION, ENDLESS, FIRST, FOREVER, FRIEND, WEEKLY, subscription

from pushcore import (
    Dunning,
    Money,
    audit,
    cancel_subscription,
    change_subscription,
    charge_due_subscriptions,
    charge_subscription,
    pause_subscription,
    publish_creation,
    resume_subscription,
    start_subscription,
)
from pushcore.campaigns import Trigger
from pushcore.errors import PushcoreError
from pushcore.gateway import Charge
from pushcore.ledger import chart
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.recurring import PerCreation, Retries, Subscription, SubscriptionState
from pushcore.recurring.events import CreationCounted, SubscriptionCharged, SubscriptionResumed
from pushcore.rewards import Stock
from pushcore.testing import OPENS, builders, steps
from pushcore.testing.host import Host
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import CAMPAIGN, Step

NAMES = ("s1", "s2", "s3")
BY = {"actor": "ana"}


def bill(host):
    return charge_due_subscriptions(host.ports, actor="job")


def charge(host, name):
    return charge_subscription(host.ports, name, actor="job")


def pause(host, name):
    return pause_subscription(host.ports, name, **BY)


def resume(host, name):
    return resume_subscription(host.ports, name, **BY)


def change(host, name, amount):
    return change_subscription(host.ports, name, Money.of(amount, "EUR"), **BY)


def end(host, name):
    return cancel_subscription(host.ports, name, **BY)


def publish(host, ago):
    return publish_creation(host.ports, CAMPAIGN, host.clock.now() - ago, actor="lune")


def take_back(host, name, number):
    return steps.cancel(host, f"{name}/charge/{number}")


def mended(host):
    """Every card and every method is accepted from here on."""
    for name in NAMES:
        host.gateway.accept(name)
        for number in range(1, 60):
            host.gateway.accept(f"{name}/charge/{number}")


def refusing(host, name):
    """The next charge of a subscription is declined, and the one after it."""
    attempts = host.store.find(Subscription, name).attempts
    for number in (attempts, attempts + 1, attempts + 2):
        host.gateway.decline(f"{name}/charge/{number}")


def step(act, *args):
    return st.builds(Step, st.just(act), st.tuples(*args))


names = st.sampled_from(NAMES)
BILLING = step(bill) | step(charge, names)
TIMES = step(steps.wait, st.sampled_from([timedelta(hours=1), timedelta(days=2), timedelta(days=8)]))
MONTHS = step(steps.wait, st.just(timedelta(days=31)))
WILLS = st.one_of(
    step(pause, names),
    step(resume, names),
    step(change, names, st.sampled_from(["4", "5", "7"])),
    step(publish, st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(days=2), timedelta(days=31)])),
    step(take_back, names, st.integers(1, 3)),
)
CARDS = step(refusing, names) | step(mended) | step(steps.decline, names) | step(steps.accept, names)
HOUSE = st.one_of(
    step(steps.finish),
    step(steps.advance),
    step(steps.move, st.sampled_from([Trigger.SUSPEND, Trigger.RESUME])),
)
ENDING = step(end, st.just("s3"))
ANYTHING = st.one_of(BILLING, BILLING, BILLING, TIMES, TIMES, MONTHS, WILLS, CARDS, CARDS, HOUSE, ENDING)
PLANS = st.just(()) | st.lists(
    st.builds(
        Interruption,
        st.integers(1, 8),
        st.sampled_from(Moment),
        st.sampled_from(Trouble) | st.tuples(BILLING) | st.tuples(BILLING | WILLS | HOUSE),
        reads=st.booleans(),
    ),
    min_size=1,
    max_size=2,
).map(tuple)


def opened(dunning, retries, period):
    host = Host(MemoryStore(), FakeGateway(), OPENS)
    tiers = [builders.a_tier("postcard", "5", limit=3)]
    terms = builders.terms(model=ENDLESS, dunning=dunning, tiers=tiers)
    host.take(Step(steps.draft, (attrs.evolve(terms, window=FOREVER),)))
    host.take(Step(steps.launch))
    for name, anchor in zip(NAMES, (FIRST, period, BY_CREATION), strict=True):
        made = subscription(name, backer_id=name, anchor=anchor, retries=retries, claim=FRIEND)
        start_subscription(host.ports, made, actor=name)
    return host


def charged(host, name):
    """What a subscription has paid by its own account, and what the provider took for it by its own."""
    told = [it for it in host.store.events() if isinstance(it, SubscriptionCharged)]
    own = [it.amount for it in told if it.subscription_id == name]
    taken = [
        order.amount
        for order in host.gateway.accepted()
        if isinstance(order, Charge) and order.pledge_id.startswith(f"{name}/charge/")
    ]
    return own, taken


def check(host):
    """What holds at any moment."""
    assert audit(host.store.transactions()) == ()
    told = [it for it in host.store.events() if isinstance(it, SubscriptionCharged)]
    assert max(Counter((it.subscription_id, it.period) for it in told).values(), default=1) == 1
    for name in NAMES:
        own, taken = charged(host, name)
        assert len(own) <= len(taken) <= len(own) + 1
        held = host.store.find(Subscription, name)
        counted = [it.at for it in host.store.events() if isinstance(it, CreationCounted)]
        assert sorted(counted if name == "s3" else ()) == sorted(held.creations)
        for it in told:
            if it.subscription_id == name and not isinstance(held.anchor, PerCreation):
                assert it.at >= held.anchor.nth(held.started_at, it.period)
    standing = sum(it.state is not SubscriptionState.CANCELED for it in found(host))
    assert host.store.stock(CAMPAIGN, "postcard") == Stock(claimed=standing)


def found(host):
    return [host.store.find(Subscription, name) for name in NAMES]


def recover(host):
    """Every card is good, the campaign goes on, and the jobs run until nothing is due."""
    mended(host)
    host.take(Step(steps.move, (Trigger.RESUME,)))
    for _ in range(200):
        host.take(Step(steps.advance))
        billing = host.take(Step(bill))
        host.take(Step(steps.finish))
        assert billing.troubles == {}
        if not list(host.store.due_subscriptions(host.clock.now())):
            return
        if billing.open:  # the campaign tries again later
            host.take(Step(steps.wait, (timedelta(days=3),)))
    raise AssertionError(found(host))


def check_end(host):
    """What holds once nothing is due: all books say the same, to the cent and to the period."""
    check(host)
    assert host.store.balance(chart.PROVIDER, "EUR").posted == host.gateway.held("EUR")
    for name, held in zip(NAMES, found(host), strict=True):
        own, taken = charged(host, name)
        assert own == taken
        assert held.charging == 0
        if held.due_at is not None and held.state is SubscriptionState.ACTIVE and held.period_start:
            assert held.due_at == held.period_start > host.clock.now()
    assert not list(host.store.open_orders())


@settings(suppress_health_check=list(HealthCheck))
@given(
    dunning=st.sampled_from([Dunning(), Dunning.of_hours(remind=[24], attempt=[48, 96])]),
    retries=st.sampled_from([Retries([]), Retries([2]), Retries([1, 2, 5, 5, 5])]),
    period=st.sampled_from([WEEKLY, FIRST]),
    history=st.lists(st.tuples(ANYTHING, PLANS), min_size=15, max_size=40),
)
def test_whatever_happens_nobody_is_charged_twice_for_a_period(dunning, retries, period, history):
    host = opened(dunning, retries, period)
    for one, plan in history:
        end = host.take(one, plan)
        assert not isinstance(end, Exception) or isinstance(end, PushcoreError)
        check(host)
    recover(host)
    check_end(host)


@settings(suppress_health_check=list(HealthCheck))
@given(
    anchor=st.sampled_from([FIRST, WEEKLY]),
    pauses=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 90)), max_size=4),
)
def test_pauses_shift_nothing(anchor, pauses):
    """Each charge is made on a date that it would have been made on without any pause, and on no other."""
    host = opened(Dunning(), Retries([]), anchor)
    for before, long in pauses:
        for _ in range(before):
            host.take(Step(bill))
            host.take(Step(steps.wait, (timedelta(days=1),)))
        host.take(Step(bill))
        host.take(Step(pause, ("s2",)))
        host.take(Step(steps.wait, (timedelta(days=long),)))
        assert host.take(Step(bill)).troubles == {}
        host.take(Step(resume, ("s2",)))
    told = [it for it in host.store.events() if getattr(it, "subscription_id", "") == "s2"]
    periods = [it.period for it in told if isinstance(it, SubscriptionCharged)]
    assert periods == sorted(set(periods))
    paused_until = {it.period: it.at for it in told if isinstance(it, SubscriptionResumed)}
    for it in told:
        if isinstance(it, SubscriptionCharged):
            due = anchor.nth(OPENS, it.period)
            assert timedelta(0) <= it.at - due < timedelta(days=1) or it.period in paused_until


def test_a_charge_that_ends_at_any_call_is_made_once():
    """The process ends at every call of a charge in turn, on both sides of it; the next call finishes it."""
    for moment in Moment:
        for call in range(1, 40):
            host = opened(Dunning(), Retries([2]), WEEKLY)
            crash = Interruption(call, moment, Trouble.CRASH, reads=True)
            host.take(Step(charge, ("s1",)), [crash])
            check(host)
            host.take(Step(charge, ("s1",)))
            own, taken = charged(host, "s1")
            assert own == taken == [Money.of("5.00", "EUR")]
            if crash not in host.suffered:
                break
        else:
            raise AssertionError(moment)
