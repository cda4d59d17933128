"""Totals: an amount of money, or a whole number of units or backers, which are never mixed."""

from __future__ import annotations

from pushcore._checks import shown
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.money import Money

__all__ = ["Total", "alike", "number", "require_alike", "told"]

Total = Money | int


def number(total: Total) -> int:
    """The total as a whole number: of minor units, if it is money."""
    return total.minor if isinstance(total, Money) else total


def told(total: Total) -> str:
    """The total as a message tells it."""
    return str(total) if isinstance(total, Money) else shown(total)


def alike(one: Total, other: Total) -> bool:
    """Whether both are amounts of one currency, or both are numbers."""
    if isinstance(one, Money) and isinstance(other, Money):
        return one.currency is other.currency
    return isinstance(one, Money) is isinstance(other, Money)


def require_alike(total: Total, other: Total, *, what: str) -> None:
    """Refuse to compare two that are not of one kind.

    Raises:
        CurrencyMismatch: they are of two currencies.
        InvalidValue: one is money and the other a number.
    """
    if alike(total, other):
        return
    both_money = isinstance(total, Money) and isinstance(other, Money)
    message = f"{what} {told(other)} is not compared with {told(total)}: give a total of its kind"
    raise (CurrencyMismatch if both_money else InvalidValue)(message, total=total, other=other)
