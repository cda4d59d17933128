"""Balances: a fold that says at any moment what reading the whole ledger again would say."""

import pytest
from entries import (
    AT,
    BANK,
    HELD,
    TILL,
    accounts,
    counted,
    currencies,
    eur,
    moved,
    pending,
    posted,
    sound_ledgers,
)
from entries import transaction as entry
from hypothesis import given
from hypothesis import strategies as st

from pushcore import Account, Balance, Balances, Currency, Money
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ledger import Side, TransactionPhase, audit, faults

EUR = Currency.of("EUR")


def sums(balance):
    return [
        amount.minor
        for amount in (
            balance.debits_posted,
            balance.credits_posted,
            balance.debits_pending,
            balance.credits_pending,
        )
    ]


@given(sound_ledgers(), currencies)
def test_the_fold_is_the_sum_by_definition(ledger, currency):
    balances = Balances(ledger)
    for account in accounts():
        expected = counted(ledger, account, currency)
        balance = balances.balance(account, currency)
        assert sums(balance) == [
            expected.debits,
            expected.credits,
            expected.debits_pending,
            expected.credits_pending,
        ]
        side = 1 if account.normal is Side.DEBIT else -1
        assert balance.posted.minor == side * (expected.debits - expected.credits)
        assert balance.available.minor == expected.available(account)
        assert balances.available_minor((account.path, currency)) == expected.available(account)


@given(sound_ledgers())
def test_a_ledger_sums_to_zero(ledger):
    total = {}
    for balance in Balances(ledger):
        currency = balance.posted.currency
        total[currency] = total.get(currency, 0) + balance.debits_posted.minor - balance.credits_posted.minor
    assert not any(total.values())


@given(sound_ledgers(), st.data())
def test_it_is_kept_as_transactions_come(ledger, data):
    cut = data.draw(st.integers(0, len(ledger)))
    balances = Balances(ledger[:cut])
    for transaction in ledger[cut:]:
        balances.apply(transaction)
    assert balances == Balances(iter(ledger))


def test_nothing_was_ever_posted():
    assert sums(Balances().balance(BANK, "EUR")) == [0, 0, 0, 0]
    assert Balances().available_minor((BANK.path, EUR)) == 0
    assert list(Balances()) == []


def test_a_pending_one_is_open_until_it_is_resolved():
    charge = pending("t", eur(5))
    balances = Balances([charge])
    assert balances.pending("t") == charge
    balances.apply(charge.voided("u", AT))
    assert balances.pending("t") is None
    assert balances.pending("u") is None


def test_what_waits_is_told_in_the_order_it_was_written():
    one, two, three = (pending(name, eur(5)) for name in "bca")
    balances = Balances([one, two, three, two.posted("u", AT)])
    assert balances.waiting() == (one, three)
    assert Balances().waiting() == ()


@pytest.mark.parametrize(
    ("case", "then", "amount", "done", "restored"),
    [
        ("tigerbeetle-002", "post partial", 100, 100, 23),
        ("tigerbeetle-003", "void", None, 0, 123),
        ("tigerbeetle-004", "post in full", 123, 123, 0),
    ],
)
def test_two_phases(case, then, amount, done, restored):
    """The second transfer is a new record; the first one is never touched."""
    paid_in = posted("in", eur(1000))
    out = pending("t", eur(123), BANK, HELD)
    before = Balances([paid_in, out]).balance(HELD, EUR)
    assert before.available.minor == 1000 - 123, (case, then)
    second = out.voided("u", AT) if amount is None else posted("u", eur(amount), BANK, HELD, of="t")
    after = Balances([paid_in, out, second]).balance(HELD, EUR)
    assert (after.debits_pending.minor, after.debits_posted.minor) == (0, done)
    assert after.available.minor == before.available.minor + restored
    assert audit([paid_in, out, second]) == ()


def test_money_on_its_way_in_does_not_count():
    balance = Balances([pending("t", eur(5))]).balance(HELD, EUR)
    assert balance.available.minor == balance.posted.minor == 0
    assert balance.credits_pending.minor == 5


def test_on_either_side_money_on_its_way_out_is_spoken_for():
    ledger = [posted("in", eur(9)), posted("cash", eur(9), BANK, TILL)]
    ledger += [pending("t", eur(5), BANK, HELD), pending("u", eur(5), TILL, BANK)]
    balances = Balances(ledger)
    for account in (HELD, TILL):
        assert balances.balance(account, EUR).posted == eur(9)
        assert balances.balance(account, EUR).available == eur(4)
        assert balances.available_minor((account.path, EUR)) == 4


def test_a_balance_is_of_one_currency():
    euro, yen = Money.zero("EUR"), Money.zero("JPY")
    with pytest.raises(CurrencyMismatch, match=r"the sums of bank .*EUR 0\.00, EUR 0\.00, EUR 0\.00, JPY 0"):
        Balance(BANK, euro, euro, euro, yen)


@pytest.mark.parametrize("given_", [5, None, "text", {"a": 1}, [5], [None], [len]], ids=repr)
def test_what_is_no_ledger_is_refused(given_):
    for read in (Balances, audit):
        with pytest.raises(InvalidValue):
            read(given_)


def test_a_balance_is_asked_of_an_account():
    with pytest.raises(InvalidValue, match="account: expected Account, got 'bank'"):
        Balances().balance("bank", "EUR")
    with pytest.raises(InvalidValue, match="unknown currency 'eur'"):
        Balances().balance(BANK, "eur")


def test_an_account_is_what_it_was_first():
    other = Account(BANK.path, Side.CREDIT)
    balances = Balances(
        [posted("t", eur(5)), entry("u", moved(Money.of(1, "JPY"), HELD, other), TransactionPhase.POSTED)]
    )
    assert balances.account(BANK.path) == BANK
    assert balances.account("nowhere") is None


@given(sound_ledgers(), st.data())
def test_balances_go_on_from_where_they_were_kept(ledger, data):
    """A store that keeps rows of balances and its pending transactions needs no other part of its ledger."""
    known = data.draw(st.integers(0, len(ledger)))
    before = Balances(ledger[:known])
    open_ones = [it for it in ledger[:known] if before.pending(it.id) is not None]
    restored = Balances.restored(before, open_ones)
    rest = ledger[known:]
    assert faults(rest, restored, {it.id for it in ledger[:known]}) == []
    for transaction in rest:
        restored.apply(transaction)
    assert {(it.account, *it_sums) for it in restored if (it_sums := sums(it))} == {
        (it.account, *it_sums) for it in Balances(ledger) if (it_sums := sums(it))
    }


def test_where_nothing_is_pending_the_balances_are_all_there_is():
    before = Balances([posted("t", eur(5))]).balance(BANK, "EUR")
    assert Balances.restored([before]).balance(BANK, "EUR") == before


def test_only_balances_and_transactions_are_restored():
    with pytest.raises(InvalidValue, match="a balance: expected Balance, got 5"):
        Balances.restored([5])
    with pytest.raises(InvalidValue, match="a ledger entry has"):
        Balances.restored([], [5])
