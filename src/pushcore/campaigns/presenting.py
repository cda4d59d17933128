"""Presenting: in which currencies backers may pay, and by which rule the rate of another one is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import items, kind
from pushcore.calendar import local
from pushcore.errors import InvalidValue, Refusal
from pushcore.money import ConversionRule, Currency
from pushcore.money.amount import countable
from pushcore.money.retirement import why_gone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.calendar import Zone

__all__ = ["Presenting", "retired"]


def _countable(currencies: Iterable[Currency | str]) -> tuple[Currency, ...]:
    return tuple(countable(it) for it in items(currencies))


@attrs.frozen
class Presenting:
    """In which currencies beside its own a campaign may be backed, and by which rule.

    Prices, totals, fees and payouts stay in the currency of the campaign. The rate is found when a pledge is
    placed, and stored with it.

    Attributes:
        currencies: The currencies.
        rule: Whose rate of which day, from the currency of the campaign to the other.

    Raises:
        InvalidValue: no currency, one twice, or one of which there is no money; or a part of the wrong kind.

    Example:
        >>> from pushcore.money import Publication, RateDay, Rounding
        >>> published = RateDay(published=Publication.LAST_BEFORE, most_days=4)
        >>> rule = ConversionRule(source="ECB", rate_day=published, rounding=Rounding.HALF_UP)
        >>> [it.code for it in Presenting(["USD", "GBP"], rule).currencies]
        ['USD', 'GBP']
    """

    currencies: tuple[Currency, ...] = attrs.field(converter=_countable)
    rule: ConversionRule = attrs.field(validator=kind(ConversionRule))

    def __attrs_post_init__(self) -> None:
        if not self.currencies or len(set(self.currencies)) < len(self.currencies):
            message = "expected currencies, each of them once"
            raise InvalidValue(message, currencies=self.currencies)


def retired(currency: Currency, at: datetime, zone: Zone) -> Refusal | None:
    """Why nobody can pay in a currency any more, if so, on the day that it is somewhere."""
    gone = why_gone(currency, local(at, zone).date())
    if gone is None:
        return None
    return Refusal("currency-retired", f"there is no {currency} any more: {gone}", {"currency": currency})
