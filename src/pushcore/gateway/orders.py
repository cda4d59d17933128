"""Orders: what pushcore asks of a payment provider, each under an idempotency key of its own.

The key is derived from what is being done (the pledge, the purpose, the attempt), so asking twice does it
once. Where a backer pays in another currency than the campaign's, an order says ``presented`` beside
``amount``: that is what the provider moves then, ``order.presented or order.amount``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import above_zero, kind
from pushcore.ids import BackerId, CampaignId, OrderKey, PayeeId, PayoutId, PledgeId, identifier, reference
from pushcore.money import Money

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Authorize", "Capture", "Charge", "Order", "Prepare", "Refund", "Take", "Transfer", "Void"]

_money: Final = kind(Money)


def _amount(owner: object, attribute: attrs.Attribute[Any], amount: Any) -> None:  # noqa: ANN401
    """Validator: an amount of money above zero."""
    _money(owner, attribute, amount)
    above_zero(owner, attribute, amount)


def _amount_or_none(owner: object, attribute: attrs.Attribute[Any], amount: Any) -> None:  # noqa: ANN401
    if amount is not None:
        _amount(owner, attribute, amount)


@attrs.frozen
class Prepare:
    """Save a backer's payment method, to be charged later without the backer present. Moves no money."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)


@attrs.frozen
class Authorize:
    """Hold an amount on a backer's payment method, to be captured later. Moves no money.

    The reference of the answer names what is held; only `Capture` takes it, and `Void` sets it free.
    """

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    presented: Money | None = attrs.field(default=None, validator=_amount_or_none)


@attrs.frozen
class Charge:
    """Take an amount from a saved payment method."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    method: str = attrs.field(validator=reference)
    presented: Money | None = attrs.field(default=None, validator=_amount_or_none)


@attrs.frozen
class Capture:
    """Take what was authorized, or less of it, once; what is left of it is set free."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    authorization: str = attrs.field(validator=reference)
    presented: Money | None = attrs.field(default=None, validator=_amount_or_none)


@attrs.frozen
class Refund:
    """Give back what a charge or a capture took, all of it or a part; together never more than it took."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    charged: OrderKey = attrs.field(validator=reference)
    presented: Money | None = attrs.field(default=None, validator=_amount_or_none)


@attrs.frozen
class Void:
    """Forget what an earlier order prepared or authorized. Voiding what never came to be is accepted."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    prepared: OrderKey = attrs.field(validator=reference)


@attrs.frozen
class Transfer:
    """Pay an amount out to a payee, or the credit of a wallet to its backer.

    Attributes:
        arrives: What is to arrive in the payee's own currency, at a rate that is fixed; None for the amount.
    """

    key: OrderKey = attrs.field(validator=reference)
    payout_id: PayoutId = attrs.field(validator=reference)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    arrives: Money | None = attrs.field(default=None, validator=_amount_or_none)


Take = Charge | Capture
"""What takes the money of a pledge."""

Order = Prepare | Authorize | Charge | Capture | Refund | Void | Transfer
"""Anything asked of a gateway."""
