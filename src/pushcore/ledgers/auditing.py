"""Auditing: a ledger in a file, ours or somebody else's, held against everything that has to hold in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

import attrs

from pushcore._checks import expect
from pushcore.errors import InvalidDocument, Problem
from pushcore.ledger import LEDGER_COLUMNS, CampaignTotals
from pushcore.ledgers.inspecting import Beyond, Clock, Inspection
from pushcore.ledgers.law_book import LawBook
from pushcore.ledgers.ledger_map import LedgerMap
from pushcore.ledgers.map_document import FileTable
from pushcore.ledgers.mapped_rows import Grouping, Lines
from pushcore.ledgers.own_rows import own_entries
from pushcore.ledgers.reading import Rows, Watch, rows_of
from pushcore.ledgers.verdict import LawTally, LedgerAudit, LedgerFinding, RuleTally
from pushcore.money import Currency, Money

__all__ = ["audit_ledger"]


def audit_ledger(  # noqa: PLR0913  the options of an audit
    path: str | os.PathLike[str],
    ledger_map: LedgerMap | None = None,
    *,
    beyond: Beyond | None = None,
    limit: int = 100,
    allow_empty: bool = False,
    watch: Watch | None = None,
) -> LedgerAudit:
    """Everything that is wrong with a ledger in a file: CSV, JSON or JSON Lines, packed by gzip or not.

    It is read once, as a stream. What is held of it grows with what has to be remembered: the ids of its
    transactions, the balances of its accounts and what is pending; and, with a map, the transactions whose
    lines need not be adjacent, and the groups and texts that its laws are about.

    Args:
        path: The file; ``-`` is standard input.
        ledger_map: What its columns mean; without one, it is what `export_ledger` wrote.
        beyond: What is looked at beyond the rules of double entry.
        limit: How many findings are kept; all are counted.
        allow_empty: Whether an empty file, or a ledger without a line that the map does not leave out, may
            be sound. It mostly is an export that failed.
        watch: Told how far it is.

    Raises:
        InvalidDocument: the file cannot be read as such a ledger; every problem is named, with its line. Or
            there is nothing in it; or it is asked for how long something takes, and the map does not say when
            lines happen.
        InvalidValue: another argument is none.
    """
    expect(ledger_map, LedgerMap, None.__class__, what="what the columns of a ledger mean")
    expect(beyond, Beyond, None.__class__, what="what is looked at")
    expect(limit, int, what="how many findings are kept", least=0)
    expect(allow_empty, bool, what="whether a ledger may be empty")
    beyond = beyond or Beyond()
    tallies = _Tallies(limit)
    if ledger_map is None:
        with _ours(), rows_of(path, LEDGER_COLUMNS, FileTable(), watch, allow_empty=allow_empty) as read:
            audit = _audit_ours(read, beyond, tallies)
    else:
        if ledger_map.document.line.at is None and (beyond.pending_for or beyond.gap):
            message = "say when lines happen, or nobody knows how long something takes"
            raise InvalidDocument([Problem("line.at", message, "missing")])
        file = ledger_map.document.file
        with rows_of(path, ledger_map.columns, file, watch, allow_empty=allow_empty) as read:
            audit = _audit_mapped(read, ledger_map, beyond, tallies)
    if audit.lines == audit.left_out and not allow_empty:
        message = (
            f"all of its {audit.lines:,} lines are left out" if audit.lines else "there is no line in it"
        )
        raise InvalidDocument([Problem(audit.name, message, "missing")])
    return audit


@contextmanager
def _ours() -> Iterator[None]:
    """Say of a ledger with other columns than ours that it needs a map."""
    try:
        yield
    except InvalidDocument as wrong:
        raise InvalidDocument([_hinted(problem) for problem in wrong.problems]) from None


def _hinted(problem: Problem) -> Problem:
    if problem.kind != "missing" or not problem.message.startswith("column"):
        return problem
    return attrs.evolve(problem, message=f"{problem.message}; say with --map what the columns mean")


def _audit_ours(read: Rows, beyond: Beyond, tallies: _Tallies) -> LedgerAudit:
    clock, inspection = Clock(beyond, tallies.add), Inspection(beyond, tallies.add)
    lines = 0
    for entry in own_entries(read.rows, read.findings):
        lines += len(entry.lines)
        clock.see(cast("datetime", entry.at), entry.lines, entry.id)  # all of our own rows have one
        inspection.see(entry)
    inspection.finish(clock.last)
    campaigns = tuple(inspection.campaigns())
    return tallies.verdict(read.findings.name, lines, 0, inspection, clock, (), campaigns)


def _audit_mapped(read: Rows, ledger_map: LedgerMap, beyond: Beyond, tallies: _Tallies) -> LedgerAudit:
    newest_first = ledger_map.document.file.order == "newest-first"
    clock = Clock(beyond, tallies.add, newest_first=newest_first)
    zero = tuple(table.match for table in ledger_map.document.accounts if table.zero)
    inspection = Inspection(beyond, tallies.add, zero)
    laws = LawBook(ledger_map, tallies.add)
    lines, grouping = Lines(ledger_map, read.findings), Grouping(ledger_map)
    for line in lines.of(read.rows):
        if line.at is not None:
            clock.see(line.at, (line.number,), laws.name(line))
        laws.see(line)
        for entry in grouping.add(line):
            inspection.see(entry)
    for entry in grouping.rest():
        inspection.see(entry)
    inspection.finish(clock.last)
    broken = tuple(laws.finish())
    return tallies.verdict(read.findings.name, lines.read, lines.left_out, inspection, clock, broken, ())


@attrs.define
class _Tallies:
    """Counts findings by rule and currency, and keeps the first of them, warnings as far as there is room."""

    limit: int
    kept: list[LedgerFinding] = attrs.field(factory=list)
    warnings: list[LedgerFinding] = attrs.field(factory=list)
    counts: dict[tuple[str, bool, Currency | None], list[int]] = attrs.field(factory=dict)

    def add(self, finding: LedgerFinding) -> None:
        currency = None if finding.off is None else finding.off.currency
        count = self.counts.setdefault((finding.rule, finding.warning, currency), [0, 0])
        count[0] += 1
        count[1] += 0 if finding.off is None else abs(finding.off.minor)
        kept = self.warnings if finding.warning else self.kept
        if len(kept) < self.limit:
            kept.append(finding)

    def verdict(  # noqa: PLR0913, PLR0917  what it is made of
        self,
        name: str,
        lines: int,
        left_out: int,
        inspection: Inspection,
        clock: Clock,
        laws: Iterable[LawTally],
        campaigns: Iterable[CampaignTotals],
    ) -> LedgerAudit:
        return LedgerAudit(
            name=name,
            lines=lines,
            left_out=left_out,
            transactions=inspection.entries,
            first=clock.first,
            last=clock.last,
            findings=[*sorted(self.kept, key=_place), *sorted(self.warnings, key=_place)][: self.limit],
            tallies=self._tallies(),
            laws=laws,
            totals=inspection.totals(),
            campaigns=campaigns,
        )

    def _tallies(self) -> Iterator[RuleTally]:
        for (rule, warning, currency), (findings, minor) in self.counts.items():
            off = None if currency is None else Money.of_minor(minor, currency)
            yield RuleTally(rule, warning, findings, off)


def _place(finding: LedgerFinding) -> tuple[bool, tuple[int, ...]]:
    """Findings stand by line, those about the whole file last."""
    return not finding.lines, finding.lines
