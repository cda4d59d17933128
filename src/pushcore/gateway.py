"""What pushcore and a payment provider say to each other: orders and answers.

An order carries an idempotency key derived from what is being done (the pledge, the purpose, the attempt),
so asking twice does it once. A decline is an answer with a reason, not an error. Errors say how much is
known: see `pushcore.errors.GatewayUnavailable` and `pushcore.errors.OutcomeUnknown`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs

from pushcore._checks import above_zero, kind, none_such
from pushcore.ids import BackerId, CampaignId, OrderKey, PayeeId, PayoutId, PledgeId, identifier, reference
from pushcore.money import Money

__all__ = [
    "REJECTED",
    "Accepted",
    "Answer",
    "Charge",
    "Decline",
    "Declined",
    "Order",
    "Prepare",
    "Transfer",
    "Void",
]


@attrs.frozen
class Prepare:
    """Save a backer's payment method, to be charged later without the backer present. Moves no money."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)


@attrs.frozen
class Charge:
    """Take an amount from a saved payment method."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    method: str = attrs.field(validator=reference)


@attrs.frozen
class Void:
    """Forget what an earlier order prepared. Voiding what never came to be is accepted."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    prepared: OrderKey = attrs.field(validator=reference)


@attrs.frozen
class Transfer:
    """Pay an amount out to a payee."""

    key: OrderKey = attrs.field(validator=reference)
    payout_id: PayoutId = attrs.field(validator=reference)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


Order = Prepare | Charge | Void | Transfer
"""Anything asked of a gateway."""


class Decline(StrEnum):
    """What can be done about a decline: try again, ask the backer, or nothing.

    It is written down with the failed charge, for the host to tell the backer; the dunning plan is the same.
    """

    RETRYABLE = "retryable"
    NEEDS_BACKER = "needs-backer"
    FINAL = "final"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Accepted:
    """Done. The reference is the provider's own: a saved method, a charge, a transfer."""

    reference: str = attrs.field(validator=reference)


@attrs.frozen
class Declined:
    """Not done, and no money moved: a class of reason, and the provider's code for it."""

    reason: Decline = attrs.field(validator=kind(Decline))
    code: str = attrs.field(default="declined", validator=identifier)


Answer = Accepted | Declined
"""What a gateway answers an order with."""

REJECTED: Final = Declined(Decline.NEEDS_BACKER, "rejected")
"""What `pushcore.errors.GatewayMisuse` comes to for a charge or a transfer: no money moved, and it failed."""
