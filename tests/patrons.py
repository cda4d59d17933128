"""Patrons: a campaign without an end that keeps it all and charges at once, and who subscribes to it."""

from datetime import timedelta

from lanterne import BRUSSELS, OPENS, launched, money

from pushcore import Charging, Deadline, FinalLap, FundingModel, Percentage, Tier, Window
from pushcore.changes import StockMove
from pushcore.recurring import Anniversary, FirstOfMonth, PerCreation, Period, Retries, Subscription

ENDLESS = FundingModel(
    keeps_from=Percentage.of("0"), charging=Charging.AT_PLEDGE, final_lap=FinalLap(7, end_of_day=False)
)
FOREVER = Window(OPENS, Deadline.never(BRUSSELS))
FIRST = FirstOfMonth(BRUSSELS, Period.MONTHLY)
WEEKLY = Anniversary(BRUSSELS, Period.WEEKLY)
BY_CREATION = PerCreation(BRUSSELS, monthly=True)
LADDER = Retries([2, 2, 5, 5, 5])
FRIEND = StockMove("lanterne", "postcard", 3, claimed=1)


def subscription(subscription_id="s1", amount="5.00", *, anchor=FIRST, **changed):
    """Ana's, of five euros on the first of each month, from the opening on."""
    given = {"backer_id": "ana", "campaign_id": "lanterne", "retries": LADDER, "started_at": OPENS} | changed
    return Subscription(id=subscription_id, amount=money(amount), anchor=anchor, **given)


def patronage(**changed):
    """A house in memory where la Lanterne is open for ever, and has postcards for its first friends."""
    tiers = [Tier("postcard", money("5.00"), limit=3)]
    return launched(**{"model": ENDLESS, "window": FOREVER, "tiers": tiers} | changed)


def later(ports, **span):
    """The same house so much later."""
    ports.clock.advance(timedelta(**span))
    return ports
