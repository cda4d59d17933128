"""What a story tells of its subscriptions: how each stands, and what it has paid."""

from __future__ import annotations

from typing import Any

from pushcore.calendar import Zone
from pushcore.ids import SubscriptionId
from pushcore.memory import MemoryStore
from pushcore.money import Money
from pushcore.recurring import Subscription
from pushcore.recurring.events import SubscriptionCharged, SubscriptionStarted

__all__ = ["told_subscriptions"]


def told_subscriptions(store: MemoryStore, zone: Zone) -> dict[SubscriptionId, dict[str, Any]]:
    """Every subscription that was started, in order: how it stands, and what it has paid."""
    paid: dict[SubscriptionId, list[Money]] = {}
    for event in store.events():
        if isinstance(event, SubscriptionStarted):
            paid[event.subscription_id] = []
        elif isinstance(event, SubscriptionCharged):
            paid[event.subscription_id].append(event.amount)
    return {name: _told(store, name, charges, zone) for name, charges in paid.items()}


def _told(
    store: MemoryStore, subscription_id: SubscriptionId, charges: list[Money], zone: Zone
) -> dict[str, Any]:
    subscription = store.find(Subscription, subscription_id)
    assert subscription is not None, "what was started is kept"
    due = subscription.due_at
    return {
        "state": subscription.state.value,
        "backer": subscription.backer_id,
        "amount": subscription.amount.text,
        "charged": Money.total(charges, subscription.amount.currency).text,
        "charges": len(charges),
        "failures": subscription.failures,
        **({} if due is None else {"due": f"{due.astimezone(zone.tzinfo):%Y-%m-%d %H:%M}"}),
    }
