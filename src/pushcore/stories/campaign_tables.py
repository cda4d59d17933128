"""The tables of a story about its campaign: what it wants, when, on which terms, and what it unlocks."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, core_schema

from pushcore._checks import shown
from pushcore.campaigns import Charging, Discipline, FundingModel, Measure
from pushcore.campaigns.funding import COUNTED, MODELS
from pushcore.errors import InvalidValue
from pushcore.rewards import LineKind
from pushcore.stories.editing_tables import EditingTable
from pushcore.stories.fields import (
    Amount,
    CurrencyCode,
    Goal,
    Hours,
    HoursOfAYear,
    Id,
    Percent,
    Time,
    Title,
    Whole,
    ZoneName,
    choice,
)
from pushcore.stories.instalment_tables import InstalmentsTable

__all__ = [
    "BudgetTable",
    "CampaignTable",
    "CancelWindowTable",
    "CapTable",
    "FinalLapTable",
    "ModelTable",
    "RetryTable",
    "SoftLaunchTable",
    "StretchTable",
]

_CHARGING: Final = {it.value: it for it in Charging}


class CapTable(BaseModel, extra="forbid", strict=True):
    """The amount at which the campaign closes, and what is taken of a pledge that comes near it."""

    amount: Amount
    smallest_charge: Amount
    tolerance: Amount | None = Field(default=None, description="how far below it may close; not at all")
    clips: bool = Field(default=False, description="whether a pledge is clipped to what is left, or refused")


class FinalLapTable(BaseModel, extra="forbid", strict=True):
    """How a campaign without an end gets one: so many days after it is announced."""

    days: Whole
    end_of_day: bool = Field(default=False, description="whether it closes when that day is over")


class ModelTable(BaseModel, extra="forbid", strict=True):
    """A funding model, setting by setting; what is not given is as in ``all-or-nothing``."""

    measure: Annotated[Measure, choice(Measure)] = Measure.PLEDGED
    counts: list[Annotated[LineKind, choice(LineKind)]] = Field(default=[*COUNTED])
    net_of_fees: bool = False
    keeps_from: Percent | None = Field(
        default=None, description="the part of the goal from which all is kept"
    )
    charging: Annotated[Charging, choice(_CHARGING)] = Charging.AT_DEADLINE
    grace_hours: HoursOfAYear | None = None
    second_round_days: Whole | None = None
    cap: CapTable | None = None
    final_lap: FinalLapTable | None = None


class _NamedOrTable:
    """A model by its name, or as a table of its settings."""

    def __get_pydantic_core_schema__(self, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_read_model, handler(ModelTable))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "enum": [*MODELS]}, handler(schema)]}


def _read_model(value: object, read: ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, dict):
        return read(value)
    if isinstance(value, str) and value in MODELS:
        return MODELS[value]
    message = f"{shown(value)} is none of {', '.join(MODELS)}, and no table of settings"
    raise InvalidValue(message, value=value)


class RetryTable(BaseModel, extra="forbid", strict=True):
    """When a failed charge is reminded of and tried again, in hours after it first failed."""

    remind_hours: Hours = Field(default=[48, 96, 144])
    attempt_hours: Hours = Field(default=[168])


class CancelWindowTable(BaseModel, extra="forbid", strict=True):
    """Until when a pledge may be canceled or lowered: not in the last hours, or so many days after it."""

    last_hours: HoursOfAYear | None = None
    guards_goal: bool = Field(default=False, description="only what would take the campaign below its goal")
    within_days: Whole | None = None


class SoftLaunchTable(BaseModel, extra="forbid", strict=True):
    """A time before the opening for those who are invited: by the token they show, or on the list."""

    opens: Time
    token: Id | None = None
    backers: list[Id] = Field(default_factory=list)


class CampaignTable(
    BaseModel, extra="forbid", strict=True, json_schema_extra={"not": {"required": ["closes", "days"]}}
):
    """What the campaign wants, when, and on which terms.

    It closes at ``closes``, or so many wall-clock ``days`` after it opens; with neither it is open until its
    final lap is announced.
    """

    currency: CurrencyCode
    goal: Goal = Field(default=None, description="an amount, or a number of rewards; or give a budget")
    optimum: Goal = Field(default=None, description="what a second round hopes for, above the goal")
    zone: ZoneName
    opens: Time
    closes: Time | None = None
    days: Whole | None = None
    end_of_day: bool = Field(default=False, description="with days: whether it closes when that day is over")
    creator: Id
    model: Annotated[FundingModel | ModelTable, _NamedOrTable()]
    discipline: Annotated[Discipline | None, choice(Discipline)] = None
    minimum: Amount | None = Field(default=None, description="the smallest pledge; one minor unit")
    maximum: Amount | None = Field(default=None, description="the largest pledge; there is none")
    claim_hours: HoursOfAYear | None = Field(
        default=None, description="how long a reward is held for a slow payment; half an hour"
    )
    late_days: Whole | None = Field(default=None, description="how long late pledges are taken; not at all")
    soft_launch: SoftLaunchTable | None = Field(default=None, description="for those who are invited")
    needs_approval: bool = Field(default=False, description="whether events approve and launch it")
    creator_may_pledge: bool = Field(default=True, description="asked by the creator's id")
    editing: EditingTable = Field(default_factory=EditingTable)
    instalments: InstalmentsTable | None = Field(default=None, description="what may be paid in parts")
    cancel_windows: list[CancelWindowTable] = Field(default_factory=list)
    retry: RetryTable = Field(default_factory=RetryTable)
    until: Time | None = Field(default=None, description="when the clock stops; 60 days after the end")


class BudgetTable(BaseModel, extra="forbid", strict=True):
    """One cost of the project: the required ones add up to the goal, all of them to the optimum."""

    name: Id
    amount: Amount
    required: bool


class StretchTable(BaseModel, extra="forbid", strict=True):
    """A total above the goal that unlocks something for good."""

    id: Id
    at: Goal
    tiers: list[Id] = Field(default_factory=list)
    add_ons: list[Id] = Field(default_factory=list)
    notes: list[Title] = Field(default_factory=list)
