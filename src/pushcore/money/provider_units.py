"""How a payment provider counts: what goes over the wire for an amount, and what it charges and pays out.

ISO 4217 says that a króna has no smaller unit; a provider may want it in hundredths all the same, or ariary
without decimals, or dinars in tens of fils. None of that changes an amount of money: it is what an adapter
sends for it. It differs from provider to provider and from day to day, so each row has dates.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from pushcore._checks import above_zero, counted, expect, kind, shown
from pushcore.errors import CurrencyMismatch, InvalidValue, PrecisionLoss
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.dated import check_days
from pushcore.money.money import Money
from pushcore.money.rounding import Rounding

__all__ = ["ChargeLimit", "Payable", "WireUnit"]

_MOST_DECIMALS: Final = 8
_MOST_STEP: Final = 10**9


@attrs.frozen
class Payable:
    """What of a balance can be paid out, and what is left of it; made by `WireUnit.payable`."""

    paid: Money = attrs.field(validator=kind(Money))
    left: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class WireUnit:
    """How a provider counts amounts of a currency, from one day until another.

    Attributes:
        currency: The currency.
        exponent: The decimals of its amounts on the wire, whatever ISO 4217 says: 2 for hundredths.
        charge_step: What is charged is a multiple of so many units on the wire.
        payout_step: So is what is paid out, of this many.
        since: The first day; None where it held ever before.
        until: The first day on which it holds no more; None where no end is known.
        verified: Whether it was read in what the provider itself says.

    Raises:
        InvalidValue: a part of the wrong kind or out of reach, or days in the wrong order.

    Example:
        >>> forint = WireUnit("HUF", 2, payout_step=100)
        >>> forint.to_wire(Money.of("10.45", "HUF")), forint.payable(Money.of("10.45", "HUF")).left
        (1045, Money('0.45', 'HUF'))
    """

    currency: Currency = attrs.field(converter=countable)
    exponent: int = attrs.field(validator=counted(0, _MOST_DECIMALS))
    charge_step: int = attrs.field(default=1, kw_only=True, validator=counted(1, _MOST_STEP))
    payout_step: int = attrs.field(default=1, kw_only=True, validator=counted(1, _MOST_STEP))
    since: date | None = attrs.field(default=None, kw_only=True, validator=kind(date, None))
    until: date | None = attrs.field(default=None, kw_only=True, validator=kind(date, None))
    verified: bool = attrs.field(default=True, kw_only=True, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        check_days(self)

    def to_wire(self, money: Money, rounding: Rounding | None = None) -> int:
        """The number that is sent for an amount that is charged.

        Args:
            money: The amount.
            rounding: How it is rounded where the provider cannot be told it exactly. What is sent is then
                another amount: `from_wire` says which, and that is what the backer is told.

        Raises:
            PrecisionLoss: it cannot be sent exactly, and no rounding is given.
            CurrencyMismatch: it is of another currency.
            InvalidValue: it is not money, or the rounding is none.

        Example:
            >>> dinar, price = WireUnit("KWD", 3, charge_step=10), Money.of("5.124", "KWD")
            >>> [dinar.to_wire(price, rounding) for rounding in (Rounding.DOWN, Rounding.UP)]
            [5120, 5130]
        """
        self._check(money)
        steps = money.minor * self._per_minor / self.charge_step
        if rounding is not None:
            return self.charge_step * Rounding.of(rounding).divide(steps.numerator, steps.denominator)
        if steps.denominator != 1:
            message = (
                f"{money} cannot be charged exactly: {self._said(self.charge_step)}; say how it is rounded"
            )
            raise PrecisionLoss(message, amount=money)
        return self.charge_step * steps.numerator

    def from_wire(self, units: int) -> Money:
        """The amount that a provider means by a number; nothing is lost on the way.

        Raises:
            PrecisionLoss: it is no whole number of minor units.
            InvalidValue: it is not a whole number.
        """
        expect(units, int, what=f"units of {self.currency}")
        minor = units / self._per_minor
        if minor.denominator != 1:
            message = f"{shown(units)} units of {self.currency} are no whole minor units"
            raise PrecisionLoss(message, value=units, currency=self.currency)
        return Money.of_minor(minor.numerator, self.currency)

    def payable(self, balance: Money) -> Payable:
        """What of a balance can be paid out; the rest stays. Of a debt nothing can.

        Raises:
            CurrencyMismatch: it is of another currency.
            InvalidValue: it is not money.
        """
        self._check(balance)
        step = (self.payout_step / self._per_minor).numerator  # the least that is whole on both sides
        paid = balance.with_minor(max(0, balance.minor // step * step))
        return Payable(paid, balance - paid)

    @property
    def _per_minor(self) -> Fraction:
        """How many units on the wire one minor unit is."""
        return Fraction(10) ** (self.exponent - (self.currency.exponent or 0))

    def _check(self, money: Money) -> None:
        expect(money, Money, what="an amount for a provider")
        if money.currency is not self.currency:
            message = f"{money} is not counted in units of {self.currency}"
            raise CurrencyMismatch(message, amount=money)

    def _said(self, step: int) -> str:
        return f"the provider counts {self.currency} with {self.exponent} decimals, in steps of {step}"


@attrs.frozen(kw_only=True)
class ChargeLimit:
    """The least and the most that a provider charges at once in a currency that an account settles in.

    Attributes:
        least: The smallest charge; None where there is none.
        most: The largest charge; None where there is none.
        since: The first day; None where it held ever before.
        until: The first day on which it holds no more; None where no end is known.
        verified: Whether it was read in what the provider itself says.

    Raises:
        InvalidValue: there is neither, they are of two currencies, not above zero or leave nothing between
            them; or a part of the wrong kind, or days in the wrong order.
    """

    least: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    most: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    since: date | None = attrs.field(default=None, validator=kind(date, None))
    until: date | None = attrs.field(default=None, validator=kind(date, None))
    verified: bool = attrs.field(default=True, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        given = [limit for limit in (self.least, self.most) if limit is not None]
        if not given:
            message = "a limit of charges has a least or a most amount"
            raise InvalidValue(message)
        if given[-1] < given[0]:
            message = f"no charge is at least {given[0]} and at most {given[-1]}"
            raise InvalidValue(message, least=self.least, most=self.most)
        check_days(self)

    @property
    def currency(self) -> Currency:
        """The currency of the account."""
        return next(limit.currency for limit in (self.least, self.most) if limit is not None)
