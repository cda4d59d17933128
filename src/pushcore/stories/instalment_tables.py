"""The tables of a story about pledges that are paid in parts."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field

from pushcore.campaigns import DefaultOutcome, InstalmentBase
from pushcore.money import Remainder
from pushcore.stories.fields import Amount, Date, HoursOfAYear, Time, Whole, choice

__all__ = ["FailureTable", "InstalmentsTable"]

_REMAINDERS: Final = {it.value: it for it in (Remainder.FIRST, Remainder.LAST)}


class FailureTable(BaseModel, extra="forbid", strict=True):
    """How long a part that failed can still be paid, and what becomes of those that were, when it is not."""

    first_hours: HoursOfAYear
    later_hours: HoursOfAYear
    default: Annotated[DefaultOutcome, choice(DefaultOutcome)]


class InstalmentsTable(BaseModel, extra="forbid", strict=True):
    """Which pledges may be paid in parts, in how many, and when: every so many months, or days."""

    threshold: Amount
    base: Annotated[InstalmentBase, choice(InstalmentBase)] = InstalmentBase.WHOLE
    fewest: Whole
    most: Whole | None = Field(default=None, description="the most parts; the fewest, so there is no choice")
    remainder: Annotated[Remainder, choice(_REMAINDERS)] = Remainder.FIRST
    first_after_hours: HoursOfAYear | None = Field(default=None, description="after the success; at once")
    every_months: Whole | None = None
    every_days: Whole | None = None
    holidays: list[Date] | None = Field(
        default=None, description="where parts are due on business days only: what is none, beside weekends"
    )
    pay_off: Time | None = Field(default=None, description="until when the last part is due")
    on_failure: FailureTable
