"""Charges that fail: tried again, mended in time or too late, and dropped in the end."""

import pytest
from telling import PLATFORM, PROCESSING, at, pledge, result


def declined(*events, **campaign):
    big, small = pledge("p1", "90.00"), pledge("p2", "10.00")
    return result(big, small, at("2026-01-24 12:00", decline="p2"), *events, campaign=campaign)


def test_a_pledge_whose_charges_fail_is_dropped_and_success_is_not_undone():
    outcome = declined()
    assert outcome["state"] == "successful"
    assert outcome["pledges"]["p2"]["state"] == "dropped"
    assert (outcome["pledged"], outcome["backers"], outcome["collected"]) == ("100.00", 2, "90.00")


@pytest.mark.parametrize(
    ("until", "state", "held"),
    [("2026-02-01 19:59", "errored", "90.00"), ("2026-02-01 20:00", "dropped", "0.00")],
)
def test_the_last_attempt_is_a_week_after_the_close(until, state, held):
    outcome = declined(until=until)
    assert (outcome["pledges"]["p2"]["state"], outcome["held"]) == (state, held)


@pytest.mark.parametrize("time", ["2026-01-25 20:00", "2026-01-26 08:30", "2026-02-01 20:00"])
def test_a_mended_card_is_charged_at_once_and_what_waited_for_it_is_settled(time):
    outcome = declined(at(time, accept="p2"), until=time)
    assert outcome["pledges"]["p2"]["state"] == "collected"
    assert outcome["payouts"] == {"lune": "100.00"}


def test_a_card_mended_after_the_drop_is_too_late():
    outcome = declined(at("2026-02-02 10:00", accept="p2"))
    assert outcome["pledges"]["p2"]["state"] == "dropped"
    assert outcome["refusals"] == [{"event": 3, "codes": ["pledge-closed"]}]


def test_a_card_mended_in_time_never_fails():
    assert declined(at("2026-01-24 13:00", accept="p2"))["collected"] == "100.00"


def test_declining_after_the_charge_changes_nothing():
    outcome = result(pledge("p1", "100.00"), at("2026-01-25 21:00", decline="p1"))
    assert outcome["collected"] == "100.00"


def test_a_story_says_when_to_try_again():
    outcome = declined(retry={"remind_hours": [], "attempt_hours": [1, 3]}, until="2026-01-25 22:59")
    assert outcome["pledges"]["p2"]["state"] == "errored"
    assert (
        declined(retry={"attempt_hours": []}, until="2026-01-25 20:00")["pledges"]["p2"]["state"] == "dropped"
    )


def test_when_every_charge_fails_nobody_is_paid():
    outcome = result(
        pledge("p1", "100.00"), at("2026-01-20 12:00", decline="p1"), fees=[PLATFORM, PROCESSING]
    )
    assert (outcome["state"], outcome["pledged"], outcome["collected"]) == ("successful", "100.00", "0.00")
    assert outcome["fees"] == {"platform": "0.00", "processing": "0.00"}
