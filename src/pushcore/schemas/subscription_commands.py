"""Commands about subscriptions to campaigns, and about what is published for those who give by creation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from pushcore import usecases
from pushcore.recurring import Subscription
from pushcore.schemas.fields import (
    ActorIdField,
    AnchorField,
    BackerIdField,
    CampaignIdField,
    DonationLimitsField,
    InstantField,
    MoneyField,
    RetriesField,
    StockMoveField,
    SubscriptionIdField,
)

if TYPE_CHECKING:
    from pushcore.ports import Ports
    from pushcore.usecases import Billing

__all__ = [
    "CancelSubscription",
    "ChangeSubscription",
    "ChargeDueSubscriptions",
    "ChargeSubscription",
    "CountCreation",
    "PauseSubscription",
    "PublishCreation",
    "ResumeSubscription",
    "StartSubscription",
]


class StartSubscription(BaseModel, extra="forbid", frozen=True):
    """Give to a campaign again and again."""

    type: Literal["start-subscription"] = "start-subscription"
    subscription_id: SubscriptionIdField
    backer_id: BackerIdField
    campaign_id: CampaignIdField
    amount: MoneyField
    anchor: AnchorField
    retries: RetriesField
    started_at: InstantField
    claim: StockMoveField | None = None
    limits: DonationLimitsField | None = None
    actor: ActorIdField

    def to_domain(self) -> Subscription:
        """The subscription that is started."""
        return Subscription(
            id=self.subscription_id,
            backer_id=self.backer_id,
            campaign_id=self.campaign_id,
            amount=self.amount,
            anchor=self.anchor,
            retries=self.retries,
            started_at=self.started_at,
            claim=self.claim,
        )

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.start_subscription`."""
        return usecases.start_subscription(ports, self.to_domain(), actor=self.actor, limits=self.limits)


class ChargeSubscription(BaseModel, extra="forbid", frozen=True):
    """Begin the charge of a subscription that is due, or finish the one under way."""

    type: Literal["charge-subscription"] = "charge-subscription"
    subscription_id: SubscriptionIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.charge_subscription`."""
        return usecases.charge_subscription(ports, self.subscription_id, actor=self.actor)


class ChargeDueSubscriptions(BaseModel, extra="forbid", frozen=True):
    """Charge every subscription that is due."""

    type: Literal["charge-due-subscriptions"] = "charge-due-subscriptions"
    actor: ActorIdField

    def run(self, ports: Ports) -> Billing:
        """Carry it out: see `pushcore.usecases.charge_due_subscriptions`."""
        return usecases.charge_due_subscriptions(ports, actor=self.actor)


class PauseSubscription(BaseModel, extra="forbid", frozen=True):
    """Charge nothing until it is resumed."""

    type: Literal["pause-subscription"] = "pause-subscription"
    subscription_id: SubscriptionIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.pause_subscription`."""
        return usecases.pause_subscription(ports, self.subscription_id, actor=self.actor)


class ResumeSubscription(BaseModel, extra="forbid", frozen=True):
    """Charge again, from the next date on."""

    type: Literal["resume-subscription"] = "resume-subscription"
    subscription_id: SubscriptionIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.resume_subscription`."""
        return usecases.resume_subscription(ports, self.subscription_id, actor=self.actor)


class ChangeSubscription(BaseModel, extra="forbid", frozen=True):
    """Give another amount from the next period on."""

    type: Literal["change-subscription"] = "change-subscription"
    subscription_id: SubscriptionIdField
    amount: MoneyField
    limits: DonationLimitsField | None = None
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.change_subscription`."""
        return usecases.change_subscription(
            ports, self.subscription_id, self.amount, actor=self.actor, limits=self.limits
        )


class CancelSubscription(BaseModel, extra="forbid", frozen=True):
    """End a subscription."""

    type: Literal["cancel-subscription"] = "cancel-subscription"
    subscription_id: SubscriptionIdField
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.cancel_subscription`."""
        return usecases.cancel_subscription(ports, self.subscription_id, actor=self.actor)


class PublishCreation(BaseModel, extra="forbid", frozen=True):
    """Charge everybody who gives by creation to a campaign for what was published then."""

    type: Literal["publish-creation"] = "publish-creation"
    campaign_id: CampaignIdField
    published_at: InstantField
    actor: ActorIdField

    def run(self, ports: Ports) -> int:
        """Carry it out: see `pushcore.usecases.publish_creation`."""
        return usecases.publish_creation(ports, self.campaign_id, self.published_at, actor=self.actor)


class CountCreation(BaseModel, extra="forbid", frozen=True):
    """Charge one subscription for what was published then."""

    type: Literal["count-creation"] = "count-creation"
    subscription_id: SubscriptionIdField
    published_at: InstantField
    actor: ActorIdField

    def run(self, ports: Ports) -> Subscription:
        """Carry it out: see `pushcore.usecases.count_creation`."""
        return usecases.count_creation(ports, self.subscription_id, self.published_at, actor=self.actor)
