"""Presenting: the other currencies in which backers may pay, and by which rule their rate is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import items, kind
from pushcore.errors import InvalidValue
from pushcore.money import ConversionRule, Currency
from pushcore.money.amount import countable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Presenting"]


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
