"""Vouchers: codes that make a reward cheaper, keep pieces of it, or open what is sold out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.ids import TierId, VoucherCode, identifier
from pushcore.money import Money, Percentage, Rounding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Voucher"]


@attrs.frozen
class Voucher:
    """A code that can be used so many times, for some tiers or for all.

    Attributes:
        percent: What is taken off, of the tier's price so many times.
        rounding: How that is rounded.
        amount: What is taken off instead, up to the whole price.
        tier_ids: The tiers it is for; none for all of them. It is not for add-ons.
        limit: How often it can be used, each time for one pledge of any quantity; None for without end.
        ends_at: Until when, itself included.
        blocks: Whether its tiers keep a piece for each use that is left, as far as there are pieces.
        overbooks: Whether it can be used for a tier that is sold out.

    Raises:
        InvalidValue: a part of the wrong kind, both a percentage and an amount, a percentage that is not
            above zero and up to 100 or has no rounding, or one that blocks without a limit or tiers.

    Example:
        >>> friends = Voucher("friends", percent=Percentage.of("25"), rounding=Rounding.HALF_UP)
        >>> print(friends.discount(Money.of("19.99", "EUR")))
        EUR 5.00
    """

    code: VoucherCode = attrs.field(validator=identifier)
    percent: Percentage | None = attrs.field(default=None, kw_only=True, validator=kind(Percentage, None))
    rounding: Rounding | None = attrs.field(default=None, kw_only=True, validator=kind(Rounding, None))
    amount: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    tier_ids: tuple[TierId, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(str))
    limit: int | None = attrs.field(default=None, kw_only=True, validator=counted(0, optional=True))
    ends_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(utc)
    )
    blocks: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    overbooks: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if why := "; ".join(self._problems()):
            message = f"voucher {self.code}: {why}"
            raise InvalidValue(message, voucher=self.code)

    def _problems(self) -> Iterator[str]:
        if self.percent is not None and self.amount is not None:
            yield "it takes off a percentage or an amount, not both"
        if (self.percent is None) is not (self.rounding is None):
            yield "a percentage needs a rounding, and nothing else does"
        if self.percent is not None and not 0 < self.percent.fraction <= 1:
            yield f"it takes off more than nothing and at most all, not {self.percent}"
        if self.blocks and (self.limit is None or not self.tier_ids):
            yield "it blocks pieces of tiers: give them, and a limit"

    @property
    def id(self) -> VoucherCode:
        """Its code."""
        return self.code

    def suits(self, tier_id: str | None) -> bool:
        """Whether it can be used for this tier."""
        return not self.tier_ids or tier_id in self.tier_ids

    def discount(self, price: Money) -> Money:
        """What it takes off this price.

        Raises:
            CurrencyMismatch: its amount is of another currency.
            InvalidValue: the price is not money.
        """
        expect(price, Money, what="what a voucher makes cheaper")
        if self.percent is not None and self.rounding is not None:
            return price.times(self.percent.fraction, self.rounding)
        return price.with_minor(0) if self.amount is None else min(self.amount, price)
