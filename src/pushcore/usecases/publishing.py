"""Publishing: what a creator publishes is charged to those who give by creation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.calendar import utc
from pushcore.errors import PushcoreError, Refused
from pushcore.recurring import PerCreation, Subscription, deciding
from pushcore.usecases._finding import known_subscription
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId, CampaignId, SubscriptionId
    from pushcore.ports import Ports

__all__ = ["count_creation", "publish_creation"]


@use_case
def count_creation(
    ports: Ports, subscription_id: SubscriptionId, published_at: datetime, *, actor: ActorId
) -> Subscription:
    """Charge for something that was published then; what was counted already is not counted again.

    The time of its publication is the key of a creation. One that is older than others is counted too.

    Raises:
        Refused: ``unknown-subscription``, or see `pushcore.recurring.deciding.count_creation`.
        InvalidValue: it is not charged by creation, or the time is before the start.
    """
    subscription = known_subscription(ports, subscription_id)
    if published_at in subscription.creations:
        return subscription
    counted, changes = deciding.count_creation(subscription, published_at, actor)
    ports.store.commit(changes)
    return counted


@use_case
def publish_creation(ports: Ports, campaign_id: CampaignId, published_at: datetime, *, actor: ActorId) -> int:
    """Charge everybody who gives by creation to a campaign for what was published then; how many that are.

    Whoever has paused, or had when it was published, has reached their limit of the month, or began later is
    left out. Called again, it counts the same creation for the same backers, once each, also after newer
    ones. One backer holds up no other: what could not be done for one is raised once all others are counted.

    Raises:
        Conflict: somebody else wrote a subscription at the same time, again and again; the same call counts
            the creation for its backer.
        InvalidValue: the time is no instant.
        NotFound: there is no such campaign.
    """
    ports.store.campaign(campaign_id)
    published_at, counted = utc(published_at), 0
    troubles: list[PushcoreError] = []
    for subscription in ports.store.subscriptions(campaign_id):
        if isinstance(subscription.anchor, PerCreation) and subscription.started_at <= published_at:
            try:
                count_creation(ports, subscription.id, published_at, actor=actor)
            except Refused:
                continue
            except PushcoreError as trouble:
                troubles.append(trouble)
            else:
                counted += 1
    if troubles:
        raise troubles[0]
    return counted
