"""Stories of those who wait for a reward, of rewards on their way, and of goals with fees on top."""

from datetime import timedelta

import pytest
from telling import POSTER, at, played, pledge, result

from pushcore.calendar import Deadline, Zone
from pushcore.errors import InvalidValue
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.stories import (
    CampaignMove,
    FulfilReward,
    JoinWaitingList,
    LeaveWaitingList,
    MoveCampaign,
    PlacePledge,
    RewardStep,
    diary,
    simulate,
)
from pushcore.stories.saying import _MOVES, _REWARDS, _SAID
from pushcore.stories.steps import STEPS
from pushcore.testing import builders

ONE = {**POSTER, "limit": 1, "waiting_hours": 24}
RICH = pledge("rich", "200.00")


def refused(outcome):
    return [(one["event"], *one["codes"]) for one in outcome["refusals"]]


def noted(outcome):
    """What happened about lines and rewards, in order."""
    told = [(note.what.value, note.detail, note.who) for day in diary(outcome) for note in day.notes]
    kinds = {"joined", "offered", "expired", "shipped", "delivered", "undeliverable"}
    return [it for it in told if it[0] in kinds]


def test_an_offer_runs_out_at_its_instant_and_goes_to_the_next():
    """Nothing else wakes the platform then."""
    outcome = played(
        pledge("p1", tier="poster"),
        at("2026-01-11 10:00", join="poster", backer="ana"),
        at("2026-01-11 11:00", join="poster", backer="ben"),
        pledge("rich", "200.00"),
        at("2026-01-12 10:00", cancel="p1"),
        at("2026-01-13 10:00", pledge="p2", backer="ana", tier="poster"),
        at("2026-01-13 12:00", pledge="p3", backer="ben", tier="poster"),
        tiers=[ONE],
    )
    assert noted(outcome) == [
        ("joined", "poster", "ana"),
        ("offered", "poster", "ana"),
        ("expired", "poster", "ana"),
        ("offered", "poster", "ben"),
    ]
    assert refused(outcome.as_dict()) == [(5, "reserved")]
    assert outcome.as_dict()["tiers"]["poster"] == {"claimed": 1, "left": 0, "waiting": []}


def test_what_was_refused_is_told():
    """Not the pledge is refused, nor the campaign, but what was asked about them."""
    outcome = played(
        pledge("p1", "100.00"),
        at("2026-01-11 10:00", join="poster", backer="ana"),
        at("2026-01-12 10:00", leave="poster", backer="ana"),
        at("2026-01-13 10:00", fulfil="p1", step="change-address", destination="NL"),
        at("2026-01-14 10:00", campaign="announce-end"),
        at("2026-01-15 10:00", cancel="p2"),
        pledge("p2", "0.00", at="2026-01-16 10:00"),
        at("2026-01-17 10:00", merge="p1", into="p1"),
        tiers=[POSTER],
    )
    noted = [note.who for day in diary(outcome) for note in day.notes if note.what == "refused"]
    assert noted == [
        "joining the waiting list of poster",
        "leaving the waiting list of poster",
        "the address of p1",
        "announcing the end",
        "canceling p2",
        "pledge p2",
        "merging p1 and p1",
    ]


def test_every_step_has_words():
    assert {*_SAID, MoveCampaign, FulfilReward} == set(STEPS)
    assert set(_MOVES) == set(CampaignMove)
    assert set(_REWARDS) == set(RewardStep)


def test_who_waits_is_told():
    outcome = result(
        pledge("p1", tier="poster"),
        at("2026-01-11 10:00", join="poster", backer="ana"),
        at("2026-01-11 11:00", join="pin", backer="ben"),
        at("2026-01-11 11:00", leave="poster", backer="ben"),
        at("2026-01-11 12:00", join="poster", backer="cem", quantity=2),
        tiers=[ONE],
        add_ons=[{"id": "pin", "price": "3.00"}],
    )
    assert outcome["tiers"]["poster"]["waiting"] == ["ana"]
    assert "waiting" not in outcome["add_ons"]["pin"]
    assert refused(outcome) == [(2, "no-waiting-list"), (3, "not-waiting"), (4, "too-many")]


def test_nobody_ever_waited():
    assert result(tiers=[ONE])["tiers"]["poster"]["waiting"] == []


def test_a_reward_goes_to_the_door():
    steps = [
        {"step": "begin"},
        {"step": "answer-survey", "answers": "a/1", "destination": "BE"},
        {"step": "change-address", "destination": "NL"},
        {"step": "lock"},
        {"step": "ship", "shipment": "post/1"},
        {"step": "fail-delivery", "reason": "moved"},
        {"step": "ship", "shipment": "post/2"},
        {"step": "deliver"},
        {"step": "cancel"},
    ]
    outcome = played(
        RICH,
        pledge("p1", tier="poster"),
        *(at(f"2026-02-{day:02} 10:00", fulfil="p1", **step) for day, step in enumerate(steps, 1)),
        tiers=[POSTER],
    )
    assert [what for what, _, _ in noted(outcome)] == ["shipped", "undeliverable", "shipped", "delivered"]
    assert refused(outcome.as_dict()) == [(10, "fulfilment-closed")]
    assert outcome.as_dict()["pledges"]["p1"]["reward"] == "delivered"
    assert "reward" not in outcome.as_dict()["pledges"]["rich"]


def costs(**changed):
    card = {"method": "card", "percent": "2.9", "fixed": "0.20", "rounding": "half-up"}
    transfer = {"method": "transfer", "fixed": "0.80", "rounding": "half-up"}
    plain = {"cost": "100.00", "fee": "5", "vat": "20", "rounding": "half-up"}
    return {**plain, "methods": [card, transfer], **changed}


@pytest.mark.parametrize(
    ("method", "amount", "state"),
    [
        ("card", "109.36", "failed"),
        ("card", "109.37", "successful"),
        (None, "109.37", "successful"),
        ("transfer", "106.79", "failed"),
        ("transfer", "106.80", "successful"),
    ],
)
def test_a_goal_moves_with_how_people_pay(method, amount, state):
    """106.00 and what the payment costs: 2.9 % and 20, or 80."""
    by = {} if method is None else {"method": method}
    outcome = result(pledge("p1", amount, **by), campaign={"goal": None}, costs=costs(assumed="card"))
    assert outcome["state"] == state
    assert (
        outcome["goal"] == {"card": "109.37", None: "109.37", "transfer": "106.80"}[method]
        or state == "failed"
    )


def test_a_charge_that_failed_moves_the_goal_once_more():
    outcome = result(
        pledge("p1", "50.00"),
        pledge("p2", "100.00"),
        at("2026-01-10 11:00", decline="p2"),
        campaign={"goal": None, "model": {"measure": "confirmed"}},
        costs=costs(),
    )
    assert (outcome["state"], outcome["pledged"]) == ("failed", "50.00")
    assert outcome["goal"] == "107.65"


def test_a_campaign_is_simulated_with_them():
    tier = builders.a_tier("print", limit=1, waiting=timedelta(days=1))
    campaign = builders.a_campaign(tiers=[tier])
    opens = campaign.terms.window.opens
    request = PledgeRequest(
        "p1", campaign.id, "ana", Selection(Money.zero("EUR"), tier_id="print"), actor="ana"
    )
    timeline = simulate(
        campaign,
        [
            PlacePledge(opens, request),
            JoinWaitingList(opens, "print", "ben"),
            LeaveWaitingList(opens, "print", "cem"),
            FulfilReward(opens, "p1", RewardStep.BEGIN),
        ],
        until=campaign.terms.window.closes.at,
    )
    assert [(it.pledge_id, it.codes) for it in timeline.refusals] == [
        (None, ("not-waiting",)),
        ("p1", ("not-collected", "not-funded")),
    ]


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        ("begin", {}),
        (RewardStep.SHIP, {}),
        (RewardStep.LOCK, {"destination": "BE"}),
        (
            RewardStep.SHIP,
            {"shipment": "post/1", "locks": Deadline(builders.OPENS, Zone("UTC"), inclusive=False)},
        ),
    ],
)
def test_steps_that_say_too_little_or_too_much(step, parts):
    with pytest.raises(InvalidValue):
        FulfilReward(builders.OPENS, "p1", step, **parts)
