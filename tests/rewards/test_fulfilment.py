"""Fulfilment: along the table and no other way, with every reason when not."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Deadline, Zone
from pushcore.errors import InvalidValue, Refused
from pushcore.rewards import Fulfilment, FulfilmentState, FulfilmentStep, fulfilling
from pushcore.rewards.events import (
    AddressChanged,
    AddressLocked,
    DeliveryFailed,
    FulfilmentBegun,
    FulfilmentCanceled,
    RewardDelivered,
    RewardShipped,
    SurveyAnswered,
)
from pushcore.rewards.fulfilment import TRANSITIONS

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
LOCKS = Deadline(AT + timedelta(days=1), Zone("Europe/Brussels"), inclusive=False)
WAITING, SURVEYED, LOCKED, SHIPPED, DELIVERED, UNDELIVERABLE, CANCELED = FulfilmentState
ANSWER, CHANGE, LOCK, SHIP, DELIVER, FAIL, CANCEL = FulfilmentStep

TAKE = {
    ANSWER: lambda it, at: fulfilling.answer_survey(it, "answers-1", "BE", at, "ana"),
    CHANGE: lambda it, at: fulfilling.change_address(it, "NL", at, "ana"),
    LOCK: lambda it, at: fulfilling.lock(it, at, "lune"),
    SHIP: lambda it, at: fulfilling.ship(it, f"parcel-{len(it.shipments) + 1}", at, "lune"),
    DELIVER: lambda it, at: fulfilling.deliver(it, at, "post"),
    FAIL: lambda it, at: fulfilling.fail_delivery(it, "moved-away", at, "post"),
    CANCEL: lambda it, at: fulfilling.cancel(it, at, "lune"),
}
EVENTS = {
    ANSWER: SurveyAnswered(AT, "ana", "p1", "answers-1", "BE"),
    CHANGE: AddressChanged(AT, "ana", "p1", "NL"),
    LOCK: AddressLocked(AT, "lune", "p1"),
    SHIP: RewardShipped(AT, "lune", "p1", "parcel-1"),
    DELIVER: RewardDelivered(AT, "post", "p1"),
    FAIL: DeliveryFailed(AT, "post", "p1", "moved-away"),
    CANCEL: FulfilmentCanceled(AT, "lune", "p1"),
}
WHY_NOT = {
    (WAITING, CHANGE): ("survey-unanswered",),
    (WAITING, LOCK): ("survey-unanswered",),
    (WAITING, SHIP): ("survey-unanswered", "address-unlocked"),
    (SURVEYED, SHIP): ("address-unlocked",),
    **{(LOCKED, step): ("address-locked",) for step in (ANSWER, CHANGE, LOCK)},
    **{(SHIPPED, step): ("already-shipped",) for step in (ANSWER, CHANGE, LOCK, SHIP, CANCEL)},
    **{(UNDELIVERABLE, step): ("already-shipped",) for step in (ANSWER, LOCK)},
    **{
        (state, step): ("not-shipped",)
        for state in (WAITING, SURVEYED, LOCKED, UNDELIVERABLE)
        for step in (DELIVER, FAIL)
    },
    **{(state, step): ("fulfilment-closed",) for state in (DELIVERED, CANCELED) for step in FulfilmentStep},
}
steps = st.lists(st.tuples(st.sampled_from(FulfilmentStep), st.integers(0, 2)), max_size=20)


def fulfilment(state, **changed):
    answered = {} if state is WAITING else {"answers": "answers-0", "destination": "FR"}
    sent = {"shipments": ["parcel-0"]} if state in {SHIPPED, DELIVERED, UNDELIVERABLE} else {}
    return Fulfilment("p1", "lanterne", state=state, version=3, **answered | sent | changed)


def take(step, fulfilment, at=AT):
    return TAKE[step](fulfilment, at)


@pytest.mark.parametrize("state", FulfilmentState)
@pytest.mark.parametrize("step", FulfilmentStep)
def test_each_step_is_in_the_table_or_refused_with_every_reason(state, step):
    before = fulfilment(state)
    reasons = fulfilling.refusals(before, step, AT)
    assert ((state, step) in TRANSITIONS) is (reasons == ())
    if not reasons:
        after, changes = take(step, before)
        assert (after.state, after.version) == (TRANSITIONS[state, step], 4)
        assert changes.put == (after,)
        parcel = {"shipment": f"parcel-{len(after.shipments)}"} if step is SHIP else {}
        assert changes.events == (attrs.evolve(EVENTS[step], **parcel),)
    else:
        with pytest.raises(Refused, match=f"the reward of pledge p1 is {state.value}") as refused:
            take(step, before)
        assert refused.value.refusals == reasons
        assert refused.value.codes == WHY_NOT[state, step]
        assert reasons[0].facts == {"pledge": "p1", "state": state.value}


def test_beginning():
    made, changes = fulfilling.begin("p1", "lanterne", AT, "sys", locks=LOCKS)
    assert made == Fulfilment("p1", "lanterne", locks=LOCKS)
    assert (made.state, made.version) == (WAITING, 1)
    assert changes.put == (made,)
    assert changes.events == (FulfilmentBegun(AT, "sys", "p1", "lanterne"),)


@given(steps, st.none() | st.just(LOCKS))
def test_it_only_goes_along_the_table(taken, locks):
    """Whatever is tried, when: what is refused changes nothing, and no shipment is ever forgotten."""
    now, at = Fulfilment("p1", "lanterne", locks=locks), AT
    for step, days in taken:
        before, at = now, at + timedelta(days=days)
        if fulfilling.refusals(before, step, at):
            with pytest.raises(Refused):
                take(step, before, at)
            continue
        now, _ = take(step, before, at)
        assert TRANSITIONS[before.state, step] is now.state
        assert now.version == before.version + 1
        assert now.shipments[: len(before.shipments)] == before.shipments
        assert (now.id, now.campaign_id, now.locks) == (before.id, before.campaign_id, before.locks)
        if now.destination != before.destination:
            assert step in {ANSWER, CHANGE}
            assert before.state in {WAITING, UNDELIVERABLE} or locks is None or not locks.passed(at)


@pytest.mark.parametrize("step", [ANSWER, CHANGE])
def test_from_the_lock_date_on_nothing_is_changed(step):
    surveyed = fulfilment(SURVEYED, locks=LOCKS)
    just_in_time, _ = take(step, surveyed, LOCKS.at - timedelta(microseconds=1))
    assert just_in_time.destination == ("BE" if step is ANSWER else "NL")
    with pytest.raises(Refused, match="the address for pledge p1 is final since 2026-09-02 14:00") as refused:
        take(step, surveyed, LOCKS.at)
    assert refused.value.codes == ("address-locked",)
    assert refused.value.refusals[0].facts["locked"] == LOCKS.at


def test_who_first_answers_after_the_lock_date_still_gets_the_reward_and_cannot_change_it():
    late, _ = take(ANSWER, fulfilment(WAITING, locks=LOCKS), LOCKS.at)
    assert (late.state, late.answers, late.destination) == (SURVEYED, "answers-1", "BE")
    with pytest.raises(Refused, match="address-locked"):
        take(CHANGE, late, LOCKS.at)
    assert take(LOCK, late, LOCKS.at)[0].state is LOCKED


def test_a_creator_can_lock_before_the_date():
    assert take(LOCK, fulfilment(SURVEYED, locks=LOCKS))[0].state is LOCKED


def test_a_reward_that_came_back_is_sent_again_to_a_better_address():
    at = LOCKS.at + timedelta(days=30)
    back = fulfilment(SHIPPED, locks=LOCKS)
    for step in (FAIL, CHANGE, SHIP, DELIVER):
        back, _ = take(step, back, at)
    assert (back.state, back.destination, back.shipments) == (DELIVERED, "NL", ("parcel-0", "parcel-2"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": SURVEYED},
        {"state": WAITING, "answers": "answers-1"},
        {"state": SURVEYED, "answers": "answers-1"},
        {"state": SURVEYED, "destination": "BE"},
        {"state": WAITING, "answers": "answers-1", "destination": "BE"},
        {"state": LOCKED, "answers": "answers-1", "destination": "BE", "shipments": ["parcel-1"]},
        {"state": SHIPPED, "answers": "answers-1", "destination": "BE"},
        {"state": CANCELED, "shipments": ["parcel-1"]},
    ],
)
def test_a_state_goes_with_its_facts(wrong):
    with pytest.raises(InvalidValue, match=f"reward of pledge p1 cannot be {wrong['state'].value} with"):
        Fulfilment("p1", "lanterne", **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"campaign_id": 7},
        {"locks": AT},
        {"state": "locked"},
        {"answers": " x"},
        {"destination": ""},
        {"shipments": [1]},
        {"shipments": "parcel-1"},
        {"version": 0},
    ],
)
def test_what_no_fulfilment_can_be(wrong):
    with pytest.raises(InvalidValue):
        Fulfilment(**{"id": "p1", "campaign_id": "lanterne"} | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: fulfilling.lock(None, AT, "lune"),
        lambda: fulfilling.lock(fulfilment(SURVEYED), AT.replace(tzinfo=None), "lune"),
        lambda: fulfilling.lock(fulfilment(SURVEYED), AT, ""),
        lambda: fulfilling.refusals(fulfilment(SURVEYED), "lock", AT),
        lambda: fulfilling.refusals(fulfilment(SURVEYED), LOCK, "today"),
        lambda: fulfilling.answer_survey(fulfilment(WAITING), None, "BE", AT, "ana"),
        lambda: fulfilling.answer_survey(fulfilment(WAITING), "answers-1", None, AT, "ana"),
        lambda: fulfilling.change_address(fulfilment(SURVEYED), None, AT, "ana"),
        lambda: fulfilling.ship(fulfilment(LOCKED), 7, AT, "lune"),
        lambda: fulfilling.fail_delivery(fulfilment(SHIPPED), "", AT, "post"),
        lambda: fulfilling.begin("p1", "lanterne", AT, "sys", locks=AT),
        lambda: fulfilling.begin(None, "lanterne", AT, "sys", locks=None),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_a_decision_refuses_what_it_cannot_decide_on(wrong):
    with pytest.raises(InvalidValue):
        wrong()
