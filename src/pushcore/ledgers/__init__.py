"""Ledgers in files: ours written and read again, and anybody's audited as a map of its columns says.

`pushcore.ledger` is what a ledger is; this package is how one gets out of a file and into one.
"""

from __future__ import annotations

from pushcore.ledgers.auditing import audit_ledger
from pushcore.ledgers.exporting import export_ledger
from pushcore.ledgers.inspecting import Beyond
from pushcore.ledgers.ledger_map import LedgerMap
from pushcore.ledgers.reading import Watch, read_ledger
from pushcore.ledgers.reading_maps import parse_map, read_map
from pushcore.ledgers.verdict import LawTally, LedgerAudit, LedgerFinding, LedgerTotal, RuleTally

__all__ = [
    "Beyond",
    "LawTally",
    "LedgerAudit",
    "LedgerFinding",
    "LedgerMap",
    "LedgerTotal",
    "RuleTally",
    "Watch",
    "audit_ledger",
    "export_ledger",
    "parse_map",
    "read_ledger",
    "read_map",
]
