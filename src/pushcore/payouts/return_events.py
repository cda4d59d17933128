"""What happened to credit, debts and disputes."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.ids import ActorId, BackerId, CampaignId, OrderKey, identifier, reference
from pushcore.money import Money

__all__ = [
    "CreditExpired",
    "CreditGiven",
    "CreditSpent",
    "CreditTransferred",
    "CreditWithdrawn",
    "WithdrawalFailed",
    "WithdrawalOrdered",
]


@attrs.frozen
class CreditGiven:
    """A backer got credit."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))
    reason: str = attrs.field(validator=identifier)


@attrs.frozen
class CreditSpent:
    """A backer paid for a campaign from the wallet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: OrderKey = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class WithdrawalOrdered:
    """Credit was asked for; it is on its way to the backer."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class CreditWithdrawn:
    """Credit arrived at the backer."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class WithdrawalFailed:
    """The provider declined a withdrawal; the credit is still in the wallet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: OrderKey = attrs.field(validator=reference)
    code: str = attrs.field(validator=identifier)


@attrs.frozen
class CreditTransferred:
    """A backer gave credit to another one."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    recipient_id: BackerId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class CreditExpired:
    """Credit expired, and somebody got it."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))
    goes_to: str = attrs.field(validator=identifier)
