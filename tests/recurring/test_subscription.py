"""Subscriptions: charged once for each period, whatever fails, is repeated or comes late."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Money, Rounding, Zone
from pushcore.changes import StockMove
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.recurring import (
    Anniversary,
    DonationLimits,
    FirstOfMonth,
    PerCreation,
    Period,
    Retries,
    Subscription,
    SubscriptionState,
    events,
    rules,
)
from pushcore.recurring import deciding as do
from pushcore.rewards import Stock

UTC_ZONE = Zone("UTC")
START = datetime(2018, 1, 10, 9, tzinfo=UTC)
FIVE, TEN = Money.of("5.00", "EUR"), Money.of("10.00", "EUR")
ACTIVE, PAST_DUE, PAUSED, CANCELED = SubscriptionState
LADDER = Retries([2, 2, 5, 5, 5])
MONTHLY = FirstOfMonth(UTC_ZONE, Period.MONTHLY, skip_after=15)
CLAIM = StockMove("lanterne", "friend", 10, claimed=1)


def day(month, number, hour=9):
    return datetime(2018, month, number, hour, tzinfo=UTC)


def new(anchor=MONTHLY, **options):
    options.setdefault("payee_id", "lune")
    return Subscription(
        id="s1", backer_id="ana", amount=FIVE, anchor=anchor, retries=LADDER, started_at=START, **options
    )


def begin(subscription, at):
    return do.charge(subscription, at, "job")[0]


def paid(subscription, at):
    charging = begin(subscription, at)
    return do.charge_succeeded(charging, charging.charge_key, at, "job")[0]


def failed(subscription, at):
    charging = begin(subscription, at)
    return do.charge_failed(charging, charging.charge_key, at, "job")[0]


def canceled(subscription=None):
    return do.cancel(subscription or new(), START, "ana")[0]


def paused():
    return do.pause(paid(new(), START), START, "ana")[0]


def codes(call, *args, **options):
    with pytest.raises(Refused) as refused:
        call(*args, **options)
    return refused.value.codes


def test_starting_one():
    made, changes = do.start(new(), START, "ana")
    assert made == new()
    assert changes.put == (made,)
    assert changes.deltas == ()
    assert changes.events == (events.SubscriptionStarted(START, "ana", "s1", FIVE),)
    assert (made.due_at, made.period_start, made.charge_amount) == (START, START, FIVE)
    assert made.recipient_id == "lune"
    assert new(payee_id=None, campaign_id="lanterne").recipient_id == "lanterne"


def test_the_first_charge_is_made_at_once_and_then_by_anchor():
    """oc-next-charge: made on 10 January, charged then, and on the first of each month."""
    subscription, due = new(), []
    for _ in range(4):
        due.append(subscription.due_at)
        subscription = paid(subscription, subscription.due_at + timedelta(hours=5))
    assert due == [START, day(2, 1, 0), day(3, 1, 0), day(4, 1, 0)]


def test_charging():
    charging, changes = do.charge(new(), START, "job")
    assert (charging.charging, charging.attempts, charging.due_at) == (1, 1, None)
    assert (charging.charge_key, charging.charge_amount) == ("s1/charge/1", FIVE)
    assert changes.put == (charging,)
    assert changes.events == (events.SubscriptionChargeAttempted(START, "job", "s1", "s1/charge/1", FIVE),)
    done, changes = do.charge_succeeded(charging, "s1/charge/1", START, "job")
    assert (done.state, done.period, done.charging, done.version) == (ACTIVE, 1, 0, 3)
    assert changes.put == (done,)
    assert changes.deltas == ()
    assert changes.events == (events.SubscriptionCharged(START, "job", "s1", "s1/charge/1", 0, FIVE),)


def test_oc18_a_charge_that_failed():
    """OC18: failed on 28 January, tried again on the 30th; the period stays; success resets the count."""
    subscription = new()
    once = failed(subscription, day(1, 28))
    assert (once.state, once.due_at, once.failures) == (PAST_DUE, day(1, 30), 1)
    assert once.period_start == subscription.period_start == START
    processing = begin(once, day(1, 30))
    assert (processing.failures, processing.due_at) == (1, None)
    assert codes(do.charge, processing, day(1, 31), "job") == ("charge-open",)
    done, _ = do.charge_succeeded(processing, processing.charge_key, day(2, 2), "job")
    assert (done.state, done.failures, done.retry_at) == (ACTIVE, 0, None)
    assert done.due_at == day(2, 1, 0)


def test_a_retry_waits_wall_clock_days():
    """Clocks in Brussels are put forward on 25 March 2018: two days later it is the same time of day."""
    anchor = FirstOfMonth(Zone("Europe/Brussels"), Period.MONTHLY)
    assert failed(new(anchor), day(3, 24)).due_at == day(3, 26, 8)


def test_oc_retry_the_sixth_failure_cancels():
    subscription, at, waits = new(claim=CLAIM), START, []
    while True:
        charging = begin(subscription, at)
        subscription, changes = do.charge_failed(charging, charging.charge_key, at, "job")
        if subscription.state is CANCELED:
            break
        waits.append((subscription.due_at - at).days)
        at = subscription.due_at
    assert waits == [2, 2, 5, 5, 5]
    assert (subscription.failures, subscription.due_at) == (6, None)
    assert changes.events == (
        events.SubscriptionChargeFailed(at, "job", "s1", "s1/charge/6", 6),
        events.SubscriptionLapsed(at, "job", "s1"),
    )
    assert changes.deltas == (attrs.evolve(CLAIM, claimed=-1),)


def test_oc25_the_subscription_claims_and_no_charge_does():
    """OC25: nine charges of one subscription leave nine of ten pieces."""
    subscription, changes = do.start(new(claim=CLAIM), START, "ana")
    moves = [*changes.deltas]
    for _ in range(9):
        charging, changes = do.charge(subscription, subscription.due_at, "job")
        moves += changes.deltas
        subscription, changes = do.charge_succeeded(charging, charging.charge_key, START, "job")
        moves += changes.deltas
    stock = Stock()
    for move in moves:
        stock = stock.moved(move)
    assert stock.left(10) == 9
    (back,) = do.cancel(subscription, START, "ana")[1].deltas
    assert stock.moved(back).left(10) == 10


def test_an_answer_is_taken_once_and_by_its_key():
    charging = begin(new(), START)
    done, _ = do.charge_succeeded(charging, "s1/charge/1", START, "job")
    for answer in (do.charge_succeeded, do.charge_failed):
        assert codes(answer, done, "s1/charge/1", START, "job") == ("unknown-charge",)
        assert codes(answer, charging, "s1/charge/2", START, "job") == ("unknown-charge",)
    again = begin(failed(new(), START), day(1, 12))
    assert codes(do.charge_succeeded, again, "s1/charge/1", START, "job") == ("unknown-charge",)


def test_an_answer_after_the_end_is_taken():
    charging = begin(new(claim=CLAIM), START)
    ended, changes = do.cancel(charging, START, "ana")
    assert (ended.state, ended.charging, ended.due_at) == (CANCELED, 1, None)
    assert changes.events == (events.SubscriptionCanceled(START, "ana", "s1"),)
    done, changes = do.charge_succeeded(ended, "s1/charge/1", START, "job")
    assert (done.state, done.period, done.charging, changes.deltas) == (CANCELED, 1, 0, ())
    lost, changes = do.charge_failed(ended, "s1/charge/1", START, "job")
    assert (lost.state, lost.charging, lost.failures, changes.deltas) == (CANCELED, 0, 1, ())
    assert changes.events == (events.SubscriptionChargeFailed(START, "job", "s1", "s1/charge/1", 1),)


def test_a_retry_that_was_canceled_is_over():
    ended = canceled(failed(new(), START))
    assert (ended.state, ended.retry_at, ended.due_at, ended.failures) == (CANCELED, None, None, 1)


def test_late_jobs_move_no_date():
    """A job that comes in April charges February and March too, each under its own key."""
    subscription = paid(new(), START)
    for start in (day(2, 1, 0), day(3, 1, 0), day(4, 1, 0)):
        assert subscription.due_at == subscription.period_start == start
        subscription = paid(subscription, day(4, 20))
    assert subscription.due_at == day(5, 1, 0)
    assert subscription.charge_key == "s1/charge/4"


def test_what_falls_into_a_pause_is_not_charged():
    subscription, changes = do.pause(paid(new(), START), day(1, 20), "ana")
    assert (subscription.state, subscription.due_at) == (PAUSED, None)
    assert changes.events == (events.SubscriptionPaused(day(1, 20), "ana", "s1"),)
    resumed, changes = do.resume(subscription, day(4, 20), "ana")
    assert (resumed.state, resumed.due_at, resumed.period) == (ACTIVE, day(5, 1, 0), 4)
    assert changes.events == (events.SubscriptionResumed(day(4, 20), "ana", "s1", 4),)
    early, _ = do.resume(subscription, day(1, 25), "ana")
    assert (early.due_at, early.period) == (day(2, 1, 0), 1)


def test_another_amount_from_the_next_period_on():
    subscription = paid(new(), START)
    changed, changes = do.change_amount(subscription, TEN, at=day(1, 20), actor="ana")
    assert (changed.amount, changed.next_amount) == (TEN, None)
    assert changes.put == (changed,)
    assert changes.events == (events.SubscriptionAmountChanged(day(1, 20), "ana", "s1", TEN, 1),)
    for begun in (subscription, begin(subscription, day(2, 1)), failed(subscription, day(2, 1))):
        changed, changes = do.change_amount(begun, TEN, at=day(2, 1), actor="ana")
        assert (changed.charge_amount, changed.next_amount, changed.state) == (FIVE, TEN, begun.state)
        assert changes.events == (events.SubscriptionAmountChanged(day(2, 1), "ana", "s1", TEN, 2),)
        open_charge = changed if changed.charging else begin(changed, day(2, 5))
        done, _ = do.charge_succeeded(open_charge, open_charge.charge_key, day(2, 5), "job")
        assert (done.charge_amount, done.next_amount) == (TEN, None)


def test_another_amount_that_waited_for_the_end_of_a_pause():
    waiting, _ = do.change_amount(paid(new(), START), TEN, at=day(2, 1), actor="ana")
    waiting, _ = do.pause(waiting, day(2, 1), "ana")
    resumed, _ = do.resume(waiting, day(2, 10), "ana")
    assert (resumed.charge_amount, resumed.next_amount, resumed.due_at) == (TEN, None, day(3, 1, 0))


LIMITS = DonationLimits(Period.WEEKLY, Money.of("0.01", "EUR"), Money.of("2.00", "EUR"), rounding=Rounding.UP)


def test_limits():
    """LP26: what is less than the least of its period is refused, and never kept as 0.00."""
    cent = Money.of("0.01", "EUR")
    assert do.start(new(), START, "ana", limits=LIMITS)[0].amount == FIVE
    small = attrs.evolve(new(), amount=cent)
    assert codes(do.start, small, START, "ana", limits=LIMITS) == ("below-minimum",)
    assert codes(do.change_amount, new(), TEN, at=START, actor="ana", limits=LIMITS) == ("above-maximum",)
    assert codes(do.change_amount, canceled(), cent, at=START, actor="ana", limits=LIMITS) == (
        "subscription-canceled",
        "below-minimum",
    )
    with pytest.raises(InvalidValue, match="expected an amount above zero"):
        attrs.evolve(new(), amount=FIVE - FIVE)
    with pytest.raises(InvalidValue, match="expected an amount above zero"):
        do.change_amount(new(), FIVE - FIVE, at=START, actor="ana")
    with pytest.raises(CurrencyMismatch, match="subscription s1 is in EUR, not in USD"):
        do.change_amount(new(), Money.of("1.00", "USD"), at=day(1, 9), actor="ana")


def per_creation(**options):
    return new(PerCreation(UTC_ZONE, **options))


def count(subscription, *published):
    for at in published:
        subscription = do.count_creation(subscription, at, "lune")[0]
    return subscription


def test_per_creation_each_is_charged_at_once():
    """Nothing is due before something is published, and then each is a charge of its own."""
    subscription = per_creation(monthly=False)
    assert (subscription.due_at, subscription.period_start, subscription.charge_amount) == (
        None,
        None,
        FIVE * 0,
    )
    assert codes(do.charge, subscription, START, "job") == ("not-due",)
    published, changes = do.count_creation(subscription, day(1, 20), "lune")
    assert (published.due_at, published.charge_amount) == (day(1, 20), FIVE)
    assert changes.events == (events.CreationCounted(day(1, 20), "lune", "s1"),)
    both = count(published, day(1, 22))
    one = paid(both, day(1, 23))
    assert (one.due_at, one.charge_amount, one.unpaid) == (day(1, 22), FIVE, 1)
    assert paid(one, day(1, 23)).due_at is None


def test_per_creation_patreon_charges_a_month_together():
    """Patreon: 5 paid posts in a month at 2 per creation without a limit are 10 on the first of the next."""
    subscription = attrs.evolve(per_creation(monthly=True), amount=Money.of("2.00", "USD"))
    june = count(subscription, *(day(6, number) for number in (1, 5, 9, 20, 30)))
    assert (june.due_at, june.charge_amount) == (day(7, 1, 0), Money.of("10.00", "USD"))
    charging = begin(count(june, day(7, 1, 1)), day(7, 1, 2))
    assert (charging.charging, charging.charge_amount) == (5, Money.of("10.00", "USD"))
    done, changes = do.charge_succeeded(charging, charging.charge_key, day(7, 3), "job")
    assert changes.events[0].amount == Money.of("10.00", "USD")
    assert (done.unpaid, done.due_at, done.charge_amount) == (1, day(8, 1, 0), Money.of("2.00", "USD"))


@pytest.mark.parametrize("monthly", [True, False])
def test_per_creation_the_backer_limits_the_creations_of_a_month(monthly):
    """Patreon: at 2 per post with a limit of 2 a month, the most is 4 a month."""
    two = count(per_creation(monthly=monthly, most=2), day(6, 1), day(6, 2))
    assert codes(do.count_creation, two, day(6, 3), "lune") == ("creation-limit",)
    assert count(two, day(7, 1)).unpaid == 3
    settled = two
    while settled.due_at:
        settled = paid(settled, day(7, 1))
    assert codes(do.count_creation, settled, day(6, 30), "lune") == ("creation-limit",)
    july = count(settled, day(7, 2))
    assert july.creations == (day(6, 1), day(6, 2), day(7, 2))  # what is paid is known, and not counted again
    assert july.unpaid == 1
    assert codes(do.count_creation, july, day(6, 15), "lune") == ("creation-limit",)


@pytest.mark.parametrize("monthly", [True, False])
def test_per_creation_one_that_is_older_than_others_takes_its_place(monthly):
    """It is due when it would have been, whatever was counted or paid before it."""
    subscription = per_creation(monthly=monthly)
    assert count(subscription, day(6, 20), day(6, 5)) == count(subscription, day(6, 5), day(6, 20))
    settled = count(subscription, day(6, 20))
    settled = paid(settled, settled.due_at)
    late = count(settled, day(7, 2), day(6, 5))
    assert (late.creations, late.unpaid) == ((day(6, 20), day(6, 5), day(7, 2)), 2)
    assert (late.due_count, late.charge_amount) == (1, FIVE)
    assert late.due_at == (day(7, 1, 0) if monthly else day(6, 5))
    rest = paid(late, day(7, 2))
    assert (rest.unpaid, rest.due_at) == (1, day(8, 1, 0) if monthly else day(7, 2))


def test_per_creation_an_older_one_does_not_touch_the_charge_under_way():
    charging = begin(count(per_creation(monthly=True), day(6, 9), day(6, 20)), day(7, 1))
    late = count(charging, day(6, 5))
    assert (late.charge_key, late.charge_amount, late.due_count) == (charging.charge_key, TEN, 3)
    done, _ = do.charge_succeeded(late, late.charge_key, day(7, 1), "job")
    assert (done.unpaid, done.due_at, done.charge_amount) == (1, day(7, 1, 0), FIVE)
    again, _ = do.charge_failed(late, late.charge_key, day(7, 1), "job")
    assert again.charge_amount == FIVE * 3


def test_per_creation_nothing_is_counted_twice():
    """Neither what is paid nor what is not, however long ago."""
    old = count(per_creation(monthly=False), day(3, 1))
    both = count(paid(old, day(3, 1)), day(6, 2))
    for published in (day(3, 1), day(6, 2)):
        with pytest.raises(InvalidValue, match="a creation is counted once"):
            do.count_creation(both, published, "lune")


def test_per_creation_what_fell_into_a_pause_is_not_made_up_for():
    waiting, _ = do.pause(count(per_creation(monthly=False), day(6, 1)), day(6, 2), "ana")
    resumed, _ = do.resume(waiting, day(9, 1), "ana")
    assert codes(do.count_creation, resumed, day(9, 1) - timedelta.resolution, "lune") == ("paused",)
    assert count(resumed, day(9, 1)).unpaid == 2
    waiting, _ = do.pause(resumed, day(9, 2), "ana")
    assert codes(do.count_creation, waiting, day(8, 1), "lune") == ("paused",)


def test_per_creation_an_amount_for_what_comes_after_the_next_charge():
    subscription = per_creation(monthly=True)
    assert do.change_amount(subscription, TEN, at=day(6, 1), actor="ana")[0].amount == TEN
    changed, _ = do.change_amount(count(subscription, day(6, 1)), TEN, at=day(6, 2), actor="ana")
    assert (changed.charge_amount, changed.next_amount) == (FIVE, TEN)
    assert count(paid(changed, day(7, 1)), day(7, 2)).charge_amount == TEN


def test_per_creation_what_was_published_before_a_pause_is_due_again():
    waiting, _ = do.pause(count(per_creation(monthly=False), day(6, 1)), day(6, 2), "ana")
    assert codes(do.count_creation, waiting, day(6, 3), "lune") == ("paused",)
    resumed, changes = do.resume(waiting, day(9, 1), "ana")
    assert (resumed.due_at, resumed.charge_amount) == (day(6, 1), FIVE)
    assert changes.events == (events.SubscriptionResumed(day(9, 1), "ana", "s1", 0),)


def test_per_creation_a_failure_is_tried_again():
    once = failed(count(per_creation(monthly=False), day(6, 1)), day(6, 1))
    assert (once.state, once.due_at, once.period_start) == (PAST_DUE, day(6, 3), day(6, 1))
    assert count(once, day(6, 2)).unpaid == 2


def test_per_creation_bad_input():
    with pytest.raises(InvalidValue, match="subscription s1 is charged by monthly dates, not by creation"):
        do.count_creation(new(), START, "lune")
    with pytest.raises(InvalidValue, match="what was published before the start is not charged"):
        do.count_creation(per_creation(monthly=True), START - timedelta(seconds=1), "lune")
    with pytest.raises(InvalidValue, match="not paid are given in the order they were published"):
        attrs.evolve(per_creation(monthly=True), creations=[day(6, 2), day(6, 1)], unpaid=2)
    with pytest.raises(InvalidValue, match="limits by period do not fit it"):
        do.start(per_creation(monthly=True), START, "ana", limits=LIMITS)


SITUATIONS = {
    "new": new(),
    "paid": paid(new(), START),
    "charging": begin(new(), START),
    "past due": failed(new(), START),
    "paused": paused(),
    "canceled": canceled(),
}
NOW = day(1, 11)
REFUSED = {
    "new": {"resume": ("not-paused",)},
    "paid": {"charge": ("not-due",), "resume": ("not-paused",)},
    "charging": {"charge": ("charge-open",), "pause": ("charge-open",), "resume": ("not-paused",)},
    "past due": {"charge": ("not-due",), "pause": ("past-due",), "resume": ("not-paused",)},
    "paused": {"charge": ("paused", "not-due"), "pause": ("paused",)},
    "canceled": {
        "charge": ("subscription-canceled",),
        "pause": ("subscription-canceled",),
        "resume": ("subscription-canceled", "not-paused"),
        "cancel": ("subscription-canceled",),
    },
}
RULES = {
    "charge": rules.CHARGING,
    "pause": rules.PAUSING,
    "resume": rules.RESUMING,
    "cancel": rules.CANCELING,
}


@pytest.mark.parametrize("decision", RULES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_can_be_done_when(situation, decision):
    before = SITUATIONS[situation]
    expected = REFUSED[situation].get(decision, ())
    assert tuple(it.code for it in rules.refusals(before, NOW, RULES[decision])) == expected
    call = getattr(do, decision)
    if expected:
        assert codes(call, before, NOW, "ana") == expected
    else:
        after, changes = call(before, NOW, "ana")
        assert changes.put == (after,)
        assert after.version == before.version + 1
        assert [(event.at, event.actor, event.subscription_id) for event in changes.events] == [
            (NOW, "ana", "s1")
        ]


def test_the_reasons_tell_what_they_rest_on():
    reasons = rules.refusals(failed(new(), START), NOW, (*rules.PAUSING, *rules.CHARGING))
    assert [(it.code, it.facts) for it in reasons] == [
        ("past-due", {"failures": 1}),
        ("not-due", {"due": day(1, 12)}),
    ]
    (open_,) = rules.refusals(begin(new(), START), NOW, rules.CHARGING)
    assert open_.facts == {"key": "s1/charge/1"}


answers = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), min_size=1, max_size=30)
anchors = st.sampled_from([
    MONTHLY,
    FirstOfMonth(UTC_ZONE, Period.YEARLY),
    *(Anniversary(UTC_ZONE, period) for period in Period),
])  # fmt: skip


@given(anchors, answers)
def test_each_period_is_paid_once_and_in_order(anchor, answers):
    """Whatever fails and however late the jobs are: the due dates increase and are those of the anchor."""
    subscription, starts, keys = new(anchor), [], []
    for yes, late in answers:
        if subscription.state is CANCELED:
            assert subscription.failures == LADDER.canceling_failure
            break
        at = subscription.due_at + timedelta(days=late)
        subscription = begin(subscription, at)
        keys.append(subscription.charge_key)
        if yes:
            starts.append(subscription.period_start)
        answer = do.charge_succeeded if yes else do.charge_failed
        subscription, _ = answer(subscription, subscription.charge_key, at, "job")
    assert starts == [anchor.nth(START, n) for n in range(len(starts))]
    assert len(set(keys)) == len(keys)
    assert subscription.period == len(starts)


@given(anchors)
def test_a_ladder_of_failures_ends(anchor):
    subscription = new(anchor)
    for _ in range(LADDER.canceling_failure):
        start = subscription.period_start
        subscription = failed(subscription, subscription.due_at)
        assert subscription.period_start == start
    assert subscription.state is CANCELED


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"payee_id": None}, "give either a payee or a campaign"),
        ({"campaign_id": "lanterne"}, "give either a payee or a campaign"),
        ({"claim": attrs.evolve(CLAIM, claimed=0)}, "a claim is of at least one piece"),
        ({"claim": attrs.evolve(CLAIM, reserved=1)}, "reserves none"),
        ({"failures": 1, "attempts": 1}, "it cannot be active after 1 failures"),
        ({"state": PAST_DUE, "retry_at": START}, "it cannot be past-due after 0 failures"),
        ({"state": PAST_DUE, "failures": 1, "attempts": 1}, "only what is past due is retried"),
        ({"retry_at": START}, "only what is past due is retried"),
        ({"charging": 1}, "0 attempts are too few"),
        ({"state": CANCELED, "failures": 2, "attempts": 1}, "1 attempts are too few"),
        ({"state": PAUSED, "charging": 1, "attempts": 1}, "it cannot be paused while a charge is under way"),
        ({"creations": [START]}, "creations count only where they are charged"),
        ({"unpaid": 1}, "1 of 0 creations cannot be unpaid"),
        ({"amount": 5}, "expected Money"),
        ({"anchor": None}, "expected FirstOfMonth or Anniversary or PerCreation"),
        ({"retries": [2]}, "expected Retries"),
        ({"creations": ["now"]}, "expected an instant"),
        ({"id": ""}, "expected an id"),
    ],
    ids=range(18),
)
def test_facts_that_do_not_go_together(changed, why):
    with pytest.raises(InvalidValue, match=why):
        attrs.evolve(new(), **changed)


def test_every_problem_is_told():
    with pytest.raises(InvalidValue, match=r"give either .*; it cannot be active .*; .* cannot be unpaid"):
        attrs.evolve(new(), payee_id=None, failures=1, attempts=1, unpaid=1)


def test_a_new_one_has_no_history():
    for old in (paid(new(), START), canceled(), begin(new(), START)):
        with pytest.raises(InvalidValue, match="subscription s1 has a history, and a new one has none"):
            do.start(old, START, "ana")


@pytest.mark.parametrize(
    "call",
    [
        lambda junk: do.start(junk, START, "ana"),
        lambda junk: do.start(new(), START, "ana", limits=junk or 5),
        lambda junk: do.charge(junk, START, "ana"),
        lambda junk: do.charge(new(), junk, "ana"),
        lambda junk: do.charge(new(), START, junk),
        lambda junk: do.charge_succeeded(junk, "s1/charge/1", START, "ana"),
        lambda junk: do.charge_failed(new(), junk, START, "ana"),
        lambda junk: do.change_amount(new(), junk, at=START, actor="ana"),
        lambda junk: do.count_creation(junk, START, "ana"),
        lambda junk: rules.refusals(junk, START, rules.PAUSING),
    ],
    ids=range(10),
)
def test_junk_is_refused(call):
    for junk in (None, 5, [], START.replace(tzinfo=None)):
        with pytest.raises(InvalidValue):
            call(junk)
