"""Provider events: what a payment provider tells of its own accord, in any order and as often as it likes.

An adapter makes them of the provider's webhooks. They carry the key of the order that they are about, which
the adapter gave to the provider as metadata, so that nothing has to be looked up by the provider's own ids.
"""

from __future__ import annotations

import attrs

from pushcore._checks import above_zero, kind
from pushcore.gateway.answers import Accepted, Declined
from pushcore.ids import OrderKey, reference
from pushcore.money import Money

__all__ = ["Outcome", "ProviderEvent", "RefundMade"]


@attrs.frozen
class Outcome:
    """What became of an order: the same as its answer, which may come before it, after it or not at all."""

    key: OrderKey = attrs.field(validator=reference)
    answer: Accepted | Declined = attrs.field(validator=kind(Accepted, Declined))


@attrs.frozen
class RefundMade:
    """Somebody gave money back at the provider itself, such as in its dashboard: no order asked for it.

    Attributes:
        charged: The key of the charge that it is of.
        amount: How much of it.
        reference: The provider's own name of the refund.
    """

    charged: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    reference: str = attrs.field(validator=reference)


ProviderEvent = Outcome | RefundMade
"""Anything a provider tells of its own accord."""
