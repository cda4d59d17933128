"""Inspecting: the rules of double entry, and what lies beyond them, held against entries as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

import attrs

from pushcore._checks import each, items, kind, shown
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ledger import Balances, CampaignTotals, campaign_totals, faults
from pushcore.ledgers.entry import LedgerEntry
from pushcore.ledgers.verdict import LedgerFinding, LedgerTotal
from pushcore.money import Currency, Money

__all__ = ["Beyond", "Clock", "Inspection"]

NOT_ZERO: Final = "not-zero"
NO_ACCOUNT: Final = "no-account"
NOT_CONSERVED: Final = "not-conserved"
OUT_OF_ORDER: Final = "out-of-order"
GAP: Final = "gap"
STILL_PENDING: Final = "still-pending"


def _at(at: datetime | None) -> datetime | None:
    return None if at is None else utc(at)


def _above_zero(owner: object, attribute: attrs.Attribute[timedelta | None], value: timedelta | None) -> None:
    kind(timedelta, None)(owner, attribute, value)
    if value is not None and value <= timedelta(0):
        message = f"Beyond.{attribute.name}: expected a time above zero, got {value}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Beyond:
    """What is looked at beyond the rules of double entry; nothing unless it is asked for.

    Attributes:
        zero: Patterns of accounts that should stand at zero in the end, such as ``clearing/*``.
        pending_for: After which time it is told that a transaction is pending still.
        gap: After which time without anything that is told.
        at: The moment at which it is judged how long something is pending; the last time in the ledger if
            none is given.
    """

    zero: tuple[str, ...] = attrs.field(default=(), converter=items, validator=each(str))
    pending_for: timedelta | None = attrs.field(default=None, validator=_above_zero)
    gap: timedelta | None = attrs.field(default=None, validator=_above_zero)
    at: datetime | None = attrs.field(default=None, converter=_at)


@attrs.define
class Clock:
    """The times of a ledger in the order of its lines: whether one is before the last, or long after it."""

    beyond: Beyond
    found: Callable[[LedgerFinding], object]
    newest_first: bool = False
    before: tuple[datetime, int] | None = None
    first: datetime | None = None
    last: datetime | None = None

    def see(self, at: datetime, lines: tuple[int, ...], name: str | None) -> None:
        """Go on to this time."""
        before, self.before = self.before, (at, lines[-1])
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)
        if before is None:
            return
        time, line = before
        earlier, later = (at, time) if self.newest_first else (time, at)
        lines = (line, *lines)
        if earlier > later:
            message = f"{_written(later)} comes after {_written(earlier)}"
            self.found(LedgerFinding(OUT_OF_ORDER, lines, name, message, warning=True))
        elif self.beyond.gap is not None and later - earlier > self.beyond.gap:
            message = f"nothing for {_days(later - earlier)}, from {_written(earlier)} to {_written(later)}"
            self.found(LedgerFinding(GAP, lines, name, message, warning=True))


@attrs.define
class Inspection:
    """What the entries so far come to.

    Attributes:
        beyond: What is looked at beyond the rules of double entry.
        found: Told of every finding.
        zero: More patterns of accounts that should stand at zero in the end.
    """

    beyond: Beyond
    found: Callable[[LedgerFinding], object]
    zero: tuple[str, ...] = ()
    balances: Balances = attrs.field(factory=Balances)
    ids: set[str] = attrs.field(factory=set)
    entries: int = 0

    def see(self, entry: LedgerEntry) -> None:
        """Hold an entry against the rules, given those before it."""
        self.entries += 1
        for finding in faults([entry], self.balances, self.ids):
            self.found(
                LedgerFinding(finding.fault.value, entry.lines, entry.id, finding.message, finding.off)
            )
        self.balances.apply(entry)
        self.ids.add(entry.id)

    def finish(self, last: datetime | None) -> None:
        """Look at where all of it ends."""
        paths = {balance.account.path for balance in self.balances}
        for pattern in self.beyond.zero:
            if not any(fnmatchcase(path, pattern) for path in paths):
                message = f"no account is called as {shown(pattern)} says, which should end at zero"
                self.found(LedgerFinding(NO_ACCOUNT, (), None, message, warning=True))
        for balance in self.balances:
            path, posted = balance.account.path, balance.posted
            if posted and any(fnmatchcase(path, pattern) for pattern in (*self.beyond.zero, *self.zero)):
                message = f"{path} should stand at zero in the end, not at {posted}"
                self.found(LedgerFinding(NOT_ZERO, (), None, message, posted))
        self._still_pending(self.beyond.at or last)

    def campaigns(self) -> Iterator[CampaignTotals]:
        """Where the money of each campaign is; told where some of it is nowhere."""
        for totals in campaign_totals(self.balances):
            if totals.off:
                came = _figures(totals, "collected", "debt", "borne")
                where = _figures(totals, "fees", "payees", "refunded", "held", "disputed", "reserved")
                message = f"campaign {totals.campaign_id}: {came}; but {where}"
                self.found(LedgerFinding(NOT_CONSERVED, (), None, message, totals.off))
            yield totals

    def totals(self) -> Iterator[LedgerTotal]:
        """What was posted in each currency."""
        sums: dict[Currency, list[Money]] = {}
        for balance in self.balances:
            currency = balance.posted.currency
            total = sums.setdefault(currency, [Money.zero(currency), Money.zero(currency)])
            total[0] += balance.debits_posted
            total[1] += balance.credits_posted
        return (LedgerTotal(*both) for both in sums.values())

    def _still_pending(self, now: datetime | None) -> None:
        most = self.beyond.pending_for
        if most is None or now is None:
            return
        for entry in self.balances.waiting():
            since = entry.at if isinstance(entry, LedgerEntry) else None
            if isinstance(entry, LedgerEntry) and since is not None and now - since > most:
                message = f"pending for {_days(now - since)}, since {_written(since)}"
                self.found(LedgerFinding(STILL_PENDING, entry.lines, entry.id, message, warning=True))


def _figures(totals: CampaignTotals, *names: str) -> str:
    """Some figures of a campaign; of those that are often nothing, only where they are something."""
    told = [(name, getattr(totals, name)) for name in names]
    return ", ".join(f"{name} {amount}" for name, amount in told if amount or name not in _SELDOM)


_SELDOM: Final = frozenset({"borne", "disputed", "reserved"})


def _written(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(sep=" ") + "Z"


def _days(span: timedelta) -> str:
    days = span // timedelta(days=1)
    return f"{span // timedelta(hours=1)} hours" if days < 2 else f"{days} days"  # noqa: PLR2004
