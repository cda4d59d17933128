"""The quote: what a selection costs, item by item, before anyone commits to it."""

from __future__ import annotations

from types import NoneType

import attrs

from pushcore._checks import counted, expect, kind
from pushcore.money import Money
from pushcore.rewards.tier import Tier

__all__ = ["Quote", "quote"]


@attrs.frozen
class Quote:
    """What a pledge comes to: a reward at its price now, so many times, and a bonus on top.

    A pledge pins the quote it was placed at: a later change of price does not touch it.

    Attributes:
        amount: The sum.

    Raises:
        CurrencyMismatch: the price and the bonus are of two currencies.
        InvalidValue: a part of the wrong kind, or a quantity below one.
    """

    unit_price: Money | None = attrs.field(validator=kind(Money, None))
    quantity: int = attrs.field(validator=counted(1))
    bonus: Money = attrs.field(validator=kind(Money))

    amount: Money = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        price = self.unit_price
        amount = self.bonus if price is None else price * self.quantity + self.bonus
        object.__setattr__(self, "amount", amount)


def quote(tier: Tier | None, quantity: int, bonus: Money) -> Quote:
    """The quote of a tier so many times with a bonus, or of a bonus alone.

    Example:
        >>> from pushcore import Money, Tier
        >>> postcard = Tier("postcard", Money.of("10.00", "EUR"))
        >>> print(quote(postcard, 2, Money.of("5.00", "EUR")).amount)
        EUR 25.00
    """
    expect(tier, Tier, NoneType, what="tier")
    return Quote(None if tier is None else tier.price, quantity, bonus)
