"""Tax on rewards: included in the price, or put on top of it; not to be mixed up with tax on fees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, expect, items, kind
from pushcore.errors import InvalidValue
from pushcore.ids import identifier
from pushcore.money import Money, Percentage, Rounding

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Tax"]


@attrs.frozen
class Tax:
    """A rate on what is sold, and perhaps on its shipping; never on a bonus or a tip, which buy nothing.

    It is taken once of the whole basket, so that no line is rounded apart.

    Attributes:
        name: Such as ``vat``.
        rate: Of the price without tax.
        rounding: How the tax of a basket is rounded.
        included: Whether prices have it in them already.
        shipping: Whether shipping is taxed too.
        destinations: Where it is taken; none for everywhere.

    Raises:
        InvalidValue: a part of the wrong kind, or a rate that is not above zero.

    Example:
        >>> vat = Tax("vat", Percentage.of("10"), Rounding.HALF_UP, included=True)
        >>> added = attrs.evolve(vat, included=False)
        >>> print(vat.of(Money.of("100.00", "EUR")), added.of(Money.of("100.00", "EUR")))
        EUR 9.09 EUR 10.00
    """

    name: str = attrs.field(validator=identifier)
    rate: Percentage = attrs.field(validator=kind(Percentage))
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    included: bool = attrs.field(kw_only=True, validator=kind(bool))
    shipping: bool = attrs.field(default=True, kw_only=True, validator=kind(bool))
    destinations: tuple[str, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(str)
    )

    @rate.validator
    def _above_zero(self, _: attrs.Attribute[Any], rate: Percentage) -> None:
        if rate.numerator <= 0:
            message = f"tax {self.name}: a rate is above zero, got {rate}"
            raise InvalidValue(message, rate=rate)

    def of(self, price: Money) -> Money:
        """The tax in a price, or on it."""
        expect(price, Money, what="what is taxed")
        share = self.rate.fraction
        return price.times(share / (1 + share) if self.included else share, self.rounding)

    def applies(self, destination: str | None) -> bool:
        """Whether it is taken there."""
        return not self.destinations or destination in self.destinations
