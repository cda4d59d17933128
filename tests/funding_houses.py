"""What the stories of funding models have in common."""

from collections import Counter

from lanterne import DAY, END, money, pledged, request

from pushcore import (
    FundingGoal,
    FundingModel,
    advance_campaign,
    audit,
    close_campaign,
    finish_orders,
    place_pledge,
)
from pushcore.campaigns import Charging
from pushcore.ledger import TransactionPhase

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)


def goal(amount, currency="EUR"):
    return FundingGoal(money(amount, currency))


def campaign_of(ports):
    return ports.store.campaign("lanterne")


def place(ports, pledge_id, bonus="10.00", **asked):
    return place_pledge(ports, request(pledge_id, bonus, **asked))


def close_at(ports, at):
    ports.clock.set(at)
    return close_campaign(ports, "lanterne", actor="clerk")


def advance(ports, at):
    """What the campaign is after the job of this minute."""
    ports.clock.set(at)
    advance_campaign(ports, "lanterne", actor="jobs")
    return campaign_of(ports)


def reminded(ports, since):
    """The campaign after three reminders of a charge that failed then; the last attempt is due in a day."""
    for days in (2, 4, 6):
        advance(ports, since + days * DAY)
    return campaign_of(ports)


def ended(*amounts, **changed):
    """The campaign at its deadline, after the job."""
    return advance(pledged(*amounts, **changed), END)


def at_provider(ports):
    """What the provider holds, by its own books, of the campaign's currency; the ledger says the same."""
    held = ports.gateway.held(campaign_of(ports).currency)
    assert books(ports).get("provider", 0) == held.minor
    return held


def books(ports):
    """What every account stands at that does not stand at zero, by the plain sum of its postings."""
    assert audit(ports.store.transactions()) == ()
    sums = Counter()
    for transaction in ports.store.transactions():
        if transaction.phase is TransactionPhase.POSTED:
            for posting in transaction.postings:
                sums[posting.account.path] += posting.amount.minor
    return {path: minor for path, minor in sums.items() if minor}


def finish(ports):
    """Nothing is left open."""
    assert finish_orders(ports, actor="jobs") == {}
    assert list(ports.store.open_orders()) == []
