"""The ledger: written in order, never twice, and never below zero where that is guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from pushcore.changes import Changes
from pushcore.errors import Conflict, KeyReused
from pushcore.ids import OrderKey, PayeeId, TransactionId
from pushcore.ledger import Account, Balances, Posting, Side, Transaction, audit, chart, recipes
from pushcore.money import Money
from pushcore.testing.contracts._scenes import CAMPAIGN, NOW, a_charge, euros, opened

if TYPE_CHECKING:
    from pushcore.ports import Store

__all__ = ["LedgerContract"]

HELD: Final = chart.held_account(CAMPAIGN.id)
LUNE: Final = PayeeId("lune")


class LedgerContract:
    """Part of `pushcore.testing.StoreContract`."""

    def test_transactions_stay_in_order(self, store: Store) -> None:
        """They come back equal, in the order in which they were written, and form a sound ledger."""
        transactions = _life_of_ten_euros()
        opened(store)
        for transaction in transactions[:2]:
            store.commit(Changes(transactions=(transaction,)))
        store.commit(Changes(transactions=transactions[2:]))
        assert tuple(store.transactions()) == transactions
        assert not audit(store.transactions())

    def test_balances_are_what_was_posted(self, store: Store) -> None:
        """At every step a balance is the sum over the transactions so far, posted and pending apart."""
        opened(store)
        balances = Balances()
        for transaction in _life_of_ten_euros():
            store.commit(Changes(transactions=(transaction,)))
            balances.apply(transaction)
            for account in chart.PROVIDER, HELD, chart.payee_account(CAMPAIGN.id, LUNE):
                assert store.balance(account, "EUR") == balances.balance(account, "EUR")
        assert not store.balance(chart.PROVIDER, "EUR").posted

    def test_currencies_are_kept_apart(self, store: Store) -> None:
        """An account has a balance in each currency."""
        till = Account("till", Side.DEBIT)
        for code in "EUR", "JPY":
            store.commit(Changes(transactions=(_deposit(code, till, code),)))
            assert store.balance(till, code).posted == Money.of("10", code)
        assert not store.balance(till, "USD").posted

    @pytest.mark.parametrize("together", [True, False], ids=["in one commit", "later"])
    def test_an_id_is_written_once(self, store: Store, *, together: bool) -> None:
        """The same transaction again is refused, whatever it says."""
        opened(store)
        charge, again = a_charge("c1"), a_charge("c1", "20")
        if not together:
            store.commit(Changes(transactions=(charge,)))
        with pytest.raises(KeyReused):
            store.commit(Changes(transactions=(charge, again) if together else (again,)))
        assert len(list(store.transactions())) == (not together)

    @pytest.mark.parametrize("together", [True, False], ids=["in one commit", "later"])
    def test_pending_money_is_resolved_once(self, store: Store, *, together: bool) -> None:
        """A pending transaction is posted or voided once; after that it is not pending any more."""
        charge = a_charge("c1")
        done, voided = (
            charge.posted(TransactionId("c1/done"), NOW),
            charge.voided(TransactionId("c1/no"), NOW),
        )
        opened(store).commit(Changes(transactions=(charge,)))
        if not together:
            store.commit(Changes(transactions=(done,)))
        with pytest.raises(Conflict):
            store.commit(Changes(transactions=(done, voided) if together else (voided,)))
        assert store.balance(HELD, "EUR").posted == euros("0" if together else "10")

    def test_no_more_is_posted_than_was_reserved(self, store: Store) -> None:
        """Posting more than is pending is refused."""
        charge, more = a_charge("c1"), a_charge("c1", "10.01")
        opened(store).commit(Changes(transactions=(charge,)))
        with pytest.raises(Conflict):
            store.commit(Changes(transactions=(more.posted(TransactionId("c1/done"), NOW),)))

    @pytest.mark.parametrize("together", [True, False], ids=["in one commit", "later"])
    def test_an_account_stays_what_it_is(self, store: Store, *, together: bool) -> None:
        """The side and the guard of an account never change once something was posted to it."""
        till, guarded = Account("till", Side.DEBIT), Account("till", Side.DEBIT, guarded=True)
        first, changed = _deposit("d1", till), _deposit("d2", guarded)
        if not together:
            store.commit(Changes(transactions=(first,)))
        with pytest.raises(Conflict):
            store.commit(Changes(transactions=(first, changed) if together else (changed,)))
        assert len(list(store.transactions())) == (not together)

    def test_guarded_accounts_count_what_is_pending(self, store: Store) -> None:
        """Money that is on its way out cannot be spent again; money on its way in cannot be spent yet."""
        opened(store)
        charge, posted, settled, *_ = _life_of_ten_euros()
        store.commit(Changes(transactions=(charge,)))
        with pytest.raises(Conflict):
            store.commit(Changes(transactions=(settled,)))
        store.commit(Changes(transactions=(posted, settled)))
        payout = _payout("t1", "7")
        store.commit(Changes(transactions=(payout,)))
        with pytest.raises(Conflict):
            store.commit(Changes(transactions=(_payout("t2", "3.01"),)))
        store.commit(Changes(transactions=(payout.voided(TransactionId("t1/no"), NOW), _payout("t3", "10"))))
        assert not store.balance(chart.payee_account(CAMPAIGN.id, LUNE), "EUR").available


def _life_of_ten_euros() -> tuple[Transaction, ...]:
    """Charged, settled and paid out."""
    charge, payout = a_charge("c1"), _payout("t1", "10")
    return (
        charge,
        charge.posted(TransactionId("c1/done"), NOW),
        recipes.settlement(CAMPAIGN.id, euros("10"), {}, {LUNE: euros("10")}, NOW),
        payout,
        payout.posted(TransactionId("t1/done"), NOW),
    )


def _deposit(name: str, till: Account, code: str = "EUR") -> Transaction:
    """Ten of a currency, put from a till into a box."""
    ten = Money.of("10", code)
    postings = (Posting(till, ten), Posting(Account("box", Side.CREDIT, guarded=True), -ten))
    return Transaction(TransactionId(name), "deposit", NOW, postings)


def _payout(key: str, amount: str) -> Transaction:
    return recipes.payout(OrderKey(key), CAMPAIGN.id, LUNE, euros(amount), NOW)
