"""The next version of a value is made without a second check, and is one that would pass it."""

import pickle
from datetime import timedelta

import attrs
import pytest
from lanterne import CheckingStore

from pushcore import (
    Ports,
    Stock,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    draft_campaign,
    launch_campaign,
    pay_out,
    place_pledge,
    settle_campaign,
)
from pushcore._evolving import evolved, maker
from pushcore.changes import StockMove
from pushcore.memory import CountingIds, FakeGateway, ManualClock
from pushcore.testing import builders


def test_it_is_what_the_checked_way_makes():
    pledge = builders.a_pledge()
    assert evolved(pledge, version=7) == attrs.evolve(pledge, version=7)
    assert evolved(pledge) == pledge
    with pytest.raises(AttributeError):
        evolved(pledge, colour="red")


def test_it_can_be_made_of_its_parts_by_position():
    assert maker(Stock)(3, 1) == Stock(3, 1)
    assert maker(Stock, "reserved")(1) == Stock(0, 1)
    assert maker(StockMove, "campaign_id", "stock_id", "limit")("lanterne", "print", None).claimed == 0


@pytest.mark.parametrize("stock", [evolved(Stock(3, 1), claimed=2), maker(Stock)(2, 1)])
def test_it_is_as_frozen_as_any_other(stock):
    assert type(stock) is Stock
    assert pickle.loads(pickle.dumps(stock)) == stock
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        stock.claimed = 5


def test_whatever_decisions_make_passes_every_check():
    gateway, clock = FakeGateway(), ManualClock(builders.OPENS)
    ports = Ports(CheckingStore(), gateway, clock, CountingIds())
    terms = builders.terms("20")
    draft_campaign(ports, terms, campaign_id="lanterne", creator_id="lune", actor="lune")
    launch_campaign(ports, "lanterne", actor="lune")
    for pledge_id in ("p1", "p2", "p3"):
        place_pledge(ports, builders.a_request(pledge_id))
    cancel_pledge(ports, "p3", actor="ana")
    clock.set(terms.window.closes.at)
    close_campaign(ports, "lanterne", actor="jobs")
    gateway.decline("p2")
    for _ in range(8):
        collect_pledges(ports, "lanterne", actor="jobs")
        clock.advance(timedelta(days=1))
    settle_campaign(ports, "lanterne", actor="jobs")
    pay_out(ports, "lanterne", actor="jobs")
    assert [ports.store.find_pledge(it).state for it in ("p1", "p2", "p3")] == [
        "collected",
        "dropped",
        "canceled",
    ]
    assert ports.store.checked > 30
