"""The money of a campaign as rows that add up: what its creator gets of what came in, and where that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pushcore.books import AccountStatement, Span, creator_statement
from pushcore.ledger import Transaction, TransactionPhase
from pushcore.ledger.chart import named
from pushcore.money import Money
from pushcore.stories import Outcome

__all__ = ["COLLECTED", "REFUNDED", "money_rows"]

Rows = dict[str, Money]

COLLECTED: Final = "gross, all that was collected"
REFUNDED: Final = "refunded"


def money_rows(outcome: Outcome) -> tuple[Rows, Rows]:
    """What was collected and all that went off it or came to it; and where what is left of it is, the net.

    Both come to the same: they are the statement of the creator, of which the lines add up to what stands at
    its end. What others bear of it is added, and taken off again for what they bear it. There are no rows of
    nothing.
    """
    campaign = outcome.campaign
    statement = creator_statement(outcome.store.transactions(), campaign.id, campaign.currency, Span())
    came, where = Counter[str](), Counter[str]()
    for line in statement.lines:
        minor = line.amount.minor
        if line.kind in _PAID:
            where[_PAID[line.kind].format(line.name)] -= minor
        elif line.kind == "fees":
            back = minor > 0 and line.about != campaign.id
            for label, part in ("fee {}", 0 if back else minor), ("fee {}, given back", minor if back else 0):
                came[label.format(line.name)] += part
        else:
            came[_LABELS.get(line.kind, line.kind)] += minor
    for entry in outcome.store.transactions():
        for who, minor in _borne(entry):
            came[f"borne by the {who}"] += minor
            came[_LABELS.get(entry.recipe, entry.recipe)] -= minor
    for label, amount in _standing(statement):
        where[label] += amount.minor
    return _some(came, statement), _some(where, statement)


def _borne(entry: Transaction) -> Iterator[tuple[str | None, int]]:
    """What others than the creator bear by a transaction."""
    if entry.phase is TransactionPhase.POSTED:
        for posting in entry.postings:
            its = named(posting.account.path)
            if its.sort == "borne":
                yield its.name, posting.amount.minor


def _standing(statement: AccountStatement) -> Iterator[tuple[str, Money]]:
    for it in statement.positions:
        yield _STANDS.get(it.sort, it.sort).format(it.name or "the creator"), it.amount


def _some(rows: Counter[str], statement: AccountStatement) -> Rows:
    return {label: Money.of_minor(minor, statement.currency) for label, minor in rows.items() if minor}


_LABELS: Final = {
    **dict.fromkeys(("charge", "receipt", "spending"), COLLECTED),
    **dict.fromkeys(("give-back", "owe-back"), REFUNDED),
    **dict.fromkeys(("from-payout", "from-reserve", "set-off"), "set off against debts"),
    "dispute": "disputes",
    "dispute-fee": "fees of disputes",
    "write-off": "debts written off",
}
_PAID: Final = {
    "payout": "paid to {}",
    "returned-transfer": "paid to {}",
    "paid-back": "paid back by {}",
}
_STANDS: Final = {
    "held": "held, not settled yet",
    "reserve": "held back as a reserve",
    "payee": "to be paid to {}",
    "debt": "owed by {}",
    "disputed": "blocked by open disputes",
}
