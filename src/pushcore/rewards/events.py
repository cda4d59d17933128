"""What happened to rewards after the pledge, and on waiting lists."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import counted
from pushcore.calendar import utc
from pushcore.ids import ActorId, BackerId, CampaignId, PledgeId, TierId, WaitingListId, identifier, reference

__all__ = [
    "AddressChanged",
    "AddressLocked",
    "DeliveryFailed",
    "FulfilmentBegun",
    "FulfilmentCanceled",
    "OfferAccepted",
    "OfferExpired",
    "OfferMade",
    "RewardDelivered",
    "RewardShipped",
    "SurveyAnswered",
    "WaitingListBegun",
    "WaitingListJoined",
    "WaitingListLeft",
]


@attrs.frozen
class FulfilmentBegun:
    """The reward of a pledge is owed, and its backer is asked where it goes."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    campaign_id: CampaignId = attrs.field(validator=identifier)


@attrs.frozen
class SurveyAnswered:
    """The backer answered; ``answers`` refers to what the host keeps."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    answers: str = attrs.field(validator=reference)
    destination: str = attrs.field(validator=identifier)


@attrs.frozen
class AddressChanged:
    """The host has another address for the reward."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    destination: str = attrs.field(validator=identifier)


@attrs.frozen
class AddressLocked:
    """The address is final."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)


@attrs.frozen
class RewardShipped:
    """A carrier has the reward, and calls it ``shipment``."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    shipment: str = attrs.field(validator=reference)


@attrs.frozen
class RewardDelivered:
    """The reward has arrived."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)


@attrs.frozen
class DeliveryFailed:
    """The reward came back; ``reason`` is the carrier's code."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    reason: str = attrs.field(validator=identifier)


@attrs.frozen
class FulfilmentCanceled:
    """The reward is not owed any more."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId = attrs.field(validator=identifier)


@attrs.frozen
class WaitingListBegun:
    """A tier has a waiting list."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    tier_id: TierId = attrs.field(validator=identifier)


@attrs.frozen
class WaitingListJoined:
    """A backer waits for so many pieces."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    backer_id: BackerId = attrs.field(validator=identifier)
    quantity: int = attrs.field(validator=counted(1))


@attrs.frozen
class WaitingListLeft:
    """A backer waits no longer, or does not want what is on offer to them."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    backer_id: BackerId = attrs.field(validator=identifier)


@attrs.frozen
class OfferMade:
    """So many pieces are on offer to a backer, until an instant that is not in time itself."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    backer_id: BackerId = attrs.field(validator=identifier)
    quantity: int = attrs.field(validator=counted(1))
    until: datetime = attrs.field(converter=utc)


@attrs.frozen
class OfferAccepted:
    """The backer took the offer, and pledges."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    backer_id: BackerId = attrs.field(validator=identifier)
    quantity: int = attrs.field(validator=counted(1))
    pledge_id: PledgeId = attrs.field(validator=identifier)


@attrs.frozen
class OfferExpired:
    """The backer did not take the offer in time; it goes to the next in line."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    waiting_list_id: WaitingListId = attrs.field(validator=reference)
    backer_id: BackerId = attrs.field(validator=identifier)
