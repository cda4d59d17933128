"""Names that cells have: of currencies, and of transactions."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from pushcore._checks import is_name, shown
from pushcore.errors import InvalidValue
from pushcore.ids import TransactionId
from pushcore.money import Currency, Money

__all__ = ["currency_named", "reference"]

_LONGEST: Final = 2_000
_FEW: Final = 16


@cache
def currency_named(code: str) -> Currency:
    """The currency of this code, in capitals or not.

    Raises:
        InvalidValue: there is none, or no amounts of it.
    """
    return Money.zero(code.upper()).currency


@lru_cache(_FEW)
def reference(text: str) -> TransactionId:
    """The id of a transaction, which the lines around often have too.

    Raises:
        InvalidValue: it is empty, too long or not printable.
    """
    if not is_name(text, _LONGEST):
        rule = f"printable text, 1 to {_LONGEST} characters, no space at its ends"
        message = f"expected a name ({rule}), got {shown(text)}"
        raise InvalidValue(message, value=text)
    return TransactionId(text)
