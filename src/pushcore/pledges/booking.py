"""Booking: what one charge came to for its backer, for the campaign and at the provider, at rates of its own.

A pledge that is charged in parts may be booked in euros today and in pounds next month. What goes back goes
back of one charge, and so at the rate of that.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, shown
from pushcore.errors import InvalidValue, NotFound
from pushcore.ids import OrderKey, reference
from pushcore.money import AmountRole, Money, Tendered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.money import Currency

__all__ = ["Booking", "worth"]


def _booked(_: object, __: attrs.Attribute[Tendered], tendered: Tendered) -> None:
    expect(tendered, Tendered, what="what a charge came to")
    if tendered.settled is None:
        message = f"a booking is of what the provider has booked, and not of {shown(tendered)}"
        raise InvalidValue(message, tendered=tendered)


@attrs.frozen
class Booking:
    """What a charge came to, where that is of several currencies.

    Attributes:
        charged: The key of the charge.
        tendered: What it came to, with the rates that everything that leaves the charge goes by.

    Raises:
        InvalidValue: a part of the wrong kind, or nothing is booked yet.
    """

    charged: OrderKey = attrs.field(validator=reference)
    tendered: Tendered = attrs.field(validator=_booked)

    @property
    def settled(self) -> Money:
        """What the provider booked."""
        return self.tendered.amount(AmountRole.SETTLED)


def worth(bookings: Iterable[Booking], money: Money, currency: Currency) -> Money | None:
    """What an amount is in another currency, at the first rate that is stored; None where there is none."""
    if money.currency is currency:
        return money
    for booking in bookings:
        with suppress(NotFound):
            return booking.tendered.convert(money, currency).result
    return None
