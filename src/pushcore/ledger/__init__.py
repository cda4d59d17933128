"""Double entry: accounts, balanced transactions, balances and their history, recipes and the audit."""

from __future__ import annotations

from pushcore.ledger.account import Account, Side
from pushcore.ledger.audit import Fault, Finding, audit, faults
from pushcore.ledger.balance import Balance, Balances
from pushcore.ledger.campaign_totals import CampaignTotals, campaign_totals
from pushcore.ledger.history import Movement, balances_after, balances_at, movements
from pushcore.ledger.named import Holder, Named
from pushcore.ledger.rows import LEDGER_COLUMNS, ledger_rows
from pushcore.ledger.transaction import Posting, Transaction, TransactionPhase

__all__ = [
    "LEDGER_COLUMNS",
    "Account",
    "Balance",
    "Balances",
    "CampaignTotals",
    "Fault",
    "Finding",
    "Holder",
    "Movement",
    "Named",
    "Posting",
    "Side",
    "Transaction",
    "TransactionPhase",
    "audit",
    "balances_after",
    "balances_at",
    "campaign_totals",
    "faults",
    "ledger_rows",
    "movements",
]
