"""Provider events: what a payment provider tells of its own accord, in any order and as often as it likes.

An adapter makes them of the provider's webhooks. They carry the key of the order that they are about, which
the adapter gave to the provider as metadata, so that nothing has to be looked up by the provider's own ids.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import attrs

from pushcore._checks import above_zero, kind, none_such, not_negative
from pushcore.calendar import utc
from pushcore.gateway.answers import Accepted, Declined
from pushcore.ids import OrderKey, reference
from pushcore.money import Money

__all__ = ["DisputeState", "DisputeTold", "OrderAnswered", "ProviderEvent", "RefundBounced", "RefundMade"]


class DisputeState(StrEnum):
    """How far a dispute has come, and what news of it says.

    - ``OPENED``: the provider has taken the money.
    - ``EVIDENCE_SUBMITTED``: the dispute is contested.
    - ``UNDER_REVIEW``: the bank decides.
    - ``WITHDRAWN``: the backer has given it up.
    - ``LOST``: the backer has got the money.
    - ``WON``: the money has come back.
    """

    OPENED = "opened"
    EVIDENCE_SUBMITTED = "evidence-submitted"
    UNDER_REVIEW = "under-review"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    WON = "won"

    _missing_ = classmethod(none_such)


@attrs.frozen
class OrderAnswered:
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


@attrs.frozen
class RefundBounced:
    """A refund that had gone back came back: the backer's bank did not take it, days after it was accepted.

    Attributes:
        charged: The key of the charge that it is of.
        amount: How much of it.
        reference: The provider's own name of the refund, as the answer to it, or `RefundMade`, had it.
        fee: What it keeps again of its fee, where it had given something of that back with the refund.
    """

    charged: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    reference: str = attrs.field(validator=reference)
    fee: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), not_negative])


@attrs.frozen(kw_only=True)
class DisputeTold:
    """News of a dispute: a backer asks the bank for the money of a charge back.

    Attributes:
        dispute_id: The provider's own name of it.
        charged: The key of the charge that it is about.
        amount: How much of the charge is disputed.
        state: How far it has come.
        at: Since when, by what the provider says.
    """

    dispute_id: str = attrs.field(validator=reference)
    charged: OrderKey = attrs.field(validator=reference)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    state: DisputeState = attrs.field(validator=kind(DisputeState))
    at: datetime = attrs.field(converter=utc)


ProviderEvent = OrderAnswered | RefundMade | RefundBounced | DisputeTold
"""Anything a provider tells of its own accord."""
