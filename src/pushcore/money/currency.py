"""Currencies: one object each, compared by identity, with the digits that ISO 4217 gives.

Minor units come from the dated table in `pushcore.money._iso4217`, never from CLDR, whose display digits
disagree with ISO for a dozen codes. What a payment provider uses is a third thing again, and a matter of its
adapter.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money._iso4217 import ACTIVE, WITHDRAWN

__all__ = ["Currency"]


@attrs.frozen(init=False, eq=False, repr=False)
class Currency:
    """A currency of ISO 4217, active or withdrawn: `Currency.of("EUR")`.

    There is one object per code, so currencies are compared with ``is``; copies and pickles come back as it.

    Attributes:
        code: Three letters.
        exponent: Decimals of its minor unit. None where it has none (gold, SDR, testing codes): no `Money` is
            made of those.
        number: The three-digit numeric code, as text.
        name: The English name in the list.
        withdrawn: The date it left the list; None while active.

    Raises:
        InvalidValue: there is no such code (codes are upper case).

    Example:
        >>> Currency.of("JPY").exponent, Currency.of("HRK").withdrawn.year
        (0, 2023)
        >>> Currency.of("EUR") is Currency("EUR")
        True
    """

    code: str
    exponent: int | None
    number: str
    name: str
    withdrawn: date | None

    def __new__(cls, code: Currency | str) -> Currency:  # noqa: D102, PYI034  always the registry's own object
        return cls.of(code)

    @staticmethod
    def of(code: Currency | str) -> Currency:
        """The currency of this code; a currency is returned as it is."""
        if isinstance(code, Currency):
            return code
        try:
            return _REGISTRY[code]
        except (KeyError, TypeError):
            message = f"unknown currency {shown(code)}: expected an ISO 4217 code such as 'EUR'"
            raise InvalidValue(message, currency=code) from None

    @staticmethod
    def all() -> tuple[Currency, ...]:
        """Every currency in the table, active ones first."""
        return tuple(_REGISTRY.values())

    def __repr__(self) -> str:
        return f"Currency({self.code!r})"

    def __str__(self) -> str:
        return self.code

    def __reduce__(self) -> tuple[type[Currency], tuple[str]]:
        return Currency, (self.code,)

    def __copy__(self) -> Currency:
        return self

    def __deepcopy__(self, _: object) -> Currency:
        return self


def _entry(code: str, exponent: int | None, number: str, name: str, withdrawn: date | None) -> Currency:
    currency = object.__new__(Currency)
    currency.__attrs_init__(code, exponent, number, name, withdrawn)
    return currency


_REGISTRY: Final = {
    row.code: _entry(row.code, row.exponent, row.number, row.name, row.withdrawn)
    for row in (*ACTIVE, *WITHDRAWN)
}
