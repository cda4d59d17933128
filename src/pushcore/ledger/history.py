"""History: where a ledger stood at any moment, rebuilt from what was written and from nothing else.

A ledger is only ever added to, so every state that it was in can be had again. There are two questions: what
is dated up to an instant (`balances_at`), and what was written up to a transaction (`balances_after`). They
differ where something is written later than it is dated, such as cash that is entered on the next day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, kind, shown, stream
from pushcore.calendar import utc
from pushcore.errors import NotFound
from pushcore.ledger.account import Account
from pushcore.ledger.balance import Balance, Balances
from pushcore.ledger.transaction import Transaction
from pushcore.money import Currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pushcore.ids import TransactionId

__all__ = ["Movement", "balances_after", "balances_at", "movements"]


@attrs.frozen
class Movement:
    """A transaction that touched an account, and where the account stood after it."""

    transaction: Transaction = attrs.field(validator=kind(Transaction))
    balance: Balance = attrs.field(validator=kind(Balance))


def balances_at(transactions: Iterable[Transaction], at: datetime) -> Balances:
    """The balances of everything that is dated up to an instant, that very instant included.

    Args:
        transactions: All of a ledger, in the order in which they were written; read once, as a stream.
        at: The instant.

    Raises:
        InvalidValue: they are no transactions, or it is no instant.

    Example:
        >>> from datetime import UTC, datetime
        >>> from pushcore import Money
        >>> from pushcore.ledger import chart, recipes
        >>> def came(day):
        ...     at = datetime(2026, 1, day, tzinfo=UTC)
        ...     return recipes.receipt(f"r{day}", "lanterne", Money.of(day, "EUR"), at)
        >>> ledger = [came(5), came(6), came(7)]
        >>> held = chart.held_account("lanterne")
        >>> balances_at(ledger, datetime(2026, 1, 6, tzinfo=UTC)).balance(held, "EUR").posted
        Money('11.00', 'EUR')
    """
    instant = utc(at)
    return Balances(it for it in _checked(transactions) if it.at <= instant)


def balances_after(transactions: Iterable[Transaction], transaction_id: TransactionId) -> Balances:
    """The balances as they were when a transaction had just been written; what came later is not read.

    Raises:
        NotFound: there is no such transaction.
        InvalidValue: they are no transactions, or it is no id.
    """
    expect(transaction_id, str, what="the id of a transaction")
    balances = Balances()
    for transaction in _checked(transactions):
        balances.apply(transaction)
        if transaction.id == transaction_id:
            return balances
    message = f"the ledger has no transaction {shown(transaction_id)}"
    raise NotFound(message, transaction=transaction_id)


def movements(
    transactions: Iterable[Transaction], account: Account, currency: Currency | str
) -> Iterator[Movement]:
    """Everything that happened to an account in one currency, with where it stood after each: its extract.

    Reservations count as well, and so does their release: what they change is what is available.

    Raises:
        InvalidValue: they are no transactions, it is no account, or no currency.
    """
    expect(account, Account, what="account")
    return _movements(_checked(transactions), account, Currency.of(currency))


def _movements(
    transactions: Iterator[Transaction], account: Account, currency: Currency
) -> Iterator[Movement]:
    balances = Balances()
    before = balances.balance(account, currency)
    for transaction in transactions:
        balances.apply(transaction)
        after = balances.balance(account, currency)
        if after != before:
            yield Movement(transaction, after)
            before = after


def _checked(transactions: Iterable[Transaction]) -> Iterator[Transaction]:
    for transaction in stream(transactions):
        expect(transaction, Transaction, what="a transaction of a ledger")
        yield transaction
