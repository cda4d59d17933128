"""Followed: who held a pledge and what it came to at each event, though it was changed since."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pushcore.ids import BackerId, PledgeId
from pushcore.memory import MemoryStore
from pushcore.money import Money
from pushcore.payments.events import (
    ChargeFailed,
    ChargeReminded,
    ContributionExpected,
    ContributionReceived,
    InstalmentCollected,
    PledgeDefaulted,
    PledgePartlyRefunded,
    PledgeRefunded,
)
from pushcore.pledges import Pledge
from pushcore.pledges.events import PledgeChanged, PledgePlaced, PledgesMerged, PledgeTransferred

__all__ = ["Followed"]

_AMOUNTS: Final[dict[type, str]] = {
    ContributionExpected: "amount",
    ContributionReceived: "received",
    InstalmentCollected: "amount",
    PledgeDefaulted: "kept",
}
"""The events that are about another amount than their pledge comes to, and where they have it."""

_BACK: Final = (PledgePartlyRefunded, PledgeRefunded)
_OF_A_PART: Final = (ChargeFailed, ChargeReminded)
_ALTERED: Final = (PledgeChanged, PledgeTransferred, PledgesMerged, PledgeDefaulted)


class Followed:
    """The pledges of a store as they were, event by event; only those that are altered are kept apart."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._altered = {event.pledge_id for event in store.events() if isinstance(event, _ALTERED)}
        self._then: dict[PledgeId, tuple[BackerId, Money]] = {}
        self._paid: Counter[PledgeId] = Counter()
        self._back: dict[PledgeId, Money] = {}
        self._goes_back: dict[PledgeId, Money] = {}

    def follow(self, event: object) -> None:
        """Take note of what a pledge is from here on."""
        match event:
            case PledgePlaced(pledge_id=pledge_id) if pledge_id in self._altered:
                self._then[pledge_id] = event.backer_id, event.amount
            case PledgeChanged(pledge_id=pledge_id) | PledgesMerged(pledge_id=pledge_id):
                self._then[pledge_id] = self._then[pledge_id][0], event.after
            case PledgeTransferred(pledge_id=pledge_id):
                self._then[pledge_id] = event.to_backer_id, self._then[pledge_id][1]
            case InstalmentCollected(pledge_id=pledge_id):
                self._paid[pledge_id] += 1
            case PledgePartlyRefunded(pledge_id=pledge_id, refunded=whole):
                self._goes_back[pledge_id] = self._more(pledge_id, whole)
                self._back[pledge_id] = whole
            case PledgeRefunded(pledge_id=pledge_id, amount=whole):
                self._goes_back[pledge_id] = self._more(pledge_id, whole)
            case _:
                pass

    def _more(self, pledge_id: PledgeId, whole: Money) -> Money:
        """What goes back now, where so much has gone back by now."""
        return whole - self._back.get(pledge_id, whole * 0)

    def pledge(self, pledge_id: PledgeId) -> Pledge:
        """The pledge as it is by now."""
        pledge = self._store.find_pledge(pledge_id)
        assert pledge is not None, "what happened to a pledge is kept with it"
        return pledge

    def then(self, pledge: Pledge, event: object) -> tuple[BackerId, Money]:
        """Who held a pledge at an event, and the amount that this was about."""
        who, amount = self._then.get(pledge.id, (pledge.backer_id, pledge.amount))
        if pledge.instalments is not None and isinstance(event, _OF_A_PART):
            amount = self._next_part(pledge, amount)
        if isinstance(event, _BACK):
            return who, self._goes_back[pledge.id]
        return who, getattr(event, _AMOUNTS.get(type(event), ""), amount)

    def _next_part(self, pledge: Pledge, total: Money) -> Money:
        """The part that was under charge, of what the pledge came to then."""
        plan, parts = self._store.campaign(pledge.campaign_id).terms.instalments, pledge.request.parts
        assert plan is not None, "what is paid in parts has a plan"
        assert parts is not None, "and was asked for in so many"
        return plan.shares(total, parts)[self._paid[pledge.id]]
