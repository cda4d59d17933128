"""Wallets: credit by lots, what expires first spent first, nothing below zero, and what expires is told."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Accepted, Balances, Decline, Declined, Money, audit
from pushcore.errors import CurrencyMismatch, InvalidValue, Refused
from pushcore.gateway import Transfer
from pushcore.ledger import TransactionPhase, chart, recipes, reversals
from pushcore.payouts import CreditLot, RefundTo, Taken, Wallet, Withdrawal, WithdrawalState, crediting
from pushcore.payouts.return_events import (
    CreditExpired,
    CreditGiven,
    CreditSpent,
    CreditTransferred,
    CreditWithdrawn,
    WithdrawalFailed,
    WithdrawalOrdered,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
REFUNDS = chart.refunds_account("lanterne")
QUARTER = timedelta(days=90)
YES, NO = Accepted("po_1"), Declined(Decline.FINAL, "closed")
W1, W2 = "ana/EUR/w1/withdraw/1", "ana/EUR/w2/withdraw/1"


def eur(text):
    return Money.of(text, "EUR")


def day(number):
    return START + timedelta(days=number)


def credit(wallet, key, amount, at=START, lifetime=QUARTER, source=REFUNDS):
    return crediting.credit(
        wallet, key, eur(amount), at, "sys", reason="refund", source=source, lifetime=lifetime
    )


def wallet(**lots):
    """Amounts, and after how many days each expires."""
    made = Wallet.empty("ana", "EUR")
    for key, (amount, days) in lots.items():
        made, _ = credit(made, key, amount, lifetime=None if days is None else timedelta(days=days))
    return made


def left(wallet):
    return {lot.key: lot.amount.text for lot in wallet.lots}


def code(call, *args, **options):
    with pytest.raises(Refused) as refused:
        call(*args, **options)
    (refusal,) = refused.value.refusals
    return refusal.code


def test_giving_credit():
    empty = Wallet.empty("ana", "EUR")
    made, changes = credit(empty, "p1/refund", "50.00")
    lot = CreditLot("p1/refund", eur("50.00"), "refund", START, day(90))
    assert made == Wallet("ana", eur("1").currency, (lot,), version=1)
    assert (made.id, made.total, made.pending) == ("ana/EUR", eur("50.00"), eur("0.00"))
    assert changes.put == (made,)
    assert changes.events == (CreditGiven(START, "sys", "ana", "p1/refund", eur("50.00"), "refund"),)
    (entry,) = changes.transactions
    assert entry == reversals.moved(
        "wallet/ana/EUR/credit/p1%2Frefund",
        "credit",
        REFUNDS,
        chart.wallet_account("ana"),
        eur("50.00"),
        START,
    )
    assert code(credit, made, "p1/refund", "1.00") == "already-credited"
    assert credit(made, "p2/refund", "1.00", lifetime=None)[0].lots[-1].expires_at is None


@pytest.mark.parametrize("choice", RefundTo)
def test_a_refund_goes_where_its_backer_wants_it(choice):
    """GO13: 50.00 to the wallet, or back to the card; the campaign owes nothing any more either way."""
    taken = [
        recipes.charge("p1", "lanterne", eur("50.00"), START, phase=phase)
        for phase in (TransactionPhase.PENDING, TransactionPhase.POSTED)
    ]
    ledger = [*taken, *recipes.give_back("p1", "lanterne", eur("50.00"), START)]
    if choice is RefundTo.WALLET:
        made, changes = credit(Wallet.empty("ana", "EUR"), "p1/refund/1", "50.00")
        assert made.spendable(START) == eur("50.00")
        ledger += changes.transactions
    else:
        ledger += [
            recipes.refund("p1/refund/1", "lanterne", eur("50.00"), START, phase=phase)
            for phase in (TransactionPhase.PENDING, TransactionPhase.POSTED)
        ]
    assert audit(ledger) == ()
    balances = Balances(ledger)
    assert balances.balance(REFUNDS, "EUR").posted == eur("0.00")
    with_us = balances.balance(chart.PROVIDER, "EUR").posted
    assert with_us == (eur("50.00") if choice is RefundTo.WALLET else eur("0.00"))
    assert balances.balance(chart.held_account("lanterne"), "EUR").credits_posted == eur("50.00")


@pytest.mark.parametrize(("days", "expires"), [(89, False), (90, True), (91, True), (70, False)])
def test_credit_expires(days, expires):
    """CA15: after 90 days, and not after 70."""
    made = wallet(a=("200.00", 90))
    at = day(days)
    assert made.spendable(at) == (eur("0.00") if expires else eur("200.00"))
    assert bool(made.expired(at)) is expires
    if not expires:
        assert code(crediting.expire, made, at, "sys", goes_to="platform") == "not-due"
        return
    after, changes = crediting.expire(made, at, "sys", goes_to="platform")
    assert (left(after), after.version) == ({}, 2)
    assert changes.put == (after,)
    assert changes.events == (CreditExpired(at, "sys", "ana", "a", eur("200.00"), "platform"),)
    assert changes.transactions == (
        reversals.moved(
            "wallet/ana/EUR/expiry/a",
            "expiry",
            chart.wallet_account("ana"),
            chart.expired_account("platform"),
            eur("200.00"),
            at,
        ),
    )
    assert code(crediting.expire, after, at, "sys", goes_to="platform") == "not-due"


def test_what_is_being_withdrawn_does_not_expire():
    """CA15: 91 days later, but a transfer was requested meanwhile."""
    made, _ = crediting.withdraw(wallet(a=("200.00", 90), b=("1.00", 90)), "w1", eur("50.00"), day(30), "ana")
    assert [lot.key for lot in made.expired(day(91))] == ["b"]
    assert made.expires_at == day(90)
    kept, _ = crediting.expire(made, day(91), "sys", goes_to="platform")
    assert left(kept) == {"a": "200.00"}
    assert kept.expires_at is None
    assert kept.spendable(day(91)) == eur("150.00")
    refused, _ = crediting.receive(kept, W1, NO, day(92), "sys")
    assert refused.expires_at == day(90)
    assert left(crediting.expire(refused, day(92), "sys", goes_to="platform")[0]) == {}


def test_what_expires_first_is_spent_first():
    made = wallet(never=("5.00", None), late=("5.00", 60), soon=("5.00", 30))
    assert [lot.key for lot in made.lots] == ["soon", "late", "never"]
    spent, changes = crediting.spend(made, "p2", "lanterne", eur("7.00"), day(1), "ana")
    assert left(spent) == {"late": "3.00", "never": "5.00"}
    assert spent.version == made.version + 1
    assert changes.put == (spent,)
    assert changes.transactions == (reversals.spending("p2", "ana", "lanterne", eur("7.00"), day(1)),)
    assert changes.events == (CreditSpent(day(1), "ana", "ana", "p2", "lanterne", eur("7.00")),)
    later, _ = crediting.spend(made, "p2", "lanterne", eur("7.00"), day(30), "ana")
    assert left(later) == {"soon": "5.00", "never": "3.00"}
    a_cent_more, _ = crediting.spend(made, "p2", "lanterne", eur("5.01"), day(1), "ana")
    assert left(a_cent_more) == {"late": "4.99", "never": "5.00"}
    tipped = crediting.spend(made, "p2", "lanterne", eur("7.00"), day(1), "ana", on_top=(("tip", eur("1")),))
    assert len(tipped[1].transactions[0].postings) == 3


def test_of_what_expires_together_the_oldest_is_first():
    made, _ = credit(wallet(z=("1.00", 90)), "a", "1.00", at=day(1), lifetime=timedelta(days=89))
    made, _ = credit(made, "b", "1.00", lifetime=QUARTER)
    assert [lot.key for lot in made.lots] == ["b", "z", "a"]


def test_no_more_is_spent_than_there_is():
    made = wallet(a=("5.00", 30), b=("5.00", 60))
    waiting, _ = crediting.withdraw(made, "w1", eur("2.00"), day(1), "ana")
    assert code(crediting.spend, waiting, "p2", "lanterne", eur("8.01"), day(1), "ana") == "wallet-too-low"
    assert left(crediting.spend(waiting, "p2", "lanterne", eur("8.00"), day(1), "ana")[0]) == {"a": "2.00"}
    with pytest.raises(Refused, match=r"EUR 5\.00 of wallet ana/EUR can be spent") as no:
        crediting.spend(made, "p2", "lanterne", eur("5.01"), day(30), "ana")
    assert no.value.refusals[0].facts == {"spendable": eur("5.00"), "wanted": eur("5.01")}


def test_withdrawing():
    made = wallet(a=("5.00", 30), b=("5.00", 60))
    asked, changes = crediting.withdraw(made, "w1", None, day(1), "ana")
    withdrawal = Withdrawal(W1, [Taken("a", eur("5.00")), Taken("b", eur("5.00"))], day(1))
    assert asked.withdrawals == (withdrawal,)
    assert (asked.withdrawal(W1), asked.withdrawal(W2)) == (withdrawal, None)
    assert (asked.total, asked.pending, asked.spendable(day(1))) == (eur("10"), eur("10"), eur("0"))
    assert (asked.version, changes.put) == (3, (asked,))
    assert changes.events == (WithdrawalOrdered(day(1), "ana", "ana", W1, eur("10.00")),)
    assert changes.transactions == (reversals.withdrawal(W1, "ana", eur("10.00"), day(1)),)
    assert changes.orders == (Transfer(W1, "ana/EUR/w1", "ana", eur("10.00")),)
    assert code(crediting.withdraw, asked, "w2", None, day(1), "ana") == "wallet-too-low"
    part, _ = crediting.withdraw(made, "w1", eur("1.00"), day(1), "ana")
    assert code(crediting.withdraw, part, "w1", eur("1.00"), day(1), "ana") == "already-withdrawn"


@pytest.mark.parametrize(
    ("answer", "phase", "event", "rest"),
    [
        (
            YES,
            TransactionPhase.POSTED,
            CreditWithdrawn(day(2), "sys", "ana", W1, eur("7.00")),
            {"b": "3.00"},
        ),
        (
            NO,
            TransactionPhase.VOIDED,
            WithdrawalFailed(day(2), "sys", "ana", W1, "closed"),
            {"a": "5.00", "b": "5.00"},
        ),
    ],
)
def test_the_answer_to_a_withdrawal(answer, phase, event, rest):
    asked, _ = crediting.withdraw(wallet(a=("5.00", 30), b=("5.00", 60)), "w1", eur("7.00"), day(1), "ana")
    asked, _ = crediting.withdraw(asked, "w2", eur("1.00"), day(1), "ana")
    after, changes = crediting.receive(asked, W1, answer, day(2), "sys")
    assert left(after) == rest
    state = WithdrawalState.ARRIVED if answer is YES else WithdrawalState.FAILED
    assert {it.key: it.state for it in after.withdrawals} == {W1: state, W2: WithdrawalState.ORDERED}
    assert (after.pending, after.total) == (eur("1.00"), Money.total(map(eur, rest.values()), "EUR"))
    assert changes.events == (event,)
    assert changes.done == (W1,)
    assert changes.transactions == (reversals.withdrawal(W1, "ana", eur("7.00"), day(2), phase=phase),)
    for key in W1, "w1":
        assert code(crediting.receive, after, key, answer, day(2), "sys") == "unknown-withdrawal"
    assert code(crediting.withdraw, after, "w1", eur("1.00"), day(2), "ana") == "already-withdrawn"


def test_all_of_a_balance_is_moved_once():
    """CA16: 15 to somebody else; the second time there is nothing."""
    made, bob = wallet(a=("15.00", 90)), Wallet.empty("bob", "EUR")
    (poor, rich), changes = crediting.transfer(made, bob, "t1", None, day(1), "ana")
    assert (poor.total, rich.total) == (eur("0.00"), eur("15.00"))
    assert rich.lots == (CreditLot("t1/a", eur("15.00"), "refund", START, day(90)),)
    assert changes.put == (poor, rich)
    assert (poor.version, rich.version) == (2, 1)
    assert changes.events == (CreditTransferred(day(1), "ana", "ana", "bob", "t1", eur("15.00")),)
    accounts = chart.wallet_account("ana"), chart.wallet_account("bob")
    assert changes.transactions == (
        reversals.moved("wallet/ana/EUR/gift/t1", "gift", *accounts, eur("15.00"), day(1)),
    )
    assert code(crediting.transfer, poor, rich, "t2", None, day(1), "ana") == "wallet-too-low"
    assert code(crediting.transfer, made, rich, "t1", eur("1.00"), day(1), "ana") == "already-credited"
    part, _ = crediting.transfer(made, bob, "t1", eur("4.00"), day(1), "ana")
    assert [left(it) for it in part] == [{"a": "11.00"}, {"t1/a": "4.00"}]


def test_nobody_gives_credit_to_themselves_or_in_another_currency():
    made = wallet(a=("15.00", 90))
    with pytest.raises(InvalidValue, match="ana has the credit already"):
        crediting.transfer(made, made, "t1", None, START, "ana")
    with pytest.raises(CurrencyMismatch, match="the wallet of bob is of USD"):
        crediting.transfer(made, Wallet.empty("bob", "USD"), "t1", None, START, "ana")
    with pytest.raises(CurrencyMismatch, match="the wallet of ana is of EUR"):
        crediting.spend(made, "p2", "lanterne", Money.of(1, "USD"), START, "ana")


@pytest.mark.parametrize("amount", [eur("0.00"), eur("-1.00"), None, 1, "1.00"], ids=repr)
def test_amounts_above_zero_are_moved(amount):
    made = wallet(a=("15.00", 90))
    with pytest.raises(InvalidValue):
        crediting.spend(made, "p2", "lanterne", amount, START, "ana")
    if amount is not None:
        with pytest.raises(InvalidValue):
            crediting.withdraw(made, "w1", amount, START, "ana")


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(-1), timedelta.max, 90], ids=repr)
def test_a_lifetime_is_above_zero_and_not_for_ever(lifetime):
    with pytest.raises(InvalidValue):
        credit(Wallet.empty("ana", "EUR"), "a", "1.00", lifetime=lifetime)


A = CreditLot("a", eur("1.00"), "refund", START)
ASKED = Withdrawal("w1", [Taken("a", eur("1.00"))], START)
IMPOSSIBLE = [
    (lambda: Wallet("ana", eur("1").currency, [A, A]), "credit 'a' stands twice"),
    (lambda: Wallet("ana", eur("1").currency, [A], [ASKED, ASKED]), "withdrawal 'w1' stands twice"),
    (lambda: Wallet("ana", eur("1").currency, [A], [ASKED, attrs.evolve(ASKED, key="w2")]), "of a than"),
    (lambda: Wallet("ana", eur("1").currency, [], [ASKED]), "more is withdrawn of a than there is"),
    (lambda: Withdrawal("w1", [], START), "withdrawal w1 takes nothing"),
    (lambda: Withdrawal("w1", [Taken("a", eur("1"))] * 2, START), "stands twice"),
    (lambda: Taken("a", eur("0")), "above zero"),
    (lambda: CreditLot("a", eur("0"), "refund", START), "above zero"),
    (lambda: CreditLot("a", eur("1"), "refund", START, START), "expires after it is given"),
    (lambda: Wallet.empty("ana", "XXX").zero, "no minor unit"),
    (lambda: Wallet("ana", Money.of(1, "USD").currency, [A]), "is of USD, not EUR"),
    (lambda: wallet(a=("1", 9)).taken(1, START), "what is taken of a wallet"),
    (lambda: crediting.receive(wallet(), "w1", "yes", START, "sys"), "the answer to a withdrawal"),
    (lambda: crediting.withdraw(None, "w1", eur("1"), START, "sys"), "a wallet"),
    (lambda: crediting.transfer(wallet(a=("1", 9)), None, "t1", None, START, "sys"), "recipient's wallet"),
    (lambda: credit(None, "p1", "1.00"), "a wallet"),
    (lambda: crediting.spend(None, "p1", "lanterne", eur("1"), START, "ana"), "a wallet"),
    (lambda: crediting.receive(None, "w1", YES, START, "sys"), "a wallet"),
    (lambda: crediting.expire(None, START, "sys", goes_to="platform"), "a wallet"),
    (lambda: crediting.withdraw(None, "w1", None, START, "sys"), "a wallet"),
]


@pytest.mark.parametrize("place", range(len(IMPOSSIBLE)))
def test_what_cannot_be(place):
    make, why = IMPOSSIBLE[place]
    with pytest.raises(InvalidValue, match=why):
        make()


STEPS = st.tuples(
    st.sampled_from(["credit", "spend", "withdraw", "yes", "no", "transfer", "expire"]),
    st.integers(1, 500),
    st.integers(0, 20),
)


@given(st.lists(STEPS, max_size=25))
def test_wallets_and_books_agree_whatever_happens(steps):
    """Nothing is ever below zero, pending counted; and every cent of credit went somewhere."""
    ledger = [
        recipes.charge("p", "lanterne", eur("100000.00"), START, phase=phase)
        for phase in (TransactionPhase.PENDING, TransactionPhase.POSTED)
    ]
    ledger += recipes.give_back("p", "lanterne", eur("100000.00"), START)
    ana, bob, at = Wallet.empty("ana", "EUR"), Wallet.empty("bob", "EUR"), START
    for number, (what, minor, days) in enumerate(steps):
        at, amount, key = at + timedelta(days=days), Money.of_minor(minor, "EUR"), f"k{number}"
        waiting = [it.key for it in ana.withdrawals if it.state is WithdrawalState.ORDERED]
        first = waiting[0] if waiting else "none"
        try:
            match what:
                case "credit":
                    ana, changes = credit(ana, key, amount.text, at)
                case "spend":
                    ana, changes = crediting.spend(ana, key, "lanterne", amount, at, "ana")
                case "withdraw":
                    ana, changes = crediting.withdraw(ana, key, amount, at, "ana")
                case "yes" | "no":
                    answer = YES if what == "yes" else NO
                    ana, changes = crediting.receive(ana, first, answer, at, "sys")
                case "transfer":
                    (ana, bob), changes = crediting.transfer(ana, bob, key, amount, at, "ana")
                case "expire":
                    ana, changes = crediting.expire(ana, at, "sys", goes_to="platform")
        except Refused:
            continue
        ledger += changes.transactions
        for owner in (ana, bob):
            balance = Balances(ledger).balance(chart.wallet_account(owner.backer_id), "EUR")
            assert (balance.posted, balance.available) == (owner.total, owner.total - owner.pending)
            assert owner.spendable(at) <= balance.available
            assert min(balance.available, balance.posted) >= eur("0.00")
    assert audit(ledger) == ()
