"""Records: everything that is kept about one backer, as one object of JSON values."""

from __future__ import annotations

from typing import Any

from pushcore._checks import expect, shown
from pushcore.books.forgetting import BackerRecord
from pushcore.schemas.documents import DOCUMENTS
from pushcore.schemas.snapshots import dump

__all__ = ["dump_record"]


def dump_record(record: BackerRecord) -> dict[str, Any]:
    """What `pushcore.usecases.export_backer` found, for a file that is handed out.

    What is of a kind of the host's own is named only, as the host knows best how to write it.

    Raises:
        InvalidValue: it is no such record.
    """
    expect(record, BackerRecord, what="what is kept about a backer")
    parts = {"aggregates": record.aggregates, "events": record.events, "transactions": record.transactions}
    return {
        "backer_id": record.backer_id,
        **{name: list(map(_written, part)) for name, part in parts.items()},
    }


def _written(thing: object) -> dict[str, Any]:
    return dump(thing) if type(thing) in _KINDS else {"type": type(thing).__name__, "shown": shown(thing)}


_KINDS = frozenset(DOCUMENTS.values())
