"""Balances: what the transactions of a ledger add up to, kept as they come.

Debits and credits are kept apart, posted and pending too, so that a statement can tell what came in from
what is left, and a guard can count money that is already spoken for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore.ids import TransactionId
from pushcore.ledger.account import Account, Side
from pushcore.ledger.transaction import Phase, Posting, Transaction
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


__all__ = ["Balance", "Balances"]


@attrs.frozen
class Balance:
    """Where an account stands in one currency.

    Example:
        >>> zero = Money.zero("EUR")
        >>> debt = Balance(Account("held", Side.CREDIT), zero, Money.of("10.00", "EUR"), Money.of("4.00", "EUR"), zero)
        >>> debt.posted, debt.available
        (Money('10.00', 'EUR'), Money('6.00', 'EUR'))
    """

    account: Account
    debits_posted: Money
    credits_posted: Money
    debits_pending: Money
    credits_pending: Money

    @property
    def posted(self) -> Money:
        """What the account holds, on its normal side."""
        if self.account.normal is Side.DEBIT:
            return self.debits_posted - self.credits_posted
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> Money:
        """What it holds less what is pending against it; pending money coming in does not count."""
        against = self.credits_pending if self.account.normal is Side.DEBIT else self.debits_pending
        return self.posted - against


@attrs.define
class _Sums:
    """Running sums of one account in one currency, in minor units: what is in and out, posted and pending."""

    account: Account
    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def available(self) -> int:
        if self.account.normal is Side.DEBIT:
            return self.debits_posted - self.credits_posted - self.credits_pending
        return self.credits_posted - self.debits_posted - self.debits_pending


@attrs.define(init=False)
class Balances:
    """The running balances of a ledger; feed it transactions in the order they were written.

    It takes what it is given: `pushcore.ledger.audit` says what is wrong with it.
    """

    _sums: dict[tuple[str, Currency], _Sums]
    _open: dict[TransactionId, Transaction]

    def __init__(self, transactions: Iterable[Transaction] = ()) -> None:
        self._sums = {}
        self._open = {}
        for transaction in transactions:
            self.apply(transaction)

    def balance(self, account: Account, currency: Currency | str) -> Balance:
        """The balance of an account in a currency; zero where nothing was ever posted."""
        currency = Currency.of(currency)
        sums = self._sums.get((account.path, currency)) or _Sums(account)
        debits, credits_, debits_pending, credits_pending = (
            Money.of_minor(minor, currency)
            for minor in (sums.debits_posted, sums.credits_posted, sums.debits_pending, sums.credits_pending)
        )
        return Balance(account, debits, credits_, debits_pending, credits_pending)

    def available_minor(self, account: Account, currency: Currency) -> int:
        """`Balance.available` in minor units, for guards."""
        sums = self._sums.get((account.path, currency))
        return 0 if sums is None else sums.available()

    def pending(self, transaction_id: TransactionId) -> Transaction | None:
        """The pending transaction of this id, while it is neither posted nor voided."""
        return self._open.get(transaction_id)

    def __iter__(self) -> Iterator[Balance]:
        return (self.balance(sums.account, currency) for (_, currency), sums in self._sums.items())

    def apply(self, transaction: Transaction) -> None:
        """Add a transaction."""
        if transaction.pending_id is not None:
            reserved = self._open.pop(transaction.pending_id, None)
            if reserved is not None:
                self._reserve(reserved.postings, -1)
        if transaction.phase is Phase.PENDING:
            self._open[transaction.id] = transaction
            self._reserve(transaction.postings, 1)
        else:
            for posting in transaction.postings:
                sums, minor = self._sums_of(posting), posting.amount.minor
                if minor > 0:
                    sums.debits_posted += minor
                else:
                    sums.credits_posted -= minor

    def _reserve(self, postings: Iterable[Posting], sign: int) -> None:
        for posting in postings:
            sums, minor = self._sums_of(posting), sign * posting.amount.minor
            if posting.amount.minor > 0:
                sums.debits_pending += minor
            else:
                sums.credits_pending -= minor

    def _sums_of(self, posting: Posting) -> _Sums:
        account = posting.account
        key = (account.path, posting.amount.currency)
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = _Sums(account)
        return sums
