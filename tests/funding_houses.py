"""What the stories of funding models have in common."""

from collections import Counter
from types import MappingProxyType

import attrs
from lanterne import DAY, END, collected, launched, money, pledged, request, terms

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
    expire_credit,
    finish_orders,
    launch_campaign,
    pass_on_credit,
    pay_back_debt,
    place_pledge,
    recover_debt,
    refund_pledge,
    settle_campaign,
    spend_credit,
    withdraw_credit,
    write_off_debt,
)
from pushcore.campaigns import Charging
from pushcore.gateway import Declined, DisputeState, DisputeTold
from pushcore.ledger import TransactionPhase
from pushcore.memory import FakeGateway
from pushcore.payouts import Bearer, Bearing, DisputeTerms
from pushcore.usecases import receive_event

AT_ONCE = FundingModel(charging=Charging.AT_PLEDGE)
ALL_BACK = RefundPolicy(
    {it: Waterfall(indebts=True) for it in RefundSituation},
    rounding=Rounding.HALF_UP,
    credit_lifetime=90 * DAY,
)
"""Everything comes back, the fees too; what is settled is a debt; and credit is for 90 days."""


class Costly(FakeGateway):
    """It keeps 0.30 of every refund and 1.00 of every transfer, beside what these move."""

    costs = MappingProxyType({"Refund": money("0.30"), "Transfer": money("1.00")})

    def _told(self, order, said):
        answer = super()._told(order, said)
        cost = None if isinstance(said, Declined) else self.costs.get(type(order).__name__)
        return answer if cost is None else attrs.evolve(answer, fee=cost)


def goal(amount, currency="EUR"):
    return FundingGoal(money(amount, currency))


def heard(ports, event):
    """What becomes of what the provider tells, by a clock that has come to the time of which it tells."""
    before = ports.now()
    ports.clock.set(max(getattr(event, "at", before), before))
    reception = receive_event(ports, event, actor="provider").value
    ports.clock.set(before)
    return reception


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


FIVE = DisputeTerms(
    fee=money("5.00"),
    fee_returned=False,
    counter_fee=money("0.00"),
    bearers=[Bearing(Bearer.HOST)],
    rounding=Rounding.HALF_UP,
)
TENTH = PayoutPlan(reserve=Reserve(rate=Percentage.of("10"), rounding=Rounding.HALF_UP, hold_months=6))
BY = {"actor": "clerk"}


def disputed(ports, pledge_id, state, reference):
    """The provider tells of a dispute of a pledge of 51.00."""
    told = DisputeTold(
        dispute_id=reference,
        charged=f"{pledge_id}/charge/1",
        amount=money("51.00"),
        state=DisputeState(state),
        at=ports.now(),
    )
    heard(ports, told)


def _advanced(ports, at, *campaigns):
    ports.clock.set(at)
    for campaign_id in campaigns:
        advance_campaign(ports, campaign_id, **BY)


def _spent(ports):
    another(ports, fees=FeeSchedule(), splits=SplitPlan(), goal=goal("1.00"))
    spend_credit(ports, request("q0", "20.00", campaign_id="novel", backer_id="b0"))


EVENTS = (
    lambda ports: _advanced(ports, END, "lanterne"),
    lambda ports: refund_pledge(ports, "p0", to=RefundTo.WALLET, actor="clerk"),
    lambda ports: refund_pledge(ports, "p3", actor="clerk"),
    lambda ports: disputed(ports, "p1", "opened", "dp_0"),
    lambda ports: disputed(ports, "p2", "lost", "dp_1"),
    lambda ports: recover_debt(ports, "lanterne", "lune", money("5.00"), key="r1", **BY),
    lambda ports: pay_back_debt(ports, "lune", money("5.00"), key="b1", **BY),
    lambda ports: write_off_debt(ports, "lune", money("5.00"), bearer=Bearer.PLATFORM, key="w1", **BY),
    _spent,
    lambda ports: pass_on_credit(ports, "b0", "ana", "EUR", key="g1", amount=money("5.00"), actor="b0"),
    lambda ports: withdraw_credit(ports, "b0", "EUR", key="o1", amount=money("5.00"), actor="b0"),
    lambda ports: _advanced(ports, END + 30 * DAY, "novel"),
    lambda ports: _advanced(ports, END + 91 * DAY),
    lambda ports: expire_credit(ports, "b0", "EUR", goes_to="charity", actor="jobs"),
    lambda ports: disputed(ports, "p1", "lost", "dp_0"),
)


def eventful(number=None):
    """A house in which almost everything has happened by the end; or so many things of it."""
    ports = launched(refunds=ALL_BACK, disputes=FIVE, payouts=TENTH, splits=SplitPlan())
    for n in range(4):
        place_pledge(ports, request(f"p{n}", "50.00", backer_id=f"b{n}", tip=money("1.00")))
    for event in EVENTS[:number]:
        event(ports)
    return ports
