"""Stating accounts: the statements of everybody, derived from the transactions of a ledger and nothing else.

Every account has one holder, so each posting counts in exactly one statement, and all statements together
are the ledger: what lies with the provider is what creators, backers and the platform have there. What a
payee owes is told where it arose: what settles the debts of several campaigns settles the oldest first.
Accounts and recipes that are not known here show up under their own names; none is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, stream
from pushcore.books._debts import OpenDebts
from pushcore.books._moves import Key, Moves, moves, paid
from pushcore.books.account_statement import AccountStatement, Position, StatementLine
from pushcore.books.span import Span
from pushcore.ledger import Account, Holder, Transaction, TransactionPhase
from pushcore.ledger.chart import wallet_account
from pushcore.ledger.recipes import about, pledge_of
from pushcore.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pushcore.ids import BackerId, CampaignId, PledgeId

__all__ = [
    "backer_statement",
    "creator_statement",
    "platform_statement",
    "provider_statement",
    "statements",
    "wallet_statements",
]


def statements(transactions: Iterable[Transaction], span: Span) -> tuple[AccountStatement, ...]:
    """The statements of everybody over a span, one for each currency.

    There is one for the creator of each campaign, and one for the wallet of each backer, for what is owed
    back to backers, for what the platform earned, and for what lies with the provider.

    Raises:
        InvalidValue: no transactions, or no span.
    """
    expect(span, Span, what="the span of a statement")
    drafts, debts = dict[Key, _Draft](), OpenDebts()
    for entry in _posted(transactions, span):
        for key, its in moves(entry, debts).items():
            if key not in drafts:
                drafts[key] = _Draft(key, span)
            drafts[key].add(entry, its)
    return tuple(drafts[key].statement() for key in sorted(drafts, key=_order))


def creator_statement(
    transactions: Iterable[Transaction], campaign_id: CampaignId, currency: Currency | str, span: Span
) -> AccountStatement:
    """What the creator of a campaign has there, all payees together: collected, each fee, refunds, paid.

    What they owe of it after a payout is below zero, until it is set off against payouts, taken of a reserve,
    paid back or written off.

    Raises:
        InvalidValue: no transactions, no such currency, or no span.
    """
    expect(campaign_id, str, what="campaign id")
    return _one(transactions, (Holder.CREATOR, campaign_id, Currency.of(currency)), span)


def platform_statement(
    transactions: Iterable[Transaction], currency: Currency | str, span: Span
) -> AccountStatement:
    """What the platform earned: each fee line, and what it was given on top.

    Raises:
        InvalidValue: no transactions, no such currency, or no span.
    """
    return _one(transactions, (Holder.PLATFORM, None, Currency.of(currency)), span)


def provider_statement(
    transactions: Iterable[Transaction], currency: Currency | str, span: Span
) -> AccountStatement:
    """What lies with the provider, and in the drawer of the host: to be held against theirs.

    Raises:
        InvalidValue: no transactions, no such currency, or no span.
    """
    return _one(transactions, (Holder.PROVIDER, None, Currency.of(currency)), span)


def backer_statement(
    transactions: Iterable[Transaction],
    backer_id: BackerId,
    pledge_ids: Iterable[PledgeId],
    currency: Currency | str,
    span: Span,
) -> AccountStatement:
    """What a backer paid for their pledges, and what came back; the balance is what they gave.

    What is spent from a wallet is paid, and what becomes credit has come back: `wallet_statements` tell of
    that. What a dispute took comes back once it is lost. Their pledges are known to the store; the ledger
    knows pledges, and not whose they are.

    Raises:
        InvalidValue: no transactions, no such currency, or no span.
    """
    expect(backer_id, str, what="backer id")
    expect(span, Span, what="the span of a statement")
    wanted = _ids(pledge_ids)
    draft = _Draft((Holder.BACKER, backer_id, Currency.of(currency)), span, own=False)
    for entry in _posted(transactions, span):
        if pledge_of(entry) in wanted and (its := paid(entry, draft.key[2])) is not None:
            draft.add(entry, its)
    return draft.statement()


def wallet_statements(
    transactions: Iterable[Transaction], backer_id: BackerId, span: Span
) -> tuple[AccountStatement, ...]:
    """What is in the wallet of a backer: credit given, spent, withdrawn, passed on and expired.

    There is one for each currency in which they ever had any.

    Raises:
        InvalidValue: no transactions, no id, or no span.
    """
    expect(backer_id, str, what="backer id")
    expect(span, Span, what="the span of a statement")
    wallet = wallet_account(backer_id)
    moved = (it for it in _posted(transactions, span) if wallet in {each.account for each in it.postings})
    return tuple(it for it in statements(moved, span) if it.owner == backer_id)


def _one(transactions: Iterable[Transaction], key: Key, span: Span) -> AccountStatement:
    expect(span, Span, what="the span of a statement")
    draft, debts = _Draft(key, span), OpenDebts()
    for entry in _posted(transactions, span):
        if (its := moves(entry, debts).get(key)) is not None:
            draft.add(entry, its)
    return draft.statement()


def _ids(pledge_ids: Iterable[PledgeId]) -> frozenset[str]:
    found = tuple(stream(pledge_ids))
    for pledge_id in found:
        expect(pledge_id, str, what="the id of a pledge")
    return frozenset(found)


def _posted(transactions: Iterable[Transaction], span: Span) -> Iterator[Transaction]:
    """What has happened to money by the end of a span; what is pending has not happened yet."""
    for entry in stream(transactions):
        expect(entry, Transaction, what="an entry of the ledger")
        if entry.phase is TransactionPhase.POSTED and not span.over(entry.at):
            yield entry


def _order(key: Key) -> tuple[int, str, str]:
    holder, owner, currency = key
    return [*Holder].index(holder), owner or "", currency.code


@attrs.define
class _Draft:
    """A statement on its way: what is before its span goes into the opening balance."""

    key: Key
    span: Span
    own: bool = True
    opening: int = 0
    found: list[tuple[Transaction, str, Account, int]] = attrs.field(factory=list)
    accounts: dict[Account, int] = attrs.field(factory=dict)

    def add(self, entry: Transaction, its: Moves) -> None:
        for account, minor in its.accounts.items():
            self.accounts[account] = self.accounts.get(account, 0) + minor
        for sort, account, minor in its.lines:
            if self.span.begun(entry.at):
                self.found.append((entry, sort, account, minor))
            else:
                self.opening += minor

    def statement(self) -> AccountStatement:
        holder, owner, currency = self.key
        positions = [
            Position(account, Money.of_minor(minor, currency))
            for account, minor in self.accounts.items()
            if minor and self.own
        ]
        opening = Money.of_minor(self.opening, currency)
        return AccountStatement(holder, owner, currency, self.span, opening, self._lines(opening), positions)

    def _lines(self, balance: Money) -> Iterator[StatementLine]:
        """The lines with their running balances: what is entered late may have come before the span."""
        for entry, sort, account, minor in self.found:
            amount = balance.with_minor(minor)
            balance += amount
            yield StatementLine(entry.at, sort, account.path, amount, balance, entry.id, about(entry))
