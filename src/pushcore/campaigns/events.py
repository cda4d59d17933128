"""What happened to campaigns."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import each, items
from pushcore.calendar import Deadline, utc
from pushcore.campaigns.edits import Edit
from pushcore.campaigns.lifecycle import CampaignState
from pushcore.ids import ActorId, BackerId, CampaignId, PayeeId, StretchGoalId, identifier
from pushcore.money import Money
from pushcore.payouts import FeeBearer

__all__ = [
    "CampaignCanceled",
    "CampaignClosing",
    "CampaignDrafted",
    "CampaignEdited",
    "CampaignEnded",
    "CampaignExtended",
    "CampaignFollowed",
    "CampaignGivenBack",
    "CampaignLaunched",
    "CampaignMoved",
    "CampaignSettled",
    "CampaignUnfollowed",
    "StretchGoalUnlocked",
]


@attrs.frozen
class CampaignDrafted:
    """A campaign was written down; nobody sees it yet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId


@attrs.frozen
class CampaignEdited:
    """The terms of a campaign were changed: each place with what was there before and after."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    edits: tuple[Edit, ...] = attrs.field(converter=items, validator=each(Edit))


@attrs.frozen
class CampaignLaunched:
    """A campaign went live and its terms froze."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId


@attrs.frozen
class CampaignClosing:
    """The deadline passed: nothing is pledged or canceled from here on."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId


@attrs.frozen
class CampaignEnded:
    """The verdict, and the totals it rests on."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    state: CampaignState
    pledged: Money
    backers: int


@attrs.frozen
class CampaignCanceled:
    """The campaign was called off before its end; nobody is charged."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId


@attrs.frozen
class CampaignGivenBack:
    """It was funded, and gives back all it collected instead of being settled."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)


@attrs.frozen
class CampaignSettled:
    """The collected total was divided; ``left_overs`` says who received what did not divide evenly.

    What others than the creator bear of the fees is in ``borne``.
    """

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    collected: Money
    fees: dict[str, Money] = attrs.field(hash=False)
    payees: dict[PayeeId, Money] = attrs.field(hash=False)
    left_overs: dict[PayeeId, Money] = attrs.field(hash=False)
    borne: dict[FeeBearer, Money] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class CampaignMoved:
    """A campaign is in another state: submitted, approved, suspended, waiting for slow payments, reopened."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    before: CampaignState
    after: CampaignState


@attrs.frozen
class CampaignExtended:
    """The deadline was moved, a second round began, or an end was announced."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    before: Deadline
    after: Deadline


@attrs.frozen
class StretchGoalUnlocked:
    """A stretch goal was reached, and unlocked for good what it unlocks."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    stretch_goal_id: StretchGoalId


@attrs.frozen
class CampaignFollowed:
    """Somebody wants to be told when the campaign opens."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    backer_id: BackerId


@attrs.frozen
class CampaignUnfollowed:
    """Somebody who followed the campaign does not any more."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    backer_id: BackerId
