"""Campaigns that took place, told as stories. The data is not ours to ship; see `PUSHCORE_DATA`."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from telling import read, told
from typer.testing import CliRunner

from pushcore.cli.app import app
from pushcore.money import Currency, Money
from pushcore.stories import play

KICKSTARTER_FEES = [
    {"line": "platform", "base": "collected", "percent": "5", "rounding": "half-up"},
    {
        "line": "processing",
        "base": "pledge",
        "percent": "3",
        "fixed": "0.20",
        "below": {"amount": "10.00", "percent": "5", "fixed": "0.05"},
        "rounding": "half-up",
    },
]


@pytest.fixture(scope="module")
def record(data_dir):
    """Darkest Dungeon, 2014: 313,337.29 of 75,000 dollars from 9,639 backers, 90 of them without a reward."""
    text = (data_dir / "reference" / "kickstarter_project_1637457328.json").read_text(encoding="utf-8")
    return json.loads(text)


def instant(seconds):
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}Z"


def dollars(cents):
    return Money.of_minor(cents, "USD").text


def pledges(record):
    """Of every backer the reward, its price and a bonus in cents; bonuses spread what is above all prices."""
    prices = {reward["id"]: 100 * reward["minimum"] for reward in record["rewards"]}
    picks = [one["id"] for one in record["rewards"] for _ in range(one["backers_count"] or 0)]
    picks += [0] * (record["backers_count"] - len(picks))  # the pledge without a reward, of 1.00
    spare = Money.of(record["pledged"], "USD").minor - sum(prices[pick] for pick in picks)
    bonuses = Money.of_minor(spare, "USD").split(len(picks)).minors
    return [(pick, prices[pick], bonus) for pick, bonus in zip(picks, bonuses, strict=True)]


def document(record):
    limits = {one["id"]: {"limit": one["limit"]} if one["limit"] else {} for one in record["rewards"]}
    tiers = [
        {"id": str(one["id"]), "price": f"{one['minimum']}.00", **limits[one["id"]]}
        for one in record["rewards"]
        if one["id"]
    ]
    campaign = {
        "currency": "USD",
        "goal": f"{record['goal']}.00",
        "zone": "America/Vancouver",
        "opens": instant(record["launched_at"]),
        "closes": instant(record["deadline"]),
    }
    return told(campaign=campaign, tiers=tiers, fees=KICKSTARTER_FEES)


def rows(record):
    """The lines of a CSV of all pledges, evenly over the time of the campaign."""
    start, span = record["launched_at"], record["deadline"] - record["launched_at"]
    yield "at,id,backer,amount,tier,bonus"
    for number, (tier, price, bonus) in enumerate(pledges(record)):
        money = f",{tier},{dollars(bonus)}" if tier else f"{dollars(price + bonus)},,"
        yield f"{instant(start + span * number // record['backers_count'])},p{number},b{number},{money}"


def test_a_whole_campaign_of_9639_pledges_through_the_command_line(record, tmp_path):
    story, csv_file = tmp_path / "story.json", tmp_path / "pledges.csv"
    story.write_text(json.dumps(document(record)), encoding="utf-8")
    csv_file.write_text("\n".join(rows(record)), encoding="utf-8")
    done = CliRunner().invoke(app, ["play", str(story), "--pledges", str(csv_file), "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert [result[key] for key in ("state", "backers", "refusals")] == ["successful", 9_639, []]
    assert result["pledged"] == result["collected"] == record["pledged"]
    assert result["tiers"] == {
        str(one["id"]): {"claimed": one["backers_count"], "left": one["remaining"]}
        for one in record["rewards"]
        if one["id"]
    }
    # Of each pledge 3 % and 0.20, or 5 % and 0.05 below 10.00, half a cent up; of the total 5 %.
    processing = sum(
        (5 * cents + 500 + 50) // 100 if cents < 1_000 else (3 * cents + 2_000 + 50) // 100
        for cents in (price + bonus for _, price, bonus in pledges(record))
    )
    assert result["fees"] == {"platform": "15666.86", "processing": dollars(processing)}
    assert result["payouts"] == {"lune": result["net"]} == {"lune": dollars(31333729 - 1566686 - processing)}
    assert (result["held"], result["refunded"], result["ledger"]["balanced"]) == ("0.00", "0.00", True)


def test_every_ended_campaign_of_the_sample_ends_as_it_did(data_dir):
    with (data_dir / "sample" / "ks_projects_2000.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] in {"failed", "successful"}]
    assert len(rows) > 1_500
    wrong = [row["ID"] for row in rows if outcome(row) != row["state"]]
    assert wrong == []


def outcome(row):
    """How the campaign ends if one backer pledges all of it."""
    opens = datetime.fromisoformat(row["launched"]).replace(tzinfo=UTC)
    exponent = Currency.of(row["currency"]).exponent
    goal, pledged = (row[key] if exponent else row[key].removesuffix(".00") for key in ("goal", "pledged"))
    closes = max(datetime.fromisoformat(row["deadline"]).replace(tzinfo=UTC), opens + timedelta(hours=1))
    campaign = {"currency": row["currency"], "goal": goal, "opens": str(opens), "closes": str(closes)}
    pledge = {"at": str(opens), "pledge": "p", "backer": "b", "amount": pledged}
    return play(read(told(pledge, campaign=campaign))).as_dict()["state"]
