"""What a host writes into its books: statements, invoices, yearly totals, and ledgers brought over."""

from __future__ import annotations

from pushcore.books.account_statement import AccountStatement, Position, StatementLine
from pushcore.books.balance_sheet import BalanceSheet, balance_sheets
from pushcore.books.fee_entry import FeeEntry, fee_entries
from pushcore.books.forgetting import BackerRecord
from pushcore.books.invoice import Credited, FeeTax, Invoice, InvoiceLine, InvoiceSeries, TaxTotal
from pushcore.books.naming import names, renamed
from pushcore.books.opening_balances import Beside, Opening, OpeningBalances, opening_balances
from pushcore.books.pledge_account import PledgeAccount, pledge_accounts
from pushcore.books.presenting import presented_amounts
from pushcore.books.receipts import ReceiptFacts, receipt_facts
from pushcore.books.reporting import PeriodTotals, YearTotals, year_totals
from pushcore.books.span import Span
from pushcore.books.stating import (
    backer_statement,
    creator_statement,
    platform_statement,
    provider_statement,
    statements,
    wallet_statements,
)
from pushcore.books.thresholds import THRESHOLDS, ReportingThreshold, reportable

__all__ = [
    "THRESHOLDS",
    "AccountStatement",
    "BackerRecord",
    "BalanceSheet",
    "Beside",
    "Credited",
    "FeeEntry",
    "FeeTax",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "Opening",
    "OpeningBalances",
    "PeriodTotals",
    "PledgeAccount",
    "Position",
    "ReceiptFacts",
    "ReportingThreshold",
    "Span",
    "StatementLine",
    "TaxTotal",
    "YearTotals",
    "backer_statement",
    "balance_sheets",
    "creator_statement",
    "fee_entries",
    "names",
    "opening_balances",
    "platform_statement",
    "pledge_accounts",
    "presented_amounts",
    "provider_statement",
    "receipt_facts",
    "renamed",
    "reportable",
    "statements",
    "wallet_statements",
    "year_totals",
]
