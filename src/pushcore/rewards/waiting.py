"""The decisions about a waiting list: joining, leaving, and what becomes of offers.

How many pieces are free is what `pushcore.rewards.Stock.left` says. Those on offer are among them: a pledge
for the tier is decided with what the list keeps, and expects the list to be as it was read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, shown
from pushcore.calendar import utc
from pushcore.changes import Changes, Event, StockMove
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import StockId
from pushcore.rewards.events import (
    OfferAccepted,
    OfferExpired,
    OfferMade,
    WaitingListBegun,
    WaitingListJoined,
    WaitingListLeft,
)
from pushcore.rewards.tier import Tier
from pushcore.rewards.waiting_list import WaitingEntry, WaitingList

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId

__all__ = [
    "accept",
    "begin",
    "expire",
    "join",
    "join_refusals",
    "leave",
    "nobody",
    "offer",
    "take",
    "withdraw",
]

_LONGEST: Final = timedelta(days=365)  # an instant ends a year before the calendar does


def nobody(campaign_id: CampaignId, tier: Tier) -> WaitingList:
    """The waiting list of a tier before it is written: nobody is on it.

    Raises:
        InvalidValue: there is no end of the tier's pieces, so nobody ever waits for one.
    """
    expect(tier, Tier, what="tier")
    if tier.limit is None:
        message = f"tier {tier.id} has no limit: there is nothing to wait for"
        raise InvalidValue(message, tier=tier.id)
    return WaitingList(campaign_id, tier.id, limit=tier.limit, version=0)


def begin(campaign_id: CampaignId, tier: Tier, at: datetime, actor: ActorId) -> tuple[WaitingList, Changes]:
    """The waiting list of a tier, with nobody on it.

    Raises:
        InvalidValue: there is no end of the tier's pieces, so nobody ever waits for one.
    """
    waiting = nobody(campaign_id, tier)
    return _with(waiting, (), at, actor)


def join(  # noqa: PLR0913  who wants how many, of how many that are there
    waiting: WaitingList, backer_id: BackerId, quantity: int, at: datetime, actor: ActorId, *, free: int
) -> tuple[WaitingList, Changes]:
    """Stand in line for so many pieces.

    Raises:
        Refused: ``already-waiting``; ``too-many``: there never are so many pieces; ``not-sold-out``: so many
            are left for the public.
    """
    entry = WaitingEntry(backer_id, quantity, at)
    if reasons := join_refusals(waiting, backer_id, quantity, free=free):
        raise Refused(reasons)
    event = WaitingListJoined(at, actor, waiting.id, backer_id, quantity)
    return _with(waiting, (*waiting.entries, entry), at, actor, event)


def join_refusals(
    waiting: WaitingList, backer_id: BackerId, quantity: int, *, free: int
) -> tuple[Refusal, ...]:
    """Every reason why a backer cannot stand in line for so many pieces; `join` raises these."""
    expect(waiting, WaitingList, what="a waiting list")
    expect(quantity, int, what="quantity", least=1)
    expect(free, int, what="free pieces", least=0)
    return tuple(_against_joining(waiting, backer_id, quantity, free))


def leave(
    waiting: WaitingList, backer_id: BackerId, at: datetime, actor: ActorId
) -> tuple[WaitingList, Changes]:
    """Leave the list; what was on offer to the backer is free again.

    Raises:
        Refused: ``not-waiting``.
    """
    entry = _entry(waiting, backer_id)
    return _without(waiting, {entry}, at, actor, WaitingListLeft(at, actor, waiting.id, backer_id))


def offer(
    waiting: WaitingList, at: datetime, actor: ActorId, *, free: int, lifetime: timedelta
) -> tuple[WaitingList, Changes]:
    """Offer the free pieces to the next in line for a while, as far as they go.

    An offer that ran out counts until it is expired, so expire first. The store is asked whether the pieces
    are still free.

    Raises:
        Refused: ``nobody-waiting``; ``sold-out`` or ``reserved``: too few pieces are free for the next in
            line, or too few that are not on offer.
        InvalidValue: the lifetime is not above zero and within a year.
    """
    expect(waiting, WaitingList, what="a waiting list")
    until = utc(at) + _within_a_year(lifetime)
    offered = tuple(attrs.evolve(entry, offered_until=until) for entry in waiting.next_up(free))
    if not offered:
        raise Refused([_against_offering(waiting, free)])
    events = (OfferMade(at, actor, waiting.id, it.backer_id, it.quantity, until) for it in offered)
    entries = (*waiting.offered, *offered, *waiting.line[len(offered) :])
    after, changes = _with(waiting, entries, at, actor, *events)
    still = StockMove(waiting.campaign_id, StockId(waiting.tier_id), max(waiting.limit - after.on_offer, 0))
    return after, changes + Changes(deltas=(still,))


def accept(
    waiting: WaitingList, backer_id: BackerId, pledge_id: PledgeId, at: datetime, actor: ActorId
) -> tuple[WaitingList, Changes]:
    """Take the offer: the backer leaves the list and places a pledge for the pieces, in the same commit.

    Raises:
        Refused: ``not-waiting``, ``not-offered`` or ``offer-expired``.
    """
    entry = _entry(waiting, backer_id)
    if entry.offered_until is None:
        message = f"no piece of tier {waiting.tier_id} is on offer to {backer_id}"
        raise Refused([Refusal("not-offered", message, {"tier": waiting.tier_id})])
    if entry.ran_out(at):
        message = f"the offer to {backer_id} ended at {entry.offered_until}"
        raise Refused([Refusal("offer-expired", message, {"ended": entry.offered_until})])
    event = OfferAccepted(at, actor, waiting.id, backer_id, entry.quantity, pledge_id)
    return _without(waiting, {entry}, at, actor, event)


def take(
    waiting: WaitingList, backer_id: BackerId, pledge_id: PledgeId, at: datetime, actor: ActorId
) -> tuple[WaitingList, Changes]:
    """What becomes of the list when a backer takes pieces that are not kept for others: join the changes.

    Offers that ran out expire. Whoever takes what is on offer to them accepts it; whoever comes first anyway
    waits no longer; of either, all of what they waited for is free again but what they take. Where nobody
    leaves the list, it is expected to be as it was read, so that nobody can have joined it meanwhile.
    """
    expect(waiting, WaitingList, what="a waiting list")
    over = waiting.ran_out(at)
    events: list[Event] = [OfferExpired(at, actor, waiting.id, entry.backer_id) for entry in over]
    own = waiting.entry(backer_id)
    if own is not None and own not in over:
        events.append(
            WaitingListLeft(at, actor, waiting.id, backer_id)
            if own.offered_until is None
            else OfferAccepted(at, actor, waiting.id, backer_id, own.quantity, pledge_id)
        )
    if not events and waiting.version:
        return waiting, Changes(expect=(waiting,))
    return _without(waiting, {own, *over}, at, actor, *events)


def expire(waiting: WaitingList, at: datetime, actor: ActorId) -> tuple[WaitingList, Changes]:
    """Take back every offer that ran out; its backer is off the list, and its pieces go to the next in line.

    Raises:
        Refused: ``offer-open``: none ran out.
    """
    expect(waiting, WaitingList, what="a waiting list")
    over = waiting.ran_out(at)
    if not over:
        message = f"no offer of waiting list {waiting.id} has run out by {utc(at)}"
        raise Refused([Refusal("offer-open", message, {"on_offer": waiting.on_offer})])
    events = (OfferExpired(at, actor, waiting.id, entry.backer_id) for entry in over)
    return _without(waiting, set(over), at, actor, *events)


def withdraw(waiting: WaitingList, at: datetime, actor: ActorId) -> tuple[WaitingList, Changes]:
    """Take back every offer, since nothing can be pledged: its backer stays the next in line.

    Offers that ran out by now expire. No event tells of the others: what stops the pledges has its own.

    Raises:
        Refused: ``not-offered``: nothing is on offer.
    """
    expect(waiting, WaitingList, what="a waiting list")
    if not waiting.offered:
        message = f"no piece of tier {waiting.tier_id} is on offer"
        raise Refused([Refusal("not-offered", message, {"tier": waiting.tier_id})])
    over = waiting.ran_out(at)
    entries = tuple(attrs.evolve(it, offered_until=None) for it in waiting.entries if it not in over)
    events = (OfferExpired(at, actor, waiting.id, entry.backer_id) for entry in over)
    return _with(waiting, entries, at, actor, *events)


def _against_joining(
    waiting: WaitingList, backer_id: BackerId, quantity: int, free: int
) -> Iterator[Refusal]:
    left = max(free - waiting.kept(), 0)
    facts = {"tier": waiting.tier_id, "left": left, "wanted": quantity}
    if waiting.entry(backer_id) is not None:
        yield Refusal("already-waiting", f"{backer_id} is on waiting list {waiting.id} already", facts)
    if quantity > waiting.limit:
        message = f"there are {waiting.limit} pieces of tier {waiting.tier_id}, {quantity} wanted"
        yield Refusal("too-many", message, facts)
    if quantity <= left:
        yield Refusal("not-sold-out", f"{left} of tier {waiting.tier_id} are left: pledge for one", facts)


def _against_offering(waiting: WaitingList, free: int) -> Refusal:
    if not waiting.line:
        return Refusal("nobody-waiting", f"nobody on waiting list {waiting.id} is without an offer")
    wanted, left = waiting.line[0].quantity, max(free - waiting.on_offer, 0)
    message = f"{left} of tier {waiting.tier_id} can be offered, the next in line wants {wanted}"
    facts = {"tier": waiting.tier_id, "left": left, "wanted": wanted}
    return Refusal("sold-out" if wanted > free else "reserved", message, facts)


def _within_a_year(lifetime: timedelta) -> timedelta:
    expect(lifetime, timedelta, what="the lifetime of an offer")
    if not timedelta(0) < lifetime <= _LONGEST:
        message = f"an offer lives longer than no time and at most a year, got {shown(lifetime)}"
        raise InvalidValue(message, lifetime=lifetime)
    return lifetime


def _entry(waiting: WaitingList, backer_id: BackerId) -> WaitingEntry:
    expect(waiting, WaitingList, what="a waiting list")
    entry = waiting.entry(backer_id)
    if entry is None:
        message = f"{shown(backer_id)} is not on waiting list {waiting.id}"
        raise Refused([Refusal("not-waiting", message, {"tier": waiting.tier_id})])
    return entry


def _without(
    waiting: WaitingList,
    gone: Collection[WaitingEntry | None],
    at: datetime,
    actor: ActorId,
    *events: Event,
) -> tuple[WaitingList, Changes]:
    entries = tuple(entry for entry in waiting.entries if entry not in gone)
    return _with(waiting, entries, at, actor, *events)


def _with(
    waiting: WaitingList, entries: tuple[WaitingEntry, ...], at: datetime, actor: ActorId, *events: Event
) -> tuple[WaitingList, Changes]:
    """The list with these entries at its next version; its first one is its beginning."""
    moved = attrs.evolve(waiting, entries=entries, version=waiting.version + 1)
    if not waiting.version:
        events = (WaitingListBegun(at, actor, waiting.id, waiting.campaign_id, waiting.tier_id), *events)
    return moved, Changes(put=(moved,), events=events)
