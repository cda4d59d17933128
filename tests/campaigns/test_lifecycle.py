"""LF06: what the table does not allow is refused, pair by pair."""

from datetime import timedelta
from itertools import product

import attrs
import pytest
from lanterne import CLOSES, DAY, END, OPENS, campaign, money, refused

from pushcore import CampaignState, FundingModel, Progress, Window
from pushcore.campaigns import (
    DurationRule,
    EditFacts,
    Editing,
    Extension,
    Trigger,
    deciding,
    ending,
    revising,
)
from pushcore.campaigns.lifecycle import ENDED, FUNDED, TRANSITIONS, UNLAUNCHED

NOTHING = Progress.none("EUR")
ENOUGH = Progress(money("100.00"), 1, 1, money("0.00"), 0)
SOMETHING = Progress(money("99.99"), 1, 1, money("0.00"), 0)
WAITING = {"model": FundingModel(grace=timedelta(days=2))}
TWO_ROUNDS = {"model": FundingModel(second_round=40)}
HOW = {
    **{
        trigger: lambda it, trigger=trigger: deciding.move(it, trigger, OPENS, "clerk")
        for trigger in deciding.PLAIN
    },
    Trigger.WAIT: lambda it: ending.begin_closing(it, END, "clerk"),
    Trigger.GO_ON: lambda it: ending.judge(it, ENOUGH, END, "clerk"),
    Trigger.LAUNCH: lambda it: deciding.launch(it, OPENS, "clerk"),
    Trigger.CANCEL: lambda it: deciding.cancel(it, OPENS, "clerk"),
    Trigger.GIVE_BACK: lambda it: deciding.give_back(it, END, "clerk"),
    Trigger.CLOSE: lambda it: (
        ending.end_grace(it, END, "clerk", waits=False)
        if it.state is CampaignState.GRACE
        else ending.begin_closing(it, END, "clerk")
    ),
    Trigger.SUCCEED: lambda it: (
        revising.judge_again(it, ENOUGH, END, "clerk")
        if it.state is CampaignState.PARTIALLY_FUNDED
        else ending.judge(it, ENOUGH, END, "clerk")
    ),
    Trigger.FUND_PARTIALLY: lambda it: ending.judge(it, SOMETHING, END, "clerk"),
    Trigger.FAIL: lambda it: ending.judge(it, NOTHING, END, "clerk"),
}
"""The decision behind each trigger, everything but the state being as it should."""
SPECIAL = {
    Trigger.WAIT: WAITING,
    Trigger.GO_ON: TWO_ROUNDS,
    Trigger.SUCCEED: {"model": FundingModel.KEEP_IT_ALL, "editing": Editing(rejudges=True)},
}
EDITS = {Trigger.REOPEN, Trigger.REVISE}


@pytest.mark.parametrize(
    ("state", "trigger"), list(product(CampaignState, [it for it in Trigger if it not in EDITS]))
)
def test_a_campaign_moves_as_the_table_says_and_not_otherwise(state, trigger):
    before = campaign(state, **SPECIAL.get(trigger, {"model": FundingModel.KEEP_IT_ALL}))
    if (state, trigger) in TRANSITIONS:
        after, changes = HOW[trigger](before)
        assert after.state is TRANSITIONS[state, trigger]
        assert after.version == before.version + 1
        assert changes.put == (after,)
    else:
        assert refused(HOW[trigger], before)


ANY_DAY = DurationRule(least_days=1, most_days=365, open_ended=False, end_of_day=False)
REOPENS = Editing(extension=Extension(times=1, within=ANY_DAY), reopens=True)


@pytest.mark.parametrize("state", CampaignState)
def test_an_edit_moves_a_campaign_as_the_table_says_and_otherwise_not_at_all(state):
    before = campaign(state, editing=REOPENS)
    later = Window(OPENS, attrs.evolve(CLOSES, at=END + DAY))
    facts = EditFacts(before, attrs.evolve(before.terms, window=later), ENOUGH, {}, OPENS)
    moved = [after for (known, trigger), after in TRANSITIONS.items() if known is state and trigger in EDITS]
    if moved or state in {CampaignState.LIVE, CampaignState.SUSPENDED} or state in UNLAUNCHED:
        after, changes = revising.edit(facts, "lune")
        assert [after.state] == (moved or [state])
        assert after.version == before.version + 1
        assert changes.put == (after,)
    else:
        assert refused(revising.edit, facts, "lune")[0] == "wrong-state"


def test_every_state_is_reached_from_a_draft():
    reached = {CampaignState.DRAFT}
    for _ in CampaignState:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(CampaignState)


def test_what_has_ended_stays_unless_it_is_opened_judged_again_or_given_back():
    going_on = {before for before, _ in TRANSITIONS}
    assert going_on == set(CampaignState) - (ENDED - FUNDED)
    assert {trigger for before, trigger in TRANSITIONS if before in FUNDED} == {
        Trigger.REOPEN,
        Trigger.SUCCEED,
        Trigger.GIVE_BACK,
    }
    assert FUNDED <= ENDED
