"""Presented: the currency that a backer pays in, where that is not the campaign's, and its stored rate."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, items, kind
from pushcore.money import ExchangeRate, Money, Rounding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.money import Currency

__all__ = ["Presented"]


@attrs.frozen
class Presented:
    """The rate at which the backer of a pledge pays in another currency, from its placing to its last refund.

    Attributes:
        rate: From the currency of the campaign to the one that the backer sees and pays in.
        rounding: How an amount is rounded.

    Raises:
        InvalidValue: a part of the wrong kind.

    Example:
        >>> from datetime import date
        >>> stored = ExchangeRate("EUR", "USD", "1.085", as_of=date(2026, 1, 5), source="ECB")
        >>> shown, third = Presented(stored, Rounding.HALF_UP), Money.of("33.33", "EUR")
        >>> str(shown.of(third * 3)), [str(part) for part in shown.series([third] * 3)]
        ('USD 108.49', ['USD 36.16', 'USD 36.17', 'USD 36.16'])
    """

    rate: ExchangeRate = attrs.field(validator=kind(ExchangeRate))
    rounding: Rounding = attrs.field(validator=kind(Rounding))

    @property
    def currency(self) -> Currency:
        """The currency that the backer pays in."""
        return self.rate.quote

    def of(self, amount: Money) -> Money:
        """What an amount of the campaign's currency is for the backer.

        Raises:
            CurrencyMismatch: it is of another currency.
            InvalidValue: it is not money, or too large.
        """
        return self.rate.convert(amount, self.rounding).result

    def worth(self, presented: Money) -> Money:
        """What an amount that the backer saw is in the campaign's currency.

        Raises:
            CurrencyMismatch: it is of another currency.
            InvalidValue: it is not money, or too large.
        """
        return self.rate.inverse().convert(presented, self.rounding).result

    def series(self, amounts: Iterable[Money]) -> tuple[Money, ...]:
        """What each of several amounts that are paid one after another is for the backer.

        They are the differences of running totals, so that they add up to what all of them are.

        Raises:
            CurrencyMismatch: one is of another currency.
            InvalidValue: one is not money, or too large.
        """
        several = items(amounts)
        for amount in several:
            expect(amount, Money, what="an amount of a series")
        totals = [self.of(upto) for upto in accumulate(several, initial=Money.zero(self.rate.base))]
        return tuple(after - before for before, after in pairwise(totals))
