"""Steps by which money comes back after it was charged: refunds, and what the bank tells of disputes."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.gateway import DisputeState
from pushcore.ids import PledgeId, identifier
from pushcore.money import Money
from pushcore.payouts import RefundSituation, RefundTo
from pushcore.stories.origin import Origin

__all__ = ["RefundPledge", "RefundStep", "TellDispute"]


@attrs.frozen
class RefundPledge:
    """The platform gives a pledge back.

    Attributes:
        wanted: An amount, or amounts or numbers of pieces by line; None for all that is left.
        to: Where it goes; None for where the backer wants it.
        situation: Why, where that does not follow from the state of the campaign.
    """

    at: datetime = attrs.field(converter=utc)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    wanted: Money | dict[str, Money | int] | None = attrs.field(
        default=None, validator=kind(Money, dict, None), hash=False
    )
    to: RefundTo | None = attrs.field(default=None, kw_only=True, validator=kind(RefundTo, None))
    situation: RefundSituation | None = attrs.field(
        default=None, kw_only=True, validator=kind(RefundSituation, None)
    )
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class TellDispute:
    """The provider tells how far a dispute of a charge has come; it is of all that is left of the charge."""

    at: datetime = attrs.field(converter=utc)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    state: DisputeState = attrs.field(validator=kind(DisputeState))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


RefundStep = RefundPledge | TellDispute
"""How money comes back."""
