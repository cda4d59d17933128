"""Instalments: which pledges may be paid in parts, in how many, of which amounts and when.

A plan is a part of what a campaign offers. It costs the backer nothing, it is not a loan, and its parts add
up to the pledge exactly: what does not divide evenly goes to the parts that the plan names. The campaign is
settled and paid out when the last part of all its pledges is collected or given up.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import above_zero, counted, expect, kind, none_such, shown
from pushcore.calendar import BusinessDays, Deadline, Zone, add_days, local, utc
from pushcore.calendar.wall import shifted
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import Money, Remainder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DefaultOutcome",
    "FailurePolicy",
    "Instalment",
    "InstalmentBase",
    "InstalmentPlan",
]

_LONGEST: Final = timedelta(days=365)  # an instant ends a year before the calendar does
_MOST_PARTS: Final = 120  # ten years of months
_REMAINDERS: Final = (Remainder.FIRST, Remainder.LAST)


class InstalmentBase(StrEnum):
    """Which amount of a pledge must reach the threshold of a plan.

    ``WHOLE``: all of it (Kickstarter, Gamefound). ``BEFORE_SHIPPING_AND_TAX``: without these (BackerKit).
    """

    WHOLE = "whole"
    BEFORE_SHIPPING_AND_TAX = "before-shipping-and-tax"

    _missing_ = classmethod(none_such)


class DefaultOutcome(StrEnum):
    """What becomes of the parts that were paid when a later one stays unpaid. No reward is owed either way.

    ``KEPT``: they stay with the campaign as a contribution (Kickstarter). ``REFUNDED``: they are given back.
    """

    KEPT = "kept"
    REFUNDED = "refunded"

    _missing_ = classmethod(none_such)


def _within_a_year(owner: object, attribute: attrs.Attribute[timedelta], span: timedelta) -> None:
    if not timedelta(0) <= span <= _LONGEST:
        message = f"{type(owner).__name__}.{attribute.name}: {shown(span)} is not within a year"
        raise InvalidValue(message, span=span)


@attrs.frozen
class FailurePolicy:
    """How long a failed part can still be paid, and what an unpaid one means for those that were paid.

    Kickstarter gives 7 days for the first part and 14 for each later one (2025).

    Attributes:
        first: The window of the first part, from its first failed charge on.
        later: The window of any other part, likewise.
        default: What becomes of the paid parts when a window is over.

    Raises:
        InvalidValue: a window that is negative or longer than a year.
    """

    first: timedelta = attrs.field(validator=[kind(timedelta), _within_a_year])
    later: timedelta = attrs.field(validator=[kind(timedelta), _within_a_year])
    default: DefaultOutcome = attrs.field(validator=kind(DefaultOutcome))

    def window(self, number: int) -> timedelta:
        """For how long the part of this number can still be paid, from its first failed charge on."""
        expect(number, int, what="the number of a part", least=1)
        return self.first if number == 1 else self.later


@attrs.frozen
class Instalment:
    """One part of a pledge as it is planned: when it is due, and how much it is."""

    due_at: datetime = attrs.field(converter=utc)
    amount: Money = attrs.field(validator=[kind(Money), above_zero])


@attrs.frozen(kw_only=True)
class InstalmentPlan:
    """The offer to pay a pledge in parts.

    Later dates are reckoned from the first one, on the clocks of a zone. No two parts fall on one day.

    Attributes:
        threshold: The smallest amount that can be paid in parts, itself included.
        base: Which amount is held against it.
        fewest: The smallest number of parts.
        most: The largest; the same as the smallest where there is no choice.
        remainder: Which parts get the units that do not divide evenly, one each: the ``FIRST`` ones
            (Kickstarter) or the ``LAST`` ones (pretix).
        first_after: How long after the start the first part is due; no time at all for at once.
        on_failure: What happens when a part cannot be charged.
        every_months: How many months lie between parts; or
        every_days: how many days do.
        business_days: Where given, a part that would fall on another day is due on the next of them.
        pay_off: Where given, until when the last part must be due.

    Raises:
        InvalidValue: a part of the wrong kind; less than two parts, or more than 120; none or both of the
            intervals; a threshold with less than one minor unit a part; another remainder rule; or a first
            part that is due before the start or more than a year after it.

    Example:
        >>> from datetime import UTC
        >>> in_three = InstalmentPlan(
        ...     threshold=Money.of("125.00", "USD"),
        ...     base=InstalmentBase.WHOLE,
        ...     fewest=3,
        ...     most=3,
        ...     remainder=Remainder.FIRST,
        ...     first_after=timedelta(0),
        ...     on_failure=FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT),
        ...     every_months=1,
        ... )
        >>> amount, ended = Money.of("125.00", "USD"), datetime(2026, 6, 1, 12, tzinfo=UTC)
        >>> parts = in_three.schedule(amount, 3, base=amount, start=ended, zone=Zone("America/New_York"))
        >>> [f"{part.due_at:%d %B}: {part.amount}" for part in parts]
        ['01 June: USD 41.67', '01 July: USD 41.67', '01 August: USD 41.66']
    """

    threshold: Money = attrs.field(validator=kind(Money))
    base: InstalmentBase = attrs.field(validator=kind(InstalmentBase))
    fewest: int = attrs.field(validator=counted(2))
    most: int = attrs.field(validator=counted(2))
    remainder: Remainder = attrs.field(validator=kind(Remainder))
    first_after: timedelta = attrs.field(validator=[kind(timedelta), _within_a_year])
    on_failure: FailurePolicy = attrs.field(validator=kind(FailurePolicy))
    every_months: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    every_days: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    business_days: BusinessDays | None = attrs.field(default=None, validator=kind(BusinessDays, None))
    pay_off: Deadline | None = attrs.field(default=None, validator=kind(Deadline, None))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"no plan of instalments: {problems}"
            raise InvalidValue(message, fewest=self.fewest, most=self.most)

    def _problems(self) -> Iterator[str]:
        if not self.fewest <= self.most <= _MOST_PARTS:
            yield f"from {self.fewest} to {self.most} parts is not a range up to {_MOST_PARTS}"
        if (self.every_months is None) is (self.every_days is None):
            yield "give exactly one of every_months and every_days"
        if self.threshold.minor < self.most:
            yield f"{self.threshold} is less than one minor unit for each of {self.most} parts"
        if self.remainder not in _REMAINDERS:
            yield f"left-over units go to the first or to the last parts, not to {self.remainder.value}"

    def first_due(self, *, start: datetime, zone: Zone) -> datetime:
        """When the first part is due, reckoned from a start on the clocks of a zone.

        Raises:
            InvalidValue: not an instant or not a zone, or it would be due outside of the years 2 to 9998.
        """
        expect(zone, Zone, what="zone")
        return next(self._dates(1, start, zone))

    def offered(self, *, start: datetime, zone: Zone) -> range:
        """The numbers of parts to choose from at a start; none of them where the pay-off date is too near.

        Raises:
            InvalidValue: not an instant or not a zone, or a part would be due outside of the years 2 to 9998.
        """
        expect(zone, Zone, what="zone")
        dates = self._dates(self.most, start, zone)
        pay_off = self.pay_off
        if pay_off is not None:
            dates = takewhile(lambda at: not pay_off.passed(at), dates)
        return range(self.fewest, sum(1 for _ in dates) + 1)

    def refusals(
        self, amount: Money, parts: int, *, base: Money, start: datetime, zone: Zone
    ) -> tuple[Refusal, ...]:
        """Every reason why an amount cannot be paid in so many parts; none where it can.

        Args:
            amount: What is paid in parts.
            parts: In how many.
            base: What of it is held against the threshold, which the plan's own ``base`` names.
            start: The instant from which dates are reckoned, such as that of the campaign's success.
            zone: The zone of the campaign, on whose clocks they are reckoned.

        Raises:
            InvalidValue: an argument of the wrong kind, less than one part, a base that is more than the
                amount or, where the plan wants the whole, less; or dates outside of the years 2 to 9998.
            CurrencyMismatch: an amount is of another currency than the threshold.
        """
        self._expect_base(base, of=amount)
        expect(parts, int, what="parts", least=1)
        reasons = (self._too_small(base), self._not_offered(parts, self.offered(start=start, zone=zone)))
        return tuple(reason for reason in reasons if reason is not None)

    def schedule(
        self, amount: Money, parts: int, *, base: Money, start: datetime, zone: Zone
    ) -> tuple[Instalment, ...]:
        """The parts of an amount: when each is due, and how much it is. They add up to the amount.

        The arguments are those of `refusals`.

        Raises:
            Refused: ``below-threshold``, ``parts-not-offered`` or ``after-pay-off``.
            InvalidValue: as `refusals`.
            CurrencyMismatch: likewise.
        """
        if reasons := self.refusals(amount, parts, base=base, start=start, zone=zone):
            raise Refused(reasons)
        return tuple(map(Instalment, self._dates(parts, start, zone), self.shares(amount, parts)))

    def shares(self, amount: Money, parts: int) -> tuple[Money, ...]:
        """How much each of so many parts of an amount is, whether or not that is offered.

        Raises:
            InvalidValue: an argument of the wrong kind, or less than one part.
        """
        expect(amount, Money, what="what is paid in parts")
        expect(parts, int, what="parts", least=1)
        return tuple(amount.allocate((1,) * parts, rule=self.remainder))

    def longest(self, *, start: datetime, zone: Zone) -> timedelta:
        """How long after a start it can be until the last part is charged or given up.

        That is where as many parts as there may be all fail, each is paid at the end of its window, and the
        last one never; no time at all where none are offered.

        Raises:
            InvalidValue: not an instant or not a zone, or a part would be due outside of the years 2 to 9998.

        Example:
            >>> from datetime import UTC
            >>> weekly = InstalmentPlan(
            ...     threshold=Money.of("30.00", "EUR"),
            ...     base=InstalmentBase.WHOLE,
            ...     fewest=2,
            ...     most=3,
            ...     remainder=Remainder.FIRST,
            ...     first_after=timedelta(0),
            ...     on_failure=FailurePolicy(timedelta(days=2), timedelta(days=5), DefaultOutcome.KEPT),
            ...     every_days=7,
            ... )
            >>> weekly.longest(start=datetime(2026, 6, 1, tzinfo=UTC), zone=Zone("UTC")).days
            19
        """
        start, until = utc(start), timedelta(0)
        most = self.offered(start=start, zone=zone).stop - 1
        if most < self.fewest:
            return until
        for number, due_at in enumerate(self._dates(most, start, zone), 1):
            until = max(until, due_at - start) + self.on_failure.window(number)
        return until

    def _expect_base(self, base: Money, *, of: Money) -> None:
        expect(of, Money, what="what is paid in parts")
        expect(base, Money, what="the base of the threshold")
        if base > of or (self.base is InstalmentBase.WHOLE and base != of):
            message = f"{base} is not the base of {of} in a plan whose base is {self.base.value}"
            raise InvalidValue(message, base=base, amount=of)

    def _too_small(self, base: Money) -> Refusal | None:
        if base >= self.threshold:
            return None
        facts = {"base": base, "threshold": self.threshold}
        return Refusal("below-threshold", f"{base} is less than {self.threshold}", facts)

    def _not_offered(self, parts: int, offered: range) -> Refusal | None:
        if parts in offered:
            return None
        facts = {"parts": parts, "fewest": self.fewest, "most": self.most}
        if self.pay_off is not None and self.fewest <= parts <= self.most:
            message = f"the last of {parts} parts would be due after {self.pay_off.local}"
            return Refusal("after-pay-off", message, facts | {"most": offered.stop - 1})
        message = f"{self.fewest} to {self.most} parts are offered, not {shown(parts)}"
        return Refusal("parts-not-offered", message, facts)

    def _dates(self, parts: int, start: datetime, zone: Zone) -> Iterator[datetime]:
        """When so many parts are due: on a business day where asked, and each on a day of its own."""
        first = utc(start) + self.first_after
        free = date.min
        for n in range(parts):
            months, days = n * (self.every_months or 0), n * (self.every_days or 0)
            at = shifted(first, zone=zone, months=months, days=days)
            planned = local(at, zone).date()
            day = max(planned, free)
            if self.business_days is not None:
                day = self.business_days.on_or_after(day)
            at = add_days(at, (day - planned).days, zone=zone)
            yield at
            free = local(at, zone).date() + timedelta(days=1)
