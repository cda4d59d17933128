"""The campaign: frozen terms, a state and a version.

It never holds its pledges, so its size does not depend on how many back it; its totals are its `Progress`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import counted, kind
from pushcore.calendar import utc
from pushcore.campaigns.discipline import Discipline
from pushcore.campaigns.lifecycle import FUNDED, JUDGED, CampaignState
from pushcore.campaigns.terms import Terms
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, PayeeId, identifier
from pushcore.money import Money

if TYPE_CHECKING:
    from pushcore.money import Currency

__all__ = ["Campaign", "Outcome"]


@attrs.frozen
class Outcome:
    """What stood pledged when the verdict fell, and by how many backers. Later drops do not change it."""

    pledged: Money = attrs.field(validator=kind(Money))
    backers: int = attrs.field(validator=counted(0))


@attrs.frozen
class Campaign:
    """A campaign as it is read and written.

    Attributes:
        creator_id: Who runs it, and who gets what no split gives to others.
        terms: What was promised, frozen.
        discipline: What kind of work it is for, where the host wants to know.
        state: Where it is in its life.
        outcome: What the verdict rested on; None before it falls.
        settled_at: When the collected total was divided among fees and payees.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind, an outcome without a verdict, a verdict without an outcome, or
            a settlement of what is not funded.
    """

    id: CampaignId = attrs.field(validator=identifier)
    creator_id: PayeeId = attrs.field(validator=identifier)
    terms: Terms = attrs.field(validator=kind(Terms))
    discipline: Discipline | None = attrs.field(default=None, kw_only=True, validator=kind(Discipline, None))
    state: CampaignState = attrs.field(
        default=CampaignState.DRAFT, kw_only=True, validator=kind(CampaignState)
    )
    outcome: Outcome | None = attrs.field(default=None, kw_only=True, validator=kind(Outcome, None))
    settled_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(utc)
    )
    version: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        judged = self.state in JUDGED
        if judged is (self.outcome is None) or (self.settled_at is not None and not self.funded):
            message = (
                f"campaign {self.id} cannot be {self.state.value} with outcome {self.outcome} "
                f"and settled at {self.settled_at}"
            )
            raise InvalidValue(message, campaign=self.id)

    @property
    def currency(self) -> Currency:
        """The currency it raises."""
        return self.terms.currency

    @property
    def funded(self) -> bool:
        """Whether backers are charged and payees paid."""
        return self.state in FUNDED
