"""The story as a document: its tables and keys, which is also what its JSON Schema says.

Every key is checked here for itself; what keys mean together (is there that tier?) where the story is built.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from pushcore.stories.campaign_tables import BudgetTable, CampaignTable, StretchTable
from pushcore.stories.cost_tables import CostsTable
from pushcore.stories.event_tables import EventTable
from pushcore.stories.expected import Expected
from pushcore.stories.fee_tables import FeeTable, OnTopTable, SplitTable
from pushcore.stories.fields import Title, Version
from pushcore.stories.matching_tables import MatchingTable
from pushcore.stories.payout_tables import PayoutsTable, RecoupTable
from pushcore.stories.refund_tables import DisputesTable, RefundsTable
from pushcore.stories.reward_tables import ItemTable, TaxTable, TierTable, VoucherTable
from pushcore.stories.subscription_tables import SubscriptionTable

__all__ = ["Document", "schema"]


class Document(BaseModel, extra="forbid", strict=True):
    """A campaign, what happens in it, and what is expected to come of it."""

    story: Version
    title: Title
    campaign: CampaignTable
    costs: CostsTable | None = Field(default=None, description="of a goal that moves with its fees")
    budget: list[BudgetTable] = Field(default_factory=list)
    stretch: list[StretchTable] = Field(default_factory=list)
    tiers: list[TierTable] = Field(default_factory=list)
    add_ons: list[TierTable] = Field(default_factory=list)
    items: list[ItemTable] = Field(default_factory=list)
    vouchers: list[VoucherTable] = Field(default_factory=list)
    taxes: list[TaxTable] = Field(default_factory=list)
    on_top: list[OnTopTable] = Field(default_factory=list)
    matching: list[MatchingTable] = Field(default_factory=list)
    fees: list[FeeTable] = Field(default_factory=list)
    split: list[SplitTable] = Field(default_factory=list)
    recoup: list[RecoupTable] = Field(default_factory=list, description="what comes before the split")
    payouts: PayoutsTable = Field(default_factory=PayoutsTable)
    refunds: RefundsTable | None = None
    disputes: DisputesTable | None = None
    subscriptions: list[SubscriptionTable] = Field(default_factory=list)
    events: list[EventTable] = Field(default_factory=list)
    expect: Expected = Field(default_factory=Expected)


def schema() -> dict[str, Any]:
    """The JSON Schema of a story: for editors that complete and check while one writes."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Document.model_json_schema()}
