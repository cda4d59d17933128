"""The table of a story about a goal with fees on top: what the project costs, and what comes beside it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.money import Rounding
from pushcore.stories.fields import Amount, Id, Percent, choice

__all__ = ["CostsTable", "MethodTable"]


class MethodTable(BaseModel, extra="forbid", strict=True):
    """What a payment by one method costs: a percentage, a fixed amount, or both."""

    method: Id
    percent: Percent | None = None
    fixed: Amount | None = None
    rounding: Annotated[Rounding, choice(Rounding)]


class CostsTable(BaseModel, extra="forbid", strict=True):
    """What the project gets, and what is raised beside it; the goal moves as it is known how people pay."""

    cost: Amount
    fee: Percent = Field(description="of the platform, on the cost")
    vat: Percent = Field(description="the tax on that fee")
    rounding: Annotated[Rounding, choice(Rounding)]
    methods: list[MethodTable]
    assumed: Id | None = Field(default=None, description="how the missing rest is paid; its cost is left out")
