import pytest
from lanterne import END, TERMS, campaign, money

from pushcore import Campaign, CampaignState, Outcome
from pushcore.campaigns.lifecycle import FUNDED, JUDGED
from pushcore.errors import InvalidValue


@pytest.mark.parametrize("state", CampaignState)
def test_backers_are_charged_after_a_success_however_small(state):
    assert campaign(state).funded is (state in FUNDED)


def test_its_currency_is_that_of_its_goal():
    assert campaign().currency is TERMS.goal.amount.currency


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": " lanterne"},
        {"id": 5},
        {"creator_id": ""},
        {"terms": None},
        {"discipline": "film"},
        {"state": "live"},
        {"outcome": money(1)},
        {"settled_at": END.replace(tzinfo=None)},
        {"settled_at": "2026-01-05"},
        {"version": 0},
        {"version": True},
    ],
)
def test_what_no_campaign_can_be(wrong):
    parts = {"id": "lanterne", "creator_id": "lune", "terms": TERMS} | wrong
    with pytest.raises(InvalidValue):
        Campaign(**parts)


@pytest.mark.parametrize("state", CampaignState)
def test_a_verdict_has_an_outcome_and_only_what_is_funded_is_settled(state):
    outcome = Outcome(money(100), 1)
    for given, settled_at in [(None, None), (outcome, None), (outcome, END), (None, END)]:
        parts = {"state": state, "outcome": given, "settled_at": settled_at}
        if (given is not None) is (state in JUDGED) and (settled_at is None or state in FUNDED):
            assert Campaign("lanterne", "lune", TERMS, **parts).state is state
        else:
            with pytest.raises(InvalidValue, match=f"campaign lanterne cannot be {state} with outcome"):
                Campaign("lanterne", "lune", TERMS, **parts)


@pytest.mark.parametrize("parts", [(100, 1), (money(100), -1), (money(100), 1.0)])
def test_what_no_outcome_can_be(parts):
    with pytest.raises(InvalidValue):
        Outcome(*parts)
