"""What happened to payouts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore.ids import ActorId, CampaignId, PayeeId, PayoutId
from pushcore.money import Money

__all__ = ["PayoutFailed", "PayoutPaid", "PayoutPrepared", "PayoutSent"]


@attrs.frozen
class PayoutPrepared:
    """A payee is owed an amount, and it can be sent."""

    at: datetime
    actor: ActorId
    payout_id: PayoutId
    campaign_id: CampaignId
    payee_id: PayeeId
    amount: Money


@attrs.frozen
class PayoutSent:
    """The transfer was ordered; its outcome is open."""

    at: datetime
    actor: ActorId
    payout_id: PayoutId
    attempt: int


@attrs.frozen
class PayoutPaid:
    """The provider carried the transfer out."""

    at: datetime
    actor: ActorId
    payout_id: PayoutId
    reference: str


@attrs.frozen
class PayoutFailed:
    """The provider declined the transfer; the payee is still owed the amount."""

    at: datetime
    actor: ActorId
    payout_id: PayoutId
    code: str
