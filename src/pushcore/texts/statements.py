"""Statements as texts: for people to read, and as CSV for the programs of accountants.

As JSON they are what `pushcore.schemas.dump` makes of them.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final, Literal

from pushcore._checks import expect, shown
from pushcore.books import AccountStatement
from pushcore.errors import InvalidValue
from pushcore.ledger.chart import named
from pushcore.texts.table import plain, table
from pushcore.texts.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.calendar import Zone
    from pushcore.money import Money
    from pushcore.texts.words import Words

__all__ = ["statement_csv", "statement_text"]

_RIGHT: Final = (3, 4)
_WALLET: Final = "wallet"
_DASH: Final = " \u2013 "


def statement_text(
    statement: AccountStatement, locale: str, zone: Zone, *, own_words: Words | None = None
) -> str:
    """A statement for people: every line with its balance, what each kind comes to, and what is where.

    Its last day is the last one that is in the span, as people say it, and not the one after it.

    Args:
        statement: What is told.
        locale: How dates and amounts are written, and in which language; such as ``"fr_BE"``.
        zone: On whose calendar the days are.
        own_words: Other words than those of the locale.

    Raises:
        InvalidValue: no statement, zone or words, no such locale, or one written from right to left.
    """
    expect(statement, AccountStatement, what="a statement")
    teller = Teller.of(locale, zone, own_words)
    whose = _whose(statement)
    named_too = whose != _WALLET  # all accounts of a wallet are of one and the same backer

    def thing(code: str, name: str | None) -> str:
        return teller.thing(code, name if named_too else None)

    totals = [[thing(*of), teller.amount(total)] for of, total in statement.totals.items()]
    stands = [[thing(it.sort, it.name), teller.amount(it.amount)] for it in statement.positions]
    things = [thing(line.kind, line.name) for line in statement.lines]
    blocks = [_title(statement, whose, teller), table(_lines(statement, things, teller), _RIGHT)]
    for heading, rows in (("totals", totals), ("closing-balance", stands)):
        if rows:
            blocks.append(f"{teller.word(heading)}\n{table(rows, (1,))}")
    return "\n\n".join(blocks) + "\n"


def _title(statement: AccountStatement, whose: str, teller: Teller) -> str:
    since, until = statement.span.since, statement.span.until
    owner = "" if statement.owner is None else f"{teller.colon}{plain(statement.owner)}"
    first = teller.word("beginning") if since is None else teller.day(since)
    last = teller.word("now") if until is None else teller.last_day(until)
    title = f"{teller.word('statement')}{_DASH}{teller.word(whose)}{owner}"
    return f"{title}\n{first}{_DASH}{last}"


def _whose(statement: AccountStatement) -> str:
    """The code of what it is a statement of: a backer has one of what they paid, and one of the wallet."""
    accounts = (*(it.account for it in statement.lines), *(it.account.path for it in statement.positions))
    in_wallet = any(named(path).sort == _WALLET for path in accounts)
    return _WALLET if in_wallet else statement.holder.value


def _lines(statement: AccountStatement, things: list[str], teller: Teller) -> Iterator[list[str]]:
    since, until = statement.span.since, statement.span.until
    yield [teller.word(it) for it in ("date", "what", "about", "amount", "balance")]
    opens, closes = (
        "" if since is None else teller.day(since),
        "" if until is None else teller.last_day(until),
    )
    yield [opens, teller.word("opening-balance"), "", "", teller.amount(statement.opening)]
    for line, told in zip(statement.lines, things, strict=True):
        figures = (teller.amount(line.amount), teller.amount(line.balance))
        yield [teller.day(line.at), told, line.about or "", *figures]
    yield [closes, teller.word("closing-balance"), "", "", teller.amount(statement.closing)]


_HEADINGS: Final = (
    "at", "kind", "name", "about", "amount", "balance", "currency", "account", "transaction",
)  # fmt: skip
_DELIMITERS: Final = {".": ",", ",": ";"}


def statement_csv(statement: AccountStatement, *, decimal_mark: Literal[".", ","]) -> str:
    """A statement as CSV (RFC 4180): a line of headings, the opening balance, the lines, the closing one.

    Codes and instants are the same in every language; instants are ISO 8601 in UTC. Amounts have no
    groups, and the decimals of their currency. A text that a spreadsheet would take for a formula has an
    apostrophe before it, and so has one that begins with an apostrophe: drop the first one to read it.

    Args:
        statement: What is told.
        decimal_mark: What stands before the decimals; with a comma, fields are separated by semicolons.

    Raises:
        InvalidValue: no statement, or no such mark.
    """
    expect(statement, AccountStatement, what="a statement")
    if not isinstance(decimal_mark, str) or decimal_mark not in _DELIMITERS:
        message = f"a decimal mark is '.' or ',', not {shown(decimal_mark)}"
        raise InvalidValue(message, decimal_mark=decimal_mark)
    written = StringIO()
    writer = csv.writer(written, delimiter=_DELIMITERS[decimal_mark], lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows(_rows(statement, decimal_mark))
    return written.getvalue()


def _rows(statement: AccountStatement, mark: str) -> Iterator[list[str]]:
    def row(at: datetime | None, *texts: str | None, amount: Money | None, balance: Money) -> list[str]:
        kind, name, about, account, transaction = (_harmless(text or "") for text in texts)
        when = "" if at is None else at.isoformat()
        figures = ["" if it is None else it.text.replace(".", mark) for it in (amount, balance)]
        return [when, kind, name, about, *figures, statement.currency.code, account, transaction]

    def end(at: datetime | None, kind: str, balance: Money) -> list[str]:
        return row(at, kind, *[None] * 4, amount=None, balance=balance)

    yield end(statement.span.since, "opening-balance", statement.opening)
    for it in statement.lines:
        texts = (it.kind, it.name, it.about, it.account, it.transaction_id)
        yield row(it.at, *texts, amount=it.amount, balance=it.balance)
    yield end(statement.span.until, "closing-balance", statement.closing)


_FORMULA: Final = frozenset("=+-@'\uff1d\uff0b\uff0d\uff20")


def _harmless(text: str) -> str:
    """The text, marked as one where a spreadsheet would take it for something to reckon."""
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text
