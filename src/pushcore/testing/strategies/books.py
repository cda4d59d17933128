"""Spans, the statements of ledgers, and platforms that are brought over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st

from pushcore.books import (
    AccountStatement,
    BalanceSheet,
    Credited,
    FeeTax,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    Opening,
    OpeningBalances,
    PledgeAccount,
    ReceiptFacts,
    ReportingThreshold,
    Span,
    YearTotals,
    balance_sheets,
    opening_balances,
    statements,
    year_totals,
)
from pushcore.ids import TransactionId
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.testing.strategies.calendar import instants, zones
from pushcore.testing.strategies.campaigns import campaigns
from pushcore.testing.strategies.ids import identifiers
from pushcore.testing.strategies.ledger import transactions
from pushcore.testing.strategies.money import amounts, currencies, percentages, roundings
from pushcore.testing.strategies.pledges import pledges

if TYPE_CHECKING:
    from pushcore.ledger import Account

__all__ = [
    "account_statements",
    "brought_over",
    "credits_of_invoices",
    "fee_taxes",
    "invoice_series",
    "invoices",
    "openings",
    "pledge_totals",
    "receipts",
    "sheets",
    "spans",
    "thresholds",
    "year_values",
]


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


def invoice_series() -> st.SearchStrategy[InvoiceSeries]:
    """A series of numbers, of which some may have been given."""
    given, years = st.integers(0, 99), st.integers(2000, 2100)
    digits, prefixes = st.integers(1, 9), st.sampled_from(["", "F-", "2/"])
    return st.builds(
        InvoiceSeries,
        identifiers(),
        years,
        zones(),
        prefix=prefixes,
        digits=digits,
        last=given,
        version=given,
    )


def fee_taxes() -> st.SearchStrategy[FeeTax]:
    """A tax on some fee lines, inside of them or beside."""
    lines = st.lists(st.sampled_from("abc"), min_size=1, unique=True)
    return st.builds(FeeTax, percentages(most=25), roundings(), lines, st.none() | st.just("vat"))


@st.composite
def _lines(draw: st.DrawFn) -> list[InvoiceLine]:
    currency = draw(currencies())
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True))
    return [InvoiceLine(name, draw(amounts(currency, least=1))) for name in names]


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    """An invoice, taxed or not, or a credit note."""
    series, lines = draw(invoice_series()), draw(_lines())
    fees, sign = {line.name: line.amount for line in lines}, draw(st.sampled_from([1, -1]))
    tax = attrs.evolve(draw(fee_taxes()), line=None).of(fees, lines[0].amount * 0)
    n = series.last + 1
    return Invoice(
        draw(identifiers()),
        series.id,
        series.number(n),
        n,
        draw(instants()),
        draw(identifiers()),
        draw(identifiers()),
        [attrs.evolve(line, amount=line.amount * sign) for line in lines],
        [attrs.evolve(tax, net=tax.net * sign, tax=tax.tax * sign)] if draw(st.booleans()) else [],
        [] if sign > 0 else [series.number(it) for it in range(n, n + draw(st.integers(1, 3)))],
    )


def credits_of_invoices() -> st.SearchStrategy[Credited]:
    """What was credited of an invoice."""
    return st.builds(Credited, identifiers(), _lines(), st.integers(0, 9))


@st.composite
def year_values(draw: st.DrawFn) -> YearTotals:
    """The totals of a payee of a ledger that has any accounts."""
    year, zone = draw(st.integers(2000, 2030)), draw(zones())
    ids = draw(st.lists(identifiers(), max_size=2))
    found = draw(_ledgers())
    return year_totals(found, draw(identifiers()), ids, currency=draw(currencies()), year=year, zone=zone)


def thresholds() -> st.SearchStrategy[ReportingThreshold]:
    """From where on a payee is reported."""
    least = currencies().flatmap(lambda currency: amounts(currency, least=0))
    years = st.integers(2000, 2030)
    return st.builds(
        ReportingThreshold,
        identifiers(),
        years,
        st.none() | years,
        least,
        st.integers(0, 300),
        identifiers(),
        either=st.booleans(),
    )


@st.composite
def receipts(draw: st.DrawFn) -> ReceiptFacts:
    """What a pledge gave, and what that was worth."""
    sums = amounts(draw(currencies()), least=0)
    pledge, backer, campaign = (draw(identifiers()) for _ in range(3))
    ids = draw(st.lists(identifiers(), max_size=3))
    return ReceiptFacts(pledge, backer, campaign, draw(instants()), draw(sums), draw(sums), ids)
