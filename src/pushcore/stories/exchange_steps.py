"""The step by which money at the provider becomes another currency there."""

from __future__ import annotations

from datetime import datetime

import attrs

from pushcore._checks import kind
from pushcore.calendar import utc
from pushcore.errors import InvalidValue
from pushcore.money import Money
from pushcore.stories.origin import Origin

__all__ = ["ExchangeMoney"]


@attrs.frozen
class ExchangeMoney:
    """The platform turns money at the provider into another currency.

    Attributes:
        given: What there is less.
        received: What there is more, in another currency.

    Raises:
        InvalidValue: a part of the wrong kind, or amounts of one currency.
    """

    at: datetime = attrs.field(converter=utc)
    given: Money = attrs.field(validator=kind(Money))
    received: Money = attrs.field(validator=kind(Money))
    origin: Origin | None = attrs.field(default=None, kw_only=True, validator=kind(Origin, None))

    def __attrs_post_init__(self) -> None:
        if self.given.currency is self.received.currency:
            message = f"{self.given.currency} is not exchanged for itself"
            raise InvalidValue(message, currency=self.given.currency)
