"""Entries: the transactions of a ledger in a file, as they are read and whatever is wrong with them."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import each, kind
from pushcore.ids import TransactionId, optional_reference, reference
from pushcore.ledger import Posting, TransactionPhase

__all__ = ["LedgerEntry"]


@attrs.frozen
class LedgerEntry:
    """A transaction of a file, with the lines that it stands on.

    Attributes:
        id: Its own id.
        postings: Its lines, balanced or not.
        phase: How far it has come.
        pending_id: The pending one that it posts or voids.
        recipe: What happened, if the file says so.
        at: When, if the file says so.
        lines: The lines of the file.
    """

    id: TransactionId = attrs.field(validator=reference)
    postings: tuple[Posting, ...] = attrs.field(validator=[kind(tuple), each(Posting)])
    phase: TransactionPhase = attrs.field(default=TransactionPhase.POSTED, validator=kind(TransactionPhase))
    pending_id: TransactionId | None = attrs.field(default=None, validator=optional_reference)
    recipe: str = attrs.field(default="", validator=kind(str))
    at: datetime | None = attrs.field(default=None, validator=kind(datetime, None))
    lines: tuple[int, ...] = attrs.field(default=(), validator=kind(tuple))
