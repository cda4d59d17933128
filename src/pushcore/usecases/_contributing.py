"""Contributing: what came in for a campaign, when, and is still there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pushcore.ledger import TransactionPhase
from pushcore.ledger.chart import held_account
from pushcore.ledger.recipes import pledge_of
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import PledgeId
    from pushcore.ports import Ports

__all__ = ["contributions"]


def contributions(ports: Ports, campaign: Campaign) -> Iterator[tuple[datetime, Money]]:
    """When what came in that is still held; read off the whole ledger, twice.

    What went back of a pledge, or was disputed, is of what came last of it. What a dispute gave back came
    when it did at first.
    """
    gone: defaultdict[PledgeId | None, Money] = defaultdict(lambda: Money.zero(campaign.currency))
    for pledge_id, _, amount in _moves(ports, campaign, came=False):
        gone[pledge_id] -= amount
    several: defaultdict[PledgeId | None, list[tuple[datetime, Money]]] = defaultdict(list)
    for pledge_id, at, amount in _moves(ports, campaign, came=True):
        if gone.get(pledge_id):
            several[pledge_id].append((at, amount))
        else:
            yield at, amount
    for pledge_id, came in several.items():
        yield from _left(came, gone[pledge_id])


def _moves(
    ports: Ports, campaign: Campaign, *, came: bool
) -> Iterator[tuple[PledgeId | None, datetime, Money]]:
    """What was put to what is held for a campaign, or else what was taken of it and given back to it."""
    account = held_account(campaign.id)
    for entry in ports.store.transactions():
        if entry.phase is TransactionPhase.POSTED:
            for posting in entry.postings:
                new = posting.amount.minor < 0 and entry.recipe != _DISPUTE
                if posting.account == account and new is came:
                    yield pledge_of(entry), entry.at, -posting.amount


_DISPUTE: Final = "dispute"


def _left(came: Iterable[tuple[datetime, Money]], gone: Money) -> Iterator[tuple[datetime, Money]]:
    for at, amount in sorted(came, key=lambda it: it[0], reverse=True):
        off = min(gone, amount)
        gone -= off
        if amount != off:
            yield at, amount - off
