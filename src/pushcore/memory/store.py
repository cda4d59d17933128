"""A store in memory: for tests, notebooks, batch jobs, and to be read by whoever writes one over a database.

`commit` checks everything first and then applies everything, under one lock.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from itertools import chain
from threading import Lock
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

from pushcore._checks import expect, shown
from pushcore.books.naming import names, renamed
from pushcore.calendar import utc
from pushcore.campaigns import Campaign, Follower, Progress
from pushcore.campaigns.lifecycle import ENDED
from pushcore.changes import Changes, MatchMove, ProgressMove, StockMove
from pushcore.errors import Conflict, InvalidValue, KeyReused, NotFound
from pushcore.ledger import Balances, Fault, faults
from pushcore.memory.tallies import MatchTallies
from pushcore.payouts import Payout, Wallet
from pushcore.pledges import Pledge, PledgeState
from pushcore.recurring import Subscription, SubscriptionState
from pushcore.rewards import Stock
from pushcore.usecases.due import is_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from pushcore.changes import Delta, Event, Forgetting, Versioned
    from pushcore.gateway import Order
    from pushcore.ids import BackerId, CampaignId, FundId, OrderKey, PayoutId, PledgeId, StockId, TierId
    from pushcore.ledger import Account, Balance, Transaction
    from pushcore.matching import Matched
    from pushcore.money import Currency, Money

__all__ = ["MemoryStore"]

T = TypeVar("T")

_NO_STOCK = Stock()
_RETURNABLE = (
    PledgeState.REFUNDING,
    PledgeState.PAYING,
    PledgeState.COLLECTED,
    PledgeState.CHARGING,
    PledgeState.ERRORED,
    PledgeState.PLEDGED,
)
_TO_COLLECT = (PledgeState.PAYING, PledgeState.CHARGING, PledgeState.ERRORED, PledgeState.PLEDGED)


class MemoryStore:
    """A `pushcore.ports.Store` that keeps everything in dictionaries, for as long as it lives."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._campaigns: dict[str, Campaign] = {}
        self._pledges: dict[str, Pledge] = {}
        self._payouts: dict[str, Payout] = {}
        self._tables: defaultdict[type, dict[str, Any]] = defaultdict(
            dict, {Campaign: self._campaigns, Pledge: self._pledges, Payout: self._payouts}
        )
        self._by_state: defaultdict[tuple[str, str], dict[PledgeId, None]] = defaultdict(dict)
        self._expiring: defaultdict[str, list[tuple[datetime, PledgeId]]] = defaultdict(list)
        self._payouts_of: defaultdict[str, list[PayoutId]] = defaultdict(list)
        self._progress: dict[str, Progress] = {}
        self._backers: defaultdict[str, dict[BackerId, int]] = defaultdict(dict)
        self._matches_of: defaultdict[tuple[str, str | None], dict[PledgeId, None]] = defaultdict(dict)
        self._tallies = MatchTallies()
        self._stock: dict[tuple[str, str, str | None], Stock] = {}
        self._transactions: list[Transaction] = []
        self._transaction_ids: set[str] = set()
        self._balances = Balances()
        self._orders: dict[OrderKey, Order] = {}
        self._events: list[Event] = []

    def campaign(self, campaign_id: CampaignId, /) -> Campaign:
        """The campaign of this id."""
        return _found(self._campaigns, campaign_id, "campaign")

    def progress(self, campaign_id: CampaignId, /) -> Progress:
        """The totals of a campaign."""
        if campaign_id.__class__ is not str:
            expect(campaign_id, str, what="campaign id")
        return self._progress.get(campaign_id) or Progress.none(self.campaign(campaign_id).currency)

    def due_campaigns(self, now: datetime, /) -> Iterator[CampaignId]:
        """The campaigns for which there may be something to do."""
        now = utc(now)
        return (it.id for it in tuple(self._campaigns.values()) if is_due(self, it, now))

    def followers(self, campaign_id: CampaignId, /) -> Iterator[BackerId]:
        """Who follows a campaign."""
        expect(campaign_id, str, what="campaign id")
        known = tuple(self._tables[Follower].values())
        return (it.backer_id for it in known if it.campaign_id == campaign_id and it.follows)

    def find_pledge(self, pledge_id: PledgeId, /) -> Pledge | None:
        """The pledge of this id, if there is one."""
        if pledge_id.__class__ is not str:
            expect(pledge_id, str, what="pledge id")
        return self._pledges.get(pledge_id)

    def chargeable_pledges(self, campaign_id: CampaignId, now: datetime, /) -> Iterator[Pledge]:
        """The pledges of a campaign that something is to be done about."""
        now = utc(now)
        return (
            pledge
            for pledge in self._in_states(campaign_id, *_TO_COLLECT)
            if pledge.due_at is None or pledge.due_at <= now
        )

    def expected_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign that are to come in cash or by bank."""
        return self._in_states(campaign_id, PledgeState.EXPECTED)

    def unconfirmed_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign that count to nothing yet."""
        return self._in_states(campaign_id, PledgeState.PREAUTH, PledgeState.EXPECTED)

    def returnable_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign that are set free or given back when nothing comes of it."""
        return self._in_states(campaign_id, *_RETURNABLE)

    def unrefunded_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The pledges of a campaign whose refund was declined."""
        return self._in_states(campaign_id, PledgeState.UNREFUNDED)

    def expired_pledges(self, campaign_id: CampaignId, now: datetime, /) -> Iterator[Pledge]:
        """The unconfirmed pledges of a campaign whose reservation ran out."""
        expect(campaign_id, str, what="campaign id")
        now = utc(now)
        if not self._has_expired(campaign_id, now):
            return iter(())
        unconfirmed = self._in_states(campaign_id, PledgeState.PREAUTH)
        return (pledge for pledge in unconfirmed if pledge.expires_at <= now)

    def _has_expired(self, campaign_id: CampaignId, now: datetime) -> bool:
        """Whether a reservation ran out, without a look at those that did not."""
        with self._lock:
            heap = self._expiring[campaign_id]
            while heap and self._pledges[heap[0][1]].state is not PledgeState.PREAUTH:
                heappop(heap)
            return bool(heap) and heap[0][0] <= now

    def collected_amounts(self, campaign_id: CampaignId, /) -> Iterator[Money]:
        """What the campaign gets of its collected pledges, one by one."""
        kept = (pledge.kept for pledge in self._in_states(campaign_id, PledgeState.COLLECTED))
        return (amount for amount in kept if amount)

    def collected_pledges(self, campaign_id: CampaignId, /) -> Iterator[Pledge]:
        """The collected pledges of a campaign, one by one."""
        return self._in_states(campaign_id, PledgeState.COLLECTED)

    def backer_pledges(self, backer_id: BackerId, /) -> Iterator[Pledge]:
        """The pledges in which a backer is named."""
        expect(backer_id, str, what="backer id")
        return (it for it in tuple(self._pledges.values()) if backer_id in it.backers)

    def _in_states(self, campaign_id: CampaignId, *states: PledgeState) -> Iterator[Pledge]:
        """The pledges in some states: those that were in one when reading began and still are."""
        expect(campaign_id, str, what="campaign id")
        with self._lock:  # else a pledge on its way from one state to another could be given twice
            found = [tuple(self._by_state.get((campaign_id, state._value_), ())) for state in states]
        for pledge_id in chain.from_iterable(found):
            pledge = self._pledges[pledge_id]
            if pledge.state in states:
                yield pledge

    def stock(
        self, campaign_id: CampaignId, stock_id: StockId | TierId, backer_id: BackerId | None = None, /
    ) -> Stock:
        """The stock of a tier, an add-on, an item or a voucher; or what one backer holds of it."""
        expect(campaign_id, str, what="campaign id")
        expect(stock_id, str, what="stock id")
        if backer_id is not None:
            expect(backer_id, str, what="backer id")
        return self._stock.get((campaign_id, stock_id, backer_id)) or _NO_STOCK

    def balance(self, account: Account, currency: Currency | str, /) -> Balance:
        """Where an account stands."""
        return self._balances.balance(account, currency)

    def transactions(self) -> Iterator[Transaction]:
        """Every transaction, in the order they were written."""
        return iter(tuple(self._transactions))

    def payout(self, payout_id: PayoutId, /) -> Payout:
        """The payout of this id."""
        return _found(self._payouts, payout_id, "payout")

    def payouts(self, campaign_id: CampaignId, /) -> Sequence[Payout]:
        """The payouts of a campaign."""
        expect(campaign_id, str, what="campaign id")
        return [self._payouts[payout_id] for payout_id in self._payouts_of.get(campaign_id, ())]

    def matched(
        self, fund_id: FundId, campaign_id: CampaignId, backer_id: BackerId | None = None, /
    ) -> Matched:
        """What a fund has matched of a campaign, of a backer in it, and of all of its sponsors' money."""
        expect(fund_id, str, what="fund id")
        expect(campaign_id, str, what="campaign id")
        expect(backer_id, str, NoneType, what="backer id")
        backers = () if backer_id is None else ((campaign_id, backer_id),)
        with self._lock:
            return self._tallies.of(fund_id, (campaign_id,), backers)

    def matches(self, campaign_id: CampaignId, pledge_id: PledgeId | None = None, /) -> Iterator[Pledge]:
        """The contributions of sponsors to a campaign, or those that match a pledge, that stand."""
        expect(campaign_id, str, what="campaign id")
        expect(pledge_id, str, NoneType, what="pledge id")
        found = (self._pledges[it] for it in tuple(self._matches_of.get((campaign_id, pledge_id), ())))
        return (pledge for pledge in found if pledge.state is PledgeState.COLLECTED)

    def due_subscriptions(self, now: datetime, /) -> Iterator[Subscription]:
        """The subscriptions that something is to be done about."""
        now = utc(now)
        return self._subscriptions(lambda it: it.waits(now, ended=self._has_ended(it.campaign_id)))

    def _has_ended(self, campaign_id: CampaignId | None) -> bool:
        campaign = None if campaign_id is None else self._campaigns.get(campaign_id)
        return campaign is not None and campaign.state in ENDED

    def subscriptions(self, campaign_id: CampaignId, /) -> Iterator[Subscription]:
        """The subscriptions to a campaign that are not canceled."""
        expect(campaign_id, str, what="campaign id")
        return self._subscriptions(
            lambda it: it.campaign_id == campaign_id and it.state is not SubscriptionState.CANCELED
        )

    def _subscriptions(self, wanted: Callable[[Subscription], bool]) -> Iterator[Subscription]:
        table = self._tables.get(Subscription, {})
        return filter(wanted, map(table.__getitem__, tuple(table)))

    def expiring_wallets(self, now: datetime, /) -> Iterator[Wallet]:
        """The wallets of which something has expired by now."""
        now = utc(now)
        known = tuple(self._tables.get(Wallet, {}).values())
        return (it for it in known if it.expires_at is not None and it.expires_at <= now)

    def find(self, kind: type[T], aggregate_id: str, /) -> T | None:
        """The aggregate of this kind and id, if there is one."""
        expect(kind, type, what="kind of aggregate")
        expect(aggregate_id, str, what="id of an aggregate")
        return self._tables.get(kind, {}).get(aggregate_id)

    def naming(self, backer_id: BackerId, /) -> Iterator[Versioned]:
        """Every aggregate that names a backer."""
        expect(backer_id, str, what="backer id")
        kept = [it for table in tuple(self._tables.values()) for it in tuple(table.values())]
        return (it for it in kept if names(it, backer_id))

    def open_orders(self) -> Iterator[Order]:
        """The outbox."""
        return iter(tuple(self._orders.values()))

    def events(self) -> Iterator[Event]:
        """Everything that happened, in order."""
        return iter(tuple(self._events))

    def commit(self, changes: Changes, /) -> None:
        """Write all of the changes, or nothing."""
        if changes.__class__ is not Changes:
            message = f"changes are committed, not {shown(changes)}"
            raise InvalidValue(message, changes=changes)
        with self._lock:
            self._check_versions(changes)
            stock, progress, backers, tallies = self._moved(changes)
            if changes.transactions:
                self._check_ledger(changes.transactions)
            self._stock.update(stock)
            self._progress.update(progress)
            for (campaign_id, backer_id), pledges in backers.items():
                self._backers[campaign_id][backer_id] = pledges
            self._tallies.apply(tallies)
            for aggregate in changes.put:
                self._put(aggregate)
            for transaction in changes.transactions:
                self._balances.apply(transaction)
                self._transactions.append(transaction)
                self._transaction_ids.add(transaction.id)
            self._events.extend(changes.events)
            for order in changes.orders:
                self._orders[order.key] = order
            for key in changes.done:
                self._orders.pop(key, None)
            for forgetting in changes.forgotten:
                self._forget(forgetting)

    def _check_versions(self, changes: Changes) -> None:
        for aggregate in changes.put:
            self._check_version(type(aggregate), aggregate.id, aggregate.version - 1)
        for aggregate in changes.expect:
            self._check_version(type(aggregate), aggregate.id, aggregate.version)
        for aggregate in (it for forgetting in changes.forgotten for it in forgetting.gone):
            self._check_version(type(aggregate), aggregate.id, aggregate.version)
        for order in changes.orders:
            known = self._orders.get(order.key)
            if known is not None and known != order:
                message = f"order {order.key} is open with another content"
                raise KeyReused(message, key=order.key)

    def _check_version(self, kind: type, aggregate_id: str, version: int) -> None:
        written = self._tables[kind].get(aggregate_id)
        found = 0 if written is None else written.version
        if found != version:
            message = (
                f"{kind.__name__.lower()} {aggregate_id} is at version {found}, not {version}: reload it"
            )
            raise Conflict(message, id=aggregate_id, found=found, expected=version)

    def _moved(
        self, changes: Changes
    ) -> tuple[
        dict[tuple[str, str, str | None], Stock],
        dict[str, Progress],
        dict[tuple[str, BackerId], int],
        list[tuple[FundId, Matched, Matched]],
    ]:
        """Stock, progress and backers as they would be after the moves, and what funds have matched."""
        stock: dict[tuple[str, str, str | None], Stock] = {}
        progress: dict[str, Progress] = {}
        backers: dict[tuple[str, BackerId], int] = {}
        matches: list[MatchMove] = []
        for move in changes.deltas:
            campaign_id = move.campaign_id
            if isinstance(move, StockMove):
                key = (campaign_id, move.stock_id, move.backer_id)
                stock[key] = _checked(move, (stock.get(key) or self._stock.get(key) or _NO_STOCK).moved(move))
            elif isinstance(move, ProgressMove):
                backer = (campaign_id, move.backer_id)
                known = backers.get(backer)
                before = self._backers[campaign_id].get(move.backer_id, 0) if known is None else known
                backers[backer] = after = before + (move.pledges if move.matched is None else 0)
                totals = progress.get(campaign_id) or self._totals(campaign_id, changes)
                new = totals.moved(move, backers=(after > 0) - (before > 0)) if after >= 0 else None
                progress[campaign_id] = _checked(move, new)
            else:
                matches.append(move)
        return stock, progress, backers, self._tallied(matches) if matches else []

    def _totals(self, campaign_id: CampaignId, changes: Changes) -> Progress:
        """The totals before the moves, also of a campaign that is written with them."""
        known = self._progress.get(campaign_id)
        if known is None and campaign_id not in self._campaigns:
            for it in changes.put:
                if isinstance(it, Campaign) and it.id == campaign_id:
                    return Progress.none(it.currency)
        return known or self.progress(campaign_id)

    def _tallied(self, moves: list[MatchMove]) -> list[tuple[FundId, Matched, Matched]]:
        """What funds have matched, before and after."""
        tallies = self._tallies.moved(moves)
        if isinstance(tallies, MatchMove):
            raise _left_bounds(tallies)
        return tallies

    def _check_ledger(self, transactions: Sequence[Transaction]) -> None:
        for finding in faults(transactions, self._balances, self._transaction_ids):
            if finding.fault is Fault.DUPLICATE_ID:
                raise KeyReused(str(finding), transaction=finding.transaction_id)
            raise Conflict(str(finding), transaction=finding.transaction_id)

    def _forget(self, forgetting: Forgetting) -> None:
        """Keep all that is kept under an id under a pseudonym."""
        ids = (forgetting.backer_id, forgetting.pseudonym)
        for aggregate in forgetting.gone:
            del self._tables[type(aggregate)][aggregate.id]
        self._events = [renamed(event, *ids) for event in self._events]
        for key in [key for key in self._stock if key[2] == ids[0]]:
            self._stock[key[0], key[1], ids[1]] = self._stock.pop(key)
        for backers in self._backers.values():
            if ids[0] in backers:
                backers[ids[1]] = backers.pop(ids[0])
        self._tallies.rename(*ids)

    def _put(self, aggregate: Versioned) -> None:
        table, aggregate_id = self._tables[aggregate.__class__], aggregate.id
        before = table.get(aggregate_id)
        table[aggregate_id] = aggregate
        if isinstance(aggregate, Pledge):
            campaign_id, pledge_id = aggregate.campaign_id, aggregate.id
            if before is not None:
                del self._by_state[before.campaign_id, before.state._value_][pledge_id]
            self._by_state[campaign_id, aggregate.state._value_][pledge_id] = None
            if before is None and aggregate.state is PledgeState.PREAUTH:
                heappush(self._expiring[campaign_id], (aggregate.expires_at, pledge_id))
            if aggregate.matches is not None:
                for matched in {None, aggregate.matches.pledge_id}:
                    self._matches_of[campaign_id, matched][pledge_id] = None
        elif isinstance(aggregate, Payout) and before is None:
            self._payouts_of[aggregate.campaign_id].append(aggregate.id)


def _found(table: dict[str, T], key: str, what: str) -> T:
    try:
        return table[key]
    except (KeyError, TypeError):
        message = f"there is no {what} {shown(key)}"
        raise NotFound(message, id=key) from None


def _checked(move: Delta, moved: T | None) -> T:
    if moved is None:
        raise _left_bounds(move)
    return moved


def _left_bounds(move: Delta) -> Conflict:
    return Conflict(f"{move} would leave its bounds: reload and decide again", move=move)
