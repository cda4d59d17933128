"""The states of a payout, and what leads from one to another."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pushcore._checks import none_such

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COVERING", "TRANSITIONS", "UNSENT", "PayoutState", "PayoutTrigger"]


class PayoutState(StrEnum):
    """How far a payout has come.

    ``HELD`` waits for the consent to a milestone. ``REFUSED`` is what an approver or the consenters said no
    to: the amount stays owed. ``MERGED`` is sent as a part of another payout. ``RETURNED`` was paid, and the
    bank sent it back: the payee is owed it again. ``SET_OFF`` was taken by what the payee owed. ``CANCELED``
    failed, and is not sent again: the amount waits for other payouts.
    """

    PREPARED = "prepared"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    HELD = "held"
    APPROVED = "approved"
    REFUSED = "refused"
    MERGED = "merged"
    RETURNED = "returned"
    SET_OFF = "set-off"
    CANCELED = "canceled"

    _missing_ = classmethod(none_such)


class PayoutTrigger(StrEnum):
    """What moves a payout on."""

    RELEASE = "release"
    APPROVE = "approve"
    REFUSE = "refuse"
    MERGE = "merge"
    SEND = "send"
    ACCEPT = "accept"
    DECLINE = "decline"
    RETURN = "return"
    SET_OFF = "set-off"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


TRANSITIONS: Final[Mapping[tuple[PayoutState, PayoutTrigger], PayoutState]] = MappingProxyType(
    {
        (PayoutState.HELD, PayoutTrigger.RELEASE): PayoutState.PREPARED,
        (PayoutState.HELD, PayoutTrigger.REFUSE): PayoutState.REFUSED,
        (PayoutState.REFUSED, PayoutTrigger.RELEASE): PayoutState.PREPARED,
        (PayoutState.PREPARED, PayoutTrigger.APPROVE): PayoutState.APPROVED,
        (PayoutState.PREPARED, PayoutTrigger.REFUSE): PayoutState.REFUSED,
        (PayoutState.PREPARED, PayoutTrigger.MERGE): PayoutState.MERGED,
        (PayoutState.APPROVED, PayoutTrigger.MERGE): PayoutState.MERGED,
        (PayoutState.PREPARED, PayoutTrigger.SEND): PayoutState.SENT,
        (PayoutState.APPROVED, PayoutTrigger.SEND): PayoutState.SENT,
        (PayoutState.FAILED, PayoutTrigger.SEND): PayoutState.SENT,
        (PayoutState.PREPARED, PayoutTrigger.SET_OFF): PayoutState.SET_OFF,
        (PayoutState.APPROVED, PayoutTrigger.SET_OFF): PayoutState.SET_OFF,
        (PayoutState.FAILED, PayoutTrigger.SET_OFF): PayoutState.SET_OFF,
        (PayoutState.FAILED, PayoutTrigger.CANCEL): PayoutState.CANCELED,
        (PayoutState.SENT, PayoutTrigger.ACCEPT): PayoutState.PAID,
        (PayoutState.SENT, PayoutTrigger.DECLINE): PayoutState.FAILED,
        (PayoutState.PAID, PayoutTrigger.RETURN): PayoutState.RETURNED,
    }
)
"""The whole life of a payout; whatever is not here is refused."""

UNSENT: Final = frozenset(
    {
        PayoutState.HELD,
        PayoutState.PREPARED,
        PayoutState.APPROVED,
        PayoutState.REFUSED,
        PayoutState.MERGED,
    }
)
"""The states in which no transfer was ever ordered."""

COVERING: Final = (UNSENT | {PayoutState.FAILED}) - {PayoutState.MERGED}
"""The states that speak for money which still lies on the account of the payee."""
