"""Performing: steps happen on a clock of their own, over a host in memory and through the real use cases.

At each instant the steps come first, in their order, then what the platform does by itself: it closes,
unlocks, collects, reminds, drops, gives back, settles and pays out when that is due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from pushcore._evolving import maker
from pushcore.calendar import add_days
from pushcore.campaigns import Campaign
from pushcore.changes import Changes
from pushcore.errors import Refused
from pushcore.ids import ActorId, PledgeId
from pushcore.matching import MatchingFund
from pushcore.memory import CountingIds, ManualClock, MemoryStore
from pushcore.money import Money
from pushcore.payouts import HeldReserve, Payout
from pushcore.pledges import Pledge
from pushcore.ports import Ports
from pushcore.recurring import Subscription
from pushcore.recurring.events import SubscriptionChargeAttempted, SubscriptionCharged
from pushcore.rewards import WaitingList
from pushcore.stories.actors import PLATFORM
from pushcore.stories.cards import CARD, Cards
from pushcore.stories.matching import match_charges, match_step
from pushcore.stories.origin import Origin
from pushcore.stories.payees import CheckPayee, Payees
from pushcore.stories.saying import said
from pushcore.stories.steps import PlacePledge, Step
from pushcore.stories.taking import take
from pushcore.stories.timeline import Point, RefusedStep, Timeline
from pushcore.usecases import (
    advance_campaign,
    charge_due_subscriptions,
    deposit_contributions,
    draft_campaign,
    finish_orders,
    launch_campaign,
    move_goal,
    open_fund,
)

__all__ = ["Performance"]


class Performance:
    """One campaign, the host it happens in, and what became of it so far."""

    def __init__(
        self,
        campaign: Campaign,
        until: datetime,
        on_charge: Callable[[], None] = lambda: None,
        *,
        funds: Iterable[MatchingFund] = (),
    ) -> None:
        self._campaign: Campaign = campaign
        self._until: datetime = until
        self._funds: tuple[MatchingFund, ...] = tuple(funds)
        self.store: MemoryStore = MemoryStore()
        by_method = any(line.methods for line in campaign.terms.fees.lines)
        self.cards: Cards = Cards(on_charge, usual=CARD if by_method else None)
        self._clock: ManualClock = ManualClock(until)
        watched: Any = _Watched(self.store, self._seen)
        self._payees: Payees = Payees()
        self.ports: Ports = Ports(watched, self.cards, self._clock, CountingIds(), payees=self._payees)
        self._wakes: list[datetime] = []
        self._known_wakes: set[datetime] = set()
        self._points: list[Point] = []
        self._refusals: list[RefusedStep] = []
        self.pledge_ids: list[PledgeId] = []
        self._methods: dict[PledgeId, str] = {}
        self._charged: list[PledgeId] = []
        self.left_out: int = 0

    def run(self, steps: Iterable[Step], *, going_on: Callable[[], bool] = lambda: True) -> None:
        """Take every step at its time, and the platform's at theirs, for as long as it is to go on."""
        for place, step in enumerate(steps):
            if place == 0:
                self._begin(step.at)
            if not going_on():
                break
            if step.at > self._until:
                self.left_out += 1
                continue
            self._wake_before(step.at)
            self._clock.set(step.at)
            self._take(step, Origin("event", place))
        if not self._points:
            self._begin(self._until)
        if going_on():
            self._wake_before(self._until + timedelta.resolution)

    @property
    def timeline(self) -> Timeline:
        """What became of the campaign."""
        return Timeline(self._points, self._refusals)

    def _begin(self, first: datetime) -> None:
        """Launch before anything happens: what comes before the opening is then too early.

        A campaign that has to be approved is launched by a step.
        """
        campaign, creator = self._campaign, ActorId(self._campaign.creator_id)
        self._clock.set(min(first, campaign.terms.window.opens, self._until))
        draft_campaign(
            self.ports,
            campaign.terms,
            creator_id=campaign.creator_id,
            actor=creator,
            campaign_id=campaign.id,
            discipline=campaign.discipline,
        )
        for fund in self._funds:
            open_fund(self.ports, fund, actor=PLATFORM)
        if not campaign.terms.needs_approval:
            launch_campaign(self.ports, campaign.id, actor=creator)

    def _take(self, step: Step, place: Origin) -> None:
        try:
            take(self.ports, self.cards, self._payees, self._campaign.id, step)
        except Refused as no:
            origin = step.origin or place
            pledge_id, subscription_id = (getattr(step, name, None) for name in _ABOUT)
            refused = RefusedStep(
                step.at,
                origin,
                pledge_id,
                no.codes,
                subscription_id=subscription_id,
                why=str(no),
                asked=said(step),
            )
            self._refusals.append(refused)
        else:
            match_step(self.ports, self._funds, self._campaign.id, step)
            if isinstance(step, PlacePledge):
                self.pledge_ids.append(step.pledge_id)
                if step.method is not None:
                    self._methods[step.pledge_id] = step.method
                if step.slow:
                    self._wake_at(step.at + self._campaign.terms.claim_lifetime)
        if isinstance(step, CheckPayee):
            self._wake_for_payees(step.at)
        if step.origin is None or step.origin.kind == "event":
            self._move_goal()  # but not at each of a million lines
        due = self._campaign.id in self.store.due_campaigns(step.at)
        if due or any(self.store.due_subscriptions(step.at)):
            heapq.heappush(self._wakes, step.at)

    def _wake_before(self, at: datetime) -> None:
        while self._wakes and self._wakes[0] < at:
            self._clock.set(heapq.heappop(self._wakes))
            advance_campaign(self.ports, self._campaign.id, actor=PLATFORM)
            if self._move_goal():
                advance_campaign(self.ports, self._campaign.id, actor=PLATFORM)
            self._bring()
            charge_due_subscriptions(self.ports, actor=PLATFORM)
            self._match_charges()
            finish_orders(self.ports, actor=PLATFORM)

    def _bring(self) -> None:
        """Bring what came offline, or of sponsors, to the provider, once none of it goes back any more."""
        if self.store.campaign(self._campaign.id).settled_at is None:
            return
        if brought := deposit_contributions(self.ports, self._campaign.id, actor=PLATFORM):
            self.cards.deposit(brought)
            advance_campaign(self.ports, self._campaign.id, actor=PLATFORM)

    def _match_charges(self) -> None:
        """Let the funds match what subscriptions were charged for since they were asked last."""
        charged, self._charged = self._charged, []
        match_charges(self.ports, self._funds, self._campaign.id, charged)

    def _move_goal(self) -> bool:
        """Move a goal with fees on top by how people pay; whether it moved."""
        before = self.store.campaign(self._campaign.id)
        costs = before.terms.goal.moving
        if costs is None:
            return False
        known: dict[str, list[Money]] = {}
        usual = costs.assumed or costs.methods[0].name
        for pledge in map(self.store.find_pledge, self.pledge_ids):
            if pledge is not None and pledge.stands:
                method = self._methods.get(pledge.id, usual)
                known.setdefault(method, []).append(before.terms.counted(pledge.quote))
        with suppress(Refused):  # it has its verdict, or none is to come
            return move_goal(self.ports, before.id, known, actor=PLATFORM) != before
        return False

    def _wake_at(self, at: datetime) -> None:
        """Wake at a time to come, once."""
        if at > self._clock.now() and at not in self._known_wakes:
            self._known_wakes.add(at)
            heapq.heappush(self._wakes, at)

    def _seen(self, changes: Changes) -> None:
        """Note what was written, and when more is due because of it."""
        for aggregate in changes.put:
            if isinstance(aggregate, Campaign):
                self._wake_for(aggregate)
            for at in _due_of(aggregate):
                self._wake_at(at)
        for event in changes.events:
            if isinstance(event, SubscriptionChargeAttempted):
                self.pledge_ids.append(PledgeId(event.key))
            elif isinstance(event, SubscriptionCharged):
                self._charged.append(PledgeId(event.key))
                heapq.heappush(self._wakes, self._clock.now())  # another period may be due
        campaign, progress = self.store.campaign(self._campaign.id), self.store.progress(self._campaign.id)
        point = _point(
            at=self._clock.now(),
            state=campaign.state,
            progress=progress,
            unlocked=campaign.unlocked,
            round=campaign.round,
        )
        self._note(point)

    def _note(self, point: Point) -> None:
        """One point more where something is new; in the same state at the same instant, one in its place."""
        last = self._points[-1] if self._points else None
        if last is None or _status(last) != _status(point):
            self._points.append(point)
        elif last.at == point.at:
            self._points[-1] = point
        elif last.progress != point.progress:
            self._points.append(point)

    def _wake_for(self, campaign: Campaign) -> None:
        terms = campaign.terms
        if terms.window.closes.endless:
            return
        self._wake_at(terms.window.closes.at)
        self._wake_at(terms.window.closes.at + terms.model.grace)
        if terms.instalments is not None:
            closes = terms.window.closes
            self._wake_at(terms.instalments.first_due(start=closes.at, zone=closes.zone))
        if terms.late_until is not None:
            self._wake_at(terms.late_until)

    def _wake_for_payees(self, at: datetime) -> None:
        """Wake when what is learned now of a payee keeps their money back no more."""
        terms = self._campaign.terms
        days = terms.payouts.gates.frozen_days
        if days is not None:
            self._wake_at(add_days(at, days, zone=terms.window.closes.zone))


_point: Final = maker(Point)
_ABOUT: Final = ("pledge_id", "subscription_id")


def _due_of(aggregate: object) -> Iterator[datetime]:
    """When there may be something to do about what was written."""
    match aggregate:
        case Pledge(due_at=at) | Subscription(due_at=at) | Payout(due_at=at) if at is not None:
            yield at
        case WaitingList(entries=entries):
            yield from (entry.offered_until for entry in entries if entry.offered_until is not None)
        case HeldReserve(releases=releases):
            yield from (release.due_at for release in releases)


def _status(point: Point) -> tuple[object, ...]:
    return point.state, point.unlocked, point.round


class _Watched:
    """A store that tells somebody of all that was written to it."""

    def __init__(self, store: MemoryStore, seen: Callable[[Changes], None]) -> None:
        self._store, self._seen = store, seen

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  any read of the store
        return getattr(self._store, name)

    def commit(self, changes: Changes) -> None:
        """Write the changes, and tell of them."""
        self._store.commit(changes)
        self._seen(changes)
