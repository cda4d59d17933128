"""Double entry: accounts, balanced transactions, balances, recipes and the audit."""

from __future__ import annotations

from pushcore.ledger.account import Account, Side
from pushcore.ledger.audit import Fault, Finding, audit, faults
from pushcore.ledger.balance import Balance, Balances
from pushcore.ledger.named import Holder, Named
from pushcore.ledger.transaction import Posting, Transaction, TransactionPhase

__all__ = [
    "Account",
    "Balance",
    "Balances",
    "Fault",
    "Finding",
    "Holder",
    "Named",
    "Posting",
    "Side",
    "Transaction",
    "TransactionPhase",
    "audit",
    "faults",
]
