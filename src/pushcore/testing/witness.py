"""A witness of everything that is written and asked, which knows what must not happen even for a moment."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState, Charging, Measure
from pushcore.campaigns.events import StretchGoalUnlocked
from pushcore.gateway import Refund, Take, Transfer
from pushcore.payments.events import (
    ChargeAttempted,
    ContributionExpected,
    ContributionReceived,
    PledgeDefaulted,
    RefundOrdered,
)
from pushcore.pledges import PartState, Pledge
from pushcore.pledges.events import (
    PledgeCanceled,
    PledgeChanged,
    PledgeConfirmed,
    PledgePlaced,
    PledgesMerged,
    PledgeTransferred,
)
from pushcore.testing import steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes, Event
    from pushcore.gateway import Order
    from pushcore.ports import Store

__all__ = ["Witness", "differing"]


class Witness:
    """It fails with an `AssertionError` in the very call that breaks a promise."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders: dict[str, Order] = {}
        self._transactions: set[str] = set()
        self._unlocked: set[str] = set()
        self._steps: list[steps.Step] = []
        self._charged: list[defaultdict[str, set[str]]] = []
        self._events: list[Event] = []

    @contextmanager
    def watching(self, step: steps.Step) -> Iterator[None]:
        """Whatever comes until the end belongs to a step, or to one within it."""
        self._steps.append(step)
        self._charged.append(defaultdict(set))
        try:
            yield
        finally:
            self._steps.pop()
            self._charged.pop()

    def committed(self, changes: Changes) -> None:
        """Changes were written."""
        self._events += changes.events
        for transaction in changes.transactions:
            assert transaction.id not in self._transactions, f"{transaction.id} is posted twice"
            self._transactions.add(transaction.id)
        for order in changes.orders:
            assert self._orders.setdefault(order.key, order) == order, f"{order} reuses its key"
            self._begins(order, changes)
        for event in changes.events:
            campaign = self._store.campaign(steps.CAMPAIGN)
            if isinstance(event, _OF_A_LIVE_ONE):
                self._is_open(event, campaign)
            elif isinstance(event, ChargeAttempted):
                self._is_due(event, changes)
            elif isinstance(event, RefundOrdered) and event.attempt == 1 and not _defaulted(changes):
                over = campaign.state in {CampaignState.FAILED, CampaignState.CANCELED}
                assert over or _is_open_at(event, campaign), f"{event} while {campaign.state}"
            elif isinstance(event, StretchGoalUnlocked):
                assert event.stretch_goal_id not in self._unlocked, f"{event} happens twice"
                self._unlocked.add(event.stretch_goal_id)

    def untold(self) -> list[str]:
        """Where the events that the store gives are others than those that were committed."""
        return list(differing(self._store.events(), self._events))

    def _is_due(self, event: ChargeAttempted, changes: Changes) -> None:
        """No part of a pledge is charged before its time, unless somebody asks for it."""
        for pledge in changes.put:
            if isinstance(pledge, Pledge) and pledge.instalments is not None:
                part = next(it for it in pledge.instalments.parts if it.state in _OPEN)
                asked = any(step.act is steps.pay_ahead for step in self._steps)
                assert asked or part.due_at <= event.at, f"{event} of {part}"

    def _begins(self, order: Order, changes: Changes) -> None:
        """An order is begun: a charge only where money may be taken now."""
        if isinstance(order, Take):
            campaign = self._store.campaign(order.campaign_id)
            assert _takes_money(campaign), f"{order} while {campaign.state}"
        if self._steps[-1].act is steps.finish:
            first = order.key.endswith("/charge/1")  # of what was confirmed by finishing
            goes_on = isinstance(order, Refund) and _in_parts(changes)  # of which one more is given back
            moves = isinstance(order, Take | Refund | Transfer)
            assert first or goes_on or not moves, f"finishing starts {order}"

    def _is_open(self, event: Event, campaign: Campaign) -> None:
        """It is in time: in the campaign, in the grace behind it, or late where that is allowed."""
        if isinstance(event, _BEGUN | _COMING):
            pledge = self._store.find_pledge(event.pledge_id)
            assert pledge is not None
            closes, grace = campaign.terms.window.closes.at, campaign.terms.model.grace
            if pledge.late:
                assert campaign.settled_at is None, f"{event} after the settlement"
                assert campaign.funded, f"{event} while {campaign.state}"
                return
            if campaign.state in _WAITING and grace and isinstance(event, _COMING):
                in_time = pledge.placed_at < closes and event.at < closes + grace
                assert in_time, f"{event} is out of time"
                return
        assert _is_open_at(event, campaign), f"{event} while {campaign.state}, or out of time"

    def asked(self, order: Order) -> None:
        """The gateway is being asked something."""
        assert self._orders.get(order.key) == order, f"{order} was not written down before"
        if isinstance(order, Take):
            keys = self._charged[-1][order.pledge_id]
            keys.add(order.key)
            closing = self._store.campaign(order.campaign_id).state is CampaignState.CLOSING
            assert closing or len(keys) == 1, f"{self._steps[-1]} charges {order.pledge_id} as {sorted(keys)}"


def differing(told: Iterable[Event], committed: Sequence[Event]) -> Iterator[str]:
    """The first place where what a store tells is not what was committed, if there is one."""
    for number, (found, wanted) in enumerate(zip_longest(told, committed), 1):
        if found != wanted:
            of = f"event {number} of {len(committed)} that were committed"
            yield f"{of}: the store tells {found or 'nothing'} instead of {wanted or 'nothing'}"
            return


_OPEN = (PartState.UNATTEMPTED, PartState.ERRORED)
_WAITING = (CampaignState.LIVE, CampaignState.GRACE)
_BEGUN = PledgePlaced | ContributionExpected
_COMING = PledgeConfirmed | ContributionReceived
_OF_A_LIVE_ONE = _BEGUN | _COMING | PledgeCanceled | PledgeChanged | PledgesMerged | PledgeTransferred
"""What happens to pledges while their campaign is open."""


def _in_parts(changes: Changes) -> bool:
    return any(isinstance(it, Pledge) and it.instalments is not None for it in changes.put)


def _defaulted(changes: Changes) -> bool:
    return any(isinstance(event, PledgeDefaulted) for event in changes.events)


def _is_open_at(event: Event, campaign: Campaign) -> bool:
    """Whether a campaign is open at the time; out of a suspended one anybody may go at any time."""
    if campaign.state is CampaignState.SUSPENDED and isinstance(event, PledgeCanceled | RefundOrdered):
        return True
    return campaign.state is CampaignState.LIVE and campaign.terms.window.contains(event.at)


def _takes_money(campaign: Campaign) -> bool:
    model = campaign.terms.model
    at_once = model.charging in {Charging.AT_PLEDGE, Charging.ESCROW}
    match campaign.state:
        case CampaignState.SUCCESSFUL | CampaignState.PARTIALLY_FUNDED:
            return True
        case CampaignState.CLOSING:
            return at_once or model.measure is Measure.CONFIRMED
        case CampaignState.LIVE | CampaignState.SUSPENDED | CampaignState.GRACE:
            return at_once
        case _:
            return False
