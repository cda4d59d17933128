"""The exchange rates of a simulated world: another one every day, of plain integers."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from pushcore.campaigns import Presenting
from pushcore.money import ConversionRule, ExchangeRate, Publication, RateDay, Rounding

if TYPE_CHECKING:
    from datetime import date

    from pushcore.money import Currency

__all__ = ["SHOWN", "WorldRates", "minor_rate", "presenting_of"]

_WORTH: Final = {"EUR": 1_000, "USD": 931, "CHF": 1_067, "JPY": 6, "KWD": 3_011}
"""What one of a currency is worth, in thousandths of a euro."""

_DECIMALS: Final = {"JPY": 0, "KWD": 3}

SHOWN: Final = ("USD", "JPY", "EUR")
"""In which currencies backers may pay who do not have that of a campaign."""


def _rate(base: str, quote: str, day: date) -> Fraction:
    """How many of one currency another is worth on a day."""
    return Fraction(_WORTH[base] * (997 + day.toordinal() % 7), _WORTH[quote] * 1_000)


def minor_rate(base: str, quote: str, day: date) -> tuple[int, int]:
    """How many minor units of one currency so many of another are worth on a day."""
    decimals = _DECIMALS.get(quote, 2) - _DECIMALS.get(base, 2)
    rate = _rate(base, quote, day) * Fraction(10) ** decimals
    return rate.numerator, rate.denominator


class WorldRates:
    """A `pushcore.ports.RateSource` of these."""

    @staticmethod
    def rate(base: Currency, quote: Currency, on: date, /) -> ExchangeRate:
        """The rate of the day, which is published on every second one."""
        day = on - timedelta(days=on.toordinal() % 2)
        return ExchangeRate(base, quote, _rate(base.code, quote.code, day), as_of=day, source=_BANK)


_BANK: Final = "bank"
_RULE: Final = ConversionRule(
    source=_BANK,
    rate_day=RateDay(published=Publication.LAST_BEFORE, most_days=1),
    rounding=Rounding.HALF_UP,
)


def presenting_of(shape: dict[str, Any]) -> Presenting | None:
    """In which other currency backers may pay for a campaign of this shape, if they may."""
    shown = shape.get("shown")
    return None if shown is None else Presenting([shown], _RULE)
