"""Mutual matching: what each patron of a crowd gives grows with the crowd (Snowdrift.coop).

In the first form each owes a unit, 0.1 cent, for every patron of the crowd, so the project gets n² units. In
the newer one each gives the part of their pledge that all pledges together are of the goal. A limit bounds
what is owed for one month; arrears of several months are charged together, once that is worth its fee.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import get_args

import attrs

from pushcore._checks import above_zero, expect, items, kind, none_such, unique
from pushcore.calendar import Zone, local, utc
from pushcore.errors import CurrencyMismatch, InvalidValue
from pushcore.ids import BackerId, identifier
from pushcore.money import Currency, Money
from pushcore.recurring.owed import Owed

__all__ = ["Crowdmatch", "GoalScaled", "LeftOut", "MatchRule", "Patron", "PerPatron", "accrued", "crowdmatch"]


@attrs.frozen(kw_only=True)
class Patron:
    """One who gives together with the others.

    Attributes:
        pledged_at: Since when; it counts from the next day on.
        limit: The most that is owed for a month, None for no limit; where the goal scales it, the pledge.
        can_pay: Whether there is a payment method. Who removes it leaves the crowd.

    Raises:
        InvalidValue: a limit that is not above zero, or a part of the wrong kind.
    """

    backer_id: BackerId = attrs.field(validator=identifier)
    pledged_at: datetime = attrs.field(converter=utc)
    limit: Money | None = attrs.field(validator=[kind(Money, None), above_zero])
    can_pay: bool = attrs.field(validator=kind(bool))


class LeftOut(StrEnum):
    """Why a patron is not in the crowd of a day.

    - ``NO_METHOD``: no payment method is left.
    - ``TOO_RECENT``: the pledge was made on the day, or later.
    - ``OVER_LIMIT``: more would be owed than the limit.
    """

    NO_METHOD = "no-method"
    TOO_RECENT = "too-recent"
    OVER_LIMIT = "over-limit"

    _missing_ = classmethod(none_such)


@attrs.frozen
class PerPatron:
    """Each owes a unit for every patron of the crowd, the patron included: n² units in all.

    Raises:
        InvalidValue: the unit is not above zero.
    """

    unit: Owed = attrs.field(validator=kind(Owed))

    def __attrs_post_init__(self) -> None:
        if not self.unit.minor:
            message = f"a unit is above zero, unlike {self.unit}"
            raise InvalidValue(message, unit=self.unit)

    @property
    def currency(self) -> Currency:
        """The currency of what is owed."""
        return self.unit.currency

    def match(self, patrons: Iterable[Patron]) -> dict[BackerId, Owed]:
        """What each owes in the largest crowd in which nobody owes more than their limit.

        While somebody would, one leaves: the lowest limit, of several the latest pledge. That makes it less
        for the others. Who left is not in the result.

        Raises:
            InvalidValue: not patrons, or one who stands twice.
            CurrencyMismatch: a limit is of another currency.
        """
        crowd = sorted(_known(patrons, self.currency), key=_staying)
        while crowd and not _affords(crowd[-1], self.unit.times(len(crowd))):
            crowd.pop()
        return {patron.backer_id: self.unit.times(len(crowd)) for patron in crowd}


@attrs.frozen
class GoalScaled:
    """Each gives the part of their pledge that all pledges are of the goal, and never more than the pledge.

    The rest of a pledge is a promise to match others who join.

    Raises:
        InvalidValue: the goal is not above zero.

    Example:
        >>> from datetime import UTC
        >>> crowd = [
        ...     Patron(backer_id=f"p{n}", pledged_at=datetime(2024, 1, 1, tzinfo=UTC), can_pay=True,
        ...            limit=Money.of("6.00", "USD"))
        ...     for n in range(163)
        ... ]
        >>> str(GoalScaled(Money.of("36000.00", "USD")).match(crowd)["p0"].whole)
        'USD 0.16'
    """

    goal: Money = attrs.field(validator=[kind(Money), above_zero])

    @property
    def currency(self) -> Currency:
        """The currency of what is owed."""
        return self.goal.currency

    def match(self, patrons: Iterable[Patron]) -> dict[BackerId, Owed]:
        """What each owes.

        Raises:
            InvalidValue: not patrons, one who stands twice, or one without a limit, which is their pledge.
            CurrencyMismatch: a limit is of another currency.
        """
        pledges = {}
        for patron in _known(patrons, self.currency):
            if patron.limit is None:
                message = f"patron {patron.backer_id} has no limit: give the pledge that the goal scales"
                raise InvalidValue(message, patron=patron.backer_id)
            pledges[patron.backer_id] = Owed.of_money(patron.limit)
        total = Owed.total(pledges.values(), self.currency)
        share = min(total.minor / self.goal.minor, Fraction(1))
        return {backer: pledge.times(share) for backer, pledge in pledges.items()}


MatchRule = PerPatron | GoalScaled
"""How much the patrons of a crowd give."""


@attrs.frozen
class Crowdmatch:
    """What a crowd owes for one month.

    Attributes:
        day: The day of the reckoning.
        owed: What each patron of the crowd owes, exactly.
        left_out: Why the others owe nothing.
        currency: The currency of all.
    """

    day: date = attrs.field(validator=kind(date))
    owed: dict[BackerId, Owed] = attrs.field(validator=kind(dict), hash=False)
    left_out: dict[BackerId, LeftOut] = attrs.field(validator=kind(dict), hash=False)
    currency: Currency = attrs.field(validator=kind(Currency))

    @property
    def total(self) -> Owed:
        """What the project is owed: the sum of all, exactly."""
        return Owed.total(self.owed.values(), self.currency)

    @property
    def income(self) -> Money:
        """The same as it is shown: summed first, then cut to whole minor units."""
        return self.total.whole


def crowdmatch(rule: MatchRule, patrons: Iterable[Patron], *, day: date, zone: Zone) -> Crowdmatch:
    """Reckon what each patron owes on a day of a zone.

    The crowd are those who pledged before that day and can pay.

    Raises:
        InvalidValue: an argument of the wrong kind, or a patron who stands twice.
        CurrencyMismatch: a limit is of another currency.

    Example:
        >>> from datetime import UTC
        >>> joined = datetime(2026, 1, 31, tzinfo=UTC)
        >>> crowd = [
        ...     Patron(backer_id=f"p{n}", pledged_at=joined, limit=None, can_pay=True) for n in range(82)
        ... ]
        >>> rule = PerPatron(Owed.of("0.001", "USD"))
        >>> str(crowdmatch(rule, crowd, day=date(2026, 2, 1), zone=Zone("UTC")).income)
        'USD 6.72'
    """
    expect(rule, *get_args(MatchRule), what="a rule of matching")
    expect(day, date, what="the day of the reckoning")
    expect(zone, Zone, what="zone")
    known = _known(patrons, rule.currency)
    left_out = {}
    for patron in known:
        if not patron.can_pay:
            left_out[patron.backer_id] = LeftOut.NO_METHOD
        elif local(patron.pledged_at, zone).date() >= day:
            left_out[patron.backer_id] = LeftOut.TOO_RECENT
    crowd = [patron for patron in known if patron.backer_id not in left_out]
    owed = rule.match(crowd)
    left_out |= {it.backer_id: LeftOut.OVER_LIMIT for it in crowd if it.backer_id not in owed}
    return Crowdmatch(day, owed, left_out, rule.currency)


def accrued(arrears: Mapping[BackerId, Owed], month: Crowdmatch) -> dict[BackerId, Owed]:
    """What everybody owes by now: arrears of earlier months, and this month's.

    Raises:
        InvalidValue: an argument of the wrong kind.
        CurrencyMismatch: arrears of another currency.
    """
    expect(arrears, Mapping, what="arrears")
    expect(month, Crowdmatch, what="a month")
    for owed in arrears.values():
        expect(owed, Owed, what="arrears")
    nothing = Owed.of(0, month.currency)
    everybody = {**arrears, **month.owed}
    return {it: arrears.get(it, nothing) + month.owed.get(it, nothing) for it in everybody}


def _known(patrons: Iterable[Patron], currency: Currency) -> tuple[Patron, ...]:
    patrons = items(patrons)
    for patron in patrons:
        expect(patron, Patron, what="a patron")
        if patron.limit is not None and patron.limit.currency is not currency:
            message = f"the limit of patron {patron.backer_id} is {patron.limit}, but {currency} is owed"
            raise CurrencyMismatch(message, patron=patron.backer_id, limit=patron.limit)
    unique((patron.backer_id for patron in patrons), what="patron")
    return patrons


def _staying(patron: Patron) -> tuple[bool, int, datetime, BackerId]:
    """The order in which patrons stay: those without a limit, then the higher limits, then by pledge."""
    limit = 0 if patron.limit is None else patron.limit.minor
    return patron.limit is not None, -limit, patron.pledged_at, patron.backer_id


def _affords(patron: Patron, owed: Owed) -> bool:
    return patron.limit is None or owed.minor <= patron.limit.minor
