"""What hosts owe the platform, end to end: written down, paid through an unreliable provider, or noted."""

from contextlib import suppress

import attrs
import pytest
from funding_houses import ALL_BACK, Costly, another, at_provider, goal
from hypothesis import given
from hypothesis import strategies as st
from lanterne import DAY, END, between, closed, money, pledged, refused, request

from pushcore import (
    Accepted,
    Decline,
    Declined,
    FeeBase,
    FeeLine,
    FeeSchedule,
    Percent,
    Percentage,
    Ports,
    Rounding,
    SplitPlan,
    accrue_fee_share,
    advance_campaign,
    audit,
    finish_orders,
    note_fee_share,
    place_pledge,
    preview,
    receive_event,
    refund_pledge,
    settle_fee_share,
    state_account,
)
from pushcore.errors import (
    CurrencyMismatch,
    GatewayMisuse,
    GatewayUnavailable,
    InvalidValue,
    KeyReused,
    NotFound,
    OutcomeUnknown,
    PushcoreError,
)
from pushcore.gateway import OrderAnswered, Transfer
from pushcore.ledger import chart, recipes
from pushcore.memory import CountingIds, FakeGateway, Fault
from pushcore.payouts import AccruedShare, FeeShare, SharePayment, SharePaymentState
from pushcore.payouts import return_events as events
from pushcore.testing.host import Host
from pushcore.testing.interruption import Interruption, Moment, Trouble
from pushcore.testing.steps import Step

HOST = {"lines": ["host"], "on_top": ["tip"]}
FEES = FeeSchedule([FeeLine("host", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP)])
TERMS = {"fees": FEES, "splits": SplitPlan(), "refunds": ALL_BACK, "goal": goal("50.00")}
FEB = "oce/EUR/feb"


def share(percent=15, **more):
    given = {"payee_id": "platform", "threshold": money("10.00"), **HOST} | more
    return FeeShare("oce", Percentage.of(percent), Rounding.HALF_UP, **given)


ALL = share(100)


def settled(*amounts, tip="0.00"):
    """La Lanterne, settled; the host takes 5 % of it."""
    ports = pledged(**TERMS)
    for n, amount in enumerate(amounts):
        place_pledge(ports, request(f"p{n}", amount, backer_id=f"b{n}", tip=money(tip)))
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert ports.store.campaign("lanterne").settled_at is not None
    return ports


def owing(percent=100):
    """A house whose host owes 11.00, or less."""
    ports = settled("160.00", "60.00")
    accrue_fee_share(ports, share(percent), "lanterne", actor="clerk")
    return ports


def accrue(ports, of=ALL, campaign="lanterne"):
    return accrue_fee_share(ports, of, campaign, actor="clerk").amount


def settle(ports, key="feb", of=ALL):
    return settle_fee_share(ports, of, key=key, actor="clerk")


def noted(ports, amount, key="bank"):
    return note_fee_share(ports, "oce", money(amount), key=key, actor="clerk")


def owed(ports):
    return ports.store.balance(chart.host_owed_account("oce"), "EUR").available


def payments(ports):
    return [it for it in ports.gateway.accepted() if isinstance(it, Transfer) and it.payee_id == "platform"]


def payment(ports, payment_id=FEB):
    return ports.store.find(SharePayment, payment_id)


def sound(ports):
    """Nothing is lost, and nothing left open."""
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
    assert list(ports.store.open_orders()) == []
    at_provider(ports)
    return True


def test_oc02_oc03_a_tip_and_a_share_are_owed_and_paid():
    """100.00 with a tip of 10.00: 5 % of 90.00 is the host's, 15 % of that and the tip are the platform's."""
    ports = settled("90.00", tip="10.00")
    before = at_provider(ports)
    assert accrue(ports, share()) == owed(ports) == money("10.68")
    paid = settle(ports, of=share())
    assert (paid.state, paid.amount, owed(ports)) == (SharePaymentState.PAID, money("10.68"), money("0.00"))
    assert payments(ports) == [Transfer(f"{FEB}/share/1", FEB, "platform", money("10.68"))]
    assert before - at_provider(ports) == money("10.68")
    kept = money("4.50") + money("10.00") - money("10.68")
    assert kept == money("3.82")
    assert sound(ports)


def test_oc_settlement_small_debts_wait_for_the_next_month():
    """A debt of 5.00 in January and one of 6.00 in February: nothing is charged, and then 11.00."""
    ports = settled("60.00", "40.00")
    assert accrue(ports) == money("5.00")
    assert refused(settle, ports, "jan") == ("not-due",)
    another(ports, **TERMS)
    place_pledge(ports, request("q0", "120.00", campaign_id="novel"))
    ports.clock.set(END + 30 * DAY)
    advance_campaign(ports, "novel", actor="jobs")
    assert accrue(ports, campaign="novel") == money("6.00")
    assert settle(ports, "feb").amount == money("11.00")
    assert refused(settle, ports, "mar") == ("not-due",)
    assert sound(ports)


def test_what_is_owed_of_a_campaign_is_written_down_once():
    ports = settled("100.00")
    assert accrue(ports) == accrue(ports) == owed(ports) == money("5.00")
    kinds = [it.recipe for it in ports.store.transactions()]
    assert kinds.count("owe-share") == 1
    told = [it for it in ports.store.events() if isinstance(it, events.ShareAccrued)]
    assert [(it.host_id, it.campaign_id, it.amount) for it in told] == [("oce", "lanterne", money("5.00"))]


def test_without_names_all_fees_of_a_campaign_are_the_host_s_and_tips_are_not_owed():
    ports = settled("100.00", tip="3.00")
    assert accrue(ports, share(100, lines=[], on_top=[])) == money("5.00")


def test_a_second_share_of_a_campaign_is_refused():
    """The two of them overwrote each other, at each run."""
    ports = settled("100.00", tip="3.00")
    assert accrue(ports, share(100, on_top=[])) == money("5.00")
    with pytest.raises(KeyReused, match="another portion and another choice of lines"):
        accrue(ports, share(50, lines=[], on_top=[]))
    assert accrue(ports, ports.store.find(AccruedShare, "lanterne").share) == owed(ports) == money("5.00")


@pytest.mark.parametrize("names", [{"lines": ["hots"]}, {"on_top": ["tips"]}])
def test_a_share_is_of_lines_that_there_are(names):
    """A line that was misspelt set the debt to nothing."""
    ports = owing()
    with pytest.raises(InvalidValue, match=r"of lines that there are, (host|tip), not of (hots|tips)"):
        accrue(ports, share(100, **names))
    assert owed(ports) == money("11.00")


@pytest.mark.parametrize("lines", [(), ("card",), ("card/true-up", "card")])
def test_an_estimate_is_shared_as_it_was_trued_up(lines):
    """The provider kept 1 of 3 %, and the host owed a share of all 3 where the line was named."""
    card = FeeLine("card", FeeBase.PLEDGE, Percent(Percentage.of("3")), Rounding.HALF_UP, estimate=True)
    ports = attrs.evolve(
        pledged(**TERMS | {"fees": FeeSchedule([card])}), gateway=FakeGateway(fee=_hundredth)
    )
    place_pledge(ports, request("p1", "100.00"))
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    assert accrue(ports, share(50, lines=lines, on_top=[])) == money("0.50")


def _hundredth(amount):
    return amount.times(Percentage.of("1").fraction, Rounding.HALF_UP)


def test_a_campaign_that_is_not_settled_has_no_fees_yet():
    assert refused(accrue, closed("100.00", **TERMS)) == ("not-settled",)
    with pytest.raises(NotFound):
        accrue(closed("100.00", **TERMS), campaign="nowhere")


def test_the_share_of_what_went_back_is_owed_no_more():
    ports = settled("60.00", "40.00")
    assert accrue(ports) == money("5.00")
    refund_pledge(ports, "p0", actor="clerk")
    assert accrue(ports) == accrue(ports) == owed(ports) == money("2.00")
    assert sound(ports)


def test_what_it_costs_to_pay_is_the_platforms_and_of_no_campaign():
    ports = attrs.evolve(owing(), gateway=Costly())
    assert settle(ports).amount == money("11.00")
    (cost,) = (it for it in ports.store.transactions() if it.recipe == "provider-fee")
    assert (recipes.about(cost), ports.store.balance(chart.PROVIDER_FEES, "EUR").posted) == (
        "feb",
        money("1.00"),
    )


def test_what_was_paid_of_it_is_set_off_against_what_is_owed_next():
    ports = owing()
    settle(ports)
    refund_pledge(ports, "p0", actor="clerk")
    assert (accrue(ports), owed(ports)) == (money("11.00"), money("0.00"))
    another(ports, **TERMS)
    place_pledge(ports, request("q0", "400.00", campaign_id="novel"))
    ports.clock.set(END + 30 * DAY)
    advance_campaign(ports, "novel", actor="jobs")
    accrue(ports, campaign="novel")
    assert (accrue(ports), owed(ports)) == (money("3.00"), money("12.00"))
    assert sound(ports)


def test_one_campaign_has_one_host_and_one_currency():
    ports = owing()
    with pytest.raises(KeyReused, match="shared with host oce as agreed before, and this is another host"):
        accrue(ports, attrs.evolve(ALL, host_id="ofico"))
    with pytest.raises(CurrencyMismatch):
        accrue(ports, share(100, threshold=money("10.00", "USD")))
    with pytest.raises(InvalidValue, match="expected FeeShare"):
        accrue(ports, "oce")
    with pytest.raises(InvalidValue, match="what a payment is called: expected str"):
        settle(ports, 5)


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BEFORE, GatewayUnavailable), (Fault.AFTER, OutcomeUnknown)]
)
@pytest.mark.parametrize("finishing", ["again", "outbox", "told"])
def test_a_payment_without_an_answer_is_finished(fault, error, finishing):
    ports = owing()
    ports.gateway.fail_next(fault)
    with pytest.raises(error):
        settle(ports)
    assert (payment(ports).state, owed(ports)) == (SharePaymentState.ORDERED, money("0.00"))
    if finishing == "again":
        settle(ports)
    elif finishing == "outbox":
        assert finish_orders(ports, actor="jobs") == {}
    elif fault is Fault.AFTER:
        receive_event(ports, OrderAnswered(f"{FEB}/share/1", Accepted("tr_1")), actor="provider")
    else:
        return
    assert (payment(ports).state, len(payments(ports))) == (SharePaymentState.PAID, 1)
    assert settle(ports) == payment(ports)
    assert finish_orders(ports, actor="jobs") == {}
    assert sound(ports)


def test_a_declined_payment_is_owed_again_and_tried_again_under_its_key():
    ports = owing()
    ports.gateway.decline("platform", Decline.FINAL, "account-closed")
    failed = settle(ports)
    assert (failed.state, owed(ports)) == (SharePaymentState.FAILED, money("11.00"))
    told = list(ports.store.events())[-1]
    assert (type(told), told.key, told.code) == (events.SharePaymentFailed, "feb", "account-closed")
    ports.gateway.accept("platform")
    again = settle(ports)
    assert (again.state, again.attempts, owed(ports)) == (SharePaymentState.PAID, 2, money("0.00"))
    assert [it.key for it in payments(ports)] == [f"{FEB}/share/2"]
    assert sound(ports)


def test_a_rejected_payment_has_failed():
    ports = owing()

    def rejected(order):
        raise GatewayMisuse(order.key)

    ports.gateway.transfer = rejected
    with pytest.raises(GatewayMisuse):
        settle(ports)
    assert (payment(ports).state, owed(ports)) == (SharePaymentState.FAILED, money("11.00"))
    assert sound(ports)


def test_what_the_provider_tells_of_a_payment():
    ports = owing()
    yes, no = Accepted("tr_1"), Declined(Decline.FINAL, "closed")

    def tell(answer, attempt=1):
        return receive_event(ports, OrderAnswered(f"{FEB}/share/{attempt}", answer), actor="provider").value

    assert tell(yes) == "too-early"
    ports.gateway.decline("platform")
    settle(ports)
    assert (tell(no), tell(yes, 2)) == ("known", "too-early")
    with pytest.raises(OutcomeUnknown, match="share 1 of oce/EUR/feb was carried out, which"):
        tell(yes)
    ports.gateway.accept("platform")
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        settle(ports)
    assert [tell(no), tell(yes, 2), tell(yes, 2)] == ["known", "taken", "known"]
    with pytest.raises(OutcomeUnknown, match="share 1 of oce/EUR/feb was carried out, which"):
        tell(yes)
    with pytest.raises(OutcomeUnknown, match="share 2 of oce/EUR/feb was declined, which"):
        tell(no, 2)
    assert sound(ports)


@pytest.mark.parametrize("key", ["feb", "other"])
def test_two_who_settle_at_once_pay_once(key):
    ports = owing()
    acting = between(ports, lambda: settle(ports, key))
    if key == "feb":
        assert settle(acting).state is SharePaymentState.PAID
    else:
        assert refused(settle, acting) == ("not-due",)
    assert (len(payments(ports)), owed(ports)) == (1, money("0.00"))
    assert sound(ports)


def test_a_host_that_pays_by_itself_is_noted_from_any_sum_on():
    ports = owing(50)
    before = at_provider(ports)
    assert noted(ports, "2.00") == noted(ports, "2.00")
    assert (owed(ports), at_provider(ports)) == (money("3.50"), before)
    with pytest.raises(KeyReused, match=r"payment bank of host oce is another one, of EUR 2\.00"):
        noted(ports, "1.00")
    assert refused(noted, ports, "3.51", "more") == ("above-debt",)
    assert noted(ports, "3.50", "more").state is SharePaymentState.PAID
    assert settle(ports, "more") == noted(ports, "3.50", "more")
    assert sound(ports)


def test_what_is_being_paid_is_not_noted():
    ports = owing()
    ports.gateway.fail_next(Fault.BEFORE)
    with pytest.raises(GatewayUnavailable):
        settle(ports)
    assert refused(noted, ports, "1.00") == ("above-debt",)
    with pytest.raises(KeyReused):
        noted(ports, "11.00", "feb")
    with pytest.raises(InvalidValue, match="host id"):
        note_fee_share(ports, None, money("1.00"), key="k", actor="clerk")
    with pytest.raises(InvalidValue, match="what a host has paid"):
        note_fee_share(ports, "oce", 5, key="k", actor="clerk")


def test_a_payment_is_previewed():
    ports = owing()
    foreseen = preview(ports, settle_fee_share, ALL, key="feb", actor="clerk")
    assert owed(ports) == money("11.00")
    assert [it.recipe for it in foreseen.transactions][:1] == ["pay-share"]


ACCRUE = Step(lambda host: accrue(host.ports))
SOON = share(100, threshold=money("0.00"))
SETTLE = Step(lambda host: settle(host.ports, "feb", SOON))
OTHER = Step(lambda host: settle(host.ports, "other", SOON))
NOTE = Step(lambda host: noted(host.ports, "4.00"))
FINISH = Step(lambda host: finish_orders(host.ports, actor="jobs"))
TELL = Step(lambda host: [_tell(host, it) for it in list(host.store.open_orders())])


def _tell(host, order):
    if (answer := host.gateway.status(order.key)) is not None:
        receive_event(host.ports, OrderAnswered(order.key, answer), actor="provider")


def _host():
    """A host over the house of a settled campaign, which counts every call."""
    ports = settled("160.00", "60.00")
    return Host(ports.store, ports.gateway, END)


def _paid(host):
    """All that was owed was paid once, one way or another, and everything agrees."""
    assert host.take(FINISH) == {}
    for step in ACCRUE, SETTLE:
        host.take(step)
    paid = [it.amount for it in payments(host)]
    own = host.store.balance(chart.own_funds_account("oce"), "EUR").posted
    assert sum(paid, own) == money("11.00")
    assert owed(host) == money("0.00")
    shared = host.store.balance(chart.shared_account("oce"), "EUR").posted
    assert shared == money("11.00")
    return sound(Ports(host.store, host.gateway, host.clock, CountingIds()))


def _calls(*steps):
    host = _host()
    for step in steps:
        before = host.calls
        host.take(step)
    return range(1, host.calls - before + 1)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("trouble", [Trouble.CRASH, Trouble.SILENCE])
@pytest.mark.parametrize(
    "steps", [(ACCRUE,), (ACCRUE, SETTLE), (ACCRUE, NOTE)], ids=["accrue", "settle", "note"]
)
def test_whatever_call_it_ends_at_the_same_lines_again_pay_once(steps, trouble, moment):
    for call in _calls(*steps):
        host = _host()
        for step in steps[:-1]:
            host.take(step)
        host.take(steps[-1], [Interruption(call, moment, trouble, reads=True)])
        host.take(steps[-1])
        assert _paid(host)


@pytest.mark.parametrize(
    "meanwhile",
    [SETTLE, OTHER, NOTE, FINISH, TELL, ACCRUE],
    ids=["same", "other", "note", "finish", "tell", "accrue"],
)
@pytest.mark.parametrize("moment", Moment)
def test_whatever_others_do_at_any_call_it_is_paid_once(meanwhile, moment):
    for call in _calls(ACCRUE, SETTLE):
        host = _host()
        host.take(ACCRUE)
        host.take(SETTLE, [Interruption(call, moment, (meanwhile,), reads=True)])
        assert _paid(host)


MOVES = st.sampled_from(
    [
        lambda ports, _: accrue(ports),
        lambda ports, n: settle(ports, f"k{n % 3}", share(100, threshold=money("3.00"))),
        lambda ports, n: noted(ports, "1.50", f"b{n % 4}"),
        lambda ports, n: refund_pledge(ports, f"p{n % 3}", key=f"r{n}", wanted=money("20.00"), actor="clerk"),
        lambda ports, _: ports.gateway.decline("platform"),
        lambda ports, _: ports.gateway.accept("platform"),
        lambda ports, _: ports.gateway.fail_next(Fault.BEFORE),
        lambda ports, _: ports.gateway.fail_next(Fault.AFTER),
        lambda ports, _: finish_orders(ports, actor="jobs"),
    ]
)


@given(st.lists(MOVES, max_size=12))
def test_what_was_accrued_is_what_is_paid_and_owed(moves):
    ports = settled("100.00", "60.00", "40.00")
    for n, move in enumerate(moves):
        with suppress(PushcoreError):
            move(ports, n)
        accrued = ports.store.find(AccruedShare, "lanterne") or AccruedShare.none("lanterne", "oce", "EUR")
        known = ports.store._tables[SharePayment].values()
        paid, waiting = (
            sum((it.amount for it in known if it.state is state), money("0.00"))
            for state in (SharePaymentState.PAID, SharePaymentState.ORDERED)
        )
        assert accrued.amount == paid + waiting + owed(ports)
    while list(ports.store.open_orders()):  # the last faults
        finish_orders(ports, actor="jobs")
    through = [it for it in ports.store._tables[SharePayment].values() if it.payee_id and it.state == "paid"]
    assert sum(it.amount.minor for it in through) == sum(it.amount.minor for it in payments(ports))
    assert audit(ports.store.transactions()) == ()
