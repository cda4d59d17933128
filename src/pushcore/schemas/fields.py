"""Fields: annotations for pydantic models of your own, whose instances are the objects of the domain.

A model with a `MoneyField` reads ``{"amount": "12.34", "currency": "EUR"}``, holds a `pushcore.money.Money`,
and writes the same JSON again. An object of the domain is taken as it is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from pushcore.calendar import Deadline, Recurrence, Window, Zone
from pushcore.campaigns import Campaign, Discipline, Dunning, FundingGoal, FundingModel, Progress, Terms
from pushcore.ids import ActorId, BackerId, CampaignId, PayeeId, PayoutId, PledgeId, TierId
from pushcore.money import Converted, Currency, ExchangeRate, Money, Percentage, Rounding
from pushcore.payouts import FeeLine, FeeRule, FeeSchedule, Payout, Split, SplitPlan, Statement
from pushcore.pledges import Pledge
from pushcore.rewards import Selection, Stock, Tier
from pushcore.schemas.derivation import derived

__all__ = [
    "ActorIdField",
    "BackerIdField",
    "CampaignField",
    "CampaignIdField",
    "ConvertedField",
    "CurrencyField",
    "DateField",
    "DeadlineField",
    "DisciplineField",
    "DunningField",
    "ExchangeRateField",
    "FeeLineField",
    "FeeRuleField",
    "FeeScheduleField",
    "FundingGoalField",
    "FundingModelField",
    "InstantField",
    "MoneyField",
    "PayeeIdField",
    "PayoutField",
    "PayoutIdField",
    "PercentageField",
    "PledgeField",
    "PledgeIdField",
    "ProgressField",
    "RecurrenceField",
    "RoundingField",
    "SelectionField",
    "SplitField",
    "SplitPlanField",
    "StatementField",
    "StockField",
    "TermsField",
    "TierField",
    "TierIdField",
    "TimedeltaField",
    "WindowField",
    "ZoneField",
]

MoneyField = Annotated[Money, derived]
"""``{"amount": "12.34", "currency": "EUR"}``; the amount is text, since JSON numbers are read as floats."""
CurrencyField = Annotated[Currency, derived]
"""``"EUR"``."""
PercentageField = Annotated[Percentage, derived]
"""``"5"``, ``"2.9%"`` or ``"20/3%"``."""
RoundingField = Annotated[Rounding, derived]
"""``"half-up"``."""
ExchangeRateField = Annotated[ExchangeRate, derived]
"""``{"base": "EUR", "quote": "USD", "rate": "11/10", "as_of": "2026-01-02", "source": "ECB"}``."""
ConvertedField = Annotated[Converted, derived]
"""An amount, what it came to, and the rate and rounding it was converted with."""

InstantField = Annotated[datetime, derived]
"""``"2026-02-04T19:00:00Z"``. Any offset is read; the value is in UTC."""
DateField = Annotated[date, derived]
"""``"2026-02-04"``."""
TimedeltaField = Annotated[timedelta, derived]
"""``"P7D"``, ``"PT30M"``: days, hours, minutes and seconds, since months and years have no fixed length."""
ZoneField = Annotated[Zone, derived]
"""``"Europe/Brussels"``."""
DeadlineField = Annotated[Deadline, derived]
"""``{"at": "2026-02-04T19:00:00Z", "zone": "Europe/Brussels", "inclusive": false}``."""
WindowField = Annotated[Window, derived]
"""``{"opens": "2026-01-05T09:00:00Z", "closes": ...}``, with a deadline."""
RecurrenceField = Annotated[Recurrence, derived]
"""``{"anchor": "2026-01-31T12:00:00Z", "zone": "UTC", "months": 1}``."""

FeeRuleField = Annotated[FeeRule, derived]
"""``{"type": "percent", "rate": "3%"}``, or of type ``fixed``, ``sum`` or ``below``."""
FeeLineField = Annotated[FeeLine, derived]
"""A fee rule with a name, a base and a rounding."""
FeeScheduleField = Annotated[FeeSchedule, derived]
"""``{"lines": [...]}``."""
SplitField = Annotated[Split, derived]
"""``{"payee_id": "director", "portion": "70%"}``, or with ``fixed`` or ``remaining``, and with ``most``."""
SplitPlanField = Annotated[SplitPlan, derived]
"""``{"splits": [...]}``."""

FundingGoalField = Annotated[FundingGoal, derived]
"""``{"amount": ...}``, with money."""
FundingModelField = Annotated[FundingModel, derived]
"""``"all-or-nothing"``."""
DisciplineField = Annotated[Discipline, derived]
"""``"film"``."""
DunningField = Annotated[Dunning, derived]
"""``{"remind": ["P2D", "P4D"], "attempt": ["P7D"]}``."""
TierField = Annotated[Tier, derived]
"""``{"id": "postcard", "price": ..., "limit": 100}``."""
SelectionField = Annotated[Selection, derived]
"""``{"bonus": ..., "tier_id": "postcard", "quantity": 2, "add_ons": {"sticker": 3}}``: what is picked."""
TermsField = Annotated[Terms, derived]
"""All that a campaign promises."""

CampaignField = Annotated[Campaign, derived]
"""A campaign, as `pushcore.schemas.dump` writes it."""
PledgeField = Annotated[Pledge, derived]
"""A pledge, as `pushcore.schemas.dump` writes it."""
PayoutField = Annotated[Payout, derived]
"""A payout, as `pushcore.schemas.dump` writes it."""
ProgressField = Annotated[Progress, derived]
"""The totals of a campaign, as `pushcore.schemas.dump` writes them."""
StockField = Annotated[Stock, derived]
"""The stock of a tier, as `pushcore.schemas.dump` writes it."""
StatementField = Annotated[Statement, derived]
"""The statement of a campaign, to be shown."""

ActorIdField = Annotated[ActorId, derived]
"""Printable text of 1 to 200 characters, like all ids."""
BackerIdField = Annotated[BackerId, derived]
"""The id of a backer."""
CampaignIdField = Annotated[CampaignId, derived]
"""The id of a campaign."""
PayeeIdField = Annotated[PayeeId, derived]
"""The id of a payee."""
PayoutIdField = Annotated[PayoutId, derived]
"""The id of a payout: made of ids, so up to 2,000 characters."""
PledgeIdField = Annotated[PledgeId, derived]
"""The id of a pledge."""
TierIdField = Annotated[TierId, derived]
"""The id of a reward tier."""
