"""The balance sheet: where all the money lies, and who has how much of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, items, kind
from pushcore.books.account_statement import Position
from pushcore.books.span import Span
from pushcore.books.stating import statements
from pushcore.calendar import utc
from pushcore.ledger import Holder, Transaction
from pushcore.ledger.chart import named
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BalanceSheet", "balance_sheets"]


@attrs.frozen
class BalanceSheet:
    """What a platform has, owes and earned in one currency: lies + debts = earned + held + owed back.

    Attributes:
        currency: Of all its figures.
        at: What had happened before this instant.
        positions: Every account that is not at zero, as its holder sees it.

    Example:
        >>> from datetime import UTC
        >>> BalanceSheet(Currency.of("EUR"), datetime(2026, 1, 1, tzinfo=UTC), []).earned
        Money('0.00', 'EUR')
    """

    currency: Currency = attrs.field(validator=kind(Currency))
    at: datetime = attrs.field(converter=utc)
    positions: tuple[Position, ...] = attrs.field(converter=items, validator=each(Position))

    @property
    def lies(self) -> Money:
        """What lies with the provider, and in the drawer of the host."""
        return self._sum(Holder.PROVIDER)

    @property
    def earned(self) -> Money:
        """What is the platform's: fees, and what it was given on top."""
        return self._sum(Holder.PLATFORM)

    @property
    def owed_back(self) -> Money:
        """What is on its way back to backers."""
        return self._sum(Holder.BACKER)

    @property
    def held(self) -> Money:
        """What creators and their payees have here: not settled, kept in reserve, or not paid out yet."""
        return self._sum(Holder.CREATOR, 1)

    @property
    def debts(self) -> Money:
        """What creators owe: to be collected."""
        return -self._sum(Holder.CREATOR, -1)

    @property
    def balanced(self) -> bool:
        """Whether every minor unit is somewhere and somebody's."""
        return self.lies + self.debts == self.earned + self.held + self.owed_back

    def _sum(self, holder: Holder, sign: int = 0) -> Money:
        """What a holder has; with a sign, on those accounts where it is above zero, or below."""
        amounts = (it.amount for it in self.positions if named(it.account.path).holder is holder)
        return Money.total((amount for amount in amounts if amount.minor * sign >= 0), self.currency)


def balance_sheets(transactions: Iterable[Transaction], at: datetime) -> tuple[BalanceSheet, ...]:
    """The balance sheet of a ledger at an instant, one for each currency.

    Raises:
        InvalidValue: no transactions, or no instant.
    """
    found: dict[Currency, list[Position]] = {}
    for statement in statements(transactions, Span(None, utc(at))):
        found.setdefault(statement.currency, []).extend(statement.positions)
    return tuple(BalanceSheet(currency, at, positions) for currency, positions in found.items())
