"""Accounts and balanced transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pushcore.ledger import Account, Posting, Side, Transaction, TransactionPhase
from pushcore.testing.strategies.calendar import instants
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.money import amounts, currencies

if TYPE_CHECKING:
    from pushcore.money import Currency

__all__ = ["accounts", "transactions"]

_MOST = 1_000_000


def accounts() -> st.SearchStrategy[Account]:
    """An account, guarded or not."""
    return st.builds(Account, identifiers(), st.sampled_from(Side), guarded=st.booleans())


@st.composite
def transactions(draw: st.DrawFn) -> Transaction:
    """A balanced transaction in one or two currencies: pending, posted, or resolving another."""
    phase = draw(st.sampled_from(TransactionPhase))
    resolving = phase is TransactionPhase.VOIDED or (phase is TransactionPhase.POSTED and draw(st.booleans()))
    chosen = draw(st.lists(currencies(), min_size=1, max_size=2, unique=True))
    postings = [posting for currency in chosen for posting in draw(_balanced(currency))]
    return Transaction(
        draw(identifiers()),
        draw(st.sampled_from(["charge", "settlement", "payout"])),
        draw(instants()),
        () if phase is TransactionPhase.VOIDED else postings,
        phase,
        draw(identifiers()) if resolving else None,
    )


@st.composite
def _balanced(draw: st.DrawFn, currency: Currency) -> list[Posting]:
    """Some postings, and one more that makes up for them."""
    given = draw(st.lists(amounts(currency, least=-_MOST, most=_MOST), min_size=1, max_size=3))
    off = sum(amount.minor for amount in given)
    return [Posting(draw(accounts()), amount) for amount in [*given, given[0].with_minor(-off)]]
