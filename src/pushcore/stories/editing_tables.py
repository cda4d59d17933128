"""The tables of a story about its terms being changed: what may be, and what is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from pushcore.campaigns import GoalEdits, LimitEdits
from pushcore.stories.fields import Amount, Goal, Id, Limit, Time, Whole, choice

__all__ = ["EditEvent", "EditTable", "EditingTable", "ExtendEvent", "ExtensionTable"]


class ExtensionTable(BaseModel, extra="forbid", strict=True):
    """How often the deadline may be moved, and how long the campaign may run in all."""

    times: Whole = 1
    most_days: Whole


class EditingTable(BaseModel, extra="forbid", strict=True):
    """What of the terms may change once the campaign is launched."""

    goal: Annotated[GoalEdits, choice(GoalEdits)] = GoalEdits.NEVER
    limits: Annotated[LimitEdits, choice(LimitEdits)] = LimitEdits.UP
    prices: bool = Field(default=True, description="whether what is chosen may get another price")
    extension: ExtensionTable | None = None
    reopens: bool = Field(default=False, description="whether an extension opens a funded campaign again")
    rejudges: bool = Field(default=False, description="whether less than the goal can become a success")


class EditTable(BaseModel, extra="forbid", strict=True):
    """What is changed: the goal, and limits and prices by id."""

    goal: Goal = None
    limits: dict[Id, Limit] = Field(default_factory=dict)
    prices: dict[Id, Amount] = Field(default_factory=dict)


class EditEvent(BaseModel, extra="forbid", strict=True):
    """The creator changes the terms."""

    at: Time
    edit: EditTable


class ExtendEvent(BaseModel, extra="forbid", strict=True):
    """The creator moves the deadline."""

    at: Time
    extend: Time
