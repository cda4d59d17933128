"""The table of a story about what is expected: any part of what ``play --json`` prints."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from pushcore.campaigns import CampaignState
from pushcore.pledges import PledgeState
from pushcore.recurring import SubscriptionState
from pushcore.stories.fields import Amount, Goal, choice

__all__ = ["Expected"]


def _name_of(kind: type[Enum]) -> BeforeValidator:
    """The name of one of its values, as it is told."""
    return choice({it.value: it.value for it in kind})


class ExpectedPledge(BaseModel, extra="forbid", strict=True):
    """What is expected of one pledge."""

    state: Annotated[str, _name_of(PledgeState)] = ""
    backer: str = ""
    amount: Amount = ""
    lines: dict[str, Amount] = Field(default_factory=dict)
    included_tax: Amount = ""
    given_back: Amount = ""
    late: bool = False
    reason: str = ""
    reward: str = ""


class ExpectedSubscription(BaseModel, extra="forbid", strict=True):
    """What is expected of one subscription."""

    state: Annotated[str, _name_of(SubscriptionState)] = ""
    backer: str = ""
    amount: Amount = ""
    charged: Amount = ""
    charges: int = 0
    failures: int = 0
    due: str = ""


class ExpectedStock(BaseModel, extra="forbid", strict=True):
    """What is expected of the stock of a tier, an add-on, an item or a voucher."""

    claimed: int = 0
    left: int | None = None
    waiting: list[str] = Field(default_factory=list)


class ExpectedRefusal(BaseModel, extra="forbid", strict=True):
    """What is expected of one refusal."""

    event: int = 0
    line: int = 0
    subscription: int = 0
    codes: list[str] = Field(default_factory=list)


class ExpectedLedger(BaseModel, extra="forbid", strict=True):
    """What is expected of the ledger."""

    balanced: bool = True
    transactions: int = 0


class Expected(BaseModel, extra="forbid", strict=True):
    """What a story is expected to come to: any part of what ``play --json`` prints."""

    state: Annotated[str, _name_of(CampaignState)] = ""
    round: int = 1
    currency: str = ""
    goal: Goal = ""
    pledged: Amount = ""
    counted: Amount = ""
    units: int = 0
    backers: int = 0
    late: Amount = ""
    matched: Amount = ""
    pools: dict[str, dict[str, Amount]] = Field(default_factory=dict)
    unlocked: list[str] = Field(default_factory=list)
    collected: Amount = ""
    on_top: dict[str, Amount] = Field(default_factory=dict)
    fees: dict[str, Amount] = Field(default_factory=dict)
    debt: Amount = ""
    borne: dict[str, Amount] = Field(default_factory=dict)
    net: Amount = ""
    payouts: dict[str, Amount] = Field(default_factory=dict)
    refunded: Amount = ""
    disputed: Amount = ""
    reserved: Amount = ""
    owed: dict[str, Amount] = Field(default_factory=dict)
    credit: dict[str, Amount] = Field(default_factory=dict)
    held: Amount = ""
    pledges: dict[str, ExpectedPledge] = Field(default_factory=dict)
    subscriptions: dict[str, ExpectedSubscription] = Field(default_factory=dict)
    tiers: dict[str, ExpectedStock] = Field(default_factory=dict)
    add_ons: dict[str, ExpectedStock] = Field(default_factory=dict)
    items: dict[str, ExpectedStock] = Field(default_factory=dict)
    vouchers: dict[str, ExpectedStock] = Field(default_factory=dict)
    refusals: list[ExpectedRefusal] = Field(default_factory=list)
    ledger: ExpectedLedger = Field(default_factory=ExpectedLedger)
