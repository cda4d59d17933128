"""What it costs in a simulated world to send what is sold, and the tax that is put on it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from pushcore.money import Money, Percentage, Rounding
from pushcore.rewards import Shipping, Tax

__all__ = ["shipping_of", "taxes_of"]

_POSTAGE: Final = {"BE": 399}
_ELSEWHERE: Final = 951
_TAX: Final = Tax("vat", Percentage.of_fraction(Fraction(633, 10_000)), Rounding.HALF_UP, included=False)


def shipping_of(shape: dict[str, Any]) -> Shipping:
    """What sending one piece costs, to one place or to all others."""
    rates = {place: Money.of_minor(minor, shape["currency"]) for place, minor in _POSTAGE.items()}
    return Shipping(rates, elsewhere=Money.of_minor(_ELSEWHERE, shape["currency"]))


def taxes_of(shape: dict[str, Any]) -> tuple[Tax, ...]:
    """The tax on what a campaign of this shape sells: only where it sends something."""
    return (_TAX,) if shape.get("sent") else ()
