"""The story as a document: its tables and keys, which is also what its JSON Schema says.

Every key is checked here for itself; what keys mean together (is there that tier?) where the story is built.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, Discriminator, Field, Tag

from pushcore.campaigns import Discipline
from pushcore.money import Rounding
from pushcore.payouts import FeeBase
from pushcore.stories.fields import (
    Amount,
    CurrencyCode,
    Id,
    Model,
    Percent,
    Portion,
    Time,
    Title,
    Version,
    ZoneName,
    choice,
)

__all__ = [
    "EVENTS",
    "AcceptEvent",
    "BelowTable",
    "CampaignTable",
    "CancelEvent",
    "DeclineEvent",
    "Document",
    "EventTable",
    "Expected",
    "FeeTable",
    "PledgeEvent",
    "RetryTable",
    "SplitTable",
    "TierTable",
    "schema",
]

Whole = Annotated[int, Field(ge=1, lt=10**9)]
Hours = Annotated[list[Whole], Field(max_length=100)]


class RetryTable(BaseModel, extra="forbid", strict=True):
    """When a failed charge is reminded of and tried again, in hours after it first failed: at the close."""

    remind_hours: Hours = Field(default=[48, 96, 144])
    attempt_hours: Hours = Field(default=[168])


class CampaignTable(BaseModel, extra="forbid", strict=True, json_schema_extra={
    "oneOf": [{"required": ["closes"]}, {"required": ["days"]}]
}):  # fmt: skip
    """What the campaign wants, when, and on which terms.

    It closes at ``closes``, or so many wall-clock ``days`` after it opens.
    """

    currency: CurrencyCode
    goal: Amount
    zone: ZoneName
    opens: Time
    closes: Time | None = None
    days: Whole | None = None
    creator: Id
    model: Model
    discipline: Annotated[Discipline | None, choice(Discipline)] = None
    minimum: Amount | None = Field(default=None, description="the smallest pledge; one minor unit")
    retry: RetryTable = Field(default_factory=RetryTable)
    until: Time | None = Field(default=None, description="when the clock stops; 60 days after the close")


class TierTable(BaseModel, extra="forbid", strict=True):
    """A reward at a price; without a limit there is no end of them."""

    id: Id
    price: Amount
    limit: Annotated[int, Field(ge=0, lt=10**9)] | None = None


class BelowTable(BaseModel, extra="forbid", strict=True):
    """What is taken instead of amounts strictly below a limit."""

    amount: Amount
    percent: Percent | None = None
    fixed: Amount | None = None


class FeeTable(BaseModel, extra="forbid", strict=True):
    """A fee line: a percentage, a fixed amount, or both, of each pledge or of the collected total."""

    line: Id
    base: Annotated[FeeBase, choice(FeeBase)]
    percent: Percent | None = None
    fixed: Amount | None = None
    below: BelowTable | None = None
    rounding: Annotated[Rounding, choice(Rounding)]


class SplitTable(BaseModel, extra="forbid", strict=True):
    """What one payee gets of the net: one of a portion, a fixed amount and the remaining."""

    payee: Id
    portion: Portion | None = None
    fixed: Amount | None = None
    remaining: bool = False
    max: Amount | None = None


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


class CancelEvent(BaseModel, extra="forbid", strict=True):
    """A backer takes a pledge back."""

    at: Time
    cancel: Id


class DeclineEvent(BaseModel, extra="forbid", strict=True):
    """The gateway declines the charge of a pledge from here on."""

    at: Time
    decline: Id


class AcceptEvent(BaseModel, extra="forbid", strict=True):
    """The gateway accepts the charge of a pledge again; one that failed is charged at once."""

    at: Time
    accept: Id


EVENTS: Final[dict[str, type[BaseModel]]] = {
    "pledge": PledgeEvent,
    "cancel": CancelEvent,
    "decline": DeclineEvent,
    "accept": AcceptEvent,
}
"""The kinds of events, by the key that tells them apart."""


def _kind(event: object) -> str | None:
    return next((key for key in EVENTS if key in event), None) if isinstance(event, dict) else None


EventTable = Annotated[
    Annotated[PledgeEvent, Tag("pledge")]
    | Annotated[CancelEvent, Tag("cancel")]
    | Annotated[DeclineEvent, Tag("decline")]
    | Annotated[AcceptEvent, Tag("accept")],
    Discriminator(
        _kind,
        custom_error_type="event",
        custom_error_message=f"an event is a table with one of the keys {', '.join(EVENTS)}",
    ),
]


class ExpectedPledge(BaseModel, extra="forbid", strict=True):
    """What is expected of one pledge."""

    state: str = ""
    amount: Amount = ""


class ExpectedTier(BaseModel, extra="forbid", strict=True):
    """What is expected of one tier."""

    claimed: int = 0
    left: int | None = None


class ExpectedRefusal(BaseModel, extra="forbid", strict=True):
    """What is expected of one refusal."""

    event: int = 0
    line: int = 0
    codes: list[str] = Field(default_factory=list)


class ExpectedLedger(BaseModel, extra="forbid", strict=True):
    """What is expected of the ledger."""

    balanced: bool = True
    transactions: int = 0


class Expected(BaseModel, extra="forbid", strict=True):
    """What a story is expected to come to: any part of what ``play --json`` prints."""

    state: str = ""
    currency: str = ""
    goal: Amount = ""
    pledged: Amount = ""
    backers: int = 0
    collected: Amount = ""
    fees: dict[str, Amount] = Field(default_factory=dict)
    debt: Amount = ""
    net: Amount = ""
    payouts: dict[str, Amount] = Field(default_factory=dict)
    refunded: Amount = ""
    held: Amount = ""
    pledges: dict[str, ExpectedPledge] = Field(default_factory=dict)
    tiers: dict[str, ExpectedTier] = Field(default_factory=dict)
    refusals: list[ExpectedRefusal] = Field(default_factory=list)
    ledger: ExpectedLedger = Field(default_factory=ExpectedLedger)


class Document(BaseModel, extra="forbid", strict=True):
    """A campaign, what happens in it, and what is expected to come of it."""

    story: Version
    title: Title
    campaign: CampaignTable
    tiers: list[TierTable] = Field(default_factory=list)
    fees: list[FeeTable] = Field(default_factory=list)
    split: list[SplitTable] = Field(default_factory=list)
    events: list[EventTable] = Field(default_factory=list)
    expect: Expected = Field(default_factory=Expected)


def schema() -> dict[str, Any]:
    """The JSON Schema of a story: for editors that complete and check while one writes."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Document.model_json_schema()}
