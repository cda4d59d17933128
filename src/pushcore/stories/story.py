"""A story that was read: the terms of its campaign, and the steps that happen in it, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import attrs

from pushcore._checks import each, items, kind
from pushcore.calendar import Zone, utc
from pushcore.campaigns import Discipline, Terms
from pushcore.ids import CampaignId, PayeeId, PledgeId, identifier
from pushcore.pledges import PledgeRequest

__all__ = [
    "CAMPAIGN_ID",
    "AcceptCharge",
    "CancelPledge",
    "DeclineCharge",
    "Origin",
    "PlacePledge",
    "Step",
    "Story",
]

CAMPAIGN_ID = CampaignId("story")
"""What the campaign of every story is called in its ledger."""


@attrs.frozen
class Origin:
    """Where a step is written: an event of the story, by index, or a line of the CSV, by number."""

    kind: Literal["event", "line"]
    number: int

    def path(self, key: str = "") -> str:
        """How a problem with it is placed: ``events[3].tier``, or ``line 17, tier``."""
        if self.kind == "event":
            return f"events[{self.number}]{key and '.'}{key}"
        return f"line {self.number}{key and ', '}{key}"


@attrs.frozen
class PlacePledge:
    """A backer pledges."""

    at: datetime
    origin: Origin
    request: PledgeRequest

    @property
    def pledge_id(self) -> PledgeId:
        """The pledge it is about."""
        return self.request.pledge_id


@attrs.frozen
class CancelPledge:
    """A backer takes a pledge back."""

    at: datetime
    origin: Origin
    pledge_id: PledgeId


@attrs.frozen
class DeclineCharge:
    """From here on, the gateway declines the charge of a pledge, if there is one."""

    at: datetime
    origin: Origin
    pledge_id: PledgeId


@attrs.frozen
class AcceptCharge:
    """From here on, the gateway accepts it again; a charge that failed is made at once."""

    at: datetime
    origin: Origin
    pledge_id: PledgeId


Step = PlacePledge | CancelPledge | DeclineCharge | AcceptCharge
"""What can happen in a story."""


@attrs.frozen
class Story:
    """A campaign, what happens in it, and what is expected to come of it; see `pushcore.stories.read_story`.

    Attributes:
        name: The file it was read from, as its problems name it.
        until: When the clock stops: what lies later does not happen.
        steps: In the order of time; those of the same instant as they stand in the file.
        expect: Any part of what `pushcore.stories.Outcome.as_dict` gives.
    """

    name: str = attrs.field(validator=kind(str))
    title: str = attrs.field(validator=kind(str))
    creator_id: PayeeId = attrs.field(validator=identifier)
    discipline: Discipline | None = attrs.field(validator=kind(Discipline, None))
    terms: Terms = attrs.field(validator=kind(Terms))
    until: datetime = attrs.field(converter=utc)
    steps: tuple[Step, ...] = attrs.field(
        converter=items, validator=each(PlacePledge, CancelPledge, DeclineCharge, AcceptCharge)
    )
    expect: dict[str, Any] = attrs.field(validator=kind(dict), hash=False)

    @property
    def pledge_ids(self) -> set[PledgeId]:
        """The pledges that its own events make."""
        return {step.pledge_id for step in self.steps if isinstance(step, PlacePledge)}

    @property
    def references(self) -> Iterator[tuple[str, PledgeId]]:
        """Every event that takes a pledge back, as the path of its key, and that pledge."""
        for step in self.steps:
            if isinstance(step, CancelPledge):
                yield step.origin.path("cancel"), step.pledge_id

    @property
    def zone(self) -> Zone:
        """Where its wall clocks hang."""
        return self.terms.window.closes.zone
