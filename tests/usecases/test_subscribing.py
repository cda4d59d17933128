"""Subscribing: whatever is due is charged once, as a pledge, whatever fails or is repeated."""

from datetime import UTC, datetime, timedelta
from functools import partial

import attrs
import pytest
from funding_houses import advance, at_provider, finish
from lanterne import OPENS, between, launched, money, refused, request
from patrons import BY_CREATION, ENDLESS, FIRST, FRIEND, WEEKLY, later, patronage, subscription

from pushcore import (
    Audience,
    Cap,
    Dunning,
    FundingModel,
    Item,
    Phase,
    PledgeState,
    Refusal,
    StretchGoal,
    Tier,
    Voucher,
    announce_end,
    audit,
    cancel_campaign,
    cancel_pledge,
    cancel_subscription,
    change_subscription,
    charge_due_subscriptions,
    charge_pledge,
    charge_subscription,
    collect_pledges,
    count_creation,
    expect_contribution,
    expire_pledges,
    finish_orders,
    merge_pledges,
    move_campaign,
    pause_subscription,
    place_pledge,
    preview,
    publish_creation,
    refusals,
    resume_subscription,
    start_subscription,
    state_account,
)
from pushcore.campaigns import Charging, Trigger, Unlock, UnlockKind
from pushcore.changes import Changes
from pushcore.errors import Conflict, GatewayError, GatewayMisuse, InvalidValue, KeyReused, NotFound
from pushcore.memory import ABLE, FakeGateway, Fault
from pushcore.money import Rounding
from pushcore.payments import subscribing
from pushcore.recurring import (
    DonationLimits,
    PerCreation,
    Period,
    Retries,
    Subscription,
    SubscriptionState,
    deciding,
    events,
)

ACTIVE, PAST_DUE, PAUSED, CANCELED = SubscriptionState
NO_DUNNING = Dunning()
JOB = {"actor": "job"}


def started(*subscriptions, **changed):
    """A house of patrons where these were started."""
    ports = patronage(**changed)
    for one in subscriptions or [subscription()]:
        start_subscription(ports, one, actor=one.backer_id)
    return ports


def charge(ports, subscription_id="s1"):
    return charge_subscription(ports, subscription_id, **JOB)


def found(ports, subscription_id="s1"):
    return ports.store.find(Subscription, subscription_id)


def pledge(ports, number=1, subscription_id="s1"):
    return ports.store.find_pledge(f"{subscription_id}/charge/{number}")


def told(ports, kind):
    return [event for event in ports.store.events() if isinstance(event, kind)]


def bill(ports, at):
    """One round of the job at a time: what it came to, troubles by their kinds."""
    ports.clock.set(at)
    billing = charge_due_subscriptions(ports, **JOB)
    return billing.charged, billing.failed, billing.ended, billing.open, sorted(billing.troubles)


def day(month, number, hour=12):
    return datetime(2026, month, number, hour, tzinfo=UTC)


# --- starting


def test_starting():
    ports = patronage()
    made = start_subscription(ports, subscription(), actor="ana")
    assert made == found(ports) == subscription()
    assert told(ports, events.SubscriptionStarted) == [
        events.SubscriptionStarted(OPENS, "ana", "s1", money("5.00"))
    ]
    assert list(ports.store.due_subscriptions(OPENS)) == [made]
    assert ports.store.progress("lanterne").pledges == 0


def test_the_same_again_is_the_same():
    ports = started()
    charge(ports)
    assert start_subscription(ports, subscription(), actor="ben") == found(ports)
    others = (
        {"amount": "6.00"},
        {"backer_id": "ben"},
        {"anchor": WEEKLY},
        {"retries": Retries([])},
        {"started_at": OPENS + timedelta(1)},
        {"claim": FRIEND},
    )
    for other in others:
        with pytest.raises(KeyReused, match="subscription s1 exists with another content"):
            start_subscription(ports, subscription(**other), actor="ana")


def test_a_start_rests_on_its_campaign():
    """A campaign that is called off meanwhile has no new patron."""
    ports = patronage()
    acting = between(ports, lambda: cancel_campaign(ports, "lanterne", actor="lune"))
    assert refused(start_subscription, acting, subscription(), actor="ana") == ("not-live",)
    assert found(ports) is None


@pytest.mark.parametrize("charging", [Charging.AT_DEADLINE, Charging.AUTHORIZED])
def test_a_campaign_that_charges_later_takes_none(charging):
    ports = launched(model=FundingModel(charging=charging))
    assert refused(start_subscription, ports, subscription(), actor="ana") == ("charged-later",)


def test_a_start_is_refused_with_every_reason():
    ports = started(subscription("s0", claim=FRIEND), tiers=[Tier("postcard", money("5"), limit=3)])
    blocked = attrs.evolve(ports, rules=[lambda _: Refusal("acme-blocked", "ana is blocked")])
    greedy = attrs.evolve(FRIEND, claimed=3)
    limits = DonationLimits(Period.WEEKLY, money("1.00"), None, rounding=Rounding.UP)
    asked = subscription(amount="0.50", claim=greedy)
    codes = refused(start_subscription, blocked, asked, actor="ana", limits=limits)
    assert codes == ("sold-out", "below-price", "below-minimum", "acme-blocked", "below-minimum")
    assert [it.code for it in refusals(blocked, start_subscription, asked, actor="ana", limits=limits)] == [
        *codes
    ]
    assert found(ports) is None


CONDITIONS = {
    "items": {"includes": {"book": 1}},
    "per backer": {"per_backer": 1},
    "audience": {"audience": Audience(token="friends")},
    "window": {"ends_at": OPENS + timedelta(days=9)},
    "waiting list": {"waiting": timedelta(days=2)},
    "phase": {"phases": [Phase.LATE]},
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_claim_is_of_a_tier_with_conditions(condition):
    """A subscription takes one stock, once: it keeps no piece for who waits, and takes no item of a tier."""
    tier = Tier("postcard", money("5.00"), limit=3, **CONDITIONS[condition])
    ports = patronage(tiers=[tier], items=[Item("book", limit=1)])
    start = partial(start_subscription, ports, actor="ana")
    assert refused(start, subscription(claim=FRIEND)) == ("claim-unsuitable",)
    assert ports.store.stock("lanterne", "postcard").claimed == 0
    assert start(subscription()).claim is None


def test_no_claim_is_of_what_a_voucher_keeps():
    kept = Voucher("press", amount=money("1.00"), tier_ids=["postcard"], limit=1, blocks=True)
    ports = patronage(vouchers=[kept])
    assert refused(start_subscription, ports, subscription(claim=FRIEND), actor="ana") == (
        "claim-unsuitable",
    )


def test_no_claim_is_of_what_a_stretch_goal_unlocks():
    goal = StretchGoal("more", money("1000"), [Unlock(UnlockKind.TIER, "postcard")])
    ports = patronage(stretch_goals=[goal])
    assert refused(start_subscription, ports, subscription(claim=FRIEND), actor="ana") == ("reward-locked",)


def test_a_claim_is_paid_for():
    """The amount is never less than the price of all the pieces."""
    two = attrs.evolve(FRIEND, claimed=2)
    ports = patronage()
    start = partial(start_subscription, ports, actor="ana")
    assert refused(start, subscription(amount="9.99", claim=two)) == ("below-price",)
    start(subscription(amount="10.00", claim=two))
    change = partial(change_subscription, ports, "s1", actor="ana")
    assert refused(change, money("9.99")) == ("below-price",)
    assert change(money("11.00")).next_amount == money("11.00")


def test_the_provider_takes_the_amount():
    small = attrs.evolve(ABLE, smallest_charge={"EUR": money("6.00")})
    ports = attrs.evolve(patronage(), gateway=FakeGateway(abilities=small))
    assert refused(start_subscription, ports, subscription(), actor="ana") == ("charge-too-small",)
    start_subscription(ports, subscription(amount="7.00"), actor="ana")
    change = partial(change_subscription, ports, "s1", actor="ana")
    assert refused(change, money("5.00")) == ("charge-too-small",)


def test_a_start_is_judged_by_when_it_begins():
    """A campaign that is to open next week can be subscribed to from then on."""
    ports = patronage()
    ports.clock.set(OPENS - timedelta(days=7))
    early = subscription("s0", started_at=OPENS - timedelta(days=6))
    assert refused(start_subscription, ports, early, actor="ana") == ("too-early",)
    start_subscription(ports, subscription(), actor="ana")
    assert bill(ports, OPENS - timedelta(days=1)) == (0, 0, 0, 0, [])
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])


def test_a_campaign_that_has_ended_takes_none():
    """Late pledges are taken, but a subscription would be canceled at its first charge."""
    ports = launched(model=ENDLESS, late_days=20)
    place_pledge(ports, request("p1", "100.00"))
    ends = ports.store.campaign("lanterne").terms.window.closes.at
    assert advance(ports, ends).funded
    start = partial(start_subscription, ports, actor="ana")
    assert refused(start, subscription(started_at=ends)) == ("too-late",)
    assert refused(start, subscription(started_at=ends + timedelta(days=30))) == ("too-late",)
    assert place_pledge(ports, request("p2", "5.00")).late


def test_what_cannot_be_started():
    ports = patronage()
    start = partial(start_subscription, ports, actor="ana")
    with pytest.raises(InvalidValue, match="is to payee lune and to no campaign"):
        start(subscription(campaign_id=None, payee_id="lune"))
    with pytest.raises(NotFound):
        start(subscription(campaign_id="etoile"))
    with pytest.raises(InvalidValue, match="a subscription: expected Subscription"):
        start("s1")
    with pytest.raises(InvalidValue, match="subscription s1 has a history"):
        start(subscription(version=2))
    with pytest.raises(InvalidValue, match="pledge_id: expected an id"):
        start(subscription("s" * 190))
    with pytest.raises(InvalidValue, match="not JPY"):
        start(attrs.evolve(subscription(), amount=money("500", "JPY")))
    others = {"campaign_id": "etoile"}, {"stock_id": "poster"}, {"limit": 4}, {"backer_id": "ana"}
    for other in others:
        with pytest.raises(InvalidValue, match="has no tier with the id and the limit"):
            start(subscription(claim=attrs.evolve(FRIEND, **other)))


# --- charging


def test_a_charge_is_a_pledge():
    ports = started()
    charged = charge(ports)
    assert (charged.state, charged.period, charged.charging) == (ACTIVE, 1, 0)
    made = pledge(ports)
    assert (made.state, made.amount, made.backer_id) == (PledgeState.COLLECTED, money("5.00"), "ana")
    assert (made.selection.tier_id, made.request.actor) == (None, "job")
    assert told(ports, events.SubscriptionCharged) == [
        events.SubscriptionCharged(OPENS, "job", "s1", "s1/charge/1", 0, money("5.00"))
    ]
    assert at_provider(ports) == money("5.00")
    assert state_account(ports, "lanterne").collected == money("5.00")
    progress = ports.store.progress("lanterne")
    assert (progress.pledges, progress.backers, progress.all_collected) == (1, 1, True)
    finish(ports)


def test_a_charge_and_its_pledge_are_begun_together():
    ports = started()
    seen = preview(ports, charge_subscription, "s1", **JOB)
    assert [(type(it).__name__, it.id) for it in seen.put] == [
        ("Subscription", "s1"),
        ("Pledge", "s1/charge/1"),
    ]
    assert [order.key for order in seen.orders] == ["s1/charge/1/prepare"]


def test_nothing_is_charged_before_it_is_due():
    ports = started()
    charge(ports)
    assert refused(charge, ports) == ("not-due",)
    assert pledge(ports, 2) is None


def test_each_period_is_charged_once():
    """Patreon charges on the first of each month, after a first charge at the start."""
    ports = started()
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    assert bill(ports, day(1, 31)) == (0, 0, 0, 0, [])
    assert bill(ports, day(2, 1)) == (1, 0, 0, 0, [])
    assert bill(ports, day(2, 1)) == (0, 0, 0, 0, [])
    assert bill(ports, day(3, 2)) == (1, 0, 0, 0, [])
    assert found(ports).due_at == day(3, 31, 22)
    assert at_provider(ports) == money("15.00")
    assert ports.store.progress("lanterne").backers == 1


def test_a_late_job_makes_up_for_one_period_in_each_round():
    ports = started()
    assert [bill(ports, day(3, 2))[0] for _ in range(4)] == [1, 1, 1, 0]
    assert at_provider(ports) == money("15.00")


def test_oc25_the_subscription_claims_and_no_charge_does():
    """OC25: nine charges of one subscription leave nine of ten pieces."""
    tier = Tier("postcard", money("5"), limit=10)
    ports = started(subscription(anchor=WEEKLY, claim=attrs.evolve(FRIEND, limit=10)), tiers=[tier])
    for week in range(9):
        assert bill(ports, OPENS + timedelta(weeks=week))[0] == 1
    assert ports.store.stock("lanterne", "postcard").left(10) == 9
    cancel_subscription(ports, "s1", actor="ana")
    assert ports.store.stock("lanterne", "postcard").left(10) == 10


def test_oc18_a_charge_that_failed():
    """OC18: tried again two days later; the period stays; success resets the count; processing leaves it."""
    ports = started(dunning=NO_DUNNING)
    ports.gateway.decline("s1/charge/1")
    failed = charge(ports)
    assert (failed.state, failed.failures, failed.period) == (PAST_DUE, 1, 0)
    assert failed.due_at == OPENS + timedelta(days=2)
    assert pledge(ports).state is PledgeState.DROPPED
    later(ports, days=2).gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(GatewayError):
        charge(ports)
    assert (found(ports).failures, found(ports).charging) == (1, 1)
    done = charge(ports)
    assert (done.state, done.failures, done.period) == (ACTIVE, 0, 1)
    assert at_provider(ports) == money("5.00")


def test_oc_retry_the_sixth_failure_cancels():
    """oc-retry: tried again after 2, 2, 5, 5 and 5 days; the sixth failure ends it and frees its claim."""
    ports = started(subscription(claim=FRIEND), dunning=NO_DUNNING)
    for number in range(1, 7):
        ports.gateway.decline(f"s1/charge/{number}")
    at = OPENS
    for wait in 2, 2, 5, 5, 5:
        assert bill(ports, at) == (0, 1, 0, 0, [])
        at += timedelta(days=wait)
        assert found(ports).due_at == at
    assert bill(ports, at) == (0, 0, 1, 0, [])
    assert (found(ports).state, found(ports).failures) == (CANCELED, 6)
    assert ports.store.stock("lanterne", "postcard").claimed == 0
    assert at_provider(ports) == money("0")
    assert bill(ports, at + timedelta(days=400)) == (0, 0, 0, 0, [])


def test_a_method_that_is_declined_is_a_failure():
    ports = started()
    ports.gateway.decline("ana")
    assert charge(ports).state is PAST_DUE
    assert pledge(ports).state is PledgeState.VOIDED


def test_the_plan_of_the_campaign_runs_within_one_charge():
    """Reminders and a second try after a week, of the same pledge; only then has the charge failed."""
    ports = started()
    ports.gateway.decline("s1/charge/1")
    assert bill(ports, OPENS) == (0, 0, 0, 1, [])
    assert pledge(ports).state is PledgeState.ERRORED
    for days in 2, 4, 6:
        assert bill(ports, OPENS + timedelta(days=days)) == (0, 0, 0, 1, [])
    assert pledge(ports).steps == 3
    assert found(ports).failures == 0
    assert bill(ports, OPENS + timedelta(days=7)) == (0, 1, 0, 0, [])
    assert found(ports).due_at == OPENS + timedelta(days=9)
    assert (pledge(ports).state, pledge(ports).attempts) == (PledgeState.DROPPED, 2)


def test_a_mended_card_is_charged_by_its_pledge():
    ports = started()
    ports.gateway.decline("s1/charge/1")
    charge(ports)
    ports.gateway.accept("s1/charge/1")
    charge_pledge(ports, "s1/charge/1", actor="ana")
    assert charge(ports).period == 1
    assert at_provider(ports) == money("5.00")


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_an_outage_makes_no_second_charge(fault, call):
    """Whatever gets no answer, the same call finishes it; so does the job that finishes orders."""
    ports = started()
    ports.gateway.fail_next(*[Fault.NONE] * (call - 1), fault)
    assert bill(ports, OPENS) == (0, 0, 0, 0, ["s1"])
    assert list(ports.store.due_subscriptions(OPENS)) == [found(ports)]
    assert finish_orders(ports, **JOB) == {}
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    assert at_provider(ports) == money("5.00")


def test_one_trouble_holds_up_no_other():
    ports = started(
        subscription("s1"), subscription("s2", backer_id="ben"), subscription("s3", backer_id="cem")
    )
    ports.gateway.fail_next(Fault.BEFORE)
    assert bill(ports, OPENS) == (2, 0, 0, 0, ["s1"])
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])


def test_a_method_that_is_never_saved_fails_the_charge():
    """The reservation of its pledge runs out, and the ladder goes on."""
    ports = started()
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayError):
        charge(ports)
    expire_pledges(later(ports, hours=2), "lanterne", **JOB)
    assert charge(ports).state is PAST_DUE
    assert pledge(ports).reason == "claim-expired"


def test_what_the_provider_rejects_has_failed():
    class Rejecting(FakeGateway):
        def charge(self, order):
            raise GatewayMisuse(order.pledge_id)

    ports = attrs.evolve(started(dunning=NO_DUNNING), gateway=Rejecting())
    with pytest.raises(GatewayMisuse):
        charge(ports)
    assert charge(ports).state is PAST_DUE


def test_who_loses_the_race_makes_no_second_charge():
    """Another worker is faster at the beginning, or at the end: what they made of it is returned."""
    for commits in range(4):
        ports = started()
        meanwhile = [lambda: None] * commits
        acting = between(ports, *meanwhile, lambda ports=ports: charge(ports))
        done = charge(acting)
        assert (done.period, done.charging) == (1, 0)
        assert at_provider(ports) == money("5.00")
        assert pledge(ports, 2) is None


def test_a_charge_whose_campaign_changed_meanwhile_is_decided_on_again():
    ports = started()

    def announced():
        announce_end(ports, "lanterne", actor="lune")

    assert (charge(between(ports, announced)).period, at_provider(ports)) == (1, money("5.00"))


def test_the_ids_of_charges_are_left_to_them():
    """Else a backer's pledge would stand in the way of a charge for ever."""
    ports = started()
    theirs = request("s1/charge/2", "5.00")
    no_charges = [
        place_pledge(ports, request(it, "5.00"))
        for it in ("s1/charge", "/charge/1", "s2/charge/1", "s1/charge/x/charge/1", "s1/refund/1")
    ]
    assert {it.state for it in no_charges} == {PledgeState.COLLECTED}
    for act in (place_pledge, partial(expect_contribution, reason="cheque 117")):
        with pytest.raises(KeyReused, match="is an id for a charge of subscription s1: choose another id"):
            act(ports, theirs)
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    assert place_pledge(ports, pledge(ports).request) == pledge(ports)


def test_the_ids_of_what_a_host_charges_are_no_pledges():
    ports = patronage()
    to_payee = subscription(campaign_id=None, payee_id="lune")
    ports.store.commit(deciding.start(to_payee, OPENS, "ana")[1])
    assert place_pledge(ports, request("s1/charge/1")).state is PledgeState.COLLECTED


def test_no_start_where_a_pledge_goes_by_the_id_of_the_first_charge():
    ports = patronage()
    place_pledge(ports, request("s1/charge/1"))
    with pytest.raises(KeyReused, match="pledge s1/charge/1 goes by the id of the first charge"):
        start_subscription(ports, subscription(), actor="ana")
    assert found(ports) is None


@pytest.mark.parametrize("bonus", ["5.00", "25.00"])
def test_a_pledge_that_goes_by_the_id_of_a_later_charge_is_told(bonus):
    ports = patronage()
    place_pledge(ports, request("s1/charge/2", bonus))
    start_subscription(ports, subscription(), actor="ana")
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    before = found(ports)
    assert bill(ports, day(2, 1)) == (0, 0, 0, 0, ["s1"])
    with pytest.raises(KeyReused, match=r"pledge s1/charge/2 is no charge of subscription s1.*under another"):
        charge(ports)
    assert found(ports) == before
    assert cancel_subscription(ports, "s1", actor="ana").state is CANCELED


# --- what becomes of the pledge


def test_what_is_given_back_later_was_paid_for():
    """A backer takes the money back before the outcome is taken, or after it: the period is paid in both."""
    early, late = started(), started()
    early.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(GatewayError):
        charge(early)
    finish_orders(early, **JOB)
    charge(late)
    for ports in early, late:
        cancel_pledge(ports, "s1/charge/1", actor="ana")
        assert at_provider(ports) == money("0")
    charge(early)
    assert (found(early).period, found(early).state) == (found(late).period, found(late).state) == (1, ACTIVE)
    assert refused(charge, early) == ("not-due",)


def test_a_pledge_that_is_canceled_unpaid_fails_the_charge():
    ports = started()
    ports.gateway.decline("s1/charge/1")
    charge(ports)
    cancel_pledge(ports, "s1/charge/1", actor="ana")
    assert charge(ports).state is PAST_DUE
    assert at_provider(ports) == money("0")


def test_a_pledge_that_was_merged_is_paid_with_the_other():
    """While the campaign is suspended, a confirmed pledge waits uncharged, and can be merged after it."""
    ports = started()
    suspend = partial(move_campaign, ports, "lanterne", Trigger.SUSPEND, actor="clerk")
    resume = partial(move_campaign, ports, "lanterne", Trigger.RESUME, actor="clerk")
    for place in charge, partial(place_pledge, request=request("p1", "25.00")):
        assert refused(place, between(ports, lambda: None, lambda: None, suspend)) == ("not-funded",)
        resume()
    merge_pledges(ports, "p1", "s1/charge/1", actor="ana")
    collect_pledges(ports, "lanterne", **JOB)
    assert charge(ports).period == 1
    assert at_provider(ports) == money("30.00")


# --- campaigns


def test_nothing_is_charged_while_the_campaign_is_suspended():
    ports = started()
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="clerk")
    assert bill(ports, OPENS) == (0, 0, 0, 0, ["s1"])
    assert refused(charge, ports) == ("not-live",)
    assert found(ports) == subscription()
    move_campaign(ports, "lanterne", Trigger.RESUME, actor="clerk")
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])


def unanswered():
    """The provider was down as the first charge asked it for a method; then the campaign was suspended."""
    ports = started(subscription(retries=Retries([])))
    ports.gateway.fail_next(Fault.BEFORE)
    assert bill(ports, OPENS) == (0, 0, 0, 0, ["s1"])
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="clerk")
    return ports


def test_a_suspension_fails_no_charge():
    """One that waits for its method is left alone, and finished afterwards."""
    ports = unanswered()
    for _ in range(2):
        assert bill(ports, OPENS) == (0, 0, 0, 1, [])
    assert pledge(ports).state is PledgeState.PREAUTH
    move_campaign(ports, "lanterne", Trigger.RESUME, actor="clerk")
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    assert pledge(ports).state is PledgeState.COLLECTED
    finish(ports)


def test_a_charge_that_a_suspension_called_off_is_due_again():
    """Its method came too late: a charge of another key follows, for the same period."""
    ports = unanswered()
    assert finish_orders(ports, **JOB) == {}
    assert (pledge(ports).state, pledge(ports).reason) == (PledgeState.VOIDED, "not-live")
    assert bill(ports, OPENS) == (0, 0, 0, 0, ["s1"])
    assert (found(ports).state, found(ports).charging, found(ports).failures) == (ACTIVE, 0, 0)
    assert refused(charge, ports) == ("not-live",)
    move_campaign(ports, "lanterne", Trigger.RESUME, actor="clerk")
    assert bill(ports, OPENS) == (1, 0, 0, 0, [])
    assert (found(ports).period, pledge(ports, 2).state) == (1, PledgeState.COLLECTED)
    assert told(ports, events.SubscriptionChargeFailed) == []
    finish(ports)


def test_a_reservation_that_runs_out_in_a_suspension_is_no_failure():
    ports = unanswered()
    expire_pledges(later(ports, hours=2), "lanterne", **JOB)
    assert pledge(ports).reason == "claim-expired"
    assert refused(charge, ports) == ("not-live",)
    assert (found(ports).state, found(ports).attempts, found(ports).charging) == (ACTIVE, 1, 0)


def test_a_charge_that_came_too_late_ends_with_its_campaign():
    """Called off by the deadline, which is no failure: what ends the subscription is the end."""
    ports = started(subscription(retries=Retries([])))
    announce_end(ports, "lanterne", actor="lune")
    ends = ports.store.campaign("lanterne").terms.window.closes.at
    ports.clock.set(ends - timedelta(minutes=1))
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayError):
        charge(ports)
    assert bill(ports, ends) == (0, 0, 0, 0, ["s1"])
    assert pledge(ports).reason == "too-late"
    assert found(ports).state is ACTIVE
    assert advance(ports, ends).funded is False
    assert bill(ports, ends) == (0, 0, 1, 0, [])
    assert told(ports, events.SubscriptionChargeFailed) == []


def test_a_canceled_one_is_not_charged_again_when_its_charge_is_called_off():
    ports = unanswered()
    finish_orders(ports, **JOB)
    cancel_subscription(ports, "s1", actor="ana")
    assert bill(ports, OPENS) == (0, 0, 1, 0, [])
    assert (found(ports).state, found(ports).charging) == (CANCELED, 0)
    assert bill(ports, OPENS) == (0, 0, 0, 0, [])


def test_subscriptions_end_with_their_campaign():
    """They are canceled when they come due, and what they claim is free again."""
    ports = started(subscription(claim=FRIEND))
    bill(ports, OPENS)
    cancel_campaign(ports, "lanterne", actor="lune")
    assert at_provider(ports) == money("0")
    assert bill(ports, day(1, 31)) == (0, 0, 0, 0, [])
    assert bill(ports, day(2, 1)) == (0, 0, 1, 0, [])
    assert found(ports).state is CANCELED
    assert told(ports, events.SubscriptionCanceled) == [events.SubscriptionCanceled(day(2, 1), "job", "s1")]
    assert ports.store.stock("lanterne", "postcard").claimed == 0
    assert refused(charge, ports) == ("subscription-canceled",)


def test_a_paused_one_ends_with_its_campaign():
    """On the date of its next charge, as if it were not paused; its piece is there for a late pledge."""
    late = Tier("postcard", money("5.00"), limit=1, phases=[Phase.CAMPAIGN, Phase.LATE])
    claim = attrs.evolve(FRIEND, limit=1)
    ports = started(subscription(claim=claim), tiers=[late], late_days=60)
    bill(ports, OPENS)
    pause_subscription(ports, "s1", actor="ana")
    announce_end(ports, "lanterne", actor="lune")
    ends = ports.store.campaign("lanterne").terms.window.closes.at
    assert advance(ports, ends).funded
    assert refused(charge, ports) == ("paused", "not-due")
    assert bill(ports, day(1, 31)) == (0, 0, 0, 0, [])
    assert bill(ports, day(2, 1)) == (0, 0, 1, 0, [])
    assert found(ports).state is CANCELED
    again = request("p1", tier_id="postcard")
    assert place_pledge(ports, again).state is PledgeState.COLLECTED


def test_one_without_creations_ends_with_its_campaign():
    """Nothing is ever due of it."""
    ports = started(subscription(anchor=BY_CREATION, claim=FRIEND))
    assert bill(ports, OPENS) == (0, 0, 0, 0, [])
    cancel_campaign(ports, "lanterne", actor="lune")
    assert bill(ports, OPENS) == (0, 0, 1, 0, [])
    assert ports.store.stock("lanterne", "postcard").claimed == 0
    assert bill(ports, OPENS) == (0, 0, 0, 0, [])


def test_a_campaign_that_ends_well_keeps_what_it_got():
    ports = started()
    bill(ports, OPENS)
    announce_end(ports, "lanterne", actor="lune")
    assert bill(ports, day(2, 1)) == (0, 0, 0, 0, ["s1"])  # its end has passed: no charge, and no verdict yet
    assert advance(ports, day(2, 1)).funded
    assert bill(ports, day(2, 1)) == (0, 0, 1, 0, [])
    assert state_account(ports, "lanterne").collected == money("5.00")
    assert not audit(ports.store.transactions())


def test_a_charge_under_way_is_finished_after_the_end():
    """Its pledge is waited for like any other of the campaign; a failure of it ends the subscription."""
    ports = started()
    ports.gateway.decline("s1/charge/1")
    charge(ports)
    cancel_campaign(ports, "lanterne", actor="lune")
    assert pledge(ports).state is PledgeState.CANCELED
    assert bill(ports, OPENS) == (0, 1, 0, 0, [])
    assert bill(ports, OPENS + timedelta(days=2)) == (0, 0, 1, 0, [])


def test_an_errored_pledge_waits_while_the_campaign_charges_nothing():
    ports = started()
    ports.gateway.decline("s1/charge/1")
    charge(ports)
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="clerk")
    assert bill(ports, OPENS + timedelta(days=8)) == (0, 0, 0, 1, [])
    assert pledge(ports).attempts == 1


def test_a_charge_is_not_clipped():
    """A pledge would give what is left under the cap; a charge is of its whole amount, or is refused."""
    cap = Cap(amount=money("103.00"), smallest_charge=money("1.00"), tolerance=money("0"), clips=True)
    ports = started(model=attrs.evolve(ENDLESS, cap=cap))
    place_pledge(ports, request("p1", "100.00"))
    assert refused(charge, ports) == ("above-cap",)
    assert found(ports) == subscription()
    assert place_pledge(ports, request("p2", "5.00")).amount == money("3.00")


AMOUNT_LIMITS = {
    "below-minimum": {"minimum": money("12.00")},
    "above-maximum": {"maximum": money("4.00")},
    "charge-too-large": {"largest_charge": {"EUR": money("4.00")}},
    "charge-too-small": {"smallest_charge": {"EUR": money("12.00")}},
}


@pytest.mark.parametrize("code", AMOUNT_LIMITS)
@pytest.mark.parametrize("creations", [0, 1, 2])
def test_an_amount_that_cannot_be_pledged_any_more_is_a_failed_charge(code, creations):
    """A limit has changed since the start: it goes up the ladder, lapses in the end and frees its claim."""
    anchor, at = (BY_CREATION, day(2, 1)) if creations else (FIRST, OPENS)
    ports = started(subscription(anchor=anchor, claim=FRIEND, retries=Retries([2])))
    for n in range(creations):
        publish_creation(ports, "lanterne", day(1, 6 + n), actor="lune")
    if code.startswith("charge"):
        ports = attrs.evolve(ports, gateway=FakeGateway(abilities=attrs.evolve(ABLE, **AMOUNT_LIMITS[code])))
    else:
        ports.store.commit(Changes(put=(limited(ports, **AMOUNT_LIMITS[code]),)))
    assert bill(ports, at) == (0, 1, 0, 0, [])
    assert (found(ports).state, found(ports).period, found(ports).version) == (PAST_DUE, 0, 2 + creations)
    assert [it.key for it in told(ports, events.SubscriptionChargeFailed)] == ["s1/charge/1"]
    assert bill(ports, at) == (0, 0, 0, 0, [])
    assert bill(ports, at + timedelta(days=2)) == (0, 0, 1, 0, [])
    assert found(ports).state is CANCELED
    assert ports.store.stock("lanterne", "postcard").claimed == 0
    assert pledge(ports) is None


def limited(ports, **terms):
    """The campaign with another limit, as an edit leaves it."""
    campaign = ports.store.campaign("lanterne")
    return attrs.evolve(campaign, terms=attrs.evolve(campaign.terms, **terms), version=campaign.version + 1)


def test_an_amount_that_is_refused_while_suspended_waits():
    ports = started()
    ports.store.commit(Changes(put=(limited(ports, minimum=money("6.00")),)))
    move_campaign(ports, "lanterne", Trigger.SUSPEND, actor="clerk")
    assert refused(charge, ports) == ("not-live", "below-minimum")
    assert found(ports) == subscription()


def test_a_rule_of_the_host_keeps_it_due():
    ports = started()
    blocked = attrs.evolve(ports, rules=[lambda _: Refusal("acme-blocked", "ana is blocked")])
    assert refused(charge, blocked) == ("acme-blocked",)
    assert found(ports) == subscription()
    assert charge(ports).period == 1


def test_payees_are_the_hosts_to_charge():
    ports = patronage()
    _, changes = deciding.start(subscription(campaign_id=None, payee_id="lune"), OPENS, "ana")
    ports.store.commit(changes)
    assert len(list(ports.store.due_subscriptions(OPENS))) == 1
    assert bill(ports, OPENS) == (0, 0, 0, 0, [])
    with pytest.raises(InvalidValue, match="and to no campaign: charge it by"):
        charge(ports)
    with pytest.raises(InvalidValue, match="is to payee lune"):
        change_subscription(ports, "s1", money("6.00"), actor="ana")


# --- pausing, changing, ending


def test_a_pause_shifts_nothing():
    ports = started()
    bill(ports, OPENS)
    assert pause_subscription(ports, "s1", actor="ana").state is PAUSED
    assert refused(pause_subscription, ports, "s1", actor="ana") == ("paused",)
    assert bill(ports, day(3, 10)) == (0, 0, 0, 0, [])
    assert resume_subscription(ports, "s1", actor="ana").due_at == day(3, 31, 22)
    assert refused(resume_subscription, ports, "s1", actor="ana") == ("not-paused",)
    assert bill(ports, day(4, 1)) == (1, 0, 0, 0, [])
    assert at_provider(ports) == money("10.00")


def test_another_amount_is_given_from_the_next_period_on():
    ports = started()
    assert change_subscription(ports, "s1", money("7.00"), actor="ana").next_amount == money("7.00")
    bill(ports, OPENS)
    assert at_provider(ports) == money("5.00")
    bill(ports, day(2, 1))
    assert at_provider(ports) == money("12.00")


def test_an_amount_must_be_one_that_can_be_pledged():
    ports = started(maximum=money("50.00"))
    change = partial(change_subscription, ports, "s1", actor="ana")
    limits = DonationLimits(Period.MONTHLY, money("2.00"), None, rounding=Rounding.UP)
    assert refused(change, money("0.50"), limits=limits) == ("below-minimum", "below-minimum")
    assert refused(change, money("50.01")) == ("above-maximum",)
    cancel_subscription(ports, "s1", actor="ana")
    assert refused(change, money("0.50")) == ("below-minimum", "subscription-canceled")


def test_an_end_takes_the_outcome_of_the_charge_under_way():
    ports = started()
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(GatewayError):
        charge(ports)
    cancel_subscription(ports, "s1", actor="ana")
    assert bill(ports, OPENS) == (0, 0, 1, 0, [])
    assert (found(ports).period, found(ports).state) == (1, CANCELED)
    assert at_provider(ports) == money("5.00")


@pytest.mark.parametrize(
    "act", [charge_subscription, pause_subscription, resume_subscription, cancel_subscription]
)
@pytest.mark.parametrize("name", ["s9", None, 1])
def test_an_unknown_subscription(act, name):
    assert refused(act, patronage(), name, actor="ana") == ("unknown-subscription",)


# --- creations


def test_creations_of_a_month_are_charged_together():
    """Patreon charges what is published in a month on the first of the next, up to the patron's limit."""
    by_two = attrs.evolve(BY_CREATION, most=2)
    ports = started(subscription(anchor=by_two), subscription("s2", backer_id="ben", anchor=BY_CREATION))
    published = [publish_creation(ports, "lanterne", day(1, n), actor="lune") for n in (6, 13, 20)]
    assert published == [2, 2, 1]
    assert bill(ports, day(1, 31)) == (0, 0, 0, 0, [])
    assert bill(ports, day(2, 1)) == (2, 0, 0, 0, [])
    assert (pledge(ports).amount, pledge(ports, 1, "s2").amount) == (money("10.00"), money("15.00"))
    assert at_provider(ports) == money("25.00")


TIGHT = attrs.evolve(ABLE, largest_charge={"EUR": money("10.00")})


@pytest.mark.parametrize("limit", ["campaign", "provider"])
def test_as_many_creations_are_charged_together_as_fit(limit):
    """The rest of the month is charged by the next rounds."""
    if limit == "campaign":
        ports = started(subscription(anchor=BY_CREATION), maximum=money("10.00"))
    else:
        ports = attrs.evolve(started(subscription(anchor=BY_CREATION)), gateway=FakeGateway(abilities=TIGHT))
    for n in (6, 13, 20):
        publish_creation(ports, "lanterne", day(1, n), actor="lune")
    assert [bill(ports, day(2, 1)) for _ in range(3)] == [
        (1, 0, 0, 0, []),
        (1, 0, 0, 0, []),
        (0, 0, 0, 0, []),
    ]
    assert (pledge(ports).amount, pledge(ports, 2).amount) == (money("10.00"), money("5.00"))
    assert [it.amount for it in told(ports, events.SubscriptionCharged)] == [money("10.00"), money("5.00")]
    assert (found(ports).unpaid, found(ports).attempts) == (0, 2)
    finish(ports)


def test_what_is_due_together_keeps_its_amount():
    """Another amount is for what is published afterwards, into however many charges a month is parted."""
    ports = started(subscription(anchor=BY_CREATION), maximum=money("10.00"))
    for n in (6, 13, 20):
        publish_creation(ports, "lanterne", day(1, n), actor="lune")
    change_subscription(ports, "s1", money("9.00"), actor="ana")
    for _ in range(2):
        bill(ports, day(2, 1))
    assert at_provider(ports) == money("15.00")
    assert (found(ports).amount, found(ports).next_amount) == (money("9.00"), None)


def test_fewer_creations_are_charged_than_are_due():
    published = subscription(anchor=BY_CREATION, creations=[day(1, 6), day(1, 13)], unpaid=2)
    charging, _ = deciding.charge(published, day(2, 1), "job", count=1)
    assert (charging.charging, charging.charge_amount) == (1, money("5.00"))
    for count in (0, 3, True):
        with pytest.raises(InvalidValue, match=r"are due, fewer than 3|how many are charged"):
            deciding.charge(published, day(2, 1), "job", count=count)


def test_a_creation_is_counted_once():
    ports = started(subscription(anchor=BY_CREATION), subscription("s2", backer_id="ben"))
    for _ in range(2):
        assert publish_creation(ports, "lanterne", day(1, 6), actor="lune") == 1
    assert count_creation(ports, "s1", day(1, 6), actor="lune") == found(ports)
    assert found(ports).creations == (day(1, 6),)
    with pytest.raises(InvalidValue, match="not by creation"):
        count_creation(ports, "s2", day(1, 6), actor="lune")


class Crash(BaseException):
    """The process ends."""


def crash():
    raise Crash


def test_a_creation_is_counted_behind_a_newer_one():
    """A publication ended half-way and was made again after the next one: no charge is lost or doubled."""
    ports = started(
        *(subscription(f"s{n}", backer_id=f"b{n}", anchor=BY_CREATION) for n in range(1, 4)),
        subscription("s4", backer_id="b4", anchor=BY_CREATION, started_at=day(1, 7)),
    )
    with pytest.raises(Crash):
        publish_creation(between(ports, lambda: None, crash), "lanterne", day(1, 6), actor="lune")
    assert publish_creation(ports, "lanterne", day(1, 8), actor="lune") == 4
    for _ in range(2):
        assert publish_creation(ports, "lanterne", day(1, 6), actor="lune") == 3
    assert bill(ports, day(2, 1)) == (4, 0, 0, 0, [])
    assert publish_creation(ports, "lanterne", day(1, 6), actor="lune") == 3
    assert publish_creation(ports, "lanterne", day(1, 7, 12), actor="lune") == 4
    assert bill(ports, day(2, 1)) == (4, 0, 0, 0, [])
    amounts = [[pledge(ports, n, f"s{it}").amount for n in (1, 2)] for it in range(1, 5)]
    assert amounts == [[money("10.00"), money("5.00")]] * 3 + [[money("5.00"), money("5.00")]]


def test_one_backer_of_a_creation_holds_up_no_other():
    """Somebody else writes the subscription of one, faster every time; the same call counts it afterwards."""
    ports = started(*(subscription(f"s{n}", backer_id=f"b{n}", anchor=BY_CREATION) for n in range(1, 4)))

    class Faster:
        def __getattr__(self, name):
            return getattr(ports.store, name)

        def commit(self, changes):
            if changes.put[0].id == "s2":
                raise Conflict(changes.put[0].id)
            ports.store.commit(changes)

    with pytest.raises(Conflict):
        publish_creation(attrs.evolve(ports, store=Faster()), "lanterne", day(1, 6), actor="lune")
    assert [found(ports, f"s{n}").unpaid for n in (1, 2, 3)] == [1, 0, 1]
    assert publish_creation(ports, "lanterne", day(1, 6), actor="lune") == 3
    assert [found(ports, f"s{n}").unpaid for n in (1, 2, 3)] == [1, 1, 1]


def test_what_was_published_in_a_pause_is_not_counted_afterwards():
    ports = later(started(subscription(anchor=BY_CREATION)), days=1)
    pause_subscription(ports, "s1", actor="ana")
    during = later(ports, days=1).now()
    resumed = later(ports, days=1).now()
    resume_subscription(ports, "s1", actor="ana")
    assert publish_creation(ports, "lanterne", during, actor="lune") == 0
    assert publish_creation(ports, "lanterne", resumed, actor="lune") == 1


def test_who_is_left_out_of_a_creation():
    paused, over, new = (subscription(f"s{n}", backer_id=f"b{n}", anchor=BY_CREATION) for n in range(3))
    ports = started(paused, over, attrs.evolve(new, started_at=day(1, 20)))
    pause_subscription(ports, "s0", actor="b0")
    cancel_subscription(ports, "s1", actor="b1")
    assert publish_creation(ports, "lanterne", day(1, 6), actor="lune") == 0
    assert publish_creation(ports, "lanterne", day(1, 21), actor="lune") == 1
    with pytest.raises(NotFound):
        publish_creation(ports, "etoile", day(1, 6), actor="lune")


def test_a_creation_is_charged_at_once_where_it_is_not_monthly():
    at_once = PerCreation(BY_CREATION.zone, monthly=False)
    ports = started(subscription(anchor=at_once))
    assert refused(charge, ports) == ("not-due",)
    publish_creation(ports, "lanterne", day(1, 6), actor="lune")
    assert bill(ports, day(1, 6)) == (1, 0, 0, 0, [])
    assert at_provider(ports) == money("5.00")


# --- what is decided


def test_deciding_by_another_campaign():
    ports = started()
    campaign = ports.store.campaign("lanterne")
    other = attrs.evolve(campaign, id="etoile")
    with pytest.raises(InvalidValue, match="is not decided on by campaign etoile"):
        subscribing.charge(subscription(), other, OPENS, "job")
    with pytest.raises(InvalidValue, match="the campaign of a subscription"):
        subscribing.charge(subscription(), None, OPENS, "job")


def test_the_pledge_of_another_charge_is_not_taken():
    ports = started()
    charge(ports)
    other, _ = deciding.charge(subscription("s2"), OPENS, "job")
    assert refused(subscribing.receive, other, pledge(ports), OPENS, "job") == ("unknown-charge",)
    with pytest.raises(InvalidValue, match="the pledge of a charge"):
        subscribing.receive(other, None, OPENS, "job")
