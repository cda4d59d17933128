"""The life of a campaign in the hands of its creator and of the platform."""

from contextlib import suppress
from itertools import pairwise

import attrs
import pytest
from funding_houses import AT_ONCE, advance, books, campaign_of, goal, place
from lanterne import (
    DAY,
    END,
    HOUR,
    MICROSECOND,
    OPENS,
    between,
    closed,
    drafted,
    launched,
    money,
    pledged,
    refused,
    states,
    terms,
    written,
)

from pushcore import (
    CampaignState,
    FundingGoal,
    cancel_campaign,
    cancel_pledge,
    change_pledge,
    close_campaign,
    draft_campaign,
    launch_campaign,
)
from pushcore.campaigns import SoftLaunch, Trigger
from pushcore.campaigns.events import CampaignMoved
from pushcore.errors import InvalidDocument, InvalidValue, NotFound, Refused
from pushcore.rewards import Audience, Selection
from pushcore.usecases import move_campaign

PLATFORM = {"needs_approval": True}


def move(ports, *triggers):
    for trigger in triggers:
        campaign = move_campaign(ports, "lanterne", trigger, actor="platform")
    return campaign


def launch(ports):
    return launch_campaign(ports, "lanterne", actor="lune")


def test_a_campaign_is_approved_before_it_is_launched():
    ports = drafted(**PLATFORM)
    assert refused(launch, ports) == ("not-approved",)
    move(ports, Trigger.SUBMIT, Trigger.REQUEST_CHANGES)
    assert refused(launch, ports) == ("not-approved",)
    assert move(ports, Trigger.SUBMIT, Trigger.APPROVE).state is CampaignState.APPROVED
    assert launch(ports).state is CampaignState.LIVE
    told = [event for event in ports.store.events() if isinstance(event, CampaignMoved)]
    path = [told[0].before, *(event.after for event in told)]
    assert path == ["draft", "submitted", "changes-requested", "submitted", "approved"]
    assert all(one.after == other.before for one, other in pairwise(told))


def test_a_rejected_campaign_stays_rejected():
    ports = drafted(**PLATFORM)
    assert move(ports, Trigger.SUBMIT, Trigger.REJECT).state is CampaignState.REJECTED
    assert refused(launch, ports) == ("not-draft",)
    assert refused(move, ports, Trigger.SUBMIT) == ("wrong-state",)
    assert refused(cancel_campaign, ports, "lanterne", actor="lune") == ("not-live",)


LF06 = {
    ("submitted", "pending"): (Trigger.SUBMIT,),
    ("submitted", "declined"): (Trigger.CANCEL,),
    ("pending", "declined"): (Trigger.REJECT,),
    ("published", "hidden"): (Trigger.SUSPEND,),
    ("hidden", "published"): (Trigger.RESUME,),
}
CALLED_HERE = {
    "submitted": (),
    "pending": (Trigger.SUBMIT,),
    "declined": (Trigger.SUBMIT, Trigger.REJECT),
    "published": (Trigger.SUBMIT, Trigger.APPROVE, Trigger.LAUNCH),
    "hidden": (Trigger.SUBMIT, Trigger.APPROVE, Trigger.LAUNCH, Trigger.SUSPEND),
}
OWNERS = (Trigger.SUBMIT, Trigger.SUSPEND, Trigger.RESUME, Trigger.LAUNCH)
IS_NOW = {
    CampaignState.SUBMITTED: "pending",
    CampaignState.LIVE: "published",
    CampaignState.SUSPENDED: "hidden",
}


@pytest.mark.parametrize("before", CALLED_HERE)
@pytest.mark.parametrize("trigger", OWNERS)
def test_what_an_owner_cannot_do_alone(before, trigger):
    """LF06: publishing goes through approval only; what is declined is over; hidden and published swap."""
    ports = drafted(**PLATFORM)
    for step in CALLED_HERE[before]:
        launch(ports) if step is Trigger.LAUNCH else move(ports, step)
    was = campaign_of(ports).state
    act = launch if trigger is Trigger.LAUNCH else lambda it: move(it, trigger)
    allowed = [after for (of, after), steps in LF06.items() if of == before and steps == (trigger,)]
    if allowed:
        assert IS_NOW[act(ports).state] == allowed[0]
    else:
        with suppress(Refused):  # or it is left alone, being there already
            assert act(ports).state is was
        assert campaign_of(ports).state is was


@pytest.mark.parametrize("trigger", [Trigger.SUBMIT, Trigger.SUSPEND])
def test_a_move_that_is_made_already_is_left_alone(trigger):
    ports = launched() if trigger is Trigger.SUSPEND else drafted()
    moved = move(ports, trigger)
    before = written(ports)
    assert move(ports, trigger) == moved
    assert written(ports) == before


@pytest.mark.parametrize("trigger", [Trigger.LAUNCH, Trigger.CANCEL, Trigger.SUCCEED, "suspend", None, []])
def test_what_is_no_plain_move(trigger):
    with pytest.raises(InvalidValue, match=r"no plain move|what moves a campaign"):
        move(launched(), trigger)
    with pytest.raises(NotFound):
        move_campaign(drafted(), "etoile", Trigger.SUBMIT, actor="lune")


def test_while_it_is_suspended_nothing_is_taken_and_everybody_may_go():
    ports = pledged("60.00", "20.00", model=AT_ONCE)
    move(ports, Trigger.SUSPEND)
    assert refused(place, ports, "p9") == ("not-live",)
    assert refused(change_pledge, ports, "p0", Selection(money("70.00")), actor="b0") == (
        "already-charged",
        "not-live",
    )
    assert cancel_pledge(ports, "p1", actor="b1").state == "refunded"
    assert refused(close_campaign, ports, "lanterne", actor="jobs") == ("not-live", "not-ended")
    assert move(ports, Trigger.RESUME).state is CampaignState.LIVE
    place(ports, "p9", "40.00")
    assert advance(ports, END).state is CampaignState.SUCCESSFUL


def test_a_suspended_campaign_whose_time_ran_out_is_called_off_and_everything_goes_back():
    ports = pledged("100.00", model=AT_ONCE)
    move(ports, Trigger.SUSPEND)
    ports.clock.set(END)
    assert refused(move, ports, Trigger.RESUME) == ("too-late",)
    assert list(ports.store.due_campaigns(END)) == ["lanterne"]
    assert advance(ports, END).state is CampaignState.CANCELED
    assert (states(ports), books(ports)) == ({"p0": "refunded"}, {})
    assert list(ports.store.due_campaigns(END)) == []


def test_a_campaign_whose_verdict_is_due_is_not_suspended():
    """Else its creator would escape it, or a success that the job has not found yet would be called off."""
    ports = pledged("120.00")
    ports.clock.set(END)
    assert refused(move, ports, Trigger.SUSPEND) == refused(cancel_campaign, ports, "lanterne", actor="lune")
    assert refused(move, ports, Trigger.SUSPEND) == ("too-late",)
    assert advance(ports, END).state is CampaignState.SUCCESSFUL


@pytest.mark.parametrize("way", [close_campaign, cancel_campaign])
def test_a_suspended_campaign_whose_time_ran_out_is_called_off_by_hand_too(way):
    ports = pledged("100.00", model=AT_ONCE)
    move(ports, Trigger.SUSPEND)
    ports.clock.set(END)
    assert way(ports, "lanterne", actor="platform").state is CampaignState.CANCELED
    assert (states(ports), books(ports)) == ({"p0": "refunded"}, {})


def test_a_suspended_campaign_keeps_no_backer_behind_its_deadline():
    ports = pledged("60.00", model=AT_ONCE)
    move(ports, Trigger.SUSPEND)
    ports.clock.set(END)
    assert cancel_pledge(ports, "p0", actor="b0").state == "refunded"


def test_a_pledge_under_way_when_it_is_suspended_is_void():
    ports = launched()
    suspended = between(ports, lambda: None, lambda: move(ports, Trigger.SUSPEND))
    assert place(suspended, "p0").reason == "not-live"


@pytest.mark.parametrize("target", ["-100.00", "0.00"])
def test_a_goal_is_above_zero_before_anything_is_submitted(target):
    """BB23: a target of -100 EUR or of nothing."""
    with pytest.raises(InvalidValue, match="above zero"):
        FundingGoal(money(target))
    with pytest.raises(InvalidValue, match="FundingGoal"):
        terms(goal=None)


INVITED, STRANGER = {"token": "first-night"}, {"token": "second-night"}
FRIENDS = SoftLaunch(OPENS - 3 * DAY, Audience(**INVITED, backers=["ana"]))


def test_those_who_are_invited_pledge_before_the_opening():
    """Push opened with pilot projects before its official launch; a campaign may do the same."""
    ports = drafted(soft_launch=FRIENDS)
    ports.clock.set(OPENS - 3 * DAY - MICROSECOND)
    launch(ports)
    assert refused(place, ports, "p0") == ("too-early",)
    ports.clock.set(OPENS - 3 * DAY)
    assert place(ports, "p0").stands
    assert place(ports, "p1", backer_id="bob", **INVITED).stands
    assert refused(place, ports, "p2", backer_id="bob") == ("not-invited",)
    assert refused(place, ports, "p2", backer_id="bob", **STRANGER) == ("not-invited",)
    ports.clock.set(OPENS - MICROSECOND)
    assert refused(place, ports, "p2", backer_id="bob") == ("not-invited",)
    ports.clock.set(OPENS)
    assert place(ports, "p2", backer_id="bob").stands


def test_a_soft_launch_comes_before_the_opening():
    with pytest.raises(InvalidDocument, match="soft_launch"):
        terms(soft_launch=attrs.evolve(FRIENDS, opens=OPENS))
    with pytest.raises(InvalidValue, match="audience"):
        SoftLaunch(OPENS, None)
    with pytest.raises(InvalidValue, match="instant"):
        SoftLaunch(None, FRIENDS.audience)


def test_a_campaign_is_drafted_once():
    ports = drafted(**PLATFORM)
    again = draft_campaign(ports, terms(**PLATFORM), creator_id="lune", actor="lune", campaign_id="lanterne")
    assert again == campaign_of(ports)


def test_a_live_campaign_is_suspended_in_its_last_hours_too():
    ports = pledged("100.00")
    ports.clock.set(END - HOUR)
    move(ports, Trigger.SUSPEND, Trigger.RESUME)
    assert advance(ports, END).state is CampaignState.SUCCESSFUL
    assert refused(move, closed("100.00", goal=goal("1.00")), Trigger.SUSPEND) == ("wrong-state",)
