"""A witness of everything that is written and asked, which knows what must not happen even for a moment."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pushcore.campaigns import CampaignState
from pushcore.gateway import Charge, Transfer
from pushcore.pledges.events import PledgeCanceled, PledgeConfirmed
from pushcore.testing import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.changes import Changes
    from pushcore.gateway import Order
    from pushcore.ports import Store

__all__ = ["Witness"]


class Witness:
    """It fails with an `AssertionError` in the very call that breaks a promise."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders: dict[str, Order] = {}
        self._transactions: set[str] = set()
        self._steps: list[steps.Step] = []
        self._charged: list[defaultdict[str, set[str]]] = []

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
        for transaction in changes.transactions:
            assert transaction.id not in self._transactions, f"{transaction.id} is posted twice"
            self._transactions.add(transaction.id)
        for order in changes.orders:
            assert self._orders.setdefault(order.key, order) == order, f"{order} reuses its key"
            if self._steps[-1].act is steps.finish:
                assert not isinstance(order, Charge | Transfer), f"finishing starts {order}"
        for event in changes.events:
            if isinstance(event, PledgeConfirmed | PledgeCanceled):
                campaign = self._store.campaign(steps.CAMPAIGN)
                assert campaign.state is CampaignState.LIVE, f"{event} while {campaign.state}"
                assert campaign.terms.window.contains(event.at), f"{event} is out of time"

    def asked(self, order: Order) -> None:
        """The gateway is being asked something."""
        assert self._orders.get(order.key) == order, f"{order} was not written down before"
        if isinstance(order, Charge):
            assert self._store.campaign(order.campaign_id).funded, f"{order} is not funded"
            keys = self._charged[-1][order.pledge_id]
            keys.add(order.key)
            assert len(keys) == 1, f"{self._steps[-1]} charges {order.pledge_id} as {sorted(keys)}"
