"""The tables of a story about who gets what: fees, fees on top, and splits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.money import Rounding
from pushcore.payouts import FeeBase, FeeBearer
from pushcore.stories.fields import Amount, Id, Percent, Portion, choice

__all__ = ["BelowTable", "BracketTable", "FeeTable", "OnTopTable", "SplitTable"]


class BelowTable(BaseModel, extra="forbid", strict=True):
    """What is taken instead of amounts strictly below a limit, or with ``inclusive`` of those up to it."""

    amount: Amount
    inclusive: bool = False
    percent: Percent | None = None
    fixed: Amount | None = None


class BracketTable(BaseModel, extra="forbid", strict=True):
    """The percentage of the part of an amount up to a limit; the last one has no limit."""

    percent: Percent
    up_to: Amount | None = None


class FeeTable(BaseModel, extra="forbid", strict=True):
    """A fee line: a percentage, a fixed amount, or both, of each pledge, of the total or of other fees."""

    line: Id
    base: Annotated[FeeBase, choice(FeeBase)]
    of: list[Id] = Field(default_factory=list, description="with base fees: the earlier lines it is of")
    share: Portion | None = Field(default=None, description="the part of the base that it is of; all of it")
    percent: Percent | None = None
    brackets: list[BracketTable] = Field(default_factory=list)
    fixed: Amount | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    below: BelowTable | None = None
    rounding: Annotated[Rounding, choice(Rounding)]
    methods: list[Id] = Field(default_factory=list, description="the payment methods it is for; all of them")
    bearer: Annotated[FeeBearer, choice(FeeBearer)] = FeeBearer.CREATOR
    refundable: bool = Field(default=True, description="whether it goes back when a pledge is refunded")
    withheld: bool = Field(default=False, description="whether the creator keeps it of the fees it is of")
    estimate: bool = Field(default=False, description="whether it only estimates what a provider takes")


class OnTopTable(BaseModel, extra="forbid", strict=True):
    """A fee that the backer pays to the platform beside the pledge, of all that the campaign gets of it."""

    line: Id
    of: list[Id] = Field(default_factory=list, description="the earlier lines it is of, not the pledge")
    share: Portion | None = Field(default=None, description="the part of that which it is of; all of it")
    percent: Percent | None = None
    brackets: list[BracketTable] = Field(default_factory=list)
    fixed: Amount | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    below: BelowTable | None = None
    rounding: Annotated[Rounding, choice(Rounding)]
    refundable: bool = Field(default=True, description="whether it goes back when a pledge is refunded")


class SplitTable(BaseModel, extra="forbid", strict=True):
    """What one payee gets of the net: one of a portion, a fixed amount and the remaining."""

    payee: Id
    portion: Portion | None = None
    fixed: Amount | None = None
    remaining: bool = False
    max: Amount | None = None
