"""The report of an audit: each finding with its lines, then how often each rule is broken."""

from __future__ import annotations

import csv
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final, assert_never

from rich.table import Table
from rich.text import Text

from pushcore.calendar import Zone
from pushcore.cli.lines import told_lines
from pushcore.cli.paper import Paper
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.ledgers import Beyond, LedgerAudit, LedgerFinding
from pushcore.stories.times import instant_of, read_time

__all__ = ["Form", "beyond_of", "print_audit"]

_COLUMNS: Final = ("rule", "warning", "lines", "transaction", "off", "currency", "message")


class Form(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def beyond_of(zero: Iterable[str], pending_days: int | None, gap_days: int | None, at: str | None) -> Beyond:
    """What is looked at beyond the rules of double entry, as the options say.

    Raises:
        InvalidDocument: the time is none, or without an offset in UTC.
    """
    try:
        instant = None if at is None else instant_of(read_time(at), Zone("UTC"))
    except InvalidValue as wrong:
        raise InvalidDocument([Problem("--at", str(wrong))]) from None
    return Beyond(tuple(zero), _days(pending_days), _days(gap_days), instant)


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=min(days, timedelta.max.days))


def print_audit(audit: LedgerAudit, form: Form, console: Paper) -> None:
    """Print what became of an audit."""
    match form:
        case Form.TEXT:
            _print_text(audit, console)
        case Form.JSON:
            json.dump(audit.as_dict(), sys.stdout, indent=2)
            print()  # noqa: T201  the line ends
        case Form.CSV:
            _print_csv(audit)
        case _:
            assert_never(form)


def _print_csv(audit: LedgerAudit) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for finding in audit.findings:
        told = finding.as_dict() | {
            "warning": "yes" if finding.warning else "no",
            "lines": " ".join(map(str, finding.lines)),
        }
        writer.writerow(["" if told[name] is None else told[name] for name in _COLUMNS])
    if left := _left(audit):
        print(left, file=sys.stderr)  # noqa: T201  there is no place for it among the rows


def _print_text(audit: LedgerAudit, console: Paper) -> None:
    console.put(Text(audit.name, style="bold"))
    console.put(Text(_read(audit), style="dim"))
    for finding in audit.findings:
        style = "yellow" if finding.warning else "red"
        for line in _wrapped(_said(finding), console.width):
            console.put(Text(line, style=style))
    if left := _left(audit):
        console.put(Text(left))
    for table in _tables(audit):
        console.print()
        console.put(table)
    console.print()
    console.put(_verdict(audit))


def _left(audit: LedgerAudit) -> str:
    """How many findings are not printed, if any are not."""
    left = audit.found + audit.warned - len(audit.findings)
    return f"{left:,} more are not printed: --limit says how many are" if left else ""


def _read(audit: LedgerAudit) -> str:
    out = f", {audit.left_out} of them left out" if audit.left_out else ""
    made = f", {_number(audit.transactions, 'transaction')}" if audit.transactions else ""
    when = (
        ""
        if audit.first is None or audit.last is None
        else f", {audit.first:%Y-%m-%d} to {audit.last:%Y-%m-%d} in UTC"
    )
    return f"{_number(audit.lines, 'line')}{out}{made}{when}"


def _said(finding: LedgerFinding) -> str:
    parts = (told_lines(finding.lines), finding.transaction, finding.rule, finding.message)
    return ": ".join(part for part in parts if part)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _tables(audit: LedgerAudit) -> Iterator[Table]:
    if audit.tallies:
        table = _table("what is wrong", "findings", "off by, in all")
        for tally in sorted(audit.tallies, key=lambda it: it.warning):
            style = "yellow" if tally.warning else "red"
            off = "" if tally.off is None else str(tally.off)
            rule = f"{tally.rule} (warning)" if tally.warning else tally.rule
            table.add_row(Text(rule, style=style), f"{tally.findings:,}", off)
        yield table
    if audit.laws:
        table = _table("law", "checked", "broken")
        for law in audit.laws:
            table.add_row(Text(law.law), f"{law.checked:,}", f"{law.broken:,}")
        yield table
    if audit.totals:
        table = _table("posted", "debits", "credits")
        for total in audit.totals:
            table.add_row(total.currency.code, total.debits.text, total.credits.text)
        yield table
    if audit.campaigns:
        yield _campaigns(audit)


def _campaigns(audit: LedgerAudit) -> Table:
    table = _table("campaigns", "collected", "where it is not")
    for totals in audit.campaigns[:_MOST_CAMPAIGNS]:
        table.add_row(Text(totals.campaign_id), str(totals.collected), str(totals.off) if totals.off else "")
    if len(audit.campaigns) > _MOST_CAMPAIGNS:
        table.add_row(f"and {len(audit.campaigns) - _MOST_CAMPAIGNS:,} more", "", "")
    return table


_MOST_CAMPAIGNS: Final = 20


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", overflow="fold")
    return table


def _verdict(audit: LedgerAudit) -> Text:
    warned = f", {_number(audit.warned, 'warning')}" if audit.warned else ""
    if audit.sound:
        return Text(f"sound: nothing is wrong{warned}", style="green")
    return Text(f"NOT sound: {_number(audit.found, 'finding')}{warned}", style="bold red")


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
