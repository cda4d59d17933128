"""What happens in a story, and when: each rule of the format, and what holds for every story."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from telling import PLATFORM, POSTER, PROCESSING, at, documents, played, pledge, read, result, told

from pushcore.errors import InvalidDocument, InvalidValue
from pushcore.money import Money
from pushcore.stories import play

KEYS = [
    *("state", "round", "currency", "goal", "pledged", "counted", "units", "backers", "late", "unlocked"),
    *("collected", "on_top", "fees", "net", "payouts", "refunded", "held"),
    *("pledges", "tiers", "add_ons", "items", "vouchers", "refusals", "ledger"),
]


def states(outcome):
    return {name: one["state"] for name, one in outcome["pledges"].items()}


def euros(amounts):
    return Money.total((Money.of(amount, "EUR") for amount in amounts), "EUR")


@given(documents())
def test_every_cent_is_accounted_for(document):
    outcome = play(read(document)).as_dict()
    out = euros(
        [*outcome["fees"].values(), *outcome["payouts"].values(), outcome["refunded"], outcome["held"]]
    )
    collected = [one["amount"] for one in outcome["pledges"].values() if one["state"] == "collected"]
    assert list(outcome) == KEYS
    assert outcome["ledger"]["balanced"]
    assert Money.of(outcome["collected"], "EUR") == out == euros(collected)
    assert euros(outcome["payouts"].values()) == Money.of(outcome["net"], "EUR")


@given(documents())
def test_nothing_is_sold_twice_and_nobody_is_charged_for_a_failure(document):
    outcome = play(read(document)).as_dict()
    poster = outcome["tiers"]["poster"]
    assert poster["claimed"] + poster["left"] == POSTER["limit"]
    assert poster["left"] >= 0
    if outcome["state"] in {"failed", "live"}:
        assert outcome["collected"] == outcome["net"] == "0.00"
        assert poster["claimed"] == 0 or outcome["state"] == "live"


@given(documents())
def test_every_pledge_is_made_or_refused(document):
    outcome = play(read(document))
    refused = {one.pledge_id for one in outcome.refusals}
    due = {
        step.pledge_id
        for step in outcome.story.steps
        if hasattr(step, "request") and step.at <= outcome.story.until
    }
    assert due - refused <= set(outcome.pledge_ids) <= due


@given(documents())
def test_the_same_story_ends_the_same(document):
    story = read(document)
    assert play(story).as_dict() == play(story).as_dict()


def test_it_is_open_from_its_opening_until_before_its_close():
    outcome = result(
        pledge("before", "1.00", at="2026-01-05 09:59:59"),
        pledge("first", "1.00", at="2026-01-05 10:00"),
        pledge("last", "1.00", at="2026-01-25 19:59:59"),
        pledge("after", "1.00", at="2026-01-25 20:00"),
    )
    assert list(outcome["pledges"]) == ["first", "last"]
    assert outcome["refusals"] == [{"event": 0, "codes": ["too-early"]}, {"event": 3, "codes": ["too-late"]}]


def test_a_refused_pledge_says_everything_that_speaks_against_it():
    outcome = result(
        pledge("p1", tier="poster", quantity=3),
        pledge("p2", tier="poster", at="2026-01-26 10:00"),
        pledge("p3", "0.00"),
        tiers=[POSTER],
        campaign={"goal": "75.00"},
    )
    assert outcome["refusals"] == [
        {"event": 2, "codes": ["below-minimum"]},
        {"event": 1, "codes": ["too-late", "sold-out"]},
    ]


def test_events_happen_in_the_order_of_time_and_those_of_one_instant_as_they_stand():
    outcome = result(
        at("2026-01-12 12:00", cancel="p1"),
        pledge("p3", tier="poster", at="2026-01-12 12:00"),
        pledge("p1", tier="poster", quantity=3, at="2026-01-11 12:00"),
        pledge("p2", tier="poster", quantity=3, at="2026-01-12 12:00"),
        tiers=[POSTER],
    )
    assert outcome["refusals"] == [{"event": 3, "codes": ["sold-out"]}]
    assert states(outcome) == {"p1": "canceled", "p3": "canceled"}


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        (at("2026-01-09 12:00", cancel="p1"), ["unknown-pledge"]),
        (at("2026-01-11 12:00", cancel="refused"), ["unknown-pledge"]),
        (at("2026-01-25 20:00", cancel="p1"), ["too-late"]),
    ],
    ids=["not yet made", "refused", "over"],
)
def test_what_cannot_be_canceled_is_a_refusal(event, codes):
    outcome = result(pledge("p1", "5.00"), pledge("refused", "0.00"), event)
    assert {"event": 2, "codes": codes} in outcome["refusals"]


def test_canceling_twice_is_refused_once():
    outcome = result(
        pledge("p1", "5.00"), at("2026-01-11 12:00", cancel="p1"), at("2026-01-12 12:00", cancel="p1")
    )
    assert outcome["refusals"] == [{"event": 2, "codes": ["already-canceled"]}]
    assert (outcome["pledged"], outcome["backers"]) == ("0.00", 0)


def test_a_backer_who_pledges_twice_is_one_backer():
    outcome = result(
        pledge("p1", "5.00", backer="ana"), pledge("p2", "5.00", backer="ana"), pledge("p3", "5.00")
    )
    assert outcome["backers"] == 2


def test_without_a_backer_a_pledge_has_one_of_its_own():
    events = [at("2026-01-10 12:00", pledge=name, amount="5.00") for name in ("p1", "p2")]
    assert result(*events)["backers"] == 2


@pytest.mark.parametrize(
    ("model", "amount", "state", "payout"),
    [
        ("all-or-nothing", "99.99", "failed", "0.00"),
        ("all-or-nothing", "100.00", "successful", "100.00"),
        ("keep-it-all", "99.99", "partially-funded", "99.99"),
        ("keep-it-all", "100.00", "successful", "100.00"),
    ],
)
def test_the_model_judges(model, amount, state, payout):
    outcome = result(pledge("p1", amount), campaign={"model": model})
    assert (outcome["state"], outcome["pledged"], outcome["payouts"]) == (state, amount, {"lune": payout})


def test_keeping_nothing_is_failing():
    assert result(campaign={"model": "keep-it-all"})["state"] == "failed"


def test_a_failed_campaign_sets_its_pledges_and_its_tiers_free():
    outcome = result(pledge("p1", tier="poster"), tiers=[POSTER], fees=[PLATFORM, PROCESSING])
    assert outcome["pledges"] == {
        "p1": {
            "state": "canceled",
            "backer": "backer of p1",
            "amount": "25.00",
            "lines": {"reward": "25.00"},
            "reason": "not-funded",
        }
    }
    assert outcome["tiers"] == {"poster": {"claimed": 0, "left": 3}}
    assert (outcome["pledged"], outcome["backers"]) == ("25.00", 1)
    assert outcome["fees"] == {"platform": "0.00", "processing": "0.00"}
    assert outcome["ledger"] == {"balanced": True, "transactions": 0}


def test_fees_are_taken_of_each_pledge_or_of_the_total():
    outcome = result(
        pledge("p1", "9.99"), pledge("p2", "10.00"), pledge("p3", "80.01"), fees=[PLATFORM, PROCESSING]
    )
    assert outcome["fees"] == {"platform": "5.00", "processing": "3.65"}  # 0.55 + 0.50 + 2.60
    assert outcome["net"] == "91.35"


def test_fees_above_what_was_collected_leave_nothing_and_no_negative_payout():
    fee = {"line": "dear", "base": "pledge", "fixed": "150.00", "rounding": "half-up"}
    outcome = result(pledge("p1", "100.00"), fees=[fee])
    assert (outcome["net"], outcome["payouts"], outcome["fees"]) == (
        "0.00",
        {"lune": "0.00"},
        {"dear": "150.00"},
    )
    assert outcome["ledger"]["balanced"]


def test_a_pledge_its_backer_and_a_payee_may_go_by_one_name():
    outcome = result(
        pledge("ana", "100.00", backer="ana"),
        at("2026-01-10 12:00", decline="ana"),
        pledge("p2", "20.00", backer="ana", at="2026-01-10 12:01"),
        split=[{"payee": "ana", "remaining": True}],
    )
    assert outcome["pledges"]["p2"]["state"] == "collected"
    assert outcome["payouts"] == {"ana": "20.00"}


def test_ids_may_be_as_long_as_the_format_allows():
    longest = "x" * 100
    outcome = result(
        pledge(longest, backer=longest, tier=longest),
        tiers=[{"id": longest, "price": "100.00"}],
        fees=[{**PLATFORM, "line": longest}],
        split=[{"payee": longest, "portion": "100%"}],
    )
    assert outcome["payouts"] == {longest: "95.00"}


def test_the_clock_stops_where_it_is_told_to():
    outcome = played(
        pledge("p1", "60.00"),
        pledge("p2", "60.00", at="2026-01-12 12:01"),
        campaign={"until": "2026-01-12 12:00"},
    )
    document = outcome.as_dict()
    assert (document["state"], document["pledged"], document["backers"]) == ("live", "60.00", 1)
    assert document["refusals"] == []
    assert outcome.left_out == 1


def test_it_runs_to_sixty_days_after_the_close():
    outcome = played(pledge("p1", "1.00", at="2026-03-26 20:00"), pledge("p2", "1.00", at="2026-03-26 20:01"))
    assert [one.pledge_id for one in outcome.refusals] == ["p1"]
    assert outcome.left_out == 1


def test_days_are_counted_on_the_calendar_of_the_zone():
    story = read(told(campaign={"opens": "2026-03-20 10:00", "closes": None, "days": 30}))
    assert story.terms.window.closes.local == datetime(2026, 4, 19, 10, tzinfo=ZoneInfo("Europe/Brussels"))
    assert story.terms.window.closes.at - story.terms.window.opens == timedelta(days=30, hours=-1)


def test_a_time_with_an_offset_is_an_instant_and_one_without_is_read_off_the_wall():
    outcome = result(
        pledge("p1", "1.00", at="2026-01-25 18:59+00:00"),
        pledge("p2", "1.00", at="2026-01-25 19:00Z"),
        pledge("p3", "1.00", at="2026-01-25T14:59:59-05:00"),
    )
    assert outcome["refusals"] == [{"event": 1, "codes": ["too-late"]}, {"event": 2, "codes": ["too-late"]}]


def test_a_time_that_clocks_show_twice_is_the_earlier_one():
    twice = {"opens": "2026-10-25 02:30", "closes": "2026-10-26 02:30"}
    assert str(read(told(campaign=twice)).terms.window.opens) == "2026-10-25 00:30:00+00:00"


def test_watching_tells_how_far_it_is(tmp_path):
    rows = "".join(f"2026-01-10 12:00,c{i},b{i},1.00\n" for i in range(2_000))
    path = tmp_path / "pledges.csv"
    path.write_text(f"at,id,backer,amount\n{rows}")
    told_so = []
    play(read(told()), pledges=path, watch=lambda *how_far: told_so.append(how_far))
    assert {what for what, _, _ in told_so} == {"pledges", "charges"}
    assert all(0 < done <= total for _, done, total in told_so)


def test_watching_tells_of_the_events_of_a_story():
    events = [pledge(f"p{n}", "1.00") for n in range(1_500)]
    told_so = []
    play(read(told(*events)), watch=lambda *how_far: told_so.append(how_far))
    assert told_so[0] == ("events", 1_000, 1_500)


@pytest.mark.parametrize("junk", [None, 5, "story", object(), {}])
def test_only_a_story_is_played(junk):
    with pytest.raises(InvalidValue, match="a story is played"):
        play(junk)


@pytest.mark.parametrize("junk", [5, object(), "no\0name", "/nowhere/at.csv"])
def test_a_csv_that_cannot_be_opened_is_bad_input(junk):
    with pytest.raises(InvalidDocument, match="cannot be read"):
        play(read(told()), pledges=junk)


def test_a_card_can_be_declined_though_nobody_pledges_with_it():
    """A fact about the provider, which may matter to the pledges of a CSV or to nobody."""
    document = told(at("2026-01-12 12:00", decline="p2"), at("2026-01-13 12:00", accept="p2"))
    assert play(read(document)).refusals == ()


def test_only_a_pledge_that_is_made_somewhere_is_canceled(tmp_path):
    document = told(at("2026-01-12 12:00", cancel="c1"), at("2026-01-12 12:00", cancel="c2"))
    with pytest.raises(InvalidDocument) as alone:
        read(document)
    assert [problem.path for problem in alone.value.problems] == ["events[0].cancel", "events[1].cancel"]
    path = tmp_path / "pledges.csv"
    path.write_text("at,id,backer,amount\n2026-01-10 12:00,c1,ana,1.00\n")
    story = read(document, name="story.json", more_pledges=True)
    with pytest.raises(InvalidDocument, match=r"story.json: events\[1\].cancel: no pledge 'c2' is ever made"):
        play(story, pledges=path)


def test_a_creator_who_is_not_named_and_gets_nothing_is_not_named():
    """A maximum may leave something to the creator; where it does not, nobody expects to see them."""
    split = [{"payee": "a", "portion": "50%", "max": "10.00"}, {"payee": "c", "remaining": True}]
    assert result(pledge("p1", "100.00"), split=split)["payouts"] == {"a": "10.00", "c": "90.00"}
    split = [{"payee": "a", "portion": "50%"}, {"payee": "c", "remaining": True, "max": "10.00"}]
    assert result(pledge("p1", "100.00"), split=split)["payouts"] == {
        "a": "50.00",
        "c": "10.00",
        "lune": "40.00",
    }
    assert result()["payouts"] == {"lune": "0.00"}


def test_fees_above_the_total_are_a_debt_that_is_told():
    fee = {"line": "flat", "base": "collected", "fixed": "150.00", "rounding": "up"}
    told = result(pledge("p1", "100.00"), fees=[fee])
    assert (told["collected"], told["debt"], told["fees"], told["net"]) == (
        "100.00",
        "50.00",
        {"flat": "150.00"},
        "0.00",
    )
    assert "debt" not in result(pledge("p1", "100.00"), fees=[PLATFORM])


@pytest.mark.parametrize("amounts", [["50.00"], ["100.00"]])
def test_a_pledge_is_taken_back_too_late_whatever_became_of_the_campaign(amounts):
    told = result(pledge("p1", *amounts), at("2026-01-26 12:00", cancel="p1"))
    assert told["refusals"] == [{"event": 1, "codes": ["too-late"]}]


def test_canceling_twice_is_told_apart():
    told = result(
        pledge("p1", "50.00"), at("2026-01-12 12:00", cancel="p1"), at("2026-01-13 12:00", cancel="p1")
    )
    assert told["refusals"] == [{"event": 2, "codes": ["already-canceled"]}]


def test_a_story_has_fees_of_every_kind():
    fees = [
        {
            "line": "commission",
            "base": "collected",
            "brackets": [{"percent": "10", "up_to": "100.00"}, {"percent": "5"}],
            "at_most": "12.00",
            "rounding": "half-up",
        },
        {
            "line": "vat",
            "base": "fees",
            "of": ["commission"],
            "share": "60%",
            "percent": "20",
            "rounding": "up",
        },
        {
            "line": "tax",
            "base": "fees",
            "of": ["commission"],
            "below": {"amount": "12.00", "percent": "0"},
            "percent": "50",
            "withheld": True,
            "rounding": "half-up",
        },
        {"line": "card", "base": "pledge", "percent": "3", "estimate": True, "rounding": "half-up"},
        {
            "line": "listing",
            "base": "collected",
            "fixed": "9.00",
            "at_least": "10.00",
            "bearer": "host",
            "refundable": False,
            "rounding": "half-up",
        },
        {
            "line": "small",
            "base": "pledge",
            "fixed": "0.00",
            "below": {"amount": "50.00", "inclusive": True, "fixed": "1.00"},
            "rounding": "half-up",
        },
    ]
    outcome = played(pledge("p1", "50.00"), pledge("p2", "150.00"), fees=fees)
    told = outcome.as_dict()
    assert told["fees"] == {
        "commission": "12.00",
        "vat": "1.44",
        "tax": "-6.00",
        "card": "6.00",
        "card/true-up": "0.00",
        "listing": "10.00",
        "small": "1.00",
    }
    assert (told["borne"], told["net"]) == ({"host": "10.00"}, "185.56")
    assert outcome.statement.conserved
    assert not outcome.campaign.terms.fees.lines[4].refundable


def test_a_fee_on_top_of_a_story_may_be_of_another():
    on_top = [
        {"line": "service", "percent": "10", "at_most": "2.00", "rounding": "half-up"},
        {"line": "vat", "of": ["service"], "share": "1/2", "percent": "20", "rounding": "half-up"},
    ]
    told = result(pledge("p1", "100.00"), on_top=on_top)
    assert (told["on_top"], told["net"]) == ({"service": "2.00", "vat": "0.20"}, "100.00")
    assert "borne" not in told
