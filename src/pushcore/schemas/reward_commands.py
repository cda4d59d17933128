"""Commands about rewards: waiting for one that is sold out, and getting it to whoever paid for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from pushcore import usecases
from pushcore.schemas.fields import (
    ActorIdField,
    BackerIdField,
    CampaignIdField,
    DeadlineField,
    PledgeIdField,
    TierIdField,
)

if TYPE_CHECKING:
    from pushcore.ports import Ports
    from pushcore.rewards import Fulfilment, WaitingList

__all__ = [
    "AnswerSurvey",
    "BeginFulfilment",
    "CancelFulfilment",
    "ChangeAddress",
    "DeliverReward",
    "FailDelivery",
    "JoinWaitingList",
    "LeaveWaitingList",
    "LockAddress",
    "OfferReleased",
    "ShipReward",
]


class JoinWaitingList(BaseModel, extra="forbid", frozen=True):
    """Stand in line for a tier that is sold out."""

    type: Literal["join-waiting-list"] = "join-waiting-list"
    campaign_id: CampaignIdField
    tier_id: TierIdField
    backer_id: BackerIdField
    quantity: Annotated[int, Field(strict=True)] = 1
    token: Annotated[str, Field(strict=True)] | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> WaitingList:
        """Carry it out: see `pushcore.usecases.join_waiting_list`."""
        return usecases.join_waiting_list(
            ports,
            self.campaign_id,
            self.tier_id,
            self.backer_id,
            quantity=self.quantity,
            token=self.token,
            actor=self.actor,
        )


class LeaveWaitingList(BaseModel, extra="forbid", frozen=True):
    """Wait no longer."""

    type: Literal["leave-waiting-list"] = "leave-waiting-list"
    campaign_id: CampaignIdField
    tier_id: TierIdField
    backer_id: BackerIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> WaitingList:
        """Carry it out: see `pushcore.usecases.leave_waiting_list`."""
        return usecases.leave_waiting_list(
            ports, self.campaign_id, self.tier_id, self.backer_id, actor=self.actor
        )


class OfferReleased(BaseModel, extra="forbid", frozen=True):
    """Offer the pieces of a tier that came free to those who wait for them."""

    type: Literal["offer-released"] = "offer-released"
    campaign_id: CampaignIdField
    tier_id: TierIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> WaitingList:
        """Carry it out: see `pushcore.usecases.offer_released`."""
        return usecases.offer_released(ports, self.campaign_id, self.tier_id, actor=self.actor)


class BeginFulfilment(BaseModel, extra="forbid", frozen=True):
    """Begin to fulfil the reward of a collected pledge."""

    type: Literal["begin-fulfilment"] = "begin-fulfilment"
    pledge_id: PledgeIdField
    locks: DeadlineField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.begin_fulfilment`."""
        return usecases.begin_fulfilment(ports, self.pledge_id, locks=self.locks, actor=self.actor)


class AnswerSurvey(BaseModel, extra="forbid", frozen=True):
    """Take a reference to a backer's answers, and a code of where the reward goes."""

    type: Literal["answer-survey"] = "answer-survey"
    pledge_id: PledgeIdField
    answers: Annotated[str, Field(strict=True)]
    destination: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.answer_survey`."""
        return usecases.answer_survey(ports, self.pledge_id, self.answers, self.destination, actor=self.actor)


class ChangeAddress(BaseModel, extra="forbid", frozen=True):
    """Take another destination of a reward."""

    type: Literal["change-address"] = "change-address"
    pledge_id: PledgeIdField
    destination: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.change_address`."""
        return usecases.change_address(ports, self.pledge_id, self.destination, actor=self.actor)


class LockAddress(BaseModel, extra="forbid", frozen=True):
    """Make the address of a reward final."""

    type: Literal["lock-address"] = "lock-address"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.lock_address`."""
        return usecases.lock_address(ports, self.pledge_id, actor=self.actor)


class ShipReward(BaseModel, extra="forbid", frozen=True):
    """Hand a reward to a carrier, who calls it ``shipment``."""

    type: Literal["ship-reward"] = "ship-reward"
    pledge_id: PledgeIdField
    shipment: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.ship_reward`."""
        return usecases.ship_reward(ports, self.pledge_id, self.shipment, actor=self.actor)


class DeliverReward(BaseModel, extra="forbid", frozen=True):
    """Note that a reward has arrived."""

    type: Literal["deliver-reward"] = "deliver-reward"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.deliver_reward`."""
        return usecases.deliver_reward(ports, self.pledge_id, actor=self.actor)


class FailDelivery(BaseModel, extra="forbid", frozen=True):
    """Note that a reward came back, for a reason that the carrier gives as a code."""

    type: Literal["fail-delivery"] = "fail-delivery"
    pledge_id: PledgeIdField
    reason: Annotated[str, Field(strict=True)]
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.fail_delivery`."""
        return usecases.fail_delivery(ports, self.pledge_id, self.reason, actor=self.actor)


class CancelFulfilment(BaseModel, extra="forbid", frozen=True):
    """Give a reward up."""

    type: Literal["cancel-fulfilment"] = "cancel-fulfilment"
    pledge_id: PledgeIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Fulfilment:
        """Carry it out: see `pushcore.usecases.cancel_fulfilment`."""
        return usecases.cancel_fulfilment(ports, self.pledge_id, actor=self.actor)
