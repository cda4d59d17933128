"""Which way a refund goes, and what there is to refund where not everything is left.

A payment that was made in several ways, such as a gift card and a transfer, goes back the ways it came. A
campaign that has paid out a part of what it must give back shares what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from pushcore._checks import expect, items, kind, none_such, unique
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import identifier
from pushcore.money import Money
from pushcore.payouts.evening import evened

__all__ = ["Way", "WayOrder", "ways_back", "what_is_left"]


class WayOrder(StrEnum):
    """How a refund of a part is spread over the ways of a payment.

    - ``EVENLY``: all of them in proportion.
    - ``FIRST_TO_LAST``: what was paid first goes back first, as far as it goes.
    - ``LAST_TO_FIRST``: what was paid last goes back first.
    """

    EVENLY = "evenly"
    FIRST_TO_LAST = "first-to-last"
    LAST_TO_FIRST = "last-to-first"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Way:
    """One way in which something was paid, and what of it has gone back.

    Raises:
        InvalidValue: amounts below zero, or more back than was paid.
        CurrencyMismatch: the amounts are of two currencies.
    """

    name: str = attrs.field(validator=identifier)
    paid: Money = attrs.field(validator=kind(Money))
    back: Money = attrs.field(validator=kind(Money))

    def __attrs_post_init__(self) -> None:
        if not self.paid.with_minor(0) <= self.back <= self.paid:
            message = f"of {self.paid} that was paid by {self.name}, {self.back} cannot have gone back"
            raise InvalidValue(message, way=self.name)


def ways_back(ways: tuple[Way, ...], amount: Money, order: WayOrder) -> dict[str, Money]:
    """What of a refund goes back which way; only the ways that something goes.

    Refunds in any number, together as much as was paid, give back each way exactly what came by it.

    Raises:
        Refused: ``above-paid``: less is left.
        InvalidValue: the amount is not above zero, or a way stands twice.
        CurrencyMismatch: the amount is of another currency than a way.

    Example:
        >>> zero = Money.zero("EUR")
        >>> ways = (Way("gift-card", Money.of(20, "EUR"), zero), Way("bank", Money.of(26, "EUR"), zero))
        >>> {name: str(part) for name, part in ways_back(ways, Money.of(46, "EUR"), WayOrder.EVENLY).items()}
        {'gift-card': 'EUR 20.00', 'bank': 'EUR 26.00'}
    """
    ways = items(ways)
    for way in ways:
        expect(way, Way, what="a way in which something was paid")
    expect(amount, Money, what="what goes back")
    expect(order, WayOrder, what="the order of the ways")
    unique((way.name for way in ways), what="way")
    if amount.minor <= 0:
        message = f"an amount above zero goes back, not {amount}"
        raise InvalidValue(message, amount=amount)
    left = Money.total((way.paid - way.back for way in ways), amount.currency)
    if amount > left:
        message = f"{amount} is to go back: {left} is left to give back"
        raise Refused([Refusal("above-paid", message, {"left": left})])
    if order is WayOrder.EVENLY:
        wholes, back = [way.paid.minor for way in ways], [way.back.minor for way in ways]
        minors = dict(zip((way.name for way in ways), evened(wholes, back, amount.minor), strict=True))
        return {name: amount.with_minor(minor) for name, minor in minors.items() if minor}
    return _in_turn(ways if order is WayOrder.FIRST_TO_LAST else ways[::-1], amount)


def _in_turn(ways: tuple[Way, ...], amount: Money) -> dict[str, Money]:
    parts = {}
    for way in ways:
        part = min(amount, way.paid - way.back)
        if part:
            parts[way.name] = part
            amount -= part
    return parts


def what_is_left(left: Money, owed: Mapping[str, Money]) -> dict[str, Money]:
    """What each is given back where there is less than is owed: in proportion; all of it where it is there.

    Largest remainders, so that the parts sum to what is left. Nobody gets more than is owed.

    Raises:
        InvalidValue: an amount is negative, or not of money.
        CurrencyMismatch: the amounts are of several currencies.

    Example:
        >>> owed = {"ana": Money.of(75, "USD"), "bob": Money.of(25, "USD")}
        >>> {name: str(part) for name, part in what_is_left(Money.of(80, "USD"), owed).items()}
        {'ana': 'USD 60.00', 'bob': 'USD 20.00'}
    """
    expect(left, Money, what="what is left to give back")
    expect(owed, Mapping, what="what is owed to each")
    total = Money.total(owed.values(), left.currency)
    for amount in (left, *owed.values()):
        if amount.minor < 0:
            message = f"amounts from zero on are given back, not {amount}"
            raise InvalidValue(message, amount=amount)
    if left >= total:
        return dict(owed)
    shares = left.allocate({name: amount.minor for name, amount in owed.items()})
    return dict(zip(owed, shares, strict=True))
