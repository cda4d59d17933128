"""The tables of a story about subscriptions: who gives again and again, and what happens to that."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.recurring import Period
from pushcore.stories.fields import Amount, Id, Time, Title, Whole, choice

__all__ = [
    "AmendEvent",
    "AnchorName",
    "EndEvent",
    "PauseEvent",
    "PublishEvent",
    "ResumeEvent",
    "SubscriptionTable",
]


class AnchorName(StrEnum):
    """The anchors, by the names that stories give them."""

    ANNIVERSARY = "anniversary"
    FIRST_OF_MONTH = "first-of-month"
    PER_CREATION = "per-creation"


class SubscriptionTable(BaseModel, extra="forbid", strict=True):
    """A backer gives an amount every period, or for every creation; without a backer, one of its own does."""

    id: Id
    backer: Id | None = None
    amount: Amount
    starts: Time
    anchor: Annotated[AnchorName, choice(AnchorName)] = AnchorName.ANNIVERSARY
    period: Annotated[Period | None, choice(Period)] = Field(
        default=None, description="how often; with per-creation: monthly, or at once"
    )
    skip_after: Whole | None = Field(
        default=None, description="with first-of-month: who starts later in a month skips the next one"
    )
    most: Whole | None = Field(default=None, description="with per-creation: so many of a month are charged")
    retries: list[Whole] = Field(
        default_factory=list, description="days to wait after each failure in a row; one more ends it"
    )
    tier: Id | None = Field(default=None, description="what it claims for as long as it lasts")
    quantity: Whole = 1


class PauseEvent(BaseModel, extra="forbid", strict=True):
    """A subscription is not charged until it is resumed."""

    at: Time
    pause: Id


class ResumeEvent(BaseModel, extra="forbid", strict=True):
    """It is charged again, from the next date on."""

    at: Time
    resume: Id


class AmendEvent(BaseModel, extra="forbid", strict=True):
    """A subscription gives another amount from the next period on."""

    at: Time
    amend: Id
    amount: Amount


class EndEvent(BaseModel, extra="forbid", strict=True):
    """A backer ends a subscription."""

    at: Time
    end: Id


class PublishEvent(BaseModel, extra="forbid", strict=True):
    """The creator publishes something: those who give by creation are charged for it."""

    at: Time
    publish: Title
