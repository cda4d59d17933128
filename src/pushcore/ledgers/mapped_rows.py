"""Mapped rows: the lines of somebody's ledger, read as its map says, and the transactions they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

import attrs

from pushcore._checks import shown
from pushcore._findings import Findings
from pushcore.errors import InvalidValue
from pushcore.ids import TransactionId
from pushcore.ledger import Account, Posting, TransactionPhase
from pushcore.ledgers.cells import Cells
from pushcore.ledgers.csv_rows import Row
from pushcore.ledgers.entry import LedgerEntry
from pushcore.ledgers.ledger_map import LedgerMap
from pushcore.ledgers.map_document import AccountTable, AmountTable, PostingTable
from pushcore.ledgers.names import currency_named, reference
from pushcore.ledgers.template import Template
from pushcore.money import Currency, Money

__all__ = ["Grouping", "Line", "Lines"]

_KEPT: Final = 1_024
_Key = tuple[TransactionId, TransactionPhase, TransactionId | None]


@attrs.frozen
class Line:
    """A line of a ledger: its cells, and what the map says they mean.

    Attributes:
        number: Where it stands in the file.
        row: Its cells.
        currency: The currency of its amounts.
        amounts: They, in minor units, by the names that the map gives them.
        at: When it happened, if the map says where that stands.
        key: Which transaction it is part of, with its phase and what that resolves; none without postings.
        postings: What it posts.
    """

    number: int
    row: dict[str, str]
    currency: Currency
    amounts: dict[str, int]
    at: datetime | None
    key: _Key | None
    postings: tuple[Posting, ...]


@attrs.define
class Lines:
    """Reads rows as lines; how many there were, and how many of them are left out."""

    ledger_map: LedgerMap
    findings: Findings
    read: int = 0
    left_out: int = 0
    accounts: dict[str, Account] = attrs.field(factory=dict)
    instant: Callable[[str], datetime] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.instant = lru_cache(_KEPT)(self.ledger_map.times.instant)  # many lines of one day, or second

    def of(self, rows: Iterable[Row]) -> Iterator[Line]:
        """The lines that are not left out; of one that is wrong, every problem is noted instead."""
        cells, document = Cells(self.findings), self.ledger_map.document
        for number, row in rows:
            self.read += 1
            if any(condition.holds(row) for condition in document.leave_out):
                self.left_out += 1
                continue
            cells.line = number
            line = self._line(cells, row)
            if not self.findings.problems:
                yield line

    def _line(self, cells: Cells, row: dict[str, str]) -> Line:
        document = self.ledger_map.document
        wanted = document.line
        at = None
        if wanted.at is not None:
            at = cells.read(wanted.at.place, self.instant, wanted.at.fill(row))
        currency = cells.read(wanted.currency.place, currency_named, wanted.currency.fill(row))
        amounts = {
            name: cells.read(column.column, self._minor, column, row.get(column.column, "").strip(), currency)
            for name, column in document.amounts.items()
        }
        key, postings = None, []
        if wanted.transaction is not None and document.postings:
            key = self._key(cells, row, wanted.transaction)
            rules = [it for it in document.postings if it.where is None or it.where.holds(row)]
            postings = [self._posting(cells, row, rule, amounts, currency) for rule in rules]
        return Line(cells.line, row, currency, amounts, at, key, tuple(postings))

    def _minor(self, column: AmountTable, text: str, currency: Currency) -> int:
        if not text and column.empty:
            return 0
        return self.ledger_map.amount_text.minor(text, currency, in_minor=column.minor)

    def _key(self, cells: Cells, row: dict[str, str], transaction: Template) -> _Key:
        wanted = self.ledger_map.document.line
        name = cells.read(transaction.place, reference, transaction.fill(row))
        phase = TransactionPhase.POSTED
        if wanted.phase is not None:
            phase = cells.read(wanted.phase.place, self._phase, wanted.phase.fill(row))
        pending = None
        if wanted.resolves is not None and (resolved := wanted.resolves.fill(row)):
            pending = cells.read(wanted.resolves.place, reference, resolved)
        return name, phase, pending

    def _phase(self, text: str) -> TransactionPhase:
        phases = self.ledger_map.document.line.phases
        if text not in phases:
            message = f"{shown(text)} is no phase that the map knows; it knows {', '.join(phases)}"
            raise InvalidValue(message, value=text)
        return phases[text]

    def _posting(
        self,
        cells: Cells,
        row: dict[str, str],
        rule: PostingTable,
        amounts: dict[str, int],
        currency: Currency,
    ) -> Posting:
        account = cells.read(rule.account.place, self._account, rule.account.fill(row))
        minors = [amounts[name] for name in rule.amount.names]  # nothing is made of one that is broken
        return cells.read("", _made, rule, account, currency, *minors)

    def _account(self, path: str) -> Account:
        account = self.accounts.get(path)
        if account is None:
            said = self.ledger_map.account(path) or AccountTable(match=path)
            account = self.accounts[path] = Account(path, said.normal, guarded=said.guarded)
        return account


def _made(rule: PostingTable, account: Account, currency: Currency, *minors: int) -> Posting:
    amounts = dict(zip(rule.amount.names, minors, strict=True))
    return Posting(account, Money.of_minor(int(rule.amount.value(amounts, 1)), currency))


@attrs.define
class _Group:
    """The lines of a transaction as far as they are read, and what they post."""

    at: datetime | None
    lines: list[int] = attrs.field(factory=list)
    postings: list[Posting] = attrs.field(factory=list)


@attrs.define
class Grouping:
    """Puts lines together to transactions: as they come where they are adjacent, else when all are read.

    A line whose phase is another than that of the lines before it is of another transaction.
    """

    ledger_map: LedgerMap
    groups: dict[_Key, _Group] = attrs.field(factory=dict)

    def add(self, line: Line) -> Iterator[LedgerEntry]:
        """Take a line; where lines are adjacent, the transaction before comes out if this begins another."""
        if line.key is None:
            return
        if self.ledger_map.document.file.adjacent and line.key not in self.groups:
            yield from self.rest()
        group = self.groups.setdefault(line.key, _Group(line.at))
        group.lines.append(line.number)
        if line.key[1] is not TransactionPhase.VOIDED:  # what is voided moves nothing
            group.postings += line.postings

    def rest(self) -> Iterator[LedgerEntry]:
        """The transactions whose lines are all read, the oldest first."""
        groups, self.groups = self.groups, {}
        newest_first = self.ledger_map.document.file.order == "newest-first"
        for key, group in reversed(groups.items()) if newest_first else groups.items():
            transaction_id, phase, pending_id = key
            postings, lines = tuple(group.postings), tuple(group.lines)
            yield LedgerEntry(transaction_id, postings, phase, pending_id, "", group.at, lines)
