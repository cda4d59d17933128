"""The tables of a story about who gets what: fees, fees on top, and splits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from pushcore.money import Rounding
from pushcore.payouts import FeeBase
from pushcore.stories.fields import Amount, Id, Percent, Portion, choice

__all__ = ["BelowTable", "FeeTable", "OnTopTable", "SplitTable"]


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


class OnTopTable(BaseModel, extra="forbid", strict=True):
    """A fee that the backer pays to the platform beside the pledge, of all that the campaign gets of it."""

    line: Id
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
