"""Debts end to end: taken of a reserve, paid back, written off, and set off at the next settlement."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

import pytest
from funding_houses import ALL_BACK, AT_ONCE, another, at_provider, books, heard, owing
from lanterne import collected, launched, money, refused, request, written

from pushcore import (
    Bearer,
    Currency,
    ExchangeRate,
    FeeBase,
    FeeBearer,
    FeeLine,
    FeeSchedule,
    Fixed,
    Money,
    PayoutPlan,
    PayoutSchedule,
    PayoutState,
    Percentage,
    Rounding,
    Split,
    SplitPlan,
    Tranche,
    WireFee,
    WithdrawalFee,
    advance_campaign,
    audit,
    cancel_campaign,
    fix_payout_rate,
    pay_back_debt,
    pay_out,
    place_pledge,
    prepare_payouts,
    recover_debt,
    refund_pledge,
    release_reserve,
    return_payout,
    send_payout,
    settle_campaign,
    state_account,
    state_debt,
    withdraw_payout,
    write_off_debt,
)
from pushcore.errors import CurrencyMismatch, InvalidValue, KeyReused, NotFound
from pushcore.gateway import DisputeState, DisputeTold, Transfer
from pushcore.payouts import DebtSource, DisputeTerms, HeldReserve
from pushcore.payouts.return_events import DebtRecovered

BY = {"actor": "clerk"}


def debt(ports):
    return state_debt(ports, "lune", "EUR")


def sound(ports):
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
    at_provider(ports)
    return True


def unchanged_by(ports, call, *args, **options):
    """Whether a call that was made before gives what is owed by now, and writes nothing."""
    before = written(ports)
    assert call(ports, *args, **options) == debt(ports)
    return written(ports) == before


def recover(ports, amount, key="p0", payee="lune"):
    return recover_debt(ports, "lanterne", payee, money(amount), key=key, **BY)


def test_who_owes_nothing():
    ports = owing()
    assert debt(ports).outstanding == money("8.00")
    assert state_debt(ports, "nobody", "EUR").outstanding == money(0)
    assert state_debt(ports, "lune", "JPY").outstanding == Money.zero("JPY")


def test_a_debt_is_recovered_from_the_reserve():
    """What is held back of a payee is given to them and set off at once; the rest is released in time."""
    ports = owing()
    assert recover(ports, "5.00").got(DebtSource.RESERVE) == money("5.00")
    held = ports.store.find(HeldReserve, "lanterne")
    assert (held.available, held.released, held.left) == (
        money("5.00"),
        money("5.00"),
        {"lune": money("5.00")},
    )
    assert (debt(ports).outstanding, books(ports)["payee/lune/debt"]) == (money("3.00"), 300)
    with pytest.raises(KeyReused):
        recover(ports, "1.00")
    assert unchanged_by(ports, recover, "5.00")
    assert refused(recover, ports, "3.01", "p1") == ("above-debt",)
    assert sound(ports)
    told = [it for it in ports.store.events() if isinstance(it, DebtRecovered)]
    assert [(it.source, it.amount) for it in told] == [("reserve", money("5.00"))]
    ports.clock.advance(timedelta(days=190))
    assert release_reserve(ports, "lanterne", **BY).available == money(0)
    assert sound(ports)


def test_no_more_is_recovered_than_is_held_of_the_payee():
    ports = owing("30.00")
    assert refused(recover, ports, "10.01") == ("above-reserve",)
    assert refused(recover, ports, "30.01") == ("above-debt", "above-reserve")
    assert refused(recover, ports, "1.00", payee="nobody") == ("above-debt", "above-reserve")
    assert recover(ports, "10.00").outstanding == money("20.00")
    assert refused(recover, ports, "0.01", "p1") == ("above-reserve",)
    assert refused(recover, owing(payouts=PayoutPlan()), "1.00") == ("above-reserve",)
    assert sound(ports)


def test_a_debt_is_paid_back():
    ports = owing()
    before = at_provider(ports)
    paid = pay_back_debt(ports, "lune", money("3.00"), key="iban-1", **BY)
    assert (paid.outstanding, paid.got(DebtSource.CREATOR)) == (money("5.00"), money("3.00"))
    assert books(ports)["provider"] == before.minor + 300
    assert pay_back_debt(ports, "lune", money("5.00"), key="iban-3", **BY).outstanding == money("0.00")
    assert unchanged_by(ports, pay_back_debt, "lune", money("3.00"), key="iban-1", **BY)
    with pytest.raises(KeyReused):
        pay_back_debt(ports, "lune", money("4.00"), key="iban-1", **BY)
    assert refused(pay_back_debt, ports, "lune", money("5.01"), key="iban-2", **BY) == ("above-debt",)
    assert audit(ports.store.transactions()) == ()


def test_what_is_paid_back_beyond_the_debt_is_paid_out_again():
    """The creator paid 40.00 while a payout was set off: it lay with the provider, and was nobody's."""
    ports = owing("40.00", payouts=PayoutPlan())
    assert debt(ports).outstanding == money("40.00")
    enter = partial(pay_back_debt, ports, "lune", money("40.00"), key="iban-1", **BY)
    assert send_payout(ports, "lanterne/lune", **BY).amount == money("60.00")
    assert refused(enter) == ("above-debt",)
    after = enter(campaign_id="lanterne")
    assert (after.outstanding, after.got(DebtSource.CREATOR)) == (money(0), money(0))
    assert enter(campaign_id="lanterne") == enter() == after
    assert sent(ports)[1:] == []
    pay_out(ports, "lanterne", **BY)
    assert sent(ports)[1:] == [("lanterne/lune/2", money("40.00"))]
    assert audit(ports.store.transactions()) == ()
    statement = state_account(ports, "lanterne")
    assert (statement.conserved, statement.paid) == (True, {"lune": money("100.00")})


def test_a_creator_who_gets_no_part_is_in_the_statement_with_what_came_back():
    """The bank kept 4.00 of what the creator had paid too much, and the platform bears it."""
    plan = PayoutPlan(return_bearer=FeeBearer.PLATFORM)
    ports = owing("40.00", payouts=plan, splits=SplitPlan([Split("band", remaining=True)]))
    assert {*state_account(ports, "lanterne").payees} == {"band"}
    pay_back_debt(ports, "lune", money("50.00"), key="iban-1", campaign_id="lanterne", **BY)
    pay_out(ports, "lanterne", **BY)
    return_payout(ports, "lanterne/lune", costs_back=True, came_back=money("6.00"), **BY)
    statement = state_account(ports, "lanterne")
    assert (statement.payees["lune"], statement.borne) == (money("4.00"), {FeeBearer.PLATFORM: money("4.00")})
    assert statement.conserved


def test_what_comes_back_to_the_creator_of_a_failed_campaign_is_asked_for():
    """It was refused for ever: such a campaign is never settled, and its payouts are made by asking."""
    ports = canceled(payouts=PayoutPlan(withdrawals=WithdrawalFee(fee=money(0), free=0)))
    assert advance_campaign(ports, "lanterne", actor="jobs") == {}
    assert sent(ports) == []
    withdraw_payout(ports, "lanterne", "lune", money("1.20"), number=1, **BY)
    pay_out(ports, "lanterne", **BY)
    assert sent(ports) == [("lanterne/lune", money("1.20"))]
    assert state_account(ports, "lanterne").conserved


def test_what_is_beyond_a_debt_needs_a_campaign_of_the_payee():
    ports = owing("8.00", payouts=PayoutPlan())
    pay = partial(pay_back_debt, ports, key="iban-1", **BY)
    with pytest.raises(NotFound):
        pay("lune", money("10.00"), campaign_id="etoile")
    with pytest.raises(InvalidValue, match="campaign lanterne is of lune, and not of band"):
        pay("band", money("10.00"), campaign_id="lanterne")
    with pytest.raises(CurrencyMismatch, match="campaign lanterne is in EUR, and not in JPY"):
        pay("lune", Money.of(10, "JPY"), campaign_id="lanterne")
    another(ports)
    assert refused(pay, "lune", money("10.00"), campaign_id="novel") == ("not-settled",)
    assert pay("lune", money("10.00"), campaign_id="lanterne").got(DebtSource.CREATOR) == money("8.00")
    assert [it.amount for it in ports.store.payouts("lanterne")] == [money("100.00"), money("2.00")]


def test_what_was_written_off_of_a_dispute_that_is_won_is_nobodys_gain():
    """The creator was paid what the platform had borne: 140.00 of 100.00."""
    ports = owing("8.00", payouts=PayoutPlan())
    pay_out(ports, "lanterne", **BY)
    news = partial(DisputeTold, dispute_id="dp_1", charged="p1/charge/1", amount=money("40.00"))
    heard(ports, news(state=DisputeState.LOST, at=ports.now()))
    write_off_debt(ports, "lune", money("30.00"), bearer=Bearer.PLATFORM, key="w1", **BY)
    pay_back_debt(ports, "lune", money("10.00"), key="iban-1", **BY)
    won = news(state=DisputeState.WON, at=ports.now() + timedelta(days=9))
    heard(ports, won)
    pay_out(ports, "lanterne", **BY)
    assert sent(ports)[1:] == [("lanterne/lune/2", money("10.00"))]
    assert "written-off/platform" not in books(ports)
    assert debt(ports).borne == {}
    assert state_account(ports, "lanterne").conserved


def test_a_debt_is_written_off_and_somebody_bears_it():
    ports = owing()
    after = write_off_debt(ports, "lune", money("8.00"), bearer=Bearer.PLATFORM, key="2027", **BY)
    assert (after.outstanding, after.got(DebtSource.WRITTEN_OFF)) == (money(0), money("8.00"))
    assert books(ports)["written-off/platform"] == 800
    assert "payee/lune/debt" not in books(ports)
    assert sound(ports)
    written_off = "lune", money("8.00")
    assert unchanged_by(ports, write_off_debt, *written_off, bearer=Bearer.PLATFORM, key="2027", **BY)
    with pytest.raises(KeyReused, match="from written-off/platform was settled as 2027"):
        write_off_debt(ports, *written_off, bearer=Bearer.HOST, key="2027", **BY)
    again = lambda: write_off_debt(ports, "lune", money("0.01"), bearer=Bearer.HOST, key="x", **BY)  # noqa: E731
    assert refused(again) == ("above-debt",)
    with pytest.raises(InvalidValue, match="who bears"):
        write_off_debt(ports, "lune", money("1.00"), bearer="platform", key="x", **BY)
    for nobody in (Bearer.CREATOR, Bearer.BACKER):
        with pytest.raises(InvalidValue, match=f"not by a {nobody.value}"):
            write_off_debt(ports, "lune", money("1.00"), bearer=nobody, key="x", **BY)


@pytest.mark.parametrize("amount", [money("0.00"), money("-1.00"), None, "1.00", 1], ids=repr)
def test_amounts_above_zero(amount):
    ports = owing()
    for call in (
        lambda: recover_debt(ports, "lanterne", "lune", amount, key="k", **BY),
        lambda: pay_back_debt(ports, "lune", amount, key="k", **BY),
        lambda: write_off_debt(ports, "lune", amount, bearer=Bearer.HOST, key="k", **BY),
    ):
        with pytest.raises(InvalidValue):
            call()


def test_what_is_not_there():
    ports = owing()
    with pytest.raises(NotFound):
        recover_debt(ports, "etoile", "lune", money("1.00"), key="k", **BY)
    with pytest.raises(CurrencyMismatch):
        recover_debt(ports, "lanterne", "lune", Money.of(1, "JPY"), key="k", **BY)


TWO = PayoutPlan(schedule=PayoutSchedule([Tranche(Percentage.of("50")), Tranche(Percentage.of("50"), 30)]))


def sent(ports):
    return [
        (order.payout_id, order.amount) for order in ports.gateway.accepted() if isinstance(order, Transfer)
    ]


def test_what_is_owed_is_set_off_against_the_next_payout_of_the_same_campaign():
    """A tranche that was prepared before is lowered: it does not go out of what others have there."""
    ports = owing("8.00", payouts=TWO)
    assert {it.amount for it in ports.store.payouts("lanterne")} == {money("50.00")}
    pay_out(ports, "lanterne", **BY)
    assert sent(ports) == [("lanterne/lune", money("42.00"))]
    assert (debt(ports).outstanding, debt(ports).got(DebtSource.PAYOUT)) == (money(0), money("8.00"))
    ports.clock.advance(timedelta(days=31))
    pay_out(ports, "lanterne", **BY)
    assert sent(ports)[1:] == [("lanterne/lune/2", money("50.00"))]
    assert state_account(ports, "lanterne").paid == {"lune": money("100.00")}
    assert at_provider(ports) == money(0)
    assert sound(ports)


def test_a_payout_that_is_all_owed_is_over():
    """Everybody was refunded before anybody was paid: nothing is sent, and the provider is at zero."""
    ports = owing("60.00", payouts=PayoutPlan())
    refund_pledge(ports, "p1", **BY)
    assert debt(ports).outstanding == money("100.00")
    sending = pay_out(ports, "lanterne", **BY)
    assert [it.state for it in sending.values()] == [PayoutState.SET_OFF]
    assert (sent(ports), at_provider(ports), debt(ports).outstanding) == ([], money(0), money(0))
    assert send_payout(ports, "lanterne/lune", **BY).state is PayoutState.SET_OFF
    assert pay_out(ports, "lanterne", **BY) == {}
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    assert sound(ports)


def test_what_would_not_pay_for_its_transfer_stays_for_the_next_one():
    ports = owing("58.00", payouts=PayoutPlan(wire=WireFee(money("5.00"))))
    refund_pledge(ports, "p1", **BY)
    (payout,) = pay_out(ports, "lanterne", **BY).values()
    assert (payout.state, payout.amount) == (PayoutState.SET_OFF, money("98.00"))
    assert books(ports)["campaign/lanterne/payee/lune"] == -200
    assert sound(ports)


@pytest.mark.parametrize(
    ("owed", "arrives", "stays"),
    [
        ("5.63", "54.00", "0.37"),
        ("5.00", "55.00", "0.00"),
        ("50.00", "10.00", "0.00"),
        ("50.01", None, "9.99"),
        ("59.99", None, "0.01"),
    ],
)
def test_what_a_debt_leaves_is_sent_in_steps_and_not_below_the_least(owed, arrives, stays):
    """A provider of whole units would reject it: what steps leave is the payee's, for the next payout."""
    plan = PayoutPlan(step=money("1.00"), least=money("10.00"))
    splits = SplitPlan([Split("band", fixed=money("40.00")), Split("lune", remaining=True)])
    ports = owing(owed, payouts=plan, splits=splits)
    pay_out(ports, "lanterne", **BY)
    assert dict(sent(ports)).get("lanterne/lune") == (None if arrives is None else money(arrives))
    assert books(ports).get("campaign/lanterne/payee/lune", 0) == -money(stays).minor
    assert debt(ports).outstanding == money(0)
    assert prepare_payouts(ports, "lanterne", **BY) == ()
    assert sound(ports)


def test_what_failed_is_lowered_when_it_is_sent_again():
    ports = owing("8.00", payouts=PayoutPlan())
    ports.gateway.decline("lune")
    (failed,) = pay_out(ports, "lanterne", **BY).values()
    assert (failed.state, failed.amount) == (PayoutState.FAILED, money("92.00"))
    refund_pledge(ports, "p1", **BY)
    ports.gateway.accept("lune")
    again = send_payout(ports, "lanterne/lune", **BY)
    assert (again.state, again.amount, again.attempts) == (PayoutState.PAID, money("52.00"), 2)
    assert sound(ports)


def test_a_payout_that_has_to_wait_is_not_lowered_yet():
    ports = owing("8.00", payouts=PayoutPlan(approvals=1))
    assert refused(send_payout, ports, "lanterne/lune", **BY) == ("approval-missing",)
    assert debt(ports).outstanding == money("8.00")


def test_a_rate_that_is_fixed_holds_for_what_is_left():
    ports = owing("8.00", payouts=PayoutPlan(currencies={"lune": Currency.of("USD")}))
    euros, dollars, day = Currency.of("EUR"), Currency.of("USD"), ports.now().date()
    rate = ExchangeRate(euros, dollars, Fraction("1.10"), as_of=day, source="bank")
    fix_payout_rate(ports, "lanterne/lune", rate, Rounding.HALF_UP, **BY)
    (paid,) = pay_out(ports, "lanterne", **BY).values()
    assert (paid.amount, paid.converted.result) == (money("92.00"), Money.of("101.20", "USD"))
    assert sound(ports)


def test_fees_above_what_was_collected_are_owed_and_set_off_later():
    """The debt of a campaign that brought less than it cost does not vanish with it."""
    fixed = FeeLine("setup", FeeBase.COLLECTED, Fixed(money("150.00")), Rounding.HALF_UP)
    ports = collected("60.00", "40.00", fees=FeeSchedule([fixed]), splits=SplitPlan(), refunds=ALL_BACK)
    settle_campaign(ports, "lanterne", **BY)
    assert (debt(ports).outstanding, books(ports)["payee/lune/debt"]) == (money("50.00"), 5000)
    assert sound(ports)
    another(ports, fees=FeeSchedule(), splits=SplitPlan())
    place_pledge(ports, request("q1", "120.00", campaign_id="novel", backer_id="b1"))
    ports.clock.advance(timedelta(days=31))
    assert advance_campaign(ports, "novel", actor="jobs") == {}
    assert sent(ports) == [("novel/lune", money("70.00"))]
    assert debt(ports).outstanding == money(0)
    assert sound(ports)


def test_no_key_of_a_host_stands_in_the_way_of_a_settlement():
    ports = owing("60.00", payouts=PayoutPlan())
    pay_back_debt(ports, "lune", money("10.00"), key="novel/settlement", **BY)
    another(ports, fees=FeeSchedule(), splits=SplitPlan())
    place_pledge(ports, request("q1", "120.00", campaign_id="novel", backer_id="b1"))
    ports.clock.advance(timedelta(days=31))
    assert advance_campaign(ports, "novel", actor="jobs") == {}
    assert debt(ports).got(DebtSource.PAYOUT) == money("50.00")


def test_what_was_recovered_for_a_dispute_that_is_won_is_paid_out_again():
    """It lay on the payee's account, and no payout took it from there."""
    ports = owing("8.00", payouts=PayoutPlan())
    pay_out(ports, "lanterne", **BY)
    news = partial(DisputeTold, dispute_id="dp_1", charged="p1/charge/1", amount=money("40.00"))
    heard(ports, news(state=DisputeState.OPENED, at=ports.now()))
    pay_back_debt(ports, "lune", money("40.00"), key="iban-1", **BY)
    won = news(state=DisputeState.WON, at=ports.now() + timedelta(days=9))
    assert heard(ports, won) == "taken"
    assert [it.amount for it in ports.store.payouts("lanterne")][1:] == [money("40.00")]
    pay_out(ports, "lanterne", **BY)
    assert sent(ports)[1:] == [("lanterne/lune/2", money("40.00"))]


def canceled(**changed):
    """A campaign that gave back, whose creator had paid the fee of a dispute that is won."""
    terms = DisputeTerms(
        fee=money("1.20"), fee_returned=True, counter_fee=money(0), bearers=[], rounding=Rounding.HALF_UP
    )
    ports = launched(model=AT_ONCE, disputes=terms, splits=SplitPlan(), fees=FeeSchedule(), **changed)
    place_pledge(ports, request("p0", "40.00", backer_id="b0"))
    news = partial(DisputeTold, dispute_id="dp_1", charged="p0/charge/1", amount=money("40.00"))
    heard(ports, news(state=DisputeState.LOST, at=ports.now()))
    pay_back_debt(ports, "lune", money("1.20"), key="iban-1", **BY)
    cancel_campaign(ports, "lanterne", actor="lune")
    heard(ports, news(state=DisputeState.WON, at=ports.now() + timedelta(days=9)))
    return ports


def test_what_comes_back_to_the_creator_of_a_failed_campaign_is_due():
    """Its payout waited for ever: a campaign that gives back was due for its pledges alone."""
    ports = canceled()
    while due := list(ports.store.due_campaigns(ports.now())):
        assert [advance_campaign(ports, it, actor="jobs") for it in due] == [{}]
    assert sent(ports) == [("lanterne/lune", money("1.20"))]
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
