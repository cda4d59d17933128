"""What happened to pledges until they are charged."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore.calendar import utc
from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId, TierId, identifier
from pushcore.money import Money

__all__ = [
    "PledgeCanceled",
    "PledgeChanged",
    "PledgeConfirmed",
    "PledgePlaced",
    "PledgeReleased",
    "PledgeTransferred",
    "PledgeVoided",
    "PledgesMerged",
]


@attrs.frozen
class PledgePlaced:
    """A pledge was placed; it does not count yet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    campaign_id: CampaignId
    backer_id: BackerId
    amount: Money
    tier_id: TierId | None
    quantity: int
    add_ons: dict[TierId, int] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class PledgeConfirmed:
    """Its payment method is saved: it counts from here on."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class PledgeVoided:
    """It was never confirmed; ``reason`` is a refusal code."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    reason: str


@attrs.frozen
class PledgeCanceled:
    """The backer took it back."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class PledgeReleased:
    """The campaign did not succeed: the pledge is set free, and nothing is ever charged."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class PledgeChanged:
    """Something else was picked, which comes to another amount or the same."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    before: Money
    after: Money
    tier_id: TierId | None
    quantity: int
    add_ons: dict[TierId, int] = attrs.field(hash=False)


@attrs.frozen
class PledgeTransferred:
    """It was handed over: somebody else holds its rewards and is counted for it."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    from_backer_id: BackerId
    to_backer_id: BackerId


@attrs.frozen
class PledgesMerged:
    """One pledge took another one over, which is canceled."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    merged_id: PledgeId
    after: Money
