"""Shipping: where a reward is sent to, and what that costs for each piece."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import as_dict, expect, kind, shown
from pushcore.errors import InvalidValue
from pushcore.ids import optional_identifier
from pushcore.money import Money

if TYPE_CHECKING:
    from typing import Any

    from pushcore.money import Currency

__all__ = ["Shipping", "destination", "rated"]

destination = optional_identifier
"""Validator of where something is sent: a code of the host's, such as the country ``BE``; or None."""


def rated(owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator: a mapping from names to amounts of at least zero."""
    rates = value.items() if isinstance(value, dict) else [(None, None)]
    for name, rate in rates:
        if not (isinstance(name, str) and name and isinstance(rate, Money) and rate.minor >= 0):
            message = (
                f"{type(owner).__name__}.{attribute.name}: expected names with amounts of at least zero, "
                f"got {shown(value)}"
            )
            raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Shipping:
    """What sending one piece costs, by destination, and elsewhere; without that, nowhere else.

    As on Kickstarter: the rate of the chosen place, else that of the rest of the world, else it cannot be
    picked there.

    Attributes:
        rates: The listed destinations, by a code of the host's, such as that of a country.
        elsewhere: For every other destination; None where it is sent to the listed ones only.

    Raises:
        InvalidValue: a rate that is not money or below zero, or no destination at all.
        CurrencyMismatch: rates of two currencies.

    Example:
        >>> shipping = Shipping({"BE": Money.of("4.00", "EUR")}, elsewhere=Money.of("9.00", "EUR"))
        >>> print(shipping.cost("BE"), shipping.cost("JP"), Shipping(shipping.rates).cost("JP"))
        EUR 4.00 EUR 9.00 None
    """

    rates: dict[str, Money] = attrs.field(factory=dict, converter=as_dict, validator=rated, hash=False)
    elsewhere: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))

    def __attrs_post_init__(self) -> None:
        if not self.rates and self.elsewhere is None:
            message = "shipping needs a destination, or a rate for elsewhere"
            raise InvalidValue(message, rates=self.rates)
        if self.elsewhere is not None and self.elsewhere.minor < 0:
            message = f"a rate of shipping is at least zero, got {self.elsewhere}"
            raise InvalidValue(message, elsewhere=self.elsewhere)
        Money.total(self.amounts, self.currency)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every rate."""
        return (*self.rates.values(), *(() if self.elsewhere is None else (self.elsewhere,)))

    @property
    def currency(self) -> Currency:
        """The currency of its rates."""
        return self.amounts[0].currency

    def cost(self, place: str | None) -> Money | None:
        """What one piece costs to send there; None where it is not sent there, or the place is not known.

        Raises:
            InvalidValue: the place is no text.
        """
        expect(place, str, NoneType, what="where it is sent")
        return None if place is None else self.rates.get(place, self.elsewhere)
