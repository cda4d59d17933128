"""The waiting list of a sold-out tier: who gets the pieces that come free, in which order.

Whoever waits comes before the public: a piece that comes free is theirs, whether it is on offer already or
not. Nobody is passed over for wanting more pieces than are free; they are kept until there are enough. So
offers are always made to the front of the line.
"""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import counted, each, expect, items
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, CampaignId, TierId, WaitingListId, identifier, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WaitingEntry", "WaitingList"]


@attrs.frozen
class WaitingEntry:
    """One backer in line, for all of so many pieces or none.

    Attributes:
        offered_until: From when on the offer of the pieces is void; None while there is no offer.
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    quantity: int = attrs.field(validator=counted(1))
    joined_at: datetime = attrs.field(converter=utc)
    offered_until: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))

    def ran_out(self, at: datetime) -> bool:
        """Whether there was an offer and its time is over."""
        return self.offered_until is not None and utc(at) >= self.offered_until


@attrs.frozen
class WaitingList:
    """The backers who wait for pieces of one tier, the next one first.

    Attributes:
        limit: How many pieces of the tier there are; nobody can wait for more.
        version: Counts its writes; zero before the first.

    Raises:
        InvalidValue: a part of the wrong kind; or a backer who stands twice or waits for more pieces than
            there are, or an offer past somebody who has none, all of them named.

    Example:
        >>> from datetime import UTC
        >>> ana = WaitingEntry("ana", 1, datetime(2026, 1, 5, tzinfo=UTC))
        >>> waiting = WaitingList("lanterne", "print", limit=1, entries=[ana])
        >>> waiting.kept(), waiting.kept(backer_id="ana")
        (1, 0)
    """

    campaign_id: CampaignId = attrs.field(validator=identifier)
    tier_id: TierId = attrs.field(validator=identifier)
    limit: int = attrs.field(kw_only=True, validator=counted(0))
    entries: tuple[WaitingEntry, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(WaitingEntry)
    )
    version: int = attrs.field(default=1, kw_only=True, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"waiting list {self.id}: {problems}"
            raise InvalidValue(message, waiting_list=self.id)

    def _problems(self) -> Iterator[str]:
        if len({entry.backer_id for entry in self.entries}) < len(self.entries):
            yield "each backer stands in line once"
        if any(entry.quantity > self.limit for entry in self.entries):
            yield f"nobody can wait for more than {self.limit} pieces"
        if any(entry.offered_until is not None for entry in self.line):
            yield "offers are made to the front of the line"

    @property
    def id(self) -> WaitingListId:
        """Its id follows from campaign and tier, so there is one for each tier."""
        return WaitingListId(joined(self.campaign_id, self.tier_id))

    @property
    def offered(self) -> tuple[WaitingEntry, ...]:
        """The entries that have an offer, the front of the line."""
        return tuple(takewhile(lambda entry: entry.offered_until is not None, self.entries))

    @property
    def line(self) -> tuple[WaitingEntry, ...]:
        """The entries without an offer, the next one first."""
        return self.entries[len(self.offered) :]

    @property
    def on_offer(self) -> int:
        """How many pieces are on offer."""
        return sum(entry.quantity for entry in self.offered)

    def next_up(self, free: int) -> tuple[WaitingEntry, ...]:
        """Those in line for whom there are pieces, of so many that are free; nobody is passed over."""
        expect(free, int, what="free pieces", least=0)
        served, left = [], free - self.on_offer
        for entry in self.line:
            left -= entry.quantity
            if left < 0:
                break
            served.append(entry)
        return tuple(served)

    def entry(self, backer_id: BackerId) -> WaitingEntry | None:
        """Where a backer stands in line, if they do."""
        expect(backer_id, str, what="backer")
        return next((entry for entry in self.entries if entry.backer_id == backer_id), None)

    def ran_out(self, at: datetime) -> tuple[WaitingEntry, ...]:
        """The entries whose offer is void by now: they keep nothing, and wait no longer."""
        return tuple(entry for entry in self.offered if entry.ran_out(at))

    def kept(
        self, *, backer_id: BackerId | None = None, quantity: int = 1, at: datetime | None = None
    ) -> int:
        """How many pieces are kept for those who come before a backer, or before the public.

        Whoever is not in line stands behind it, and so does whoever wants more pieces than they wait for.
        With it `pushcore.rewards.availability` tells whether they can have the pieces.

        Args:
            backer_id: Who wants them; None for the public.
            quantity: How many.
            at: When: offers that ran out by then keep nothing. None for all of them to be kept.
        """
        expect(backer_id, str, NoneType, what="backer")
        expect(quantity, int, what="quantity")
        over = () if at is None else self.ran_out(at)
        line = [entry for entry in self.entries if entry not in over]
        own = next((entry for entry in line if entry.backer_id == backer_id), None)
        if own is not None and quantity <= own.quantity:
            return sum(entry.quantity for entry in line[: line.index(own)])
        return sum(entry.quantity for entry in line if entry is not own)
