"""What happened to charges."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore.calendar import utc
from pushcore.ids import ActorId, CampaignId, PledgeId, identifier
from pushcore.money import Money

__all__ = [
    "ChargeAttempted",
    "ChargeFailed",
    "ChargeReminded",
    "ContributionExpected",
    "ContributionGivenUp",
    "ContributionReceived",
    "ContributionsDeposited",
    "InstalmentCollected",
    "InstalmentsAgreed",
    "MethodReplaced",
    "PledgeCollected",
    "PledgeDefaulted",
    "PledgeDropped",
    "PledgePartlyRefunded",
    "PledgeRefunded",
    "RefundAgreed",
    "RefundFailed",
    "RefundOrdered",
]


@attrs.frozen
class ChargeAttempted:
    """A charge was ordered; its outcome is open."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    attempt: int


@attrs.frozen
class PledgeCollected:
    """The pledge was charged."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    amount: Money
    reference: str


@attrs.frozen
class ChargeFailed:
    """The provider declined a charge, for a class of reason."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    reason: str
    code: str


@attrs.frozen
class ChargeReminded:
    """The backer is to be told that a charge failed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class PledgeDropped:
    """No charge succeeded in time: the pledge falls, and its reward is not owed."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class RefundOrdered:
    """The provider is asked to give a pledge back, for the first or another time; it counts no more."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    attempt: int


@attrs.frozen
class PledgeRefunded:
    """It was given back; ``reference`` is the provider's name of the refund."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    amount: Money
    reference: str


@attrs.frozen
class RefundAgreed:
    """So much of a pledge of a funded campaign goes back, of which so much is a debt of its creator."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    amount: Money
    situation: str
    debt: Money


@attrs.frozen
class PledgePartlyRefunded:
    """Some of it was given back: so much by now, and so much is left."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    refunded: Money
    left: Money
    reference: str


@attrs.frozen
class RefundFailed:
    """It was not given back: the class of the decline, and the provider's own code."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    reason: str
    code: str


@attrs.frozen
class InstalmentsAgreed:
    """The pledge is paid in so many parts: in one where several were asked for, and cannot be any more."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    parts: int


@attrs.frozen
class InstalmentCollected:
    """A part of the pledge was charged."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    number: int
    amount: Money


@attrs.frozen
class MethodReplaced:
    """The backer gave another payment method, which is charged from now on."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId


@attrs.frozen
class PledgeDefaulted:
    """A part stayed unpaid for too long: no reward is owed, and so much of what was paid is kept."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    kept: Money


@attrs.frozen
class ContributionExpected:
    """Somebody entered a contribution that is to come in cash or by bank; it counts to nothing yet."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    campaign_id: CampaignId
    amount: Money
    reason: str


@attrs.frozen
class ContributionReceived:
    """It has come, perhaps with another amount than was expected, and counts."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
    expected: Money
    received: Money


@attrs.frozen
class ContributionsDeposited:
    """What came for a campaign in cash or by bank was brought to the provider, who can pay it out now."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    campaign_id: CampaignId
    amount: Money


@attrs.frozen
class ContributionGivenUp:
    """It is expected no longer."""

    at: datetime = attrs.field(converter=utc)
    actor: ActorId = attrs.field(validator=identifier)
    pledge_id: PledgeId
