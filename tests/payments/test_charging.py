from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lanterne import END, HOUR, OPENS, WEEK, campaign, money, refused, request

from pushcore import (
    Accepted,
    CampaignState,
    Charge,
    Decline,
    Declined,
    Dunning,
    PledgeState,
    Quote,
    Selection,
    Void,
    audit,
)
from pushcore.campaigns import DunningAction
from pushcore.changes import Changes, ProgressMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payments import collecting
from pushcore.payments.events import (
    ChargeAttempted,
    ChargeFailed,
    ChargeReminded,
    PledgeCollected,
    PledgeDropped,
)
from pushcore.pledges import pledging

FUNDED = campaign(CampaignState.SUCCESSFUL)
NO = Declined(Decline.RETRYABLE, "card-declined")


def pledge_in(state, **changed):
    placed, _ = pledging.place(request(tier_id="postcard", bonus="5.00"), campaign(), {}, OPENS)
    return placed.moved(state, method="card", **changed)


def charging(pledge, now=END):
    return collecting.attempt(pledge, FUNDED, now, "clerk")[0]


def entry(phase=TransactionPhase.PENDING, at=END, attempt=1):
    """What the ledger says of an attempt."""
    return recipes.charge(f"p1/charge/{attempt}", "lanterne", money("15.00"), at, phase=phase)


def test_an_attempt_is_written_down_before_anyone_is_asked():
    pledge = pledge_in(PledgeState.PLEDGED)
    after, changes = collecting.attempt(pledge, FUNDED, END, "clerk")
    assert after == pledge.moved(PledgeState.CHARGING, attempts=1)
    order = Charge("p1/charge/1", "p1", "lanterne", money("15.00"), "card")
    assert collecting.charge_order(after, FUNDED) == order
    assert changes == Changes(
        put=(after,),
        expect=(FUNDED,),
        transactions=(entry(),),
        events=(ChargeAttempted(END, "clerk", "p1", 1),),
        orders=(order,),
    )


@pytest.mark.parametrize(
    ("state", "of", "codes"),
    [
        (PledgeState.CHARGING, CampaignState.SUCCESSFUL, ("already-charged",)),
        (PledgeState.COLLECTED, CampaignState.SUCCESSFUL, ("already-charged",)),
        (PledgeState.PREAUTH, CampaignState.SUCCESSFUL, ("pledge-closed",)),
        (PledgeState.DROPPED, CampaignState.SUCCESSFUL, ("pledge-closed",)),
        (PledgeState.CANCELED, CampaignState.FAILED, ("not-funded", "pledge-closed")),
        (PledgeState.VOIDED, CampaignState.CANCELED, ("not-funded", "pledge-closed")),
        (PledgeState.PLEDGED, CampaignState.LIVE, ("not-funded",)),
        (PledgeState.PLEDGED, CampaignState.CLOSING, ("not-funded",)),
        (PledgeState.PLEDGED, CampaignState.FAILED, ("not-funded",)),
        (PledgeState.COLLECTED, CampaignState.FAILED, ("not-funded", "already-charged")),
    ],
)
def test_nobody_is_charged_twice_or_for_nothing(state, of, codes):
    assert refused(collecting.attempt, pledge_in(state), campaign(of), END, "clerk") == codes


def test_money_that_came_is_posted():
    before = charging(pledge_in(PledgeState.PLEDGED))
    after, changes = collecting.receive(before, FUNDED, Accepted("ch_1"), END + HOUR, "clerk")
    assert after == before.moved(PledgeState.COLLECTED)
    assert changes == Changes(
        put=(after,),
        deltas=(ProgressMove("lanterne", "ana", money(0), collected=money("15.00"), collections=1),),
        transactions=(entry(TransactionPhase.POSTED, END + HOUR),),
        events=(PledgeCollected(END + HOUR, "clerk", "p1", money("15.00"), "ch_1"),),
        done=("p1/charge/1",),
    )
    assert audit([entry(), *changes.transactions]) == ()


def test_a_declined_charge_waits_for_the_first_step():
    before = charging(pledge_in(PledgeState.PLEDGED))
    after, changes = collecting.receive(before, FUNDED, NO, END, "clerk")
    assert after == before.moved(PledgeState.ERRORED, failed_at=END, due_at=END + 48 * HOUR)
    assert changes == Changes(
        put=(after,),
        transactions=(entry(TransactionPhase.VOIDED),),
        events=(ChargeFailed(END, "clerk", "p1", "retryable", "card-declined"),),
        done=("p1/charge/1",),
    )
    assert audit([entry(), *changes.transactions]) == ()


def test_when_the_last_attempt_fails_the_pledge_drops():
    week_over = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, steps=3, due_at=END + 168 * HOUR)
    before = charging(week_over, END + 168 * HOUR)
    assert (before.attempts, before.steps, before.due_at) == (2, 4, None)
    after, changes = collecting.receive(before, FUNDED, NO, END + 168 * HOUR, "clerk")
    assert after == before.moved(PledgeState.DROPPED)
    at = END + 168 * HOUR
    assert changes == Changes(
        put=(after,),
        deltas=(
            StockMove("lanterne", "postcard", 3, claimed=-1),
            ProgressMove("lanterne", "ana", money("-15.00"), -1, units=-1),
            StockMove("lanterne", " p1", 0),
        ),
        transactions=(entry(TransactionPhase.VOIDED, at, attempt=2),),
        events=(
            ChargeFailed(at, "clerk", "p1", "retryable", "card-declined"),
            PledgeDropped(at, "clerk", "p1"),
        ),
        orders=(Void("p1/void", "p1", "p1/prepare"),),
        done=("p1/charge/2",),
    )


@pytest.mark.parametrize("state", sorted(set(PledgeState) - {PledgeState.CHARGING}))
def test_an_answer_without_a_charge_is_refused(state):
    pledge = pledge_in(state, attempts=1)
    assert refused(collecting.receive, pledge, FUNDED, Accepted("ch"), END, "clerk") == ("pledge-closed",)


def test_a_reminder_moves_on_to_the_next_step():
    errored = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, due_at=END + 48 * HOUR)
    at = END + 48 * HOUR
    reminded, changes = collecting.remind(errored, FUNDED, at, "clerk")
    assert reminded == errored.moved(PledgeState.ERRORED, steps=1, stepped_at=at, due_at=END + 96 * HOUR)
    event = ChargeReminded(at, "clerk", "p1")
    assert changes == Changes(put=(reminded,), events=(event,))


def test_a_late_step_puts_off_the_next_one():
    """It comes no sooner after it than in the plan: 48 hours after a reminder, 24 after the last of them."""
    errored = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, due_at=END + 48 * HOUR)
    for at, due in (49, 97), (200, 248), (300, 324):
        errored, _ = collecting.remind(errored, FUNDED, END + at * HOUR, "clerk")
        assert errored.due_at == END + due * HOUR
        assert errored.failed_at == END
        assert refused(collecting.remind, errored, FUNDED, errored.due_at - HOUR, "clerk") == ("not-due",)


TWICE = campaign(CampaignState.SUCCESSFUL, dunning=Dunning.of_hours(remind=[], attempt=[24, 72]))


def test_a_late_attempt_puts_off_the_next_one_from_the_answer_on():
    """Whoever is told late that a charge has failed has their days from then on."""
    errored = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, due_at=END + 24 * HOUR)
    charging, _ = collecting.attempt(errored, TWICE, END + 100 * HOUR, "clerk")
    assert (charging.steps, charging.stepped_at) == (1, None)
    failed, _ = collecting.receive(charging, TWICE, NO, END + 110 * HOUR, "clerk")
    assert (failed.stepped_at, failed.due_at) == (END + 110 * HOUR, END + 158 * HOUR)
    early, _ = collecting.attempt(failed, TWICE, END + 120 * HOUR, "clerk")
    again, _ = collecting.receive(early, TWICE, NO, END + 120 * HOUR, "clerk")
    assert (again.steps, again.due_at) == (1, failed.due_at)
    last, _ = collecting.attempt(again, TWICE, END + 160 * HOUR, "clerk")
    assert (last.steps, last.stepped_at) == (2, None)


@pytest.mark.parametrize("state", sorted(set(PledgeState) - {PledgeState.ERRORED}))
def test_nobody_is_reminded_of_what_did_not_fail(state):
    assert refused(collecting.remind, pledge_in(state), FUNDED, END, "clerk") == ("pledge-closed",)


@pytest.mark.parametrize(("steps", "due"), [(1, 96 * HOUR + timedelta(microseconds=1)), (3, 96 * HOUR)])
def test_only_a_reminder_whose_time_has_come_is_given(steps, due):
    """Not before its time, and not where an attempt is next."""
    errored = pledge_in(PledgeState.ERRORED, attempts=1, steps=steps, due_at=END + due)
    assert refused(collecting.remind, errored, FUNDED, END + 96 * HOUR, "clerk") == ("not-due",)


OTHER = attrs.evolve(FUNDED, id="other")
DECISIONS = {
    "attempt": lambda: collecting.attempt(pledge_in(PledgeState.PLEDGED), OTHER, END, "clerk"),
    "attempt too early": lambda: collecting.attempt(
        pledge_in(PledgeState.PLEDGED), attrs.evolve(campaign(), id="other"), END, "clerk"
    ),
    "what is due": lambda: collecting.due_action(pledge_in(PledgeState.PLEDGED), OTHER, END),
    "receive": lambda: collecting.receive(pledge_in(PledgeState.CHARGING), OTHER, NO, END, "clerk"),
    "remind": lambda: collecting.remind(pledge_in(PledgeState.ERRORED), OTHER, END, "clerk"),
    "expire": lambda: pledging.expire(pledge_in(PledgeState.PREAUTH), OTHER, END, "clerk"),
    "release": lambda: pledging.release(pledge_in(PledgeState.PLEDGED), OTHER, END, "clerk"),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_a_pledge_is_decided_on_by_its_own_campaign_only(decide):
    """Else one campaign's success would charge the backers of another."""
    with pytest.raises(InvalidValue, match="not decided on by campaign other"):
        decide()


def test_mending_the_card_early_leaves_the_plan_as_it_is():
    """An attempt between two steps is none of the plan's: the reminder that is due next stays due."""
    errored = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, steps=1, due_at=END + 96 * HOUR)
    errored = attrs.evolve(errored, stepped_at=END + 48 * HOUR)
    early = charging(errored, END + 50 * HOUR)
    after, _ = collecting.receive(early, FUNDED, NO, END + 50 * HOUR, "clerk")
    assert (after.state, after.steps, after.due_at) == (PledgeState.ERRORED, 1, END + 96 * HOUR)


FAILED = END + timedelta(days=3)
hours = st.sets(st.integers(1, 60), max_size=4).map(sorted)


@given(remind=hours, attempt=hours)
def test_a_plan_is_gone_through_step_by_step_and_ends(remind, attempt):
    """Whatever the plan: so many attempts after the first, so many useful reminders, and then it is over.

    It runs from the first failure, however long after the deadline that is.
    """
    plan = Dunning.of_hours(remind=remind, attempt=attempt)
    it = campaign(CampaignState.SUCCESSFUL, dunning=plan)
    pledge, now, done = pledge_in(PledgeState.PLEDGED), FAILED, []
    while pledge.state is not PledgeState.DROPPED:
        if pledge.state is PledgeState.ERRORED:
            step = plan.steps[pledge.steps]
            assert pledge.due_at == FAILED + step.after
            assert collecting.due_action(pledge, it, pledge.due_at - timedelta.resolution) is None
            now = pledge.due_at
            done.append(step)
        if collecting.due_action(pledge, it, now) is DunningAction.REMIND:
            pledge, _ = collecting.remind(pledge, it, now, "clerk")
        else:
            pledge, _ = collecting.attempt(pledge, it, now, "clerk")
            pledge, _ = collecting.receive(pledge, it, NO, now, "clerk")
    assert tuple(done) == plan.steps
    assert pledge.attempts == 1 + len(attempt)


def test_kickstarters_week():
    """ks-dunning-7d: reminders every 48 hours for 7 days, one last attempt at their end."""
    days = [(step.after / timedelta(days=1), step.action.value) for step in WEEK.steps]
    assert days == [(2, "remind"), (4, "remind"), (6, "remind"), (7, "attempt")]


@pytest.mark.parametrize("answer", [None, "ch_1", True, Decline.FINAL, Accepted])
def test_what_is_no_answer_is_refused(answer):
    with pytest.raises(InvalidValue, match="the answer to a charge: expected Accepted or Declined, got"):
        collecting.receive(charging(pledge_in(PledgeState.PLEDGED)), FUNDED, answer, END, "clerk")


@pytest.mark.parametrize("at", [None, "now", OPENS.replace(tzinfo=None), OPENS.date()])
def test_it_is_decided_at_an_instant(at):
    errored = pledge_in(PledgeState.ERRORED, attempts=1, failed_at=END, due_at=END)
    for decide, pledge, *more in (
        (collecting.attempt, errored),
        (collecting.remind, errored),
        (collecting.receive, charging(errored), NO),
    ):
        with pytest.raises(InvalidValue, match="expected an instant"):
            decide(pledge, FUNDED, *more, at, "clerk")


@pytest.mark.parametrize("decide", [collecting.attempt, collecting.remind])
def test_whoever_charges_has_a_name(decide):
    state = PledgeState.ERRORED if decide is collecting.remind else PledgeState.PLEDGED
    with pytest.raises(InvalidValue, match="actor"):
        decide(pledge_in(state, due_at=END), FUNDED, END, "")


def test_a_pledge_beyond_the_plan_is_charged_and_dropped():
    """Such as one that was read from a store whose campaigns had longer plans."""
    beyond = pledge_in(PledgeState.ERRORED, attempts=9, failed_at=END, steps=99, due_at=END)
    assert collecting.due_action(beyond, FUNDED, END) is None
    assert refused(collecting.remind, beyond, FUNDED, END, "clerk") == ("not-due",)
    after, _ = collecting.receive(charging(beyond), FUNDED, NO, END, "clerk")
    assert after.state is PledgeState.DROPPED


@pytest.mark.parametrize("state", [CampaignState.LIVE, CampaignState.CLOSING, CampaignState.SUCCESSFUL])
def test_a_pledge_is_set_free_only_where_nothing_comes_of_its_campaign(state):
    code = "already-charged" if state is CampaignState.SUCCESSFUL else "not-ended"
    pledge = pledge_in(PledgeState.PLEDGED)
    assert refused(pledging.release, pledge, campaign(state), END, "clerk") == (code,)


def test_a_pledge_that_drops_at_once_failed_too():
    unasked = campaign(CampaignState.SUCCESSFUL, dunning=Dunning())
    before, _ = collecting.attempt(pledge_in(PledgeState.PLEDGED), unasked, END, "clerk")
    after, _ = collecting.receive(before, unasked, NO, END + HOUR, "clerk")
    assert (after.state, after.failed_at) == (PledgeState.DROPPED, END + HOUR)


def test_what_was_never_confirmed_is_not_charged():
    placed, _ = pledging.place(request(), campaign(), {}, OPENS)
    with pytest.raises(InvalidValue, match="pledge p1 has no payment method"):
        collecting.charge_order(placed, FUNDED)


def test_nothing_is_no_charge():
    pledge = pledge_in(PledgeState.PLEDGED)
    nothing = Selection(pledge.amount * 0)
    asked = attrs.evolve(pledge.request, selection=nothing)
    free = attrs.evolve(pledge, request=asked, quote=Quote(nothing, ()))
    with pytest.raises(InvalidValue, match=r"pledge p1 comes to EUR 0\.00: there is nothing to charge"):
        collecting.charge_order(free, FUNDED)
