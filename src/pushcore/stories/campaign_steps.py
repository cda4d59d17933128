"""The steps of a story about its campaign: it is moved, its terms are changed, somebody follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs

from pushcore._checks import expect, kind, none_such
from pushcore.calendar import Deadline, utc
from pushcore.ids import ActorId, BackerId, MilestoneId, PayeeId, identifier
from pushcore.money import Money
from pushcore.payouts import Consent
from pushcore.stories.origin import Origin

__all__ = [
    "ApprovePayout",
    "CampaignMove",
    "CampaignStep",
    "ConsentToMilestone",
    "EditTerms",
    "ExtendCampaign",
    "FollowCampaign",
    "MoveCampaign",
    "UnfollowCampaign",
]


class CampaignMove(StrEnum):
    """What the creator or the platform does with a campaign."""

    SUBMIT = "submit"
    REQUEST_CHANGES = "request-changes"
    APPROVE = "approve"
    REJECT = "reject"
    LAUNCH = "launch"
    SUSPEND = "suspend"
    RESUME = "resume"
    ANNOUNCE_END = "announce-end"
    CANCEL = "cancel"

    _missing_ = classmethod(none_such)


@attrs.frozen
class MoveCampaign:
    """The creator or the platform moves the campaign."""

    at: datetime = attrs.field(converter=utc)
    move: CampaignMove = attrs.field(validator=kind(CampaignMove))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


def _copied(by_id: Mapping[str, Any]) -> dict[str, Any]:
    expect(by_id, Mapping, what="what is changed by id")
    return dict(by_id)


def _each(what: type) -> Any:  # noqa: ANN401  a validator
    def check(_: object, attribute: attrs.Attribute[Any], by_id: dict[str, Any]) -> None:
        for name, value in by_id.items():
            expect(name, str, what=f"the id of one of {attribute.name}")
            expect(value, what, what=f"one of {attribute.name}")

    return check


@attrs.frozen
class EditTerms:
    """The creator changes the terms.

    Attributes:
        goal: The new goal; None where it stays.
        limits: How many there are of a reward, an item or a voucher, by its id.
        prices: What a reward costs, by its id.
    """

    at: datetime = attrs.field(converter=utc)
    goal: Money | int | None = attrs.field(default=None, validator=kind(Money, int, None))
    limits: dict[str, int] = attrs.field(
        factory=dict, kw_only=True, converter=_copied, validator=_each(int), hash=False
    )
    prices: dict[str, Money] = attrs.field(
        factory=dict, kw_only=True, converter=_copied, validator=_each(Money), hash=False
    )
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ExtendCampaign:
    """The creator moves the deadline."""

    at: datetime = attrs.field(converter=utc)
    closes: Deadline = attrs.field(validator=kind(Deadline))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class FollowCampaign:
    """Somebody wants to be told when the campaign opens."""

    at: datetime = attrs.field(converter=utc)
    backer_id: BackerId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class UnfollowCampaign:
    """Somebody does not any more."""

    at: datetime = attrs.field(converter=utc)
    backer_id: BackerId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ConsentToMilestone:
    """Somebody says yes to what payees wait for."""

    at: datetime = attrs.field(converter=utc)
    milestone_id: MilestoneId = attrs.field(validator=identifier)
    consent: Consent = attrs.field(validator=kind(Consent))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ApprovePayout:
    """Somebody approves what a payee is to be paid next.

    Attributes:
        approver: Who; several have to be several people.
    """

    at: datetime = attrs.field(converter=utc)
    payee_id: PayeeId = attrs.field(validator=identifier)
    approver: ActorId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


CampaignStep = (
    MoveCampaign
    | EditTerms
    | ExtendCampaign
    | FollowCampaign
    | UnfollowCampaign
    | ConsentToMilestone
    | ApprovePayout
)
"""What can happen to the campaign of a story."""
