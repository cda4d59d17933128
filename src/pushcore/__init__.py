"""pushcore: the crowdfunding kernel."""

from pushcore import errors
from pushcore.money import Currency, ExchangeRate, Money, Percentage, Remainder, Rounding, Shares

__all__ = ["Currency", "ExchangeRate", "Money", "Percentage", "Remainder", "Rounding", "Shares", "errors"]

__version__ = "0.1.0"
