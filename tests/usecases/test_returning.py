"""Refunds of a funded campaign: whole, in part and line by line; before it is settled and after."""

from itertools import count

import attrs
import pytest
from funding_houses import AT_ONCE, advance, at_provider, books, finish, goal
from hypothesis import given
from hypothesis import strategies as st
from lanterne import (
    DAY,
    END,
    NOBODY_ASKED,
    OPENS,
    card_fees,
    collected,
    launched,
    money,
    pledged,
    refused,
    request,
    states,
    terms,
    written,
)

from pushcore import (
    FeeBase,
    FeeLine,
    FeeSchedule,
    Fixed,
    FundingModel,
    Money,
    Percent,
    Percentage,
    PledgeState,
    Rounding,
    SplitPlan,
    Tier,
    advance_campaign,
    audit,
    cancel_campaign,
    cancel_pledge,
    close_campaign,
    collect_pledges,
    draft_campaign,
    expect_contribution,
    launch_campaign,
    list_refunds,
    merge_pledges,
    place_pledge,
    plan_refunds,
    receive_contribution,
    receive_event,
    refund_pledge,
    refusals,
    retry_refunds,
    settle_campaign,
    state_account,
)
from pushcore.campaigns import Charging
from pushcore.errors import (
    CurrencyMismatch,
    GatewayError,
    GatewayMisuse,
    GatewayUnavailable,
    InvalidValue,
    KeyReused,
    OutcomeUnknown,
    Refused,
)
from pushcore.gateway import REJECTED, DisputeState, Refund
from pushcore.ledger import Balances, campaign_totals
from pushcore.memory import ABLE, Fault
from pushcore.payments import refunding, restoring, returning
from pushcore.payments.events import PledgePartlyRefunded
from pushcore.payouts import (
    Bearer,
    Bearing,
    Debt,
    PaidKind,
    RefundPolicy,
    RefundSituation,
    RefundTo,
    Returning,
    Wallet,
    Waterfall,
)
from pushcore.rewards import Tax, Voucher
from pushcore.usecases import give_back_campaign

ALL_BACK = RefundPolicy({it: Waterfall(indebts=True) for it in RefundSituation}, rounding=Rounding.HALF_UP)
"""Everything comes back, the fees too; what is settled is a debt."""


NUMBERS = count(1)


def back(ports, pledge_id="p0", **asked):
    if asked.get("wanted") is not None:
        asked = {"key": f"r{next(NUMBERS)}"} | asked
    return refund_pledge(ports, pledge_id, actor="clerk", **asked)


def funded(*amounts, **changed):
    return collected(*amounts, **{"refunds": ALL_BACK} | changed)


def settled(*amounts, **changed):
    ports = funded(*amounts, **changed)
    settle_campaign(ports, "lanterne", actor="clerk")
    return ports


def conserved(ports):
    """Nothing is lost, and the provider's own books agree."""
    told = state_account(ports, "lanterne")
    assert [told.totals] == list(campaign_totals(Balances(ports.store.transactions())))
    assert told.conserved
    at_provider(ports)
    return True


def test_a_whole_refund_before_the_settlement():
    ports = funded("60.00", "40.00")
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert (at_provider(ports), ports.store.progress("lanterne").pledged) == (money("60.00"), money("60.00"))
    told = settle_campaign(ports, "lanterne", actor="clerk")
    assert (told.collected, told.refunded, told.debt) == (money("100.00"), money("40.00"), money(0))
    assert told.net == money("60.00") - money("3.00") - money("2.00")
    assert conserved(ports)
    finish(ports)


def test_a_part_leaves_the_pledge_collected():
    ports = funded("60.00", "40.00")
    before = ports.store.progress("lanterne")
    part = back(ports, "p1", wanted=money("10.00"))
    assert (part.state, part.kept, part.paid.left) == (PledgeState.COLLECTED, money("30.00"), money("30.00"))
    after = ports.store.progress("lanterne")
    assert (after.pledged, after.pledges) == (before.pledged, before.pledges)
    assert (after.collected, at_provider(ports)) == (money("90.00"), money("90.00"))
    told = settle_campaign(ports, "lanterne", actor="clerk")
    assert told.net == money("90.00") - money("4.50") - money("2.00") - money("1.10")
    assert conserved(ports)


def test_parts_add_up_to_all_of_it():
    """XX05, XX06: whatever the parts are, the last one is what is left."""
    ports = funded("60.00", "33.33", "10.00")
    for amount in ("11.11", "11.11"):
        back(ports, "p1", wanted=money(amount))
    last = back(ports, "p1")
    assert (last.state, last.paid.refunded) == (PledgeState.REFUNDED, money("33.33"))
    told = [it for it in ports.store.events() if isinstance(it, PledgePartlyRefunded)]
    assert [(it.refunded, it.left) for it in told] == [
        (money("11.11"), money("22.22")),
        (money("22.22"), money("11.11")),
    ]
    assert at_provider(ports) == money("70.00")


def test_after_the_settlement_it_is_a_debt_of_the_creator():
    """CA13, catarse-chargeback: the creator owes the net, and the fee comes back."""
    ports = settled("100.00", "60.00")
    assert back(ports, "p1").state is PledgeState.REFUNDED
    told = state_account(ports, "lanterne")
    fee = money("3.00") + money("2.00")
    assert (told.debt, told.refunded) == (money("60.00") - fee, money("60.00"))
    assert conserved(ports)
    finish(ports)


def test_no_more_of_a_fee_comes_back_than_is_there_of_it():
    """A tenth of 2.47 is 0.25: 0.02 of it came back with 0.13, and 0.24 is what it took for 2.33."""
    tenth = FeeLine("tenth", FeeBase.COLLECTED, Percent(Percentage.of(10)), Rounding.HALF_UP)
    small = {"goal": goal("1.00"), "minimum": money("0.01"), "splits": SplitPlan()}
    ports = settled("0.14", "2.33", fees=FeeSchedule([tenth]), **small)
    back(ports, "p0", wanted=money("0.13"))
    assert books(ports)["campaign/lanterne/fees/tenth"] == -23
    back(ports, "p1")
    assert books(ports) == {"provider": 1, "campaign/lanterne/payee/lune": -222, "payee/lune/debt": 221}
    assert conserved(ports)


def test_all_that_is_refunded_after_the_settlement_is_what_was_paid_out():
    """CA14: refunding everybody leaves the creator owing exactly what was settled, to the cent."""
    ports = settled("33.33", "33.33", "33.34", "1.99", "1.01")
    net = state_account(ports, "lanterne").net
    for n in range(5):
        back(ports, f"p{n}")
    told = state_account(ports, "lanterne")
    assert (told.debt, told.refunded) == (net, money("103.00"))
    assert set(told.fees.values()) == {money(0)}
    assert conserved(ports)


def test_what_the_provider_keeps_is_borne_as_the_policy_says():
    """A platform fee that is kept is borne by the platform itself, not by the creator."""
    kept = Returning(Percentage.of(0), [Bearing(Bearer.PLATFORM)])
    policy = RefundPolicy(
        {RefundSituation.PAID_OUT: Waterfall(fees={"processing": kept}, indebts=True)},
        rounding=Rounding.HALF_UP,
    )
    ports = settled("100.00", "60.00", refunds=policy)
    back(ports, "p1")
    told = state_account(ports, "lanterne")
    assert (told.debt, told.fees["processing"]) == (money("55.00"), money("3.20") + money("2.00"))
    assert books(ports)["campaign/lanterne/borne/platform"] == 200
    at_provider(ports)


def tipped(**changed):
    """A poster with a tip, besides what funds the campaign."""
    ports = pledged("100.00", refunds=ALL_BACK, **changed)
    place_pledge(ports, request("p9", "2.00", backer_id="zoe", tier_id="poster", tip=money("3.00")))
    return ports


def collecting(ports):
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    return ports


def test_lines_go_back_by_name():
    ports = collecting(tipped())
    stock = ports.store.stock("lanterne", "poster")
    tip = back(ports, "p9", wanted={"tip": money("3.00")})
    assert (tip.state, tip.kept) == (PledgeState.COLLECTED, money("42.00"))
    assert ports.store.progress("lanterne").collected == money("142.00")
    reward = back(ports, "p9", wanted={"reward/poster": 1})
    assert (reward.kept, ports.store.stock("lanterne", "poster")) == (money("2.00"), stock)
    assert back(ports, "p9").state is PledgeState.REFUNDED
    assert ports.store.stock("lanterne", "poster").claimed == stock.claimed - 1
    assert at_provider(ports) == money("100.00")
    assert conserved(ports)


def test_a_reward_goes_back_at_what_a_voucher_left_of_its_price_and_an_add_on_at_all_of_it():
    """A voucher is not for add-ons: 25 % off two posters of 40.00, and stickers of 20.00 that cost 20.00."""
    friends = Voucher("friends", percent=Percentage.of("25"), rounding=Rounding.HALF_UP)
    ports = launched(refunds=ALL_BACK, add_ons=[Tier("stickers", money("20.00"))], vouchers=[friends])
    picked = {"tier_id": "poster", "quantity": 2, "add_ons": {"stickers": 1}, "voucher": "friends"}
    pledge = place_pledge(ports, request("p0", "25.00", **picked))
    assert pledge.amount == money("80.00") - money("20.00") + money("20.00") + money("25.00")
    collecting(ports)
    for wanted, kept in (
        ("add-on/stickers", "85.00"),
        ("reward/poster", "55.00"),
        ("reward/poster", "25.00"),
    ):
        assert back(ports, "p0", wanted={wanted: 1}).kept == money(kept)
    assert conserved(ports)


def test_what_is_only_on_top_leaves_nothing_to_settle():
    ports = collecting(tipped())
    back(ports, "p9", wanted={"reward/poster": 1, "bonus": money("2.00")})
    assert ports.store.find_pledge("p9").kept == money(0)
    told = settle_campaign(ports, "lanterne", actor="clerk")
    assert (told.held, told.net) == (money(0), money("100.00") - money("5.00") - money("3.20"))
    assert conserved(ports)


def test_a_tax_goes_back_with_what_it_was_taken_of():
    """XX09: refunds by lines never come to another sum than what was paid."""
    vat = Tax("vat", Percentage.of("21"), Rounding.HALF_UP, included=False)
    ports = collecting(tipped(taxes=[vat]))
    pledge = ports.store.find_pledge("p9")
    assert pledge.amount == money("53.40")
    after = back(ports, "p9", wanted={"reward/poster": 1})
    assert after.paid.refunded == money("48.40")
    assert back(ports, "p9").paid.refunded == money("53.40")


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_an_answer_that_is_lost_is_found(fault):
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(fault)
    with pytest.raises((GatewayUnavailable, OutcomeUnknown)):
        back(ports, "p1", wanted=money("10.00"))
    assert ports.store.find_pledge("p1").given_back_next
    assert back(ports, "p1").paid.refunded == money("10.00")
    assert at_provider(ports) == money("90.00")
    finish(ports)


def test_an_open_refund_is_finished_by_the_outbox():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        back(ports, "p1", wanted=money("10.00"))
    finish(ports)
    assert ports.store.find_pledge("p1").paid.refunded == money("10.00")


def meanwhile(ports, then):
    """The provider is asked for one refund, and this happens before its answer is written down."""
    refund = ports.gateway.refund

    def asked(order):
        ports.gateway.refund = refund
        try:
            return refund(order)
        finally:
            then(ports)

    ports.gateway.refund = asked


def rejected(ports):
    _, changes = refunding.receive(ports.store.find_pledge("p1"), REJECTED, END, "x")
    ports.store.commit(changes)


def rejected_and_ordered_again(ports):
    rejected(ports)
    _, changes = refunding.order_again(ports.store.find_pledge("p1"), END, "x")
    ports.store.commit(changes)


@pytest.mark.parametrize("wanted", [None, money("15.00")], ids=["all", "some"])
@pytest.mark.parametrize("then", [rejected, rejected_and_ordered_again])
def test_a_refund_that_was_rejected_to_another_and_made_all_the_same_is_told(wanted, then):
    """A part was no less paid for the pledge being collected before and after: it went back twice."""
    ports = funded("60.00", "40.00")
    meanwhile(ports, then)
    with pytest.raises(OutcomeUnknown, match="after it had rejected it: take it back there"):
        back(ports, "p1", wanted=wanted)
    assert ports.store.find_pledge("p1").gone_back == ()


@pytest.mark.parametrize("wanted", [None, money("15.00")], ids=["all", "some"])
def test_a_refund_that_another_got_through_is_done_though_it_is_rejected_here(wanted):
    ports = funded("60.00", "40.00")
    refund = ports.gateway.refund

    def asked(order):
        ports.gateway.refund = refund
        back(ports, "p1")
        raise GatewayMisuse(order.key)

    ports.gateway.refund = asked
    assert back(ports, "p1", wanted=wanted).paid.refunded == (wanted or money("40.00"))
    assert conserved(ports)


@pytest.mark.parametrize("wanted", [None, money("10.00")], ids=["all", "some"])
def test_a_refund_that_is_declined_is_owed_until_it_is_tried_again(wanted):
    ports = funded("60.00", "40.00")
    ports.gateway.decline("p1")
    declined = back(ports, "p1", wanted=wanted)
    assert declined.state is (PledgeState.UNREFUNDED if wanted is None else PledgeState.COLLECTED)
    assert declined.refund.declined
    assert state_account(ports, "lanterne").refunded == wanted or money("40.00")
    assert refused_or_same(ports) == declined.refund.paid
    ports.gateway.accept("p1")
    again = back(ports, "p1")
    assert (again.refund, again.paid) == (None, declined.refund.paid)
    assert conserved(ports)
    finish(ports)


def refused_or_same(ports):
    """A declined refund is tried again under a new key, and declined again."""
    return back(ports, "p1").refund.paid


def test_every_reason_not_to_refund():
    ports = collected("60.00", "40.00")
    assert refused(back, ports, "p1") == ("not-refundable",)
    ports = funded("60.00", "40.00")
    assert refused(back, ports, "p1", wanted=money("40.01")) == ("above-paid",)
    with pytest.raises(InvalidValue, match="tip"):
        back(ports, "p1", wanted={"tip": money("1.00")})
    with pytest.raises(InvalidValue):
        back(ports, "p1", wanted="everything")
    nothing_in_debt = RefundPolicy({it: Waterfall() for it in RefundSituation}, rounding=Rounding.HALF_UP)
    ports = settled("60.00", "40.00", refunds=nothing_in_debt)
    assert refused(back, ports, "p1") == ("not-covered",)
    only_fraud = RefundPolicy({RefundSituation.FRAUD: Waterfall()}, rounding=Rounding.HALF_UP)
    ports = funded("60.00", "40.00", refunds=only_fraud)
    assert refused(back, ports, "p1") == ("not-refundable",)
    assert back(ports, "p1", situation=RefundSituation.FRAUD).state is PledgeState.REFUNDED
    assert back(ports, "p1").state is PledgeState.REFUNDED


def test_nothing_is_given_back_of_what_was_never_taken():
    """A card that was declined to the end, and cash that has not come."""
    ports = pledged("60.00", "40.00", refunds=ALL_BACK, dunning=NOBODY_ASKED)
    cash = request("c1", "30.00", backer_id="cleo", actor="clerk")
    expect_contribution(ports, cash, reason="cheque 117")
    ports.gateway.decline("p1")
    before = books(collecting(ports))
    assert states(ports) == {"p0": "collected", "p1": "dropped", "c1": "expected"}
    assert (refused(back, ports, "p1"), refused(back, ports, "c1")) == (("not-collected",),) * 2
    assert books(ports) == before


def test_every_reason_to_order_no_refund_comes_at_once():
    ports = pledged("60.00")
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p0")
    codes = ("not-funded", "not-collected", "not-refundable")
    assert refused(returning.order, pledge, campaign, OPENS, "clerk") == codes


def test_a_live_campaign_gives_nothing_back_even_of_what_was_charged():
    ports = pledged("60.00", "40.00", refunds=ALL_BACK, model=FundingModel(charging=Charging.AT_PLEDGE))
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p1")
    assert pledge.state is PledgeState.COLLECTED
    assert refused(returning.order, pledge, campaign, OPENS, "clerk") == ("not-funded",)


def test_one_refund_at_a_time():
    ports = funded("60.00", "40.00")
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p1")
    under_way, _ = returning.order(pledge, campaign, OPENS, "clerk", wanted=money("1.00"))
    assert refused(returning.order, under_way, campaign, OPENS, "clerk") == ("refund-open",)


def test_a_tip_that_the_creator_is_to_give_back_is_not_taken_of_what_is_held_for_others():
    """It is owed before there is a payout to set it off against, so it is not given yet."""
    tips = Waterfall(parts={PaidKind.TIP: Returning(Percentage.of(0))}, indebts=True)
    refunds = RefundPolicy({RefundSituation.FUNDED: tips}, rounding=Rounding.HALF_UP)
    ports = launched(refunds=refunds, goal=goal("10.00"))
    place_pledge(ports, request("p1", "40.00", backer_id="b1", tip=money("2.00")))
    place_pledge(ports, request("p2", "60.00", backer_id="b2"))
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    before = books(ports)
    assert refused(refund_pledge, ports, "p1", actor="clerk") == ("not-covered",)
    assert books(ports) == before


def test_what_pledges_made_one_gave_on_top_goes_back_of_the_accounts_that_have_it():
    """The second line of a fee or a tip was taken of an account of its own, which had nothing."""
    service = FeeLine("service", FeeBase.PLEDGE, Percent(Percentage.of(5)), Rounding.HALF_UP)
    ports = launched(goal=goal("10.00"), refunds=ALL_BACK, on_top=FeeSchedule([service]))
    for name in ("p1", "p2"):
        place_pledge(ports, request(name, "40.00", backer_id="b1", tip=money("2.00")))
    merge_pledges(ports, "p1", "p2", actor="b1")
    ports.clock.set(END)
    close_campaign(ports, "lanterne", actor="clerk")
    collect_pledges(ports, "lanterne", actor="clerk")
    back(ports, "p1", wanted=money("10.00"))
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert books(ports) == {}


def test_fees_are_computed_again_when_part_of_a_pledge_goes_back_between_two_reads():
    """The pledge was read before, and the total after: of it came an amount below zero."""
    line = FeeLine("tax", FeeBase.COLLECTED, Percent(Percentage.of(10)), Rounding.HALF_EVEN)
    ports = settled("60.00", "40.00", fees=FeeSchedule([line]))
    progress = ports.store.progress

    def meanwhile(campaign_id):
        ports.store.progress = progress
        back(ports, "p0", wanted=money("50.00"))
        return progress(campaign_id)

    ports.store.progress = meanwhile
    assert back(ports, "p0").state is PledgeState.REFUNDED
    conserved(ports)


@given(st.lists(st.integers(1, 4000), max_size=6), st.booleans())
def test_any_series_of_refunds_adds_up(parts, after):
    ports = settled("60.00", "40.00") if after else funded("60.00", "40.00")
    left = 4000
    for minor in parts:
        if minor > left:
            assert refused(back, ports, "p1", wanted=Money.of_minor(minor, "EUR")) == ("above-paid",)
            continue
        left -= minor
        if back(ports, "p1", wanted=Money.of_minor(minor, "EUR")).state is PledgeState.REFUNDED:
            break
    assert at_provider(ports).minor == 6000 + left
    if left:
        assert back(ports, "p1").state is PledgeState.REFUNDED
    told = state_account(ports, "lanterne")
    assert (told.refunded, told.conserved) == (money("40.00"), True)
    assert states(ports) == {"p0": "collected", "p1": "refunded"}
    assert attrs.evolve(ports.store.find_pledge("p1")) == ports.store.find_pledge("p1")


def test_a_funded_campaign_is_given_back_before_it_is_settled():
    """BB14: everybody gets their money, and what was raised stays to be read."""
    ports = funded("60.00", "40.00")
    back(ports, "p1", wanted=money("10.00"))
    campaign = give_back_campaign(ports, "lanterne", actor="lune")
    assert (campaign.state.value, campaign.outcome.pledged) == ("given-back", money("100.00"))
    assert set(states(ports).values()) == {"refunded"}
    assert (at_provider(ports), books(ports)) == (money(0), {})
    assert give_back_campaign(ports, "lanterne", actor="lune") == campaign
    assert refused(settle_campaign, ports, "lanterne", actor="lune") == ("not-funded",)
    finish(ports)


def test_a_refund_under_way_is_finished_before_the_rest_is_given_back():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        back(ports, "p1", wanted=money("10.00"))
    give_back_campaign(ports, "lanterne", actor="clerk")
    assert states(ports) == {"p0": "refunded", "p1": "refunded"}
    asked = [(it.key, it.amount.text) for it in ports.gateway.accepted() if isinstance(it, Refund)]
    assert asked == [("p1/refund/1", "10.00"), ("p0/refund/1", "60.00"), ("p1/refund/2", "30.00")]
    assert (at_provider(ports), books(ports)) == (money(0), {})
    finish(ports)


def test_what_is_settled_or_failed_is_not_given_back():
    assert refused(give_back_campaign, settled("100.00"), "lanterne", actor="lune") == ("already-settled",)
    assert refused(give_back_campaign, pledged("100.00"), "lanterne", actor="lune") == ("not-funded",)


COST = {"EUR": FeeLine("refund", FeeBase.PLEDGE, Fixed(money("0.30")), Rounding.HALF_UP)}


def test_what_a_mass_refund_needs_is_known_before_the_first_one():
    """A part went back before, one becomes credit, one is under way: the rest is what leaves the provider."""
    ports = funded("60.00", "40.00", "25.00")
    back(ports, "p0", wanted=money("10.00"))
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        back(ports, "p1")
    (need,) = plan_refunds(ports, "lanterne", costs=COST).needs([("provider", at_provider(ports))])
    assert (need.refunds, need.amount, need.costs) == (3, money("115.00"), money("0.90"))
    assert need.missing == money("0.90")
    assert list_refunds(ports, "lanterne") == tuple(
        (pledge_id, "provider", money(amount))
        for pledge_id, amount in (("p0", "50.00"), ("p1", "40.00"), ("p2", "25.00"))
    )
    give_back_campaign(ports, "lanterne", actor="lune")
    assert at_provider(ports) == money(0)
    assert list_refunds(ports, "lanterne") == ()
    assert plan_refunds(ports, "lanterne").refunds == 0


def test_what_becomes_credit_or_was_not_charged_needs_nothing_of_the_provider():
    ports = launched(model=AT_ONCE, goal=goal("500.00"))
    place_pledge(ports, request("p0", "50.00", backer_id="b0", refund_to=RefundTo.WALLET))
    place_pledge(ports, request("p1", "50.00", backer_id="b1"))
    ports.gateway.fail_next(Fault.NONE, Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        place_pledge(ports, request("p2", "20.00", backer_id="b2"))
    assert states(ports)["p2"] == "charging"
    assert [need.amount for need in plan_refunds(ports, "lanterne").needs()] == [money("70.00")]
    assert plan_refunds(pledged("60.00"), "lanterne").needs() == ()


def test_what_came_in_cash_needs_nothing_of_the_provider():
    ports = pledged("50.00", model=AT_ONCE, goal=goal("500.00"))
    cash = request("c1", "30.00", backer_id="cleo", actor="clerk")
    expect_contribution(ports, cash, reason="cheque 117")
    receive_contribution(ports, "c1", money("30.00"), actor="clerk")
    assert [need.amount for need in plan_refunds(ports, "lanterne").needs()] == [money("50.00")]


@pytest.mark.parametrize("end", ["canceled", "failed"])
def test_a_part_of_what_failed_is_not_asked_back(end):
    """All of it goes back: a part went back as all of it, and the key was forgotten."""
    ports = pledged("60.00", "39.00", model=AT_ONCE, refunds=ALL_BACK)
    ports.gateway.fail_next(*[Fault.BEFORE] * 2)
    if end == "canceled":
        cancel_campaign(ports, "lanterne", actor="lune")
    else:
        ports.clock.set(END)
        close_campaign(ports, "lanterne", actor="clerk")
    before = states(ports)
    part = {"wanted": money("5.00"), "key": "ticket-7"}
    assert "not-funded" in refused(back, ports, "p1", **part)
    assert states(ports) == before
    assert back(ports, "p1").state is PledgeState.REFUNDED


def test_only_what_was_declined_becomes_credit_instead():
    ports = funded("60.00", "40.00")
    campaign, pledge = ports.store.campaign("lanterne"), ports.store.find_pledge("p1")
    empty = Wallet.empty("b1", "EUR")
    assert refused(restoring.redirect, pledge, campaign, empty, END, "clerk") == ("pledge-closed",)


def test_what_an_empty_account_declined_is_planned_and_goes_back_in_a_second_run():
    """Nobody found it any more: no plan, no list and no job."""
    ports = funded("60.00", "40.00", "30.00")
    for backer in "p0", "p1":
        ports.gateway.decline(backer)
    back(ports, "p2", wanted=money("10.00"))
    ports.gateway.decline("p2")
    back(ports, "p2", wanted=money("5.00"))
    give_back_campaign(ports, "lanterne", actor="lune")
    assert set(states(ports).values()) == {"unrefunded"}
    (need,) = plan_refunds(ports, "lanterne").needs()
    assert (need.refunds, need.amount) == (3, money("120.00"))
    assert [row[0] for row in list_refunds(ports, "lanterne")] == ["p0", "p1", "p2"]
    for pledge in "p0", "p2":
        ports.gateway.accept(pledge)
    troubles = retry_refunds(ports, "lanterne", actor="clerk")
    assert {it: no.codes for it, no in troubles.items()} == {"p1": ("declined",)}
    ports.gateway.accept("p1")
    assert retry_refunds(ports, "lanterne", actor="clerk") == {}
    assert (retry_refunds(ports, "lanterne", actor="clerk"), list_refunds(ports, "lanterne")) == ({}, ())
    assert (at_provider(ports), books(ports)) == (money(0), {})


def test_a_part_that_was_declined_is_tried_again_with_all_others():
    ports = funded("60.00", "40.00")
    ports.gateway.decline("p1")
    back(ports, "p1", wanted=money("10.00"))
    assert list(retry_refunds(ports, "lanterne", actor="clerk")) == ["p1"]
    ports.gateway.accept("p1")
    assert retry_refunds(ports, "lanterne", actor="clerk") == {}
    assert ports.store.find_pledge("p1").given_back == money("10.00")


def test_one_refund_without_an_answer_holds_up_no_other():
    ports = funded("60.00", "40.00")
    for backer in "p0", "p1":
        ports.gateway.decline(backer)
    give_back_campaign(ports, "lanterne", actor="lune")
    for backer in "p0", "p1":
        ports.gateway.accept(backer)
    ports.gateway.fail_next(Fault.BEFORE)
    (trouble,) = retry_refunds(ports, "lanterne", actor="clerk").values()
    assert isinstance(trouble, GatewayError)
    assert sorted(states(ports).values()) == ["refunded", "refunding"]


def test_what_could_not_be_given_back_is_by_the_next_job():
    ports = funded("60.00", "40.00")
    ports.gateway.fail_next(Fault.BEFORE)
    give_back_campaign(ports, "lanterne", actor="lune")
    assert sorted(states(ports).values()) == ["refunded", "refunding"]
    assert list(ports.store.due_campaigns(END)) == ["lanterne"]
    advance_campaign(ports, "lanterne", actor="jobs")
    assert set(states(ports).values()) == {"refunded"}


def test_a_part_that_was_declined_goes_back_with_the_rest():
    """Its 10.00 are owed already: what is ordered now is all 40.00, and only 30.00 more are owed."""
    ports = funded("60.00", "40.00")
    ports.gateway.decline("p1")
    back(ports, "p1", wanted=money("10.00"))
    ports.gateway.accept("p1")
    give_back_campaign(ports, "lanterne", actor="lune")
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert set(states(ports).values()) == {"refunded"}
    given = [order.amount for order in ports.gateway.accepted() if isinstance(order, Refund)]
    assert sorted(given) == [money("40.00"), money("60.00")]
    assert (at_provider(ports), books(ports)) == (money(0), {})
    assert conserved(ports)


def test_a_part_goes_back_once_whoever_asks_again():
    """A double click, a retry after a crash: the key says that it is the same."""
    ports = funded("60.00", "40.00")
    ten = {"wanted": money("10.00"), "key": "ticket-7"}
    assert back(ports, "p1", **ten) == back(ports, "p1", **ten)
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        back(ports, "p1", wanted={"bonus": money("5.00")}, key="ticket-8")
    assert refused(back, ports, "p1", wanted=money("1.00"), key="ticket-9") == ("refund-open",)
    assert back(ports, "p1").kept == money("25.00")
    after = back(ports, "p1", wanted=money("1.00"), key="ticket-9")
    assert (after.kept, back(ports, "p1", **ten).kept) == (money("24.00"), money("24.00"))
    with pytest.raises(KeyReused, match="was asked back as ticket-7, not EUR"):
        back(ports, "p1", wanted=money("11.00"), key="ticket-7")
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert back(ports, "p1", **ten).state is PledgeState.REFUNDED
    for half in ({"wanted": money("1.00"), "key": None}, {"wanted": None, "key": "k"}, {"key": 5}):
        with pytest.raises(InvalidValue):
            back(ports, "p0", **half)
    assert conserved(ports)


@pytest.mark.parametrize("more", ["1.00", "30.00"])
@pytest.mark.parametrize("to", RefundTo)
@pytest.mark.parametrize("paid_out", [False, True])
def test_a_new_part_goes_with_one_that_was_declined(paid_out, to, more):
    """It had to wait: where the provider gives back no part, neither a part nor all of it ever went back."""
    ports = settled("60.00", "40.00") if paid_out else funded("60.00", "40.00")
    ports.gateway.decline("p1")
    ten = {"wanted": money("10.00"), "key": "ticket-7"}
    assert back(ports, "p1", **ten).refund.declined
    declined = back(ports, "p1", wanted=money(more), key="ticket-8")
    assert (declined.refund.declined, declined.refund.ways[0].amount) == (True, money("10.00") + money(more))
    ports.gateway.accept("p1")
    after = back(ports, "p1", wanted=money(more), key="ticket-8", to=to)
    assert after.given_back == money("10.00") + money(more)
    assert back(ports, "p1", **ten) == after
    assert (after.state is PledgeState.REFUNDED) is (after.given_back == money("40.00"))
    assert conserved(ports)


def unable(**abilities):
    """Both are paid for, at a provider that cannot do as much as it might."""
    ports = funded("60.00", "40.00")
    ports.gateway._abilities = attrs.evolve(ABLE, **abilities)
    return ports


def test_no_part_is_ordered_where_the_provider_gives_back_all_or_nothing():
    """It was written down, and rejected for ever after: nothing of the pledge went back any more."""
    ports = unable(partial_refunds=False)
    before = written(ports)
    assert refused(back, ports, "p1", wanted=money("10.00"), key="k1") == ("not-refundable",)
    assert refusals(ports, refund_pledge, "p1", wanted=money("10.00"), key="k1", actor="c")[0].facts == {
        "left": money("40.00")
    }
    assert written(ports) == before
    assert back(ports, "p1", wanted=money("10.00"), key="k2", to=RefundTo.WALLET).kept == money("30.00")
    assert refused(back, ports, "p1", to=RefundTo.CARD) == ("not-refundable",)
    assert back(ports, "p0").state is PledgeState.REFUNDED
    assert conserved(ports)


def test_all_of_it_goes_back_with_a_part_that_the_provider_rejected():
    """The part is not tried again where that is known to be in vain; with all of the rest it is the whole."""
    ports = funded("60.00", "40.00")
    ports.gateway.decline("p1")
    assert back(ports, "p1", wanted=money("10.00"), key="k1").refund.declined
    ports.gateway.accept("p1")
    ports.gateway._abilities = attrs.evolve(ABLE, partial_refunds=False)
    before = written(ports)
    assert refused(back, ports, "p1") == ("not-refundable",)
    assert {*retry_refunds(ports, "lanterne", actor="clerk")} == {"p1"}
    assert refused(back, ports, "p1", wanted=money("5.00"), key="k2") == ("not-refundable",)
    assert written(ports) == before
    assert back(ports, "p1", wanted=money("30.00"), key="k2").state is PledgeState.REFUNDED
    assert [it.amount for it in ports.gateway.accepted() if isinstance(it, Refund)] == [money("40.00")]
    assert conserved(ports)


def test_what_the_bank_took_the_provider_does_not_have():
    ports = unable(partial_refunds=False)
    lost = ports.gateway.dispute("p1/charge/1", money("15.00"), at=END)
    receive_event(ports, attrs.evolve(lost, state=DisputeState.LOST), actor="provider")
    assert refused(back, ports, "p1", wanted=money("15.00"), key="k1") == ("not-refundable",)
    assert back(ports, "p1").given_back == money("25.00")
    assert conserved(ports)


def test_nothing_is_ordered_where_the_provider_gives_nothing_back():
    ports = unable(refunds=False, partial_refunds=False)
    before = written(ports)
    assert refused(back, ports, "p1") == ("needs-refunds",)
    both = ("needs-refunds", "not-refundable")
    assert refused(back, ports, "p1", wanted=money("10.00"), key="k1") == both
    assert written(ports) == before
    assert back(ports, "p1", to=RefundTo.WALLET).state is PledgeState.REFUNDED
    live = pledged("60.00", "40.00", model=AT_ONCE)
    live.gateway._abilities = attrs.evolve(ABLE, refunds=False)
    assert refused(cancel_pledge, live, "p1", actor="b1") == ("needs-refunds",)


@given(
    st.booleans(),
    st.booleans(),
    st.lists(
        st.tuples(
            st.sampled_from(["p0", "p1"]),
            st.none() | st.integers(1, 60_00) | st.sampled_from([40_00, 60_00]),
            st.sampled_from(RefundTo),
            st.booleans(),
        ),
        max_size=8,
    ),
)
def test_whatever_is_asked_back_no_provider_is_asked_for_what_it_declares_it_cannot(able, partly, steps):
    ports = unable(refunds=able, partial_refunds=partly)
    for number, (pledge_id, minor, to, declines) in enumerate(steps):
        wanted = {} if minor is None else {"wanted": money(0).with_minor(minor), "key": f"k{number}"}
        (ports.gateway.decline if declines else ports.gateway.accept)(pledge_id)
        before = written(ports)
        try:  # a rejection would be GatewayMisuse
            back(ports, pledge_id, to=to, **wanted)
        except Refused:
            assert written(ports) == before
    refunds = [it for it in ports.gateway.accepted() if isinstance(it, Refund)]
    assert able or not refunds
    assert partly or all(it.amount in {money("40.00"), money("60.00")} for it in refunds)
    assert conserved(ports)


def test_of_what_is_refunded_no_other_part_goes_back_and_none_is_said_to():
    ports = funded("100.00", "60.00")
    back(ports, "p1", wanted=money("10.00"), key="ticket-7")
    refunded = back(ports, "p1")
    assert refunded == back(ports, "p1") == back(ports, "p1", wanted=money("10.00"), key="ticket-7")
    before = written(ports)
    for wanted in (money("1.00"), money("2000.00"), {"bonus": money("1.00")}):
        assert refused(back, ports, "p1", wanted=wanted, key="ticket-8") == ("not-collected", "above-paid")
    with pytest.raises(Refused, match=r"above-paid: EUR 5\.00 of part bonus is wanted back:"):
        back(ports, "p1", wanted={"bonus": money("5.00")}, key="ticket-8")
    with pytest.raises(InvalidValue, match="bonsu"):
        back(ports, "p1", wanted={"bonsu": money("1.00")}, key="ticket-8")
    with pytest.raises(CurrencyMismatch):
        back(ports, "p1", wanted=money("1.00", "USD"), key="ticket-8")
    assert written(ports) == before


@pytest.mark.parametrize("wanted", [None, money("10.00")], ids=["all", "some"])
@pytest.mark.parametrize("funds", [True, False])
def test_what_was_declined_becomes_credit_when_somebody_says_so(wanted, funds):
    """The card is gone for good: the backer has the money all the same."""
    if funds:
        ports = funded("60.00", "40.00")
        ports.gateway.decline("p1")
        back(ports, "p1", wanted=wanted)
    else:
        ports = pledged("60.00", "39.00", model=AT_ONCE)
        ports.gateway.decline("p1")
        advance(ports, END)
        assert states(ports)["p1"] == "unrefunded"
    assert back(ports, "p1", to=RefundTo.CARD).refunds == 2
    after = back(ports, "p1", to=RefundTo.WALLET)
    whole = wanted is None or not funds
    assert after.state is (PledgeState.REFUNDED if whole else PledgeState.COLLECTED)
    assert after.refund is None
    owed = money("39.00") if not funds else wanted or money("40.00")
    assert (wallet(ports).total, state_account(ports, "lanterne").conserved) == (owed, True)
    assert after.gone_back[-1].reference == "p1/refund/3"
    assert back(ports, "p1", to=RefundTo.WALLET).state is PledgeState.REFUNDED
    assert audit(ports.store.transactions()) == ()


@pytest.mark.parametrize("to", ["wallet", "card", 1, True])
def test_where_it_goes_is_no_text(to):
    """It went to the card before, without a word."""
    with pytest.raises(InvalidValue, match="where a refund goes"):
        back(funded("60.00", "40.00"), "p1", to=to)
    with pytest.raises(InvalidValue, match="why something is refunded"):
        back(funded("60.00", "40.00"), "p1", situation="fraud")


def test_every_reason_is_named_at_once():
    ports = collected("60.00", "40.00", refunds=None)
    assert refused(back, ports, "p1", wanted=money("41.00")) == ("not-refundable", "above-paid")
    thrifty = RefundPolicy({RefundSituation.PAID_OUT: Waterfall()}, rounding=Rounding.HALF_UP)
    poor = settled("60.00", "40.00", refunds=thrifty)
    assert refused(back, poor, "p1") == ("not-covered",)


def wallet(ports, backer_id="b1"):
    return ports.store.find(Wallet, f"{backer_id}/EUR")


@pytest.mark.parametrize("where", ["asked for now", "when it was pledged"])
def test_a_refund_goes_to_the_wallet_where_the_backer_wants_that(where):
    """GO13: A is given credit, B the money; what was raised stays to be read."""
    kept = RefundPolicy(
        {it: Waterfall(indebts=True) for it in RefundSituation},
        rounding=Rounding.HALF_UP,
        credit_lifetime=90 * DAY,
    )
    ports = launched(refunds=kept)
    wants = {"refund_to": RefundTo.WALLET} if where == "when it was pledged" else {}
    place_pledge(ports, request("p0", "100.00", backer_id="b0"))
    place_pledge(ports, request("p1", "50.00", backer_id="b1", tip=money("2.00"), **wants))
    collecting(ports)
    after = back(ports, "p1", **({} if wants else {"to": RefundTo.WALLET}))
    assert (after.state, after.paid.refunded) == (PledgeState.REFUNDED, money("52.00"))
    credit = wallet(ports)
    assert (credit.total, credit.expires_at) == (money("52.00"), END + 90 * DAY)
    assert at_provider(ports) == money("152.00")
    assert state_account(ports, "lanterne").conserved
    finish(ports)


def test_all_of_a_failed_campaign_goes_where_each_backer_wanted_it():
    """GO13."""
    ports = pledged(model=AT_ONCE, goal=goal("500.00"))
    place_pledge(ports, request("p0", "50.00", backer_id="b0", refund_to=RefundTo.WALLET))
    place_pledge(ports, request("p1", "50.00", backer_id="b1"))
    failed = advance(ports, END)
    assert (failed.state.value, failed.outcome.pledged) == ("failed", money("100.00"))
    assert set(states(ports).values()) == {"refunded"}
    assert (wallet(ports, "b0").total, wallet(ports, "b1")) == (money("50.00"), None)
    assert at_provider(ports) == money("50.00")


def test_a_tip_that_becomes_credit_is_the_platforms_to_give():
    ports = collecting(tipped())
    held = books(ports)["campaign/lanterne/held"]
    after = back(ports, "p9", wanted={"tip": money("3.00")}, to=RefundTo.WALLET)
    assert (after.kept, after.paid.refunded) == (money("42.00"), money("3.00"))
    assert wallet(ports, after.backer_id).total == money("3.00")
    assert books(ports)["campaign/lanterne/held"] == held
    assert "campaign/lanterne/on-top/tip" not in books(ports)
    assert at_provider(ports) == money("145.00")


def test_a_part_in_the_wallet_and_the_rest_on_the_card():
    ports = funded("60.00", "40.00")
    part = back(ports, "p1", wanted=money("10.00"), to=RefundTo.WALLET)
    assert (part.state, part.kept) == (PledgeState.COLLECTED, money("30.00"))
    assert back(ports, "p1").state is PledgeState.REFUNDED
    assert (wallet(ports).total, at_provider(ports)) == (money("10.00"), money("70.00"))
    assert state_account(ports, "lanterne").refunded == money("40.00")


def one_more(ports, campaign_id):
    """Another campaign, which raises 100.00 and comes to its end: its payouts, and its statement."""
    ports.clock.set(OPENS)
    agreed = terms(splits=SplitPlan())
    draft_campaign(ports, agreed, creator_id="lune", actor="lune", campaign_id=campaign_id)
    launch_campaign(ports, campaign_id, actor="lune")
    place_pledge(ports, request(f"in-{campaign_id}", "100.00", backer_id="zoe", campaign_id=campaign_id))
    ports.clock.set(END)
    advance_campaign(ports, campaign_id, actor="jobs")
    return [it.amount for it in ports.store.payouts(campaign_id)], state_account(ports, campaign_id)


def test_what_a_creator_owes_is_set_off_against_the_next_payout():
    """A refund after the payout is a debt; the next campaign of the same creator pays for it, in the open."""
    ports = settled("100.00", "60.00", splits=SplitPlan())
    back(ports, "p1")
    owed = ports.store.find(Debt, "lune/EUR")
    assert owed.outstanding == money("55.00")
    paid, told = one_more(ports, "second")
    assert (told.net, paid) == (money("91.80"), [money("91.80") - money("55.00")])
    assert (told.conserved, told.paid["lune"]) == (True, money("91.80"))
    assert ports.store.find(Debt, "lune/EUR").outstanding == money(0)
    assert audit(ports.store.transactions()) == ()


def test_a_debt_that_is_paid_takes_nothing_more():
    ports = settled("100.00", "60.00", splits=SplitPlan())
    back(ports, "p1")
    one_more(ports, "second")
    paid_off = ports.store.find(Debt, "lune/EUR")
    assert one_more(ports, "third")[0] == [money("91.80")]
    assert ports.store.find(Debt, "lune/EUR") == paid_off
    assert audit(ports.store.transactions()) == ()


def test_more_is_owed_than_the_next_payout_comes_to():
    ports = settled("100.00", "600.00", splits=SplitPlan())
    back(ports, "p1")
    owed = ports.store.find(Debt, "lune/EUR").outstanding
    assert one_more(ports, "second")[0] == []
    assert ports.store.find(Debt, "lune/EUR").outstanding == owed - money("91.80")


def test_fees_that_do_not_come_back_are_borne_by_the_creator():
    """igg: the fee of the processor stays taken, so the creator gives all the backer gets."""
    lines = [attrs.evolve(it, refundable=it.name != "processing") for it in card_fees().lines]
    ports = settled("100.00", "60.00", fees=FeeSchedule(lines), splits=SplitPlan())
    back(ports, "p1")
    assert ports.store.find(Debt, "lune/EUR").outstanding == money("60.00") - money("3.00")
    assert state_account(ports, "lanterne").conserved
