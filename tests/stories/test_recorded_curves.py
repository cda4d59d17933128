"""Three campaigns of 2012, recorded by the hour and told again; the data is not ours to ship."""

import csv
import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from telling import read, told
from typer.testing import CliRunner

from pushcore.cli.app import app
from pushcore.money import Money
from pushcore.stories import play

GOALS = {"larry": "500000.00", "space-quest": "500000.00", "wasteland-2": "900000.00"}


@pytest.fixture(scope="module")
def recorded(data_dir):
    """Of each campaign when it was looked at, how many backers it had, and their dollars."""
    curves = defaultdict(list)
    with (data_dir / "sample" / "hourly_3_campaigns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["at_utc"])
            curves[row["campaign"]].append((at, int(row["backers"]), int(row["pledged_usd"])))
    return curves


def events(curve):
    """Pledges, cancellations and changes that move the totals as they were seen to move.

    More backers pledge half of what came in, or a dollar each; of fewer, the last who came cancel. One big
    pledge is raised and lowered by whatever differs.
    """
    at, backers, pledged = curve[0]
    spare = pledged // 2
    standing = []

    def come(number, dollars):
        for place, amount in enumerate(Money.of_minor(dollars, "JPY").split(number).minors):
            name = f"p{at:%m%d%H}-{place}"
            standing.append((name, amount))
            yield {"at": str(at), "pledge": name, "amount": f"{amount}.00"}

    yield {"at": str(at), "pledge": "big", "amount": f"{spare}.00"}
    yield from come(backers - 1, pledged - spare)
    for before, (at, now, dollars) in pairwise(curve):
        more, rise = now - before[1], dollars - before[2]
        if more > 0:
            given = max(rise // 2, more)
            yield from come(more, given)
            rise -= given
        for name, amount in [standing.pop() for _ in range(-more)]:
            yield {"at": str(at), "cancel": name}
            rise += amount
        if rise:
            spare += rise
            yield {"at": str(at), "change": "big", "amount": f"{spare}.00"}


def document(name, curve, **more):
    campaign = {
        "currency": "USD",
        "goal": GOALS[name],
        "zone": "America/Los_Angeles",
        "opens": str(curve[0][0]),
        "closes": str(curve[-1][0] + timedelta(hours=1)),
        **more,
    }
    return told(*events(curve), campaign=campaign) | {"title": name}


@pytest.mark.parametrize("name", sorted(GOALS))
def test_a_campaign_told_again_has_the_curve_that_was_recorded(recorded, name):
    curve = recorded[name]
    outcome = play(read(document(name, curve, until=str(curve[-1][0]))))
    assert outcome.refusals == ()
    seen = [outcome.timeline.at(at).progress for at, _, _ in curve]
    assert [(it.backers, it.pledged.text) for it in seen] == [(n, f"{usd}.00") for _, n, usd in curve]
    assert any(before > after for (_, _, before), (_, _, after) in pairwise(curve))
    assert (outcome.backers, outcome.pledged.text) == (curve[-1][1], f"{curve[-1][2]}.00")
    assert outcome.campaign.terms.goal.reached(outcome.pledged)


def test_the_command_line_draws_it(recorded, tmp_path):
    curve, story, chart = recorded["space-quest"], tmp_path / "story.json", tmp_path / "curve.svg"
    story.write_text(json.dumps(document("space-quest", curve)), encoding="utf-8")
    done = CliRunner().invoke(app, ["play", str(story), "--chart", str(chart), "--json"])
    assert done.exit_code == 0, done.output
    root = ET.fromstring(chart.read_text(encoding="utf-8"))  # noqa: S314  our own text
    paths = {path.get("class"): path.get("d") for path in root.iter("{http://www.w3.org/2000/svg}path")}
    drawn = paths["curve"]
    assert drawn.count("V") > 500
    assert drawn.count("V") < len(curve)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"USD 539767.00 · 107 %", "goal USD 500000.00"} <= set(texts)
