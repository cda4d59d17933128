"""The audit: everything a ledger may be wrong about, reported and not tolerated.

It reads any iterable of transactions, pushcore's own or rows that a host has mapped to the same four
fields, and it is the same check that guards the ledger when something is written to it.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import attrs

from pushcore.ids import TransactionId
from pushcore.ledger.account import Side
from pushcore.ledger.balance import Balances
from pushcore.ledger.transaction import Phase, Posting, Transaction, imbalance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


__all__ = ["Entry", "Fault", "Finding", "audit", "faults"]


class Entry(Protocol):
    """What the audit reads of a transaction; `pushcore.ledger.Transaction` is one."""

    @property
    def id(self) -> TransactionId: ...
    @property
    def postings(self) -> tuple[Posting, ...]: ...
    @property
    def phase(self) -> Phase: ...
    @property
    def pending_id(self) -> TransactionId | None: ...


class Fault(StrEnum):
    """An invariant of a ledger, named by how it is broken."""

    UNBALANCED = "unbalanced"
    DUPLICATE_ID = "duplicate-id"
    NOT_PENDING = "not-pending"
    EXCEEDS_RESERVED = "exceeds-reserved"
    OVERDRAWN = "overdrawn"


@attrs.frozen
class Finding:
    """One broken invariant, and the transaction that broke it."""

    fault: Fault
    transaction_id: TransactionId
    message: str

    def __str__(self) -> str:
        return f"{self.transaction_id}: {self.fault.value}: {self.message}"


def audit(transactions: Iterable[Entry]) -> tuple[Finding, ...]:
    """Every broken invariant of a ledger, in the order of its transactions; empty where it is sound.

    Each transaction balances in every currency, has an id of its own, resolves a pending one at most once
    and for no more than it reserved, and leaves no guarded account below zero.

    Example:
        >>> audit([])
        ()
    """
    balances, seen, findings = Balances(), set[str](), list[Finding]()
    for transaction in transactions:
        findings += faults([transaction], balances, seen)
        balances.apply(transaction)
        seen.add(transaction.id)
    return tuple(findings)


def faults(transactions: Sequence[Entry], balances: Balances, ids: Collection[str]) -> list[Finding]:
    """What would be wrong if these were written together to a ledger with these balances and transaction ids."""
    findings: list[Finding] = []
    available: defaultdict[tuple[str, str], int] = defaultdict(int)
    written: dict[str, Entry] = {}
    resolved: set[str] = set()
    for transaction in transactions:
        if transaction.id in ids or transaction.id in written:
            findings.append(Finding(Fault.DUPLICATE_ID, transaction.id, "the id stands twice"))
        written[transaction.id] = transaction
        if not isinstance(transaction, Transaction) and (off := imbalance(transaction.postings)) is not None:
            findings.append(Finding(Fault.UNBALANCED, transaction.id, f"off by {off}"))
        reserved: tuple[Posting, ...] = ()
        if transaction.pending_id is not None:
            pending = balances.pending(transaction.pending_id) or _pending(written, transaction.pending_id)
            if pending is None or transaction.pending_id in resolved:
                findings.append(
                    Finding(Fault.NOT_PENDING, transaction.id, f"{transaction.pending_id} is not pending, or not any more")
                )
            else:
                reserved = pending.postings
                resolved.add(transaction.pending_id)
                findings += _exceeding(transaction, reserved)
        findings += _overdrawn(transaction, reserved, balances, available)
    return findings


def _pending(written: dict[str, Entry], transaction_id: str) -> Entry | None:
    entry = written.get(transaction_id)
    return entry if entry is not None and entry.phase is Phase.PENDING else None


def _exceeding(transaction: Entry, reserved: tuple[Posting, ...]) -> Iterator[Finding]:
    if transaction.postings == reserved:
        return
    room: defaultdict[tuple[str, str], int] = defaultdict(int)
    for posting in reserved:
        room[_key(posting)] += posting.amount.minor
    for posting in transaction.postings:
        most = room[_key(posting)]
        if not min(most, 0) <= posting.amount.minor <= max(most, 0):
            message = f"{posting.amount} on {posting.account.path} is not within what {transaction.pending_id} reserved"
            yield Finding(Fault.EXCEEDS_RESERVED, transaction.id, message)


def _overdrawn(
    transaction: Entry, reserved: tuple[Posting, ...], balances: Balances, available: dict[tuple[str, str], int]
) -> Iterator[Finding]:
    """Guarded accounts that this transaction leaves below zero, given what the earlier ones of its batch changed."""
    touched = {}
    for posting in reserved:
        if posting.account.guarded:
            available[_key(posting)] -= min(_increase(posting), 0)
            touched[_key(posting)] = posting
    pending = transaction.phase is Phase.PENDING
    for posting in transaction.postings:
        if posting.account.guarded:
            increase = _increase(posting)
            available[_key(posting)] += min(increase, 0) if pending else increase
            touched[_key(posting)] = posting
    for key, posting in touched.items():
        left = balances.available_minor(posting.account, posting.amount.currency) + available[key]
        if left < 0:
            message = f"{posting.account.path} would stand at {posting.amount.with_minor(left)}"
            yield Finding(Fault.OVERDRAWN, transaction.id, message)


def _increase(posting: Posting) -> int:
    """By how much the posting raises its account, on the account's normal side."""
    return posting.amount.minor if posting.account.normal is Side.DEBIT else -posting.amount.minor


def _key(posting: Posting) -> tuple[str, str]:
    return posting.account.path, posting.amount.currency.code
