"""The tables of a story about how payees are paid: when, what is held back, and what comes first."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.money import Rounding
from pushcore.payouts import Consenter
from pushcore.stories.fee_tables import SplitTable
from pushcore.stories.fields import Amount, Id, Limit, Percent, Portion, Time, Whole, choice

__all__ = [
    "ApproveEvent",
    "ConsentEvent",
    "GatesTable",
    "LateDatesTable",
    "PayeeEvent",
    "PayoutsTable",
    "RecoupTable",
    "ReserveTable",
    "TrancheTable",
    "WireTable",
]


class MilestoneTable(BaseModel, extra="forbid", strict=True):
    """What must be consented to, and by whom; of backers, by which share of those who are asked."""

    id: Id
    by: Annotated[Consenter, choice(Consenter)]
    share: Portion | None = None


class TrancheTable(BaseModel, extra="forbid", strict=True):
    """A portion of what payees get, and when it is due."""

    portion: Portion
    days: Limit = Field(default=0, description="after the end of the campaign")
    milestone: MilestoneTable | None = None


class LateDatesTable(BaseModel, extra="forbid", strict=True):
    """When late pledges are paid, in days after the end."""

    first_days: Limit
    covered_days: Limit
    every_days: Whole


class ReserveTable(BaseModel, extra="forbid", strict=True):
    """What is held back of what was raised, and for how long."""

    percent: Percent
    rounding: Annotated[Rounding, choice(Rounding)]
    months: Whole | None = None
    days: Whole | None = None
    threshold: Amount | None = None
    cap: Amount | None = None
    rolling: bool = False


class WireTable(BaseModel, extra="forbid", strict=True):
    """What every transfer costs, to some payees or to all."""

    amount: Amount
    payees: list[Id] = Field(default_factory=list)


class GatesTable(BaseModel, extra="forbid", strict=True):
    """What has to be in order before anything is sent to a payee."""

    identity: bool = Field(default=False, description="identities are verified")
    agreement: bool = Field(default=False, description="an agreement is signed")
    frozen_days: Whole | None = Field(
        default=None, description="for how long nothing is sent after a change of bank details"
    )


class PayoutsTable(BaseModel, extra="forbid", strict=True):
    """How payees are paid what they get; everything at once, where there is no such table."""

    tranches: list[TrancheTable] = Field(default_factory=list)
    late: LateDatesTable | None = None
    reserve: ReserveTable | None = None
    least_net: Amount | None = Field(default=None, description="below it nobody is paid")
    least: Amount | None = Field(default=None, description="the smallest transfer")
    step: Amount | None = Field(default=None, description="what arrives is a multiple of it")
    wire: WireTable | None = None
    gates: GatesTable = Field(default_factory=GatesTable)
    approvals: Limit = Field(default=0, description="how many people have to approve each payout")


class RecoupTable(BaseModel, extra="forbid", strict=True):
    """What comes before the split: so much of the net, and among whom that is divided."""

    amount: Amount
    split: list[SplitTable]


class ConsentEvent(BaseModel, extra="forbid", strict=True):
    """Somebody says yes to a milestone; of backers, so many of those who were asked."""

    at: Time
    consent: Id
    by: Annotated[Consenter, choice(Consenter)]
    given: Limit = 1
    asked: Limit = 1


class ApproveEvent(BaseModel, extra="forbid", strict=True):
    """Somebody approves what a payee is to be paid next."""

    at: Time
    approve: Id
    by: Id


class PayeeEvent(BaseModel, extra="forbid", strict=True):
    """The platform learns something of a payee, which opens a gate or closes it."""

    at: Time
    payee: Id
    verified: bool | None = Field(default=None, description="whether their identity is")
    signed: bool | None = Field(default=None, description="whether they have signed the agreement")
    bank_changed: bool = Field(default=False, description="whether their bank details change")
