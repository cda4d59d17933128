"""Money, currencies, percentages, rounding, allocation, exchange rates and what providers count in."""

from __future__ import annotations

from pushcore.money.allocation import Remainder
from pushcore.money.catalogue import ProviderCatalogue
from pushcore.money.conversion import ConversionRule, Rates
from pushcore.money.currency import Currency
from pushcore.money.exchange import Converted, ExchangeRate
from pushcore.money.money import Money
from pushcore.money.percentage import Percentage
from pushcore.money.precision import Precision
from pushcore.money.provider_units import ChargeLimit, Payable, WireUnit
from pushcore.money.rate_day import Publication, RateDay
from pushcore.money.retirement import Migrated, Retirement
from pushcore.money.rounding import Rounding
from pushcore.money.shares import Shares
from pushcore.money.tendered import AmountRole, Reversal, Tendered

__all__ = [
    "AmountRole",
    "ChargeLimit",
    "ConversionRule",
    "Converted",
    "Currency",
    "ExchangeRate",
    "Migrated",
    "Money",
    "Payable",
    "Percentage",
    "Precision",
    "ProviderCatalogue",
    "Publication",
    "RateDay",
    "Rates",
    "Remainder",
    "Retirement",
    "Reversal",
    "Rounding",
    "Shares",
    "Tendered",
    "WireUnit",
]
