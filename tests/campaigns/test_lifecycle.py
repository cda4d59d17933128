"""LF06: what the table does not allow is refused, pair by pair."""

from datetime import timedelta
from itertools import product

import pytest
from lanterne import END, OPENS, campaign, money, refused

from pushcore import CampaignState, FundingModel, Progress
from pushcore.campaigns import Trigger, deciding
from pushcore.campaigns.lifecycle import ENDED, FUNDED, TRANSITIONS

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
    Trigger.WAIT: lambda it: deciding.begin_closing(it, END, "clerk"),
    Trigger.GO_ON: lambda it: deciding.judge(it, ENOUGH, END, "clerk"),
    Trigger.LAUNCH: lambda it: deciding.launch(it, OPENS, "clerk"),
    Trigger.CANCEL: lambda it: deciding.cancel(it, OPENS, "clerk"),
    Trigger.CLOSE: lambda it: (
        deciding.end_grace(it, END, "clerk", waits=False)
        if it.state is CampaignState.GRACE
        else deciding.begin_closing(it, END, "clerk")
    ),
    Trigger.SUCCEED: lambda it: deciding.judge(it, ENOUGH, END, "clerk"),
    Trigger.FUND_PARTIALLY: lambda it: deciding.judge(it, SOMETHING, END, "clerk"),
    Trigger.FAIL: lambda it: deciding.judge(it, NOTHING, END, "clerk"),
}
"""The decision behind each trigger, everything but the state being as it should."""
SPECIAL = {Trigger.WAIT: WAITING, Trigger.GO_ON: TWO_ROUNDS}


@pytest.mark.parametrize(("state", "trigger"), list(product(CampaignState, Trigger)))
def test_a_campaign_moves_as_the_table_says_and_not_otherwise(state, trigger):
    before = campaign(state, **SPECIAL.get(trigger, {"model": FundingModel.KEEP_IT_ALL}))
    if (state, trigger) in TRANSITIONS:
        after, changes = HOW[trigger](before)
        assert after.state is TRANSITIONS[state, trigger]
        assert after.version == before.version + 1
        assert changes.put == (after,)
    else:
        assert refused(HOW[trigger], before)


def test_every_state_is_reached_from_a_draft():
    reached = {CampaignState.DRAFT}
    for _ in CampaignState:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(CampaignState)


def test_what_has_ended_stays():
    going_on = {before for before, _ in TRANSITIONS}
    assert going_on == set(CampaignState) - ENDED
    assert FUNDED <= ENDED
