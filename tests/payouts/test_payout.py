"""Payouts: sent until they arrive, and paid once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Accepted, Balances, Decline, Declined, Money, Payout, PayoutState, Transfer, audit
from pushcore.errors import InvalidValue, Refused
from pushcore.ledger import TransactionPhase, chart, recipes
from pushcore.payouts import payout as deciding
from pushcore.payouts.events import PayoutFailed, PayoutPaid, PayoutPrepared, PayoutSent
from pushcore.payouts.states import UNSENT

AT = datetime(2026, 2, 5, tzinfo=UTC)
TEN = Money.of("10.00", "EUR")
YES, NO = Accepted("tr_1"), Declined(Decline.RETRYABLE, "no-account")
PREPARED, SENT, PAID, FAILED, HELD, APPROVED, REFUSED, MERGED, RETURNED, SET_OFF = PayoutState


WAITING = {"milestone": "rehearsed", "merged_into": "lanterne/lune/2"}
OF_STATE = {HELD: ["milestone"], MERGED: ["merged_into"]}


def payout(state, attempts=1, version=5):
    own = {name: WAITING[name] for name in OF_STATE.get(state, ())}
    return Payout("lanterne/lune", "lanterne", "lune", TEN, state, attempts, version, **own)


def prepared():
    return deciding.prepare("lanterne", "lune", TEN, AT, "sys")[0]


def send(payout):
    return deciding.send(payout, AT, "sys")


def accept(payout):
    return deciding.receive(payout, YES, AT, "sys")


def decline(payout):
    return deciding.receive(payout, NO, AT, "sys")


TABLE = {
    (PREPARED, send): SENT,
    (APPROVED, send): SENT,
    (FAILED, send): SENT,
    (SENT, accept): PAID,
    (SENT, decline): FAILED,
}


@pytest.mark.parametrize("state", PayoutState)
@pytest.mark.parametrize("decide", [send, accept, decline])
def test_states(state, decide):
    """OC34, LF04: what is under way is not sent again, and no answer is taken twice."""
    before = payout(state, attempts=int(state not in UNSENT))
    if (state, decide) in TABLE:
        after, changes = decide(before)
        assert (after.state, after.version) == (TABLE[state, decide], before.version + 1)
        assert changes.put == (after,)
        assert (after.id, after.payee_id, after.amount) == (before.id, before.payee_id, before.amount)
    else:
        with pytest.raises(Refused, match="payout lanterne/lune") as refused:
            decide(before)
        held = state is HELD and decide is send
        assert refused.value.codes == (("consent-missing",) if held else ("not-payable",))
        assert held or f"is {state.value}" in str(refused.value)


def test_preparing_one():
    made, changes = deciding.prepare("lanterne", "lune", TEN, AT, "sys")
    assert made == Payout("lanterne/lune", "lanterne", "lune", TEN, PREPARED, 0, 1)
    assert changes.put == (made,)
    assert changes.events == (PayoutPrepared(AT, "sys", "lanterne/lune", "lanterne", "lune", TEN),)
    assert (changes.transactions, changes.orders) == ((), ())


def test_ids_with_slashes_make_payouts_of_their_own():
    pairs = [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c")]
    assert len({deciding.prepare(*pair, TEN, AT, "sys")[0].id for pair in pairs}) == 3


def test_sending_one():
    sent, changes = send(prepared())
    order = Transfer("lanterne/lune/transfer/1", "lanterne/lune", "lune", TEN)
    assert deciding.transfer_order(sent) == order
    assert changes.orders == (order,)
    assert changes.transactions == (recipes.payout(order.key, "lanterne", "lune", TEN, AT),)
    assert changes.events == (PayoutSent(AT, "sys", "lanterne/lune", 1),)
    assert sent.attempts == 1


@pytest.mark.parametrize(
    ("decide", "phase", "event"),
    [
        (accept, TransactionPhase.POSTED, PayoutPaid(AT, "sys", "lanterne/lune", "tr_1")),
        (decline, TransactionPhase.VOIDED, PayoutFailed(AT, "sys", "lanterne/lune", "no-account")),
    ],
)
def test_taking_the_answer(decide, phase, event):
    sent, _ = send(prepared())
    answered, changes = decide(sent)
    key = "lanterne/lune/transfer/1"
    assert changes.transactions == (recipes.payout(key, "lanterne", "lune", TEN, AT, phase=phase),)
    assert changes.events == (event,)
    assert changes.done == (key,)
    assert changes.orders == ()
    assert answered.attempts == 1


@given(st.integers(0, 5))
def test_each_try_has_a_key_of_its_own_and_is_paid_once(failures):
    """HO03: a transfer that fails pays nothing, and the payee is still owed."""
    ledger = [
        recipes.charge("p1", "lanterne", TEN, AT, phase=phase)
        for phase in (TransactionPhase.PENDING, TransactionPhase.POSTED)
    ]
    ledger.append(recipes.settlement("lanterne", TEN, {}, {"lune": TEN}, AT))
    payout, keys = prepared(), []
    for decide in [decline] * failures + [accept]:
        payout, sending = send(payout)
        assert Balances([*ledger, *sending.transactions]).balance(account(), "EUR").available == TEN - TEN
        payout, answer = decide(payout)
        keys += [order.key for order in sending.orders]
        ledger += [*sending.transactions, *answer.transactions]
        owed = Balances(ledger).balance(account(), "EUR").available
        assert owed == (TEN if payout.state is FAILED else TEN - TEN)
    assert len(set(keys)) == payout.attempts == failures + 1
    assert audit(ledger) == ()
    assert Balances(ledger).balance(chart.PROVIDER, "EUR").posted == TEN - TEN


def account():
    return chart.payee_account("lanterne", "lune")


@pytest.mark.parametrize("answer", [None, "accepted", True, Accepted, TEN], ids=repr)
def test_an_answer_is_one(answer):
    sent, _ = send(prepared())
    with pytest.raises(InvalidValue, match="the answer to a transfer: expected Accepted or Declined, got"):
        deciding.receive(sent, answer, AT, "sys")


@pytest.mark.parametrize(("state", "attempts"), [(PREPARED, 1), (SENT, 0), (PAID, 0), (FAILED, 0)])
def test_a_state_goes_with_its_attempts(state, attempts):
    with pytest.raises(InvalidValue, match=f"is {state.value} after {attempts} attempts, which cannot be"):
        payout(state, attempts)


@pytest.mark.parametrize("amount", [TEN - TEN, -TEN], ids=str)
def test_an_amount_above_zero_is_paid_out(amount):
    with pytest.raises(InvalidValue, match=r"Payout\.amount: expected an amount above zero"):
        deciding.prepare("lanterne", "lune", amount, AT, "sys")
