"""The verdict on a ledger: what is wrong with it, where, by how much, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import attrs

from pushcore._checks import counted, each, items, kind
from pushcore.ledger import CampaignTotals
from pushcore.money import Currency, Money

__all__ = ["LawTally", "LedgerAudit", "LedgerFinding", "LedgerTotal", "RuleTally"]


@attrs.frozen
class LedgerFinding:
    """One thing that is wrong with a ledger.

    Attributes:
        rule: What it breaks: a `pushcore.ledger.Fault`, one of the rules beyond it, or the name of a law.
        lines: The lines of the file that it is about; none where it is about the whole.
        transaction: The transaction, where it is about one.
        message: What is wrong, in words.
        off: By how much, where it is about an amount; below zero where it is too little. What is printed is
            its size.
        warning: Whether it is only worth a look, and the ledger may be sound all the same.
    """

    rule: str = attrs.field(validator=kind(str))
    lines: tuple[int, ...] = attrs.field(converter=items, validator=each(int))
    transaction: str | None = attrs.field(validator=kind(str, None))
    message: str = attrs.field(validator=kind(str))
    off: Money | None = attrs.field(default=None, validator=kind(Money, None))
    warning: bool = attrs.field(default=False, validator=kind(bool))

    def as_dict(self) -> dict[str, Any]:
        """It as plain values."""
        return {
            "rule": self.rule,
            "warning": self.warning,
            "lines": list(self.lines),
            "transaction": self.transaction,
            "off": None if self.off is None else abs(self.off).text,
            "currency": None if self.off is None else self.off.currency.code,
            "message": self.message,
        }


@attrs.frozen
class RuleTally:
    """How often a rule is broken in one currency, and what all of that is off by, signs apart."""

    rule: str = attrs.field(validator=kind(str))
    warning: bool = attrs.field(validator=kind(bool))
    findings: int = attrs.field(validator=counted(0))
    off: Money | None = attrs.field(default=None, validator=kind(Money, None))

    def as_dict(self) -> dict[str, Any]:
        """It as plain values."""
        return {
            "rule": self.rule,
            "warning": self.warning,
            "findings": self.findings,
            "off": None if self.off is None else self.off.text,
            "currency": None if self.off is None else self.off.currency.code,
        }


@attrs.frozen
class LawTally:
    """How often a law of a map was looked at, and how often it does not hold."""

    law: str = attrs.field(validator=kind(str))
    checked: int = attrs.field(validator=counted(0))
    broken: int = attrs.field(validator=counted(0))


@attrs.frozen
class LedgerTotal:
    """All that was posted in one currency: the two are the same where every transaction balances."""

    debits: Money = attrs.field(validator=kind(Money))
    credits: Money = attrs.field(validator=kind(Money))

    @property
    def currency(self) -> Currency:
        """The currency."""
        return self.debits.currency


@attrs.frozen
class LedgerAudit:
    """What became of an audit.

    Attributes:
        name: The file.
        lines: How many lines it has, without its header.
        left_out: How many of them the map leaves out.
        transactions: How many transactions they make; none where the map has no postings.
        first: The earliest time in it, if it has any.
        last: The latest.
        findings: What is wrong with it, as many as were asked for: by line, and warnings last.
        tallies: How often each rule is broken in each currency: all findings are counted here.
        laws: How often each law was looked at.
        totals: What was posted in each currency.
        campaigns: Where the money of each campaign is, in a ledger of pushcore's.
    """

    name: str = attrs.field(validator=kind(str))
    lines: int = attrs.field(validator=counted(0))
    left_out: int = attrs.field(validator=counted(0))
    transactions: int = attrs.field(validator=counted(0))
    first: datetime | None = attrs.field(validator=kind(datetime, None))
    last: datetime | None = attrs.field(validator=kind(datetime, None))
    findings: tuple[LedgerFinding, ...] = attrs.field(converter=items, validator=each(LedgerFinding))
    tallies: tuple[RuleTally, ...] = attrs.field(converter=items, validator=each(RuleTally))
    laws: tuple[LawTally, ...] = attrs.field(converter=items, validator=each(LawTally))
    totals: tuple[LedgerTotal, ...] = attrs.field(converter=items, validator=each(LedgerTotal))
    campaigns: tuple[CampaignTotals, ...] = attrs.field(converter=items, validator=each(CampaignTotals))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it; warnings do not count."""
        return all(tally.warning for tally in self.tallies)

    @property
    def found(self) -> int:
        """How many findings there are, warnings apart."""
        return sum(tally.findings for tally in self.tallies if not tally.warning)

    @property
    def warned(self) -> int:
        """How many warnings there are."""
        return sum(tally.findings for tally in self.tallies if tally.warning)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as plain values; amounts and times are text."""
        return {
            "ledger": self.name,
            "sound": self.sound,
            "lines": self.lines,
            "left_out": self.left_out,
            "transactions": self.transactions,
            "first": None if self.first is None else self.first.isoformat(),
            "last": None if self.last is None else self.last.isoformat(),
            "found": self.found,
            "warned": self.warned,
            "findings": [finding.as_dict() for finding in self.findings],
            "tallies": [tally.as_dict() for tally in self.tallies],
            "laws": [attrs.asdict(tally) for tally in self.laws],
            "totals": [
                {"currency": it.currency.code, "debits": it.debits.text, "credits": it.credits.text}
                for it in self.totals
            ],
            "campaigns": [dict(_campaign(it)) for it in self.campaigns],
        }


def _campaign(totals: CampaignTotals) -> Iterator[tuple[str, str]]:
    yield "campaign", totals.campaign_id
    yield "currency", totals.collected.currency.code
    for name in _TOTALS:
        yield name, getattr(totals, name).text


_TOTALS: Final = (*[field.name for field in attrs.fields(CampaignTotals)][1:], "off")
