"""Ledgers in files to try the package with: ours, and one of a host with its map."""

from pushcore.ledgers import audit_ledger, parse_map

BOOK = """\
ledger = 1

[line]
transaction = "{Entry}"
currency = "{Currency}"

[amounts]
amount = "Amount"

[[postings]]
account = "{Account}"
amount = "amount"

[[accounts]]
match = "wallet/*"
normal = "credit"
guarded = true
"""
"""The map of a plain book: one line for every posting, debits positive."""

SOUND = """\
Entry,Account,Amount,Currency
1,bank,50.00,EUR
1,wallet/ana,-50.00,EUR
2,wallet/ana,20.00,EUR
2,bank,-20.00,EUR
"""

FEES = """\
ledger = 1

[line]
id = "{Id}"
currency = "EUR"

[amounts]
gross = "Gross"
fee = "Fee"
net = "Net"
"""
"""The map of lines with a gross amount, a fee and a net one; a law is to be added."""


def audited(folder, text, document=BOOK, name="book.csv", **options):
    """What an audit of this text comes to; without a document it is one of ours."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return audit_ledger(path, None if document is None else parse_map(document), **options)


def found(audit):
    """Which rules are broken on which lines."""
    return [(it.rule, it.lines) for it in audit.findings]
