"""Stories of what is paid in parts or in cash, and of campaigns whose terms change while they run."""

import pytest
from telling import POSTER, at, played, pledge, read, result, told

from pushcore.campaigns import Follower
from pushcore.campaigns.following import follower_id
from pushcore.cli.sentences import sentence
from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.stories import EditTerms, PlacePledge, diary, play

IN_THREE = {
    "threshold": "100.00",
    "fewest": 3,
    "every_months": 1,
    "on_failure": {"first_hours": 168, "later_hours": 336, "default": "kept"},
}
PIN = {"id": "pin", "price": "5.00", "limit": 3, "includes": {"box": 1}}
CODE = {"code": "half", "percent": "50", "rounding": "half-up", "limit": 2}


def sentences(outcome):
    return [sentence(note, str) for day in diary(outcome) for note in day.notes]


def refused(outcome):
    return [(one["event"], *one["codes"]) for one in outcome["refusals"]]


def problems(document):
    with pytest.raises(InvalidDocument) as found:
        read(document)
    return [(problem.path.removeprefix("<text>: "), problem.message) for problem in found.value.problems]


def in_parts(*events, **changed):
    return played(pledge("p1", "125.00", parts=3), *events, campaign={"instalments": IN_THREE | changed})


def test_a_pledge_is_paid_in_parts_that_add_up():
    outcome = in_parts()
    assert outcome.as_dict()["payouts"] == {"lune": "125.00"}
    assert [words for words in sentences(outcome) if "part" in words] == [
        "backer of p1 is charged a part, EUR 41.67",
        "backer of p1 is charged a part, EUR 41.67",
        "backer of p1 is charged a part, EUR 41.66",
    ]


@pytest.mark.parametrize(
    ("default", "state", "payouts", "told_of"),
    [
        ("kept", "collected", {"lune": "41.67"}, "backer of p1 pays no more, and EUR 41.67 is kept"),
        ("refunded", "refunded", {"lune": "0.00"}, "backer of p1 is given back EUR 41.67"),
    ],
)
def test_what_was_paid_before_a_default_is_kept_or_goes_back(default, state, payouts, told_of):
    outcome = in_parts(
        at("2026-02-01 12:00", decline="p1"), on_failure=IN_THREE["on_failure"] | {"default": default}
    )
    assert outcome.as_dict()["payouts"] == payouts
    assert outcome.as_dict()["pledges"]["p1"]["state"] == state
    assert told_of in sentences(outcome)
    assert outcome.balanced


def test_parts_fall_on_business_days_and_before_a_pay_off_date():
    plan = {"every_months": None, "every_days": 1, "holidays": ["2026-01-26"], "first_after_hours": 1}
    kept = {key: value for key, value in (IN_THREE | plan).items() if value is not None}
    outcome = played(pledge("p1", "125.00", parts=3), campaign={"instalments": kept})
    days = [day.day.isoformat() for day in diary(outcome) for note in day.notes if "part" in note.what]
    assert days == ["2026-01-27", "2026-01-28", "2026-01-29"]
    late = kept | {"pay_off": "2026-01-28 00:00", "fewest": 2, "most": 3}
    outcome = result(
        pledge("p1", "125.00", parts=3), pledge("p2", "125.00", parts=2), campaign={"instalments": late}
    )
    assert [codes for _, *codes in refused(outcome)] == [["after-pay-off"], ["after-pay-off"]]


def test_parts_are_refused_where_there_are_none():
    outcome = result(pledge("p1", "125.00", parts=3), pledge("p2", "99.99", parts=3))
    assert [event for event, *_ in refused(outcome)] == [0, 1]


def test_a_clock_runs_until_the_last_part_is_paid():
    plan = IN_THREE | {"fewest": 12}
    outcome = played(pledge("p1", "120.00", parts=12), campaign={"instalments": plan})
    assert outcome.as_dict()["pledges"]["p1"]["state"] == "collected"
    assert outcome.as_dict()["payouts"] == {"lune": "120.00"}


def test_a_clock_runs_until_the_deadline_that_is_moved():
    found = result(
        pledge("p1", "120.00"),
        at("2026-01-15 12:00", extend="2026-06-05 20:00"),
        campaign={"editing": {"extension": {"times": 1, "most_days": 365}}},
    )
    assert (found["state"], found["collected"]) == ("successful", "120.00")


def test_a_part_that_is_given_up_is_told_with_its_amount():
    """The second of three fails, and what was paid before it is kept."""
    words = sentences(in_parts(at("2026-02-01 12:00", decline="p1")))
    assert words.count("backer of p1: the charge of EUR 41.67 is declined") == 3


def test_cash_counts_once_it_is_there_and_is_brought_to_the_provider():
    outcome = played(
        pledge("p1", "60.00", offline="a cheque"),
        pledge("p2", "70.00", offline="by phone"),
        pledge("p3", "5.00", offline="by phone"),
        at("2026-01-12 12:00", receive="p1", amount="55.00"),
        at("2026-01-13 12:00", receive="p2", amount="70.00"),
        at("2026-01-14 12:00", give_up="p3"),
        at("2026-01-15 12:00", receive="p3", amount="5.00"),
        fees=[{"line": "platform", "base": "collected", "percent": "5", "rounding": "half-up"}],
    )
    found = outcome.as_dict()
    assert (found["state"], found["pledged"], found["payouts"]) == (
        "successful",
        "125.00",
        {"lune": "118.75"},
    )
    assert found["pledges"]["p3"]["reason"] == "not-received"
    assert refused(found) == [(6, "pledge-closed")]
    words = sentences(outcome)
    for said in (
        "3 contributions announced, EUR 135.00",
        "backer of p1 brings EUR 55.00",
        "EUR 5.00 of backer of p3 is expected no longer",
        "EUR 125.00 is brought to the provider",
        "lune is paid EUR 118.75",
    ):
        assert said in words
    assert outcome.balanced


def test_what_sponsors_added_is_paid_out_too():
    fund = {"fund": "live", "factor": "1", "pools": [{"sponsor": "bank", "amount": "60.00"}]}
    outcome = played(pledge("p1", "60.00"), matching=[fund])
    assert "EUR 60.00 is brought to the provider" in sentences(outcome)
    assert "lune is paid EUR 120.00" in sentences(outcome)
    assert outcome.balanced


def test_cash_is_matched_when_it_is_there():
    fund = {"fund": "live", "factor": "1", "pools": [{"sponsor": "bank", "amount": "60.00"}]}
    found = result(
        pledge("p1", "50.00", offline="a cheque"),
        at("2026-01-12 12:00", receive="p1", amount="50.00"),
        matching=[fund],
    )
    assert (found["pledged"], found["matched"]) == ("100.00", "50.00")


EDITING = {"goal": "lower", "limits": "to-taken", "extension": {"times": 1, "most_days": 40}}


def test_the_terms_change_as_far_as_they_may():
    outcome = played(
        pledge("p1", tier="poster", quantity=2),
        at("2026-01-11 12:00", edit={"goal": "80.00", "limits": {"poster": 2, "box": 9, "half": 7}}),
        at("2026-01-12 12:00", edit={"goal": "90.00"}),
        at("2026-01-13 12:00", edit={"prices": {"poster": "30.00", "pin": "6.00"}}),
        pledge("p2", tier="poster", at="2026-01-14 12:00"),
        at("2026-01-15 12:00", extend="2026-02-05 20:00"),
        at("2026-01-16 12:00", extend="2026-02-06 20:00"),
        pledge("p3", "30.00", at="2026-01-30 12:00"),
        campaign={"editing": EDITING},
        tiers=[POSTER],
        add_ons=[PIN],
        items=[{"id": "box", "limit": 5}],
        vouchers=[CODE],
    )
    found = outcome.as_dict()
    assert (found["state"], found["goal"], found["pledged"]) == ("successful", "80.00", "80.00")
    assert refused(found) == [(2, "goal-raised"), (4, "sold-out"), (6, "extension-used")]
    assert (found["tiers"]["poster"]["left"], found["items"]["box"]["left"]) == (0, 9)
    words = sentences(outcome)
    assert "runs until 2026-02-05 20:00" in words
    assert (
        "has other terms: goal.amount from EUR 100.00 to EUR 80.00; tiers.poster.limit from 3 to 2; "
        "items.box.limit from 5 to 9; vouchers.half.limit from 2 to 7" in words
    )


def test_nothing_changes_where_nothing_may():
    found = result(
        pledge("p1", "120.00"),
        at("2026-01-11 12:00", edit={"goal": "80.00"}),
        at("2026-01-12 12:00", extend="2026-02-05 20:00"),
    )
    assert [event for event, *_ in refused(found)] == [1, 2]
    assert found["goal"] == "100.00"


def test_a_missed_goal_is_lowered_and_judged_again():
    found = result(
        pledge("p1", "60.00"),
        at("2026-01-25 20:00", edit={"goal": "60.00"}),
        campaign={"model": "keep-it-all", "editing": {"goal": "lower", "rejudges": True}},
    )
    assert (found["state"], found["payouts"]) == ("partially-funded", {"lune": "60.00"})


def test_followers_come_and_go_before_the_opening():
    outcome = played(
        at("2026-01-02 12:00", follow="ana"),
        at("2026-01-02 13:00", follow="ben"),
        at("2026-01-03 12:00", unfollow="ana"),
        at("2026-02-03 12:00", follow="cem"),
    )
    assert [one.follows for one in _followers(outcome)] == [False, True]
    assert "2 follow it" in sentences(outcome)
    assert refused(outcome.as_dict()) == [(3, "wrong-state")]


def _followers(outcome):
    found = (outcome.store.find(Follower, follower_id("story", name)) for name in ("ana", "ben"))
    return [one for one in found if one is not None]


def test_a_creator_may_be_kept_from_pledging():
    found = result(pledge("p1", "5.00", backer="lune"), campaign={"creator_may_pledge": False})
    assert refused(found) == [(0, "own-campaign")]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (
            {"campaign": {"instalments": IN_THREE | {"every_days": 3}}},
            [
                (
                    "campaign.instalments",
                    "no plan of instalments: give exactly one of every_months and every_days",
                )
            ],
        ),
        (
            {"campaign": {"instalments": IN_THREE | {"threshold": "0.00", "on_failure": {}}}},
            [
                ("campaign.instalments.on_failure.first_hours", "this key is required"),
                ("campaign.instalments.on_failure.later_hours", "this key is required"),
                ("campaign.instalments.on_failure.default", "this key is required"),
                ("campaign.instalments.threshold", "amount '0.00' is not above zero"),
            ],
        ),
        (
            {"campaign": {"editing": {"reopens": True}}},
            [
                (
                    "campaign.editing",
                    "an extension opens a campaign again: say how far its deadline may be moved",
                )
            ],
        ),
        (
            {"campaign": {"editing": {"goal": "up", "extension": {"times": 1}}}},
            [
                ("campaign.editing.goal", "'up' is none of never, lower, any"),
                ("campaign.editing.extension.most_days", "this key is required"),
            ],
        ),
        (
            {"events": [at("2026-01-10 12:00", edit={"limits": {"poster": 1}, "prices": {"x": "1.00"}})]},
            [
                ("events[0].edit.limits.poster", "there is no 'poster' to change"),
                ("events[0].edit.prices.x", "there is no 'x' to change"),
            ],
        ),
        (
            {"events": [at("2026-01-10 12:00", edit={"goal": "-5.00"})]},
            [("events[0].edit", "a goal is above zero, got EUR -5.00")],
        ),
        (
            {"events": [at("2026-01-10 12:00", edit={"prices": {"x": "1.001"}, "goal": {"units": 0}})]},
            [
                ("events[0].edit.goal", "{'units': 0} is no number of rewards: write it as { units = 100 }"),
                ("events[0].edit.prices.x", "amount '1.001' has more decimals than EUR, which has 2"),
            ],
        ),
        (
            {"events": [at("2026-01-10 12:00", edit=5)]},
            [("events[0].edit", "5 is not a table")],
        ),
        (
            {"events": [at("2026-01-10 12:00", extend="tomorrow")]},
            [
                (
                    "events[0].extend",
                    (
                        "time 'tomorrow' is not written as '2026-01-05 10:00', "
                        "with seconds or an offset if need be"
                    ),
                )
            ],
        ),
        (
            {"events": [at("2026-01-10 12:00", receive="p1", amount="0.00")]},
            [
                ("events[0].amount", "amount '0.00' is not above zero"),
                ("events[0].receive", "no pledge 'p1' is ever made"),
            ],
        ),
        (
            {"events": [pledge("p1", "5.00", offline="cash", slow=True)]},
            [
                (
                    "events[0]",
                    "what comes offline is received, not confirmed: leave out one of slow and offline",
                )
            ],
        ),
    ],
)
def test_what_can_never_be_right_is_named(changed, found):
    events = changed.get("events", [])
    assert problems(told(*events, campaign=changed.get("campaign"))) == found


@pytest.mark.parametrize(
    "broken", [{"limits": []}, {"limits": {"a": "1"}}, {"prices": {"a": 1}}, {"goal": "1"}]
)
def test_a_step_that_edits_is_of_the_right_parts(broken):
    with pytest.raises(InvalidValue):
        EditTerms(read(told()).until, **broken)


def test_a_step_is_not_slow_and_offline():
    request = PledgeRequest("p1", "story", "ana", Selection(Money.of("5.00", "EUR")), actor="ana")
    with pytest.raises(InvalidValue, match="leave out one of slow and offline"):
        PlacePledge(read(told()).until, request, slow=True, offline="cash")
    assert PlacePledge(read(told()).until, request, offline="cash").offline == "cash"


def test_a_story_is_played_as_it_was_read():
    """Playing it twice comes to the same."""
    story = read(
        told(pledge("p1", "60.00", offline="a cheque"), at("2026-01-11 12:00", receive="p1", amount="60.00"))
    )
    assert play(story).as_dict() == play(story).as_dict()
