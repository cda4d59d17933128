"""The campaign: frozen terms, a state and a version.

It never holds its pledges, so its size does not depend on how many back it; its totals are its `Progress`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, items, kind
from pushcore.calendar import utc
from pushcore.campaigns.cancel_windows import CancelWindow
from pushcore.campaigns.discipline import Discipline
from pushcore.campaigns.lifecycle import FUNDED, GIVING_BACK, JUDGED, TAKING, CampaignState
from pushcore.campaigns.terms import Terms
from pushcore.errors import InvalidValue
from pushcore.ids import CampaignId, PayeeId, StretchGoalId, identifier
from pushcore.money import Money
from pushcore.rewards import Phase

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
        reopened: Which verdict it had, while it closes to be opened again: it gets that back if it is not.
        settled_at: When the collected total was divided among fees and payees.
        round: The first or the second one, where the model has two.
        extended: How often its deadline was moved.
        unlocked: The stretch goals that were reached, in the order they were.
        version: Counts its writes.

    Raises:
        InvalidValue: a part of the wrong kind, an outcome without a verdict, a verdict without an outcome, a
            settlement of what is not funded, or one that is opened again in another state than closing.
    """

    id: CampaignId = attrs.field(validator=identifier)
    creator_id: PayeeId = attrs.field(validator=identifier)
    terms: Terms = attrs.field(validator=kind(Terms))
    discipline: Discipline | None = attrs.field(default=None, kw_only=True, validator=kind(Discipline, None))
    state: CampaignState = attrs.field(
        default=CampaignState.DRAFT, kw_only=True, validator=kind(CampaignState)
    )
    outcome: Outcome | None = attrs.field(default=None, kw_only=True, validator=kind(Outcome, None))
    reopened: CampaignState | None = attrs.field(
        default=None, kw_only=True, validator=kind(CampaignState, None)
    )
    settled_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(utc)
    )
    round: int = attrs.field(default=1, kw_only=True, validator=counted(1))
    extended: int = attrs.field(default=0, kw_only=True, validator=counted(0))
    unlocked: tuple[StretchGoalId, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(str)
    )
    version: int = attrs.field(default=1, kw_only=True, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        judged = self.state in JUDGED or self.reopened is not None
        reopening = self.state is CampaignState.CLOSING and self.reopened in FUNDED
        if (
            judged is (self.outcome is None)
            or (self.settled_at is not None and not self.funded)
            or (self.reopened is not None and not reopening)
        ):
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
    def payees(self) -> tuple[PayeeId, ...]:
        """Whoever can be owed something of it: who gets a part, and always its creator."""
        return tuple(dict.fromkeys((*self.terms.splits.payees(self.creator_id), self.creator_id)))

    @property
    def funded(self) -> bool:
        """Whether backers are charged and payees paid."""
        return self.state in FUNDED

    @property
    def charges(self) -> bool:
        """Whether money may be taken: for what is funded, for what is to be judged by it, or at once."""
        model = self.terms.model
        if self.state is CampaignState.CLOSING:
            return model.judged_after_collecting
        return self.funded or (model.charges_at_once and self.state in TAKING)

    @property
    def takes(self) -> bool:
        """Whether what was promised in time may still come: live, or in its grace."""
        return self.state in {CampaignState.LIVE, CampaignState.GRACE}

    @property
    def gives_back(self) -> bool:
        """Whether nothing comes of it, and what was taken goes back."""
        return self.state in GIVING_BACK

    def phase(self, at: datetime) -> Phase | None:
        """In which phase pledges are taken; None where none are, or only before the deadline has passed."""
        if self.state is CampaignState.LIVE:
            return Phase.CAMPAIGN
        late_until = self.terms.late_until if self.funded and self.settled_at is None else None
        return Phase.LATE if late_until is not None and utc(at) < late_until else None

    def locked(self, tier_id: str) -> StretchGoalId | None:
        """The stretch goal that has yet to unlock a tier or an add-on; one of several is enough."""
        waits = [goal.id for goal in self.terms.stretch_goals if tier_id in goal.picks]
        return None if not waits or set(waits) & set(self.unlocked) else waits[0]

    @property
    def cancel_windows(self) -> tuple[CancelWindow, ...]:
        """Until when pledges are canceled or lowered: in a second round, none below the goal of the first."""
        return self.terms.cancel_windows if self.round == 1 else (*self.terms.cancel_windows, _PASSED)


_PASSED: Final = CancelWindow(last=timedelta(days=365), guards_goal=True)
