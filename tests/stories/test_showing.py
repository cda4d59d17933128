"""What is shown of an outcome: its diary, its curve, the drawing of it, and its ledger."""

import csv
import io
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
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
        ({"currency": "JPY", "goal": "3000000"}, {"0", "500\u202f000", "3\u202f000\u202f000"}),
        ({"goal": "0.03"}, {"0.00", "0.01", "0.03"}),
        ({"currency": "KWD", "goal": "0.300"}, {"0.000", "0.050", "0.300"}),
        ({"closes": "2026-01-05 12:00"}, {"01-05 10:00", "01-05 11:30", "01-05 12:00"}),
        ({"closes": "2036-01-05 12:00"}, {"2026-01-06", "2028-01-06"}),
        ({"until": "2026-01-01 10:00"}, {"EUR 0.00 · 0 %"}),
    ],
    ids=str,
)
def test_axes_are_labelled_in_round_steps(campaign, labels):
    assert labels <= set(drawn(play(read(told(campaign=campaign))))[1])


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
        *("taxes", "on_top", "fees", "split", "events", "expect"),
    }
    assert all(
        table["additionalProperties"] is False
        for table in described["$defs"].values()
        if "properties" in table
    )
    assert set(described["$defs"]["CampaignTable"]["required"]) == {
        *("currency", "zone", "opens", "creator", "model")
    }
