"""Stretch goals end to end: what they lock, when it is unlocked, and that it stays so."""

import pytest
from funding_houses import AT_ONCE, advance, campaign_of, close_at, place
from lanterne import END, MICROSECOND, OPENS, between, drafted, launched, money, refused

from pushcore import (
    CampaignState,
    FundingGoal,
    FundingModel,
    Tier,
    cancel_pledge,
    change_pledge,
)
from pushcore.campaigns import StretchGoal, Unlock, UnlockKind
from pushcore.campaigns.events import StretchGoalUnlocked
from pushcore.errors import InvalidDocument, NotFound
from pushcore.rewards import Phase, Selection
from pushcore.usecases import unlock_stretch_goals

COLOUR = StretchGoal(
    "colour", money("150.00"), [Unlock(UnlockKind.TIER, "poster"), Unlock(UnlockKind.NOTE, "print")]
)
RIBBON = StretchGoal("ribbon", money("200.00"), [Unlock(UnlockKind.ADD_ON, "ribbon")])
TERMS = {
    "tiers": [
        Tier("print", money("10.00"), phases=[Phase.CAMPAIGN, Phase.LATE]),
        Tier("poster", money("40.00"), phases=[Phase.CAMPAIGN, Phase.LATE]),
    ],
    "add_ons": [Tier("ribbon", money("5.00"))],
    "stretch_goals": [COLOUR, RIBBON],
}


def unlock(ports):
    return unlock_stretch_goals(ports, "lanterne", actor="jobs").unlocked


def told(ports):
    return [it.stretch_goal_id for it in ports.store.events() if isinstance(it, StretchGoalUnlocked)]


def test_what_a_stretch_goal_unlocks_waits_for_it():
    ports = launched(**TERMS)
    place(ports, "p0", "149.99")
    poster = {"tier_id": "poster", "backer_id": "bob"}
    assert refused(place, ports, "p1", "0.00", **poster) == ("reward-locked",)
    assert refused(change_pledge, ports, "p0", Selection(money("150.00"), tier_id="poster"), actor="ana") == (
        "reward-locked",
    )
    place(ports, "p2", "0.00", tier_id="print", backer_id="cleo")
    assert (unlock(ports), told(ports)) == (("colour",), ["colour"])
    assert place(ports, "p1", "0.00", **poster).stands
    assert refused(place, ports, "p3", "0.00", tier_id="print", add_ons={"ribbon": 1}) == ("reward-locked",)


def test_what_is_unlocked_stays_so():
    """Canceled pledges take the total below it again: nothing is locked, and nothing is told twice."""
    ports = launched(**TERMS)
    place(ports, "p0", "150.00")
    assert list(ports.store.due_campaigns(OPENS)) == ["lanterne"]
    assert unlock(ports) == ("colour",)
    cancel_pledge(ports, "p0", actor="ana")
    assert place(ports, "p1", "0.00", tier_id="poster").stands
    place(ports, "p2", "150.00", backer_id="bob")
    assert unlock(ports) == ("colour",)
    assert told(ports) == ["colour"]
    assert list(ports.store.due_campaigns(OPENS)) == []


def test_the_job_unlocks_and_two_jobs_unlock_once():
    ports = launched(**TERMS)
    place(ports, "p0", "250.00")
    assert unlock(between(ports, lambda: unlock(ports))) == ("colour", "ribbon")
    assert told(ports) == ["colour", "ribbon"]
    assert advance(ports, OPENS).version == campaign_of(ports).version
    with pytest.raises(NotFound):
        unlock_stretch_goals(ports, "etoile", actor="jobs")


def test_a_pledge_under_way_while_something_is_unlocked_goes_through():
    ports = launched(**TERMS)
    place(ports, "p0", "150.00")
    assert place(between(ports, lambda: unlock(ports), lambda: None), "p1", backer_id="bob").stands


@pytest.mark.parametrize(("amount", "unlocked"), [("200.00", ("colour", "ribbon")), ("99.00", ())])
def test_what_the_last_pledge_reached_is_unlocked_with_the_verdict(amount, unlocked):
    """No job ran between the last pledge and the deadline."""
    ports = launched(**TERMS)
    ports.clock.set(END - MICROSECOND)
    place(ports, "p0", amount)
    ended = close_at(ports, END)
    assert (ended.unlocked, tuple(told(ports))) == (unlocked, unlocked)


def test_what_was_unlocked_at_the_end_can_be_picked_late():
    ports = launched(**TERMS, late_days=30, model=AT_ONCE)
    ports.clock.set(END - MICROSECOND)
    place(ports, "p0", "150.00")
    close_at(ports, END)
    assert place(ports, "p1", "0.00", tier_id="poster", backer_id="bob").state == "collected"


def test_a_second_round_begins_with_what_the_first_unlocked():
    ports = launched(**TERMS, model=FundingModel(second_round=10))
    place(ports, "p0", "150.00")
    again = close_at(ports, END)
    assert (again.state, again.round, again.unlocked) == (CampaignState.LIVE, 2, ("colour",))
    assert place(ports, "p1", "0.00", tier_id="poster", backer_id="bob").stands


def test_units_unlock_where_units_are_the_goal():
    tier = Tier("print", money("10.00"))
    goals = [StretchGoal("two", 2, [Unlock(UnlockKind.NOTE, "a second print run")])]
    ports = launched(goal=FundingGoal(1), tiers=[tier], stretch_goals=goals)
    place(ports, "p0", "500.00")
    assert unlock(ports) == ()
    place(ports, "p1", "0.00", tier_id="print", quantity=2, backer_id="bob")
    assert unlock(ports) == ("two",)


def test_one_of_several_goals_is_enough_and_words_lock_nothing():
    either = StretchGoal("either", money("300.00"), [Unlock(UnlockKind.TIER, "poster")])
    ports = launched(**TERMS | {"stretch_goals": [either, COLOUR, RIBBON]})
    assert campaign_of(ports).locked("poster") == "either"
    assert campaign_of(ports).locked("print") is None
    place(ports, "p0", "150.00")
    unlock(ports)
    assert campaign_of(ports).locked("poster") is None
    assert campaign_of(ports).locked("ribbon") == "ribbon"


def test_what_is_not_live_unlocks_nothing():
    ports = drafted(**TERMS)
    assert unlock(ports) == ()


def test_a_stretch_goal_unlocks_what_there_is():
    unknown = StretchGoal("film", money("900.00"), [Unlock(UnlockKind.TIER, "film")])
    with pytest.raises(InvalidDocument, match=r"stretch\.film\.unlocks: there is no reward film"):
        launched(**TERMS | {"stretch_goals": [unknown]})
