"""The three amounts of one contribution: what the backer saw, what the provider booked, and what counts.

A backer is shown dollars, the account at the provider is in euros, the campaign is in pounds. Each pair of
currencies has one stored rate, and everything that is later taken back is worked out from the stored rates
and amounts, so that any series of parts adds up to all three. What the booking is worth above or below
what counts is never hidden in one of them: it is an amount of its own.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, each, expect, items, kind, none_such, shown
from pushcore.errors import CurrencyMismatch, InvalidDocument, InvalidValue, NotFound, Problem
from pushcore.money.currency import Currency
from pushcore.money.exchange import Converted, ExchangeRate
from pushcore.money.money import Money
from pushcore.money.rounding import Rounding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["AmountRole", "Reversal", "Tendered"]


class AmountRole(StrEnum):
    """Which of the three amounts: what the backer saw, what the provider booked, or what was counted.

    A goal is evaluated on one of them, and which one is part of a platform's rules: ``PRESENTED`` and
    ``SETTLED`` at their stored rates to the currency of the campaign, ``CAMPAIGN`` as it was counted when
    the pledge was made.
    """

    PRESENTED = "presented"
    SETTLED = "settled"
    CAMPAIGN = "campaign"

    _missing_ = classmethod(none_such)


@attrs.frozen(kw_only=True)
class Reversal:
    """What is undone of each of the three amounts; made by `Tendered.part`.

    Attributes:
        presented: What the backer is given back.
        settled: What that comes to of the provider's booking; None where nothing was booked yet.
        campaign: What counts no more.
        difference: What is undone of `Tendered.difference`.
    """

    presented: Money = attrs.field(validator=kind(Money))
    settled: Money | None = attrs.field(validator=kind(Money, None))
    campaign: Money = attrs.field(validator=kind(Money))
    difference: Money = attrs.field(validator=kind(Money))

    def gain(self, booked: Money) -> Money:
        """By how much less the provider booked for it than is undone of its booking; a loss is negative.

        Raises:
            NotFound: nothing was booked that it could be held against.
            CurrencyMismatch: it is of another currency than what was booked.
            InvalidValue: it is not money.
        """
        expect(booked, Money, what="what the provider booked")
        return _known(self.settled) - booked


@attrs.frozen(kw_only=True)
class Tendered:
    """One contribution in up to three currencies, with the one rate that is stored for each pair of them.

    Attributes:
        presented: What the backer saw and agreed to pay.
        campaign: What counts, in the currency of the campaign.
        settled: What the provider booked; None until it has. In one currency it may differ from what was
            presented: then that is what the provider kept.
        rates: One for each two of the currencies that differ, either way round.
        rounding: How parts, and what is worked out at a stored rate, are rounded.

    Raises:
        InvalidDocument: a rate is missing, stands twice or is of other currencies; all of them named.
        InvalidValue: a part of the wrong kind, or an amount that is not above zero.

    Example:
        >>> from datetime import date
        >>> stored = ExchangeRate("EUR", "USD", "1.1", as_of=date(2026, 1, 2), source="provider")
        >>> gift = Tendered(
        ...     presented=Money.of("50.00", "EUR"),
        ...     campaign=Money.of("50.00", "EUR"),
        ...     settled=Money.of("54.99", "USD"),
        ...     rates=[stored],
        ...     rounding=Rounding.HALF_UP,
        ... )
        >>> gift.counts(AmountRole.SETTLED), gift.difference
        (Money('49.99', 'EUR'), Money('-0.01', 'EUR'))
        >>> half = Money.of("25.00", "EUR")
        >>> one = gift.part(half, of=AmountRole.PRESENTED)
        >>> other = gift.part(half, of=AmountRole.PRESENTED, before=half)
        >>> [str(part.settled) for part in (one, other)], str(one.difference + other.difference)
        (['USD 27.50', 'USD 27.49'], 'EUR -0.01')
    """

    presented: Money = attrs.field(validator=[kind(Money), above_zero])
    campaign: Money = attrs.field(validator=[kind(Money), above_zero])
    settled: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    rates: tuple[ExchangeRate, ...] = attrs.field(default=(), converter=items, validator=each(ExchangeRate))
    rounding: Rounding = attrs.field(validator=kind(Rounding))

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        amounts = [it for it in (self.presented, self.settled, self.campaign) if it is not None]
        currencies = dict.fromkeys(amount.currency for amount in amounts)
        needed = {frozenset(pair): pair for pair in combinations(currencies, 2)}
        for place, rate in enumerate(self.rates):
            if needed.pop(frozenset({rate.base, rate.quote}), None) is None:
                message = f"a rate {rate.base} to {rate.quote} stands twice, or is of no two of the amounts"
                yield Problem(f"rates.{place}", message)
        for one, other in needed.values():
            yield Problem("rates", f"there is no rate {one} to {other}", "missing")

    def amount(self, role: AmountRole) -> Money:
        """One of the three amounts.

        Raises:
            NotFound: the provider has booked nothing yet.
            InvalidValue: there is no such one.
        """
        expect(role, AmountRole, what="which of the three amounts")
        amount: Money | None = getattr(self, role.value)
        return _known(amount)

    def counts(self, role: AmountRole) -> Money:
        """What one of the amounts comes to in the currency of the campaign, at the stored rate.

        Raises:
            NotFound: the provider has booked nothing yet.
            InvalidValue: there is no such one.
        """
        return self._worth(self.amount(role), self.campaign.currency)

    @property
    def difference(self) -> Money:
        """What the booking is worth above what counts; below it is negative, and zero while none is known.

        Through a rate this is a gain or loss of exchange; in one currency it is what the provider kept.
        """
        return self.campaign * 0 if self.settled is None else self.counts(AmountRole.SETTLED) - self.campaign

    def booked(self, settled: Money, rates: Iterable[ExchangeRate] = ()) -> Tendered:
        """The same contribution once the provider has booked it, with the rates that this brings.

        Raises:
            InvalidDocument: a rate is missing, stands twice or is of other currencies; all of them named.
            InvalidValue: it is not money, or not rates.
        """
        expect(settled, Money, what="what the provider booked")
        return attrs.evolve(self, settled=settled, rates=(*self.rates, *items(rates)))

    def rate(self, base: Currency | str, quote: Currency | str) -> ExchangeRate:
        """The stored rate of two currencies, read this way round.

        Raises:
            NotFound: none is stored.
            InvalidValue: they are no currencies.
        """
        base, quote = Currency.of(base), Currency.of(quote)
        for rate in self.rates:
            if (rate.base, rate.quote) == (base, quote):
                return rate
            if (rate.base, rate.quote) == (quote, base):
                return rate.inverse()
        message = f"no rate {base} to {quote} is stored with this contribution"
        raise NotFound(message, base=base, quote=quote)

    def convert(self, money: Money, currency: Currency | str) -> Converted:
        """Another amount of the same contribution, such as the provider's fee, at the stored rate.

        What is given back of it is a part of what this returns: see `Converted.part`.

        Raises:
            NotFound: no rate of the two currencies is stored.
            InvalidValue: it is not money, or no currency.
        """
        expect(money, Money, what="the amount to convert")
        return self.rate(money.currency, currency).convert(money, self.rounding)

    def part(self, amount: Money, *, of: AmountRole, before: Money | None = None) -> Reversal:
        """What a part of one of the amounts comes to in all three, for a refund of it.

        Each of a series of parts is the difference of two running totals. So whatever the parts, once
        all is given back, all of each amount is, and the difference with it.

        Args:
            amount: The part, of the same currency as the amount it is a part of.
            of: Which of the three that is; all parts of a series are of the same one.
            before: The sum of the parts taken before it.

        Raises:
            NotFound: it is a part of what was booked, and nothing is yet.
            CurrencyMismatch: a part is of another currency.
            InvalidValue: a part is not money, or there is no such amount, or the parts exceed it.
        """
        whole = self.amount(of)
        done = whole * 0 if before is None else _within(before, whole)
        one, two = self._upto(done, whole), self._upto(_within(_within(amount, whole) + done, whole), whole)
        return Reversal(
            presented=two.presented - one.presented,
            settled=None if two.settled is None or one.settled is None else two.settled - one.settled,
            campaign=two.campaign - one.campaign,
            difference=two.difference - one.difference,
        )

    def _upto(self, part: Money, whole: Money) -> Reversal:
        """The running totals at a part of one of the amounts: the same share of each."""

        def share(amount: Money) -> Money:
            return amount.with_minor(self.rounding.divide(amount.minor * part.minor, whole.minor))

        campaign = share(self.campaign)
        settled = None if self.settled is None else share(self.settled)
        worth = campaign if settled is None else self._worth(settled, campaign.currency)
        return Reversal(
            presented=share(self.presented), settled=settled, campaign=campaign, difference=worth - campaign
        )

    def _worth(self, money: Money, currency: Currency) -> Money:
        return money if money.currency is currency else self.convert(money, currency).result


def _known(settled: Money | None) -> Money:
    if settled is None:
        message = "the provider has booked nothing yet: there is no settled amount"
        raise NotFound(message)
    return settled


def _within(part: Money, whole: Money) -> Money:
    expect(part, Money, what="a part of an amount")
    if part.currency is not whole.currency:
        message = f"{part} is no part of {whole}: give it in {whole.currency}"
        raise CurrencyMismatch(message, part=part)
    if not 0 <= part.minor <= whole.minor:
        message = f"{shown(part)} is not a part of {whole}"
        raise InvalidValue(message, part=part)
    return part
