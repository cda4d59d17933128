# ruff: noqa: EM102, S608, TRY003 (messages where they are raised, and no name in a query is from outside)
"""A store over SQLite, whole: every read and the one write of `pushcore.ports.Store`.

It keeps each aggregate as a snapshot, in one table for all kinds, with the columns beside it that are
searched. It is short rather than fast: a store for many users has more indexes, and a connection for each
thread.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from datetime import UTC
from threading import RLock

from pushcore import Balance, Balances, Campaign, Follower, Money, Payout, Pledge, Progress, Transaction
from pushcore.books import names, renamed
from pushcore.campaigns.lifecycle import ENDED
from pushcore.changes import MatchMove, ProgressMove, StockMove
from pushcore.errors import Conflict, KeyReused, NotFound
from pushcore.ledger import Account, Fault, Side, faults
from pushcore.matching import Matched, Tally
from pushcore.payouts import Wallet
from pushcore.recurring import Subscription
from pushcore.rewards import Stock
from pushcore.schemas import dump, load
from pushcore.usecases import is_due

TABLES = """
    create table aggregate (kind text, id text, version integer not null, campaign_id text, state text,
                            due_at text, snapshot text not null, primary key (kind, id));
    create index aggregate_by_state on aggregate (kind, campaign_id, state, due_at);
    create index aggregate_by_due_at on aggregate (kind, due_at);
    create table stock (campaign_id text, stock_id text, backer_id text, snapshot text not null,
                        primary key (campaign_id, stock_id, backer_id));
    create table progress (campaign_id text primary key, snapshot text not null);
    create table backing (campaign_id text, backer_id text, pledges integer not null,
                          primary key (campaign_id, backer_id));
    create table tally (fund_id text, campaign_id text, backer_id text, sponsor_id text,
                        matches integer not null, minor text not null, currency text not null,
                        primary key (fund_id, campaign_id, backer_id, sponsor_id));
    create table ledger (position integer primary key, id text not null unique, resolved_by text,
                         snapshot text not null);
    create table balance (account text, currency text, side text not null, guarded integer not null,
                          debits_posted text not null, credits_posted text not null,
                          debits_pending text not null, credits_pending text not null,
                          primary key (account, currency));
    create table outbox (position integer primary key, key text not null unique, snapshot text not null);
    create table event (position integer primary key, snapshot text not null);
"""
CHARGEABLE = ("pledged", "charging", "errored", "paying")
RETURNABLE = (*CHARGEABLE, "collected", "refunding")
SUBSCRIBED = ("active", "past-due", "paused")
TALLIED = """
    from tally where fund_id = ? and (sponsor_id > '' or (campaign_id = ? and backer_id in ('', ?)))
"""
PAGE = 1_000


class SqliteStore:
    """A `pushcore.ports.Store` in one file, or in memory; threads share its connection, one at a time."""

    def __init__(self, path=":memory:"):
        self._lock = RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        if not self._rows("select 1 from sqlite_master"):  # a new file
            self._database.executescript(TABLES)
        self._moves = {
            StockMove: self._move_stock,
            ProgressMove: self._move_progress,
            MatchMove: self._move_tallies,
        }

    def close(self):
        """Close the file."""
        self._database.close()

    # Aggregates

    def find(self, kind, aggregate_id, /):
        """The aggregate of this kind and id, if there is one."""
        if not isinstance(aggregate_id, str) or not aggregate_id.isprintable():  # it may come from an address
            return None
        query = "select snapshot from aggregate where kind = ? and id = ?"
        return self._one(query, kind.__name__, aggregate_id)

    def naming(self, backer_id, /):
        """Every aggregate that names a backer. With many, a full-text index finds those that may."""
        found = (load(json.loads(it)) for (it,) in self._rows("select snapshot from aggregate"))
        return (it for it in found if names(it, backer_id))

    def campaign(self, campaign_id, /):
        """The campaign of this id."""
        return self._known(Campaign, campaign_id)

    def find_pledge(self, pledge_id, /):
        """The pledge of this id, if there is one."""
        return self.find(Pledge, pledge_id)

    def payout(self, payout_id, /):
        """The payout of this id."""
        return self._known(Payout, payout_id)

    def payouts(self, campaign_id, /):
        """The payouts of a campaign."""
        return list(self._found(Payout, campaign_id))

    def followers(self, campaign_id, /):
        """Who follows a campaign."""
        return (it.backer_id for it in self._found(Follower, campaign_id, "follows"))

    def chargeable_pledges(self, campaign_id, now, /):
        """The pledges of a campaign that something is to be done about."""
        return self._found(Pledge, campaign_id, *CHARGEABLE, due=now)

    def expected_pledges(self, campaign_id, /):
        """The pledges of a campaign that are to come in cash or by bank."""
        return self._found(Pledge, campaign_id, "expected")

    def unconfirmed_pledges(self, campaign_id, /):
        """The pledges of a campaign that count to nothing yet."""
        return self._found(Pledge, campaign_id, "preauth", "expected")

    def returnable_pledges(self, campaign_id, /):
        """The pledges of a campaign that are set free or given back when nothing comes of it."""
        return self._found(Pledge, campaign_id, *RETURNABLE)

    def unrefunded_pledges(self, campaign_id, /):
        """The pledges of a campaign whose refund was declined."""
        return self._found(Pledge, campaign_id, "unrefunded")

    def expired_pledges(self, campaign_id, now, /):
        """The unconfirmed pledges of a campaign whose reservation ran out."""
        return self._found(Pledge, campaign_id, "preauth", due=now)

    def collected_amounts(self, campaign_id, /):
        """What the campaign gets of its collected pledges, one by one."""
        kept = (it.kept for it in self._found(Pledge, campaign_id, "collected"))
        return (amount for amount in kept if amount)

    def collected_pledges(self, campaign_id, /):
        """The collected pledges of a campaign, one by one."""
        return self._found(Pledge, campaign_id, "collected")

    def backer_pledges(self, backer_id, /):
        """The pledges in which a backer is named. With many, a table of who is in which finds them."""
        return (it for it in self._found(Pledge) if backer_id in it.backers)

    def matches(self, campaign_id, pledge_id=None, /):
        """The contributions of sponsors to a campaign, or those that match a pledge, that stand."""
        matches = (it for it in self._found(Pledge, campaign_id, "collected") if it.matches is not None)
        return (it for it in matches if pledge_id in {None, it.matches.pledge_id})

    def subscriptions(self, campaign_id, /):
        """The subscriptions to a campaign that are not canceled."""
        return self._found(Subscription, campaign_id, *SUBSCRIBED)

    def due_subscriptions(self, now, /):
        """The subscriptions that something is to be done about."""
        yield from self._found(Subscription, due=now)
        for campaign in self._found(Campaign, None, *ENDED):  # whose subscriptions are over, due or not
            found = [it for it in self.subscriptions(campaign.id) if it.waits(now, ended=True)]
            yield from (it for it in found if not it.waits(now))

    def expiring_wallets(self, now, /):
        """The wallets of which something has expired by now."""
        return self._found(Wallet, due=now)

    def due_campaigns(self, now, /):
        """The campaigns for which there may be something to do. With many, columns rule most of them out."""
        return (it.id for it in self._found(Campaign) if is_due(self, it, now))

    def _known(self, kind, aggregate_id):
        if (found := self.find(kind, aggregate_id)) is None:
            raise NotFound(f"there is no {kind.__name__.lower()} {aggregate_id!r}", id=aggregate_id)
        return found

    def _found(self, kind, campaign_id=None, *states, due=None):
        """All of a kind, or those of a campaign, in some states, or due; each once, a page at a time."""
        wanted = {"kind = ?": [kind.__name__]}
        if campaign_id is not None:
            wanted["campaign_id = ?"] = [campaign_id]
        if states:
            wanted[f"state in ({', '.join('?' * len(states))})"] = states
        if due is not None:
            wanted["due_at <= ?"] = [text(due)]
        query = f"from aggregate where {' and '.join(wanted)}"
        values, last = [it for several in wanted.values() for it in several], ""
        while page := self._rows(f"select id {query} and id > ? order by id limit ?", *values, last, PAGE):
            for (last,) in page:
                found = self._one(f"select snapshot {query} and id = ?", *values, last)
                if found is not None:  # else something was committed since the page was read
                    yield found

    # Totals and the ledger

    def progress(self, campaign_id, /):
        """The totals of a campaign."""
        campaign = self.campaign(campaign_id)
        found = self._one("select snapshot from progress where campaign_id = ?", campaign_id)
        return found or Progress.none(campaign.currency)

    def stock(self, campaign_id, stock_id, backer_id=None, /):
        """The stock of a tier, an add-on, an item or a voucher; or what one backer holds of it."""
        key = (campaign_id, stock_id, backer_id or "")  # no id is empty
        query = "select snapshot from stock where campaign_id = ? and stock_id = ? and backer_id = ?"
        return self._one(query, *key) or Stock()

    def matched(self, fund_id, campaign_id, backer_id=None, /):
        """What a fund has matched of a campaign, of a backer in it, and of all of its sponsors' money."""
        projects, backers, sponsors = {}, {}, {}
        for _, *key, matches, minor, currency in self._rows(
            f"select * {TALLIED}", fund_id, campaign_id, backer_id or ""
        ):
            tally = Tally(matches, Money.of_minor(int(minor), currency))
            match key:
                case ["", "", sponsor]:
                    sponsors[sponsor] = tally
                case [campaign, "", ""]:
                    projects[campaign] = tally
                case [campaign, backer, ""]:
                    backers[campaign, backer] = tally
        return Matched(projects=projects, backers=backers, sponsors=sponsors)

    def balance(self, account, currency, /):
        """Where an account stands."""
        return Balances.restored(self._balances({account.path})).balance(account, currency)

    def transactions(self):
        """Every transaction, in the order they were written."""
        return self._snapshots("ledger")

    def open_orders(self):
        """The outbox."""
        return self._snapshots("outbox")

    def events(self):
        """Everything that happened, in order."""
        return self._snapshots("event")

    def _snapshots(self, table):
        return (
            load(json.loads(it)) for (it,) in self._rows(f"select snapshot from {table} order by position")
        )

    def _balances(self, paths):
        for path in paths:
            for row in self._rows("select * from balance where account = ?", path):
                _, currency, side, guarded, *minors = row
                sums = (Money.of_minor(int(minor), currency) for minor in minors)
                yield Balance(Account(path, Side(side), guarded=bool(guarded)), *sums)

    # The write

    def commit(self, changes, /):
        """Write all of the changes, or nothing."""
        with self._transaction():
            for aggregate in changes.expect:
                self._require(aggregate, aggregate.version)
            for aggregate in changes.put:
                self._require(aggregate, aggregate.version - 1)
            for aggregate in changes.put:
                self._write("aggregate", **searched(aggregate), snapshot=aggregate)
            for move in changes.deltas:
                self._moves[type(move)](move)
            self._post(changes.transactions)
            for event in changes.events:
                self._write("event", snapshot=event)
            for order in changes.orders:
                self._open(order)
            for key in changes.done:
                self._rows("delete from outbox where key = ?", key)
            for forgetting in changes.forgotten:
                self._forget(forgetting)

    def _require(self, aggregate, version):
        kind = type(aggregate).__name__
        found = self._rows("select version from aggregate where kind = ? and id = ?", kind, aggregate.id)
        if (found[0][0] if found else 0) != version:
            raise Conflict(f"{aggregate.id} is not at version {version}: reload it", id=aggregate.id)

    def _forget(self, forgetting):
        ids = (forgetting.pseudonym, forgetting.backer_id)
        for aggregate in forgetting.gone:
            self._require(aggregate, aggregate.version)
            kind = type(aggregate).__name__
            self._rows("delete from aggregate where kind = ? and id = ?", kind, aggregate.id)
        for table in ("stock", "backing", "tally"):
            self._rows(f"update {table} set backer_id = ? where backer_id = ?", *ids)
        for position, snapshot in self._rows("select position, snapshot from event"):
            event = load(json.loads(snapshot))
            if names(event, forgetting.backer_id):
                self._write("event", position=position, snapshot=renamed(event, *reversed(ids)))

    def _move_stock(self, move):
        moved = self.stock(move.campaign_id, move.stock_id, move.backer_id).moved(move)
        key = {"campaign_id": move.campaign_id, "stock_id": move.stock_id, "backer_id": move.backer_id or ""}
        self._write("stock", **key, snapshot=within(move, moved))

    def _move_progress(self, move):
        key = {"campaign_id": move.campaign_id, "backer_id": move.backer_id}
        query = "select pledges from backing where campaign_id = ? and backer_id = ?"
        found = self._rows(query, *key.values())
        before = found[0][0] if found else 0
        after = before + (move.pledges if move.matched is None else 0)  # a sponsor is no backer
        progress = self.progress(move.campaign_id)
        moved = progress.moved(move, backers=(after > 0) - (before > 0)) if after >= 0 else None
        self._write("progress", campaign_id=move.campaign_id, snapshot=within(move, moved))
        self._write("backing", **key, pledges=after)

    def _move_tallies(self, move):
        key = (move.fund_id, move.campaign_id, move.backer_id)
        after = within(move, self.matched(*key).moved(move))
        self._rows(f"delete {TALLIED}", *key[:2], move.backer_id or "")
        for row, it in tallies(after):
            values = (move.fund_id, *row, it.matches, str(it.amount.minor), it.amount.currency.code)
            self._rows("insert into tally values (?, ?, ?, ?, ?, ?, ?)", *values)

    def _post(self, transactions):
        resolved = [it for one in transactions for it in self._pending(one)]
        paths = {posting.account.path for it in (*transactions, *resolved) for posting in it.postings}
        balances = Balances.restored(self._balances(paths), resolved)
        known = {it.id for it in transactions if self._rows("select 1 from ledger where id = ?", it.id)}
        for finding in faults(transactions, balances, known):
            raise (KeyReused if finding.fault is Fault.DUPLICATE_ID else Conflict)(str(finding))
        for it in transactions:
            balances.apply(it)
            self._write("ledger", id=it.id, snapshot=it)
            self._rows("update ledger set resolved_by = ? where id = ?", it.id, it.pending_id)
        for it in balances:
            sums = (it.debits_posted, it.credits_posted, it.debits_pending, it.credits_pending)
            kept = (it.account.path, sums[0].currency.code, it.account.normal.value, it.account.guarded)
            row = (*kept, *(str(amount.minor) for amount in sums))
            self._rows("insert or replace into balance values (?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def _pending(self, transaction):
        """What a transaction posts or voids, while nothing else has."""
        query = "select snapshot from ledger where id = ? and resolved_by is null"
        return [load(json.loads(it), Transaction) for (it,) in self._rows(query, transaction.pending_id)]

    def _open(self, order):
        known = self._one("select snapshot from outbox where key = ?", order.key)
        if known is None:
            self._write("outbox", key=order.key, snapshot=order)
        elif known != order:
            raise KeyReused(f"order {order.key} is open with another content", key=order.key)

    # The database

    def _rows(self, query, *values):
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def _one(self, query, *values):
        """What is read of the snapshot that a query finds; None if it finds none."""
        found = self._rows(query, *values)
        return load(json.loads(found[0][0])) if found else None

    def _write(self, table, *, snapshot=None, **row):
        if snapshot is not None:
            row["snapshot"] = json.dumps(dump(snapshot))
        names, values = ", ".join(row), ", ".join("?" * len(row))
        self._rows(f"insert or replace into {table} ({names}) values ({values})", *row.values())

    @contextmanager
    def _transaction(self):
        with self._lock:  # SQLite has one writer at a time
            self._database.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")


def text(at):
    """An instant in UTC, with as many digits as any, so that later ones are greater."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def searched(aggregate):
    """The columns beside a snapshot: what a query asks for; of most kinds only id and version.

    Something is due from ``due_at`` on: at any time if that is empty, never if it is null.
    """
    row = {"kind": type(aggregate).__name__, "id": aggregate.id, "version": aggregate.version}
    row["campaign_id"] = getattr(aggregate, "campaign_id", None)
    match aggregate:
        case Pledge():
            at = aggregate.expires_at if aggregate.state == "preauth" else aggregate.due_at
            return row | {"state": aggregate.state.value, "due_at": text(at) if at else ""}
        case Subscription():
            at = "" if aggregate.charging else aggregate.due_at and text(aggregate.due_at)
            return row | {"state": aggregate.state.value, "due_at": at}
        case Wallet():
            return row | {"due_at": aggregate.expires_at and text(aggregate.expires_at)}
        case Campaign() | Payout():
            return row | {"state": aggregate.state.value}
        case Follower():
            return row | {"state": "follows" if aggregate.follows else "left"}
    return row


def tallies(matched):
    """The rows of what is matched, by campaign, backer and sponsor: empty where a row is not of one."""
    yield from (((campaign_id, "", ""), it) for campaign_id, it in matched.projects.items())
    yield from (((*pair, ""), it) for pair, it in matched.backers.items())
    yield from ((("", "", sponsor_id), it) for sponsor_id, it in matched.sponsors.items())


def within(move, moved):
    """What a move comes to, if it keeps its bounds."""
    if moved is None:
        raise Conflict(f"{move} would leave its bounds: reload and decide again", move=move)
    return moved
