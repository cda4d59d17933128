"""Refunds end to end: declined, lost, raced and repeated; what is owed is owed until it is given back."""

from functools import partial

import pytest
from funding_houses import (
    AT_ONCE,
    advance,
    at_provider,
    books,
    campaign_of,
    close_at,
    finish,
    goal,
    place,
    reminded,
)
from lanterne import (
    END,
    HOUR,
    MICROSECOND,
    NOBODY_ASKED,
    OPENS,
    between,
    launched,
    money,
    pledged,
    refused,
    states,
    written,
)

from pushcore import (
    CampaignState,
    Decline,
    PledgeState,
    Refused,
    advance_campaign,
    audit,
    cancel_campaign,
    cancel_pledge,
    charge_pledge,
    collect_pledges,
    finish_orders,
    state_account,
)
from pushcore.campaigns import Trigger, deciding, ending
from pushcore.errors import Conflict, GatewayMisuse, GatewayUnavailable, OutcomeUnknown
from pushcore.gateway import Charge, Refund
from pushcore.memory import Fault
from pushcore.payments import refunding
from pushcore.payments.events import PledgeRefunded, RefundFailed
from pushcore.usecases import refund_pledge


def jobs(ports):
    return advance_campaign(ports, "lanterne", actor="jobs")


def asked_of(ports, kind):
    return [order for order in ports.gateway.accepted() if isinstance(order, kind)]


def test_a_failed_campaign_gives_everything_back_once():
    ports = pledged("60.00", "39.00", model=AT_ONCE)
    assert close_at(ports, END).state is CampaignState.FAILED
    assert set(states(ports).values()) == {"refunded"}
    assert (books(ports), len(asked_of(ports, Refund))) == ({}, 2)
    before = written(ports)
    assert close_at(ports, END).state is CampaignState.FAILED
    assert jobs(ports) == {}
    assert refund_pledge(ports, "p0", actor="clerk").state is PledgeState.REFUNDED
    assert written(ports) == before
    assert list(ports.store.due_campaigns(END)) == []


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BEFORE, GatewayUnavailable), (Fault.AFTER, OutcomeUnknown)]
)
def test_one_without_an_answer_does_not_hold_up_the_others(fault, error):
    """A mass refund does not stall on one account; the same call, or the outbox, finishes it."""
    for again in (
        jobs,
        partial(finish_orders, actor="jobs"),
        partial(refund_pledge, pledge_id="p0", actor="jobs"),
    ):
        ports = pledged("60.00", "39.00", model=AT_ONCE)
        ports.clock.set(END)
        ports.gateway.fail_next(fault)
        assert {key: type(it) for key, it in jobs(ports).items()} == {"p0": error}
        again(ports)
        assert set(states(ports).values()) == {"refunded"}
        assert (books(ports), len(asked_of(ports, Refund))) == ({}, 2)


def test_a_declined_refund_is_told_once_and_waits_for_somebody():
    """The card is gone: what is owed stays owed, in an account of its own, until it is tried again."""
    ports = pledged("60.00", "39.00", model=AT_ONCE)
    ports.clock.set(END)
    deciding_fails(ports)
    ports.gateway.decline("p0", Decline.NEEDS_BACKER, "account-closed")
    troubles = jobs(ports)
    assert [(key, type(it), it.codes) for key, it in troubles.items()] == [("p0", Refused, ("declined",))]
    assert states(ports) == {"p0": "unrefunded", "p1": "refunded"}
    assert books(ports) == {"provider": 6000, "campaign/lanterne/refunds": -6000}
    assert jobs(ports) == {}
    assert refund_pledge(ports, "p0", actor="clerk").state is PledgeState.UNREFUNDED
    failed = [event for event in ports.store.events() if isinstance(event, RefundFailed)]
    assert [(it.reason, it.code) for it in failed] == [("needs-backer", "account-closed")] * 2
    ports.gateway.accept("p0")
    refunded = refund_pledge(ports, "p0", actor="clerk")
    assert (refunded.state, refunded.refunds) == (PledgeState.REFUNDED, 3)
    assert books(ports) == {}
    given = [event for event in ports.store.events() if isinstance(event, PledgeRefunded)]
    assert sorted(event.pledge_id for event in given) == ["p0", "p1"]


def deciding_fails(ports):
    """The verdict is written, and nothing is given back yet: the process died."""
    campaign = campaign_of(ports)
    closing, first = ending.begin_closing(campaign, END, "clerk")
    ports.store.commit(first)
    _, second = ending.judge(closing, ports.store.progress("lanterne"), END, "clerk")
    ports.store.commit(second)


def test_what_is_owed_to_a_backer_is_not_settled_with_the_rest():
    """A backer cancels, the refund is declined, the campaign succeeds: it pays out only what is its own."""
    ports = pledged("100.00", "40.00", model=AT_ONCE)
    ports.gateway.decline("p1")
    assert cancel_pledge(ports, "p1", actor="b1").state is PledgeState.UNREFUNDED
    progress = ports.store.progress("lanterne")
    assert (progress.pledged, progress.collected) == (money("100.00"), money("100.00"))
    assert advance(ports, END).state is CampaignState.SUCCESSFUL
    statement = state_account(ports, "lanterne")
    assert (statement.collected, statement.refunded, statement.held) == (
        money("140.00"),
        money("40.00"),
        money(0),
    )
    assert statement.conserved
    ports.gateway.accept("p1")
    assert refund_pledge(ports, "p1", actor="clerk").state is PledgeState.REFUNDED
    assert ports.gateway.held("EUR") == money("100.00") - statement.net
    assert audit(ports.store.transactions()) == ()


def test_what_the_provider_rejects_is_not_refunded_and_is_told():
    ports = pledged("99.00", model=AT_ONCE)
    ports.clock.set(END)
    deciding_fails(ports)
    taken = ports.gateway._taken_by.pop("p0/charge/1")
    assert {key: type(it) for key, it in jobs(ports).items()} == {"p0": GatewayMisuse}
    assert states(ports) == {"p0": "unrefunded"}
    ports.gateway._taken_by["p0/charge/1"] = taken
    assert refund_pledge(ports, "p0", actor="clerk").state is PledgeState.REFUNDED


@pytest.mark.parametrize("commits", range(4))
def test_two_who_give_back_at_once_give_back_once(commits):
    ports = pledged("60.00", "39.00", model=AT_ONCE)
    ports.clock.set(END)
    deciding_fails(ports)
    others = [lambda: None] * commits + [lambda: jobs(ports)]
    assert jobs(between(ports, *others)) == {}
    assert set(states(ports).values()) == {"refunded"}
    assert (books(ports), len(asked_of(ports, Refund))) == ({}, 2)


@pytest.mark.parametrize("commits", range(5))
def test_whoever_died_while_giving_back_is_finished(commits):
    class Dying(Exception):
        pass

    def die():
        raise Dying

    ports = pledged("60.00", "39.00", model=AT_ONCE)
    with pytest.raises(Dying):
        cancel_campaign(between(ports, *[lambda: None] * commits, die), "lanterne", actor="lune")
    cancel_campaign(ports, "lanterne", actor="lune")
    finish(ports)
    assert set(states(ports).values()) == {"refunded"}
    assert books(ports) == {}


@pytest.mark.parametrize("reached", [False, True])
def test_a_charge_under_way_when_the_campaign_is_called_off_comes_back(reached):
    """Its outcome is open: it is asked for once more, under its key, and given back."""
    ports = launched(model=AT_ONCE)
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER if reached else Fault.BEFORE)
    with pytest.raises((OutcomeUnknown, GatewayUnavailable)):
        place(ports, "p0", "60.00")
    assert states(ports) == {"p0": "charging"}
    cancel_campaign(ports, "lanterne", actor="lune")
    assert (states(ports), books(ports), at_provider(ports)) == ({"p0": "refunded"}, {}, money(0))


@pytest.mark.parametrize(("plan", "state"), [(None, "canceled"), (NOBODY_ASKED, "dropped")])
def test_a_charge_under_way_that_fails_then_leaves_nothing(plan, state):
    ports = launched(model=AT_ONCE, **({} if plan is None else {"dunning": plan}))
    ports.gateway.fail_next(Fault.NONE, Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        place(ports, "p0", "60.00")
    ports.gateway.decline("p0")
    cancel_campaign(ports, "lanterne", actor="lune")
    assert (states(ports), books(ports)) == ({"p0": state}, {})
    assert ports.store.progress("lanterne").pledges == 0


def test_a_refund_that_is_refused_leaves_a_charge_under_way_alone():
    ports = launched(model=AT_ONCE)
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place(ports, "p1")
    before = books(ports)
    assert refused(refund_pledge, ports, "p1", actor="ana") == ("not-collected", "not-ended")
    assert books(ports) == before
    assert states(ports) == {"p1": "charging"}


def test_the_same_request_finishes_a_charge_under_way():
    ports = launched(model=AT_ONCE)
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place(ports, "p0", "60.00")
    assert place(ports, "p0", "60.00").state is PledgeState.COLLECTED
    assert len(asked_of(ports, Charge)) == 1


def test_the_same_request_after_the_end_is_the_same_pledge():
    """Nothing is charged for it any more, and nothing refused: it says what became of it."""
    ports = pledged("60.00")
    asked = ports.store.find_pledge("p0")
    cancel_campaign(ports, "lanterne", actor="lune")
    assert place(ports, "p0", "60.00", backer_id="b0").state is PledgeState.CANCELED
    assert asked.request == ports.store.find_pledge("p0").request


def test_no_charge_is_begun_once_a_campaign_is_called_off():
    """The charge was decided before, and is written after: it rests on the campaign being as it was."""
    ports = pledged("60.00", model=AT_ONCE, dunning=NOBODY_ASKED)
    ports.gateway.fail_next(Fault.NONE)
    place_without_charge(ports, "p5")

    def called_off():
        _, changes = deciding.cancel(campaign_of(ports), OPENS, "lune")
        ports.store.commit(changes)

    assert refused(charge_pledge, between(ports, called_off), "p5", actor="clerk") == ("not-funded",)
    assert jobs(ports) == {}
    assert states(ports) == {"p0": "refunded", "p5": "canceled"}
    assert len(asked_of(ports, Charge)) == 1


def place_without_charge(ports, pledge_id):
    """Confirmed, and the process died before the charge."""

    class Dying(Exception):
        pass

    def die():
        raise Dying

    with pytest.raises(Dying):
        place(between(ports, lambda: None, lambda: None, die), pledge_id, backer_id="late")
    assert states(ports)[pledge_id] == "pledged"


def test_the_job_charges_whom_a_crash_left_uncharged():
    ports = launched(model=AT_ONCE)
    place_without_charge(ports, "p5")
    assert list(ports.store.due_campaigns(OPENS)) == ["lanterne"]
    assert jobs(ports) == {}
    assert states(ports) == {"p5": "collected"}
    assert list(ports.store.due_campaigns(OPENS)) == []


def test_a_backer_whose_card_fails_may_go():
    ports = launched(model=AT_ONCE)
    ports.gateway.decline("p0")
    assert place(ports, "p0").state is PledgeState.ERRORED
    assert cancel_pledge(ports, "p0", actor="ana").state is PledgeState.CANCELED
    assert ports.store.progress("lanterne").pledges == 0
    finish(ports)


@pytest.mark.parametrize("of", ["failed", "canceled"])
def test_what_failed_to_be_charged_is_set_free(of):
    ports = launched(model=AT_ONCE, goal=goal("500.00"))
    ports.clock.set(END - HOUR)
    ports.gateway.decline("p0")
    place(ports, "p0")
    if of == "canceled":
        cancel_campaign(ports, "lanterne", actor="lune")
    else:
        ports.clock.set(END)
        ports.gateway.fail_next(Fault.NONE)
        assert close_at(ports, END).state is CampaignState.CLOSING
        reminded(ports, END)
        assert advance(ports, END + 7 * 24 * HOUR).state is CampaignState.FAILED
    assert states(ports)["p0"] in {"canceled", "dropped"}
    assert books(ports) == {}


def test_who_cancels_in_the_last_moment_against_the_closing_is_too_late():
    ports = pledged("100.00", model=AT_ONCE)
    ports.clock.set(END - MICROSECOND)

    def deadline():
        close_at(ports, END)

    assert refused(cancel_pledge, between(ports, deadline), "p0", actor="b0") == ("too-late",)
    assert (states(ports), at_provider(ports)) == ({"p0": "collected"}, money("100.00"))


def test_a_lost_answer_to_a_canceled_pledges_refund_is_finished_by_the_outbox():
    ports = pledged("100.00", "20.00", model=AT_ONCE)
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        cancel_pledge(ports, "p1", actor="b1")
    assert states(ports)["p1"] == "refunding"
    finish(ports)
    assert (states(ports)["p1"], at_provider(ports)) == ("refunded", money("100.00"))
    assert refused(cancel_pledge, ports, "p1", actor="b1") == ("pledge-closed",)


def test_a_lost_answer_to_a_canceled_pledges_refund_is_finished_by_the_same_call():
    ports = pledged("100.00", "20.00", model=AT_ONCE)
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        cancel_pledge(ports, "p1", actor="b1")
    assert cancel_pledge(ports, "p1", actor="b1").state.value == "refunded"
    assert at_provider(ports) == money("100.00")


def test_every_reason_not_to_refund():
    ports = pledged("100.00", model=AT_ONCE)
    assert refused(refund_pledge, ports, "p0", actor="clerk") == ("not-ended",)
    assert refused(refund_pledge, ports, "nothing", actor="clerk") == ("unknown-pledge",)
    ports.gateway.decline("ana")
    place(ports, "p9")
    assert refused(refund_pledge, ports, "p9", actor="clerk") == ("not-collected", "not-ended")
    close_at(ports, END)
    assert refused(refund_pledge, ports, "p0", actor="clerk") == ("not-refundable",)


def test_a_campaign_that_called_off_sets_free_who_was_not_charged_yet():
    ports = pledged("100.00")
    assert refund_pledge_of_canceled(ports).state is PledgeState.CANCELED


def refund_pledge_of_canceled(ports):
    _, changes = deciding.cancel(campaign_of(ports), OPENS, "lune")
    ports.store.commit(changes)
    return refund_pledge(ports, "p0", actor="clerk")


def test_an_answer_that_another_has_taken_is_the_answer():
    """Two ask for one refund; whoever comes second finds what the first made of it."""
    ports = pledged("99.00", model=AT_ONCE)
    ports.clock.set(END)
    deciding_fails(ports)
    pledge, campaign = ports.store.find_pledge("p0"), campaign_of(ports)
    ordered, changes = refunding.give_back(pledge, campaign, END, "clerk")
    ports.store.commit(changes)
    answer = ports.gateway.refund(refunding.refund_order(ordered))
    theirs = between(ports, lambda: ports.store.commit(refunding.receive(ordered, answer, END, "x")[1]))
    assert refund_pledge(theirs, "p0", actor="clerk").state is PledgeState.REFUNDED
    assert len([it for it in ports.store.events() if isinstance(it, PledgeRefunded)]) == 1


def test_a_charge_of_a_campaign_that_was_returned_by_another_is_left_alone():
    """While the outcome of its charge is asked for, somebody else gives it back."""
    ports = launched(model=AT_ONCE)
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place(ports, "p0", "60.00")
    _, changes = deciding.cancel(campaign_of(ports), OPENS, "lune")
    ports.store.commit(changes)
    assert jobs(between(ports, lambda: jobs(ports))) == {}
    assert (states(ports), len(asked_of(ports, Refund))) == ({"p0": "refunded"}, 1)


def test_a_campaign_that_is_suspended_meanwhile_charges_nobody():
    ports = launched(model=AT_ONCE)
    place_without_charge(ports, "p5")

    def suspended():
        ports.store.commit(deciding.move(campaign_of(ports), Trigger.SUSPEND, OPENS, "platform")[1])

    told = collect_pledges(between(ports, suspended), "lanterne", actor="jobs").troubles
    assert {key: type(it) for key, it in told.items()} == {"p5": Conflict}
    assert refused(collect_pledges, ports, "lanterne", actor="jobs") == ("not-funded",)
    assert (states(ports), books(ports)) == ({"p5": "pledged"}, {})
