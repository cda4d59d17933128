"""The tables of a story about what happens: each has its time, and a key that says which kind it is."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Final

from pydantic import BaseModel, Discriminator, Field, Tag

from pushcore.stories.campaign_steps import CampaignMove
from pushcore.stories.editing_tables import EditEvent, ExtendEvent
from pushcore.stories.fields import Amount, CurrencyCode, Id, Time, Whole, choice
from pushcore.stories.fulfilment_steps import RewardStep
from pushcore.stories.payout_tables import ApproveEvent, ConsentEvent, PayeeEvent
from pushcore.stories.refund_tables import DisputeEvent, RefundEvent
from pushcore.stories.steps import Asked
from pushcore.stories.subscription_tables import (
    AmendEvent,
    EndEvent,
    PauseEvent,
    PublishEvent,
    ResumeEvent,
)

__all__ = [
    "EVENTS",
    "AcceptEvent",
    "CampaignEvent",
    "CancelEvent",
    "ChangeEvent",
    "ConfirmEvent",
    "DeclineEvent",
    "EventTable",
    "ExchangeEvent",
    "FollowEvent",
    "FulfilEvent",
    "GiveUpEvent",
    "JoinEvent",
    "LeaveEvent",
    "MergeEvent",
    "PledgeEvent",
    "ReceiveEvent",
    "TransferEvent",
    "UnfollowEvent",
]


class PledgeEvent(BaseModel, extra="forbid", strict=True):
    """A backer pledges: a tier so many times with a bonus, or an amount.

    Without a backer, the pledge has one of its own.
    """

    at: Time
    pledge: Id
    backer: Id | None = None
    tier: Id | None = None
    quantity: Whole = 1
    bonus: Amount | None = None
    amount: Amount | None = None
    add_ons: dict[Id, Whole] = Field(default_factory=dict)
    destination: Id | None = None
    tip: Amount | None = None
    voucher: Id | None = None
    token: Id | None = None
    expects: Amount | None = Field(default=None, description="what the backer was told that it costs")
    recipient: Id | None = None
    anonymous: bool = False
    hides_amount: bool = False
    parts: Whole | None = Field(default=None, description="in how many instalments it is paid; at once")
    slow: bool = Field(default=False, description="whether it waits to be confirmed by an event")
    method: Id | None = Field(default=None, description="how it is paid, where the goal moves with that")
    offline: Id | None = Field(
        default=None, description="how it is known that it comes in cash or by bank, and waits to be received"
    )


class ConfirmEvent(BaseModel, extra="forbid", strict=True):
    """The payment of a slow pledge arrives, such as that of a bank slip."""

    at: Time
    confirm: Id


class ReceiveEvent(BaseModel, extra="forbid", strict=True):
    """What comes of an offline pledge, in cash, by cheque or by bank."""

    at: Time
    receive: Id
    amount: Amount


class GiveUpEvent(BaseModel, extra="forbid", strict=True):
    """An offline pledge is expected no longer."""

    at: Time
    give_up: Id


class ChangeEvent(BaseModel, extra="forbid", strict=True):
    """A backer picks something else instead of all that the pledge was for."""

    at: Time
    change: Id
    tier: Id | None = None
    quantity: Whole = 1
    bonus: Amount | None = None
    amount: Amount | None = None
    add_ons: dict[Id, Whole] = Field(default_factory=dict)
    destination: Id | None = None
    tip: Amount | None = None
    voucher: Id | None = None
    token: Id | None = None
    expects: Amount | None = Field(default=None, description="what the backer was told that it costs now")


class TransferEvent(BaseModel, extra="forbid", strict=True):
    """A backer hands a pledge over to somebody else."""

    at: Time
    transfer: Id
    to: Id


class MergeEvent(BaseModel, extra="forbid", strict=True):
    """A backer makes one pledge of two: the other one takes this one over."""

    at: Time
    merge: Id
    into: Id


class CancelEvent(BaseModel, extra="forbid", strict=True):
    """A backer takes a pledge back."""

    at: Time
    cancel: Id


class DeclineEvent(BaseModel, extra="forbid", strict=True):
    """The gateway declines what is asked of it for a pledge from here on."""

    at: Time
    decline: Id
    of: Annotated[Asked, choice(Asked)] = Asked.CHARGE


class AcceptEvent(BaseModel, extra="forbid", strict=True):
    """The gateway accepts it again; a charge or a refund that failed is asked for at once."""

    at: Time
    accept: Id
    of: Annotated[Asked, choice(Asked)] = Asked.CHARGE


class JoinEvent(BaseModel, extra="forbid", strict=True):
    """A backer stands in line for a tier that is sold out, for so many pieces."""

    at: Time
    join: Id
    backer: Id
    quantity: Whole = 1
    token: Id | None = None


class LeaveEvent(BaseModel, extra="forbid", strict=True):
    """A backer waits no longer for a tier."""

    at: Time
    leave: Id
    backer: Id


class FulfilEvent(BaseModel, extra="forbid", strict=True):
    """Something is done about the reward of a pledge."""

    at: Time
    fulfil: Id
    step: Annotated[RewardStep, choice(RewardStep)]
    answers: Id | None = Field(default=None, description="of a survey that is answered")
    destination: Id | None = Field(default=None, description="of an answer, and of another address")
    shipment: Id | None = Field(default=None, description="of what is shipped")
    reason: Id | None = Field(default=None, description="of a delivery that fails")
    locks: Time | None = Field(default=None, description="with begin: when the address is final; never")


class FollowEvent(BaseModel, extra="forbid", strict=True):
    """Somebody wants to be told when the campaign opens."""

    at: Time
    follow: Id


class UnfollowEvent(BaseModel, extra="forbid", strict=True):
    """Somebody does not any more."""

    at: Time
    unfollow: Id


class CampaignEvent(BaseModel, extra="forbid", strict=True):
    """The creator or the platform moves the campaign."""

    at: Time
    campaign: Annotated[CampaignMove, choice(CampaignMove)]


class ExchangeEvent(BaseModel, extra="forbid", strict=True):
    """The platform turns so much money at the provider into another currency."""

    at: Time
    exchange: Amount
    of: CurrencyCode | None = Field(default=None, description="the currency of that; the campaign's")
    becomes: Amount
    currency: CurrencyCode = Field(description="of what it becomes")


EVENTS: Final[dict[str, type[BaseModel]]] = {
    "pledge": PledgeEvent,
    "confirm": ConfirmEvent,
    "receive": ReceiveEvent,
    "give_up": GiveUpEvent,
    "change": ChangeEvent,
    "transfer": TransferEvent,
    "merge": MergeEvent,
    "cancel": CancelEvent,
    "decline": DeclineEvent,
    "accept": AcceptEvent,
    "join": JoinEvent,
    "leave": LeaveEvent,
    "fulfil": FulfilEvent,
    "follow": FollowEvent,
    "unfollow": UnfollowEvent,
    "campaign": CampaignEvent,
    "edit": EditEvent,
    "extend": ExtendEvent,
    "pause": PauseEvent,
    "resume": ResumeEvent,
    "amend": AmendEvent,
    "end": EndEvent,
    "publish": PublishEvent,
    "consent": ConsentEvent,
    "approve": ApproveEvent,
    "payee": PayeeEvent,
    "refund": RefundEvent,
    "dispute": DisputeEvent,
    "exchange": ExchangeEvent,
}
"""The kinds of events, by the key that tells them apart."""


def _kind(event: object) -> str | None:
    """The key that is there; else the one that is nearly, so that the one that is meant is called for."""
    if not isinstance(event, dict):
        return None
    there = (key for key in EVENTS if key in event)
    nearly = (near for key in map(str, event) for near in get_close_matches(key[:_LONGEST], EVENTS, 1, _LIKE))
    return next(there, None) or next(nearly, None)


_LIKE: Final = 0.8
_LONGEST: Final = 60


EventTable = Annotated[
    Annotated[PledgeEvent, Tag("pledge")]
    | Annotated[ConfirmEvent, Tag("confirm")]
    | Annotated[ReceiveEvent, Tag("receive")]
    | Annotated[GiveUpEvent, Tag("give_up")]
    | Annotated[ChangeEvent, Tag("change")]
    | Annotated[TransferEvent, Tag("transfer")]
    | Annotated[MergeEvent, Tag("merge")]
    | Annotated[CancelEvent, Tag("cancel")]
    | Annotated[DeclineEvent, Tag("decline")]
    | Annotated[AcceptEvent, Tag("accept")]
    | Annotated[JoinEvent, Tag("join")]
    | Annotated[LeaveEvent, Tag("leave")]
    | Annotated[FulfilEvent, Tag("fulfil")]
    | Annotated[FollowEvent, Tag("follow")]
    | Annotated[UnfollowEvent, Tag("unfollow")]
    | Annotated[CampaignEvent, Tag("campaign")]
    | Annotated[EditEvent, Tag("edit")]
    | Annotated[ExtendEvent, Tag("extend")]
    | Annotated[PauseEvent, Tag("pause")]
    | Annotated[ResumeEvent, Tag("resume")]
    | Annotated[AmendEvent, Tag("amend")]
    | Annotated[EndEvent, Tag("end")]
    | Annotated[PublishEvent, Tag("publish")]
    | Annotated[ConsentEvent, Tag("consent")]
    | Annotated[ApproveEvent, Tag("approve")]
    | Annotated[PayeeEvent, Tag("payee")]
    | Annotated[RefundEvent, Tag("refund")]
    | Annotated[DisputeEvent, Tag("dispute")]
    | Annotated[ExchangeEvent, Tag("exchange")],
    Discriminator(
        _kind,
        custom_error_type="event",
        custom_error_message=f"an event is a table with one of the keys {', '.join(EVENTS)}",
    ),
]
