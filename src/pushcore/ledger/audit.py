"""The audit: everything a ledger may be wrong about, reported and not tolerated.

It reads any iterable of transactions, pushcore's own or rows that a host has mapped to the same four
fields, and it is the same check that guards the ledger when something is written to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, kind, none_such, stream
from pushcore.ids import TransactionId
from pushcore.ledger.account import Account, Side
from pushcore.ledger.balance import Balances, Place, place
from pushcore.ledger.transaction import (
    Entry,
    Posting,
    Transaction,
    TransactionPhase,
    check_entry,
    contradiction,
    imbalances,
)
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Fault", "Finding", "audit", "faults"]


class Fault(StrEnum):
    """An invariant of a ledger, named by how it is broken."""

    DUPLICATE_ID = "duplicate-id"
    CONTRADICTORY = "contradictory"
    UNBALANCED = "unbalanced"
    ACCOUNT_CHANGED = "account-changed"
    NOT_PENDING = "not-pending"
    EXCEEDS_RESERVED = "exceeds-reserved"
    OVERDRAWN = "overdrawn"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Finding:
    """One broken invariant, and the transaction that broke it.

    Attributes:
        fault: Which one.
        transaction_id: The transaction.
        message: What is wrong, in words.
        off: By how much, where it is about an amount.
    """

    fault: Fault = attrs.field(validator=kind(Fault))
    transaction_id: TransactionId = attrs.field(validator=kind(str))
    message: str = attrs.field(validator=kind(str))
    off: Money | None = attrs.field(default=None, validator=kind(Money, None))

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.fault.value}: {self.message}"


def audit(transactions: Iterable[Entry]) -> tuple[Finding, ...]:
    """Every broken invariant of a ledger, in the order of its transactions; empty where it is sound.

    Each transaction has an id of its own, does not contradict itself, balances in every currency, posts to
    accounts that stay what they are, resolves a pending one at most once and for no more than it reserved,
    and takes no guarded account below zero, pending movements counted.

    Raises:
        InvalidValue: what it is given cannot be read as the entries of a ledger.

    Example:
        >>> audit([])
        ()
    """
    balances, seen, findings = Balances(), set[str](), list[Finding]()
    for entry in stream(transactions):
        findings += faults([entry], balances, seen)
        balances.apply(entry)
        seen.add(entry.id)
    return tuple(findings)


def faults(transactions: Iterable[Entry], balances: Balances, ids: Collection[str]) -> list[Finding]:
    """What would be wrong if these were written together after those with these balances and ids.

    For whoever writes a store: give it the balances of the accounts that the transactions touch, with the
    pending transactions that they resolve, and those of their ids that the ledger has already.

    Raises:
        InvalidValue: what it is given cannot be read as the entries of a ledger, or their balances.
    """
    expect(balances, Balances, what="the balances before")
    if ids.__class__ is not set:
        expect(ids, Collection, what="the ids that are written")
    batch = _Batch(balances, ids)
    for entry in stream(transactions):
        check_entry(entry)
        batch.check(entry)
    return batch.findings


@attrs.define
class _Batch:
    """Entries on their way into a ledger, each checked given those before it."""

    balances: Balances
    ids: Collection[str]
    findings: list[Finding] = attrs.field(factory=list)
    written: set[str] = attrs.field(factory=set)
    accounts: dict[str, Account] = attrs.field(factory=dict)
    waiting: dict[str, Entry | None] = attrs.field(factory=dict)
    moved: dict[Place, int] = attrs.field(factory=dict)

    def check(self, entry: Entry) -> None:
        if entry.id in self.ids or entry.id in self.written:
            self._found(Fault.DUPLICATE_ID, entry, "the id stands twice")
        if not isinstance(entry, Transaction):
            self._malformed(entry)
        reserved: tuple[Posting, ...] = ()
        self._changed_accounts(entry)
        if entry.pending_id is not None:
            reserved = self._resolved(entry, entry.pending_id)
        self._overdrawn(entry, reserved)
        self.written.add(entry.id)
        if entry.phase is TransactionPhase.PENDING:
            self.waiting[entry.id] = entry

    def _found(self, fault: Fault, entry: Entry, message: str, off: Money | None = None) -> None:
        self.findings.append(Finding(fault, entry.id, message, off))

    def _malformed(self, entry: Entry) -> None:
        """What a `Transaction` cannot be, but a row of another ledger can."""
        if (why := contradiction(entry)) is not None:
            self._found(Fault.CONTRADICTORY, entry, why)
        for off in imbalances(entry.postings):
            self._found(Fault.UNBALANCED, entry, f"off by {abs(off)}", off)

    def _changed_accounts(self, entry: Entry) -> None:
        for posting in entry.postings:
            account = posting.account
            known = self.balances.account(account.path) or self.accounts.setdefault(account.path, account)
            if known is not account and known != account:
                message = f"{account.path} has another side or guard than before"
                self._found(Fault.ACCOUNT_CHANGED, entry, message)

    def _resolved(self, entry: Entry, pending_id: TransactionId) -> tuple[Posting, ...]:
        """What the entry sets free of what was reserved."""
        waiting = self.waiting
        pending = waiting[pending_id] if pending_id in waiting else self.balances.pending(pending_id)
        if pending is None:
            self._found(Fault.NOT_PENDING, entry, f"{pending_id} is not pending, or not any more")
            return ()
        waiting[pending_id] = None
        if entry.postings != pending.postings:
            self._exceeding(entry, pending)
        return pending.postings

    def _exceeding(self, entry: Entry, pending: Entry) -> None:
        """Where the entry posts more, or to another side, than the pending one reserved."""
        room, posted = _sums(pending.postings), _sums(entry.postings)
        for at, minor in posted.items():
            if not min(room[at], 0) <= minor <= max(room[at], 0):
                amount = Money.of_minor(minor, at[1])
                message = f"{amount} on {at[0]} is not within what {pending.id} reserved"
                within = min(max(minor, min(room[at], 0)), max(room[at], 0))
                self._found(Fault.EXCEEDS_RESERVED, entry, message, amount.with_minor(minor - within))

    def _overdrawn(self, entry: Entry, reserved: tuple[Posting, ...]) -> None:
        """Guarded accounts that the entry takes below zero; one that it only adds to is not its fault."""
        changes: dict[Place, int] = {}
        for posting in reserved:
            if posting.account.guarded:
                at, increase = place(posting), _increase(posting)
                changes[at] = changes.get(at, 0) - min(increase, 0)
        for posting in entry.postings:
            if posting.account.guarded:
                at, increase = place(posting), _increase(posting)
                counted = min(increase, 0) if entry.phase is TransactionPhase.PENDING else increase
                changes[at] = changes.get(at, 0) + counted
        for at, change in changes.items():
            self.moved[at] = moved = self.moved.get(at, 0) + change
            left = self.balances.available_minor(at) + moved if change < 0 else 0
            if left < 0:
                off = Money.of_minor(left, at[1])
                self._found(Fault.OVERDRAWN, entry, f"{at[0]} would stand at {off}", off)


def _sums(postings: Iterable[Posting]) -> Counter[Place]:
    sums: Counter[Place] = Counter()
    for posting in postings:
        sums[place(posting)] += posting.amount.minor
    return sums


def _increase(posting: Posting) -> int:
    """By how much the posting raises its account, on the account's normal side."""
    return posting.amount.minor if posting.account.normal is Side.DEBIT else -posting.amount.minor
