"""One part of a pledge that is paid in instalments: what was agreed, and how far it has come.

What was agreed never changes. A refund is written beside it, so that an adjusted amount can be explained.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

import attrs

from pushcore._checks import above_zero, counted, kind, none_such
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.money import Money

__all__ = ["Part", "PartState"]


class PartState(StrEnum):
    """How far one part of a pledge has come (Kickstarter's words).

    - ``UNATTEMPTED``: not charged yet.
    - ``COLLECTED``: charged; some of it may have been refunded since.
    - ``ERRORED``: a charge failed, and it can still be paid.
    - ``CANCELED``: not owed any more: this part or another one stayed unpaid for too long.
    - ``CHARGEBACK_LOST``: charged, and taken back by the backer's bank.
    - ``REFUNDED``: charged, and all of it given back.
    """

    UNATTEMPTED = "unattempted"
    COLLECTED = "collected"
    ERRORED = "errored"
    CANCELED = "canceled"
    CHARGEBACK_LOST = "chargeback-lost"
    REFUNDED = "refunded"

    _missing_ = classmethod(none_such)


_FAILED: Final = {PartState.UNATTEMPTED: False, PartState.ERRORED: True}
"""Whether a charge failed; elsewhere one may have."""


@attrs.frozen
class Part:
    """One part of a pledge.

    Attributes:
        number: Its place among the parts, from 1 on.
        due_at: When it is to be charged.
        amount: What was agreed; it never changes.
        refunded: What of it was given back.
        state: How far it has come.
        failed_at: When it was first charged without success, if ever.
        attempt: Which attempt at charging the pledge charged it, where that is kept.

    Raises:
        InvalidValue: a part of the wrong kind, or what was refunded or failed does not go with the state.
        CurrencyMismatch: the two amounts are of two currencies.
    """

    number: int = attrs.field(validator=counted(1))
    due_at: datetime = attrs.field(converter=utc)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    refunded: Money = attrs.field(validator=kind(Money))
    state: PartState = attrs.field(default=PartState.UNATTEMPTED, validator=kind(PartState))
    failed_at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    attempt: int | None = attrs.field(default=None, validator=counted(1, optional=True))

    def __attrs_post_init__(self) -> None:
        if not (self._refund_fits() and self._failure_fits()):
            message = (
                f"part {self.number} of {self.amount} cannot be {self.state.value} "
                f"with {self.refunded} refunded and failed_at {self.failed_at}"
            )
            raise InvalidValue(message, part=self.number)

    def _refund_fits(self) -> bool:
        left = self.adjusted
        match self.state:
            case PartState.UNATTEMPTED | PartState.ERRORED | PartState.CANCELED:
                return left == self.amount
            case PartState.COLLECTED | PartState.CHARGEBACK_LOST:
                return 0 < left.minor <= self.amount.minor
            case PartState.REFUNDED:
                return not left
            case _:
                assert_never(self.state)

    def _failure_fits(self) -> bool:
        failed = self.failed_at is not None
        return _FAILED.get(self.state, failed) is failed

    @property
    def adjusted(self) -> Money:
        """What is left of the amount after what was refunded."""
        return self.amount - self.refunded
