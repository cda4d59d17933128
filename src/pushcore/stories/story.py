"""A story that was read: the terms of its campaign, and the steps that happen in it, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import attrs

from pushcore._checks import each, items, kind
from pushcore.calendar import Zone, utc
from pushcore.campaigns import Campaign, Discipline, Terms
from pushcore.ids import CampaignId, PayeeId, PledgeId, SubscriptionId, identifier
from pushcore.matching import MatchingFund
from pushcore.stories.steps import (
    STEPS,
    CancelPledge,
    ChangePledge,
    ConfirmPledge,
    GiveUpContribution,
    MergePledges,
    PlacePledge,
    ReceiveContribution,
    RefundPledge,
    StartSubscription,
    Step,
    TellDispute,
    TransferPledge,
)

__all__ = ["CAMPAIGN_ID", "Story"]

CAMPAIGN_ID = CampaignId("story")
"""What the campaign of every story is called in its ledger."""

_REFERRING: Final[dict[type, dict[str, str]]] = {
    ConfirmPledge: {"confirm": "pledge_id"},
    ReceiveContribution: {"receive": "pledge_id"},
    GiveUpContribution: {"give_up": "pledge_id"},
    ChangePledge: {"change": "pledge_id"},
    TransferPledge: {"transfer": "pledge_id"},
    MergePledges: {"merge": "other_id", "into": "pledge_id"},
    CancelPledge: {"cancel": "pledge_id"},
    RefundPledge: {"refund": "pledge_id"},
    TellDispute: {"dispute": "pledge_id"},
}
"""The steps about pledges that must have been made, by the keys that name these. Cards are not among them."""


@attrs.frozen
class Story:
    """A campaign, what happens in it, and what is expected to come of it; see `pushcore.stories.read_story`.

    Attributes:
        name: The file it was read from, as its problems name it.
        until: When the clock stops: what lies later does not happen.
        steps: In the order of time; those of the same instant as they stand in the file.
        expect: Any part of what `pushcore.stories.Outcome.as_dict` gives.
        funds: Who matches what is pledged, in the order in which they are asked.
    """

    name: str = attrs.field(validator=kind(str))
    title: str = attrs.field(validator=kind(str))
    creator_id: PayeeId = attrs.field(validator=identifier)
    discipline: Discipline | None = attrs.field(validator=kind(Discipline, None))
    terms: Terms = attrs.field(validator=kind(Terms))
    until: datetime = attrs.field(converter=utc)
    steps: tuple[Step, ...] = attrs.field(converter=items, validator=each(*STEPS))
    expect: dict[str, Any] = attrs.field(validator=kind(dict), hash=False)
    funds: tuple[MatchingFund, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(MatchingFund)
    )

    @property
    def campaign(self) -> Campaign:
        """Its campaign, as a draft."""
        return Campaign(CAMPAIGN_ID, self.creator_id, self.terms, discipline=self.discipline)

    @property
    def pledge_ids(self) -> set[PledgeId]:
        """The pledges that its own events make."""
        return {step.pledge_id for step in self.steps if isinstance(step, PlacePledge)}

    @property
    def subscription_ids(self) -> set[SubscriptionId]:
        """The subscriptions that it starts."""
        return {step.subscription_id for step in self.steps if isinstance(step, StartSubscription)}

    @property
    def references(self) -> Iterator[tuple[str, PledgeId]]:
        """Every pledge that an event is about and that must have been made, with the path of its key."""
        for step in self.steps:
            for key, name in _REFERRING.get(type(step), {}).items():
                yield step.origin.path(key) if step.origin else key, getattr(step, name)

    @property
    def zone(self) -> Zone:
        """Where its wall clocks hang."""
        return self.terms.window.closes.zone
