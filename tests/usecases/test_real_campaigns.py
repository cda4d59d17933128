"""Campaigns that really were: their outcomes, their limits, and one of them from the launch to the payout."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from lanterne import card_fees, money, refused, terms

from pushcore import (
    CampaignState,
    Deadline,
    FundingGoal,
    FundingModel,
    Money,
    PledgeRequest,
    Selection,
    SplitPlan,
    Tier,
    Window,
    Zone,
    audit,
    close_campaign,
    collect_pledges,
    draft_campaign,
    launch_campaign,
    pay_out,
    place_pledge,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import Trigger
from pushcore.memory import memory_ports

UTC_ZONE = Zone("UTC")
MOST_PLACED, MOST_LIMITED = 10, 100
"""How many backers of a tier are placed in the sample, without and with a limit: they are all alike."""


def live(currency, goal, tiers, opens, closes):
    """A house in which a campaign of these figures has just opened."""
    ports = memory_ports(opens)
    it = terms(
        goal=FundingGoal(money(goal, currency)),
        window=Window(opens, Deadline(closes, UTC_ZONE, inclusive=False)),
        minimum=money(1, currency),
        tiers=tiers,
        fees=card_fees(currency),
        splits=SplitPlan(),
    )
    draft_campaign(ports, it, creator_id="creator", actor="creator", campaign_id="it")
    launch_campaign(ports, "it", actor="creator")
    return ports


def place(ports, pledge_id, bonus, tier_id=None):
    picked = Selection(bonus, tier_id=tier_id)
    asked = PledgeRequest(pledge_id, "it", f"backer of {pledge_id}", picked, actor="backer")
    return place_pledge(ports, asked)


def test_the_outcome_of_every_ended_project(data_dir):
    """ks_projects_2000: successful if and only if the goal was reached, in 14 currencies."""
    verdicts = {"successful": Trigger.SUCCEED, "failed": Trigger.FAIL}
    with (data_dir / "sample/ks_projects_2000.csv").open(encoding="utf-8", newline="") as rows:
        ended = [row for row in csv.DictReader(rows) if row["state"] in verdicts]
    for row in ended:
        goal = FundingGoal(Money.of(row["goal"], row["currency"]))
        pledged = Money.of(row["pledged"], row["currency"])
        assert FundingModel.ALL_OR_NOTHING.verdict(goal, pledged) is verdicts[row["state"]], row["ID"]
    assert len(ended) > 1700
    assert len({row["currency"] for row in ended}) >= 10


def tiers_of(record, currency):
    """The reward tiers of a scraped record, each with how many backed it."""
    columns = (record[name].split(",") for name in ("tier_values", "tier_limits", "tier_backers"))
    for n, (price, limit, backers) in enumerate(zip(*columns, strict=True)):
        most = None if limit == "False" else int(limit)
        yield Tier(f"t{n}", money(price, currency), limit=most), int(backers)


def test_limits_and_floors_of_109_campaigns(data_dir):
    """kickscrape_tiers_109: the backers of every tier fit into it, and none fits into one that was full."""
    records = json.loads((data_dir / "sample/kickscrape_tiers_109.json").read_text(encoding="utf-8"))
    full = 0
    for record in records:
        currency = record["funding_currency"].upper()
        tiers = list(tiers_of(record, currency))
        opens, closes = (datetime.fromisoformat(record[name]) for name in ("project_start", "project_end"))
        ports = live(currency, record["funding_goal"], [tier for tier, _ in tiers], opens, closes)
        for tier, backers in tiers:
            placed = min(backers, MOST_PLACED if tier.limit is None else MOST_LIMITED)
            for n in range(placed):
                place(ports, f"{tier.id}/{n}", Money.zero(currency), tier.id)
            assert ports.store.stock("it", tier.id).claimed == placed
            if placed == tier.limit:
                full += 1
                codes = refused(place, ports, f"{tier.id}/more", money(1, currency), tier.id)
                assert codes == ("sold-out",)
        floor = Money.total((tier.price * backers for tier, backers in tiers), currency)
        assert ports.store.progress("it").pledged <= floor <= money(record["funding_raised"], currency)
    assert full == 36


@pytest.fixture(scope="module")
def dungeon(data_dir):
    path = data_dir / "reference/kickstarter_project_1637457328.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pledged(dungeon):
    """The house of Darkest Dungeon at its deadline, with as many pledges of each reward as it had.

    What backers gave above the rewards is not known one by one: it is spread evenly, to the cent.
    """
    named = [reward for reward in dungeon["rewards"] if reward["backers_count"] is not None]
    tiers = [Tier(str(it["id"]), money(it["minimum"], "USD"), limit=it["limit"]) for it in named]
    backers = [str(it["id"]) for it in named for _ in range(it["backers_count"])]
    alone = dungeon["backers_count"] - len(backers)
    floors = sum(it["minimum"] * it["backers_count"] for it in named) + alone
    above = (money(dungeon["pledged"], "USD") - money(floors, "USD")).split(dungeon["backers_count"])
    opens, closes = (datetime.fromtimestamp(dungeon[name], UTC) for name in ("launched_at", "deadline"))
    ports = live("USD", dungeon["goal"], tiers, opens, closes)
    step = (closes - opens) / dungeon["backers_count"]
    for n, (tier_id, bonus) in enumerate(zip([*backers, *[None] * alone], above, strict=True)):
        given = bonus if tier_id else bonus + money(1, "USD")
        place(ports, f"p{n}", given, tier_id)
        ports.clock.advance(step)
    return ports, tiers


def test_nothing_of_a_real_campaign_is_oversold(dungeon, pledged):
    ports, tiers = pledged
    progress = ports.store.progress("it")
    assert (progress.pledges, progress.backers) == (9_639, 9_639)
    assert progress.pledged == money(dungeon["pledged"], "USD")
    remaining = {str(it["id"]): it["remaining"] for it in dungeon["rewards"]}
    ports.clock.set(ports.store.campaign("it").terms.window.closes.at - timedelta(seconds=1))
    sold_out = 0
    for tier in tiers:
        assert ports.store.stock("it", tier.id).left(tier.limit) == remaining[tier.id]
        if remaining[tier.id] == 0:
            sold_out += 1
            assert refused(place, ports, "one more", money(1, "USD"), tier.id) == ("sold-out",)
    assert sold_out == 7


def test_a_real_campaign_is_paid_out_to_the_cent(dungeon, pledged):
    """Kickstarter's fees, computed here once more with whole cents: 5 %, and 3 % + 0.20 or 5 % + 0.05."""
    ports, _ = pledged
    ports.clock.set(ports.store.campaign("it").terms.window.closes.at)
    ended = close_campaign(ports, "it", actor="clerk")
    assert ended.state is CampaignState.SUCCESSFUL
    amounts = [pledge.amount.minor for pledge in ports.store.returnable_pledges("it")]
    assert collect_pledges(ports, "it", actor="clerk").collected == 9_639
    statement = settle_campaign(ports, "it", actor="clerk")

    total = sum(amounts)
    platform = (total * 5 + 50) // 100
    card = sum(
        (cents * 3 + 50) // 100 + 20 if cents >= 1000 else (cents * 5 + 50) // 100 + 5 for cents in amounts
    )
    assert total == 31_333_729
    assert {line: fee.minor for line, fee in statement.fees.items()} == {
        "platform": platform,
        "processing": card,
    }
    assert statement.net.minor == total - platform - card
    assert statement.conserved

    pay_out(ports, "it", actor="clerk")
    assert state_account(ports, "it").paid == {"creator": statement.net}
    assert ports.gateway.held("USD").minor == platform + card
    assert audit(ports.store.transactions()) == ()
    assert ports.store.campaign("it").outcome.backers == dungeon["backers_count"]
