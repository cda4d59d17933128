"""Invoices of the platform's fees: numbered without gaps, never changed, and the same as the ledger.

What an invoice says is read off one transaction, mostly the settlement of a campaign. A fee that is given
back is another transaction, and has a credit note that names the invoices it corrects: in the EU it must
refer to them "specifically and unambiguously" (directive 2006/112/EC of 2006-11-28, article 219).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from pushcore._checks import counted, each, expect, items, kind, shown, unique
from pushcore.calendar import Zone, utc
from pushcore.errors import InvalidValue
from pushcore.ids import (
    CampaignId,
    PayeeId,
    TransactionId,
    identifier,
    joined,
    optional_identifier,
    reference,
)
from pushcore.money import Currency, Money, Percentage, Rounding

__all__ = ["Credited", "FeeTax", "Invoice", "InvoiceLine", "InvoiceSeries", "TaxTotal", "series_id"]

_MOST: Final = 10**18


@attrs.frozen
class FeeTax:
    """A tax on some fee lines: inside of what they take, or taken by a fee line of its own.

    Attributes:
        rate: Of the net amount.
        rounding: How it is rounded, once of all its lines together.
        lines: The fee lines that are taxed.
        line: The fee line that is the tax; None where the fees have it in them.

    Raises:
        InvalidValue: a rate below zero, no lines, or the same line twice.

    Example:
        >>> vat = FeeTax(Percentage.of("21"), Rounding.HALF_UP, ["platform", "processing"])
        >>> print(vat.of({"platform": Money.of("12.10", "EUR")}, Money.zero("EUR")).tax)
        EUR 2.10
    """

    rate: Percentage = attrs.field(validator=kind(Percentage))
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    lines: tuple[str, ...] = attrs.field(converter=items, validator=each(str))
    line: str | None = attrs.field(default=None, validator=optional_identifier)

    @rate.validator
    def _not_negative(self, _: attrs.Attribute[Any], rate: Percentage) -> None:
        if rate.numerator < 0:
            message = f"a tax is not negative, got {rate}"
            raise InvalidValue(message, rate=rate)

    def __attrs_post_init__(self) -> None:
        named = self.lines if self.line is None else (*self.lines, self.line)
        unique(named, what="fee line")
        if not self.lines:
            message = "a tax is on some fee line"
            raise InvalidValue(message, lines=self.lines)

    def of(self, fees: Mapping[str, Money], zero: Money) -> TaxTotal:
        """What it comes to of some fees, by line; nothing of those that are not there.

        Raises:
            InvalidValue: no fees of one currency.
        """
        expect(fees, Mapping, what="fees by line")
        expect(zero, Money, what="nothing of their currency")
        taxed = Money.total((fees.get(name, zero) for name in self.lines), zero.currency)
        if self.line is not None:
            return TaxTotal(self.rate, taxed, Money.total([fees.get(self.line, zero)], zero.currency))
        share = self.rate.fraction / (1 + self.rate.fraction)
        tax = taxed.times(share, self.rounding)
        return TaxTotal(self.rate, taxed - tax, tax)


@attrs.frozen
class TaxTotal:
    """What is taxed at one rate, and the tax on it."""

    rate: Percentage = attrs.field(validator=kind(Percentage))
    net: Money = attrs.field(validator=kind(Money))
    tax: Money = attrs.field(validator=kind(Money))

    @property
    def gross(self) -> Money:
        """Both together.

        Raises:
            CurrencyMismatch: they are of two currencies.
        """
        return self.net + self.tax


@attrs.frozen
class InvoiceLine:
    """What one fee line took, with its tax where that is included; negative where it was given back."""

    name: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=kind(Money))


@attrs.frozen
class Invoice:
    """What a creator was invoiced for, or credited. It is written once.

    Attributes:
        id: The transaction it is read off: there is one invoice of each.
        series_id: Whose number it has.
        number: As it is printed.
        sequence: Its place in its series, from 1 on.
        issued_at: When.
        campaign_id: Whose fees these are.
        debtor_id: Who is invoiced.
        lines: What each fee line took.
        taxes: By rate: net amounts, and the tax on them. What is in none is not taxed, such as a tax that is
            withheld: a line below zero, so that more than the gross amount may be taxed.
        corrects: The numbers of the invoices that it credits, the oldest first; none for an invoice.

    Raises:
        InvalidValue: no lines, several currencies, or taxes of more than some of the lines.
    """

    id: TransactionId = attrs.field(validator=reference)
    series_id: str = attrs.field(validator=reference)
    number: str = attrs.field(validator=identifier)
    sequence: int = attrs.field(validator=counted(1))
    issued_at: datetime = attrs.field(converter=utc)
    campaign_id: CampaignId = attrs.field(validator=identifier)
    debtor_id: PayeeId = attrs.field(validator=identifier)
    lines: tuple[InvoiceLine, ...] = attrs.field(converter=items, validator=each(InvoiceLine))
    taxes: tuple[TaxTotal, ...] = attrs.field(default=(), converter=items, validator=each(TaxTotal))
    corrects: tuple[str, ...] = attrs.field(default=(), converter=items, validator=each(str))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        unique((line.name for line in self.lines), what="fee line")
        amounts = [
            *(line.amount for line in self.lines),
            *(it for tax in self.taxes for it in (tax.net, tax.tax)),
        ]
        if len({amount.currency for amount in amounts}) != 1 or not self.lines:
            message = f"invoice {self.number} is of lines in one currency"
            raise InvalidValue(message, lines=self.lines)
        taxed = Money.total((tax.gross for tax in self.taxes), self.currency)
        least, most = (sum(it(0, line.amount.minor) for line in self.lines) for it in (min, max))
        if not least <= taxed.minor <= most:
            message = f"invoice {self.number} is for {self.gross}, of which {taxed} cannot be taxed"
            raise InvalidValue(message, gross=self.gross, taxed=taxed)

    @property
    def currency(self) -> Currency:
        """Of all its amounts."""
        return self.lines[0].amount.currency

    @property
    def gross(self) -> Money:
        """What was taken, or given back."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        """How much of it is tax."""
        return Money.total((it.tax for it in self.taxes), self.currency)

    @property
    def net(self) -> Money:
        """What is not."""
        return self.gross - self.tax


@attrs.frozen
class Credited:
    """What was credited of one invoice so far, so that all credits together are never more than it was for.

    Attributes:
        id: That of the invoice.
        lines: What was given back of its lines, as negative amounts; above zero, what was taken once more.
        version: Counts its writes; 0 before the first.
    """

    id: TransactionId = attrs.field(validator=reference)
    lines: tuple[InvoiceLine, ...] = attrs.field(default=(), converter=items, validator=each(InvoiceLine))
    version: int = attrs.field(default=0, validator=counted(0))

    def of(self, name: str) -> int:
        """What was credited of a line, in minor units."""
        return sum(line.amount.minor for line in self.lines if line.name == name)


@attrs.frozen
class InvoiceSeries:
    """The numbers of one series in one year: each is given once, and none is left out.

    A number is taken in the commit that writes its invoice. So whoever loses a race, or dies before it, has
    taken none.

    Attributes:
        name: Of the series, such as ``fees``.
        year: On the calendar of its zone.
        zone: In which the year begins and ends.
        prefix: What a number begins with, before the year.
        digits: To how many digits a number is filled up.
        last: The last one that was given; above 0 from the start where another system gave numbers before.
        version: Counts its writes; 0 before the first number.

    Raises:
        InvalidValue: a part of the wrong kind.

    Example:
        >>> InvoiceSeries("fees", 2026, Zone("Europe/Paris"), prefix="F-", digits=5, last=41).number(42)
        'F-2026-00042'
    """

    name: str = attrs.field(validator=identifier)
    year: int = attrs.field(validator=counted(1))
    zone: Zone = attrs.field(validator=kind(Zone))
    prefix: str = attrs.field(default="", kw_only=True, validator=kind(str))
    digits: int = attrs.field(default=1, kw_only=True, validator=counted(1))
    last: int = attrs.field(default=0, kw_only=True, validator=counted(0))
    version: int = attrs.field(default=0, kw_only=True, validator=counted(0))

    @digits.validator
    def _printable(self, _: attrs.Attribute[Any], digits: int) -> None:
        longest = f"{self.prefix}{self.year}-{'0' * min(digits, 1_000)}"
        identifier(self, attrs.fields(InvoiceSeries).prefix, longest)

    @property
    def id(self) -> str:
        """Made of its name and year."""
        return series_id(self.name, self.year)

    def number(self, sequence: int) -> str:
        """How a number is printed.

        Raises:
            InvalidValue: it is no whole number from 1 to 10^18.
        """
        expect(sequence, int, what="the number of an invoice", least=1)
        if sequence > _MOST:
            message = f"no series has so many numbers as {shown(sequence)}"
            raise InvalidValue(message, sequence=sequence)
        return f"{self.prefix}{self.year}-{sequence:0{self.digits}}"


def series_id(name: str, year: int) -> str:
    """What the series of a year goes by."""
    return joined(name, str(year))
