"""Subscriptions in stories: what is due is charged as time goes, whatever happens to it."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import at, pledge, read, told

from pushcore.cli.sentences import sentence
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.stories import PlacePledge, StartSubscription, diary, play, simulate
from pushcore.testing import builders

ENDLESS = {"keeps_from": "0", "charging": "at-pledge", "final_lap": {"days": 7}}
OPEN = {"model": ENDLESS, "closes": None, "until": "2026-04-10 00:00"}
AT_ONCE = {**OPEN, "retry": {"remind_hours": [], "attempt_hours": []}}
PLACE = {"id": "place", "price": "5.00", "limit": 1}


def giving(name="s1", amount="5.00", **more):
    given = {"anchor": "first-of-month", "period": "monthly", "starts": "2026-01-10 12:00"} | more
    return {"id": name, "amount": amount, **given}


def document(*events, subscriptions=None, campaign=AT_ONCE, **sections):
    given = [giving()] if subscriptions is None else subscriptions
    return told(*events, campaign=campaign, subscriptions=given, **sections)


def played(*events, **sections):
    return play(read(document(*events, **sections)))


def told_of(outcome, name="s1"):
    return outcome.as_dict()["subscriptions"][name]


def test_what_is_due_is_charged_until_the_clock_stops():
    outcome = played()
    assert told_of(outcome) == {
        "state": "active",
        "backer": "s1",
        "amount": "5.00",
        "charged": "20.00",
        "charges": 4,
        "failures": 0,
        "due": "2026-05-01 00:00",
    }
    found = outcome.as_dict()
    assert (found["state"], found["collected"], found["held"]) == ("live", "20.00", "20.00")
    assert list(found["pledges"]) == [f"s1/charge/{n}" for n in range(1, 5)]
    assert found["ledger"]["balanced"]


def test_a_story_without_subscriptions_tells_of_none():
    assert "subscriptions" not in played(subscriptions=[]).as_dict()


@pytest.mark.parametrize(
    ("more", "charges"),
    [
        ({"anchor": "anniversary"}, 3),
        ({"anchor": "anniversary", "period": "weekly"}, 13),
        ({"anchor": "anniversary", "period": "yearly"}, 1),
        ({"starts": "2026-01-20 12:00", "skip_after": 15}, 3),
        ({"period": "yearly"}, 1),
    ],
    ids=str,
)
def test_anchors(more, charges):
    assert told_of(played(subscriptions=[giving(**more)]))["charges"] == charges


def test_creations():
    monthly = giving(anchor="per-creation", most=1)
    once = giving("s2", anchor="per-creation", period=None)
    events = [at(f"2026-01-{day} 10:00", publish=f"No. {day}") for day in (12, 19)]
    outcome = played(*events, subscriptions=[monthly, {k: v for k, v in once.items() if v is not None}])
    assert [told_of(outcome, name)["charged"] for name in ("s1", "s2")] == ["5.00", "10.00"]
    collected = [str(it.at)[:16] for it in outcome.timeline.points if it.progress.collected]
    assert collected[:2] == ["2026-01-12 09:00", "2026-01-19 09:00"]


def test_a_card_that_is_declined_and_mended():
    """The plan of the campaign runs within a charge; a mended card is charged at once, as for any pledge."""
    outcome = played(
        at("2026-01-31 12:00", decline="s1"),
        at("2026-02-03 12:00", accept="s1"),
        subscriptions=[giving(retries=[2])],
        campaign=OPEN,
    )
    assert told_of(outcome)["charged"] == "20.00"
    assert outcome.as_dict()["pledges"]["s1/charge/2"]["state"] == "collected"
    charged = [str(it.at)[:16] for it in outcome.timeline.points]
    assert "2026-02-03 11:00" in charged


def test_a_card_that_is_mended_between_two_charges_waits_for_the_next():
    outcome = played(
        at("2026-01-31 12:00", decline="s1"),
        at("2026-02-01 12:00", accept="s1"),
        subscriptions=[giving(retries=[2])],
    )
    assert told_of(outcome)["charges"] == 4
    assert outcome.as_dict()["pledges"]["s1/charge/2"]["state"] == "dropped"
    assert outcome.as_dict()["pledges"]["s1/charge/3"]["state"] == "collected"


def test_a_method_that_is_declined():
    outcome = played(at("2026-01-09 12:00", decline="s1", of="method"))
    assert told_of(outcome)["state"] == "canceled"
    assert outcome.as_dict()["pledges"]["s1/charge/1"] == {
        "state": "voided",
        "backer": "s1",
        "amount": "5.00",
        "lines": {"bonus": "5.00"},
        "reason": "declined",
    }


def test_a_refund_that_is_declined():
    outcome = played(
        at("2026-01-11 12:00", decline="s1", of="refund"),
        at("2026-01-12 12:00", cancel="s1/charge/1"),
        at("2026-01-13 12:00", accept="s1", of="refund"),
        campaign={**AT_ONCE, "until": "2026-01-20 00:00"},
    )
    assert outcome.as_dict()["pledges"]["s1/charge/1"]["state"] == "refunded"


def test_a_campaign_that_was_suspended_makes_up_for_what_was_due():
    outcome = played(
        at("2026-01-20 12:00", campaign="suspend"),
        at("2026-03-20 12:00", campaign="resume"),
        at("2026-03-21 12:00", end="s1"),
    )
    assert told_of(outcome) == {
        "state": "canceled",
        "backer": "s1",
        "amount": "5.00",
        "charged": "15.00",
        "charges": 3,
        "failures": 0,
    }


def test_a_tier_is_claimed_once():
    events = at("2026-02-15 12:00", end="s1"), pledge("p1", tier="place", at="2026-02-16 12:00")
    claims = [giving(tier="place"), giving("s2", tier="place")]
    outcome = played(*events, subscriptions=claims, tiers=[PLACE])
    found = outcome.as_dict()
    assert found["tiers"]["place"] == {"claimed": 1, "left": 0}
    assert found["pledges"]["p1"]["state"] == "collected"
    assert found["refusals"] == [{"subscription": 1, "codes": ["sold-out"]}]
    assert list(found["subscriptions"]) == ["s1"]


def test_a_campaign_that_charges_later_has_no_subscriptions():
    outcome = played(campaign={"model": "all-or-nothing"}, subscriptions=[giving()])
    assert outcome.as_dict()["refusals"] == [{"subscription": 0, "codes": ["charged-later"]}]


def test_what_is_refused_is_told_of():
    outcome = played(
        at("2026-01-11 12:00", resume="s1"),
        at("2026-01-12 12:00", amend="s1", amount="0.50"),
        at("2026-01-13 12:00", pause="s1"),
        at("2026-01-14 12:00", pause="s1"),
        campaign={**AT_ONCE, "minimum": "1.00"},
    )
    assert [(one["event"], *one["codes"]) for one in outcome.as_dict()["refusals"]] == [
        (0, "not-paused"),
        (1, "below-minimum"),
        (3, "paused"),
    ]
    assert [one.subscription_id for one in outcome.refusals] == ["s1"] * 3
    noted = [note.who for day in diary(outcome) for note in day.notes if note.what == "refused"]
    assert noted == ["resuming s1", "changing s1", "pausing s1"]


def test_the_diary_of_a_subscription():
    outcome = played(
        at("2026-01-11 12:00", pause="s1"),
        at("2026-01-12 12:00", resume="s1"),
        at("2026-01-13 12:00", amend="s1", amount="7.00"),
        at("2026-02-14 12:00", end="s1"),
        at("2026-01-30 12:00", decline="s2"),
        subscriptions=[giving(), giving("s2")],
    )
    said = [sentence(note, lambda money: money.text) for day in diary(outcome) for note in day.notes]
    for words in (
        "2 subscribe, with 10.00",
        "s1 pauses",
        "s1 goes on after a pause",
        "s1 will give 7.00",
        "s1 is charged 7.00",
        "s2: the charge of 5.00 is declined",
        "s2: the subscription lapses",
        "s1 subscribes no more",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            giving(period=None, anchor="anniversary"),
            "subscriptions[0]: a period is missing: give one",
        ),
        (giving(period="weekly"), "subscriptions[0]: a weekly charge has no first of the month"),
        (giving(period="daily"), "subscriptions[0].period: 'daily' is none of weekly, monthly, yearly"),
        (giving(anchor="noon"), "subscriptions[0].anchor: 'noon' is none of anniversary, first-of-month"),
        (giving(anchor="per-creation", period="weekly"), "subscriptions[0]: creations are charged monthly"),
        (giving(most=2), "subscriptions[0]: most goes with per-creation, not with first-of-month"),
        (giving(anchor="anniversary", skip_after=9), "subscriptions[0]: skip_after goes with first-of-month"),
        (giving(skip_after=32), "subscriptions[0]: no month has a day 32"),
        (giving(amount="0.00"), "subscriptions[0].amount: amount '0.00' is not above zero"),
        (giving(amount="-1.00"), "subscriptions[0].amount: amount '-1.00' is below zero"),
        (giving(retries=[400]), "subscriptions[0].retries: a retry waits a whole number of days"),
        (giving(retries=[0]), "subscriptions[0].retries[0]: 0 is less than 1"),
        (giving(tier="none"), "subscriptions[0].tier: there is no tier 'none'"),
        (giving(quantity=2), "subscriptions[0].quantity: a quantity of 2 needs a tier"),
        (giving(starts="soon"), "subscriptions[0].starts: time 'soon' is not written"),
        (giving("p1"), "events[0].pledge: 'p1' is the id of subscriptions[0] already"),
        (giving(color="red"), "subscriptions[0].color: there is no such key here"),
        ("s1", "subscriptions[0]: 's1' is not a table"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_subscription(given, problem):
    given = {k: v for k, v in given.items() if v is not None} if isinstance(given, dict) else given
    with pytest.raises(InvalidDocument) as wrong:
        read(document(pledge("p1", "5.00"), subscriptions=[given], tiers=[PLACE]))
    (found,) = map(str, wrong.value.problems)
    assert problem in found


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (at("2026-01-12 12:00", pause="s9"), "events[0].pause: no subscription 's9' is ever started"),
        (at("2026-01-12 12:00", resume="s9"), "events[0].resume: no subscription 's9' is ever started"),
        (at("2026-01-12 12:00", end="s9"), "events[0].end: no subscription 's9' is ever started"),
        (at("2026-01-12 12:00", amend="s9", amount="5.00"), "events[0].amend: no subscription 's9'"),
        (at("2026-01-12 12:00", amend="s1", amount="5"), None),
        (at("2026-01-12 12:00", amend="s1", amount="0.00"), "events[0].amount: amount '0.00' is not above"),
        (at("2026-01-12 12:00", amend="s1"), "events[0].amount: this key is required"),
        (at("2026-01-12 12:00", publish=""), "events[0].publish: title '' is not text"),
        (
            pledge("s1/charge/3", "5.00"),
            "events[0].pledge: 's1/charge/3' is what a charge of",
        ),
        (pledge("p1/charge/3", "5.00"), None),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_event(event, problem):
    if problem is None:
        read(document(event))
        return
    with pytest.raises(InvalidDocument) as wrong:
        read(document(event))
    assert problem in str(wrong.value)


@pytest.mark.parametrize("tiers", [[{"id": "place"}], "none"])
def test_a_tier_that_cannot_be_read_is_not_told_of_twice(tiers):
    with pytest.raises(InvalidDocument) as wrong:
        read(document(subscriptions=[giving(tier="place")], tiers=tiers))
    assert all("subscriptions" not in problem.message for problem in wrong.value.problems)


@pytest.mark.parametrize("subscriptions", ["none", [5]])
def test_subscriptions_that_cannot_be_read(subscriptions):
    events = at("2026-01-12 12:00", pause="s9"), pledge("s1/charge/1", "1.00")
    with pytest.raises(InvalidDocument, match=r"^subscriptions(\[0\])?: .* is not a (list|table)$"):
        read(document(*events, subscriptions=subscriptions))


@pytest.mark.parametrize("name", ["s1", "s1/charge/2"])
def test_rows_are_not_called_like_subscriptions(tmp_path, name):
    rows = tmp_path / "rows.csv"
    rows.write_text(f"at,id,backer,amount\n2026-01-11 12:00,{name},ana,5.00\n", encoding="utf-8")
    with pytest.raises(InvalidDocument, match="is what a subscription is called, or a charge of one"):
        play(read(document()), pledges=rows)


def test_simulating_subscriptions():
    campaign = play(read(document())).campaign
    start = StartSubscription(builders.OPENS, builders.a_subscription(campaign_id=campaign.id))
    timeline = simulate(campaign, [start], until=builders.OPENS + timedelta(days=40))
    assert timeline.points[-1].progress.collected == builders.a_subscription().amount * 2
    elsewhere = attrs.evolve(start, subscription=builders.a_subscription(campaign_id="etoile"))
    charge = PlacePledge(builders.OPENS, builders.a_request("s1/charge/9", campaign_id=campaign.id))
    for steps, why in (
        ([elsewhere], "s1 is for campaign etoile"),
        ([start, start], "s1 stands twice"),
        ([charge, start], "s1/charge/9 stands twice"),
    ):
        with pytest.raises(InvalidValue, match=why):
            simulate(campaign, steps, until=builders.OPENS)


@given(st.data())
def test_whatever_happens_the_books_agree(data):
    """Declines, pauses, ends and a campaign that stops, in any order: what was charged is accounted for."""
    times = st.integers(0, 130).map(lambda day: f"2026-{1 + day // 28:02d}-{1 + day % 28:02d} 11:00")
    verbs = st.sampled_from(["decline", "accept", "pause", "resume", "end", "campaign", "publish"])
    moves = st.sampled_from(["suspend", "resume", "cancel", "announce-end"])
    names = st.sampled_from(["s1", "s2", "s3"])
    events = [
        at(time, **{verb: data.draw(moves if verb == "campaign" else names)})
        for time, verb in data.draw(st.lists(st.tuples(times, verbs), max_size=8))
    ]
    subscriptions = [
        giving(retries=[2, 5]),
        giving("s2", anchor="anniversary", period="weekly", starts="2026-01-07 09:00", retries=[3]),
        giving("s3", anchor="per-creation", starts="2026-01-06 09:00"),
    ]
    campaign = {**data.draw(st.sampled_from([OPEN, AT_ONCE])), "until": "2026-06-01 00:00"}
    found = played(*events, subscriptions=subscriptions, campaign=campaign).as_dict()
    assert found["ledger"]["balanced"]
    charged = sum(int(one["charged"].replace(".", "")) for one in found.get("subscriptions", {}).values())
    assert charged == int(found["collected"].replace(".", ""))


def test_every_charge_is_matched():
    pools = [{"sponsor": "bank", "amount": "12.00"}]
    later = {"fund": "sum", "lump_sum": {"amount": "9.00", "reached": "20.00"}, "pools": pools}
    found = played(matching=[{"fund": "live", "factor": 1, "pools": pools}, later]).as_dict()
    assert (found["pledged"], found["matched"]) == ("41.00", "21.00")
    assert found["pools"] == {"live": {"bank": "0.00"}, "sum": {"bank": "3.00"}}
    assert list(found["pledges"]) == [f"s1/charge/{n}" for n in range(1, 5)]
