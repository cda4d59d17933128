"""What happened to subscriptions."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import counted, kind
from pushcore.calendar import utc
from pushcore.ids import ActorId, SubscriptionId, identifier, reference
from pushcore.money import Money

__all__ = [
    "CreationCounted",
    "SubscriptionAmountChanged",
    "SubscriptionCanceled",
    "SubscriptionChargeAttempted",
    "SubscriptionChargeFailed",
    "SubscriptionCharged",
    "SubscriptionLapsed",
    "SubscriptionPaused",
    "SubscriptionResumed",
    "SubscriptionStarted",
]


@attrs.frozen
class SubscriptionStarted:
    """A backer promised to give again and again; the first charge is due."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class CreationCounted:
    """Something was published that the subscription is charged for."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)


@attrs.frozen
class SubscriptionChargeAttempted:
    """A charge was begun; its outcome is open."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class SubscriptionCharged:
    """A charge succeeded; ``period`` is the number of what it paid."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    period: int = attrs.field(validator=counted(0))
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class SubscriptionChargeFailed:
    """A charge failed; ``failures`` counts those in a row."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    failures: int = attrs.field(validator=counted(1))


@attrs.frozen
class SubscriptionAmountChanged:
    """Another amount is given; ``period`` is the number of the first one it is charged for."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))
    period: int = attrs.field(validator=counted(0))


@attrs.frozen
class SubscriptionPaused:
    """Nothing is charged until it is resumed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)


@attrs.frozen
class SubscriptionResumed:
    """It is charged again; ``period`` is the number of the first one."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
    period: int = attrs.field(validator=counted(0))


@attrs.frozen
class SubscriptionCanceled:
    """Somebody ended it."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)


@attrs.frozen
class SubscriptionLapsed:
    """It ended because its last retry failed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    subscription_id: SubscriptionId = attrs.field(validator=identifier)
