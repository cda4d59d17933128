"""Our own rows: what `pushcore.ledger.ledger_rows` wrote, made transactions again, right or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final

import attrs

from pushcore._checks import shown
from pushcore._findings import Findings, broken
from pushcore.errors import InvalidValue
from pushcore.ids import TransactionId
from pushcore.ledger import LEDGER_COLUMNS, Account, Posting, Side, TransactionPhase
from pushcore.ledgers.cells import Cells
from pushcore.ledgers.csv_rows import Row
from pushcore.ledgers.entry import LedgerEntry
from pushcore.ledgers.times import Times
from pushcore.money import Money

__all__ = ["own_entries"]

_OF_TRANSACTION: Final = itemgetter(*LEDGER_COLUMNS[:5])
_OF_POSTING: Final = itemgetter(*LEDGER_COLUMNS[5:])
_GUARDED: Final = {"yes": True, "true": True, "no": False, "false": False}
_TIMES: Final = Times()
_KEPT: Final = 65_536


def own_entries(rows: Iterable[Row], findings: Findings) -> Iterator[LedgerEntry]:
    """The transactions of rows with `LEDGER_COLUMNS`, as a stream.

    A transaction ends where another begins, or where its postings are counted from the start again. Once a
    row is wrong nothing more is handed out, but the rows after it are read, so that all problems are noted.
    """
    reading = _Reading(Cells(findings))
    for line, row in rows:
        done = reading.take(line, row)
        if done is not None:
            yield done
    last = reading.finished()
    if last is not None:
        yield last


@attrs.define
class _Reading:
    """The transaction that is being read."""

    cells: Cells
    head: tuple[str, ...] = ()
    number: int = 0
    lines: list[int] = attrs.field(factory=list)
    postings: list[Posting] = attrs.field(factory=list)

    def take(self, line: int, row: dict[str, str]) -> LedgerEntry | None:
        """Read a row; the transaction before, if this row begins another."""
        head, cells = _OF_TRANSACTION(row), _OF_POSTING(row)
        self.cells.line = line
        number = self.cells.read("posting", _number, cells[0]) if any(cells) else 0
        done = None
        if head != self.head or broken(number) or number <= self.number:
            done = self.finished()
            self.cells.line, self.head = line, head
        self.lines.append(line)
        self.number = 0 if broken(number) else number
        if any(cells):
            self.postings.append(self._posting(*cells[1:]))
        return done

    def finished(self) -> LedgerEntry | None:
        """The transaction, when all of its rows are read; none once anything is wrong."""
        head, lines, postings = self.head, tuple(self.lines), tuple(self.postings)
        self.head, self.number, self.lines, self.postings = (), 0, [], []
        if not lines:
            return None
        self.cells.line = lines[0]
        transaction_id, recipe, at, phase, resolves = head
        read = self.cells.read
        entry = read(
            "transaction",
            LedgerEntry,
            TransactionId(transaction_id),
            () if self.cells.findings.problems else postings,
            read("phase", TransactionPhase, phase),
            TransactionId(resolves) if resolves else None,
            recipe,
            read("at", _instant, at),
            lines,
        )
        return None if self.cells.findings.problems else entry

    def _posting(self, path: str, side: str, guarded: str, *amount: str) -> Posting:
        read = self.cells.read
        account = read("account", _account, path, side, guarded)
        return read("", Posting, account, read("debit" if amount[0] else "credit", _amount, *amount))


@lru_cache(maxsize=_KEPT)
def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004  digits of a count
        return int(text)
    message = f"{shown(text)} is no whole number"
    raise InvalidValue(message, value=text)


@lru_cache(maxsize=_KEPT)
def _account(path: str, side: str, guarded: str) -> Account:
    if guarded not in _GUARDED:
        message = f"guarded: expected yes or no, got {shown(guarded)}"
        raise InvalidValue(message, value=guarded)
    return Account(path, Side(side), guarded=_GUARDED[guarded])


@lru_cache(maxsize=_KEPT)
def _amount(debit: str, credit: str, currency: str) -> Money:
    if (debit == "") == (credit == ""):
        message = f"expected one of debit and credit, got {shown(debit)} and {shown(credit)}"
        raise InvalidValue(message, debit=debit, credit=credit)
    amount = Money.of(debit or credit, currency)
    if amount.minor < 0:
        message = f"amount {amount} is below zero: it stands on the other side"
        raise InvalidValue(message, value=amount)
    return amount if debit else -amount


@lru_cache(maxsize=_KEPT)
def _instant(text: str) -> datetime:
    return _TIMES.instant(text)
