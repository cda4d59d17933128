"""Wallets end to end: spent, withdrawn through an unreliable provider, passed on, and expired."""

from functools import partial

import attrs
import pytest
from funding_houses import ALL_BACK, AT_ONCE, Costly, another, at_provider, books, credited
from lanterne import DAY, END, between, launched, money, refused, request, written

from pushcore import (
    Accepted,
    Decline,
    Declined,
    FeeSchedule,
    FundingGoal,
    Money,
    PledgeState,
    RefundTo,
    SplitPlan,
    advance_campaign,
    audit,
    cancel_pledge,
    expect_contribution,
    expire_credit,
    expire_credits,
    finish_orders,
    give_up_contribution,
    match_pledge,
    open_fund,
    pass_on_credit,
    place_pledge,
    plan_refunds,
    receive_contribution,
    receive_event,
    refund_pledge,
    settle_campaign,
    spend_credit,
    state_account,
    state_wallet,
    transfer_pledge,
    withdraw_credit,
)
from pushcore.campaigns import Cap, FundingModel
from pushcore.errors import (
    Conflict,
    GatewayMisuse,
    GatewayUnavailable,
    InvalidValue,
    KeyReused,
    OutcomeUnknown,
)
from pushcore.gateway import REJECTED, OrderAnswered, Transfer
from pushcore.ledger import recipes
from pushcore.matching import MatchingFund, Multiple, Pool
from pushcore.memory import Fault
from pushcore.payouts import WithdrawalState, crediting
from pushcore.rewards import LineKind

W1 = "b0/EUR/w1/withdraw/1"


def wallet(ports, backer="b0"):
    return state_wallet(ports, backer, "EUR")


def withdraw(ports, key="w1", **more):
    return withdraw_credit(ports, "b0", "EUR", key=key, actor="b0", **more)


def spent(ports, pledge_id="q0", bonus="25.00", **more):
    return spend_credit(ports, request(pledge_id, bonus, campaign_id="novel", backer_id="b0", **more))


def transfers(ports):
    return [order for order in ports.gateway.accepted() if isinstance(order, Transfer)]


def sound(ports):
    """Nothing is lost, whatever moved; and the provider's own books agree."""
    assert audit(ports.store.transactions()) == ()
    assert state_account(ports, "lanterne").conserved
    at_provider(ports)
    return True


def test_a_wallet_that_never_was_is_empty():
    ports = credited()
    assert (wallet(ports).total, wallet(ports, "nobody").total) == (money("60.00"), money(0))
    assert state_wallet(ports, "b0", "USD").total == Money.of(0, "USD")


def test_credit_is_withdrawn_once():
    ports = credited()
    after = withdraw(ports, amount=money("50.00"))
    assert (after.total, after.withdrawal(W1).state) == (money("10.00"), WithdrawalState.ARRIVED)
    assert withdraw(ports, amount=money("50.00")) == withdraw(ports) == after
    with pytest.raises(KeyReused, match=r"EUR 50\.00 of wallet b0/EUR was withdrawn as w1"):
        withdraw(ports, amount=money("10.00"))
    assert transfers(ports) == [Transfer(W1, "b0/EUR/w1", "b0", money("50.00"))]
    assert withdraw(ports, "w2").total == money(0)
    assert refused(withdraw, ports, "w3") == ("wallet-too-low",)
    assert at_provider(ports) == money("40.00")
    assert sound(ports)


def test_what_a_withdrawal_costs_is_the_platforms_and_of_no_campaign():
    ports = attrs.evolve(credited(), gateway=Costly())
    assert withdraw(ports).total == money("0.00")
    (cost,) = (it for it in ports.store.transactions() if it.recipe == "provider-fee")
    assert (recipes.about(cost), {it.account.path: it.amount.text for it in cost.postings}) == (
        "w1",
        {"provider-fees": "1.00", "provider": "-1.00"},
    )


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BEFORE, GatewayUnavailable), (Fault.AFTER, OutcomeUnknown)]
)
@pytest.mark.parametrize("finishing", ["again", "outbox"])
def test_a_withdrawal_without_an_answer_is_finished(fault, error, finishing):
    ports = credited()
    ports.gateway.fail_next(fault)
    with pytest.raises(error):
        withdraw(ports)
    waiting = wallet(ports)
    assert (waiting.pending, waiting.spendable(END)) == (money("60.00"), money(0))
    if finishing == "again":
        withdraw(ports)
    else:
        assert finish_orders(ports, actor="jobs") == {}
    assert (wallet(ports).total, len(transfers(ports)), list(ports.store.open_orders())) == (money(0), 1, [])
    assert sound(ports)


def test_a_declined_withdrawal_leaves_the_credit():
    ports = credited()
    ports.gateway.decline("b0", Decline.FINAL, "account-closed")
    after = withdraw(ports)
    assert (after.spendable(END), after.withdrawal(W1).state) == (money("60.00"), WithdrawalState.FAILED)
    ports.gateway.accept("b0")
    assert withdraw(ports).spendable(END) == money("60.00")
    assert withdraw(ports, "w2").total == money(0)
    assert sound(ports)


def test_a_rejected_withdrawal_has_failed():
    ports = credited()

    def rejected(order):
        raise GatewayMisuse(order.key)

    ports.gateway.transfer = rejected
    with pytest.raises(GatewayMisuse):
        withdraw(ports)
    assert (wallet(ports).withdrawal(W1).state, wallet(ports).pending) == (WithdrawalState.FAILED, money(0))
    assert list(ports.store.open_orders()) == []
    assert sound(ports)


def test_a_withdrawal_that_was_rejected_to_another_and_made_all_the_same_is_told():
    ports = credited()
    transfer = ports.gateway.transfer

    def meanwhile(order):
        _, changes = crediting.receive(wallet(ports), W1, REJECTED, END, "x")
        ports.store.commit(changes)
        return transfer(order)

    ports.gateway.transfer = meanwhile
    with pytest.raises(OutcomeUnknown, match="of b0/EUR after it had rejected it: take it back there"):
        withdraw(ports)
    assert (wallet(ports).withdrawal(W1).state, len(transfers(ports))) == (WithdrawalState.FAILED, 1)


def test_a_withdrawal_that_another_got_through_has_arrived_though_it_is_rejected_here():
    ports = credited()
    transfer = ports.gateway.transfer

    def meanwhile(order):
        ports.gateway.transfer = transfer
        withdraw(ports)
        raise GatewayMisuse(order.key)

    ports.gateway.transfer = meanwhile
    after = withdraw(ports)
    assert (after.withdrawal(W1).state, len(transfers(ports))) == (WithdrawalState.ARRIVED, 1)
    assert sound(ports)


def test_what_the_provider_tells_of_a_withdrawal():
    ports = credited()
    tell = lambda answer, key=W1: receive_event(ports, OrderAnswered(key, answer), actor="provider").value  # noqa: E731
    yes, no = Accepted("po_1"), Declined(Decline.FINAL, "closed")
    assert [tell(yes), tell(yes, "nobody/EUR/w1/withdraw/1"), tell(yes, "x/withdraw/1")] == ["too-early"] * 3
    ports.gateway.fail_next(Fault.AFTER)
    with pytest.raises(OutcomeUnknown):
        withdraw(ports)
    assert [tell(yes), tell(yes)] == ["taken", "known"]
    with pytest.raises(OutcomeUnknown, match="was declined, which is written down as done"):
        tell(no)
    assert wallet(ports).total == money(0)
    assert sound(ports)


def test_the_provider_pays_what_it_had_declined():
    ports = credited()
    ports.gateway.decline("b0", Decline.FINAL, "account-closed")
    withdraw(ports)
    with pytest.raises(
        OutcomeUnknown, match="withdraw 1 of b0/EUR/w1 was carried out, which is written down as failed"
    ):
        receive_event(ports, OrderAnswered(W1, Accepted("po_1")), actor="provider")


def test_credit_that_comes_meanwhile_does_not_stop_a_withdrawal():
    """The answer is written by the same lines, run again."""
    ports = credited()

    def more():
        refund_pledge(ports, "p1", to=RefundTo.WALLET, actor="clerk")
        pass_on_credit(ports, "b1", "b0", "EUR", key="g1", actor="b1")

    acting = between(ports, lambda: None, more)
    after = withdraw_credit(acting, "b0", "EUR", key="w1", actor="b0")
    assert (after.total, len(transfers(ports))) == (money("40.00"), 1)
    assert sound(ports)


def test_credit_is_passed_on_and_expires_when_it_would_have():
    """CA16: all of it to somebody else; the second time there is nothing."""
    ports = credited()
    given = pass_on_credit(ports, "b0", "bob", "EUR", key="g1", actor="b0")
    assert (given.total, wallet(ports, "bob").total) == (money(0), money("60.00"))
    assert wallet(ports, "bob").expires_at == END + 90 * DAY
    again = lambda: pass_on_credit(ports, "b0", "bob", "EUR", key="g2", actor="b0")  # noqa: E731
    assert refused(again) == ("wallet-too-low",)
    back = pass_on_credit(ports, "bob", "b0", "EUR", key="g1", amount=money("5.00"), actor="bob")
    assert back.total == money("55.00")
    with pytest.raises(InvalidValue, match="b0 has the credit already"):
        pass_on_credit(ports, "b0", "b0", "EUR", key="g3", actor="b0")
    assert sound(ports)


def test_credit_expires_and_somebody_gets_it():
    """CA15: after 90 days, not before; the job finds every wallet once."""
    ports = credited()
    ports.clock.set(END + 89 * DAY)
    assert expire_credits(ports, goes_to="charity", actor="jobs") == {}
    gone = lambda: expire_credit(ports, "b0", "EUR", goes_to="charity", actor="jobs")  # noqa: E731
    assert refused(gone) == ("not-due",)
    ports.clock.set(END + 90 * DAY)
    assert wallet(ports).spendable(ports.now()) == money(0)
    assert expire_credits(ports, goes_to="charity", actor="jobs") == {}
    assert (wallet(ports).total, books(ports)["expired/charity"]) == (money(0), -6000)
    assert expire_credits(ports, goes_to="charity", actor="jobs") == {}
    assert refused(gone) == ("not-due",)
    assert sound(ports)


def test_a_wallet_that_cannot_be_written_is_told_and_holds_up_no_other():
    ports = credited()
    pass_on_credit(ports, "b0", "bob", "EUR", key="g1", amount=money("10.00"), actor="b0")
    ports.clock.set(END + 90 * DAY)

    class Broken:
        def __getattr__(self, name):
            return getattr(ports.store, name)

        def commit(self, changes):
            if any(it.backer_id == "b0" for it in changes.put):
                raise Conflict
            ports.store.commit(changes)

    troubles = expire_credits(attrs.evolve(ports, store=Broken()), goes_to="platform", actor="jobs")
    assert {key: type(it) for key, it in troubles.items()} == {"b0/EUR": Conflict}
    assert (wallet(ports).total, wallet(ports, "bob").total) == (money("50.00"), money(0))


def test_credit_pays_for_a_pledge_at_once():
    ports = another(credited())
    pledge = spent(ports, tip=money("2.00"), tier_id="postcard")
    assert (pledge.state, pledge.amount, pledge.paid_by) == (
        PledgeState.COLLECTED,
        money("37.00"),
        "wallet",
    )
    assert {line.kind for line in pledge.quote.lines} == {LineKind.REWARD, LineKind.BONUS, LineKind.TIP}
    assert spent(ports, tip=money("2.00"), tier_id="postcard") == pledge
    assert wallet(ports).total == money("23.00")
    progress = ports.store.progress("novel")
    assert (progress.pledges, progress.pledged, progress.collected) == (1, money("35.00"), money("35.00"))
    assert ports.store.stock("novel", "postcard").claimed == 1
    assert (state_account(ports, "novel").held, at_provider(ports)) == (money("35.00"), money("100.00"))
    assert sound(ports)


def test_whoever_has_too_little_is_told_with_every_other_reason():
    ports = another(credited())
    asked = request("q0", "60.01", campaign_id="novel", backer_id="b0", expects=money("50.00"))
    assert refused(spend_credit, ports, asked) == ("price-differs", "wallet-too-low")
    assert refused(spent, ports, bonus="0.00") == ("below-minimum",)
    assert ports.store.find_pledge("q0") is None
    with pytest.raises(KeyReused):
        spend_credit(ports, request("p1", "1.00", campaign_id="novel", backer_id="b0"))
    with pytest.raises(InvalidValue, match="a pledge request"):
        spend_credit(ports, "q0")


BY_CASH = partial(expect_contribution, reason="cheque 9")


@pytest.mark.parametrize("own", [place_pledge, spend_credit, BY_CASH], ids=["card", "wallet", "cash"])
@pytest.mark.parametrize("received", [None, "30.00", "given up"])
def test_a_request_that_came_to_another_door_is_not_found_behind_this_one(own, received):
    """What was to be charged to a card came back as if it had been paid from the wallet, or by cheque."""
    ports = another(credited())
    asked = request("q0", "30.00", campaign_id="novel", backer_id="b0")
    pledge = own(ports, asked)
    if own is BY_CASH and received == "given up":
        pledge = give_up_contribution(ports, "q0", actor="clerk")
    elif own is BY_CASH and received:
        pledge = receive_contribution(ports, "q0", money(received), actor="clerk")
    assert own(ports, asked) == pledge
    before = written(ports)
    for door in (place_pledge, spend_credit, BY_CASH):
        if door is not own:
            with pytest.raises(KeyReused, match="pledge q0 was placed to be paid in another way"):
                door(ports, asked)
    assert written(ports) == before


@pytest.mark.parametrize("door", [place_pledge, spend_credit, BY_CASH], ids=["card", "wallet", "cash"])
def test_a_match_is_found_behind_no_door(door):
    ports = another(credited())
    open_fund(ports, MatchingFund("live", Multiple(1), [Pool("bank", money("30.00"))]), actor="clerk")
    place_pledge(ports, request("q1", "30.00", campaign_id="novel"))
    match_pledge(ports, "q1", "live", actor="clerk")
    match = ports.store.find_pledge("q1/live/bank")
    with pytest.raises(KeyReused):
        door(ports, match.request)


@pytest.mark.parametrize("choice", RefundTo)
def test_what_was_paid_from_the_wallet_goes_back_there(choice):
    """The provider never had it, so it is not asked, whatever the backer would like."""
    ports = another(credited())
    spent(ports, refund_to=choice)
    before = len(ports.gateway.accepted())
    assert not list(plan_refunds(ports, "novel").needs())
    assert cancel_pledge(ports, "q0", actor="b0").state is PledgeState.REFUNDED
    assert (wallet(ports).total, state_account(ports, "novel").conserved) == (money("60.00"), True)
    assert len(ports.gateway.accepted()) == before
    assert sound(ports)


@pytest.mark.parametrize("said", ["pledged", "refunded"])
def test_credit_is_of_whoever_paid_and_not_of_whoever_holds_the_pledge(said):
    """A pledge that was handed over is charged to who placed it, whose card a refund would go to."""
    ports = launched(splits=SplitPlan(), fees=FeeSchedule(), refunds=ALL_BACK)
    wants = {"refund_to": RefundTo.WALLET} if said == "pledged" else {}
    place_pledge(ports, request("p0", "100.00", backer_id="ana", **wants))
    transfer_pledge(ports, "p0", "ben", actor="ana")
    ports.clock.set(END)
    advance_campaign(ports, "lanterne", actor="jobs")
    refund_pledge(ports, "p0", to=None if wants else RefundTo.WALLET, actor="clerk")
    assert [wallet(ports, it).total for it in ("ana", "ben")] == [money("100.00"), money(0)]
    assert sound(ports)


def test_a_failed_campaign_gives_credit_back():
    ports = another(credited())
    spent(ports)
    ports.clock.set(END + 30 * DAY)
    assert advance_campaign(ports, "novel", actor="jobs") == {}
    assert ports.store.find_pledge("q0").state is PledgeState.REFUNDED
    assert wallet(ports).total == money("60.00")
    assert sound(ports)


def test_a_funded_campaign_settles_what_came_from_wallets():
    ports = another(credited())
    spent(ports)
    place_pledge(ports, request("q1", "100.00", campaign_id="novel", backer_id="b1"))
    ports.clock.set(END + 30 * DAY)
    assert advance_campaign(ports, "novel", actor="jobs") == {}
    told = state_account(ports, "novel")
    assert (told.collected, told.conserved) == (money("125.00"), True)
    refund_pledge(ports, "q0", key="r1", wanted=money("5.00"), to=RefundTo.CARD, actor="clerk")
    assert wallet(ports).total == money("40.00")
    assert sound(ports)


def test_credit_that_fills_the_cap_closes_the_campaign():
    cap = Cap(amount=money("50.00"), smallest_charge=money("1.00"), tolerance=money("0.00"), clips=False)
    model = attrs.evolve(AT_ONCE, cap=cap)
    ports = another(credited(), model=model, goal=FundingGoal(money("50.00")))
    spent(ports, bonus="50.00")
    assert ports.store.campaign("novel").funded


def test_settling_waits_for_nobody():
    """A pledge from the wallet is collected when it is placed: nothing is to be charged."""
    ports = another(credited(), model=FundingModel.KEEP_IT_ALL)
    spent(ports)
    ports.clock.set(END + 30 * DAY)
    assert list(ports.store.chargeable_pledges("novel", ports.now())) == []
    advance_campaign(ports, "novel", actor="jobs")
    assert settle_campaign(ports, "novel", actor="jobs").collected == money("25.00")
