"""A campaign that any number of backers pledge to, played through the use cases, in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time
from typing import TYPE_CHECKING, Any, Final

import attrs

from benchmarks.settling import PLAN, SCHEDULE
from pushcore import (
    Deadline,
    Dunning,
    FundingGoal,
    FundingModel,
    Money,
    PledgeRequest,
    Ports,
    Selection,
    Terms,
    Tier,
    Window,
    Zone,
    close_campaign,
    collect_pledges,
    draft_campaign,
    launch_campaign,
    pay_out,
    place_pledge,
    settle_campaign,
)
from pushcore.memory import memory_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore import Campaign

__all__ = ["Played", "collected", "launched", "place_all", "play", "requests"]

_OPENS: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_CLOSES: Final = Deadline.after_days(_OPENS, 30, zone=Zone("Europe/Brussels"), inclusive=False)
_TIERS: Final = (("postcard", "10.00"), ("ticket", "25.00"), ("poster", "60.00"), (None, "0.00"))
_BONUSES: Final = tuple(Money.of(amount, "EUR") for amount in ("5.00", "7.50", "12.34", "20.00", "99.99"))


@attrs.frozen
class Played:
    """A story that was played: its host, and the seconds that its parts took."""

    ports: Ports
    placing: float
    whole: float


def play(pledges: int) -> Played:
    """Place, charge, settle, pay out."""
    began = process_time()
    ports, campaign = launched(pledges)
    place_all(ports, pledges)
    placed = process_time()
    ports.clock.set(_CLOSES.at)
    close_campaign(ports, campaign.id, actor="clock")
    collect_pledges(ports, campaign.id, actor="clock")
    statement = settle_campaign(ports, campaign.id, actor="clock")
    pay_out(ports, campaign.id, actor="clock")
    ended = process_time()
    assert statement.conserved
    assert ports.store.progress(campaign.id).collections == pledges
    return Played(ports, placed - began, ended - began)


def collected(pledges: int, **terms: Any) -> Ports:
    """Place so many pledges and charge them all."""
    ports, campaign = launched(pledges, **terms)
    place_all(ports, pledges)
    ports.clock.set(_CLOSES.at)
    close_campaign(ports, campaign.id, actor="clock")
    collect_pledges(ports, campaign.id, actor="clock")
    return ports


def launched(pledges: int, **more: Any) -> tuple[Ports, Campaign]:
    """A campaign with a reward for everyone, and its host; with more terms, if there are any."""
    ports = memory_ports(_OPENS)
    tiers = [Tier(name, Money.of(price, "EUR"), limit=pledges) for name, price in _TIERS if name]
    terms = Terms(
        goal=FundingGoal(Money.of("100.00", "EUR")),
        model=FundingModel.ALL_OR_NOTHING,
        window=Window(_OPENS, _CLOSES),
        minimum=Money.of("1.00", "EUR"),
        claim_lifetime=timedelta(minutes=30),
        dunning=Dunning.of_hours(remind=[48, 96, 144], attempt=[168]),
        tiers=tiers,
        fees=SCHEDULE,
        splits=PLAN,
        **more,
    )
    draft_campaign(ports, terms, creator_id="lune", actor="lune", campaign_id="lanterne")
    return ports, launch_campaign(ports, "lanterne", actor="lune")


def place_all(ports: Ports, pledges: int) -> None:
    """Place so many pledges, each by a backer of its own."""
    for request in requests(pledges):
        place_pledge(ports, request)


def requests(count: int) -> Iterator[PledgeRequest]:
    """What the backers ask for, one by one: three of four want a reward."""
    for number in range(count):
        backer, (tier, _), bonus = f"b{number}", _TIERS[number % 4], _BONUSES[number % 5]
        yield PledgeRequest(f"p{number}", "lanterne", backer, Selection(bonus, tier_id=tier), actor=backer)
