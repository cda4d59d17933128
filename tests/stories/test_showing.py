"""What is shown of an outcome: its diary, its curve, the drawing of it, and its ledger."""

import csv
import io
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from telling import PLATFORM, at, documents, played, pledge, read, told

from pushcore.errors import InvalidValue
from pushcore.stories import (
    Happening,
    diary,
    draw_curve,
    funding_curve,
    play,
    schema,
    write_ledger,
)

SVG = "{http://www.w3.org/2000/svg}"


@given(documents())
def test_curve_and_diary_end_with_what_is_pledged(document):
    outcome = play(read(document))
    points, days = funding_curve(outcome), diary(outcome)
    assert points[-1].pledged == outcome.pledged
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert not days or days[-1].pledged == outcome.pledged
    assert [day.day for day in days] == sorted({day.day for day in days})


@given(documents())
def test_the_ledger_sums_to_zero_in_every_transaction(document):
    file = io.StringIO()
    write_ledger(play(read(document)), file)
    sums = Counter()
    for row in csv.DictReader(io.StringIO(file.getvalue())):
        sums[row["transaction"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert not any(sums.values())


def test_the_ledger_tells_what_the_json_tells():
    outcome = played(
        pledge("p1", "100.00"), pledge("p2", "7.00"), at("2026-01-20 10:00", decline="p2"), fees=[PLATFORM]
    )
    file = io.StringIO()
    write_ledger(outcome, file)
    posted = defaultdict(Decimal)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    for row in rows:
        if row["phase"] == "posted":
            posted[row["account"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert -posted["campaign/story/fees/platform"] == Decimal(outcome.as_dict()["fees"]["platform"])
    assert posted["provider"] == Decimal("5.00")
    assert len({row["transaction"] for row in rows}) == outcome.as_dict()["ledger"]["transactions"]
    assert [row["account"] for row in rows if row["phase"] == "voided"] == ["", ""]


def test_the_diary_puts_like_things_of_a_day_together():
    outcome = played(
        pledge("p1", "60.00", at="2026-01-06 00:30"),
        pledge("p2", "50.00", at="2026-01-06 23:59"),
        pledge("p3", "0.00", at="2026-01-07 00:01"),
        at("2026-01-07 10:00", cancel="p2"),
        pledge("p4", "50.00", at="2026-01-08 10:00"),
        at("2026-01-08 10:00", decline="p4"),
    )
    noted = {
        day.day: [(one.what, one.detail, one.times, str(one.amount)) for one in day.notes]
        for day in diary(outcome)
    }
    assert [one.why for day in diary(outcome) for one in day.notes if one.why] == [
        "below-minimum: EUR 0.00 is less than EUR 0.01"
    ]
    assert noted == {
        date(2026, 1, 5): [(Happening.OPENED, "", 1, "EUR 100.00")],
        date(2026, 1, 6): [(Happening.PLEDGED, "", 2, "EUR 110.00")],
        date(2026, 1, 7): [
            (Happening.REFUSED, "below-minimum", 1, "EUR 0.00"),
            (Happening.CANCELED, "", 1, "EUR 50.00"),
        ],
        date(2026, 1, 8): [(Happening.PLEDGED, "", 1, "EUR 50.00")],
        date(2026, 1, 25): [
            (Happening.ENDED, "successful", 1, "EUR 110.00"),
            (Happening.COLLECTED, "", 1, "EUR 60.00"),
            (Happening.DECLINED, "", 1, "EUR 50.00"),
        ],
        **{date(2026, 1, day): [(Happening.REMINDED, "", 1, "EUR 50.00")] for day in (27, 29, 31)},
        date(2026, 2, 1): [
            (Happening.DECLINED, "", 1, "EUR 50.00"),
            (Happening.DROPPED, "", 1, "EUR 50.00"),
            (Happening.SETTLED, "", 1, "EUR 60.00"),
            (Happening.PAID, "lune", 1, "EUR 60.00"),
        ],
    }


def drawn(outcome):
    root = ET.fromstring(draw_curve(outcome))  # noqa: S314  our own text
    return root, [element.text for element in root.iter(f"{SVG}text")]


@given(documents())
def test_every_story_can_be_drawn_within_its_frame(document):
    root, _ = drawn(play(read(document)))
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx")) <= 760
        assert 0 <= float(circle.get("cy")) <= 400


def test_a_drawing_says_what_it_shows_and_takes_any_title():
    document = told(pledge("p1", "120.00"), title="<Fish & 'Chips'>" * 6)
    root, texts = drawn(play(read(document)))
    assert root.find(f"{SVG}title").text == f"Funding curve of {document['title']}"
    assert root.find(f"{SVG}desc").text == "successful: EUR 120.00 of EUR 100.00 pledged by 1 backer"
    assert {"goal EUR 100.00", "EUR 120.00 · 120 %"} <= set(texts)
    assert {"0", "20", "140", "2026-01-06"} <= set(texts)
    assert texts[0] == document["title"][:60] + "…"


@pytest.mark.parametrize(
    ("campaign", "labels"),
    [
        ({"currency": "JPY", "goal": "3000000"}, ["0", "500\u202f000", "3\u202f000\u202f000"]),
        ({"goal": "0.03"}, ["0.00", "0.01", "0.03"]),
        ({"currency": "KWD", "goal": "0.300"}, ["0.000", "0.050", "0.300"]),
        ({"closes": "2026-01-05 12:00"}, ["01-05 10:00", "01-05 11:30", "01-05 12:00"]),
        ({"opens": "9500-01-01 10:00", "closes": "9996-12-31 10:00"}, ["9500-01-02"]),
        ({"closes": "2036-01-05 12:00"}, ["2026-01-06", "2028-01-06"]),
        ({"until": "2026-01-01 10:00"}, ["EUR 0.00 · 0 %"]),
    ],
    ids=str,
)
def test_axes_are_labelled_in_round_steps(campaign, labels):
    assert set(labels) <= set(drawn(play(read(told(campaign=campaign))))[1])


def boxes(root, *kinds):
    """About what the words of some kinds cover: left, right, top and bottom."""
    for it in root.iter(f"{SVG}text"):
        if set(kinds) & set(it.get("class").split()):
            x, y, width = float(it.get("x")), float(it.get("y")), 7 * len(it.text)
            left = x - width if "end" in it.get("class") else x
            left = x - width / 2 if "middle" in it.get("class") else left
            yield left, left + width, y - 10, y + 3


def cover(one, other):
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


@pytest.mark.parametrize(
    ("campaign", "locale", "labels"),
    [
        ({"closes": "2026-01-05 12:00"}, None, ["01-05 12:00"]),
        ({"closes": "2036-01-08 12:00"}, None, ["2036-01-04"]),
        ({"goal": "1000000000.00"}, None, ["1\u202f200\u202f000\u202f000"]),
        ({"goal": "1000000000.00"}, "de", ["1.200.000.000", "1.000.000.000"]),
        ({"goal": "9000000000000.00"}, "fr_BE", ["10\u202f000\u202f000\u202f000\u202f000"]),
        ({"goal": "0.03"}, "de", ["0,00", "0,03"]),
    ],
    ids=str,
)
def test_no_number_and_no_date_is_cut_off(campaign, locale, labels):
    root = ET.fromstring(draw_curve(play(read(told(campaign=campaign))), locale=locale))  # noqa: S314
    assert set(labels) <= {it.text for it in root.iter(f"{SVG}text")}
    assert all(left >= 0 and right <= 760 for left, right, *_ in boxes(root, "end", "middle"))


@pytest.mark.parametrize("optimum", [None, "104.00", "130.00"])
@pytest.mark.parametrize("until", ["2026-01-11 10:00", "2026-03-01 10:00"])
@pytest.mark.parametrize("peak", ["0.00", "300.00"])
@pytest.mark.parametrize("last", ["65.00", "92.00", "97.00", "101.00", "106.00", "112.00"])
def test_no_words_cover_others(last, peak, until, optimum):
    """However near the end of the curve is to the goal, and the goal to the optimum."""
    campaign = {"until": until} | ({"optimum": optimum, "model": "keep-it-all"} if optimum else {})
    events = [pledge("p1", peak, at="2026-01-06 10:00"), at("2026-01-07 10:00", cancel="p1")]
    events = events if peak != "0.00" else []
    document = told(*events, pledge("p2", last, at="2026-01-06 11:00"), campaign=campaign)
    root, _ = drawn(play(read(document)))
    words = list(boxes(root, "goal-text", "total"))
    assert len(words) == (2 if optimum is None else 3)
    assert not any(cover(one, other) for one, other in combinations(words, 2))


def test_rewards_are_counted_in_the_locale_too():
    outcome = play(read(told(campaign={"goal": {"units": 1000}}, tiers=[GAME])))
    assert "1.200" in draw_curve(outcome, locale="de")
    with pytest.raises(InvalidValue, match="unknown locale"):
        draw_curve(outcome, locale="xx")


def test_the_curve_is_short_however_many_pledges_there_are(tmp_path):
    path = tmp_path / "pledges.csv"
    rows = (
        f"2026-01-10 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},c{n},b{n},1.00\n" for n in range(2_000)
    )
    path.write_text("at,id,backer,amount\n" + "".join(rows))
    outcome = play(read(told()), pledges=path)
    assert len(funding_curve(outcome)) < 20
    assert len(diary(outcome)) == 3


def test_only_an_outcome_is_drawn():
    with pytest.raises(InvalidValue, match="the outcome of a story is drawn"):
        draw_curve("story")


def test_the_schema_names_every_key_and_forbids_others():
    described = schema()
    assert set(described["properties"]) == {
        *("story", "title", "campaign", "budget", "stretch", "tiers", "add_ons", "items", "vouchers"),
        *("taxes", "on_top", "matching", "fees", "split", "subscriptions", "events", "expect", "costs"),
        *("recoup", "payouts", "refunds", "disputes"),
    }
    assert all(
        table["additionalProperties"] is False
        for table in described["$defs"].values()
        if "properties" in table
    )
    assert set(described["$defs"]["CampaignTable"]["required"]) == {
        *("currency", "zone", "opens", "creator", "model")
    }


GAME = {"id": "game", "price": "30.00", "limit": 150}


@pytest.mark.parametrize(
    ("sold", "summary", "words"),
    [
        (1, "failed: 1 of 100 rewards pledged by 1 backer", "1 reward · 1 %"),
        (99, "failed: 99 of 100 rewards pledged by 1 backer", "99 rewards · 99 %"),
        (120, "successful: 120 of 100 rewards pledged by 1 backer", "120 rewards · 120 %"),
    ],
)
def test_a_goal_in_rewards_is_drawn_in_rewards(sold, summary, words):
    events = [pledge("p1", tier="game", quantity=sold)]
    root, texts = drawn(play(read(told(*events, campaign={"goal": {"units": 100}}, tiers=[GAME]))))
    assert root.find(f"{SVG}desc").text == summary
    assert {"goal 100 rewards", words, "0", "100"} <= set(texts)


def test_an_optimum_is_drawn_too_and_no_word_lies_on_a_line():
    campaign = {"optimum": "140.00", "model": {"second_round_days": 5}}
    root, texts = drawn(play(read(told(pledge("p1", "130.00"), campaign=campaign))))
    assert {"goal EUR 100.00", "optimum EUR 140.00", "EUR 130.00 · 130 %"} <= set(texts)
    heights = {it.text: float(it.get("y")) for it in root.iter(f"{SVG}text")}
    lines = [float(it.get("y1")) for it in root.iter(f"{SVG}line") if it.get("class") == "goal"]
    assert not any(
        heights["EUR 130.00 · 130 %"] - 13 < line < heights["EUR 130.00 · 130 %"] for line in lines
    )


def test_a_campaign_without_an_end_is_drawn_until_its_own_or_that_of_the_clock():
    campaign = {"closes": None, "until": "2026-03-01 00:00", "model": {"final_lap": {"days": 7}}}
    open_still = played(pledge("p1", "60.00"), campaign=campaign)
    announced = played(
        pledge("p1", "60.00"), at("2026-02-01 10:00", campaign="announce-end"), campaign=campaign
    )
    assert str(funding_curve(open_still)[-1].at) == "2026-02-28 23:00:00+00:00"
    assert str(funding_curve(announced)[-1].at) == "2026-02-08 09:00:00+00:00"
    assert "2026-02-19" not in drawn(announced)[1]


def test_a_soft_launch_is_part_of_the_curve():
    campaign = {"soft_launch": {"opens": "2026-01-02 10:00", "backers": ["ana"]}}
    outcome = played(pledge("p1", "60.00", at="2026-01-03 10:00", backer="ana"), campaign=campaign)
    points = funding_curve(outcome)
    assert [(str(it.at)[:16], it.pledged.text) for it in points[:2]] == [
        ("2026-01-02 09:00", "0.00"),
        ("2026-01-03 09:00", "60.00"),
    ]


def test_late_pledges_are_told_apart_and_are_no_part_of_the_curve():
    outcome = played(
        pledge("p1", "100.00"), pledge("p2", "9.00", at="2026-01-27 12:00"), campaign={"late_days": 3}
    )
    assert funding_curve(outcome)[-1].pledged.text == "100.00"
    noted = {note.what: str(note.amount) for day in diary(outcome) for note in day.notes}
    assert noted[Happening.PLEDGED_LATE] == "EUR 9.00"
    assert noted[Happening.SETTLED] == "EUR 109.00"


def test_the_diary_tells_what_a_pledge_was_when_it_was():
    outcome = played(
        pledge("p1", "60.00", at="2026-01-06 10:00", backer="ana"),
        at("2026-01-07 10:00", change="p1", amount="70.00"),
        at("2026-01-08 10:00", transfer="p1", to="ben"),
        at("2026-01-09 09:00", transfer="p1", to="ana"),
        pledge("p2", "5.00", at="2026-01-09 10:00", backer="ana"),
        at("2026-01-10 10:00", merge="p2", into="p1"),
        at("2026-01-11 10:00", cancel="p1"),
    )
    noted = [
        (note.what.value, note.who, str(note.amount), day.pledged.text)
        for day in diary(outcome)
        for note in day.notes
    ]
    assert noted[1:-1] == [
        ("pledged", "ana", "EUR 60.00", "60.00"),
        ("changed", "ana", "EUR 70.00", "70.00"),
        ("transferred", "ben", "EUR 70.00", "70.00"),
        ("transferred", "ana", "EUR 70.00", "75.00"),
        ("pledged", "ana", "EUR 5.00", "75.00"),
        ("merged", "ana", "EUR 75.00", "75.00"),
        ("canceled", "ana", "EUR 75.00", "0.00"),
    ]


def test_the_diary_tells_what_becomes_of_the_campaign():
    outcome = played(
        at("2026-01-06 10:00", campaign="suspend"),
        at("2026-01-07 10:00", campaign="resume"),
        pledge("p1", "130.00"),
        campaign={"model": {"second_round_days": 5, "grace_hours": 1, "charging": "at-pledge"}},
        stretch=[{"id": "more", "at": "120.00", "notes": ["a ribbon"]}],
    )
    noted = [(note.what.value, note.detail) for day in diary(outcome) for note in day.notes]
    assert noted == [
        *[("opened", ""), ("moved", "suspended"), ("moved", "live")],
        *[("pledged", ""), ("collected", ""), ("unlocked", "more"), ("waiting", "")],
        *[("extended", "2026-01-30 20:00"), ("waiting", ""), ("ended", "successful")],
        *[("settled", ""), ("paid", "lune")],
    ]
