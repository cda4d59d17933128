"""The statement of an account: what was on it, each thing that changed that, and what is on it."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import each, items
from pushcore._checks import kind as is_kind
from pushcore.books.span import Span
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ids import TransactionId, reference
from pushcore.ledger import Account, Holder
from pushcore.ledger.chart import named
from pushcore.money import Currency, Money

__all__ = ["AccountStatement", "Position", "StatementLine"]


@attrs.frozen
class StatementLine:
    """One thing that changed a balance.

    Attributes:
        at: When.
        kind: What it was: ``fees`` or ``on-top`` for what went there, ``borne`` for what of the fees of a
            settlement somebody else than the creator bears, and else the recipe of the transaction.
            A debt of a creator falls by ``from-payout``, ``from-reserve``, ``paid-back`` or ``write-off``;
            what a payout is less by for a debt is ``set-off``.
        account: The path of the account that says most about it: of a fee, where the fee went.
        amount: By how much the balance rose, or fell where it is negative.
        balance: What it was then.
        transaction_id: Where it is written.
        about: The pledge, payout or campaign it is about, where the transaction says so.
        presented: What a backer who pays in another currency paid in it, or got back where it is below zero.
    """

    at: datetime = attrs.field(converter=utc)
    kind: str = attrs.field(validator=is_kind(str))
    account: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=is_kind(Money))
    balance: Money = attrs.field(validator=is_kind(Money))
    transaction_id: TransactionId = attrs.field(validator=reference)
    about: str | None = attrs.field(default=None, validator=is_kind(str, None))
    presented: Money | None = attrs.field(default=None, validator=is_kind(Money, None))

    @property
    def name(self) -> str | None:
        """Which fee line, payee or the like its account is of."""
        return named(self.account).name


@attrs.frozen
class Position:
    """What stands on one account at the end of a statement, as its holder sees it."""

    account: Account = attrs.field(validator=is_kind(Account))
    amount: Money = attrs.field(validator=is_kind(Money))

    @property
    def sort(self) -> str:
        """What kind of account it is."""
        return named(self.account.path).sort

    @property
    def name(self) -> str | None:
        """Which one of that kind."""
        return named(self.account.path).name


@attrs.frozen
class AccountStatement:
    """What one holder had at the beginning of a span, what changed it, and what they have at its end.

    Opening and lines always add up to the closing balance, and each line names the transaction it is from.

    Attributes:
        holder: Whose statement it is.
        owner: Which of them: a campaign's, for a creator; None for all of them.
        currency: Of all its figures; a holder with two currencies has two statements.
        span: The time it is about.
        opening: What they had when it began.
        lines: What changed it, in the order it was written.
        positions: Of which accounts the closing balance is made; none where they are not the holder's own.

    Raises:
        InvalidValue: a running balance is not the one before and the amount, or the positions come to
            something else than the closing balance.
        CurrencyMismatch: figures of another currency.

    Example:
        >>> from pushcore import Money
        >>> zero = Money.zero("EUR")
        >>> AccountStatement(Holder.PLATFORM, None, zero.currency, Span(), zero, []).closing
        Money('0.00', 'EUR')
    """

    holder: Holder = attrs.field(validator=is_kind(Holder))
    owner: str | None = attrs.field(validator=is_kind(str, None))
    currency: Currency = attrs.field(validator=is_kind(Currency))
    span: Span = attrs.field(validator=is_kind(Span))
    opening: Money = attrs.field(validator=is_kind(Money))
    lines: tuple[StatementLine, ...] = attrs.field(converter=items, validator=each(StatementLine))
    positions: tuple[Position, ...] = attrs.field(default=(), converter=items, validator=each(Position))

    def __attrs_post_init__(self) -> None:
        balance = Money.zero(self.currency) + self.opening
        for line in self.lines:
            balance += line.amount
            if balance != line.balance:
                message = f"the balance after {line.transaction_id} is {balance}, not {line.balance}"
                raise InvalidValue(message, line=line)
        stands = Money.total((position.amount for position in self.positions), self.currency)
        if self.positions and stands != balance:
            message = f"the accounts come to {stands}, and the balance to {balance}"
            raise InvalidValue(message, positions=stands, balance=balance)

    @property
    def closing(self) -> Money:
        """What they have when the span is over."""
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def totals(self) -> dict[tuple[str, str | None], Money]:
        """What the lines of each kind come to, those of accounts with names by name: the figures to show."""
        totals: dict[tuple[str, str | None], Money] = {}
        for line in self.lines:
            at = (line.kind, line.name)
            totals[at] = totals[at] + line.amount if at in totals else line.amount
        return totals

    def total(self, *kinds: str) -> Money:
        """What the lines of some kinds come to together."""
        return Money.total((line.amount for line in self.lines if line.kind in kinds), self.currency)

    def sources(self, sort: str, name: str | None = None) -> tuple[TransactionId, ...]:
        """The transactions that a figure of ``totals`` is made of."""
        wanted = (sort, name)
        return tuple(line.transaction_id for line in self.lines if (line.kind, line.name) == wanted)

    def standing(self, *sorts: str) -> Money:
        """What stands on the accounts of some kinds at the end, such as ``held`` or ``payee``."""
        return Money.total((it.amount for it in self.positions if it.sort in sorts), self.currency)

    @property
    def owed(self) -> Money:
        """What its holder owes, of all that they have: debts for refunds, disputes and fees."""
        return -self.standing("debt")
