"""The pledge: what a backer promised, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import aware, counted, kind
from pushcore._evolving import evolved
from pushcore.ids import CampaignId, PledgeId, optional_identifier, optional_reference
from pushcore.money import Money
from pushcore.pledges.request import PledgeRequest

if TYPE_CHECKING:
    from typing import Any, Self

__all__ = ["STANDING", "Pledge", "PledgeState"]


class PledgeState(StrEnum):
    """How far a pledge has come.

    - ``PREAUTH``: placed; its payment method is being saved and its reward is reserved.
    - ``PLEDGED``: confirmed; it counts.
    - ``CHARGING``: a charge is under way and its outcome is open.
    - ``COLLECTED``: charged.
    - ``ERRORED``: the last charge failed; it is reminded of and tried again.
    - ``DROPPED``: no charge succeeded in time; the reward is not owed.
    - ``CANCELED``: taken back by the backer, or set free because the campaign did not succeed.
    - ``VOIDED``: never confirmed: declined, expired or too late.
    """

    PREAUTH = "preauth"
    PLEDGED = "pledged"
    CHARGING = "charging"
    COLLECTED = "collected"
    ERRORED = "errored"
    DROPPED = "dropped"
    CANCELED = "canceled"
    VOIDED = "voided"


STANDING: Final = frozenset(
    {PledgeState.PLEDGED, PledgeState.CHARGING, PledgeState.COLLECTED, PledgeState.ERRORED}
)
"""The states in which a pledge counts to the totals and holds its reward."""


@attrs.frozen
class Pledge:
    """A pledge as it is read and written.

    Attributes:
        request: What was asked for.
        unit_price: The price of the tier when it was placed, pinned; None without a tier.
        amount: What it comes to.
        state: How far it has come.
        placed_at: When it was placed.
        expires_at: Until when its reward is reserved while it is not confirmed.
        method: The provider's reference of the saved payment method.
        attempts: How often it was charged; each charge has a key of its own.
        steps: How many steps of the dunning plan are done.
        due_at: When the next step of the dunning plan is due; None while there is none.
        reason: The refusal code that voided it.
        version: Counts its writes.
    """

    request: PledgeRequest = attrs.field(validator=kind(PledgeRequest))
    unit_price: Money | None = attrs.field(validator=kind(Money, None))
    amount: Money = attrs.field(validator=kind(Money))
    state: PledgeState = attrs.field(validator=kind(PledgeState))
    placed_at: datetime = attrs.field(validator=aware())
    expires_at: datetime = attrs.field(validator=aware())
    method: str | None = attrs.field(default=None, validator=optional_reference)
    attempts: int = attrs.field(default=0, validator=counted(0))
    steps: int = attrs.field(default=0, validator=counted(0))
    due_at: datetime | None = attrs.field(default=None, validator=aware(optional=True))
    reason: str | None = attrs.field(default=None, validator=optional_identifier)
    version: int = attrs.field(default=1, validator=counted(1))

    @property
    def id(self) -> PledgeId:
        """Its id, which is the key of the request."""
        return self.request.pledge_id

    @property
    def campaign_id(self) -> CampaignId:
        """The campaign it is for."""
        return self.request.campaign_id

    @property
    def stands(self) -> bool:
        """Whether it counts to the totals and holds its reward."""
        return self.state in STANDING

    def moved(self, state: PledgeState, **changed: Any) -> Self:  # noqa: ANN401  any field
        """The next version of this pledge."""
        return evolved(self, state=state, version=self.version + 1, **changed)
