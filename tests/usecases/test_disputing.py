"""Disputes: news in any order and number lead to the same end, and nobody is given money twice."""

import itertools
from datetime import timedelta
from functools import partial

import attrs
import pytest
from funding_houses import AT_ONCE, advance, at_provider, books, finish, goal, heard
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, closed, collected, money, pledged, refused, states, written

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    FundingModel,
    Percent,
    Percentage,
    PledgeState,
    Refused,
    Rounding,
    SplitPlan,
    audit,
    charge_pledge,
    close_campaign,
    collect_pledges,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import Charging
from pushcore.errors import GatewayUnavailable, InvalidValue, KeyReused, OutcomeUnknown
from pushcore.gateway import Accepted, DisputeState, DisputeTold, OrderAnswered, RefundMade
from pushcore.ledger import Balances, campaign_totals
from pushcore.memory import ABLE, FakeGateway, Fault
from pushcore.payments import disputes
from pushcore.payouts import (
    Bearer,
    Bearing,
    Debt,
    Dispute,
    DisputeTerms,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Waterfall,
)
from pushcore.payouts.dispute import Blocked
from pushcore.usecases import receive_event

ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)
FIFTEEN = DisputeTerms(
    fee=money("15.00"),
    fee_returned=False,
    counter_fee=money("0.00"),
    bearers=[Bearing(Bearer.HOST)],
    rounding=Rounding.HALF_UP,
)
OPENED, EVIDENCE, LOST, WON, WITHDRAWN = (
    DisputeState(it) for it in ("opened", "evidence-submitted", "lost", "won", "withdrawn")
)


def news(state, pledge_id="p1", *, amount="40.00", days=0, dispute_id="dp_1"):
    return DisputeTold(
        dispute_id=dispute_id,
        charged=f"{pledge_id}/charge/1",
        amount=money(amount),
        state=state,
        at=END + days * DAY,
    )


def told(ports, *events):
    return [heard(ports, event) for event in events]


def funded(*amounts, **changed):
    return collected(*amounts, **{"refunds": ALL_BACK, "disputes": FIFTEEN} | changed)


def settled(*amounts, **changed):
    ports = funded(*amounts, **{"splits": SplitPlan()} | changed)
    settle_campaign(ports, "lanterne", actor="clerk")
    return ports


def owed(ports):
    found = ports.store.find(Debt, "lune/EUR")
    return money(0) if found is None else found.outstanding


def conserved(ports):
    assert audit(ports.store.transactions()) == ()
    told = state_account(ports, "lanterne")
    assert [told.totals] == list(campaign_totals(Balances(ports.store.transactions())))
    return told.conserved


def test_what_is_disputed_is_blocked_until_it_is_decided():
    """OC13, stripe-dispute-15: spendable is nothing of it, and the fee is gone whoever wins."""
    ports = funded("60.00", "40.00")
    assert told(ports, news(OPENED)) == ["taken"]
    assert books(ports)["provider"] == 6000 - 1500
    assert books(ports)["campaign/lanterne/held"] == -6000
    assert ports.store.progress("lanterne").collected == money("60.00")
    assert ports.store.find_pledge("p1").kept == money(0)
    assert conserved(ports)
    assert told(ports, news(WON, days=30)) == ["taken"]
    assert books(ports)["provider"] == 10_000 - 1500
    assert books(ports)["campaign/lanterne/held"] == -10_000
    assert ports.store.find_pledge("p1").kept == money("40.00")
    assert conserved(ports)
    settle_campaign(ports, "lanterne", actor="clerk")
    assert conserved(ports)


def test_a_charge_that_failed_cannot_be_disputed():
    """It was taken, and left a debt of the creator; the provider is asked instead."""
    ports = pledged("60.00", "40.00", refunds=ALL_BACK, disputes=FIFTEEN)
    ports.gateway.decline("p1")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    with pytest.raises(OutcomeUnknown, match="took nothing"):
        told(ports, news(OPENED))
    ports.gateway.accept("p1")
    assert charge_pledge(ports, "p1", actor="b1").attempts == 2
    with pytest.raises(OutcomeUnknown, match="took nothing"):
        told(ports, news(OPENED))
    assert ports.store.find(Dispute, "dp_1") is None
    assert told(ports, attrs.evolve(news(OPENED), charged="p1/charge/2")) == ["taken"]


def test_what_is_lost_is_not_settled():
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED), news(LOST, days=30))
    statement = settle_campaign(ports, "lanterne", actor="clerk")
    assert (statement.collected, statement.disputed) == (money("100.00"), money("40.00") + money("15.00"))
    assert statement.net == money("60.00") - money("3.00") - money("2.00")
    assert (books(ports)["campaign/lanterne/borne/host"], conserved(ports)) == (1500, True)
    assert states(ports)["p1"] == "collected"


def test_a_dispute_after_the_settlement_is_a_debt_net_of_the_fee():
    """CA09, CA11, catarse-chargeback: -174.00 of 200.00 at 13 %, once, and +174.00 when it is won."""
    fees = FeeSchedule(
        [attrs.evolve(collected("1.00", goal=goal("1.00")).store.campaign("lanterne").terms.fees.lines[0])]
    )
    ports = settled("100.00", "200.00", fees=fees)
    first, won = news(OPENED, amount="200.00"), news(WON, amount="200.00", days=9)
    assert told(ports, first, first) == ["taken", "known"]
    assert owed(ports) == money("190.00")
    assert conserved(ports)
    assert told(ports, won, first, won) == ["taken", "known", "known"]
    assert (owed(ports), conserved(ports)) == (money(0), True)


def test_before_the_creator_is_credited_nothing_is_owed():
    """CA10."""
    ports = funded("60.00", "40.00")
    told(ports, news(LOST))
    assert owed(ports) == money(0)


def test_what_is_won_after_the_settlement_is_paid_out_too():
    ports = funded("60.00", "40.00", splits=SplitPlan())
    told(ports, news(OPENED))
    settle_campaign(ports, "lanterne", actor="clerk")
    assert told(ports, news(WON, days=30)) == ["taken"]
    payouts = ports.store.payouts("lanterne")
    assert [it.amount for it in payouts] == [
        money("60.00") - money("5.00"),
        money("40.00") - money("2.00") - money("1.40"),
    ]
    assert conserved(ports)
    assert told(ports, news(LOST, days=60)) == ["taken"]
    assert (owed(ports), conserved(ports)) == (money("40.00") - money("3.40"), True)


def test_what_is_won_after_the_settlement_waits_until_it_is_said_how_it_was_paid():
    """Its fee depends on that, and it was not there when the campaign was settled."""
    three = Percent(Percentage.of(3))
    by_card = FeeLine("card", FeeBase.PLEDGE, three, Rounding.HALF_UP, methods=["card"])
    ports = funded("60.00", "40.00", splits=SplitPlan(), fees=FeeSchedule([by_card]))
    told(ports, OrderAnswered("p0/charge/1", Accepted("ch", paid_by="card")), news(OPENED))
    settle_campaign(ports, "lanterne", actor="clerk")
    assert refused(told, ports, news(WON, days=30)) == ("method-unknown",)
    later = told(ports, OrderAnswered("p1/charge/1", Accepted("ch", paid_by="card")), news(WON, days=30))
    assert later == ["taken", "taken"]
    assert books(ports)["campaign/lanterne/fees/card"] == -300
    assert conserved(ports)


def test_what_is_disputed_is_not_refunded_too():
    """One charge is never given back twice: neither while it is disputed nor after it was lost."""
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED, amount="30.00"))
    assert refused(refund_pledge, ports, "p1", actor="clerk") == ("dispute-open",)
    told(ports, news(LOST, amount="30.00", days=9))
    ten = money("10.01")
    for wanted in ten, {"bonus": ten}:
        assert refused(refund_pledge, ports, "p1", actor="clerk", key="r1", wanted=wanted) == ("above-paid",)
    after = refund_pledge(ports, "p1", actor="clerk")
    assert (after.state, after.kept, after.paid.refunded) == (
        PledgeState.COLLECTED,
        money(0),
        money("10.00"),
    )
    assert refused(refund_pledge, ports, "p1", actor="clerk") == ("above-paid",)
    assert conserved(ports)
    finish(ports)


def test_what_the_backer_has_got_back_already_is_the_platforms_to_contest():
    """The bank takes it all the same: it is booked, and nobody owes it twice."""
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p1", actor="clerk", key="r1", wanted=money("30.00"))
    told(ports, news(LOST))
    assert ports.store.find(Dispute, "dp_1").blocked == Blocked(
        creator=money("10.00"), debt=money(0), others={"platform": money("30.00")}
    )
    assert books(ports)["provider"] == 10_000 - 3000 - 4000 - 1500
    assert books(ports)["campaign/lanterne/borne/platform"] == 3000
    assert (books(ports)["campaign/lanterne/held"], conserved(ports)) == (-6000, True)


@pytest.mark.parametrize("to", RefundTo)
def test_a_dispute_of_what_was_refunded_whole(to):
    """Whether it went to the card, or became credit and is whole at the provider: the books follow."""
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p1", actor="clerk", to=to)
    assert told(ports, news(OPENED), news(EVIDENCE, days=3)) == ["taken", "taken"]
    assert books(ports)["campaign/lanterne/borne/platform"] == 4000
    assert conserved(ports)
    assert told(ports, news(WON, days=9)) == ["taken"]
    assert "campaign/lanterne/borne/platform" not in books(ports)
    assert (states(ports)["p1"], conserved(ports)) == ("refunded", True)
    finish(ports)
    settle_campaign(ports, "lanterne", actor="clerk")
    assert conserved(ports)


def test_a_second_dispute_of_the_same_charge():
    ports = settled("60.00", "40.00")
    told(ports, news(LOST), news(LOST, dispute_id="dp_2"))
    assert ports.store.find(Dispute, "dp_2").blocked.others == {"platform": money("40.00")}
    assert owed(ports) == money("40.00") - money("2.00") - money("1.40")
    assert conserved(ports)


def test_a_dispute_is_of_one_charge():
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED))
    with pytest.raises(KeyReused, match=r"is of EUR 40\.00 of p1/charge/1, not of .* of p0/charge/1"):
        told(ports, news(LOST, "p0"))
    assert conserved(ports)


@pytest.mark.parametrize("state", [OPENED, LOST])
@pytest.mark.parametrize("gone", ["0.00", "10.00", "40.00"])
def test_a_dispute_is_of_no_more_than_its_charge_took(state, gone):
    """An adapter that sends cents as euros was believed: 4000.00 of a charge of 40.00 were taken."""
    ports = funded("60.00", "40.00")
    if money(gone):
        refund_pledge(ports, "p1", actor="clerk", wanted=money(gone), key="r1")
    before = written(ports)
    for amount in ("4000.00", "40.01"):
        with pytest.raises(Refused, match=rf"above-paid: dispute dp_1 is of EUR {amount}.* took EUR 40\.00"):
            told(ports, news(state, amount=amount))
    assert written(ports) == before
    assert told(ports, news(state)) == ["taken"]
    assert conserved(ports)


@pytest.mark.parametrize("amount", ["40.01", "39.99", "4000.00"])
@pytest.mark.parametrize("state", [OPENED, LOST, WON])
def test_a_dispute_is_of_one_amount(amount, state):
    """What contradicts what is known was taken as if it were the same."""
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED))
    before = written(ports)
    with pytest.raises(KeyReused, match=rf"dispute dp_1 is of EUR 40\.00 of .*, not of EUR {amount} of "):
        told(ports, news(state, amount=amount, days=1))
    assert written(ports) == before


def test_a_dispute_of_more_is_told_with_every_other_reason():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        refund_pledge(ports, "p1", actor="clerk")
    assert told(ports, news(OPENED, amount="40.01"), news(OPENED)) == ["too-early"] * 2
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p1")
    options = {"terms": FIFTEEN, "debt": Debt.none("lune", "EUR")}
    more = (news(OPENED, amount="40.01"), END, "clerk")
    assert refused(disputes.begin, pledge, campaign, *more, **options) == ("refund-open", "above-paid")


@pytest.mark.parametrize("state", ["opened", "lost"])
def test_news_of_a_time_to_come_is_refused_and_what_is_true_counts(state):
    """Clocks may be a day apart; what is told of a later time would outlast all that comes after it."""
    ports = settled("60.00", "40.00")
    if state == "lost":
        told(ports, news(OPENED))
    for ahead in (DAY + timedelta(seconds=1), 4_000 * DAY):
        to_come = attrs.evolve(news(DisputeState(state)), at=END + ahead)
        with pytest.raises(InvalidValue, match=r"dp_1 is told of .* ahead of the clock"):
            receive_event(ports, to_come, actor="provider")
    soon = attrs.evolve(news(DisputeState(state)), at=END + DAY)
    assert receive_event(ports, soon, actor="provider").value == "taken"
    assert told(ports, news(WON, days=2)) == ["taken"]
    assert (owed(ports), conserved(ports)) == (money(0), True)


def test_news_before_its_time():
    ports = closed("60.00", "40.00", refunds=ALL_BACK)
    ports.gateway.fail_next(Fault.AFTER, Fault.AFTER)
    collect_pledges(ports, "lanterne", actor="jobs")
    unknown = attrs.evolve(news(OPENED), charged="nobody/charge/1")
    foreign = attrs.evolve(news(OPENED), charged="ch_1")
    later = attrs.evolve(news(OPENED), charged="p1/charge/2")
    assert told(ports, news(OPENED), unknown, later, foreign) == ["too-early"] * 3 + ["foreign"]
    collect_pledges(ports, "lanterne", actor="jobs")
    assert told(ports, news(OPENED)) == ["taken"]


def test_a_dispute_waits_for_the_refund_under_way():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(Exception, match="lost"):
        refund_pledge(ports, "p1", actor="clerk", key="r1", wanted=money("10.00"))
    assert told(ports, news(OPENED)) == ["too-early"]
    finish(ports)
    assert told(ports, news(OPENED)) == ["taken"]
    assert ports.store.find(Dispute, "dp_1").blocked.creator == money("30.00")


def declined(wanted=None, *, after=False):
    """A campaign of which a refund was declined: the backer is owed it, and has a bank."""
    ports = (settled if after else funded)("60.00", "40.00")
    ports.gateway.decline("p1")
    part = {} if wanted is None else {"key": "r1", "wanted": money(wanted)}
    refund_pledge(ports, "p1", actor="clerk", **part)
    ports.gateway.accept("p1")
    return ports


@pytest.mark.parametrize("after", [False, True], ids=["before the settlement", "after it"])
@pytest.mark.parametrize("wanted", [None, "10.00"])
def test_a_dispute_takes_what_is_owed_of_a_declined_refund(wanted, after):
    """The card was closed, so the backer asked the bank: they get it once, and it is given once."""
    ports = declined(wanted, after=after)
    part = money(wanted or "40.00")
    assert told(ports, news(OPENED)) == ["taken"]
    dispute, pledge = ports.store.find(Dispute, "dp_1"), ports.store.find_pledge("p1")
    assert (dispute.blocked.owed, dispute.blocked.others) == (part, {})
    assert (pledge.refund, pledge.paid.refunded) == (None, part)
    assert pledge.state is (PledgeState.REFUNDED if wanted is None else PledgeState.COLLECTED)
    assert "campaign/lanterne/refunds" not in books(ports)
    assert conserved(ports)
    told(ports, news(LOST, days=9))
    assert conserved(ports)
    told(ports, news(WON, days=20))
    again = ports.store.find_pledge("p1")
    assert (again.refund.ways[0].amount, again.refund.declined) == (part, True)
    assert again.state is (PledgeState.UNREFUNDED if wanted is None else PledgeState.COLLECTED)
    assert books(ports)["campaign/lanterne/refunds"] == -part.minor
    assert refund_pledge(ports, "p1", actor="clerk").refund is None
    assert "campaign/lanterne/refunds" not in books(ports)
    assert conserved(ports)
    finish(ports)


def test_a_dispute_of_a_part_takes_what_nobody_has_asked_back_first():
    ports = declined("10.00")
    told(ports, news(OPENED, amount="35.00"))
    assert ports.store.find(Dispute, "dp_1").blocked == Blocked(
        creator=money("30.00"), debt=money(0), owed=money("5.00")
    )
    assert ports.store.find_pledge("p1").refund.ways[0].amount == money("5.00")
    told(ports, news(WITHDRAWN, amount="35.00", days=1))
    assert ports.store.find_pledge("p1").refund.ways[0].amount == money("10.00")
    assert refund_pledge(ports, "p1", actor="clerk").kept == money("30.00")
    assert conserved(ports)


def test_a_dispute_of_what_a_failed_campaign_could_not_give_back():
    ports = pledged("60.00", "39.00", model=AT_ONCE, disputes=FIFTEEN)
    ports.gateway.decline("p1")
    assert advance(ports, END).state.value == "failed"
    assert told(ports, news(LOST, amount="39.00")) == ["taken"]
    assert states(ports) == {"p0": "refunded", "p1": "refunded"}
    assert "campaign/lanterne/refunds" not in books(ports)
    assert conserved(ports)


@pytest.mark.parametrize("wanted", [None, "10.00"])
def test_news_in_any_order_lead_to_the_same_end_beside_a_declined_refund(wanted):
    ends = []
    for order in itertools.permutations(STORY):
        ports = declined(wanted)
        told(ports, *order)
        pledge = ports.store.find_pledge("p1")
        standing = {
            path: it for path, it in books(ports).items() if not path.endswith((*BESIDE, "contested"))
        }
        ends.append((pledge.state, pledge.refund, standing, conserved(ports)))
    assert all(end == ends[0] for end in ends)


def test_a_refund_made_at_the_provider_waits_for_the_dispute():
    ports = funded("60.00", "40.00")
    made = RefundMade("p1/charge/1", money("25.00"), "re_1")
    assert told(ports, news(OPENED, amount="15.00"), made) == ["taken", "too-early"]
    assert told(ports, news(LOST, amount="15.00", days=9), made, made) == ["taken", "taken", "known"]
    assert ports.store.find_pledge("p1").kept == money(0)
    assert books(ports)["provider"] == 10_000 - 1500 - 1500 - 2500
    assert conserved(ports)


def test_a_refund_made_at_the_provider_of_what_the_bank_took_is_told_loudly():
    """It is too early while the dispute may be won; once it is lost, 25.00 went twice."""
    ports = funded("60.00", "40.00")
    made = RefundMade("p1/charge/1", money("25.00"), "re_1")
    assert told(ports, news(OPENED, amount="40.00"), made) == ["taken", "too-early"]
    assert told(ports, news(LOST, amount="40.00", days=9)) == ["taken"]
    with pytest.raises(
        Refused, match=r"above-paid: EUR 25\.00 of p1/charge/1 .* of which EUR 0\.00 was left"
    ):
        told(ports, made)


def test_no_dispute_is_begun_while_a_refund_is_under_way():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        refund_pledge(ports, "p1", actor="clerk", key="r1", wanted=money("10.00"))
    pledge, campaign = ports.store.find_pledge("p1"), ports.store.campaign("lanterne")
    begin = partial(disputes.begin, terms=FIFTEEN, debt=Debt.none("lune", "EUR"))
    assert refused(begin, pledge, campaign, news(OPENED), END, "provider") == ("refund-open",)


def test_two_disputes_of_one_charge_are_told_apart():
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED, amount="10.00"), news(OPENED, amount="5.00", dispute_id="dp_2"))
    assert ports.store.find_pledge("p1").kept == money("25.00")
    told(ports, news(WON, amount="10.00", days=9))
    pledge = ports.store.find_pledge("p1")
    assert [(it.id, it.open) for it in pledge.disputes] == [("dp_1", False), ("dp_2", True)]
    assert (pledge.kept, conserved(ports)) == (money("35.00"), True)
    told(ports, news(LOST, amount="5.00", days=9, dispute_id="dp_2"))
    assert (ports.store.find_pledge("p1").kept, conserved(ports)) == (money("35.00"), True)


def test_what_was_blocked_already_moves_no_more_when_it_is_lost():
    ports = funded("60.00", "40.00")
    told(ports, news(OPENED))
    pledge, dispute = ports.store.find_pledge("p1"), ports.store.find(Dispute, "dp_1")
    campaign = ports.store.campaign("lanterne")
    hear = partial(disputes.hear, pledge, campaign, dispute, debt=Debt.none("lune", "EUR"))
    _, _, lost = hear(news(LOST, days=9), END, "provider")
    _, _, won = hear(news(WON, days=9), END, "provider")
    assert (lost.deltas, len(won.deltas)) == ((), 1)


@pytest.mark.parametrize("last", [LOST, WON])
def test_a_failed_campaign_gives_back_what_disputes_have_left(last):
    ports = pledged("60.00", "40.00", model=AT_ONCE, goal=goal("500.00"), disputes=FIFTEEN)
    told(ports, news(OPENED))
    advance(ports, END)
    assert states(ports) == {"p0": "refunded", "p1": "collected"}
    told(ports, news(last, days=9))
    advance(ports, END + timedelta(days=10))
    assert states(ports) == {"p0": "refunded", "p1": "refunded"}
    assert books(ports)["provider"] == -1500
    assert ports.store.progress("lanterne").pledges == 0
    finish(ports)


def test_what_the_provider_declares_is_what_a_dispute_costs():
    fee = {"EUR": money("20.00")}
    gateway = FakeGateway(abilities=attrs.evolve(ABLE, dispute_fee=fee, returns_dispute_fee=True))
    ports = funded("60.00", "40.00", disputes=None)
    ports = attrs.evolve(ports, gateway=gateway)
    told(ports, news(OPENED))
    assert books(ports)["campaign/lanterne/borne/platform"] == 2000
    told(ports, news(WITHDRAWN, days=2))
    assert "campaign/lanterne/borne/platform" not in books(ports)


BESIDE = ("restored", "beside")
"""What is told beside is how much ever came back, which depends on what was heard first."""
STORY = [news(OPENED), news(EVIDENCE, days=3), news(LOST, days=10), news(WON, days=20)]


@pytest.mark.parametrize("after", [False, True], ids=["before the settlement", "after it"])
def test_news_in_any_order_lead_to_the_same_end(after):
    """Every order of four, the last one heard twice: the books end the same to the cent."""
    ends = []
    for order in itertools.permutations(STORY):
        ports = (settled if after else funded)("60.00", "40.00")
        told(ports, *order, order[-1])
        dispute = ports.store.find(Dispute, "dp_1")
        kept = ports.store.find_pledge("p1").kept
        standing = {path: it for path, it in books(ports).items() if not path.endswith(BESIDE)}
        ends.append((dispute.state, kept, standing, owed(ports), conserved(ports)))
    assert all(end == ends[0] for end in ends)
    assert ends[0][0] is WON


@given(st.lists(st.sampled_from(STORY), max_size=7), st.integers(0, 7), st.booleans())
def test_a_settlement_in_between_changes_no_conservation(events, place, refunds):
    ports = funded("60.00", "40.00", splits=SplitPlan())
    for n, event in enumerate([*events, None]):
        if n == min(place, len(events)):
            settle_campaign(ports, "lanterne", actor="clerk")
        if event is not None:
            told(ports, event)
        if refunds and n == 2:
            try:
                refund_pledge(ports, "p1", actor="clerk", key="r1", wanted=money("1.00"))
            except Refused:
                continue
        assert conserved(ports)
    dispute = ports.store.find(Dispute, "dp_1")
    if dispute is not None:
        pledge = ports.store.find_pledge("p1")
        assert pledge.disputes[0].open is dispute.open
        assert pledge.disputes[0].taken is (dispute.state not in {WON, WITHDRAWN})


def test_what_is_charged_at_once_is_blocked_while_the_campaign_is_live():
    ports = pledged("60.00", "40.00", model=FundingModel(charging=Charging.AT_PLEDGE), disputes=FIFTEEN)
    told(ports, news(OPENED))
    assert ports.store.progress("lanterne").collected == money("60.00")
    assert at_provider_minor(ports) == 6000 - 1500


def at_provider_minor(ports):
    ports.gateway.deposit(-money("55.00"))  # what the provider took for the dispute
    return at_provider(ports).minor
