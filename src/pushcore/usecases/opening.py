"""Opening: a host that runs a platform already brings it over, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.books import Opening, OpeningBalances
from pushcore.books import opening as deciding
from pushcore.calendar.ahead import is_ahead
from pushcore.errors import InvalidDocument, KeyReused, Problem
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.ports import Ports

__all__ = ["import_opening"]


@use_case
def import_opening(ports: Ports, opening: OpeningBalances, *, actor: ActorId) -> Opening:
    """Bring a running platform over, all of it or nothing; what was brought over under its key is left alone.

    Raises:
        InvalidDocument: it contradicts itself, what the store has, or the clock by more than a day; every
            problem is named.
        KeyReused: something else was brought over under its key.
    """
    expect(opening, OpeningBalances, what="what is brought over")
    written = ports.store.find(Opening, opening.key)
    if written is not None:
        if written.digest != opening.digest:
            message = f"something else was brought over under {opening.key}: choose another key"
            raise KeyReused(message, key=opening.key)
        return written
    if known := (*_ahead(opening, ports.now()), *_known(ports, opening)):
        raise InvalidDocument(known)
    brought, changes = deciding.bring_over(opening, ports.now(), actor)
    ports.store.commit(changes)
    return brought


def _ahead(opening: OpeningBalances, now: datetime) -> Iterator[Problem]:
    """A cut-over that is still to come."""
    if is_ahead(opening.at, now):
        yield Problem("at", f"the cut-over at {opening.at} lies ahead of the clock: {now}", "ahead")


def _known(ports: Ports, opening: OpeningBalances) -> Iterator[Problem]:
    """What the store has already."""
    for part in ("campaigns", "pledges", "payouts", "beside"):
        for place, it in enumerate(getattr(opening, part)):
            if ports.store.find(type(it), it.id) is not None:
                yield Problem(f"{part}.{place}.id", f"{it.id} is in the store already", "exists")
