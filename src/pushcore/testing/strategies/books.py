"""Spans, the statements of ledgers, and platforms that are brought over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st

from pushcore.books import (
    AccountStatement,
    BalanceSheet,
    Opening,
    OpeningBalances,
    PledgeAccount,
    Span,
    balance_sheets,
    opening_balances,
    statements,
)
from pushcore.ids import TransactionId
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.campaigns import campaigns
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.ledger import transactions
from pushcore.testing.strategies.money import amounts, currencies
from pushcore.testing.strategies.pledges import pledges

if TYPE_CHECKING:
    from pushcore.ledger import Account

__all__ = ["account_statements", "brought_over", "openings", "pledge_totals", "sheets", "spans"]


def spans() -> st.SearchStrategy[Span]:
    """A span with a beginning and an end, or without one of them, or both."""
    return st.one_of(
        st.builds(Span, st.none() | instants()),
        st.builds(Span, until=instants()),
        st.lists(instants(), min_size=2, max_size=2).map(lambda ends: Span(*sorted(ends))),
    )


@st.composite
def _ledgers(draw: st.DrawFn) -> list[Transaction]:
    """Posted transactions whose accounts stay what they are; one at least."""
    drawn = draw(st.lists(transactions(), min_size=1, max_size=4))
    known: dict[str, Account] = {}
    return [_posted(n, entry, known) for n, entry in enumerate(drawn)]


def _posted(n: int, entry: Transaction, known: dict[str, Account]) -> Transaction:
    postings = [
        attrs.evolve(it, account=known.setdefault(it.account.path, it.account)) for it in entry.postings
    ]
    phase = TransactionPhase.POSTED if postings else TransactionPhase.VOIDED
    return attrs.evolve(entry, id=TransactionId(f"{entry.id}/{n}"), phase=phase, postings=postings)


_found: st.SearchStrategy[tuple[AccountStatement, ...]] = st.builds(statements, _ledgers(), spans())


def account_statements() -> st.SearchStrategy[AccountStatement]:
    """A statement of a ledger that has any accounts."""
    return _found.filter(bool).flatmap(st.sampled_from)


@st.composite
def sheets(draw: st.DrawFn) -> BalanceSheet:
    """The balance sheet of a ledger that has any accounts, in one currency."""
    found = balance_sheets(draw(_ledgers()), draw(instants()))
    return draw(st.sampled_from(found)) if found else BalanceSheet(draw(currencies()), draw(instants()), ())


@st.composite
def pledge_totals(draw: st.DrawFn) -> PledgeAccount:
    """What became of the money of a pledge."""
    sums = amounts(draw(currencies()), least=0)
    paid, returned, owed, charging, returning = (draw(sums) for _ in range(5))
    ids = draw(st.lists(identifiers(), max_size=3))
    return PledgeAccount(draw(identifiers()), paid, returned, owed, charging, returning, ids)


def openings() -> st.SearchStrategy[Opening]:
    """That a platform was brought over."""
    return st.builds(Opening, identifiers(), instants(), identifiers())


@st.composite
def brought_over(draw: st.DrawFn) -> OpeningBalances:
    """A campaign with pledges, as it stood; it need not be one that could be brought over."""
    campaign, ledger = draw(campaigns()), draw(_ledgers())
    found = draw(st.lists(pledges(), max_size=2))
    return opening_balances(draw(identifiers()), draw(instants()), ledger, [campaign], pledges=found)
