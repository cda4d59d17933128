"""Limits: the least and the most that one backer gives one recipient, stated for one period.

Those of other periods follow. Liberapay takes 0.01 to 100.00 a week, and rounds what that is a month up at
both ends (liberapay/constants.py, 2026): 0.05 to 433.34.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, expect, kind
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal
from pushcore.money import Money, Rounding
from pushcore.recurring.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DonationLimits"]


@attrs.frozen
class DonationLimits:
    """The least and the most that is given in a period, both included; None for no most.

    Attributes:
        rounding: How limits of other periods are rounded.

    Raises:
        InvalidValue: a limit that is not above zero, or a most below the least.
        CurrencyMismatch: they are of two currencies.

    Example:
        >>> cent, hundred = Money.of("0.01", "EUR"), Money.of("100.00", "EUR")
        >>> monthly = DonationLimits(Period.WEEKLY, cent, hundred, rounding=Rounding.UP).per(Period.MONTHLY)
        >>> str(monthly.least), str(monthly.most)
        ('EUR 0.05', 'EUR 433.34')
    """

    period: Period = attrs.field(validator=kind(Period))
    least: Money = attrs.field(validator=[kind(Money), above_zero])
    most: Money | None = attrs.field(validator=[kind(Money, None), above_zero])
    rounding: Rounding = attrs.field(kw_only=True, validator=kind(Rounding))

    def __attrs_post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            message = f"limits from {self.least} to {self.most} leave nothing between them"
            raise InvalidValue(message, least=self.least, most=self.most)

    def per(self, period: Period) -> DonationLimits:
        """The same limits for another period.

        The least is never less than a minor unit.

        Raises:
            InvalidValue: not a period, or nothing is left between the limits.
        """
        factor = self.period.factor(period)
        least = self.least.times(factor, self.rounding) or self.least.with_minor(1)
        most = None if self.most is None else self.most.times(factor, self.rounding)
        return DonationLimits(period, least, most, rounding=self.rounding)

    def refusals(self, amount: Money, period: Period) -> tuple[Refusal, ...]:
        """Why an amount cannot be given every so often: ``below-minimum``, ``above-maximum``, or nothing.

        Raises:
            InvalidValue: not money, or not a period.
            CurrencyMismatch: it is of another currency.
        """
        expect(amount, Money, what="what is given")
        if amount.currency is not self.least.currency:
            message = f"limits in {self.least.currency} do not fit {amount}: give those of its currency"
            raise CurrencyMismatch(message, amount=amount)
        return tuple(_reasons(self.per(period), amount))


def _reasons(limits: DonationLimits, amount: Money) -> Iterator[Refusal]:
    period, least, most = limits.period.value, limits.least, limits.most
    if amount < least:
        message = f"{amount} {period} is less than {least}"
        yield Refusal("below-minimum", message, {"amount": amount, "minimum": least})
    if most is not None and amount > most:
        message = f"{amount} {period} is more than {most}"
        yield Refusal("above-maximum", message, {"amount": amount, "maximum": most})
