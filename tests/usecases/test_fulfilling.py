"""Fulfilling rewards over a store: begun once it is owed, step by step, and given up with a refund."""

import attrs
import pytest
from lanterne import (
    BRUSSELS,
    DAY,
    END,
    between,
    closed,
    launched,
    money,
    pledged,
    refused,
    request,
    written,
)

from pushcore import (
    Charging,
    Deadline,
    FundingModel,
    PledgeState,
    RefundPolicy,
    RefundSituation,
    Refused,
    Rounding,
    Waterfall,
    advance_campaign,
    answer_survey,
    begin_fulfilment,
    cancel_campaign,
    cancel_fulfilment,
    cancel_pledge,
    change_address,
    close_campaign,
    collect_pledges,
    deliver_reward,
    expect_contribution,
    extend_campaign,
    fail_delivery,
    lock_address,
    place_pledge,
    receive_contribution,
    refund_pledge,
    ship_reward,
)
from pushcore.campaigns import DurationRule, Editing, Extension
from pushcore.rewards import Fulfilment
from pushcore.rewards.events import FulfilmentBegun, FulfilmentCanceled

BY = {"actor": "clerk"}
AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
LONG = DurationRule(least_days=1, most_days=365, open_ended=False, end_of_day=False)
REOPENS = Editing(extension=Extension(times=9, within=LONG), reopens=True)
LATER = attrs.evolve(launched().store.campaign("lanterne").terms.window.closes, at=END + 20 * DAY)


def funded(bonus="0", **changed):
    """La Lanterne, funded: p1 is for a postcard, p0 for nothing, and both are collected."""
    ports = pledged("100.00", **changed)
    place_pledge(ports, request("p1", bonus, tier_id="postcard"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", **BY)
    collect_pledges(ports, "lanterne", **BY)
    return ports


def begun(**changed):
    ports = funded(**changed)
    begin_fulfilment(ports, "p1", **BY)
    return ports


def reopened(*steps):
    """Charged at once and funded, its reward in work so far, and then opened again."""
    ports = begun(model=AT_ONCE, editing=REOPENS)
    for step in steps:
        step(ports)
    extend_campaign(ports, "lanterne", LATER, actor="lune")
    return ports


def reward(ports):
    found = ports.store.find(Fulfilment, "p1")
    return found and found.state.value


def surveyed(ports):
    return answer_survey(ports, "p1", "answers/p1", "BE", **BY)


def packed(ports):
    surveyed(ports)
    return lock_address(ports, "p1", **BY)


def sent(ports):
    packed(ports)
    return ship_reward(ports, "p1", "post/1", **BY)


def arrived(ports):
    sent(ports)
    return deliver_reward(ports, "p1", **BY)


def test_a_reward_is_owed_once_it_is_paid():
    ports = funded()
    seen = between(ports)
    locks = Deadline(END + 30 * DAY, BRUSSELS, inclusive=False)
    made = begin_fulfilment(seen, "p1", locks=locks, **BY)
    assert made == ports.store.find(Fulfilment, "p1") == Fulfilment("p1", "lanterne", locks=locks)
    (changes,) = seen.store.commits
    assert changes.events == (FulfilmentBegun(END, "clerk", "p1", "lanterne"),)
    assert begin_fulfilment(seen, "p1", locks=locks, **BY) == made
    with pytest.raises(Refused, match=r"already-begun: .* an address that is final at 20"):
        begin_fulfilment(ports, "p1", **BY)
    unlocked = funded()
    begin_fulfilment(unlocked, "p1", **BY)
    with pytest.raises(Refused, match=r"already-begun: .* an address that is never final"):
        begin_fulfilment(unlocked, "p1", locks=locks, **BY)
    assert len(seen.store.commits) == 1


def test_no_reward_is_owed_of_which_every_piece_was_refunded():
    policy = RefundPolicy({RefundSituation.FUNDED: Waterfall()}, rounding=Rounding.HALF_UP)
    ports = funded(bonus="5", refunds=policy)
    refund_pledge(ports, "p1", wanted={"reward/postcard": 1}, key="ticket", **BY)
    assert refused(begin_fulfilment, ports, "p1", **BY) == ("no-reward",)


def test_why_nothing_is_owed():
    assert refused(begin_fulfilment, funded(), "p0", **BY) == ("no-reward",)
    assert refused(begin_fulfilment, funded(), "p9", **BY) == ("unknown-pledge",)
    assert refused(begin_fulfilment, pledged("5"), "p0", **BY) == (
        "not-collected",
        "not-funded",
        "no-reward",
    )
    assert refused(begin_fulfilment, closed("100"), "p0", **BY) == ("not-collected", "no-reward")
    for step in (surveyed, sent):
        assert refused(step, funded()) == ("not-begun",)
    assert refused(ship_reward, funded(), "p9", "post/1", **BY) == ("unknown-pledge",)


def test_every_step_taken_again_is_none():
    ports = begun()
    for step, state in (
        (surveyed, "surveyed"),
        (lambda it: change_address(it, "p1", "NL", **BY), "surveyed"),
        (lambda it: lock_address(it, "p1", **BY), "locked"),
        (lambda it: ship_reward(it, "p1", "post/1", **BY), "shipped"),
        (lambda it: fail_delivery(it, "p1", "moved-away", **BY), "undeliverable"),
        (lambda it: change_address(it, "p1", "FR", **BY), "undeliverable"),
        (lambda it: ship_reward(it, "p1", "post/2", **BY), "shipped"),
        (lambda it: deliver_reward(it, "p1", **BY), "delivered"),
    ):
        after = step(ports)
        assert (after, after.state.value) == (ports.store.find(Fulfilment, "p1"), state)
        before = written(ports)
        assert step(ports) == after
        assert written(ports) == before
    assert ship_reward(ports, "p1", "post/2", **BY) == ports.store.find(Fulfilment, "p1")
    assert (after.destination, after.shipments) == ("FR", ("post/1", "post/2"))
    assert refused(cancel_fulfilment, ports, "p1", **BY) == ("fulfilment-closed",)
    assert refused(ship_reward, ports, "p1", "post/1", **BY) == ("fulfilment-closed",)


def test_a_reward_is_given_up():
    ports = begun()
    given_up = cancel_fulfilment(ports, "p1", **BY)
    assert cancel_fulfilment(ports, "p1", **BY) == given_up
    assert begin_fulfilment(ports, "p1", **BY) == given_up
    assert refused(surveyed, ports) == ("fulfilment-closed",)
    assert refused(change_address, ports, "p1", None, **BY) == ("fulfilment-closed",)


@pytest.mark.parametrize("steps", [(), (surveyed,), (packed,)])
def test_a_refunded_pledge_cancels_its_fulfilment_in_the_same_commit(steps):
    ports = between(reopened(*steps))
    assert cancel_pledge(ports, "p1", **BY).state is PledgeState.REFUNDED
    first = ports.store.commits[0]
    assert [type(it).__name__ for it in first.put] == ["Pledge", "Fulfilment"]
    assert first.events[-1] == FulfilmentCanceled(END, "clerk", "p1")
    assert reward(ports) == "canceled"


@pytest.mark.parametrize(("step", "code"), [(sent, "already-shipped"), (arrived, "fulfilment-closed")])
def test_nobody_takes_a_pledge_back_whose_reward_was_sent(step, code):
    ports = reopened(step)
    assert refused(cancel_pledge, ports, "p1", **BY) == (code,)
    assert ports.store.find_pledge("p1").state is PledgeState.COLLECTED


def test_what_was_given_up_before_is_in_nobodys_way():
    ports = reopened(lambda it: cancel_fulfilment(it, "p1", **BY))
    assert cancel_pledge(ports, "p1", **BY).state is PledgeState.REFUNDED


@pytest.mark.parametrize(("steps", "after"), [((), "canceled"), ((sent,), "shipped")])
@pytest.mark.parametrize("use_case", [cancel_campaign, None])
def test_what_comes_to_nothing_is_refunded_all_the_same(steps, after, use_case):
    """What was sent stays sent, and its backer gets their money."""
    ports = reopened(*steps)
    if use_case is None:
        cancel_pledge(ports, "p0", **BY)
        ports.clock.set(LATER.at)
        advance_campaign(ports, "lanterne", **BY)
    else:
        use_case(ports, "lanterne", **BY)
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert reward(ports) == after
    assert refund_pledge(ports, "p1", **BY).state is PledgeState.REFUNDED


@pytest.mark.parametrize(("steps", "after"), [((), "canceled"), ((sent,), "shipped")])
def test_what_came_by_bank_too(steps, after):
    ports = pledged("100", model=AT_ONCE, editing=REOPENS)
    expect_contribution(ports, request("p1", "0", tier_id="postcard"), reason="transfer")
    receive_contribution(ports, "p1", money("10"), **BY)
    ports.clock.set(END)
    close_campaign(ports, "lanterne", **BY)
    begin_fulfilment(ports, "p1", **BY)
    for step in steps:
        step(ports)
    extend_campaign(ports, "lanterne", LATER, actor="lune")
    cancel_campaign(ports, "lanterne", **BY)
    assert ports.store.find_pledge("p1").state is PledgeState.REFUNDED
    assert reward(ports) == after


def test_a_refund_that_did_not_see_a_step_is_void():
    ports = reopened(packed)
    racing = between(ports, lambda: ship_reward(ports, "p1", "post/1", **BY))
    assert refused(cancel_pledge, racing, "p1", **BY) == ("already-shipped",)
    ports = reopened(packed)
    racing = between(ports, lambda: cancel_pledge(ports, "p1", **BY))
    assert refused(ship_reward, racing, "p1", "post/1", **BY) == ("fulfilment-closed",)


def test_a_fulfilment_that_did_not_see_the_refund_is_void():
    ports = funded(model=AT_ONCE, editing=REOPENS)

    def meanwhile():
        extend_campaign(ports, "lanterne", LATER, actor="lune")
        cancel_pledge(ports, "p1", **BY)

    assert refused(begin_fulfilment, between(ports, meanwhile), "p1", **BY) == (
        "not-collected",
        "not-funded",
    )
    assert reward(ports) is None
