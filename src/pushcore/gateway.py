"""What pushcore and a payment provider say to each other: orders, answers, and what the provider can do.

An order carries an idempotency key derived from what is being done (the pledge, the purpose, the attempt),
so asking twice does it once. A decline is an answer with a reason, not an error. Errors say how much is
known: see `pushcore.errors.GatewayUnavailable` and `pushcore.errors.OutcomeUnknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import above_zero, kind, none_such, shown
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.ids import BackerId, CampaignId, OrderKey, PayeeId, PayoutId, PledgeId, identifier, reference
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = [
    "REJECTED",
    "Abilities",
    "Accepted",
    "Answer",
    "Charge",
    "Decline",
    "Declined",
    "Order",
    "Prepare",
    "Refund",
    "Transfer",
    "Void",
]

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
    """Save a backer's payment method, to be charged later without the backer present. Moves no money.

    Attributes:
        authorizes: The amount that is authorized besides, where a campaign captures it at its deadline: the
            charge of this method is then the capture, and voiding it sets the amount free.
    """

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    authorizes: Money | None = attrs.field(default=None, validator=_amount_or_none)


@attrs.frozen
class Charge:
    """Take an amount from a saved payment method."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    method: str = attrs.field(validator=reference)


@attrs.frozen
class Refund:
    """Give back what a charge took, all of it."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    charged: OrderKey = attrs.field(validator=reference)


@attrs.frozen
class Void:
    """Forget what an earlier order prepared. Voiding what never came to be is accepted."""

    key: OrderKey = attrs.field(validator=reference)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    prepared: OrderKey = attrs.field(validator=reference)


@attrs.frozen
class Transfer:
    """Pay an amount out to a payee.

    Attributes:
        arrives: What is to arrive in the payee's own currency, at a rate that is fixed; None for the amount.
    """

    key: OrderKey = attrs.field(validator=reference)
    payout_id: PayoutId = attrs.field(validator=reference)
    payee_id: PayeeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=_amount)
    arrives: Money | None = attrs.field(default=None, validator=_amount_or_none)


Order = Prepare | Charge | Refund | Void | Transfer
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


def _by_currency(amounts: Mapping[str, Money]) -> dict[str, Money]:
    """Converter: amounts of money by currency code, copied, so that nobody changes them later."""
    if not isinstance(amounts, Mapping) or not all(
        isinstance(code, str) and isinstance(amount, Money) for code, amount in amounts.items()
    ):
        message = f"expected amounts of money by currency code, got {shown(amounts)}"
        raise InvalidValue(message, value=amounts)
    return dict(amounts)


def _duration(owner: object, attribute: attrs.Attribute[Any], span: object) -> None:
    """Validator: a time that is not negative, or None."""
    kind(timedelta, None)(owner, attribute, span)
    if isinstance(span, timedelta) and span < timedelta(0):
        message = f"{type(owner).__name__}.{attribute.name}: expected no negative time, got {shown(span)}"
        raise InvalidValue(message, field=attribute.name, value=span)


@attrs.frozen(kw_only=True)
class Abilities:
    """What a payment provider declares it can do, for one account: it differs by country and by card.

    Attributes:
        saves_methods: Whether a payment method can be saved and charged later without the backer.
        authorization_lifetime: How long an authorization can be captured, exactly so long included; None
            where nothing can be authorized. Stripe: 7 days, for some Visa charges 4 days and 18 hours.
        partial_capture: Whether less than was authorized can be captured.
        refunds: Whether money can be given back.
        refund_window: How long after the charge it can be; None where that has no end.
        longest_hold: How long money can be held before it is paid out; None where that has no end. Stripe:
            90 days, 2 years in the US, 10 days in Thailand.
        smallest_charge: The least that is charged at once, by currency code; no entry where there is none.
        largest_charge: The most that is charged at once, likewise.

    Raises:
        InvalidDocument: limits that are not above zero, of another currency than their code, or that leave
            nothing between them; all of them named.
        InvalidValue: a part of the wrong kind, or a negative time.
    """

    saves_methods: bool = attrs.field(validator=kind(bool))
    authorization_lifetime: timedelta | None = attrs.field(validator=_duration)
    partial_capture: bool = attrs.field(validator=kind(bool))
    refunds: bool = attrs.field(validator=kind(bool))
    refund_window: timedelta | None = attrs.field(validator=_duration)
    longest_hold: timedelta | None = attrs.field(validator=_duration)
    smallest_charge: dict[str, Money] = attrs.field(factory=dict, converter=_by_currency, hash=False)
    largest_charge: dict[str, Money] = attrs.field(factory=dict, converter=_by_currency, hash=False)

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        for name in ("smallest_charge", "largest_charge"):
            for code, amount in getattr(self, name).items():
                if amount.currency.code != code:
                    yield Problem(f"{name}.{code}", f"{amount} is not of the currency {code}", "currency")
                if amount.minor <= 0:
                    yield Problem(f"{name}.{code}", f"expected an amount above zero, got {amount}")
        for code, least in self.smallest_charge.items():
            most = self.largest_charge.get(code, least)
            if most.currency is least.currency and most < least:
                yield Problem(f"largest_charge.{code}", f"{most} is less than {least}, the smallest charge")
