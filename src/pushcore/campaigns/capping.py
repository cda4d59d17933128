"""Caps: a campaign that closes at an amount, and never strands the last nickel.

MuckRock capped a campaign at 107.10, took 75.00 and then 32.05, and was left with 0.05, which no card can be
charged (MuckRock/muckrock #515). So no amount is offered that would leave less than the smallest charge,
unless the campaign says beforehand how much it may do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pushcore._checks import above_zero, expect, items, kind, shown
from pushcore.changes import TotalLimit
from pushcore.errors import CurrencyMismatch, InvalidValue, Refusal, Refused
from pushcore.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Cap", "Offer"]


@attrs.frozen(kw_only=True)
class Cap:
    """The amount at which a campaign closes, and what is taken of a pledge that comes near it.

    Attributes:
        amount: The cap.
        smallest_charge: The least that the payment provider charges in this currency. As much may be left to
            the cap, so it is no less than the smallest pledge that the terms allow.
        tolerance: How far below the cap the campaign may close; zero where it may not.
        clips: Whether only what is left is taken of a pledge that is more (MuckRock), or nothing of it.

    Raises:
        CurrencyMismatch: amounts of two currencies.
        InvalidValue: a part of the wrong kind, a smallest charge that is not above zero or above the cap, or
            a tolerance that is negative or not below the cap.

    Example:
        >>> eur = lambda text: Money.of(text, "EUR")
        >>> cap = Cap(
        ...     amount=eur("107.10"), smallest_charge=eur("0.50"), tolerance=eur("0.00"), clips=True
        ... )
        >>> [str(cap.fitting(eur("75.00"), wanted)) for wanted in (eur("20.00"), eur("50.00"))]
        ['EUR 20.00', 'EUR 32.10']
        >>> print(cap.refusal(eur("75.00"), eur("32.05")))
        strands-remainder: EUR 32.05 would leave EUR 0.05, ...: give EUR 31.60 or EUR 32.10
    """

    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    smallest_charge: Money = attrs.field(validator=[kind(Money), above_zero])
    tolerance: Money = attrs.field(validator=kind(Money))
    clips: bool = attrs.field(validator=kind(bool))

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"no cap of {self.amount}: {problems}"
            raise InvalidValue(message, cap=self.amount)

    def _problems(self) -> Iterator[str]:
        if self.smallest_charge > self.amount:
            yield f"a smallest charge of {self.smallest_charge} is more than all of it"
        if not self.tolerance.with_minor(0) <= self.tolerance < self.amount:
            yield f"a tolerance lies from zero to below the cap, unlike {self.tolerance}"

    @property
    def limit(self) -> TotalLimit:
        """The totals that a store may come to when it adds an amount."""
        full = self.amount.minor
        return TotalLimit(full, range(full - self.smallest_charge.minor + 1, full - self.tolerance.minor))

    def left(self, raised: Money) -> Money:
        """What is missing to the cap; zero where more was raised.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        return max(self.amount - self._own(raised, "what was raised"), self.amount.with_minor(0))

    def reached(self, raised: Money) -> bool:
        """Whether the campaign closes: at the cap, or within its tolerance.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        return self.left(raised) <= self.tolerance

    def offer(self, raised: Money) -> Offer:
        """The amounts that may be given now; after each of them the cap can still be reached.

        Raises:
            CurrencyMismatch: the total is of another currency.
        """
        left, least, money = self.left(raised).minor, self.smallest_charge.minor, self.amount.with_minor
        if self.reached(raised):
            return Offer(())
        to_go_on, to_finish = (least, left - least), (max(least, left - self.tolerance.minor), left)
        in_one = to_finish[0] <= to_go_on[1] + 1
        ranges = ((least, left),) if in_one else (to_go_on, to_finish)
        return Offer(tuple((money(low), money(high)) for low, high in ranges if low <= high))

    def refusal(self, raised: Money, wanted: Money) -> Refusal | None:
        """Why nothing is taken of an amount, if nothing is, with the nearest ones that would do.

        Raises:
            CurrencyMismatch: an amount is of another currency.
        """
        left, wanted = self.left(raised), self._own(wanted, "what is wanted")
        return self._misfit(raised, wanted, min(wanted, left) if self.clips else wanted)

    def misfit(self, raised: Money, amount: Money) -> Refusal | None:
        """Why an amount that cannot be clipped any more is not taken, if it is not: as `refusal` says it.

        Raises:
            CurrencyMismatch: an amount is of another currency.
        """
        return self._misfit(raised, amount, self._own(amount, "what is wanted"))

    def _misfit(self, raised: Money, wanted: Money, taken: Money) -> Refusal | None:
        left, offer = self.left(raised), self.offer(raised)
        if offer.takes(taken):
            return None
        code, why = self._reason(left, taken)
        below, above = offer.below(wanted), offer.above(wanted)
        nearest = " or ".join(str(amount) for amount in (below, above) if amount is not None)
        return Refusal(
            code,
            f"{why}: give {nearest}" if nearest else why,
            {"wanted": wanted, "left": left, "below": below, "above": above},
        )

    def fitting(self, raised: Money, wanted: Money) -> Money:
        """What is taken of an amount: all of it, or what is left.

        Raises:
            Refused: ``cap-reached``, ``below-minimum``, ``above-cap`` or ``strands-remainder``; the facts
                name the nearest amounts below and above that would do.
            CurrencyMismatch: an amount is of another currency.
        """
        if refusal := self.refusal(raised, wanted):
            raise Refused([refusal])
        return min(wanted, self.left(raised))

    def _reason(self, left: Money, wanted: Money) -> tuple[str, str]:
        """The code and the words for an amount that does not fit."""
        least = self.smallest_charge
        if left <= self.tolerance:
            return "cap-reached", f"the campaign closed at {self.amount}"
        if left < least:
            return "strands-remainder", f"{left} is left, and less than {least} cannot be charged"
        if wanted < least:
            return "below-minimum", f"{wanted} is less than {least}, the smallest charge"
        if wanted > left:
            return "above-cap", f"{wanted} is more than the {left} that is left"
        over = left - wanted
        return "strands-remainder", f"{wanted} would leave {over}, and less than {least} cannot be charged"

    def _own(self, amount: Money, what: str) -> Money:
        expect(amount, Money, what=what)
        if amount.currency is not self.amount.currency:
            message = f"a cap of {self.amount} is not reached with {amount}: give its currency"
            raise CurrencyMismatch(message, cap=self.amount, amount=amount)
        return amount


def _ranges(owner: object, attribute: attrs.Attribute[Any], ranges: tuple[object, ...]) -> None:
    for pair in ranges:
        if not (
            type(pair) is tuple and [type(amount) for amount in pair] == [Money, Money] and pair[0] <= pair[1]
        ):
            message = (
                f"{type(owner).__name__}.{attribute.name}: expected the least and most, got {shown(pair)}"
            )
            raise InvalidValue(message, field=attribute.name, value=pair)


@attrs.frozen
class Offer:
    """The amounts that may be given: one or two ranges, rising, both ends included; none where none may.

    Raises:
        InvalidValue: something else than pairs of a least and a most amount.
    """

    ranges: tuple[tuple[Money, Money], ...] = attrs.field(converter=items, validator=_ranges)

    def takes(self, amount: Money) -> bool:
        """Whether this amount may be given.

        Raises:
            CurrencyMismatch: it is of another currency.
        """
        expect(amount, Money, what="an offered amount")
        return any(low <= amount <= high for low, high in self.ranges)

    def below(self, amount: Money) -> Money | None:
        """The largest amount that may be given and is no more than this one.

        Raises:
            CurrencyMismatch: it is of another currency.
        """
        expect(amount, Money, what="an offered amount")
        return max((min(high, amount) for low, high in self.ranges if low <= amount), default=None)

    def above(self, amount: Money) -> Money | None:
        """The smallest amount that may be given and is no less than this one.

        Raises:
            CurrencyMismatch: it is of another currency.
        """
        expect(amount, Money, what="an offered amount")
        return min((max(low, amount) for low, high in self.ranges if amount <= high), default=None)
