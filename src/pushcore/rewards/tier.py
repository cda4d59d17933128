"""Reward tiers: what backers can pick, at a price, while there are pieces left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import as_dict, counted, each, items, kind, none_such, shown
from pushcore.calendar.instants import utc_of
from pushcore.errors import InvalidValue
from pushcore.ids import ItemId, TierId, identifier
from pushcore.money import Money
from pushcore.rewards.audience import Audience
from pushcore.rewards.shipping import Shipping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["Item", "Phase", "Tier"]

_LONGEST: Final = timedelta(days=365)  # an instant ends a year before the calendar does


class Phase(StrEnum):
    """When a reward is picked: while the campaign raises its goal, or late, after it has succeeded."""

    CAMPAIGN = "campaign"
    LATE = "late"

    _missing_ = classmethod(none_such)


@attrs.frozen
class Item:
    """A thing that rewards are made of, such as a book; with a limit, all of them share its pieces."""

    id: ItemId = attrs.field(validator=identifier)
    limit: int | None = attrs.field(default=None, kw_only=True, validator=counted(0, optional=True))


def _not_negative(owner: Tier, attribute: attrs.Attribute[Any], price: Money | None) -> None:
    if price is not None and price.minor < 0:
        message = f"tier {owner.id}: a price is at least zero, got {price}"
        raise InvalidValue(message, field=attribute.name, price=price)


def _starts(at: datetime) -> datetime:
    return utc_of(at, "Tier", "starts_at")


def _ends(at: datetime) -> datetime:
    return utc_of(at, "Tier", "ends_at")


def _numbers(owner: Tier, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validator: a mapping from ids to whole numbers above zero."""
    fine = isinstance(value, dict) and all(
        isinstance(name, str) and type(number) is int and number > 0 for name, number in value.items()
    )
    if not fine:
        message = f"tier {owner.id}: {attribute.name} are ids with numbers above zero, got {shown(value)}"
        raise InvalidValue(message, field=attribute.name, value=value)


@attrs.frozen
class Tier:
    """A reward at a price, or an add-on to one.

    A price is what must be given at least: a bonus on top makes it pay-what-you-want. An early bird is a
    tier that ends soon or is limited; a bundle is one that includes several items.

    Attributes:
        limit: How many pieces there are; None where there is no end of them.
        late_price: What it costs late; the price, if it is not given. It needs the phase ``late``.
        per_backer: How many pieces one backer may hold.
        starts_at: From when on it can be picked, itself included.
        ends_at: Until when, itself included.
        audience: For whom it is; None for everybody.
        shipping: Where it is sent, and what that costs; None where nothing is sent.
        pickup: Whether it is picked up at the creator's: a thing, but nothing is sent.
        delivers: When it is meant to arrive.
        includes: What it is made of: so many of each item.
        phases: When it can be picked.
        presets: Amounts to suggest to those who may give more than the price; none is less than it.
        waiting: For how long a piece that comes free is on offer to whoever waits for it once it is sold out;
            None for no waiting list.

    Raises:
        InvalidValue: a part of the wrong kind, a price or limit below zero, an end before the start, no
            phase, something that is both sent and picked up, two currencies, a preset below the price, or a
            waiting list without a limit or for offers that do not live within a year; every one of them is
            named.

    Example:
        >>> Tier("postcard", Money.of("10.00", "EUR"), limit=100, per_backer=2).limit
        100
    """

    id: TierId = attrs.field(validator=identifier)
    price: Money = attrs.field(validator=[kind(Money), _not_negative])
    limit: int | None = attrs.field(default=None, kw_only=True, validator=counted(0, optional=True))
    late_price: Money | None = attrs.field(
        default=None, kw_only=True, validator=[kind(Money, None), _not_negative]
    )
    per_backer: int | None = attrs.field(default=None, kw_only=True, validator=counted(1, optional=True))
    starts_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(_starts)
    )
    ends_at: datetime | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(_ends)
    )
    audience: Audience | None = attrs.field(default=None, kw_only=True, validator=kind(Audience, None))
    shipping: Shipping | None = attrs.field(default=None, kw_only=True, validator=kind(Shipping, None))
    pickup: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    delivers: date | None = attrs.field(default=None, kw_only=True, validator=kind(date, None))
    includes: dict[ItemId, int] = attrs.field(
        factory=dict, kw_only=True, converter=as_dict, validator=_numbers, hash=False
    )
    phases: tuple[Phase, ...] = attrs.field(
        default=(Phase.CAMPAIGN,), kw_only=True, converter=items, validator=each(Phase)
    )
    presets: tuple[Money, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(Money))
    waiting: timedelta | None = attrs.field(default=None, kw_only=True, validator=kind(timedelta, None))

    def __attrs_post_init__(self) -> None:
        if why := "; ".join(self._problems()):
            message = f"tier {self.id}: {why}"
            raise InvalidValue(message, tier=self.id)

    def _problems(self) -> Iterator[str]:
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            yield f"it would end at {self.ends_at}, before it starts at {self.starts_at}"
        if self.pickup and self.shipping is not None:
            yield "it is either sent or picked up"
        if not self.phases:
            yield f"it needs a phase in which it can be picked: {', '.join(Phase)}"
        if self.late_price is not None and self.phases and Phase.LATE not in self.phases:
            yield f"a late price of {self.late_price} is for the phase late: add that to its phases"
        if any(amount.currency is not self.price.currency for amount in self.amounts):
            yield f"its amounts are of two currencies: {', '.join(map(str, self.amounts))}"
        if any(preset < self.price for preset in self.presets if preset.currency is self.price.currency):
            yield f"what is suggested is less than its price of {self.price}"
        if self.waiting is not None:
            yield from self._waiting_problems(self.waiting)

    def _waiting_problems(self, lifetime: timedelta) -> Iterator[str]:
        if self.limit is None:
            yield "nobody waits for what has no limit"
        if not timedelta(0) < lifetime <= _LONGEST:
            yield f"an offer lives longer than no time and at most a year, got {lifetime}"

    @property
    def plain(self) -> bool:
        """Whether everybody can pick it at any time; nothing is sent or made of items, and nobody waits."""
        conditions = (
            self.starts_at,
            self.ends_at,
            self.audience,
            self.shipping,
            self.per_backer,
            self.waiting,
        )
        return conditions == (None,) * 6 and not self.includes and Phase.CAMPAIGN in self.phases

    @property
    def physical(self) -> bool:
        """Whether it is a thing: sent or picked up, not digital."""
        return self.pickup or self.shipping is not None

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money it names."""
        late = () if self.late_price is None else (self.late_price,)
        return (self.price, *late, *self.presets, *(() if self.shipping is None else self.shipping.amounts))

    def price_in(self, phase: Phase) -> Money:
        """What it costs in this phase."""
        return self.late_price if phase is Phase.LATE and self.late_price is not None else self.price
