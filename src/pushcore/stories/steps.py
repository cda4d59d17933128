"""Steps: what can happen in a story, one thing at an instant."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, get_args

import attrs

from pushcore._checks import counted, kind, none_such
from pushcore.calendar.instants import utc_of
from pushcore.errors import InvalidValue
from pushcore.ids import BackerId, PledgeId, TierId, identifier, optional_identifier
from pushcore.money import Money
from pushcore.pledges import PledgeRequest
from pushcore.rewards import Selection
from pushcore.stories.campaign_steps import (
    ApprovePayout,
    CampaignMove,
    CampaignStep,
    ConsentToMilestone,
    EditTerms,
    ExtendCampaign,
    FollowCampaign,
    MoveCampaign,
    UnfollowCampaign,
)
from pushcore.stories.exchange_steps import ExchangeMoney
from pushcore.stories.fulfilment_steps import FulfilReward
from pushcore.stories.origin import Origin
from pushcore.stories.payees import CheckPayee
from pushcore.stories.refund_steps import RefundPledge, RefundStep, TellDispute
from pushcore.stories.subscription_steps import (
    CancelSubscription,
    ChangeSubscription,
    PauseSubscription,
    PublishCreation,
    ResumeSubscription,
    StartSubscription,
    SubscriptionStep,
)

__all__ = [
    "STEPS",
    "AcceptAgain",
    "ApprovePayout",
    "Asked",
    "CampaignMove",
    "CancelPledge",
    "CancelSubscription",
    "ChangePledge",
    "ChangeSubscription",
    "CheckPayee",
    "ConfirmPledge",
    "ConsentToMilestone",
    "DeclineFromNow",
    "EditTerms",
    "ExchangeMoney",
    "ExtendCampaign",
    "FollowCampaign",
    "GiveUpContribution",
    "JoinWaitingList",
    "LeaveWaitingList",
    "MergePledges",
    "MoveCampaign",
    "PauseSubscription",
    "PlacePledge",
    "PublishCreation",
    "ReceiveContribution",
    "RefundPledge",
    "ResumeSubscription",
    "StartSubscription",
    "Step",
    "TellDispute",
    "TransferPledge",
    "UnfollowCampaign",
]


class Asked(StrEnum):
    """What is asked of the gateway for a pledge: to save its method, to charge it, or to give it back."""

    METHOD = "method"
    CHARGE = "charge"
    REFUND = "refund"

    _missing_ = classmethod(none_such)


def _when(at: datetime) -> datetime:
    return utc_of(at, "Step", "at")


@attrs.frozen
class PlacePledge:
    """A backer pledges; a slow one waits until it is confirmed, as one by bank slip does.

    Attributes:
        method: How it is paid, where the goal moves with that.
        offline: How it is known that it will come in cash, by cheque or by bank; None for what is charged.

    Raises:
        InvalidValue: a part of the wrong kind, or one that is slow and comes offline.
    """

    at: datetime = attrs.field(converter=_when)
    request: PledgeRequest = attrs.field(validator=kind(PledgeRequest))
    slow: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    method: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    offline: str | None = attrs.field(default=None, kw_only=True, validator=optional_identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    def __attrs_post_init__(self) -> None:
        if self.slow and self.offline is not None:
            message = "what comes offline is received, not confirmed: leave out one of slow and offline"
            raise InvalidValue(message, pledge=self.pledge_id)

    @property
    def pledge_id(self) -> PledgeId:
        """The pledge it is about."""
        return self.request.pledge_id


@attrs.frozen
class ConfirmPledge:
    """The payment of a slow pledge arrives."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ReceiveContribution:
    """What comes of a contribution that was announced, which may be another amount."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class GiveUpContribution:
    """A contribution that was announced is expected no longer."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class ChangePledge:
    """A backer picks something else instead of all that a pledge was for.

    Attributes:
        expects: What they were told that it costs now.
    """

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    selection: Selection = attrs.field(validator=kind(Selection))
    expects: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class TransferPledge:
    """A backer hands a pledge over to somebody else."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    holder_id: BackerId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class MergePledges:
    """A backer makes one pledge of two; the other one is canceled."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    other_id: PledgeId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class CancelPledge:
    """A backer takes a pledge back."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class DeclineFromNow:
    """From here on, the gateway declines what is asked of it for a pledge, if anything is."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    asked: Asked = attrs.field(default=Asked.CHARGE, validator=kind(Asked))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class AcceptAgain:
    """From here on, the gateway accepts it again; a charge or a refund that failed is asked for at once."""

    at: datetime = attrs.field(converter=_when)
    pledge_id: PledgeId = attrs.field(validator=identifier)
    asked: Asked = attrs.field(default=Asked.CHARGE, validator=kind(Asked))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))


@attrs.frozen
class JoinWaitingList:
    """A backer stands in line for a tier that is sold out."""

    at: datetime = attrs.field(converter=_when)
    tier_id: TierId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    quantity: int = attrs.field(default=1, validator=counted(1))
    token: str | None = attrs.field(default=None, validator=optional_identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    @property
    def pledge_id(self) -> None:
        """No pledge: there is none yet."""
        return None


@attrs.frozen
class LeaveWaitingList:
    """A backer waits no longer."""

    at: datetime = attrs.field(converter=_when)
    tier_id: TierId = attrs.field(validator=identifier)
    backer_id: BackerId = attrs.field(validator=identifier)
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    @property
    def pledge_id(self) -> None:
        """No pledge: there is none."""
        return None


Step = (
    PlacePledge
    | ConfirmPledge
    | ReceiveContribution
    | GiveUpContribution
    | ChangePledge
    | TransferPledge
    | MergePledges
    | CancelPledge
    | DeclineFromNow
    | AcceptAgain
    | JoinWaitingList
    | LeaveWaitingList
    | FulfilReward
    | CampaignStep
    | SubscriptionStep
    | RefundStep
    | CheckPayee
    | ExchangeMoney
)
"""What can happen in a story."""

STEPS: Final = get_args(Step)
"""All of them, to check by."""
