"""Exchanges at the provider: money of one currency that lies there becomes another, by hand or by itself.

Nobody here asks for it; it is noted. The clearing account of the two currencies says what was booked in the
one instead of the other, and what that stands for. What an exchange brings above or below that is gained or
lost, and has a line of its own.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.ids import TransactionId, identifier, joined
from pushcore.ledger import recipes
from pushcore.money import Money, Rounding
from pushcore.money.retirement import why_gone
from pushcore.payouts.events import MoneyExchanged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["Booked", "ProviderExchange", "note"]


@attrs.frozen
class ProviderExchange:
    """An exchange of money at the provider.

    Attributes:
        key: What the host calls it, such as the provider's own name of it: it is noted once.
        given: What there is less.
        received: What there is more, in another currency.
        gains: What was gained by it, in the one currency, the other or both; losses are negative.
        version: Counts its writes.

    Raises:
        InvalidValue: amounts that are not above zero, or of one currency; or a part of the wrong kind.
        CurrencyMismatch: a gain is of a third currency, or two are of the same.
    """

    key: str = attrs.field(validator=identifier)
    given: Money = attrs.field(validator=[kind(Money), above_zero])
    received: Money = attrs.field(validator=[kind(Money), above_zero])
    gains: tuple[Money, ...] = attrs.field(default=(), converter=items, validator=each(Money))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        sides = [self.given.currency, self.received.currency]
        if sides[0] is sides[1]:
            message = f"{self.given} is exchanged for another currency, and not for {self.received}"
            raise InvalidValue(message, given=self.given, received=self.received)
        for gain in self.gains:
            if gain.currency not in sides:
                message = f"{gain} is gained in neither of the currencies, or a second time"
                raise CurrencyMismatch(message, gain=gain)
            sides.remove(gain.currency)

    @property
    def id(self) -> str:
        """Its key."""
        return self.key


@attrs.frozen
class Booked:
    """How the books stand of two currencies before one of them is exchanged for the other.

    Attributes:
        lies: What of the first lies with the provider.
        instead: How much of the first was booked there instead of the other; below zero it is the other way
            round.
        stands_for: What of the other that stands for, at the rates it was booked at; likewise.
    """

    lies: Money = attrs.field(validator=kind(Money))
    instead: Money = attrs.field(validator=kind(Money))
    stands_for: Money = attrs.field(validator=kind(Money))


def note(  # noqa: PLR0913, PLR0917  what became what, when
    key: str, given: Money, received: Money, booked: Booked, at: datetime, actor: ActorId
) -> tuple[ProviderExchange, Changes]:
    """Write down that money at the provider became another currency there.

    It undoes what had been booked in the given currency instead of the other: the same part of both, so that
    once all of the one has gone nothing is left of either. What goes beyond that is booked anew, at its own
    rate, and gains nothing. Whatever stood in one currency alone was left over by rates, and is gained or
    lost now.

    Raises:
        Refused: ``above-provider``: less lies there; ``currency-retired``: there is no such currency any more
            that could have been received.
        InvalidValue: amounts that are not above zero, or of one currency.
        CurrencyMismatch: the books are of other currencies.
    """
    expect(booked, Booked, what="how the books stand")
    exchange = ProviderExchange(key, given, received)
    if reasons := [*_why_not(exchange, booked, at)]:
        raise Refused(reasons)
    exchange = attrs.evolve(exchange, gains=[it for it in _gains(exchange, booked) if it])
    entry = recipes.convert(TransactionId(joined("exchange", key)), given, received, exchange.gains, at)
    event = MoneyExchanged(utc(at), actor, key, given, received, exchange.gains)
    return exchange, Changes(put=(exchange,), transactions=(entry,), events=(event,))


def _why_not(exchange: ProviderExchange, booked: Booked, at: datetime) -> Iterator[Refusal]:
    given, currency = exchange.given, exchange.received.currency
    if given > booked.lies:
        message = f"{booked.lies} lies with the provider, which is less than {given}"
        yield Refusal("above-provider", message, {"lies": booked.lies, "amount": given})
    gone = why_gone(currency, utc(at).date())
    if gone is not None:
        yield Refusal("currency-retired", f"there is no {currency} any more: {gone}", {"currency": currency})


def _gains(exchange: ProviderExchange, booked: Booked) -> tuple[Money, Money]:
    """What is gained in both currencies: what is not booked in one instead of the other any more."""
    instead, stands_for = _left(exchange, booked)
    return (
        booked.instead - exchange.given - booked.instead.with_minor(instead),
        exchange.received - booked.stands_for + booked.stands_for.with_minor(stands_for),
    )


def _left(exchange: ProviderExchange, booked: Booked) -> tuple[int, int]:
    """What is booked after an exchange in its given currency instead of the other, and stands for what."""
    given, received = exchange.given.minor, exchange.received.minor
    instead, stands_for = booked.instead.minor, booked.stands_for.minor
    if instead < 0 > stands_for:  # the other way round: more of the same
        return instead - given, stands_for - received
    if instead <= 0 or stands_for <= 0:
        return -given, -received
    if given < instead:
        left = instead - given
        return left, Rounding.HALF_UP.divide(stands_for * left, instead)
    beyond = 1 - min(max(Fraction(instead, given), Fraction(stands_for, received)), Fraction(1))
    opened = (amount * beyond for amount in (given, received))
    one, other = (-Rounding.HALF_UP.divide(it.numerator, it.denominator) for it in opened)
    return one, other
