"""What happened to credit, debts, disputes, and what hosts owe the platform."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import as_dict, kind, table
from pushcore.calendar import utc
from pushcore.ids import ActorId, BackerId, CampaignId, HostId, OrderKey, PayeeId, identifier, reference
from pushcore.money import Money

__all__ = [
    "CreditExpired",
    "CreditGiven",
    "CreditSpent",
    "CreditTransferred",
    "CreditWithdrawn",
    "DebtArose",
    "DebtCalledOff",
    "DebtOverpaid",
    "DebtRecovered",
    "DisputeMoved",
    "DisputeOpened",
    "ShareAccrued",
    "SharePaid",
    "SharePaymentFailed",
    "SharePaymentOrdered",
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


@attrs.frozen
class DebtArose:
    """A creator owes what a refund or a dispute took after the payout."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class DebtRecovered:
    """A debt, or a part of it, was netted, taken of a reserve, paid back or written off."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    source: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class DebtOverpaid:
    """More came of a payee than was owed by then: it is theirs, and is paid out again."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class DebtCalledOff:
    """A debt was none after all: what was still owed fell away, and what was settled is paid out again.

    What was written off of it goes back to those who bore it.
    """

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=kind(Money))
    paid_out_again: Money = attrs.field(validator=kind(Money))
    unborne: dict[str, Money] = attrs.field(
        factory=dict, converter=as_dict, validator=table(identifier, kind(Money)), hash=False
    )


@attrs.frozen
class DisputeOpened:
    """A charge is disputed: the provider has taken its money until that is decided."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    dispute_id: str = attrs.field(validator=reference)
    charge_key: OrderKey = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class DisputeMoved:
    """More is known of how far a dispute has come: the name of its state."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    dispute_id: str = attrs.field(validator=reference)
    state: str = attrs.field(validator=identifier)


@attrs.frozen
class ShareAccrued:
    """A host has come to owe the platform a share of its fees; below zero, it owes so much less."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    host_id: HostId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class SharePaymentOrdered:
    """What a host owes the platform is on its way there."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    host_id: HostId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class SharePaid:
    """A host has paid what it owed the platform, through the provider or by itself."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    host_id: HostId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class SharePaymentFailed:
    """The provider declined a payment; the host owes as much as before."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    host_id: HostId = attrs.field(validator=identifier)
    key: str = attrs.field(validator=identifier)
    code: str = attrs.field(validator=identifier)
