"""Grossing up: what has to be paid so that a sum is left after fees, and what a balance pays with them.

A fee of 3 % on top of 100.00 is 3.00, of which the provider then takes 3 % as well: 99.91 are left. Who is to
get 100.00 has to be paid 103.09. With fixed parts, limits, brackets and taxes on fees there is no formula for
that, but between the amounts where a line changes each is straight, and can be solved.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Final

import attrs

from pushcore._checks import expect, kind
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money, Percentage
from pushcore.payouts._stretches import Stretch, Trend, first_whole, stretches
from pushcore.payouts.breakdown import Breakdown, break_down, taken_of
from pushcore.payouts.fee_rules import RULES, FeeRule
from pushcore.payouts.fee_schedule import FeeSchedule, shared
from pushcore.payouts.fees import FeeBearer, FundingSource, check_currency
from pushcore.payouts.pieces import whole

__all__ = ["GrossUp", "gross_up", "largest_within", "smallest_worth"]

_MOST_LOOKS: Final = 10_000


@attrs.frozen
class GrossUp:
    """What has to be paid for a sum to be left.

    Rounding, and limits at which fees jump, leave out some sums: of no payment is exactly that left.

    Attributes:
        wanted: What is to be left.
        paid: The smallest payment of which at least that is left.
        exactly: The smallest one of which exactly that is left, if there is one; it may be larger.
        below: Where ``paid`` leaves more: the payment below it that comes nearest.
    """

    wanted: Money = attrs.field(validator=kind(Money))
    paid: Breakdown = attrs.field(validator=kind(Breakdown))
    exactly: Breakdown | None = attrs.field(validator=kind(Breakdown, None))
    below: Breakdown | None = attrs.field(validator=kind(Breakdown, None))

    def __attrs_post_init__(self) -> None:
        if self.exactly is None and self.below is None:
            message = f"what does not leave exactly {self.wanted} lies above a payment that leaves less"
            raise InvalidValue(message, wanted=self.wanted)

    @property
    def nearest(self) -> Breakdown:
        """The one that leaves exactly the sum, or else comes nearest; rather more than less."""
        if self.exactly is not None:
            return self.exactly
        below, paid = self.below, self.paid
        assert below is not None, "what is not exact lies between two payments"
        return paid if paid.net - self.wanted <= self.wanted - below.net else below


def gross_up(
    schedule: FeeSchedule,
    net: Money,
    *,
    method: str | None = None,
    source: FundingSource | None = None,
) -> GrossUp:
    """The smallest payment of which at least a sum is left after fees, and what it is made of.

    Whoever else bears a line, it takes nothing of the payment. Lines of the total are taken of this payment
    as if it were the total.

    Args:
        schedule: The fee lines.
        net: What is to be left.
        method: By which payment method it is paid; needed where a line depends on that.
        source: Where it comes from; needed where a line depends on that.

    Raises:
        InvalidValue: a sum below zero; a line depends on what is not said; or the fees take all, or all but a
            thousandth, of whatever is added, so that no payment is enough.
        CurrencyMismatch: the schedule names an amount of another currency.

    Example:
        >>> from pushcore import FeeBase, FeeLine, Fixed, Percent, Rounding, Sum
        >>> rule = Sum([Percent(Percentage.of("2.9")), Fixed(Money.of("0.30", "USD"))])
        >>> schedule = FeeSchedule([FeeLine("card", FeeBase.PLEDGE, rule, Rounding.HALF_UP)])
        >>> paid = gross_up(schedule, Money.of("10.00", "USD")).paid
        >>> str(paid.amount), str(paid.fee), str(paid.net)
        ('USD 10.61', 'USD 0.61', 'USD 10.00')
    """
    nothing = break_down(schedule, _at_least_zero(net, "what is to be left"), method=method, source=source)
    left = _Left(schedule, method, source, stretches(schedule, method, source))
    smallest = left.first(net.minor)
    if smallest is None:
        message = f"no payment leaves {net}: the fees take whatever is added"
        raise InvalidValue(message, net=net, fees=nothing.fees)

    def made(minor: int) -> Breakdown:
        return break_down(schedule, net.with_minor(minor), method=method, source=source)

    paid = made(smallest)
    if paid.net == net:
        return GrossUp(net, paid, paid, None)
    exactly = left.first(net.minor, after=smallest, exactly=True)
    below = left.most_before(smallest, net.minor)
    return GrossUp(net, paid, None if exactly is None else made(exactly), made(below))


@attrs.frozen
class _Left:
    """What is left of a payment, as a function that is solved for the payment."""

    schedule: FeeSchedule
    method: str | None
    source: FundingSource | None
    stretches: tuple[Stretch, ...]

    def of(self, minor: int) -> int:
        lines = taken_of(self.schedule, minor, self.method, self.source)
        return minor - shared(self.schedule, lines)[FeeBearer.CREATOR]

    def first(self, wanted: int, *, after: int = -1, exactly: bool = False) -> int | None:
        """The first payment after one of which at least, or exactly, so much is left."""
        if after < 0 and (wanted == 0 or (wanted < 0 and not exactly)):
            return 0
        for stretch in self.stretches:
            found = self._first_in(stretch, wanted, after + 1, exactly=exactly)
            if found is not None:
                return found
        return None

    def most_before(self, minor: int, wanted: int) -> int:
        """Of all payments before this one, which leave less than is wanted, the first that leaves the most.

        A sum is left of one of them if the first payment that leaves it, or more, is one of them.
        """

        def first(sum_: int) -> int:
            found = self.first(sum_)
            assert found is not None, "less is left of a smaller payment than what is left of this one"
            return found

        too_much = first_whole(0, wanted, lambda sum_: first(sum_) >= minor)
        return first((wanted if too_much is None else too_much) - 1)

    def _first_in(self, stretch: Stretch, wanted: int, least: int, *, exactly: bool) -> int | None:
        """The same, of one stretch.

        What is left rises and falls by so little from one payment to the next that those between can be left
        out which cannot have come to it yet.
        """
        paid, withheld, withholders = self._trends(stretch)
        slope = 1 - paid.slope
        most = slope + withheld.slope, withheld.constant - paid.constant + paid.error + withheld.error
        start, end = stretch.reaching(*most, wanted)
        if exactly:
            from_start, to_end = stretch.reaching(-slope, paid.constant + paid.error, -wanted)
            start, end = max(start, from_start), _earlier(end, to_end)
        moved = withholders * (withheld.step + paid.step)
        rise, fall = 1 + moved, paid.step + moved - 1
        minor = max(start, least)
        for _ in range(_MOST_LOOKS):
            if end is not None and minor >= end:
                return None
            missing = wanted - self.of(minor)
            if missing == 0 or (missing < 0 and not exactly):
                return minor
            if missing < 0 and fall <= 0:
                return None
            minor += ceil(Fraction(missing, rise if missing > 0 else -fall))
        if exactly:  # there is a payment already that leaves more
            return None
        message = "the fees take nearly all of what is added: no payment is found that leaves more"
        raise InvalidValue(message, start=stretch.start)

    def _trends(self, stretch: Stretch) -> tuple[Trend, Trend, int]:
        """What the creator's lines follow, what those follow that are withheld, and how many these are."""
        mine = [line for line in self.schedule.lines if line.bearer is FeeBearer.CREATOR]
        paid = [stretch.trends[line.name] for line in mine if not line.withheld]
        withheld = [stretch.trends[line.name] for line in mine if line.withheld]
        return sum(paid, Trend()), sum(withheld, Trend()), len(withheld)


def _earlier(end: int | None, other: int | None) -> int | None:
    ends = [it for it in (end, other) if it is not None]
    return min(ends, default=None)


def largest_within(
    schedule: FeeSchedule,
    balance: Money,
    *,
    method: str | None = None,
    source: FundingSource | None = None,
) -> Breakdown:
    """The largest amount that a balance pays together with the fees of it, which come on top.

    Args:
        schedule: The fee lines.
        balance: What there is.
        method: By which payment method it is paid; needed where a line depends on that.
        source: Where it comes from; needed where a line depends on that.

    Raises:
        InvalidValue: a balance below zero, a line depends on what is not said, or a tax is withheld.
        CurrencyMismatch: the schedule names an amount of another currency.

    Example:
        >>> from pushcore import FeeBase, FeeLine, Percent, Rounding
        >>> five = FeeLine("host", FeeBase.PLEDGE, Percent(Percentage.of("5")), Rounding.HALF_UP)
        >>> most = largest_within(FeeSchedule([five]), Money.of("240.00", "EUR"))
        >>> str(most.amount), str(most.fee), str(most.on_top)
        ('EUR 228.57', 'EUR 11.43', 'EUR 240.00')
    """

    def made(minor: int) -> Breakdown:
        return break_down(schedule, balance.with_minor(minor), method=method, source=source)

    break_down(schedule, _at_least_zero(balance, "a balance"), method=method, source=source)
    if any(line.withheld for line in schedule.lines):
        message = "a tax is withheld from what is taken out of a payment, not from what is paid on top"
        raise InvalidValue(message, lines=schedule.names)

    def too_much(minor: int) -> bool:
        return made(minor).on_top > balance

    for stretch in reversed(stretches(schedule, method, source)):
        end = balance.minor + 1 if stretch.end is None else min(stretch.end, balance.minor + 1)
        if stretch.start < end and not too_much(stretch.start):
            first = first_whole(stretch.start, end, too_much)
            return made((end if first is None else first) - 1)
    return made(0)


def smallest_worth(rule: FeeRule, most: Percentage, currency: Currency | str) -> Money:
    """The smallest amount above zero of which the exact fee is at most this percentage.

    Snowdrift charges its patrons once the fee is at most a tenth of the charge.

    Raises:
        InvalidValue: no fee rule, no percentage, or the fee of every amount is more than that.
        CurrencyMismatch: the rule names an amount of another currency.

    Example:
        >>> from pushcore import Fixed, Percent, Sum
        >>> rule = Sum([Percent(Percentage.of("2.9")), Fixed(Money.of("0.30", "USD"))])
        >>> smallest_worth(rule, Percentage.of("10"), "USD")
        Money('4.23', 'USD')
    """
    expect(rule, *RULES, what="a fee rule")
    expect(most, Percentage, what="the most a fee may be")
    zero = Money.zero(currency)
    check_currency(rule.amounts, zero.currency, "the fee rule")
    pieces = whole(rule.pieces, Fraction(1))
    for piece, end in zip(pieces, [*(piece.start for piece in pieces[1:]), None], strict=True):
        room = most.fraction * piece.divisor - piece.slope
        first = max(int(piece.start), 1)
        if first * room < piece.constant and room > 0:
            first = ceil(piece.constant / room)
        if first * room >= piece.constant and (end is None or first < end):
            return zero.with_minor(first)
    message = f"the fee of every amount is more than {most} of it"
    raise InvalidValue(message, most=most)


def _at_least_zero(amount: Money, what: str) -> Money:
    expect(amount, Money, what=what)
    if amount.minor < 0:
        message = f"{what} is at least zero, got {amount}"
        raise InvalidValue(message, amount=amount)
    return amount
