"""The four sides: bare ints, py-moneyed, stockholm and pushcore, each with the amounts it works on.

Bare ints show what the work costs before any type is put around it. They do the same
tasks, but refuse nothing and know no currency.
"""

from __future__ import annotations

from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal, localcontext
from random import Random
from typing import TYPE_CHECKING, Final

from moneyed import EUR as MONEYED_EUR
from moneyed import Money as MoneyedMoney
from stockholm import Money as StockholmMoney

from pushcore import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BARE",
    "MONEYED",
    "OURS",
    "SIDES",
    "STOCKHOLM",
    "distinct",
    "half_up",
    "moneyed",
    "ours",
    "repeating",
    "rounding_half_up",
    "stockholm",
    "streamed",
]

OURS: Final = "pushcore"
BARE: Final = "bare ints"
MONEYED: Final = "py-moneyed"
STOCKHOLM: Final = "stockholm"
SIDES: Final = (OURS, BARE, MONEYED, STOCKHOLM)

_EUR: Final = Currency.of("EUR")
_PRICES: Final = (500, 1000, 1500, 2500, 4000, 6000, 7500, 12000, 25000, 50000, 100000, 250000)


def ours(minor: int) -> Money:
    """An amount of this many cents."""
    return Money.of_minor(minor, _EUR)


def moneyed(minor: int) -> MoneyedMoney:
    """The same in py-moneyed."""
    return MoneyedMoney(Decimal(minor).scaleb(-2), MONEYED_EUR)


def stockholm(minor: int) -> StockholmMoney:
    """The same in stockholm."""
    return StockholmMoney(Decimal(minor).scaleb(-2), "EUR")  # faster than with its currency class


def distinct(count: int) -> list[int]:
    """Amounts from 1.00 to 100,000.00 in cents, of which hardly two are equal."""
    return Random(count).choices(range(100, 10_000_000), k=count)


def repeating(count: int) -> list[int]:
    """The amounts of pledges for a dozen reward tiers, in cents."""
    return Random(count).choices(_PRICES, k=count)


def streamed(count: int) -> Iterator[int]:
    """Amounts in cents that are nowhere kept: each follows from the one before."""
    state = count
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        yield 100 + state % 10_000_000


def half_up(n: int, d: int) -> int:
    """The fraction n/d rounded half-up, for the bare ints."""
    return (2 * n + d) // (2 * d) if n >= 0 else -((d - 2 * n) // (2 * d))


@contextmanager
def rounding_half_up() -> Iterator[None]:
    """Where py-moneyed rounds half-up: it takes the ambient rounding, which is half-even elsewhere."""
    with localcontext(rounding=ROUND_HALF_UP):
        yield
