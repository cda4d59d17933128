"""What the stories of funding models have in common."""

from collections import Counter

from lanterne import DAY, END, collected, money, pledged, request, terms

from pushcore import (
    Deadline,
    FeeSchedule,
    FundingGoal,
    FundingModel,
    PayoutPlan,
    Percentage,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Reserve,
    Rounding,
    SplitPlan,
    Waterfall,
    Window,
    advance_campaign,
    audit,
    close_campaign,
    draft_campaign,
    finish_orders,
    launch_campaign,
    place_pledge,
    refund_pledge,
    settle_campaign,
)
from pushcore.campaigns import Charging
from pushcore.ledger import TransactionPhase

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
ALL_BACK = RefundPolicy(
    {it: Waterfall(indebts=True) for it in RefundSituation},
    rounding=Rounding.HALF_UP,
    credit_lifetime=90 * DAY,
)
"""Everything comes back, the fees too; what is settled is a debt; and credit is for 90 days."""


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


def credited():
    """A house at the end of la Lanterne, where b0 has 60.00 of credit for 90 days."""
    ports = collected("60.00", "40.00", refunds=ALL_BACK)
    refund_pledge(ports, "p0", to=RefundTo.WALLET, actor="clerk")
    return ports


def another(ports, **changed):
    """A second campaign, which opens when the first has ended."""
    window = Window(END, Deadline(END + 30 * DAY, zone=terms().window.closes.zone, inclusive=False))
    agreed = terms(**{"window": window, "refunds": ALL_BACK} | changed)
    draft_campaign(ports, agreed, creator_id="lune", actor="lune", campaign_id="novel")
    launch_campaign(ports, "novel", actor="lune")
    return ports


def owing(amount="8.00", **changed):
    """A settled campaign of 100.00 whose creator owes so much of a refund; 10.00 of it are held back."""
    tenth = Reserve(rate=Percentage.of("10"), rounding=Rounding.HALF_UP, hold_months=6)
    own = {"fees": FeeSchedule(), "splits": SplitPlan(), "payouts": PayoutPlan(reserve=tenth)}
    ports = collected("60.00", "40.00", **{"refunds": ALL_BACK} | own | changed)
    settle_campaign(ports, "lanterne", actor="clerk")
    refund_pledge(ports, "p0", key="r1", wanted=money(amount), actor="clerk")
    return ports
