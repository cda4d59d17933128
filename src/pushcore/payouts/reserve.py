"""Reserves: what is held back from the payees against refunds and chargebacks, and when it becomes theirs.

The rule says how much of what was raised is held back and for how long. What is held is an aggregate of its
own, with a release schedule as data: it is given to payees, or set off against what they owe, until nothing
is left.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import above_zero, as_dict, counted, each, expect, items, kind, stream
from pushcore.calendar import Zone, end_of_day, utc
from pushcore.calendar.wall import shifted
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import CampaignId, PayeeId, identifier
from pushcore.money import Money, Percentage, Rounding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

__all__ = ["HeldReserve", "Release", "Reserve"]

_TEN_YEARS: Final = 10


@attrs.frozen
class Release:
    """A part of a reserve, and when it is due to the payees."""

    due_at: datetime = attrs.field(converter=utc)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


@attrs.frozen(kw_only=True)
class Reserve:
    """How much of what was raised is held back, and for how long.

    Indiegogo holds 5 % of the whole for at least six months, once 1,000 are raised.

    Attributes:
        rate: The share of what was raised that is held back.
        rounding: How that is rounded.
        hold_months: For how many months; or
        hold_days: for how many days.
        threshold: From which total on, itself included, anything is held; then it is the share of the whole.
        cap: The most that is held.
        rolling: Whether time is counted from the end of the day of each contribution, which sets its share
            free, instead of from the end of the campaign.

    Raises:
        InvalidValue: a rate that is not above 0 % and up to 100 %, none or both of the times, more than ten
            years of them, or amounts that are not above zero.
        CurrencyMismatch: two currencies.

    Example:
        >>> reserve = Reserve(
        ...     rate=Percentage.of("5"),
        ...     rounding=Rounding.HALF_UP,
        ...     hold_months=6,
        ...     threshold=Money.of("1000.00", "USD"),
        ... )
        >>> [reserve.of(Money.of(raised, "USD")).text for raised in ("999.00", "1000.00", "20000.00")]
        ['0.00', '50.00', '1000.00']
    """

    rate: Percentage = attrs.field(validator=kind(Percentage))
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    hold_months: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    hold_days: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    threshold: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    cap: Money | None = attrs.field(default=None, validator=[kind(Money, None), above_zero])
    rolling: bool = attrs.field(default=False, validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if not 0 < self.rate.fraction <= 1:
            message = f"a reserve is a share above 0% and up to 100%, unlike {self.rate}"
            raise InvalidValue(message, rate=self.rate)
        if (self.hold_months is None) is (self.hold_days is None):
            message = "a reserve is held for so many months or for so many days: give exactly one of them"
            raise InvalidValue(message)
        if (self.hold_months or 0) > _TEN_YEARS * 12 or (self.hold_days or 0) > _TEN_YEARS * 366:
            message = "a reserve is held for ten years at most"
            raise InvalidValue(message, months=self.hold_months, days=self.hold_days)
        if self.amounts:
            Money.total(self.amounts, self.amounts[0].currency)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money it names."""
        return tuple(amount for amount in (self.threshold, self.cap) if amount is not None)

    def of(self, raised: Money) -> Money:
        """What is held back of a total.

        Raises:
            InvalidValue: a negative total, or no money.
            CurrencyMismatch: it is of another currency than the amounts of the rule.
        """
        expect(raised, Money, what="what was raised")
        if raised.minor < 0:
            message = f"a reserve is held of at least nothing, not of {raised}"
            raise InvalidValue(message, raised=raised)
        if self.threshold is not None and raised < self.threshold:
            return raised * 0
        held = min(raised.times(self.rate, self.rounding), raised)
        return held if self.cap is None else min(held, self.cap)

    def releases(
        self,
        held: Money,
        ended: datetime,
        *,
        zone: Zone,
        contributions: Iterable[tuple[datetime, Money]] = (),
    ) -> tuple[Release, ...]:
        """When what is held becomes the payees', and how much of it; the amounts add up to what is held.

        Args:
            held: What is held back.
            ended: When the campaign ended.
            zone: Its zone, on whose clocks days and months are counted.
            contributions: Of a reserve that rolls, when each contribution was made and what it came to, in
                any order; without any it is counted from the end.

        Raises:
            InvalidValue: an argument of the wrong kind, or a time that leads out of the calendar.
            CurrencyMismatch: a contribution is of another currency.
        """
        expect(held, Money, what="what is held back")
        days = _by_day(contributions, held, zone) if self.rolling else {}
        made = sorted(days.items()) or [(utc(ended), 1)]
        sums = list(accumulate(minor for _, minor in made))
        given = [held.minor * until // sums[-1] for until in sums]
        parts = [until - before for before, until in zip([0, *given], given, strict=False)]
        return tuple(
            Release(self._until(at, zone), held.with_minor(part))
            for (at, _), part in zip(made, parts, strict=True)
            if part > 0
        )

    def _until(self, start: datetime, zone: Zone) -> datetime:
        return shifted(start, zone=zone, months=self.hold_months or 0, days=self.hold_days or 0)


def _by_day(
    contributions: Iterable[tuple[datetime, Money]], held: Money, zone: Zone
) -> Mapping[datetime, int]:
    """What was contributed on each day, by the end of that day: there are fewer days than contributions."""
    days = Counter[datetime]()
    for contribution in stream(contributions):
        try:
            at, amount = contribution
        except (TypeError, ValueError):
            message = "contributions are pairs of an instant and an amount"
            raise InvalidValue(message, contribution=contribution) from None
        expect(amount, Money, what="a contribution")
        if amount.currency is not held.currency:
            message = f"a contribution of {amount} sets nothing free of {held}"
            raise CurrencyMismatch(message, amount=amount)
        if amount.minor <= 0:
            message = f"a contribution is above zero, got {amount}"
            raise InvalidValue(message, amount=amount)
        days[end_of_day(utc(at), zone)] += amount.minor
    return days


def _parts(owner: object, attribute: attrs.Attribute[Any], parts: dict[Any, Any]) -> None:
    """Validator: amounts of at least zero by payee."""
    expect(parts, dict, what=f"{type(owner).__name__}.{attribute.name}")
    for payee, part in parts.items():
        expect(payee, str, what="a payee")
        expect(part, Money, what=f"the part of {payee}")
        if part.minor < 0:
            message = f"a part is at least zero, got {part} of {payee}"
            raise InvalidValue(message, field=attribute.name, value=parts)


@attrs.frozen
class HeldReserve:
    """What is held back of a campaign: of whom, until when, and how much became the payees' by now.

    Attributes:
        id: The campaign's.
        left: What is still held of each payee.
        releases: When what is due, of all payees together.
        released: What they were given, or what was set off against what they owe.

    Raises:
        InvalidValue: amounts that do not add up to the releases, or a part of the wrong kind.
        CurrencyMismatch: they are of several currencies.
    """

    id: CampaignId = attrs.field(validator=identifier)
    left: dict[PayeeId, Money] = attrs.field(converter=as_dict, validator=_parts, hash=False)
    releases: tuple[Release, ...] = attrs.field(converter=items, validator=each(Release))
    released: Money = attrs.field(validator=kind(Money))
    version: int = attrs.field(default=1, validator=counted(1))

    def __attrs_post_init__(self) -> None:
        planned = Money.total((it.amount for it in self.releases), self.released.currency)
        if self.available != planned - self.released or self.released.minor < 0:
            message = f"a reserve of {planned}: {self.released} given, and {self.left} left"
            raise InvalidValue(message, reserve=self.id)

    @property
    def available(self) -> Money:
        """What is there to be released."""
        return Money.total(self.left.values(), self.released.currency)

    def due(self, at: datetime) -> Money:
        """What is to be released by now.

        Raises:
            InvalidValue: not an instant.
        """
        at = utc(at)
        by_now = Money.total((it.amount for it in self._until(at)), self.released.currency)
        return max(min(by_now - self.released, self.available), self.released.with_minor(0))

    def _until(self, at: datetime) -> Iterator[Release]:
        return (it for it in self.releases if it.due_at <= at)
