"""How amounts are converted, as data: whose rate, of which day, formed and rounded how.

Two platforms that both say "by the rates of the central bank" differ by cents, since one takes the rate of
the day and the other that of Friday, one multiplies and the other divides by a rate of five digits. A rule
says all of it, so a figure that somebody published can be worked out again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction
from inspect import signature
from typing import TYPE_CHECKING, Protocol

import attrs

from pushcore._checks import expect, kind, shown
from pushcore.errors import InvalidValue, NotFound
from pushcore.ids import identifier
from pushcore.money.amount import countable
from pushcore.money.currency import Currency
from pushcore.money.exchange import ExchangeRate
from pushcore.money.money import Money
from pushcore.money.precision import Precision
from pushcore.money.rate_day import RateDay
from pushcore.money.retirement import FIXED, replaced
from pushcore.money.rounding import Rounding

if TYPE_CHECKING:
    from pushcore.money.exchange import Converted

__all__ = ["ConversionRule", "Rates"]


class Rates(Protocol):
    """What a rule asks for rates: any `pushcore.ports.RateSource` is one."""

    def rate(self, base: Currency, quote: Currency, on: date, /) -> ExchangeRate:
        """The last rate that is not of a later day.

        Raises:
            NotFound: there is none.
        """


def _countable_or_none(currency: Currency | str | None) -> Currency | None:
    return None if currency is None else countable(currency)


@attrs.frozen(kw_only=True)
class ConversionRule:
    """Whose rate of which day converts an amount, how that rate is formed, and how the result is rounded.

    Attributes:
        source: Whose rates: a rate that names another source is not taken.
        rate_day: Of which day.
        rounding: How the result is rounded to a minor unit.
        through: The currency that all rates of the source are in: the rate of two others is formed of
            theirs, both of one day. None where the source is asked for the two themselves.
        legs: What those two rates are rounded to before; exact if None.
        precision: What the rate is rounded to; exact if None.
        divides: The rate is formed, and rounded, the other way round (so much of the base for one of the
            quote), and the amount is divided by it.

    A currency that was retired is converted at its fixed rate, which is never rounded, to the one that took
    its place, and only that one at a rate of the source.

    Raises:
        InvalidValue: a part of the wrong kind; or legs where no rate is formed of two.

    Example:
        >>> from pushcore.memory import RateTable
        >>> from pushcore.money import Publication
        >>> ecb = RateTable("EUR", {date(2016, 1, 8): {"USD": "1.0861", "GBP": "0.74519"}}, source="ECB")
        >>> rule = ConversionRule(
        ...     source="ECB",
        ...     rate_day=RateDay(published=Publication.LAST_BEFORE, most_days=4),
        ...     through="EUR",
        ...     precision=Precision(Rounding.HALF_UP, digits=5),
        ...     divides=True,
        ...     rounding=Rounding.HALF_UP,
        ... )
        >>> rule.convert(ecb, Money.of("12000.00", "GBP"), "USD", date(2016, 1, 10)).result
        Money('17489.65', 'USD')
    """

    source: str = attrs.field(validator=identifier)
    rate_day: RateDay = attrs.field(validator=kind(RateDay))
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    through: Currency | None = attrs.field(default=None, converter=_countable_or_none)
    legs: Precision | None = attrs.field(default=None, validator=kind(Precision, None))
    precision: Precision | None = attrs.field(default=None, validator=kind(Precision, None))
    divides: bool = attrs.field(default=False, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if self.legs is not None and self.through is None:
            message = "legs are rounded where a rate is formed of two: say through which currency"
            raise InvalidValue(message, legs=self.legs)

    def day(self, on: date) -> date:
        """The day whose rate is meant, whether or not one is published on it.

        Raises:
            InvalidValue: not a date, or the calendar ends before.
        """
        return self.rate_day.day(on)

    def rate(self, source: Rates, base: Currency | str, quote: Currency | str, on: date) -> ExchangeRate:
        """The rate that an amount of this day is converted with.

        Raises:
            NotFound: there is none of the source and of the days that the rule allows. None is guessed.
            InvalidValue: they are no two currencies, not a day, or the source is none, or answers with a
                rate of other currencies or of a later day than it was asked for; or nothing is left of a
                rate that is rounded.
        """
        base, quote = countable(base), countable(quote)
        expect(on, date, what="the day to convert on")
        if base is quote:
            message = f"{base} needs no rate to itself"
            raise InvalidValue(message, currency=base)
        _check_source(source)
        one, fixed = replaced(base, on)
        other, per_other = replaced(quote, on)
        fixed /= per_other
        if one is other:
            return ExchangeRate(base, quote, fixed, as_of=on, source=FIXED)
        market = self._market(source, one, other, on)
        return ExchangeRate(base, quote, fixed * market.rate, as_of=market.as_of, source=market.source)

    def convert(self, source: Rates, money: Money, quote: Currency | str, on: date) -> Converted:
        """An amount of this day in another currency; it keeps the rate that all reversals of it use.

        Raises:
            NotFound: there is no rate, as for `rate`.
            InvalidValue: likewise, or it is not money.
        """
        expect(money, Money, what="the amount to convert")
        return self.rate(source, money.currency, quote, on).convert(money, self.rounding)

    def _market(self, source: Rates, base: Currency, quote: Currency, on: date) -> ExchangeRate:
        """The rate of the source, rounded, of the first of the days searched that has one."""
        pair = (quote, base) if self.divides else (base, quote)
        for day, earliest in self.rate_day.searched(on):
            with suppress(NotFound):
                found = self._of_day(source, *pair, day, earliest)
                found = found if self.precision is None else self.precision.of(found)
                return found.inverse() if self.divides else found
        days = [day for several in self.rate_day.searched(on) for day in several]
        earliest, latest = min(days), max(days)
        span = f", and takes one of {earliest} to {latest}" if earliest < latest else ""
        message = f"no rate {base} to {quote} of {self.source} for {on}: the rule means {self.day(on)}{span}"
        raise NotFound(message, base=base, quote=quote, on=on, source=self.source)

    def _of_day(
        self, source: Rates, base: Currency, quote: Currency, day: date, earliest: date
    ) -> ExchangeRate:
        """The last rate up to a day: as the source has it, or formed of two rates of one day."""
        through = self.through
        if through is None:
            return self._asked(source, base, quote, day, earliest)
        legs = [self._asked(source, through, it, day, earliest) for it in (base, quote) if it is not through]
        common = min(leg.as_of for leg in legs)
        if any(leg.as_of != common for leg in legs):
            return self._of_day(source, base, quote, common, earliest)
        worth = {leg.quote: leg.rate if self.legs is None else self.legs.of(leg).rate for leg in legs}
        worth[through] = Fraction(1)
        return ExchangeRate(base, quote, worth[quote] / worth[base], as_of=common, source=self.source)

    def _asked(
        self, source: Rates, base: Currency, quote: Currency, day: date, earliest: date
    ) -> ExchangeRate:
        """What the source answers, if it is what was asked for.

        Raises:
            NotFound: it is another source's, or of a day that is too early.
        """
        found = source.rate(base, quote, day)
        expect(found, ExchangeRate, what="what a source of rates answers")
        if (found.base, found.quote) != (base, quote) or found.as_of > day:
            message = f"asked for a rate {base} to {quote} up to {day}, the source answered {shown(found)}"
            raise InvalidValue(message, rate=found)
        if found.source != self.source or found.as_of < earliest:
            message = f"no rate {base} to {quote} of {self.source} from {earliest} to {day}"
            raise NotFound(message, base=base, quote=quote, on=day, source=self.source)
        return found


def _check_source(source: object) -> None:
    """Refuse what cannot be asked for a rate of two currencies on a day."""
    try:
        signature(getattr(source, "rate", None)).bind("base", "quote", "day")  # type: ignore[arg-type]
    except (TypeError, ValueError):
        message = f"expected a source of rates, got {shown(source)}"
        raise InvalidValue(message, source=source) from None
