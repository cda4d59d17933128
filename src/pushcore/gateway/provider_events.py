"""Provider events: what a payment provider tells of its own accord, in any order and as often as it likes.

An adapter makes them of the provider's webhooks. They carry the key of the order that they are about, which
the adapter gave to the provider as metadata, so that nothing has to be looked up by the provider's own ids.
"""

from __future__ import annotations

import attrs

from pushcore._checks import kind
from pushcore.gateway.answers import Accepted, Declined
from pushcore.ids import OrderKey, reference

__all__ = ["Outcome", "ProviderEvent"]


@attrs.frozen
class Outcome:
    """What became of an order: the same as its answer, which may come before it, after it or not at all."""

    key: OrderKey = attrs.field(validator=reference)
    answer: Accepted | Declined = attrs.field(validator=kind(Accepted, Declined))


ProviderEvent = Outcome
"""Anything a provider tells of its own accord."""
