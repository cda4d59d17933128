"""Money, currencies, percentages, rounding, allocation and exchange rates."""

from __future__ import annotations

from pushcore.money.allocation import Remainder
from pushcore.money.currency import Currency
from pushcore.money.exchange import Converted, ExchangeRate
from pushcore.money.money import Money
from pushcore.money.percentage import Percentage
from pushcore.money.rounding import Rounding
from pushcore.money.shares import Shares

__all__ = ["Converted", "Currency", "ExchangeRate", "Money", "Percentage", "Remainder", "Rounding", "Shares"]
