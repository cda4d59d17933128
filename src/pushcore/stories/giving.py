"""Giving: one step of a story about subscriptions, through the use cases of the host."""

from __future__ import annotations

from typing import assert_never

from pushcore.ids import CampaignId
from pushcore.ports import Ports
from pushcore.stories.actors import BACKER, CREATOR
from pushcore.stories.subscription_steps import (
    CancelSubscription,
    ChangeSubscription,
    PauseSubscription,
    PublishCreation,
    ResumeSubscription,
    StartSubscription,
    SubscriptionStep,
)
from pushcore.usecases import (
    cancel_subscription,
    change_subscription,
    pause_subscription,
    publish_creation,
    resume_subscription,
    start_subscription,
)

__all__ = ["give"]


def give(ports: Ports, campaign_id: CampaignId, step: SubscriptionStep) -> None:
    """Let a step happen now.

    Raises:
        Refused: a rule says no; nothing has changed.
    """
    match step:
        case StartSubscription(subscription=subscription):
            start_subscription(ports, subscription, actor=BACKER)
        case PauseSubscription(subscription_id=subscription_id):
            pause_subscription(ports, subscription_id, actor=BACKER)
        case ResumeSubscription(subscription_id=subscription_id):
            resume_subscription(ports, subscription_id, actor=BACKER)
        case ChangeSubscription(subscription_id=subscription_id):
            change_subscription(ports, subscription_id, step.amount, actor=BACKER)
        case CancelSubscription(subscription_id=subscription_id):
            cancel_subscription(ports, subscription_id, actor=BACKER)
        case PublishCreation(at=at):
            publish_creation(ports, campaign_id, at, actor=CREATOR)
        case _:
            assert_never(step)
