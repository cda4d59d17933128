"""Fields: annotations for pydantic models of your own, whose instances are the objects of the domain.

A model with a `MoneyField` reads ``{"amount": "12.34", "currency": "EUR"}``, holds a `pushcore.money.Money`,
and writes the same JSON again. An object of the domain is taken as it is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from pushcore.calendar import BusinessDays, Deadline, Recurrence, Window, Zone
from pushcore.campaigns import (
    Budget,
    Campaign,
    CancelWindow,
    Cap,
    Discipline,
    Dunning,
    DurationRule,
    Editing,
    FundingGoal,
    FundingModel,
    InstalmentPlan,
    Presenting,
    Progress,
    SoftLaunch,
    StretchGoal,
    Terms,
)
from pushcore.changes import StockMove
from pushcore.gateway import Abilities
from pushcore.ids import (
    ActorId,
    BackerId,
    CampaignId,
    FundId,
    HostId,
    ItemId,
    MilestoneId,
    PayeeId,
    PayoutId,
    PledgeId,
    SponsorId,
    StretchGoalId,
    SubscriptionId,
    TierId,
    VoucherCode,
    WaitingListId,
)
from pushcore.ledger import Transaction
from pushcore.matching import CampaignFacts, Contribution, MatchingFund
from pushcore.money import (
    AmountRole,
    ConversionRule,
    Converted,
    Currency,
    ExchangeRate,
    Money,
    Percentage,
    ProviderCatalogue,
    Rounding,
    Tendered,
)
from pushcore.payouts import (
    FeeLine,
    FeeRule,
    FeeSchedule,
    FeeShare,
    HeldReserve,
    Payout,
    PayoutPlan,
    RefundPolicy,
    Split,
    SplitPlan,
    Statement,
    Tariff,
)
from pushcore.pledges import Instalments, Pledge
from pushcore.recurring import Anchor, DonationLimits, Retries, Subscription
from pushcore.rewards import (
    DeliveryPromise,
    Fulfilment,
    Item,
    Quote,
    Selection,
    Shipping,
    StablePledge,
    Stock,
    Tax,
    Tier,
    Voucher,
    WaitingList,
)
from pushcore.schemas.derivation import derived

__all__ = [
    "AbilitiesField",
    "ActorIdField",
    "AmountRoleField",
    "AnchorField",
    "BackerIdField",
    "BudgetField",
    "BusinessDaysField",
    "CampaignFactsField",
    "CampaignField",
    "CampaignIdField",
    "CancelWindowField",
    "CapField",
    "ContributionField",
    "ConversionRuleField",
    "ConvertedField",
    "CurrencyField",
    "DateField",
    "DeadlineField",
    "DeliveryPromiseField",
    "DisciplineField",
    "DonationLimitsField",
    "DunningField",
    "DurationRuleField",
    "EditingField",
    "ExchangeRateField",
    "FeeLineField",
    "FeeRuleField",
    "FeeScheduleField",
    "FeeShareField",
    "FulfilmentField",
    "FundIdField",
    "FundingGoalField",
    "FundingModelField",
    "HeldReserveField",
    "HostIdField",
    "InstalmentPlanField",
    "InstalmentsField",
    "InstantField",
    "ItemField",
    "ItemIdField",
    "MatchingFundField",
    "MilestoneIdField",
    "MoneyField",
    "PayeeIdField",
    "PayoutField",
    "PayoutIdField",
    "PayoutPlanField",
    "PercentageField",
    "PledgeField",
    "PledgeIdField",
    "PresentingField",
    "ProgressField",
    "ProviderCatalogueField",
    "QuoteField",
    "RecurrenceField",
    "RefundPolicyField",
    "RetriesField",
    "RoundingField",
    "SelectionField",
    "ShippingField",
    "SoftLaunchField",
    "SplitField",
    "SplitPlanField",
    "SponsorIdField",
    "StablePledgeField",
    "StatementField",
    "StockField",
    "StockMoveField",
    "StretchGoalField",
    "StretchGoalIdField",
    "SubscriptionField",
    "SubscriptionIdField",
    "TariffField",
    "TaxField",
    "TenderedField",
    "TermsField",
    "TierField",
    "TierIdField",
    "TimedeltaField",
    "TransactionField",
    "VoucherCodeField",
    "VoucherField",
    "WaitingListField",
    "WaitingListIdField",
    "WantedField",
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
ConversionRuleField = Annotated[ConversionRule, derived]
"""``{"source": "ECB", "rate_day": {"published": "last-before", "most_days": 7}, "rounding": "half-up"}``, and
perhaps ``through`` which currency, with which ``precision``, and whether it ``divides``."""
TenderedField = Annotated[Tendered, derived]
"""The three amounts of a contribution, and the rates that are stored with them."""
AmountRoleField = Annotated[AmountRole, derived]
"""``"presented"``, ``"settled"`` or ``"campaign"``: on which of them a goal is evaluated."""
ProviderCatalogueField = Annotated[ProviderCatalogue, derived]
"""``{"provider": "house", "units": [{"currency": "HUF", "exponent": 2}], "as_in_iso": [2]}``, and perhaps the
``limits`` of charges."""

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
BusinessDaysField = Annotated[BusinessDays, derived]
"""``{"weekend": [5, 6], "holidays": ["2026-05-01"]}``; Monday is 0."""

FeeRuleField = Annotated[FeeRule, derived]
"""``{"type": "percent", "rate": "3%"}``, or ``fixed``, ``sum``, ``below``, ``brackets`` or ``clamp``."""
FeeLineField = Annotated[FeeLine, derived]
"""A fee rule with a name, a base and a rounding, and perhaps with who pays like this and who bears it."""
FeeScheduleField = Annotated[FeeSchedule, derived]
"""``{"lines": [...]}``."""
TariffField = Annotated[Tariff, derived]
"""``{"steps": [{"begins": "2026-04-01", "schedule": {"lines": [...]}}]}``, by rising day."""
FeeShareField = Annotated[FeeShare, derived]
"""``{"host_id": "oce", "portion": "15%", "rounding": "half-up", "payee_id": "oc", "threshold": ...}``, and
perhaps ``lines`` and ``on_top``: what a host owes the platform of its fees."""
SplitField = Annotated[Split, derived]
"""``{"payee_id": "director", "portion": "70%"}``, or with ``fixed`` or ``remaining``, and with ``most``."""
SplitPlanField = Annotated[SplitPlan, derived]
"""``{"splits": [...]}``, and perhaps ``tiers`` that come first."""
WantedField = Annotated[dict[str, Money | int] | Money, derived]
"""``{"amount": "10.00", "currency": "EUR"}``, or amounts and pieces by line: ``{"reward/poster": 1}``."""
RefundPolicyField = Annotated[RefundPolicy, derived]
"""``{"waterfalls": {"funded": {"fees": {"processing": {"share": "0%"}}}}, "rounding": "half-up"}``."""
PayoutPlanField = Annotated[PayoutPlan, derived]
"""``{"schedule": {"tranches": [...]}, "reserve": ..., "approvals": 2}``: how payees are paid."""

FundingGoalField = Annotated[FundingGoal, derived]
"""``{"amount": ...}``, with money or a number of rewards, and perhaps an ``optimum``."""
FundingModelField = Annotated[FundingModel, derived]
"""``"all-or-nothing"``, ``"keep-it-all"``, or settings such as ``{"keeps_from": "60"}``."""
DisciplineField = Annotated[Discipline, derived]
"""``"film"``."""
DunningField = Annotated[Dunning, derived]
"""``{"remind": ["P2D", "P4D"], "attempt": ["P7D"]}``."""
BudgetField = Annotated[Budget, derived]
"""``{"lines": [{"name": "printing", "amount": ..., "required": true}]}``."""
CancelWindowField = Annotated[CancelWindow, derived]
"""``{"last": "P1D", "guards_goal": true}``, or ``{"within_days": 10}``."""
CapField = Annotated[Cap, derived]
"""``{"amount": ..., "smallest_charge": ..., "tolerance": ..., "clips": true}``."""
DurationRuleField = Annotated[DurationRule, derived]
"""``{"least_days": 1, "most_days": 60, "open_ended": false, "end_of_day": false}``."""
StretchGoalField = Annotated[StretchGoal, derived]
"""``{"id": "colour", "threshold": ..., "unlocks": [{"kind": "add-on", "what": "poster"}]}``."""
EditingField = Annotated[Editing, derived]
"""``{"goal": "never", "limits": "up", "prices": true}``: what may change once a campaign is launched."""
PresentingField = Annotated[Presenting, derived]
"""``{"currencies": ["USD"], "rule": ...}``: in which other currencies backers may pay."""
SoftLaunchField = Annotated[SoftLaunch, derived]
"""``{"opens": "2026-01-02T09:00:00Z", "audience": {"token": "first-night"}}``."""
InstalmentPlanField = Annotated[InstalmentPlan, derived]
"""The offer to pay a pledge in parts, with ``every_months`` or ``every_days``."""

TierField = Annotated[Tier, derived]
"""``{"id": "postcard", "price": ..., "limit": 100}``."""
SelectionField = Annotated[Selection, derived]
"""``{"bonus": ..., "tier_id": "postcard", "quantity": 2, "add_ons": {"sticker": 3}}``: what is picked."""
ItemField = Annotated[Item, derived]
"""``{"id": "book", "limit": 150}``."""
ShippingField = Annotated[Shipping, derived]
"""``{"rates": {"BE": ...}, "elsewhere": ...}``, with money."""
TaxField = Annotated[Tax, derived]
"""``{"name": "vat", "rate": "21", "rounding": "half-up", "included": true}``."""
VoucherField = Annotated[Voucher, derived]
"""``{"code": "friends", "percent": "25", "rounding": "half-up"}``, or with an ``amount``."""
QuoteField = Annotated[Quote, derived]
"""What a selection costs, line by line."""
DeliveryPromiseField = Annotated[DeliveryPromise, derived]
"""``{"first": {"year": 2026, "month": 11}, "zone": "Europe/Brussels"}``, with every revision."""
StablePledgeField = Annotated[StablePledge, derived]
"""What a creator declared that prices will be."""
TermsField = Annotated[Terms, derived]
"""All that a campaign promises."""

CampaignFactsField = Annotated[CampaignFacts, derived]
"""``{"campaign_id": "lanterne", "raised": ...}``, and what else a fund asks for."""
ContributionField = Annotated[Contribution, derived]
"""``{"pledge_id": "p1", "backer_id": "ana", "amount": ..., "tier_ids": ["postcard"]}``."""
MatchingFundField = Annotated[MatchingFund, derived]
"""A matching fund, as `pushcore.schemas.dump` writes it; its rule is a ``multiple`` or a ``lump-sum``."""
AnchorField = Annotated[Anchor, derived]
"""``{"type": "anniversary", "zone": "UTC", "period": "monthly"}``, or of type ``first-of-month`` or
``per-creation``."""
DonationLimitsField = Annotated[DonationLimits, derived]
"""``{"period": "weekly", "least": ..., "most": ..., "rounding": "up"}``."""
RetriesField = Annotated[Retries, derived]
"""``{"delays_days": [2, 2, 5]}``."""
AbilitiesField = Annotated[Abilities, derived]
"""What a payment provider can do."""

CampaignField = Annotated[Campaign, derived]
"""A campaign, as `pushcore.schemas.dump` writes it."""
PledgeField = Annotated[Pledge, derived]
"""A pledge, as `pushcore.schemas.dump` writes it."""
PayoutField = Annotated[Payout, derived]
"""A payout, as `pushcore.schemas.dump` writes it."""
HeldReserveField = Annotated[HeldReserve, derived]
"""What is held back of a campaign, as `pushcore.schemas.dump` writes it."""
InstalmentsField = Annotated[Instalments, derived]
"""The parts of a pledge, and how far each has come."""
FulfilmentField = Annotated[Fulfilment, derived]
"""A fulfilment, as `pushcore.schemas.dump` writes it."""
SubscriptionField = Annotated[Subscription, derived]
"""A subscription, as `pushcore.schemas.dump` writes it."""
WaitingListField = Annotated[WaitingList, derived]
"""A waiting list, as `pushcore.schemas.dump` writes it."""
TransactionField = Annotated[Transaction, derived]
"""A transaction of the ledger, as `pushcore.schemas.dump` writes it."""
ProgressField = Annotated[Progress, derived]
"""The totals of a campaign, as `pushcore.schemas.dump` writes them."""
StockField = Annotated[Stock, derived]
"""The stock of a tier, as `pushcore.schemas.dump` writes it."""
StockMoveField = Annotated[StockMove, derived]
"""``{"campaign_id": "lanterne", "stock_id": "postcard", "limit": 100, "claimed": 1}``: pieces that move."""
StatementField = Annotated[Statement, derived]
"""The statement of a campaign, to be shown."""

ActorIdField = Annotated[ActorId, derived]
"""Printable text of 1 to 200 characters, like all ids."""
BackerIdField = Annotated[BackerId, derived]
"""The id of a backer."""
CampaignIdField = Annotated[CampaignId, derived]
"""The id of a campaign."""
HostIdField = Annotated[HostId, derived]
"""The id of a host of campaigns."""
MilestoneIdField = Annotated[MilestoneId, derived]
"""The id of a milestone."""
PayeeIdField = Annotated[PayeeId, derived]
"""The id of a payee."""
PayoutIdField = Annotated[PayoutId, derived]
"""The id of a payout: made of ids, so up to 2,000 characters."""
PledgeIdField = Annotated[PledgeId, derived]
"""The id of a pledge."""
TierIdField = Annotated[TierId, derived]
"""The id of a reward tier."""
FundIdField = Annotated[FundId, derived]
"""The id of a matching fund."""
ItemIdField = Annotated[ItemId, derived]
"""The id of an item."""
SponsorIdField = Annotated[SponsorId, derived]
"""The id of a sponsor."""
StretchGoalIdField = Annotated[StretchGoalId, derived]
"""The id of a stretch goal."""
SubscriptionIdField = Annotated[SubscriptionId, derived]
"""The id of a subscription."""
VoucherCodeField = Annotated[VoucherCode, derived]
"""The code of a voucher."""
WaitingListIdField = Annotated[WaitingListId, derived]
"""The id of a waiting list: made of ids, so up to 2,000 characters."""
