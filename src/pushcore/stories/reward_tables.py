"""The tables of a story about what backers can pick, and what belongs to its price."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.money import Rounding
from pushcore.rewards import Phase
from pushcore.stories.fields import Amount, Date, HoursOfAYear, Id, Limit, Percent, Time, Whole, choice

__all__ = ["AudienceTable", "ItemTable", "ShippingTable", "TaxTable", "TierTable", "VoucherTable"]


class AudienceTable(BaseModel, extra="forbid", strict=True):
    """For whom a secret reward is: whoever shows its token, and whoever is on the list."""

    token: Id | None = None
    backers: list[Id] = Field(default_factory=list)


class ShippingTable(BaseModel, extra="forbid", strict=True):
    """What sending one piece costs, by destination; without a rate for elsewhere, it is sent nowhere else."""

    rates: dict[Id, Amount] = Field(default_factory=dict)
    elsewhere: Amount | None = None


class TierTable(BaseModel, extra="forbid", strict=True):
    """A reward at a price, or an add-on to one; without a limit there is no end of them."""

    id: Id
    price: Amount
    limit: Limit | None = None
    late_price: Amount | None = Field(default=None, description="what it costs late; the price")
    phases: list[Annotated[Phase, choice(Phase)]] = Field(default=[Phase.CAMPAIGN])
    per_backer: Whole | None = None
    starts: Time | None = None
    ends: Time | None = Field(default=None, description="that very instant is in time")
    audience: AudienceTable | None = Field(default=None, description="for whom it is; for everybody")
    shipping: ShippingTable | None = Field(default=None, description="what sending costs; nothing is sent")
    pickup: bool = False
    delivers: Date | None = None
    includes: dict[Id, Whole] = Field(default_factory=dict, description="so many of each item")
    waiting_hours: HoursOfAYear | None = Field(
        default=None, description="how long a piece is on offer to whoever waits for it; nobody can wait"
    )


class ItemTable(BaseModel, extra="forbid", strict=True):
    """A thing that rewards are made of; with a limit, all of them share its pieces."""

    id: Id
    limit: Limit | None = None


class VoucherTable(BaseModel, extra="forbid", strict=True):
    """A code that makes a reward cheaper, keeps pieces of it, or opens what is sold out."""

    code: Id
    percent: Percent | None = None
    rounding: Annotated[Rounding | None, choice(Rounding)] = None
    amount: Amount | None = None
    tiers: list[Id] = Field(default_factory=list, description="which it is for; all of them")
    limit: Limit | None = None
    ends: Time | None = None
    blocks: bool = False
    overbooks: bool = False


class TaxTable(BaseModel, extra="forbid", strict=True):
    """A tax on rewards, in their price or on top of it; the first that applies is taken."""

    name: Id
    rate: Percent
    rounding: Annotated[Rounding, choice(Rounding)]
    included: bool
    shipping: bool = Field(default=True, description="whether shipping is taxed too")
    destinations: list[Id] = Field(default_factory=list, description="where it is taken; everywhere")
