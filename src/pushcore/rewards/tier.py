"""Reward tiers: what backers can pick, at a price, while there are pieces left."""

from __future__ import annotations

import attrs

from pushcore._checks import counted, kind
from pushcore.errors import InvalidValue
from pushcore.ids import TierId, identifier
from pushcore.money import Money

__all__ = ["Tier"]


@attrs.frozen
class Tier:
    """A reward at a price; ``limit`` is how many pieces there are, None where there is no end of them.

    Raises:
        InvalidValue: a part of the wrong kind, or a price or limit below zero.

    Example:
        >>> Tier("postcard", Money.of("10.00", "EUR"), limit=100).limit
        100
    """

    id: TierId = attrs.field(validator=identifier)
    price: Money = attrs.field(validator=kind(Money))
    limit: int | None = attrs.field(default=None, kw_only=True, validator=counted(0, optional=True))

    @price.validator
    def _not_negative(self, _: object, price: Money) -> None:
        if price.minor < 0:
            message = f"tier {self.id}: a price is at least zero, got {price}"
            raise InvalidValue(message, price=price)
