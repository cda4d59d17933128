"""Balances: what the transactions of a ledger add up to, kept as they come.

Debits and credits are kept apart, posted and pending too, so that a statement can tell what came in from
what is left, and a guard can count money that is already spoken for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, kind, stream
from pushcore.errors import CurrencyMismatch
from pushcore.ids import TransactionId
from pushcore.ledger.account import Account, Side
from pushcore.ledger.transaction import Entry, Posting, TransactionPhase, check_entry
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

__all__ = ["Balance", "Balances", "Place", "place"]

Place = tuple[str, Currency]
"""What sums are kept by: the path of an account, and a currency."""


def place(posting: Posting) -> Place:
    """Where a posting counts."""
    return posting.account.path, posting.amount.currency


@attrs.frozen
class Balance:
    """Where an account stands in one currency.

    Raises:
        CurrencyMismatch: the sums are not of one currency.

    Example:
        >>> zero, held = Money.zero("EUR"), Account("held", Side.CREDIT)
        >>> balance = Balance(held, zero, Money.of("10.00", "EUR"), Money.of("4.00", "EUR"), zero)
        >>> balance.posted, balance.available
        (Money('10.00', 'EUR'), Money('6.00', 'EUR'))
    """

    account: Account = attrs.field(validator=kind(Account))
    debits_posted: Money = attrs.field(validator=kind(Money))
    credits_posted: Money = attrs.field(validator=kind(Money))
    debits_pending: Money = attrs.field(validator=kind(Money))
    credits_pending: Money = attrs.field(validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        sums = (self.debits_posted, self.credits_posted, self.debits_pending, self.credits_pending)
        if len({amount.currency for amount in sums}) > 1:
            message = (
                f"the sums of {self.account.path} are of several currencies: {', '.join(map(str, sums))}"
            )
            raise CurrencyMismatch(message, account=self.account, sums=sums)

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

    Raises:
        InvalidValue: it is not given transactions.
    """

    _accounts: dict[str, Account]
    _sums: dict[Place, _Sums]
    _open: dict[TransactionId, Entry]

    def __init__(self, transactions: Iterable[Entry] = ()) -> None:
        self._accounts = {}
        self._sums = {}
        self._open = {}
        for transaction in stream(transactions):
            self.apply(transaction)

    @classmethod
    def restored(cls, balances: Iterable[Balance], pending: Iterable[Entry] = ()) -> Self:
        """Running balances that go on from where they stood, for a store that keeps them in rows.

        Args:
            balances: Where the accounts in question stand.
            pending: The pending transactions that are to be resolved; they are in the balances already.

        Raises:
            InvalidValue: they are no balances, or no transactions.
        """
        restored = cls()
        for balance in stream(balances):
            expect(balance, Balance, what="a balance")
            sums = (
                balance.debits_posted,
                balance.credits_posted,
                balance.debits_pending,
                balance.credits_pending,
            )
            account = restored._accounts[balance.account.path] = balance.account
            at = (account.path, balance.debits_posted.currency)
            restored._sums[at] = _Sums(account, *(amount.minor for amount in sums))
        for entry in stream(pending):
            check_entry(entry)
            restored._open[entry.id] = entry
        return restored

    def balance(self, account: Account, currency: Currency | str) -> Balance:
        """The balance of an account in a currency; zero where nothing was ever posted."""
        expect(account, Account, what="account")
        currency = Currency.of(currency)
        sums = self._sums.get((account.path, currency)) or _Sums(account)
        minors = (sums.debits_posted, sums.credits_posted, sums.debits_pending, sums.credits_pending)
        return Balance(account, *(Money.of_minor(minor, currency) for minor in minors))

    def account(self, path: str) -> Account | None:
        """The account of this path, as it was when something was first posted to it."""
        expect(path, str, what="the path of an account")
        return self._accounts.get(path)

    def available_minor(self, at: Place) -> int:
        """`Balance.available` in minor units, for guards."""
        expect(at, tuple, what="a place in the ledger")
        sums = self._sums.get(at)
        return 0 if sums is None else sums.available()

    def pending(self, transaction_id: TransactionId) -> Entry | None:
        """The pending transaction of this id, while it is neither posted nor voided."""
        expect(transaction_id, str, what="the id of a transaction")
        return self._open.get(transaction_id)

    def waiting(self) -> tuple[Entry, ...]:
        """The pending transactions that are neither posted nor voided, in the order they were written."""
        return tuple(self._open.values())

    def __iter__(self) -> Iterator[Balance]:
        return (self.balance(sums.account, currency) for (_, currency), sums in self._sums.items())

    def apply(self, transaction: Entry) -> None:
        """Add a transaction.

        Raises:
            InvalidValue: it is none.
        """
        check_entry(transaction)
        if transaction.pending_id is not None:
            reserved = self._open.pop(transaction.pending_id, None)
            if reserved is not None:
                self._reserve(reserved.postings, -1)
        if transaction.phase is TransactionPhase.PENDING:
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
        at = place(posting)
        sums = self._sums.get(at)
        if sums is None:
            account = self._accounts.setdefault(posting.account.path, posting.account)
            sums = self._sums[at] = _Sums(account)
        return sums
