"""Answers: what a payment provider says to an order. A decline is an answer with a reason, not an error.

What the provider knows beside its yes or no travels with the answer: what it kept as its fee, what it booked
where that is another currency, and how it was paid. None of it is ever computed again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs

from pushcore._checks import above_zero, kind, none_such, not_negative
from pushcore.ids import identifier, optional_identifier, reference
from pushcore.money import Money

__all__ = ["REJECTED", "Accepted", "Answer", "Decline", "Declined"]


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
    """Done.

    Attributes:
        reference: The provider's own name of it: a saved method, an authorization, a charge, a transfer.
        fee: What it kept of a charge as its own fee, or for a refund or a transfer beside what these move,
            where it says so; zero where it says that there is none.
        settled: What it booked of a charge, where that is in another currency than the order.
        fee_back: What it gave back of its fee with a refund, where it does.
        paid_by: How it was paid, in the host's words: ``card``, ``sepa-debit``, ``cheque``.
    """

    reference: str = attrs.field(validator=reference)
    fee: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), not_negative])
    settled: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    fee_back: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), not_negative]
    )
    paid_by: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)


@attrs.frozen
class Declined:
    """Not done, and no money moved: a class of reason, and the provider's code for it."""

    reason: Decline = attrs.field(validator=kind(Decline))
    code: str = attrs.field(default="declined", validator=identifier)


Answer = Accepted | Declined
"""What a gateway answers an order with."""

REJECTED: Final = Declined(Decline.NEEDS_BACKER, "rejected")
"""What `pushcore.errors.GatewayMisuse` comes to for a charge or a transfer: no money moved, and it failed."""
