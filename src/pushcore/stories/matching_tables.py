"""The tables of a story about sponsors: the funds that add to what backers give."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf, WithJsonSchema

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.matching import Goal, LimitMode, Sharing
from pushcore.money import Percentage
from pushcore.stories.fields import Amount, Id, Percent, Whole, choice

__all__ = ["LumpSumTable", "MatchingTable", "PoolTable", "ShareTable"]


def _read_factor(value: object) -> Fraction:
    """A whole number, or text such as ``1/2``; a float would not be exact."""
    if type(value) is int:
        return Fraction(value)
    if isinstance(value, str) and not value.endswith("%"):
        return Percentage.of(value).fraction * 100
    message = f"factor {shown(value)} is no exact number: write it as 1, '0.5' or '1/3'"
    raise InvalidValue(message, value=value)


Factor = Annotated[
    InstanceOf[Fraction],
    BeforeValidator(_read_factor),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "examples": [1, "0.5"]}),
]


class PoolTable(BaseModel, extra="forbid", strict=True):
    """What one sponsor has put into a fund."""

    sponsor: Id
    amount: Amount


class ShareTable(BaseModel, extra="forbid", strict=True):
    """A part of a goal."""

    percent: Percent
    of: Annotated[Goal, choice(Goal)]


class LumpSumTable(BaseModel, extra="forbid", strict=True):
    """A sum that is given once, when so much is given by so many."""

    amount: Amount
    reached: Amount | None = None
    reached_share: ShareTable | None = None
    backers: Annotated[int, Field(ge=0, lt=10**9)] = 0


class MatchingTable(BaseModel, extra="forbid", strict=True):
    """A fund that adds so many times what a backer gives, within every cap; or that gives a lump sum."""

    fund: Id
    factor: Factor | None = Field(default=None, description="what is added to each unit given")
    per_contribution: Amount | None = Field(default=None, description="how much of one is matched")
    per_backer: Amount | None = None
    matches_per_backer: Whole | None = None
    per_project: Amount | None = None
    per_project_share: ShareTable | None = None
    tiers: list[Id] = Field(default_factory=list, description="of which one must be picked")
    rounds: list[Annotated[LimitMode, choice(LimitMode)]] = Field(
        default_factory=list, description="what bounds each round; the cap per project"
    )
    lump_sum: LumpSumTable | None = Field(default=None, description="instead of a factor")
    sharing: Annotated[Sharing, choice(Sharing)] = Sharing.LARGEST_REMAINDER
    step: Amount | None = Field(default=None, description="of which matches are multiples; minor units")
    pools: list[PoolTable]
