"""What happened to campaigns."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore.calendar import utc
from pushcore.campaigns.lifecycle import CampaignState
from pushcore.ids import ActorId, CampaignId, PayeeId, identifier
from pushcore.money import Money

__all__ = [
    "CampaignCanceled",
    "CampaignClosing",
    "CampaignDrafted",
    "CampaignEnded",
    "CampaignLaunched",
    "CampaignSettled",
]


@attrs.frozen
class CampaignDrafted:
    """A campaign was written down; nobody sees it yet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId


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
class CampaignSettled:
    """The collected total was divided; ``left_overs`` says who received what did not divide evenly."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    collected: Money
    fees: dict[str, Money] = attrs.field(hash=False)
    payees: dict[PayeeId, Money] = attrs.field(hash=False)
    left_overs: dict[PayeeId, Money] = attrs.field(hash=False)
