"""What one decision wants written, all or nothing.

A decision reads and computes; it never writes. It returns its `Changes`, so what was previewed is exactly
what is applied, and a store needs one write method only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, get_args

import attrs

from pushcore._checks import expect, kind, shown, unique
from pushcore._evolving import maker
from pushcore.errors import InvalidValue
from pushcore.gateway import Order
from pushcore.ids import BackerId, CampaignId, FundId, OrderKey, SponsorId, StockId, identifier
from pushcore.ledger import Transaction
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = [
    "Changes",
    "Delta",
    "Event",
    "Forgetting",
    "MatchMove",
    "ProgressMove",
    "StockMove",
    "TotalLimit",
    "Versioned",
]


class Versioned(Protocol):
    """An aggregate: a thing with an id that is read and written whole.

    ``version`` counts its writes. What a decision returns carries the version it will have once written, so
    putting version n replaces version n - 1, and version 1 is new.
    """

    @property
    def id(self) -> str:
        """What it goes by."""

    @property
    def version(self) -> int:
        """How often it was written."""


class Event(Protocol):
    """Something that happened, named in the past tense: ids and facts, nothing that names a person."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def actor(self) -> ActorId:
        """Who acted."""


@attrs.frozen
class StockMove:
    """Pieces of something moved: reserved by a pledge under way, claimed by a confirmed one, or set free.

    The store adds it to the stock of this id, or to what the backer holds of it where one is named, and
    refuses it with `pushcore.errors.Conflict` where claimed or reserved would fall below zero, or both
    together rise above the limit. Moves commute: their order does not matter.

    A move of no pieces changes nothing, and is refused in the same way where more are out than its limit. So
    a decision asks, at the commit, whether a stock that it read is still as small.
    """

    campaign_id: CampaignId
    stock_id: StockId
    limit: int | None
    claimed: int = 0
    reserved: int = 0
    backer_id: BackerId | None = None

    def __attrs_post_init__(self) -> None:
        # One look at all fields instead of one validator each: every pledge makes several moves.
        if not (
            isinstance(self.campaign_id, str)
            and isinstance(self.stock_id, str)
            and self.claimed.__class__ is self.reserved.__class__ is int
            and (self.limit is None or (self.limit.__class__ is int and self.limit >= 0))
            and (self.backer_id is None or isinstance(self.backer_id, str))
        ):
            message = f"a move of stock is of ids and whole numbers, got {shown(attrs.astuple(self))}"
            raise InvalidValue(message, move=attrs.astuple(self))


@attrs.frozen
class TotalLimit:
    """The totals that a store may come to, in minor units: it refuses to add what leads to any other.

    An offer rests on a total that was read. Of two backers who give the last of it at the same moment, the
    second comes to a total that this forbids, and is decided on again. It is asked of the total after a
    pledge was added or changed, and never of one that was taken away: what falls leaves more than it was.

    Attributes:
        most: The cap.
        stranding: The totals below it that would leave too little to be charged.
    """

    most: int = attrs.field(validator=kind(int))
    stranding: range = attrs.field(validator=kind(range))

    def holds(self, total: int) -> bool:
        """Whether a store may come to this total.

        Raises:
            InvalidValue: it is no whole number.
        """
        expect(total, int, what="a total in minor units")
        return total <= self.most and total not in self.stranding


@attrs.frozen
class ProgressMove:
    """What one pledge adds to the totals of its campaign, or takes from them.

    The store adds it to the campaign's progress, and counts a backer for as long as their pledges are more
    than none. It refuses it with `pushcore.errors.Conflict` where a total would fall below zero, where what
    counts to the goal would come to what its bounds forbid, or where there would be another number of pledges
    than it says, or another total collected. Moves commute.

    Attributes:
        pledged: What is pledged more, or less.
        pledges: By how many pledges.
        collected: What is collected more, or less.
        collections: Of how many pledges.
        counted: What counts to the goal more, or less; None for all that is pledged.
        units: How many rewards are sold more, or less.
        late: What is pledged late more, or less.
        limit: What may count to the goal once this is added.
        least: Below which number of minor units, or of rewards, it may not take what counts to the goal.
        standing: How many pledges there are once this is added, if it is to be added at all. So a decision
            asks, at the commit, whether the totals that it read are still of the same pledges.
        comes_to: What is collected in all once this is added, if it is to be added at all. So what is divided
            is asked about: where a dispute is won more is collected, of as many pledges.
        matched: What is matched by sponsors more, or less. A sponsor who matches is counted as no backer.
    """

    campaign_id: CampaignId
    backer_id: BackerId
    pledged: Money
    pledges: int = 0
    collected: Money | None = None
    collections: int = 0
    counted: Money | None = None
    units: int = 0
    late: Money | None = None
    limit: TotalLimit | None = None
    least: Money | int | None = None
    standing: int | None = None
    comes_to: Money | None = None
    matched: Money | None = None

    def __attrs_post_init__(self) -> None:
        if not (
            isinstance(self.campaign_id, str)
            and isinstance(self.backer_id, str)
            and self.pledged.__class__ is Money
            and (self.collected is None or self.collected.__class__ is Money)
            and (self.counted is None or self.counted.__class__ is Money)
            and (self.late is None or self.late.__class__ is Money)
            and self.pledges.__class__ is self.collections.__class__ is self.units.__class__ is int
            and (self.limit is None or self.limit.__class__ is TotalLimit)
            and (self.least is None or self.least.__class__ in {int, Money})
            and (self.standing is None or self.standing.__class__ is int)
            and (self.comes_to is None or self.comes_to.__class__ is Money)
            and (self.matched is None or self.matched.__class__ is Money)
        ):
            message = (
                f"a move of progress is of two ids, money and whole numbers, got {shown(attrs.astuple(self))}"
            )
            raise InvalidValue(message, move=attrs.astuple(self))


@attrs.frozen
class MatchMove:
    """What one match adds to the tallies of its fund, or takes from them when it is taken back.

    The store adds it to what the fund has matched for the campaign, for the backer in it, and of each
    sponsor's money, and refuses it with `pushcore.errors.Conflict` where one would fall below nothing. Moves
    commute; what is matched anew also puts the fund, so that two matches never spend the same money.

    Attributes:
        backer_id: Whose contribution is matched; None for a lump sum.
        parts: What each sponsor pays: amounts above zero, whichever way they go.
        matches: Whether the match is made (1) or taken back (-1).
    """

    fund_id: FundId
    campaign_id: CampaignId
    backer_id: BackerId | None
    parts: tuple[tuple[SponsorId, Money], ...]
    matches: int = 1

    def __attrs_post_init__(self) -> None:
        if not (
            isinstance(self.fund_id, str)
            and isinstance(self.campaign_id, str)
            and (self.backer_id is None or isinstance(self.backer_id, str))
            and self.parts.__class__ is tuple
            and self.parts
            and all(map(_is_part, self.parts))
            and self.matches.__class__ is int
            and self.matches in {1, -1}
        ):
            message = (
                "a match moves tallies of ids by amounts of sponsors above zero, once or back, "
                f"got {shown(attrs.astuple(self, recurse=False))}"
            )
            raise InvalidValue(message, move=attrs.astuple(self, recurse=False))
        unique((sponsor_id for sponsor_id, _ in self.parts), what="sponsor")


def _is_part(part: object) -> bool:
    match part:
        case (str(), Money() as amount):
            return amount.minor > 0
        case _:
            return False


@attrs.frozen
class Forgetting:
    """That a backer goes on under another name, which says nothing of them.

    The aggregates that name them are put anew. All else that the store keeps under their id it keeps under
    the pseudonym: events, stock that they hold, whom it counts as a backer, and what was matched for them.

    Attributes:
        backer_id: Whose id is forgotten.
        pseudonym: What stands in its place, wherever it stood.
        gone: Aggregates that are removed, as they were read: their own ids are made of it.
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    pseudonym: BackerId = attrs.field(validator=identifier)
    gone: tuple[Versioned, ...] = attrs.field(default=(), validator=kind(tuple))


Delta = StockMove | ProgressMove | MatchMove


@attrs.frozen(kw_only=True)
class Changes:
    """Everything one decision writes.

    Attributes:
        put: Aggregates, each replacing the version before its own.
        expect: Aggregates as they were read: at another version by now, they void the changes.
        deltas: Moves of stock, progress and what funds have matched, added up by the store.
        transactions: Ledger entries, appended.
        events: What happened.
        orders: What is asked of the gateway next; open until they are done.
        done: Keys of orders that have been answered.
        forgotten: Backers whose ids are kept no longer.
    """

    put: tuple[Versioned, ...] = ()
    expect: tuple[Versioned, ...] = ()
    deltas: tuple[Delta, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    events: tuple[Event, ...] = ()
    orders: tuple[Order, ...] = ()
    done: tuple[OrderKey, ...] = ()
    forgotten: tuple[Forgetting, ...] = ()

    def __attrs_post_init__(self) -> None:
        parts = (
            self.put,
            self.expect,
            self.deltas,
            self.transactions,
            self.events,
            self.orders,
            self.done,
            self.forgotten,
        )
        for (name, belongs), part in zip(_PARTS, parts, strict=True):
            if part is _NONE:
                continue
            if part.__class__ is not tuple:
                message = f"every part of changes is a tuple, but {name} is {shown(part)}"
                raise InvalidValue(message, part=part)
            for item in part:
                if not belongs(item):
                    message = f"{name} of changes holds {shown(item)}, which does not belong there"
                    raise InvalidValue(message, item=item)
        self._require_unique()

    def _require_unique(self) -> None:
        if len(self.put) > 1:
            unique(((type(aggregate).__name__, aggregate.id) for aggregate in self.put), what="aggregate")
        if len(self.orders) > 1:
            unique((order.key for order in self.orders), what="order key")

    def then(self, later: Changes) -> Changes:
        """These, and others that go on from what these put: what both put is written once.

        Raises:
            InvalidValue: the others are no changes.
        """
        expect(later, Changes, what="what follows")
        first = {(type(it), it.id): it.version for it in self.put}
        put: tuple[Any, ...] = later.put
        last = [attrs.evolve(it, version=first.get((type(it), it.id), it.version)) for it in put]
        again = {(type(it), it.id) for it in last}
        kept = tuple(it for it in self.put if (type(it), it.id) not in again)
        return attrs.evolve(self, put=kept) + attrs.evolve(later, put=tuple(last))

    def __add__(self, other: Changes) -> Changes:
        """Both as one, all or nothing: of each part what these write, then what the others do."""
        if other.__class__ is not Changes:
            return NotImplemented
        joined = _joined(**{name: getattr(self, name) + getattr(other, name) for name, _ in _PARTS})
        joined._require_unique()
        return joined


_joined: Final = maker(Changes)


def _versioned(item: object) -> bool:
    try:
        return isinstance(item.id, str) and item.version.__class__ is int  # type: ignore[attr-defined]
    except AttributeError:
        return False


_ORDERS: Final = get_args(Order)
_DELTAS: Final = get_args(Delta)
_NONE: Final = ()  # of which there is one
_PARTS: Final[tuple[tuple[str, Callable[[object], bool]], ...]] = (
    ("put", _versioned),
    ("expect", _versioned),
    ("deltas", lambda it: it.__class__ in _DELTAS),
    ("transactions", lambda it: it.__class__ is Transaction),
    ("events", lambda it: hasattr(it, "at") and hasattr(it, "actor")),
    ("orders", lambda it: it.__class__ in _ORDERS),
    ("done", lambda it: it.__class__ is str),
    ("forgotten", lambda it: it.__class__ is Forgetting and all(map(_versioned, it.gone))),
)
"""What belongs into each part; aggregates and events can be a host's own."""
