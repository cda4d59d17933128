"""The steps of a story about subscriptions, and about what is published for those who give by creation."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.ids import SubscriptionId, identifier
from pushcore.money import Money
from pushcore.recurring import Subscription
from pushcore.stories.origin import Origin

__all__ = [
    "CancelSubscription",
    "ChangeSubscription",
    "PauseSubscription",
    "PublishCreation",
    "ResumeSubscription",
    "StartSubscription",
    "SubscriptionStep",
    "subscription_of",
]


@attrs.frozen
class StartSubscription:
    """A backer begins to give again and again."""

    at: datetime = attrs.field(converter=utc)
    subscription: Subscription = attrs.field(validator=kind(Subscription))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    @property
    def subscription_id(self) -> SubscriptionId:
        """The subscription it is about."""
        return self.subscription.id


@attrs.frozen
class PauseSubscription:
    """A backer pauses."""

    at: datetime = attrs.field(converter=utc)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ResumeSubscription:
    """A backer goes on after a pause."""

    at: datetime = attrs.field(converter=utc)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ChangeSubscription:
    """A backer gives another amount from the next period on."""

    at: datetime = attrs.field(converter=utc)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class CancelSubscription:
    """A backer gives no more."""

    at: datetime = attrs.field(converter=utc)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class PublishCreation:
    """The creator publishes something, for which those are charged who give by creation."""

    at: datetime = attrs.field(converter=utc)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


SubscriptionStep = (
    StartSubscription
    | PauseSubscription
    | ResumeSubscription
    | ChangeSubscription
    | CancelSubscription
    | PublishCreation
)
"""What can happen in a story about subscriptions."""


def subscription_of(pledge_id: str) -> str:
    """The subscription that a pledge is a charge of, if it is one: charges are called ``s1/charge/4``."""
    return pledge_id.rpartition("/charge/")[0]
