"""Currencies that are gone, and the rates at which the law turned them into others.

From its day on, such a rate does not move, and no market has another one. Each amount is rounded once; what
a whole comes to and what its parts come to then differ by cents, which a ledger has to name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import as_dict, expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.money._iso4217 import WITHDRAWN
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.exchange import Converted, ExchangeRate, exact_rate
from pushcore.money.money import Money

if TYPE_CHECKING:
    from pushcore.money.rounding import Rounding

__all__ = ["FIXED", "Migrated", "Retirement", "replaced", "why_gone"]

FIXED: Final = "fixed by law"
"""The source of the rates of retired currencies."""


@attrs.frozen
class Retirement:
    """The end of a currency: what took its place, from which day on, at which rate.

    Attributes:
        currency: The one that is gone.
        successor: The one that took its place.
        per_unit: How many of the old one are one of the new: exact.
        since: The day from which on the rate is fixed.

    Those that are known are had by `of` and `all`.

    Raises:
        InvalidValue: they are no two currencies, the rate is not exact or not above zero, or there is no day.

    Example:
        >>> from pushcore import Rounding
        >>> kuna = Retirement.of("HRK", date(2023, 1, 1))
        >>> kuna.successor.code, kuna.rate.convert(Money.of("753.45", "HRK"), Rounding.HALF_UP).result
        ('EUR', Money('100.00', 'EUR'))
        >>> Retirement.of("HRK", date(2022, 12, 31)) is None
        True
    """

    currency: Currency = attrs.field(converter=countable)
    successor: Currency = attrs.field(converter=countable)
    per_unit: Fraction = attrs.field(converter=exact_rate)
    since: date = attrs.field(validator=kind(date))

    def __attrs_post_init__(self) -> None:
        if self.currency is self.successor:
            message = f"{self.currency} does not take its own place"
            raise InvalidValue(message, currency=self.currency)

    @staticmethod
    def of(currency: Currency | str, on: date) -> Retirement | None:
        """The retirement of a currency, if it was retired by that day.

        Raises:
            InvalidValue: it is no currency, or not a day.
        """
        expect(on, date, what="a day")
        retirement = _RETIRED.get(Currency.of(currency))
        return None if retirement is None or on < retirement.since else retirement

    @staticmethod
    def all() -> tuple[Retirement, ...]:
        """Every one that is known, by currency code."""
        return tuple(_RETIRED.values())

    @property
    def rate(self) -> ExchangeRate:
        """What one unit of the old currency is worth in the new one."""
        return ExchangeRate(self.currency, self.successor, 1 / self.per_unit, as_of=self.since, source=FIXED)

    def migrate(self, balances: Mapping[str, Money], rounding: Rounding) -> Migrated:
        """Turn balances of the old currency into the new one, each rounded once.

        Args:
            balances: Amounts of the old currency by name; negative ones are debts.
            rounding: How each is rounded, and the sum of them too.

        Raises:
            CurrencyMismatch: an amount is of another currency.
            InvalidValue: they are no amounts by name, or the rounding is none.

        Example:
            >>> from pushcore import Rounding
            >>> leva = {"ana": Money.of("10.00", "BGN"), "bo": Money.of("10.00", "BGN")}
            >>> moved = Retirement.of("BGN", date(2026, 1, 1)).migrate(leva, Rounding.HALF_UP)
            >>> [str(part.result) for part in moved.parts.values()], str(moved.whole.result)
            (['EUR 5.11', 'EUR 5.11'], 'EUR 10.23')
            >>> moved.difference
            Money('0.01', 'EUR')
        """
        if not isinstance(balances, Mapping) or not all(isinstance(name, str) for name in balances):
            message = f"expected amounts by name, got {shown(balances)}"
            raise InvalidValue(message, balances=balances)
        rate = self.rate
        parts = {name: rate.convert(amount, rounding) for name, amount in balances.items()}
        return Migrated(parts, rate.convert(Money.total(balances.values(), self.currency), rounding))


def _parts(_: object, __: attrs.Attribute[dict[str, Converted]], parts: object) -> None:
    if not isinstance(parts, dict) or not all(isinstance(part, Converted) for part in parts.values()):
        message = f"expected conversions by name, got {shown(parts)}"
        raise InvalidValue(message, parts=parts)


@attrs.frozen
class Migrated:
    """Balances of a retired currency in the one that took its place; made by `Retirement.migrate`.

    Attributes:
        parts: Each balance, by name.
        whole: The sum of them, as the bank that holds it has converted it.

    Raises:
        InvalidValue: the parts are not those of the whole, or were converted at another rate.
    """

    parts: dict[str, Converted] = attrs.field(converter=as_dict, validator=_parts, hash=False)
    whole: Converted = attrs.field(validator=kind(Converted))

    def __attrs_post_init__(self) -> None:
        whole = self.whole.original
        if Money.total((part.original for part in self.parts.values()), whole.currency) != whole or any(
            part.rate != self.whole.rate for part in self.parts.values()
        ):
            message = f"these are not the parts of {whole} at one rate"
            raise InvalidValue(message, whole=whole)

    @property
    def difference(self) -> Money:
        """What rounding left over: the whole less its parts, negative where they come to more."""
        return self.whole.result - Money.total(
            (part.result for part in self.parts.values()), self.whole.rate.quote
        )


def replaced(currency: Currency, on: date) -> tuple[Currency, Fraction]:
    """What stands for a currency on a day, and how much of it one unit is: itself, once, if not retired."""
    retirement = Retirement.of(currency, on)
    return (currency, Fraction(1)) if retirement is None else (retirement.successor, 1 / retirement.per_unit)


def why_gone(currency: Currency, on: date) -> str | None:
    """Why there is no such currency any more on a day, if so: by the law that replaced it, else by ISO."""
    if (known := _RETIRED.get(currency)) is not None:
        return None if on < known.since else f"{known.successor} took its place on {known.since}"
    ended = currency.withdrawn
    return None if ended is None or on < ended else f"it was withdrawn in {ended:%Y-%m}"


# The rates to the euro: Council Regulations (EC) 2866/98 and those that amended it, which stand with the
# currencies in the ISO table. Here is from when on each is fixed: years before the notes went, for the first.
_EURO_SINCE: Final = {
    date(1999, 1, 1): ("ATS", "BEF", "DEM", "ESP", "FIM", "FRF", "IEP", "ITL", "LUF", "NLG", "PTE"),
    date(2001, 1, 1): ("GRD",),
    date(2007, 1, 1): ("SIT",),
    date(2008, 1, 1): ("CYP", "MTL"),
    date(2009, 1, 1): ("SKK",),
    date(2011, 1, 1): ("EEK",),
    date(2014, 1, 1): ("LVL",),
    date(2015, 1, 1): ("LTL",),
    date(2023, 1, 1): ("HRK",),
    date(2026, 1, 1): ("BGN",),
}
# One to one from this day on, by Liberapay's table of currencies (liberapay/i18n/currencies.py, 2026-08); not
# verified in the law of Curacao and Sint Maarten, whose currency it is.
_OTHERS: Final = (("ANG", "XCG", "1", date(2025, 7, 1)),)

_PER_EURO: Final = {row.code: row.per_euro for row in WITHDRAWN if row.per_euro is not None}
_RETIRED: Final = {
    Currency.of(code): Retirement(code, successor, per_unit, since)
    for code, successor, per_unit, since in sorted(
        (
            *(
                (code, "EUR", _PER_EURO[code], since)
                for since, codes in _EURO_SINCE.items()
                for code in codes
            ),
            *_OTHERS,
        )
    )
}
