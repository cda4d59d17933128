"""Double entry: accounts, balanced transactions, balances, recipes and the audit."""

from __future__ import annotations

from pushcore.ledger.account import Account, Side
from pushcore.ledger.audit import Fault, Finding, audit, faults
from pushcore.ledger.balance import Balance, Balances
from pushcore.ledger.transaction import Phase, Posting, Transaction

__all__ = [
    "Account",
    "Balance",
    "Balances",
    "Fault",
    "Finding",
    "Phase",
    "Posting",
    "Side",
    "Transaction",
    "audit",
    "faults",
]
