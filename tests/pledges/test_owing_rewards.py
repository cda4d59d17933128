"""Owing a reward: what is written with a refund, and what cannot be decided on."""

import pytest
from lanterne import END, campaign

from pushcore import CampaignState, Changes, PledgeState
from pushcore.errors import InvalidValue
from pushcore.pledges import fulfilling as owing
from pushcore.rewards import Fulfilment, FulfilmentState, fulfilling
from pushcore.testing import builders

FUNDED = campaign(CampaignState.SUCCESSFUL)
PAID = builders.a_pledge(state=PledgeState.COLLECTED, tier_id="postcard")
BEGUN = Fulfilment("p1", "lanterne")
SENT = Fulfilment(
    "p1",
    "lanterne",
    state=FulfilmentState.SHIPPED,
    answers="answers/p1",
    destination="BE",
    shipments=["post/1"],
)


def test_it_rests_on_pledge_and_campaign():
    made, changes = owing.begin(PAID, FUNDED, END, "clerk")
    assert (made, changes.put, changes.expect) == (BEGUN, (BEGUN,), (FUNDED, PAID))


def test_what_a_refund_writes_with_it():
    refund = Changes(put=(PAID,))
    assert owing.with_reward(refund, None, END, "clerk") is refund
    assert owing.with_reward(refund, SENT, END, "clerk") == Changes(put=(PAID,), expect=(SENT,))
    canceled, alone = fulfilling.cancel(BEGUN, END, "clerk")
    assert owing.with_reward(refund, BEGUN, END, "clerk") == Changes(
        put=(PAID, canceled), events=alone.events
    )


def test_what_was_sent_is_in_the_way_of_a_refund():
    canceled, _ = fulfilling.cancel(BEGUN, END, "clerk")
    found = [[it.code for it in owing.not_shipped(one, END)] for one in (None, BEGUN, canceled, SENT)]
    assert found == [[], [], [], ["already-shipped"]]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: owing.begin(None, FUNDED, END, "clerk"),
        lambda: owing.begin(PAID, builders.a_campaign("castle"), END, "clerk"),
        lambda: owing.begin(PAID, FUNDED, "today", "clerk"),
        lambda: owing.begin(PAID, FUNDED, END, "clerk", locks=END),
        lambda: owing.not_shipped("p1", END),
        lambda: owing.with_reward(None, None, END, "clerk"),
        lambda: owing.with_reward(Changes(), "p1", END, "clerk"),
    ],
    ids=lambda wrong: f"line {wrong.__code__.co_firstlineno}",
)
def test_what_cannot_be_decided_on(wrong):
    with pytest.raises(InvalidValue):
        wrong()
