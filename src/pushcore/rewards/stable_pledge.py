"""The stable pledge: the right to a full refund when a price rises beyond what was declared.

Gamefound's creators can join it before the launch. They declare what the product and the shipping to each
destination will cost, as an amount or a range. When a final price lies more than 10 % above what was
declared, or above the upper bound of a range, the backers it concerns can ask for all of their money within
two weeks of its announcement, and the platform returns its fee
(https://help.gamefound.com/article/250-what-is-stable-pledge, read in 2026).
"""

from __future__ import annotations

from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import as_dict, counted, each, expect, items, kind, shown, table
from pushcore.calendar import Deadline, Zone, utc
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import identifier
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["FinalPrices", "PriceRange", "RefundRight", "StablePledge", "refund_refusals", "refund_right"]


@attrs.frozen
class PriceRange:
    """What something will cost, from ``low`` to ``high``; without ``high``, exactly ``low``.

    Raises:
        InvalidValue: not money, below zero, or the upper bound is below the lower one.
        CurrencyMismatch: the bounds are of two currencies.
    """

    low: Money = attrs.field(validator=kind(Money))
    high: Money = attrs.field(
        default=attrs.Factory(lambda self: self.low, takes_self=True), validator=kind(Money)
    )

    def __attrs_post_init__(self) -> None:
        if self.low.minor < 0 or self.high < self.low:
            message = (
                f"a price lies between two amounts from zero on, in order, not {self.low} and {self.high}"
            )
            raise InvalidValue(message, low=self.low, high=self.high)

    def exceeded(self, price: Money, tolerance: Percentage) -> bool:
        """Whether a price lies more than this percentage above the upper bound, exactly.

        Raises:
            CurrencyMismatch: the price is of another currency.
        """
        expect(price, Money, what="price")
        expect(tolerance, Percentage, what="tolerance")
        return (price - self.high).minor > self.high.minor * tolerance.fraction


@attrs.frozen(kw_only=True)
class StablePledge:
    """The rules of the program, and what a creator who joined it declared.

    Attributes:
        tolerance: How far a price may rise above what was declared; 10 % at Gamefound.
        days: How many wall-clock days there are to ask; 14 at Gamefound.
        zone: Where these days are meant.
        returns_platform_fee: Whether the platform gives back its fee on what is refunded; Gamefound does.
        product: What the product will cost; None where that is not declared.
        shipping: What shipping will cost, by the code of the destination.

    Raises:
        InvalidValue: a part of the wrong kind, or a tolerance below zero.
    """

    tolerance: Percentage = attrs.field(validator=kind(Percentage))
    days: int = attrs.field(validator=counted(0))
    zone: Zone = attrs.field(validator=kind(Zone))
    returns_platform_fee: bool = attrs.field(validator=kind(bool))
    product: PriceRange | None = attrs.field(default=None, validator=kind(PriceRange, None))
    shipping: dict[str, PriceRange] = attrs.field(
        factory=dict, converter=as_dict, validator=table(identifier, kind(PriceRange)), hash=False
    )

    @tolerance.validator
    def _not_negative(self, _: object, tolerance: Percentage) -> None:
        if tolerance.numerator < 0:
            message = f"a tolerance is at least zero, got {tolerance}"
            raise InvalidValue(message, tolerance=tolerance)


@attrs.frozen
class FinalPrices:
    """The final prices, and when backers were told of them. What is not named is as it was declared."""

    announced_at: datetime = attrs.field(converter=utc)
    product: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))
    shipping: dict[str, Money] = attrs.field(
        factory=dict, kw_only=True, converter=as_dict, validator=table(identifier, kind(Money)), hash=False
    )


@attrs.frozen
class RefundRight:
    """The right of a backer to get all of their money back.

    Attributes:
        rose: What rose too far: ``product``, ``shipping`` or both.
        until: When it ends.
        returns_platform_fee: Whether the platform gives back its fee.
    """

    rose: tuple[str, ...] = attrs.field(converter=items, validator=each(str))
    until: Deadline = attrs.field(validator=kind(Deadline))
    returns_platform_fee: bool = attrs.field(validator=kind(bool))


def refund_right(
    declared: StablePledge, final: FinalPrices, destination: str | None, at: datetime
) -> RefundRight:
    """The right to a full refund of a backer in a destination who asks at an instant.

    Product and shipping are judged apart; a backer to whom nothing is shipped (None) by the product alone.

    Raises:
        Refused: with every reason.
        CurrencyMismatch: a final price is of another currency than what was declared.

    Example:
        >>> from datetime import UTC
        >>> dollars = lambda *amounts: PriceRange(*(Money.of(it, "USD") for it in amounts))
        >>> declared = StablePledge(
        ...     shipping={"CA": dollars(10, 20), "DE": dollars(15, 25)},
        ...     tolerance=Percentage.of("10"), days=14, zone=Zone("UTC"), returns_platform_fee=True,
        ... )
        >>> told = datetime(2026, 6, 1, 9, tzinfo=UTC)
        >>> final = FinalPrices(told, shipping={"CA": Money.of(25, "USD"), "DE": Money.of(25, "USD")})
        >>> refund_right(declared, final, "CA", told).rose
        ('shipping',)
        >>> refund_right(declared, final, "DE", told)
        Traceback (most recent call last):
        pushcore.errors.Refused: price-kept: neither product nor shipping rose by more than 10%
    """
    if reasons := refund_refusals(declared, final, destination, at):
        raise Refused(reasons)
    until = _until(declared, final)
    return RefundRight(_rose(declared, final, destination), until, declared.returns_platform_fee)


def refund_refusals(
    declared: StablePledge, final: FinalPrices, destination: str | None, at: datetime
) -> tuple[Refusal, ...]:
    """Every reason why that backer has no such right; none where they have.

    Raises:
        CurrencyMismatch: a final price is of another currency than what was declared.
    """
    expect(declared, StablePledge, what="a stable pledge")
    expect(final, FinalPrices, what="final prices")
    expect(destination, str, NoneType, what="destination")
    return tuple(_reasons(declared, final, destination, utc(at)))


def _reasons(
    declared: StablePledge, final: FinalPrices, destination: str | None, at: datetime
) -> Iterator[Refusal]:
    if at < final.announced_at:
        message = f"the final prices are announced at {final.announced_at}"
        yield Refusal("not-announced", message, {"announced": final.announced_at})
    until = _until(declared, final)
    if until.passed(at):
        message = f"a refund could be asked for until {until.local}"
        yield Refusal("refund-too-late", message, {"until": until.at})
    if not _rose(declared, final, destination):
        message = f"neither product nor shipping rose by more than {declared.tolerance}"
        yield Refusal("price-kept", message, {"destination": destination})
        if destination is not None and destination not in declared.shipping:
            message = f"no price of shipping to {shown(destination)} was declared"
            yield Refusal("destination-undeclared", message, {"destination": destination})


def _until(declared: StablePledge, final: FinalPrices) -> Deadline:
    """Until when a refund can be asked for: that instant is in time, since the rule says "within"."""
    return Deadline.after_days(final.announced_at, declared.days, zone=declared.zone, inclusive=True)


def _rose(declared: StablePledge, final: FinalPrices, destination: str | None) -> tuple[str, ...]:
    """What rose too far."""
    prices = [("product", declared.product, final.product)]
    if destination is not None:
        prices.append(("shipping", declared.shipping.get(destination), final.shipping.get(destination)))
    return tuple(
        name
        for name, promised, price in prices
        if promised is not None and price is not None and promised.exceeded(price, declared.tolerance)
    )
