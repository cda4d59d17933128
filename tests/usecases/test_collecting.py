from datetime import timedelta
from functools import partial

import attrs
import pytest
from lanterne import (
    END,
    HOUR,
    NOBODY_ASKED,
    between,
    closed,
    collected,
    money,
    pledged,
    refused,
    request,
    states,
    written,
)

from pushcore import (
    Accepted,
    CampaignState,
    Decline,
    Declined,
    Dunning,
    FundingModel,
    PledgeState,
    Stock,
    audit,
    charge_pledge,
    close_campaign,
    collect_pledges,
    place_pledge,
    settle_campaign,
)
from pushcore.changes import Changes
from pushcore.errors import Conflict, GatewayMisuse, GatewayUnavailable, NotFound, OutcomeUnknown
from pushcore.gateway import REJECTED, Charge
from pushcore.memory import FakeGateway, Fault
from pushcore.payments import collecting
from pushcore.payments.events import ChargeAttempted, ChargeFailed, ChargeReminded, PledgeDropped


def collect(ports, hours=0):
    ports.clock.set(END + hours * HOUR)
    return collect_pledges(ports, "lanterne", actor="clerk")


def came_to(round_of):
    return round_of.collected, round_of.errored, round_of.dropped


def sound(ports):
    held = ports.store.progress("lanterne").collected
    return audit(ports.store.transactions()) == () and ports.gateway.held("EUR") == held


def test_every_pledge_of_a_success_is_charged_once():
    ports = closed("60.00", "40.00")
    assert came_to(collect(ports)) == (2, 0, 0)
    assert set(states(ports).values()) == {"collected"}
    before = written(ports)
    assert came_to(collect(ports)) == (0, 0, 0)
    assert written(ports) == before
    assert sound(ports)


def test_what_was_previewed_is_what_is_committed():
    ports = between(closed("100.00"))
    it, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p0")
    charging, first = collecting.attempt(pledge, it, END, "clerk")
    reference = f"charge-{collecting.charge_order(charging, it).key}"
    taken, second = collecting.receive(charging, it, Accepted(reference), END, "clerk")
    assert charge_pledge(ports, "p0", actor="clerk") == taken
    assert ports.store.commits == [first, second]


@pytest.mark.parametrize("amounts", [["99.99"], []])
def test_nobody_is_charged_for_a_failure(amounts):
    ports = closed(*amounts)
    before = written(ports)
    assert refused(collect, ports) == ("not-funded",)
    assert written(ports) == before


def test_a_partly_funded_campaign_is_collected_too():
    ports = closed("40.00", model=FundingModel.KEEP_IT_ALL)
    assert came_to(collect(ports)) == (1, 0, 0)


def test_kickstarters_week_in_full():
    """ks-dunning-7d: a charge fails at the deadline; reminders after 2, 4, 6 days; dropped after 7."""
    ports = closed("100.00", "20.00")
    ports.gateway.decline("p1")
    rounds = {hours: came_to(collect(ports, hours)) for hours in (0, 47, 48, 95, 96, 143, 144, 167, 168, 999)}
    quiet = (0, 0, 0)
    assert rounds == {
        0: (1, 1, 0),
        48: (0, 1, 0),
        96: (0, 1, 0),
        144: (0, 1, 0),
        168: (0, 0, 1),
    } | dict.fromkeys((47, 95, 143, 167, 999), quiet)
    events = list(ports.store.events())
    reminded = [event.at - END for event in events if isinstance(event, ChargeReminded)]
    attempts = [event.at - END for event in events if isinstance(event, ChargeAttempted)]
    assert reminded == [timedelta(days=days) for days in (2, 4, 6)]
    assert attempts[2:] == [timedelta(days=7)]
    assert [event.at - END for event in events if isinstance(event, PledgeDropped)] == [timedelta(days=7)]
    assert ports.store.campaign("lanterne").state is CampaignState.SUCCESSFUL
    assert ports.store.progress("lanterne").pledged == money("100.00")
    assert sound(ports)


def test_a_late_round_takes_one_step_and_leaves_the_days_of_the_others():
    """The job was down for a month: a week of reminders and a last attempt is still to come."""
    ports = closed("100.00")
    ports.gateway.decline("p0")
    collect(ports)
    late = 24 * 30
    for hours in (0, 48, 96):
        assert came_to(collect(ports, late + hours)) == (0, 1, 0)
        for again in (hours, hours + 23):
            assert came_to(collect(ports, late + again)) == (0, 0, 0)
    assert came_to(collect(ports, late + 119)) == (0, 0, 0)
    assert came_to(collect(ports, late + 120)) == (0, 0, 1)
    reminded = [event.at - END for event in ports.store.events() if isinstance(event, ChargeReminded)]
    assert reminded == [timedelta(days=days) for days in (30, 32, 34)]


def test_a_reminder_and_an_attempt_of_one_time_are_one_step():
    ports = closed("100.00", dunning=Dunning.of_hours(remind=[24, 48], attempt=[24, 72]))
    ports.gateway.decline("p0")
    collect(ports)
    assert came_to(collect(ports, 500)) == (0, 1, 0)
    pledge = ports.store.find_pledge("p0")
    assert (pledge.steps, pledge.attempts, pledge.due_at) == (2, 2, END + timedelta(hours=524))


def test_without_a_plan_a_failed_charge_drops_the_pledge():
    ports = closed("100.00", "20.00", dunning=NOBODY_ASKED)
    ports.gateway.decline("p0")
    assert came_to(collect(ports)) == (1, 0, 1)
    assert settle_campaign(ports, "lanterne", actor="clerk").collected == money("20.00")


def test_a_mended_card_is_charged_at_once():
    ports = closed("100.00")
    ports.gateway.decline("p0", Decline.NEEDS_BACKER, "expired-card")
    collect(ports)
    ports.gateway.accept("p0")
    ports.clock.set(END + 50 * HOUR)
    assert charge_pledge(ports, "p0", actor="ana").state == "collected"
    assert came_to(collect(ports, 999)) == (0, 0, 0)
    assert sound(ports)


def test_one_without_an_answer_does_not_hold_up_the_others():
    """A mass collection does not stall on one wallet; the next round asks the same charge again."""
    ports = closed("60.00", "40.00", "20.00")
    ports.gateway.fail_next(Fault.BEFORE, Fault.NONE, Fault.AFTER)
    first = collect(ports)
    assert first.collected == 1
    assert {type(trouble) for trouble in first.troubles.values()} == {GatewayUnavailable, OutcomeUnknown}
    assert sorted(states(ports).values()) == ["charging", "charging", "collected"]
    assert refused(settle_campaign, ports, "lanterne", actor="clerk") == ("not-settleable",)
    second = collect(ports)
    assert (second.collected, second.troubles) == (2, {})
    charges = [order for order in ports.gateway.accepted() if isinstance(order, Charge)]
    assert len(charges) == 3
    assert sound(ports)


def test_what_the_provider_rejects_has_failed_and_holds_up_nobody():
    """A card that was removed at the provider: the plan runs as after a decline, and the error is heard."""
    ports = closed("60.00", "40.00")
    ports.gateway._methods.pop("method-p0/prepare")
    first = collect(ports)
    assert (came_to(first), {type(it) for it in first.troubles.values()}) == ((1, 0, 0), {GatewayMisuse})
    assert states(ports) == {"p0": "errored", "p1": "collected"}
    failed = next(event for event in ports.store.events() if isinstance(event, ChargeFailed))
    assert (failed.reason, failed.code) == ("needs-backer", "rejected")
    assert not list(ports.store.open_orders())
    with pytest.raises(GatewayMisuse, match="is not saved here"):
        charge_pledge(ports, "p0", actor="ana")
    for hours in (48, 96, 144, 168):
        last = collect(ports, hours)
    assert (came_to(last), list(last.troubles), states(ports)["p0"]) == ((0, 0, 0), ["p0"], "dropped")
    assert settle_campaign(ports, "lanterne", actor="clerk").collected == money("40.00")
    assert sound(ports)


def test_a_plan_runs_from_the_first_failure_however_late_the_charge_is():
    ports = closed("100.00")
    ports.gateway.decline("p0")
    late = 24 * 8
    assert came_to(collect(ports, late)) == came_to(collect(ports, late + 48)) == (0, 1, 0)
    assert came_to(collect(ports, late + 47)) == came_to(collect(ports, late + 95)) == (0, 0, 0)
    for hours in (96, 144):
        assert came_to(collect(ports, late + hours)) == (0, 1, 0)
    assert came_to(collect(ports, late + 168)) == (0, 0, 1)


def test_two_rounds_at_once_charge_once():
    ports = closed("60.00", "40.00")
    theirs = []
    ours = collect(between(ports, lambda: theirs.append(collect(ports))))
    assert (theirs[0].collected, theirs[0].troubles) == (2, {})
    assert (ours.collected, ours.troubles) == (1, {})  # of the one that both had begun with
    assert ports.gateway.held("EUR") == money("100.00")
    assert sound(ports)


def test_charging_again_takes_nothing_more():
    ports = closed("100.00")
    taken = charge_pledge(ports, "p0", actor="clerk")
    before = written(ports)
    assert charge_pledge(ports, "p0", actor="clerk") == taken
    assert refused(charge_pledge, ports, "nothing", actor="clerk") == ("unknown-pledge",)
    assert written(ports) == before


def test_two_who_charge_the_same_pledge_at_once_charge_it_once():
    ports = closed("100.00")
    for commits in (0, 1):
        others = [lambda: None] * commits + [lambda: charge_pledge(ports, "p0", actor="clerk")]
        assert charge_pledge(between(ports, *others), "p0", actor="clerk").state == "collected"
    assert ports.gateway.held("EUR") == money("100.00")
    assert sound(ports)


def test_a_declined_charge_is_not_tried_again_because_two_asked_for_it():
    for commits in (0, 1):
        ports = closed("100.00")
        ports.gateway.decline("p0")
        others = [lambda: None] * commits + [partial(charge_pledge, ports, "p0", actor="clerk")]
        ours = charge_pledge(between(ports, *others), "p0", actor="clerk")
        assert ours == ports.store.find_pledge("p0")
        assert (ours.state, ours.attempts) == ("errored", 1)


def test_a_conflict_of_another_kind_is_raised_and_the_charge_stays_under_way():
    ports = closed("100.00")

    def no():
        raise Conflict

    with pytest.raises(Conflict):
        charge_pledge(between(ports, lambda: None, *[no] * 5), "p0", actor="clerk")
    assert states(ports) == {"p0": "charging"}
    assert charge_pledge(ports, "p0", actor="clerk").state == "collected"
    assert sound(ports)


def test_what_drops_gives_its_reward_back():
    """BB33 after the close: a reward is not owed to whoever did not pay."""
    ports = pledged("100.00", dunning=NOBODY_ASKED)
    place_pledge(ports, request(tier_id="postcard", quantity=2))
    ports.gateway.decline("p1")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    assert ports.store.stock("lanterne", "postcard") == Stock(claimed=2)
    assert came_to(collect(ports)) == (1, 0, 1)
    assert ports.store.stock("lanterne", "postcard") == Stock()


def test_what_is_collected_is_a_campaign():
    with pytest.raises(NotFound):
        collect_pledges(closed("100.00"), "etoile", actor="clerk")


def test_the_class_of_a_decline_is_written_down():
    ports = closed("100.00")
    ports.gateway.decline("p0", Decline.FINAL, "stolen-card")
    collect(ports)
    failed = next(event for event in ports.store.events() if type(event).__name__ == "ChargeFailed")
    assert Declined(Decline(failed.reason), failed.code) == Declined(Decline.FINAL, "stolen-card")


def test_all_is_collected_at_the_end():
    assert collected("60.00", "40.00").store.progress("lanterne").all_collected


def asking_late(ports, then):
    """The same house, where this happens between the provider's answer to a charge and its writing."""

    class Slow(FakeGateway):
        def charge(self, order):
            try:
                return ports.gateway.charge(order)
            finally:
                then()

    return attrs.evolve(ports, gateway=Slow())


def test_what_was_rejected_to_another_and_carried_out_all_the_same_is_told():
    """The provider breaks its word: money was taken that is written down as not taken."""
    ports = closed("100.00")

    def rejected():
        pledge = ports.store.find_pledge("p0")
        _, changes = collecting.receive(pledge, ports.store.campaign("lanterne"), REJECTED, END, "clerk")
        ports.store.commit(changes)

    with pytest.raises(OutcomeUnknown, match="after it had rejected it: take it back there"):
        charge_pledge(asking_late(ports, rejected), "p0", actor="clerk")
    assert states(ports) == {"p0": "errored"}


def test_the_answer_to_a_charge_is_taken_although_the_pledge_was_written_meanwhile():
    """That was no answer to it: its order is still open, so that the same lines are run again."""
    ports = closed("100.00")
    charge = ports.gateway.charge

    def meanwhile(order):
        ports.gateway.charge = charge
        answer = charge(order)
        pledge = ports.store.find_pledge("p0")
        ports.store.commit(Changes(put=(attrs.evolve(pledge, version=pledge.version + 1),)))
        return answer

    ports.gateway.charge = meanwhile
    assert charge_pledge(ports, "p0", actor="b0").state is PledgeState.COLLECTED
    assert list(ports.store.open_orders()) == []
    assert ports.gateway.held("EUR") == money("100.00")


def test_a_charge_that_another_collected_is_collected_though_it_is_rejected_here():
    ports = closed("100.00")
    saved = dict(ports.gateway._methods)

    def collected_by_another():
        ports.gateway._methods.update(saved)
        ports.gateway._rejected.clear()
        charge_pledge(ports, "p0", actor="clerk")

    ports.gateway._methods.clear()
    assert charge_pledge(asking_late(ports, collected_by_another), "p0", actor="clerk").state == "collected"
    assert sound(ports)


def test_a_charge_is_made_though_a_reminder_came_first():
    """Who charges a mended card is not told that it failed because a job wrote something else meanwhile."""
    ports = closed("100.00")
    ports.gateway.decline("p0")
    collect(ports)
    ports.gateway.accept("p0")
    ports.clock.set(END + 48 * HOUR)

    def reminded():
        pledge, campaign = ports.store.find_pledge("p0"), ports.store.campaign("lanterne")
        ports.store.commit(collecting.remind(pledge, campaign, ports.now(), "clerk")[1])

    assert charge_pledge(between(ports, reminded), "p0", actor="ana").state == "collected"
    assert sound(ports)
