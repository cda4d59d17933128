"""Refunds that come back: the backer is owed them again, once, and whatever follows ends at nothing."""

from datetime import timedelta
from functools import partial

import attrs
import pytest
from abroad import at_provider as dollars_at_provider
from abroad import backed, ended
from abroad import books_in as books_abroad
from funding_houses import ALL_BACK, AT_ONCE, at_provider, books, finish, heard
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, collected, launched, money, refused, request

from pushcore import (
    FeeSchedule,
    FundingGoal,
    Money,
    PledgeState,
    SplitPlan,
    advance_campaign,
    audit,
    cancel_campaign,
    cancel_pledge,
    charge_pledge,
    close_campaign,
    place_pledge,
    refund_pledge,
    settle_campaign,
    state_account,
)
from pushcore.books import pledge_accounts
from pushcore.campaigns import DefaultOutcome, FailurePolicy, InstalmentBase, InstalmentPlan
from pushcore.errors import InvalidValue, KeyReused, NotFound, OutcomeUnknown
from pushcore.gateway import DisputeState, DisputeTold, RefundBounced, RefundMade
from pushcore.ledger import Balances, campaign_totals
from pushcore.ledger.chart import refunds_account
from pushcore.memory import FakeGateway, Fault
from pushcore.money import Percentage, Remainder, Rounding
from pushcore.payments import bouncing
from pushcore.payments.events import RefundFailed
from pushcore.payouts import PayoutPlan, RefundTo
from pushcore.usecases import state_wallet

PLAIN = {"fees": FeeSchedule(), "splits": SplitPlan()}
BY = {"actor": "clerk"}


def told(ports, *events):
    return [heard(ports, event) for event in events]


def bounce(ports, refund=1, pledge_id="p0"):
    """What the provider tells of a refund that a bank sent back to it."""
    return ports.gateway.bounce(f"{pledge_id}/refund/{refund}")


def funded(*amounts, **changed):
    return collected(*amounts, **{"refunds": ALL_BACK} | PLAIN | changed)


def canceled(**changed):
    """A house of which a pledge of 40.00, paid at once, was refunded as its campaign was canceled."""
    ports = launched(model=AT_ONCE, **changed)
    place_pledge(ports, request("p0", "40.00", backer_id="b0"))
    cancel_campaign(ports, "lanterne", actor="lune")
    return ports


def pledge(ports, pledge_id="p0"):
    return ports.store.find_pledge(pledge_id)


def owed(ports):
    return ports.store.balance(refunds_account("lanterne"), "EUR").posted


def conserved(ports):
    """The books balance, and what they say of the campaign is what they say of its accounts."""
    assert audit(ports.store.transactions()) == ()
    statement = state_account(ports, "lanterne")
    assert [statement.totals] == list(campaign_totals(Balances(ports.store.transactions())))
    assert statement.conserved
    return statement


def test_what_comes_back_is_owed_again_and_goes_back_once_more():
    ports = canceled()
    assert (pledge(ports).state, at_provider(ports)) == (PledgeState.REFUNDED, money(0))
    came_back = bounce(ports)
    assert told(ports, came_back, came_back) == ["taken", "known"]
    assert (pledge(ports).state, owed(ports)) == (PledgeState.UNREFUNDED, money("40.00"))
    assert at_provider(ports) == money("40.00")
    assert conserved(ports).refunded == money("40.00")
    assert [it.code for it in ports.store.events() if isinstance(it, RefundFailed)] == ["bounced"]
    refund_pledge(ports, "p0", **BY)
    assert (pledge(ports).state, owed(ports), at_provider(ports)) == (
        PledgeState.REFUNDED,
        money(0),
        money(0),
    )
    assert told(ports, came_back) == ["known"]
    assert [gone.bounced for gone in pledge(ports).gone_back] == [True, False]
    assert conserved(ports).refunded == money("40.00")
    finish(ports)


def test_what_no_bank_takes_becomes_credit():
    ports = canceled()
    told(ports, bounce(ports))
    refund_pledge(ports, "p0", to=RefundTo.WALLET, **BY)
    assert state_wallet(ports, "b0", "EUR").total == money("40.00")
    assert (pledge(ports).state, owed(ports)) == (PledgeState.REFUNDED, money(0))
    conserved(ports)


def test_a_part_of_what_was_funded_comes_back():
    """The campaign does not have it any more: it is the backer's, and the pledge is kept for the rest."""
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p0", wanted=money("10.00"), key="a", **BY)
    refund_pledge(ports, "p0", wanted=money("20.00"), key="b", **BY)
    assert told(ports, bounce(ports)) == ["taken"]
    after = pledge(ports)
    assert (after.state, after.kept, after.given_back) == (
        PledgeState.COLLECTED,
        money("30.00"),
        money("20.00"),
    )
    refund_pledge(ports, "p0", wanted=money("5.00"), key="c", **BY)  # what came back goes with it
    assert (pledge(ports).given_back, owed(ports)) == (money("35.00"), money(0))
    statement = settle_campaign(ports, "lanterne", **BY)
    assert (statement.net, conserved(ports).refunded) == (money("65.00"), money("35.00"))


def test_several_that_come_back_are_owed_together_and_go_back_in_one():
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p0", wanted=money("10.00"), key="a", **BY)
    refund_pledge(ports, "p0", wanted=money("20.00"), key="b", **BY)
    assert told(ports, bounce(ports, 2), bounce(ports, 1)) == ["taken", "taken"]
    (way,) = pledge(ports).refund.ways
    assert (way.amount, owed(ports)) == (money("30.00"), money("30.00"))
    refund_pledge(ports, "p0", **BY)
    assert (pledge(ports).given_back, at_provider(ports)) == (money("30.00"), money("70.00"))


def test_one_of_a_settled_campaign_leaves_the_debt_as_it_is():
    ports = funded("60.00", "40.00")
    settle_campaign(ports, "lanterne", **BY)
    refund_pledge(ports, "p0", wanted=money("10.00"), key="a", **BY)
    before = conserved(ports)
    assert told(ports, bounce(ports)) == ["taken"]
    assert conserved(ports) == before
    assert owed(ports) == money("10.00")


def test_what_a_bounce_costs_is_kept_of_its_pledge_beside_the_fee_of_the_charge():
    ports = attrs.evolve(launched(model=AT_ONCE), gateway=FakeGateway(fee=lambda _: money("1.00")))
    place_pledge(ports, request("p0", "40.00", backer_id="b0"))
    cancel_campaign(ports, "lanterne", actor="lune")
    assert told(ports, attrs.evolve(bounce(ports), fee=money("0.25"))) == ["taken"]
    assert pledge(ports).provider_fee == money("1.25")
    assert books(ports)["campaign/lanterne/provider-fees"] == 125


def test_what_a_bounce_costs_is_in_the_books_and_no_fee_of_a_charge_of_which_none_is_known():
    ports = canceled()
    assert told(ports, attrs.evolve(bounce(ports), fee=money("0.25"))) == ["taken"]
    assert books(ports) == {
        "provider": 3975,
        "campaign/lanterne/provider-fees": 25,
        "campaign/lanterne/refunds": -4000,
    }
    assert pledge(ports).provider_fee is None


def test_a_tip_comes_back_to_where_it_was():
    ports = launched(model=AT_ONCE, **PLAIN)
    place_pledge(ports, request("p0", "40.00", backer_id="b0", tip=money("5.00")))
    cancel_campaign(ports, "lanterne", actor="lune")
    told(ports, bounce(ports))
    assert books(ports) == {
        "provider": 4500,
        "campaign/lanterne/refunds": -4000,
        "campaign/lanterne/on-top/tip": -500,
    }
    refund_pledge(ports, "p0", **BY)
    assert books(ports) == {}


def test_a_part_of_a_tip_that_came_back_goes_back_with_the_rest_of_too_small_a_campaign():
    payouts = PayoutPlan(least_net=money("200.00"))
    ports = launched(model=AT_ONCE, refunds=ALL_BACK, payouts=payouts, **PLAIN)
    place_pledge(ports, request("p0", "150.00", backer_id="b0", tip=money("5.00")))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", **BY)
    refund_pledge(ports, "p0", wanted={"tip": money("2.00")}, key="a", **BY)
    told(ports, bounce(ports))
    advance_campaign(ports, "lanterne", **BY)
    assert (pledge(ports).state, books(ports)) == (PledgeState.REFUNDED, {})


def test_what_is_not_known_to_have_gone_back_comes_too_early():
    ports = launched(model=AT_ONCE, **PLAIN)
    back = RefundBounced("p0/charge/1", money("40.00"), "refund-p0/refund/1")
    assert told(ports, back) == ["too-early"]
    place_pledge(ports, request("p0", "40.00", backer_id="b0"))
    assert told(ports, back) == ["too-early"]
    ports.gateway.fail_next(Fault.AFTER)
    cancel_campaign(ports, "lanterne", actor="lune")
    assert pledge(ports).state is PledgeState.REFUNDING
    assert told(ports, bounce(ports)) == ["too-early"]
    finish(ports)
    assert told(ports, back) == ["taken"]
    assert told(ports, attrs.evolve(back, charged="order-7/pay")) == ["foreign"]


def test_while_a_dispute_is_open_it_waits():
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p0", wanted=money("10.00"), key="a", **BY)
    news = partial(DisputeTold, dispute_id="dp_1", charged="p0/charge/1", amount=money("50.00"))
    told(ports, news(state=DisputeState.OPENED, at=END))
    came_back = bounce(ports)
    assert told(ports, came_back) == ["too-early"]
    told(ports, news(state=DisputeState.LOST, at=END + 30 * DAY))
    assert told(ports, came_back) == ["taken"]
    refund_pledge(ports, "p0", **BY)
    assert (owed(ports), pledge(ports).given_back) == (money(0), money("10.00"))
    conserved(ports)


@pytest.mark.parametrize("amount", ["40.00", "15.00"])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("decided", [["lost"], ["won"], ["lost", "won"], ["won", "lost"]])
def test_a_refund_that_came_back_and_a_dispute_end_the_same_in_any_order(decided, place, amount):
    """What the bank had given was owed to the backer again, if the refund came back after the dispute."""
    ports = canceled(**PLAIN)
    came_back = bounce(ports)
    events = [dispute_told(amount, state, days) for days, state in enumerate(["opened", *decided])]
    events.insert(place, came_back)
    told(ports, *events, came_back)
    if pledge(ports).state is PledgeState.UNREFUNDED:
        refund_pledge(ports, "p0", **BY)
    assert pledge(ports).state is PledgeState.REFUNDED
    told_beside = ("contested", "beside", "restored")
    assert not [path for path in books(ports) if not path.endswith(told_beside)]
    conserved(ports)


def dispute_told(amount, state, days=0, dispute_id="dp_1"):
    at = END + days * DAY
    return DisputeTold(
        dispute_id=dispute_id,
        charged="p0/charge/1",
        amount=money(amount),
        state=DisputeState(state),
        at=at,
    )


def test_disputes_have_what_came_back_one_after_another_and_only_the_rest_is_owed():
    """All that they took had gone back in two refunds: the platform bears it until these come back."""
    ports = funded("60.00", "40.00")
    for key, amount in ("a", "20.00"), ("b", "40.00"):
        refund_pledge(ports, "p0", wanted=money(amount), key=key, **BY)
    for number, amount in enumerate(("25.00", "5.00", "10.00")):
        told(ports, dispute_told(amount, "lost", dispute_id=f"dp_{number}"))
    assert books(ports)["campaign/lanterne/borne/platform"] == 4000
    assert told(ports, bounce(ports)) == ["taken"]
    assert (books(ports)["campaign/lanterne/borne/platform"], owed(ports)) == (2000, money(0))
    assert told(ports, bounce(ports, 2)) == ["taken"]
    assert (books(ports).get("campaign/lanterne/borne/platform"), owed(ports)) == (None, money("20.00"))
    refund_pledge(ports, "p0", **BY)
    assert (pledge(ports).state, owed(ports)) == (PledgeState.REFUNDED, money(0))
    conserved(ports)


def test_one_that_was_made_at_the_provider_comes_back_too():
    ports = funded("60.00", "40.00")
    made = RefundMade("p0/charge/1", money("10.00"), "re_1")
    assert told(ports, made) == ["taken"]
    came_back = RefundBounced("p0/charge/1", money("10.00"), "re_1")
    assert told(ports, came_back, made) == ["taken", "known"]
    assert owed(ports) == money("10.00")
    conserved(ports)


def test_another_amount_under_the_same_name_is_refused():
    ports = canceled()
    with pytest.raises(KeyReused):
        told(ports, attrs.evolve(bounce(ports), amount=money("39.99")))
    assert pledge(ports).state is PledgeState.REFUNDED


def test_what_never_went_back_does_not_bounce():
    ports = canceled()
    with pytest.raises(NotFound):
        ports.gateway.bounce("p0/charge/1")
    back = RefundBounced("p0/charge/1", money("40.00"), "re_9")
    assert refused(partial(bouncing.bounced, pledge(ports), back, END, "clerk")) == ("unknown-refund",)
    with pytest.raises(InvalidValue):
        bouncing.bounced(pledge(ports), "re_9", END, "clerk")


def test_nothing_bounces_while_the_next_refund_is_under_way():
    ports = funded("60.00", "40.00")
    refund_pledge(ports, "p0", wanted=money("10.00"), key="a", **BY)
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        refund_pledge(ports, "p0", wanted=money("5.00"), key="b", **BY)
    came_back = bounce(ports)
    assert refused(partial(bouncing.bounced, pledge(ports), came_back, END, "clerk")) == ("refund-open",)
    assert told(ports, came_back) == ["too-early"]


PLAN = InstalmentPlan(
    threshold=money("30.00"),
    base=InstalmentBase.WHOLE,
    fewest=3,
    most=3,
    remainder=Remainder.FIRST,
    first_after=timedelta(0),
    on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
    every_months=1,
)


@pytest.mark.parametrize("which", [(1,), (3,), (2, 1), (1, 2, 3)])
def test_the_parts_of_a_pledge_come_back_one_by_one(which):
    ports = launched(model=AT_ONCE, instalments=PLAN, goal=FundingGoal(money("100.00")), **PLAIN)
    place_pledge(ports, request("p0", "40.00", backer_id="b0", parts=3))
    for part in 1, 2, 3:
        charge_pledge(ports, "p0", part=part, actor="b0")
    cancel_campaign(ports, "lanterne", actor="lune")
    assert pledge(ports).state is PledgeState.REFUNDED
    events = [bounce(ports, number) for number in which]
    assert told(ports, *events) == ["taken"] * len(which)
    there = at_provider(ports)
    assert (owed(ports), pledge(ports).instalments.paid) == (there, there)
    assert there + pledge(ports).given_back == money("40.00")
    refund_pledge(ports, "p0", **BY)
    assert (pledge(ports).state, at_provider(ports)) == (PledgeState.REFUNDED, money(0))
    conserved(ports)


def test_no_more_comes_back_of_a_part_than_went_back():
    ports = launched(model=AT_ONCE, instalments=PLAN, **PLAIN)
    place_pledge(ports, request("p0", "40.00", backer_id="b0", parts=3))
    charge_pledge(ports, "p0", part=1, actor="b0")
    parts = pledge(ports).instalments
    assert refused(partial(parts.bounce, 1, money("1.00"))) == ("above-paid",)
    with pytest.raises(InvalidValue):
        parts.bounce(1, money(0))


class Dollars(FakeGateway):
    """It books euros as dollars at 1.10."""

    def _told(self, order, said):
        answer = super()._told(order, said)
        if not isinstance(said, str) or not hasattr(order, "amount"):
            return answer
        dollars = order.amount.times(Percentage.of("110"), Rounding.HALF_UP)
        return attrs.evolve(answer, settled=Money.of_minor(dollars.minor, "USD"))


def test_what_was_booked_in_another_currency_comes_back_at_the_stored_rate():
    ports = attrs.evolve(launched(model=AT_ONCE, **PLAIN), gateway=Dollars())
    place_pledge(ports, request("p0", "33.33", backer_id="b0"))
    cancel_pledge(ports, "p0", actor="b0")
    assert dict(books_in(ports, "USD")) == {}
    told(ports, bounce(ports))
    assert books_in(ports, "USD")["provider"] == 3666
    assert books_in(ports, "EUR") == {"campaign/lanterne/refunds": -3333, "fx/EUR-USD": 3333}
    refund_pledge(ports, "p0", **BY)
    assert books_in(ports, "USD") == books_in(ports, "EUR") == {}


def books_in(ports, currency):
    """What every account stands at in a currency that does not stand at zero."""
    stand = Balances(ports.store.transactions())
    rows = [(it.account.path, it.debits_posted - it.credits_posted) for it in stand]
    return {path: amount.minor for path, amount in rows if amount.currency.code == currency and amount}


def test_the_account_of_a_pledge_tells_what_is_owed_again():
    ports = canceled(**PLAIN)
    told(ports, bounce(ports))
    (account,) = pledge_accounts(ports.store.transactions(), ["p0"])
    assert (account.paid, account.returned, account.owed) == (money("40.00"), money(0), money("40.00"))


@given(data=st.data())
def test_whatever_comes_back_how_often_all_is_given_back_once(data):
    """Refunds of parts, by us or at the provider, that come back again and again, in any order."""
    ports = funded("60.00", "40.00")
    for step in range(data.draw(st.integers(1, 6))):
        gone = [it for it in pledge(ports).gone_back if not it.bounced]
        if gone and data.draw(st.booleans()):
            for it in data.draw(st.lists(st.sampled_from(gone), max_size=3)):
                told(ports, ports.gateway.bounce(it.reference.removeprefix("refund-")))
        elif pledge(ports).refund is not None:
            refund_pledge(ports, "p0", **BY)
        else:
            left = pledge(ports).kept.minor
            if left:
                part = Money.of_minor(data.draw(st.integers(1, left)), "EUR")
                refund_pledge(ports, "p0", wanted=part, key=f"part-{step}", **BY)
        after = pledge(ports)
        assert after.given_back + after.kept + owed(ports) == money("60.00")
        assert at_provider(ports) == money("100.00") - after.given_back
        conserved(ports)


@given(parts=st.lists(st.integers(1, 3_000), min_size=1, max_size=4), bounces=st.lists(st.integers(0, 3)))
def test_what_was_paid_in_another_currency_goes_back_to_the_unit(parts, bounces):
    ports = backed()
    for number, minor in enumerate(parts, 1):
        if pledge(ports, "p1").refund is None and pledge(ports, "p1").kept.minor > minor:
            part = Money.of_minor(minor, "EUR")
            refund_pledge(ended(ports), "p1", wanted=part, key=f"part-{number}", **BY)
    gone = pledge(ports, "p1").gone_back
    for place in bounces:
        told(ports, ports.gateway.bounce(gone[place % len(gone)].reference.removeprefix("refund-")))
    while pledge(ports, "p1").kept or pledge(ports, "p1").refund is not None:
        refund_pledge(ports, "p1", **BY)
    assert dollars_at_provider(ports) == 0
    assert books_abroad(ports, "USD") == {}
