"""Payout plans from the settlement to the bank: when, how much, to whom, by whose leave."""

from datetime import date, timedelta
from functools import partial

import attrs
import pytest
from funding_houses import ALL_BACK
from lanterne import DAY, END, OPENS, collected, money, pledged, refused

from pushcore import (
    CampaignState,
    Charging,
    ExchangeRate,
    FundingModel,
    Payout,
    PayoutState,
    Percentage,
    Refusal,
    Rounding,
    Split,
    SplitPlan,
    advance_campaign,
    audit,
    finish_orders,
    pay_out,
    send_payout,
    settle_campaign,
    state_account,
)
from pushcore.calendar import add_days
from pushcore.campaigns import Cap
from pushcore.errors import (
    CurrencyMismatch,
    GatewayMisuse,
    InvalidValue,
    KeyReused,
    NotFound,
    OutcomeUnknown,
    Refused,
)
from pushcore.gateway import Accepted, OrderAnswered, Transfer
from pushcore.ledger import Balances, campaign_totals, chart
from pushcore.payouts import (
    Consent,
    Consenter,
    FeeBearer,
    FeeSchedule,
    Gates,
    HeldReserve,
    LateDates,
    Milestone,
    PayeeFacts,
    PayoutPlan,
    PayoutSchedule,
    Reserve,
    Tranche,
    WireFee,
    WithdrawalFee,
)
from pushcore.payouts.events import PayoutReturned
from pushcore.usecases import (
    approve_payout,
    cancel_payout,
    fix_payout_rate,
    merge_payouts,
    prepare_payouts,
    receive_event,
    reconsider_payout,
    refund_pledge,
    refuse_milestone,
    refuse_payout,
    release_milestone,
    release_reserve,
    return_payout,
    withdraw_payout,
)

BY = {"actor": "clerk"}
HALVES = SplitPlan([Split("director", portion=Percentage(50)), Split("band", remaining=True)])
PLATFORM = Consent(Consenter.PLATFORM)


def settled(*amounts, splits=None, **of_plan):
    """La Lanterne without fees, settled by a plan; the creator gets all, unless it is split."""
    own = {"fees": FeeSchedule(), "splits": splits or SplitPlan(), "payouts": PayoutPlan(**of_plan)}
    ports = collected(*(amounts or ("100.00",)), **own)
    settle_campaign(ports, "lanterne", **BY)
    return ports


def paid(ports):
    return {it.payout_id: it.amount.text for it in ports.gateway.accepted() if isinstance(it, Transfer)}


def states(ports):
    return {it.id.removeprefix("lanterne/"): it.state.value for it in ports.store.payouts("lanterne")}


def owed(ports, payee="lune"):
    return ports.store.balance(chart.payee_account("lanterne", payee), "EUR").available


def due(ports):
    return list(ports.store.due_campaigns(ports.now()))


def sound(ports):
    """What the payees got is paid, under way, owed or held back, and the ledger is sound."""
    assert audit(ports.store.transactions()) == ()
    statement = state_account(ports, "lanterne")
    assert statement.conserved
    assert [statement.totals] == list(campaign_totals(Balances(ports.store.transactions())))
    return statement


def test_a_campaign_is_paid_out_fourteen_days_after_its_end():
    """ks-payout-schedule: at the time of day of the deadline, and not a moment before."""
    ports = settled(schedule=PayoutSchedule([Tranche(Percentage(100), 14)]))
    (payout,) = ports.store.payouts("lanterne")
    assert payout.due_at == add_days(END, 14, zone=ports.store.campaign("lanterne").terms.window.closes.zone)
    for at in (END, payout.due_at - timedelta(microseconds=1)):
        ports.clock.set(at)
        assert (due(ports), pay_out(ports, "lanterne", **BY)) == ([], {})
        assert refused(send_payout, ports, payout.id, **BY) == ("payout-not-due",)
        assert advance_campaign(ports, "lanterne", **BY) == {}
    ports.clock.set(payout.due_at)
    assert due(ports) == ["lanterne"]
    assert advance_campaign(ports, "lanterne", **BY) == {}
    assert (paid(ports), due(ports)) == ({"lanterne/lune": "100.00"}, [])
    sound(ports)


def test_days_are_counted_from_the_end_that_a_cap_brings():
    cap = Cap(amount=money("100.00"), smallest_charge=money("1.00"), tolerance=money("0"), clips=True)
    plan = PayoutPlan(schedule=PayoutSchedule([Tranche(Percentage(100), 14)]))
    model = FundingModel(charging=Charging.ESCROW, cap=cap)
    ports = pledged("100.00", model=model, payouts=plan)
    advance_campaign(ports, "lanterne", **BY)
    assert {it.due_at for it in ports.store.payouts("lanterne")} == {OPENS + 14 * DAY}


def test_late_pledges_put_the_payout_off_to_the_date_that_pays_for_them():
    weekly = LateDates(first_days=17, covered_days=14, every_days=7)
    schedule = PayoutSchedule([Tranche(Percentage(100), 14)], weekly)
    ports = collected("100.00", late_days=15, payouts=PayoutPlan(schedule=schedule))
    ports.clock.set(END + 15 * DAY)
    settle_campaign(ports, "lanterne", **BY)
    assert {it.due_at for it in ports.store.payouts("lanterne")} == {END + 24 * DAY}


def test_tranches_add_up_and_have_ids_of_their_own():
    tranches = [
        Tranche(Percentage("100/3")),
        Tranche(Percentage("100/3"), 30),
        Tranche(Percentage("100/3"), 60),
    ]
    ports = settled(schedule=PayoutSchedule(tranches))
    assert [(it.id, it.amount.text, it.number) for it in ports.store.payouts("lanterne")] == [
        ("lanterne/lune", "33.33", 1),
        ("lanterne/lune/2", "33.33", 2),
        ("lanterne/lune/3", "33.34", 3),
    ]
    pay_out(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/lune": "33.33"}
    ports.clock.set(END + 60 * DAY)
    pay_out(ports, "lanterne", **BY)
    assert len(paid(ports)) == 3
    assert sound(ports).paid == {"lune": money("100.00")}


PREMIERE = Milestone("premiere", Consenter.BACKERS, Percentage(50))


def test_a_milestone_is_released_by_a_share_of_the_backers():
    ports = settled(
        splits=HALVES,
        schedule=PayoutSchedule([Tranche(Percentage(40)), Tranche(Percentage(60), 0, PREMIERE)]),
    )
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/director": "20.00", "lanterne/band": "20.00"}
    assert refused(send_payout, ports, "lanterne/band/2", **BY) == ("consent-missing",)
    few = Consent(Consenter.BACKERS, 4, 9)
    assert refused(release_milestone, ports, "lanterne", "premiere", few, **BY) == ("consent-missing",)
    assert refused(release_milestone, ports, "lanterne", "final", PLATFORM, **BY) == ("unknown-milestone",)
    assert refused(refuse_milestone, ports, "lanterne", None, **BY) == ("unknown-milestone",)
    assert due(ports) == []
    enough = Consent(Consenter.BACKERS, 5, 9)
    released = release_milestone(ports, "lanterne", "premiere", enough, **BY)
    assert [it.id for it in released] == ["lanterne/director/2", "lanterne/band/2"]
    assert release_milestone(ports, "lanterne", "premiere", enough, **BY) == ()
    assert due(ports) == ["lanterne"]
    advance_campaign(ports, "lanterne", **BY)
    assert sound(ports).paid == {"director": money("50.00"), "band": money("50.00")}


def test_a_refused_milestone_stays_owed_until_a_later_consent():
    by_platform = Milestone("premiere", Consenter.PLATFORM)
    ports = settled(schedule=PayoutSchedule([Tranche(Percentage(100), 0, by_platform)]))
    refuse_milestone(ports, "lanterne", "premiere", **BY)
    assert refuse_milestone(ports, "lanterne", "premiere", **BY) == ()
    assert states(ports) == {"lune": "refused"}
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("not-payable",)
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    assert owed(ports) == money("100.00")
    release_milestone(ports, "lanterne", "premiere", PLATFORM, **BY)
    pay_out(ports, "lanterne", **BY)
    assert states(ports) == {"lune": "paid"}


def test_a_consent_that_is_entered_again_revives_nothing_that_was_stopped_since():
    """It released whatever was refused, by whomever, and what an approver had stopped was sent."""
    tranches = [Tranche(Percentage(50)), Tranche(Percentage(50), 0, PREMIERE)]
    ports = settled(schedule=PayoutSchedule(tranches))
    consent = Consent(Consenter.BACKERS, 5, 9)
    (released,) = release_milestone(ports, "lanterne", "premiere", consent, **BY)
    assert released.consented
    refuse_payout(ports, "lanterne/lune/2", actor="fraud-desk")
    assert release_milestone(ports, "lanterne", "premiere", consent, **BY) == ()
    advance_campaign(ports, "lanterne", **BY)
    assert states(ports) == {"lune": "paid", "lune/2": "refused"}
    assert refuse_milestone(ports, "lanterne", "premiere", **BY) == ()
    again = reconsider_payout(ports, "lanterne/lune/2", actor="fraud-desk")
    assert (again.state, again.consented) == (PayoutState.PREPARED, True)
    advance_campaign(ports, "lanterne", **BY)
    assert states(ports) == {"lune": "paid", "lune/2": "paid"}


def test_a_payout_waits_for_two_approvals():
    ports = settled(approvals=2)
    assert (due(ports), pay_out(ports, "lanterne", **BY)) == ([], {})
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("approval-missing",)
    one = approve_payout(ports, "lanterne/lune", actor="ana")
    assert (one.state, one.approved_by) == (PayoutState.PREPARED, ("ana",))
    assert approve_payout(ports, "lanterne/lune", actor="ana") == one
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("approval-missing",)
    assert approve_payout(ports, "lanterne/lune", actor="bob").state is PayoutState.APPROVED
    assert approve_payout(ports, "lanterne/lune", actor="ana").state is PayoutState.APPROVED
    assert refused(approve_payout, ports, "lanterne/lune", actor="cleo") == ("not-payable",)
    assert refused(refuse_payout, ports, "lanterne/lune", actor="cleo") == ("not-payable",)
    assert due(ports) == ["lanterne"]
    advance_campaign(ports, "lanterne", **BY)
    assert states(ports) == {"lune": "paid"}


def test_whoever_refuses_starts_the_approvals_over():
    ports = settled(approvals=2)
    approve_payout(ports, "lanterne/lune", actor="ana")
    no = refuse_payout(ports, "lanterne/lune", actor="bob")
    assert refuse_payout(ports, "lanterne/lune", actor="bob") == no
    assert (no.state, no.approved_by) == (PayoutState.REFUSED, ())
    assert refused(approve_payout, ports, "lanterne/lune", actor="cleo") == ("not-payable",)
    again = reconsider_payout(ports, "lanterne/lune", actor="bob")
    assert reconsider_payout(ports, "lanterne/lune", actor="bob") == again
    assert (again.state, again.approved_by) == (PayoutState.PREPARED, ())


def test_what_needs_no_approval_is_not_approved_and_what_is_held_not_reconsidered():
    assert refused(approve_payout, settled(), "lanterne/lune", **BY) == ("not-payable",)
    ports = settled(schedule=PayoutSchedule([Tranche(Percentage(100), 0, PREMIERE)]))
    assert refused(reconsider_payout, ports, "lanterne/lune", **BY) == ("not-payable",)
    refuse_payout(ports, "lanterne/lune", **BY)
    assert refused(reconsider_payout, ports, "lanterne/lune", **BY) == ("not-payable",)


def test_an_approved_payout_changes_no_more_and_new_money_makes_a_further_one():
    """BB05: here what the bank sends back of the first comes in again."""
    tranches = [Tranche(Percentage(40)), Tranche(Percentage(60))]
    ports = settled(approvals=1, schedule=PayoutSchedule(tranches))
    approve_payout(ports, "lanterne/lune", **BY)
    pay_out(ports, "lanterne", **BY)
    approved = approve_payout(ports, "lanterne/lune/2", **BY)
    return_payout(ports, "lanterne/lune", costs_back=True, **BY)
    (further,) = prepare_payouts(ports, "lanterne", **BY)
    assert ports.store.payout("lanterne/lune/2") == approved
    assert (further.id, further.amount, further.state) == ("lanterne/lune/3", money("40.00"), "prepared")
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    assert sound(ports).paid == {"lune": money("0.00")}


def test_only_payouts_of_a_payee_are_merged():
    ports = settled(splits=SplitPlan([Split("band", fixed=money("77.00")), Split("lune", remaining=True)]))
    assert merge_payouts(ports, "lanterne", "band", **BY) is None
    assert merge_payouts(ports, "lanterne", "lune", **BY) is None
    for payee in [], None, 7:
        with pytest.raises(InvalidValue, match="a payee"):
            merge_payouts(ports, "lanterne", payee, **BY)
    with pytest.raises(NotFound, match="'bnad' is no payee of campaign lanterne: band, lune"):
        merge_payouts(ports, "lanterne", "bnad", **BY)


def test_a_transfer_that_fails_pays_nothing_of_a_batch():
    """HO03: what is merged is sent as one, and fails as one."""
    ports = settled(schedule=PayoutSchedule([Tranche(Percentage(30)), Tranche(Percentage(70))]))
    one = merge_payouts(ports, "lanterne", "lune", **BY)
    assert (one.id, one.amount, one.number) == ("lanterne/lune/3", money("100.00"), 3)
    assert merge_payouts(ports, "lanterne", "lune", **BY) is None
    ports.gateway.decline("lune")
    pay_out(ports, "lanterne", **BY)
    assert states(ports) == {"lune": "merged", "lune/2": "merged", "lune/3": "failed"}
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("not-payable",)
    assert (owed(ports), sound(ports).paid) == (money("100.00"), {"lune": money("0.00")})
    ports.gateway.accept("lune")
    assert pay_out(ports, "lanterne", **BY) == pay_out(ports, "lanterne", **BY)  # OC34
    assert paid(ports) == {"lanterne/lune/3": "100.00"}
    assert finish_orders(ports, **BY) == {}


def test_only_what_could_be_sent_now_is_merged():
    tranches = [Tranche(Percentage(30)), Tranche(Percentage(30), 9), Tranche(Percentage(40))]
    ports = settled(approvals=1, schedule=PayoutSchedule(tranches), wire=WireFee(money("5.00")))
    for number in ("", "/2", "/3"):
        approve_payout(ports, f"lanterne/lune{number}", **BY)
    one = merge_payouts(ports, "lanterne", "lune", **BY)
    assert (one.amount, one.transferred) == (money("70.00"), money("65.00"))
    assert one.waits(ports.now())
    assert states(ports)["lune/2"] == "approved"


def test_gates_are_all_named_at_once_and_nothing_goes_through_them():
    gates = Gates(identity=True, agreement=True, documents=True, frozen_days=7)
    ports = settled(gates=gates)
    codes = ("identity-unverified", "agreement-unsigned", "documents-missing")
    assert refused(send_payout, ports, "lanterne/lune", **BY) == codes
    changed = END - 2 * DAY
    facts = PayeeFacts(missing=["passport"], bank_changed_at=changed, closed=[Refusal("on-holiday", "no")])
    ports = attrs.evolve(ports, payees=lambda _: facts)
    codes = (*codes, "bank-details-frozen", "on-holiday")
    assert refused(send_payout, ports, "lanterne/lune", **BY) == codes
    assert isinstance(pay_out(ports, "lanterne", **BY)["lanterne/lune"], Refused)
    assert advance_campaign(ports, "lanterne", **BY)["lanterne/lune"].codes == codes
    fine = PayeeFacts(verified=True, signed=True, missing=[], bank_changed_at=changed)
    ports = attrs.evolve(ports, payees=lambda _: fine)
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("bank-details-frozen",)
    ports.clock.set(changed + 7 * DAY)
    assert send_payout(ports, "lanterne/lune", **BY).state is PayoutState.PAID


def test_the_hosts_own_gate_holds_without_any_other():
    ports = attrs.evolve(settled(), payees=lambda _: PayeeFacts(closed=[Refusal("sanctioned", "no")]))
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("sanctioned",)
    with pytest.raises(InvalidValue, match="what is known of a payee: expected PayeeFacts"):
        send_payout(attrs.evolve(ports, payees=lambda _: None), "lanterne/lune", **BY)
    for nothing in (None, PayeeFacts):
        with pytest.raises(InvalidValue, match=r"Ports\.payees: expected a function"):
            attrs.evolve(ports, payees=nothing)


RESERVE = Reserve(rate=Percentage(5), rounding=Rounding.HALF_UP, hold_days=180, threshold=money("100"))


def test_a_reserve_is_held_back_of_all_payees_and_released_in_its_time():
    ports = settled("200.00", splits=HALVES, reserve=RESERVE)
    statement = sound(ports)
    assert (statement.reserved, statement.net) == (money("10.00"), money("190.00"))
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/director": "95.00", "lanterne/band": "95.00"}
    assert refused(release_reserve, ports, "lanterne", **BY) == ("reserve-not-due",)
    ports.clock.set(END + 180 * DAY - timedelta(hours=2))  # clocks are put forward meanwhile
    assert due(ports) == []
    ports.clock.advance(timedelta(hours=1))
    assert due(ports) == ["lanterne"]
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports)["lanterne/band/2"] == "5.00"
    assert due(ports) == []
    assert sound(ports).paid == {"director": money("100.00"), "band": money("100.00")}


def test_below_the_threshold_nothing_is_held():
    ports = settled("99.99", "1.00", reserve=attrs.evolve(RESERVE, threshold=money("101")))
    assert ports.store.find(HeldReserve, "lanterne") is None
    assert sound(ports).reserved == money("0.00")
    assert refused(release_reserve, ports, "lanterne", **BY) == ("reserve-not-due",)


def test_a_reserve_that_rolls_is_set_free_as_contributions_came_in():
    rolling = attrs.evolve(RESERVE, hold_days=10, rolling=True)
    ports = settled("60.00", "40.00", reserve=rolling)
    held = ports.store.find(HeldReserve, "lanterne")
    assert [it.amount for it in held.releases] == [money("5.00")]  # all were charged on one day
    assert held.releases[0].due_at > END + 10 * DAY


def test_so_little_that_nobody_is_paid():
    """igg-min-disbursement: then it is for backers to be given back what they paid."""
    plan = PayoutPlan(least_net=money("100.00"), wire=WireFee(money("25.00")))
    ports = collected("124.99", fees=FeeSchedule(), splits=SplitPlan(), payouts=plan)
    assert refused(settle_campaign, ports, "lanterne", **BY) == ("below-disbursement",)
    assert advance_campaign(ports, "lanterne", **BY) == {}
    campaign = ports.store.campaign("lanterne")
    assert (campaign.state, campaign.settled_at) == (CampaignState.GIVEN_BACK, None)
    assert list(ports.store.returnable_pledges("lanterne")) == []
    assert ports.gateway.held("EUR") == money("0.00")
    assert ports.store.payouts("lanterne") == []
    ports.clock.set(END + 200 * DAY)
    assert "lanterne" not in list(ports.store.due_campaigns(ports.clock.now()))
    ports = settled("125.00", least_net=money("100.00"), wire=WireFee(money("25.00")))
    pay_out(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/lune": "100.00"}
    statement = sound(ports)
    assert statement.paid == {"lune": money("125.00")}
    assert ports.store.balance(chart.cost_account("lanterne", "wire"), "EUR").posted == money("25.00")


def test_small_parts_wait_and_steps_leave_the_rest_owed():
    ports = settled("100.03", splits=HALVES, step=money("0.05"), least=money("50.01"))
    assert [(it.payee_id, it.amount.text) for it in ports.store.payouts("lanterne")] == []
    ports = settled("100.03", splits=HALVES, step=money("0.05"), least=money("50.00"))
    pay_out(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/director": "50.00", "lanterne/band": "50.00"}
    assert owed(ports, "director") + owed(ports, "band") == money("0.03")
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    sound(ports)


def test_what_waited_is_paid_with_what_comes_later():
    """oc-settlement: small sums wait until they are worth a transfer."""
    reserve = attrs.evolve(RESERVE, rate=Percentage(60))
    ports = settled("100.00", reserve=reserve, least=money("50.00"))
    assert ports.store.payouts("lanterne") == []
    ports.clock.set(END + 180 * DAY)
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/lune": "100.00"}


def withdrawing(*amounts):
    return settled(*amounts, withdrawals=WithdrawalFee(fee=money("1.00"), free=2, below=money("50.00")))


def test_payees_take_out_what_they_want_when_they_want_it():
    """By the tariff of vaki-withdrawals, in euros."""
    ports = withdrawing("300.00")
    assert ports.store.payouts("lanterne") == []
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    for number, (amount, arrives) in enumerate([("40", "39"), ("60", "60"), ("70", "69"), ("10", "9")], 1):
        made = withdraw_payout(ports, "lanterne", "lune", money(amount), number=number, **BY)
        assert withdraw_payout(ports, "lanterne", "lune", money(amount), number=number, **BY) == made
        assert made.transferred == money(arrives)
    pay_out(ports, "lanterne", **BY)
    assert sorted(paid(ports).values()) == ["39.00", "60.00", "69.00", "9.00"]
    assert owed(ports) == money("120.00")
    with pytest.raises(KeyReused, match="has number 5, and not 6"):
        withdraw_payout(ports, "lanterne", "lune", money("1"), number=6, **BY)
    with pytest.raises(KeyReused, match="has number 5, and not 1"):
        withdraw_payout(ports, "lanterne", "lune", money("1"), number=1, **BY)
    sound(ports)


def withdraw(ports, amount, number=1, payee="lune"):
    return withdraw_payout(ports, "lanterne", payee, money(amount), number=number, **BY)


def test_what_was_asked_for_is_asked_for_once_also_when_less_was_sent():
    """After a set-off the same request was another one, and the payee asked for it under the next number."""
    free = WithdrawalFee(fee=money("2.00"), free=0)
    ports = collected("60.00", "40.00", **OWED | {"payouts": PayoutPlan(withdrawals=free)})
    settle_campaign(ports, "lanterne", **BY)
    asked = withdraw(ports, "50.00")
    refund_pledge(ports, "p1", wanted=money("10.00"), key="r1", **BY)
    sent = send_payout(ports, asked.id, **BY)
    assert (sent.amount, sent.asked) == (money("40.00"), money("50.00"))
    assert withdraw(ports, "50.00") == sent
    with pytest.raises(KeyReused, match="has number 2, and not 1"):
        withdraw(ports, "40.00")
    assert paid(ports) == {"lanterne/lune": "38.00"}


OWED = {"fees": FeeSchedule(), "splits": SplitPlan(), "refunds": ALL_BACK}


def test_no_more_is_taken_out_than_there_is():
    """GR05: nothing is paid out of nothing."""
    ports = withdrawing("100.00")
    assert refused(withdraw, ports, "100.01") == ("above-owed",)
    assert refused(withdraw, ports, "0.50") == ("below-least",)
    assert refused(withdraw, ports, "10.00", payee="nobody") == ("above-owed",)
    withdraw(ports, "100.00")
    assert refused(withdraw, ports, "10.41", number=2) == ("above-owed",)
    pay_out(ports, "lanterne", **BY)
    assert refused(withdraw, ports, "10.41", number=2) == ("above-owed",)
    assert refused(withdraw, settled(), "1.00", number=2) == ("not-withdrawable",)
    free = WithdrawalFee(fee=money("0"), free=0)
    stepped = settled(withdrawals=free, step=money("20"), least=money("40"))
    assert refused(withdraw, stepped, "210.00") == ("above-owed", "off-step")
    assert refused(withdraw, stepped, "39.99") == ("below-least", "off-step")
    assert withdraw(stepped, "40.00").costs == ()
    early = collected("100.00", payouts=PayoutPlan(withdrawals=free))
    assert refused(withdraw, early, "1.00") == ("not-settled",)


def test_what_a_payout_costs_is_set_free_with_it_once():
    """GR04: 2.13 while 27.06 and a fee of 0.81 are pending, 30.00 after the failure, and after the repeat."""
    fee = WithdrawalFee(fee=money("0.81"), free=0)
    ports = settled("100.00", withdrawals=fee)
    withdraw(ports, "70.00")
    pay_out(ports, "lanterne", **BY)
    assert owed(ports) == money("30.00")
    payout = withdraw(ports, "27.87", number=2)
    assert payout.transferred == money("27.06")
    pending = []

    def look(order):
        pending.append(owed(ports))
        return transfer(order)

    transfer, ports.gateway.transfer = ports.gateway.transfer, look
    ports.gateway.decline("lune")
    send_payout(ports, payout.id, **BY)
    assert (pending, owed(ports)) == ([money("2.13")], money("30.00"))
    finish_orders(ports, **BY)
    assert owed(ports) == money("30.00")
    sound(ports)


def test_what_one_transfer_for_two_spares_is_sent_in_steps_too():
    """A provider of whole units would reject it."""
    halves = PayoutSchedule([Tranche(Percentage(50)), Tranche(Percentage(50))])
    ports = settled(schedule=halves, step=money("1.00"), wire=WireFee(money("0.30")))
    assert [it.amount.text for it in ports.store.payouts("lanterne")] == ["49.30", "50.30"]
    one = merge_payouts(ports, "lanterne", "lune", **BY)
    assert (one.amount, one.transferred) == (money("99.30"), money("99.00"))
    pay_out(ports, "lanterne", **BY)
    assert (paid(ports), owed(ports)) == ({one.id: "99.00"}, money("0.70"))
    sound(ports)


def refusing(ports, above):
    """A provider that carries no transfer out of more than so much."""
    transfer = ports.gateway.transfer

    def refuse(order):
        if order.amount > above:
            raise GatewayMisuse(order.key)
        return transfer(order)

    ports.gateway.transfer = refuse
    return ports


def test_what_is_more_than_a_provider_transfers_is_canceled_and_sent_in_pieces():
    """It had failed for ever, and its money could be paid in no other way."""
    ports = refusing(settled(), money("40.00"))
    assert isinstance(pay_out(ports, "lanterne", **BY)["lanterne/lune"], GatewayMisuse)
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    canceled = cancel_payout(ports, "lanterne/lune", **BY)
    assert cancel_payout(ports, "lanterne/lune", **BY) == canceled
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("not-payable",)
    while prepare_payouts(ports, "lanterne", most=money("40.00"), **BY):
        pass
    assert advance_campaign(ports, "lanterne", **BY) == {}
    assert paid(ports) == {
        f"lanterne/lune/{n}": part for n, part in ((2, "40.00"), (3, "40.00"), (4, "20.00"))
    }
    assert states(ports) == {"lune": "canceled", "lune/2": "paid", "lune/3": "paid", "lune/4": "paid"}
    assert sound(ports).paid == {"lune": money("100.00")}


def test_what_was_canceled_is_asked_for_anew_and_used_up_nothing_that_is_free():
    ports = settled("105.00", withdrawals=WithdrawalFee(fee=money("1.00"), free=1))
    ports.gateway.decline("lune")
    for number in (1, 2):
        payout = withdraw(ports, "105.00", number=number)
        assert refused(cancel_payout, ports, payout.id, **BY) == ("not-payable",)
        send_payout(ports, payout.id, **BY)
        cancel_payout(ports, payout.id, **BY)
        assert owed(ports) == money("105.00")
    ports.gateway.accept("lune")
    for number, amount in ((3, "100.00"), (4, "5.00")):
        send_payout(ports, withdraw(ports, amount, number=number).id, **BY)
    assert paid(ports) == {"lanterne/lune/3": "100.00", "lanterne/lune/4": "4.00"}
    assert sound(ports).paid == {"lune": money("105.00")}


def test_the_provider_carries_out_what_was_canceled_and_that_is_told_loudly():
    ports = settled()
    ports.gateway.decline("lune")
    send_payout(ports, "lanterne/lune", **BY)
    cancel_payout(ports, "lanterne/lune", **BY)
    key = "lanterne/lune/transfer/1"
    assert receive_event(ports, OrderAnswered(key, ports.gateway.status(key)), **BY).value == "known"
    with pytest.raises(OutcomeUnknown):
        receive_event(ports, OrderAnswered(key, Accepted("tr_9")), **BY)


@pytest.mark.parametrize("most", [money("0.00"), money("-1.00"), 40, money("1", "JPY")], ids=repr)
def test_no_most_of_a_payout(most):
    with pytest.raises(InvalidValue):
        prepare_payouts(settled(), "lanterne", most=most, **BY)


@pytest.mark.parametrize(
    ("costs_back", "owed_again", "kept"), [(True, "5.00", "0.00"), (False, "4.00", "1.00")]
)
def test_a_transfer_that_comes_back_is_owed_again(costs_back, owed_again, kept):
    """OC15, oc-unpaid-5044: whoever bore the fee gets it back: 5 and not 6."""
    ports = settled("105.00", withdrawals=WithdrawalFee(fee=money("1.00"), free=0))
    withdraw(ports, "100.00")
    payout = withdraw(ports, "5.00", number=2)
    assert refused(return_payout, ports, payout.id, costs_back=costs_back, **BY) == ("not-payable",)
    pay_out(ports, "lanterne", **BY)
    assert (payout.transferred, owed(ports)) == (money("4.00"), money("0.00"))
    returned = return_payout(ports, payout.id, costs_back=costs_back, **BY)
    assert return_payout(ports, payout.id, costs_back=costs_back, **BY) == returned
    assert returned.state is PayoutState.RETURNED
    assert list(ports.store.events())[-1] == PayoutReturned(
        ports.clock.now(), BY["actor"], payout.id, money(owed_again)
    )
    assert owed(ports) == money(owed_again)
    costs = ports.store.balance(chart.cost_account("lanterne", "withdrawal"), "EUR").posted
    assert costs == money("1.00") + money(kept)
    statement = sound(ports)
    assert statement.payees == {"lune": money("105.00")}
    assert statement.paid == {"lune": money("105.00") - money(owed_again)}
    assert refused(send_payout, ports, payout.id, **BY) == ("not-payable",)
    assert pay_out(ports, "lanterne", **BY).keys() == {"lanterne/lune"}
    assert withdraw(ports, owed_again, number=3).number == 3


@pytest.mark.parametrize(
    ("bearer", "costs_back", "owed_again", "borne"),
    [
        ("creator", False, "71.00", {}),
        ("creator", True, "73.00", {}),
        ("platform", False, "75.00", {"platform": "4.00"}),
        ("host", True, "77.00", {"host": "4.00"}),
    ],
)
def test_what_a_bank_keeps_of_what_it_sends_back_is_borne_as_the_terms_have_it(
    bearer, costs_back, owed_again, borne
):
    """77.00 were paid out, 2.00 for the wire, and 71.00 of the 75.00 that were sent come back."""
    ports = settled(
        "77.00",
        "33.00",
        splits=SplitPlan([Split("band", fixed=money("77.00")), Split("lune", remaining=True)]),
        wire=WireFee(money("2.00")),
        return_bearer=FeeBearer(bearer),
    )
    pay_out(ports, "lanterne", **BY)
    before = ports.store.balance(chart.PROVIDER, "EUR").posted
    back = {"costs_back": costs_back, "came_back": money("71.00")}
    returned = return_payout(ports, "lanterne/band", **back, **BY)
    assert return_payout(ports, "lanterne/band", **back, **BY) == returned
    assert owed(ports, "band") == money(owed_again)
    assert [it.amount for it in ports.store.events() if isinstance(it, PayoutReturned)] == [money(owed_again)]
    assert ports.store.balance(chart.PROVIDER, "EUR").posted - before == money("71.00")
    statement = sound(ports)
    assert {str(who): part.text for who, part in statement.borne.items()} == borne
    assert statement.paid["band"] == money("4.00" if costs_back else "6.00")


@pytest.mark.parametrize("bearer", FeeBearer)
def test_what_came_back_is_paid_out_to_the_last_cent(bearer):
    ports = settled(return_bearer=bearer)
    pay_out(ports, "lanterne", **BY)
    return_payout(ports, "lanterne/lune", costs_back=True, came_back=money("0.01"), **BY)
    prepare_payouts(ports, "lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    again = "0.01" if bearer is FeeBearer.CREATOR else "100.00"
    assert (paid(ports)["lanterne/lune/2"], owed(ports)) == (again, money("0.00"))
    sound(ports)


def test_no_more_comes_back_than_was_sent():
    ports = settled()
    pay_out(ports, "lanterne", **BY)
    back = partial(return_payout, ports, "lanterne/lune", costs_back=True, **BY)
    assert refused(back, came_back=money("100.01")) == ("above-paid",)
    for nothing in money("0.00"), money("-1.00"):
        with pytest.raises(InvalidValue, match="something comes back"):
            back(came_back=nothing)
    with pytest.raises(InvalidValue, match="what came back"):
        back(came_back="99.00")
    with pytest.raises(CurrencyMismatch):
        back(came_back=money("99.00", "USD"))
    assert owed(ports) == money("0.00")
    back(came_back=money("100.00"))
    assert owed(ports) == money("100.00")


def test_what_came_back_is_not_told_otherwise():
    wired = {"splits": SplitPlan([Split("band", fixed=money("77.00")), Split("lune", remaining=True)])}
    ports = settled("77.00", "33.00", wire=WireFee(money("2.00")), **wired)
    pay_out(ports, "lanterne", **BY)
    back = partial(return_payout, ports, "lanterne/band", **BY)
    returned = back(costs_back=True, came_back=money("71.00"))
    for again in (True, None), (True, money("75.00")), (True, money("70.99")), (False, money("71.00")):
        with pytest.raises(KeyReused, match="payout lanterne/band was booked back with another amount"):
            back(costs_back=again[0], came_back=again[1])
    assert refused(back, costs_back=True, came_back=money("75.01")) == ("above-paid",)
    assert back(costs_back=True, came_back=money("71.00")) == returned
    return_payout(ports, "lanterne/lune", costs_back=True, came_back=money("31.00"), **BY)
    assert return_payout(ports, "lanterne/lune", costs_back=True, **BY).state == "returned"


def test_what_came_back_is_not_sent_again_by_the_job():
    ports = settled()
    advance_campaign(ports, "lanterne", **BY)
    return_payout(ports, "lanterne/lune", costs_back=True, **BY)
    assert due(ports) == []
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports) == {"lanterne/lune": "100.00"}
    prepare_payouts(ports, "lanterne", **BY)
    advance_campaign(ports, "lanterne", **BY)
    assert paid(ports)["lanterne/lune/2"] == "100.00"
    assert sound(ports).paid == {"lune": money("100.00")}


RATE = ExchangeRate("EUR", "CHF", "0.9333", as_of=date(2026, 2, 4), source="ECB")


def test_a_payee_is_sent_a_currency_of_their_own_at_a_rate_that_is_kept():
    ports = settled("100.01", currencies={"lune": "CHF"})
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("rate-missing",)
    assert advance_campaign(ports, "lanterne", **BY)["lanterne/lune"].codes == ("rate-missing",)
    fixed = fix_payout_rate(ports, "lanterne/lune", RATE, Rounding.HALF_UP, **BY)
    assert fixed.converted.result == money("93.34", "CHF")
    assert fixed.conversion_rest == fixed.amount.minor * RATE.rate - 9334
    pay_out(ports, "lanterne", **BY)
    (order,) = [it for it in ports.gateway.accepted() if isinstance(it, Transfer)]
    assert (order.amount, order.arrives) == (money("100.01"), money("93.34", "CHF"))
    assert refused(fix_payout_rate, ports, "lanterne/lune", RATE, Rounding.UP, **BY) == ("not-payable",)
    sound(ports)


def test_a_rate_is_fixed_before_an_approval_and_stays():
    ports = settled(currencies={"lune": "CHF"}, approvals=1)
    late = attrs.evolve(RATE, rate="0.5")
    fix_payout_rate(ports, "lanterne/lune", RATE, Rounding.UP, **BY)
    again = fix_payout_rate(ports, "lanterne/lune", late, Rounding.UP, **BY)
    assert again.converted.result == money("50.00", "CHF")
    approve_payout(ports, "lanterne/lune", **BY)
    assert refused(fix_payout_rate, ports, "lanterne/lune", RATE, Rounding.UP, **BY) == ("not-payable",)
    ports = settled(currencies={"lune": "CHF"}, approvals=1)
    approve_payout(ports, "lanterne/lune", **BY)
    assert fix_payout_rate(ports, "lanterne/lune", RATE, Rounding.UP, **BY).state is PayoutState.APPROVED


def test_nobody_changes_alone_what_others_have_approved():
    ports = settled(currencies={"lune": "CHF"}, approvals=2)
    fix_payout_rate(ports, "lanterne/lune", RATE, Rounding.UP, **BY)
    late = attrs.evolve(RATE, rate="9")
    another = lambda: fix_payout_rate(ports, "lanterne/lune", late, Rounding.UP, **BY)  # noqa: E731
    for who in ("ana", "bob"):
        approve_payout(ports, "lanterne/lune", actor=who)
        assert refused(another) == ("not-payable",)
    ports.gateway.decline("lune")
    assert send_payout(ports, "lanterne/lune", **BY).state is PayoutState.FAILED
    assert refused(another) == ("not-payable",)


def test_a_rate_that_does_not_go():
    ports = settled(currencies={"lune": "CHF"})
    to_dollars = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 2, 4), source="ECB")
    from_dollars = ExchangeRate("USD", "CHF", "1.1", as_of=date(2026, 2, 4), source="ECB")
    for rate in (to_dollars, from_dollars):
        with pytest.raises(CurrencyMismatch):
            fix_payout_rate(ports, "lanterne/lune", rate, Rounding.UP, **BY)
    nothing = attrs.evolve(RATE, rate="0.00001")
    assert refused(fix_payout_rate, ports, "lanterne/lune", nothing, Rounding.DOWN, **BY) == ("below-least",)
    with pytest.raises(InvalidValue, match="there is nothing to convert"):
        fix_payout_rate(settled(), "lanterne/lune", RATE, Rounding.UP, **BY)
    with pytest.raises(InvalidValue, match="a rate: expected ExchangeRate"):
        fix_payout_rate(ports, "lanterne/lune", None, Rounding.UP, **BY)


def test_what_nobody_knows():
    ports = settled()
    for use_case in (approve_payout, refuse_payout, reconsider_payout, cancel_payout):
        with pytest.raises(NotFound):
            use_case(ports, "nobody's", **BY)
    for use_case in (prepare_payouts, release_reserve):
        with pytest.raises(NotFound):
            use_case(ports, "nobody's", **BY)
    assert isinstance(ports.store.payout("lanterne/lune"), Payout)
