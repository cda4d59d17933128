"""What happened to payouts."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import counted, kind
from pushcore.calendar import utc
from pushcore.ids import ActorId, CampaignId, PayeeId, PayoutId, identifier, reference
from pushcore.money import Money

__all__ = ["PayoutFailed", "PayoutPaid", "PayoutPrepared", "PayoutSent"]


@attrs.frozen
class PayoutPrepared:
    """A payee is owed an amount, and it can be sent."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class PayoutSent:
    """The transfer was ordered; its outcome is open."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    attempt: int = attrs.field(validator=counted(1))


@attrs.frozen
class PayoutPaid:
    """The provider carried the transfer out."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    reference: str = attrs.field(validator=reference)


@attrs.frozen
class PayoutFailed:
    """The provider declined the transfer; the payee is still owed the amount."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    payout_id: PayoutId = attrs.field(validator=reference)
    code: str = attrs.field(validator=identifier)
