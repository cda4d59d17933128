"""The settlement: what a stream of collected amounts comes to, and what each fee line takes.

It is a fold whose merge is associative and commutative. A host can run it over partitions, on an engine it
already has, and merge the results: one partition or seven, in any order, give the same settlement to the
unit. It holds a handful of integers, however many pledges there are.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import kind, shown
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money
from pushcore.payouts.fees import FeeBase, FeeSchedule, check_currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Settlement"]

_CHUNK: Final = 8192


@attrs.frozen
class Settlement:
    """What was collected, from how many pledges, and what the fee lines taken of each pledge come to.

    Start with `Settlement.empty`, `add` amounts, `merge` with others.

    Example:
        >>> from pushcore import Percentage, Rounding
        >>> from pushcore.payouts import FeeBase, FeeLine, FeeSchedule, Percent
        >>> schedule = FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, Percent(Percentage.of("5")), Rounding.HALF_UP)])
        >>> settled = Settlement.empty(schedule, "EUR").add([Money.of("10.00", "EUR"), Money.of("15.50", "EUR")])
        >>> settled.collected, settled.fees, settled.net
        (Money('25.50', 'EUR'), {'platform': Money('1.28', 'EUR')}, Money('24.22', 'EUR'))
    """

    schedule: FeeSchedule = attrs.field(validator=kind(FeeSchedule))
    collected: Money
    pledges: int
    _fee_minors: tuple[int, ...]

    @staticmethod
    def empty(schedule: FeeSchedule, currency: Currency | str) -> Settlement:
        """The settlement of nothing yet.

        Raises:
            CurrencyMismatch: the schedule names an amount of another currency.
        """
        nothing = Money.zero(currency)
        if not isinstance(schedule, FeeSchedule):
            message = f"expected a fee schedule, got {shown(schedule)}"
            raise InvalidValue(message, schedule=schedule)
        check_currency(schedule.amounts, nothing.currency, "the fee schedule")
        return Settlement(schedule, nothing, 0, tuple(0 for _ in schedule.of(FeeBase.PLEDGE)))

    def add(self, amounts: Iterable[Money]) -> Settlement:
        """This settlement with more collected amounts, read once, in one pass.

        Raises:
            InvalidValue: one of them is not money of the settlement's currency, or not above zero.
        """
        summed = [line.summed() for line in self.schedule.of(FeeBase.PLEDGE)]
        collected, pledges, fees = self.collected.minor, self.pledges, list(self._fee_minors)
        for minors in _minors(amounts, self.collected.currency):
            # Amounts repeat (tiers have prices), so each distinct one is computed once per chunk.
            counts = Counter(minors).items()
            collected += sum(minors)
            pledges += len(minors)
            for place, add in enumerate(summed):
                fees[place] += add(counts)
        return Settlement(self.schedule, self.collected.with_minor(collected), pledges, tuple(fees))

    def merge(self, other: Settlement) -> Settlement:
        """This settlement and another of the same schedule together.

        Raises:
            CurrencyMismatch: they are of two currencies.
            InvalidValue: they are of two schedules.
        """
        if not isinstance(other, Settlement) or other.schedule != self.schedule:
            message = "only settlements of the same fee schedule are merged"
            raise InvalidValue(message, other=other)
        fees = tuple(one + more for one, more in zip(self._fee_minors, other._fee_minors, strict=True))
        return Settlement(self.schedule, self.collected + other.collected, self.pledges + other.pledges, fees)

    @property
    def fees(self) -> dict[str, Money]:
        """What each fee line takes, in the order of the schedule."""
        by_pledge = iter(self._fee_minors)
        return {
            line.name: self.collected.with_minor(next(by_pledge))
            if line.base is FeeBase.PLEDGE
            else line.fee(self.collected)
            for line in self.schedule.lines
        }

    @property
    def net(self) -> Money:
        """What is left for the payees: the residual, never below zero."""
        return max(self._residual, self.collected.with_minor(0))

    @property
    def debt(self) -> Money:
        """What the fees exceed the collected total by, owed by the creator."""
        return max(-self._residual, self.collected.with_minor(0))

    @property
    def _residual(self) -> Money:
        return self.collected - Money.total(self.fees.values(), self.collected.currency)


def _minors(amounts: Iterable[Money], currency: Currency) -> Iterator[list[int]]:
    """The amounts as minor units, in chunks; the hot path of every settlement."""
    try:
        stream = iter(amounts)
        while chunk := list(islice(stream, _CHUNK)):
            minors = [amount._minor for amount in chunk if amount._currency is currency]  # noqa: SLF001
            if len(minors) != len(chunk) or min(minors) <= 0:
                _refuse(chunk, currency)
            yield minors
    except (AttributeError, TypeError):
        message = f"a settlement adds amounts of money, got {shown(amounts)}"
        raise InvalidValue(message, amounts=amounts) from None


def _refuse(chunk: list[Money], currency: Currency) -> None:
    check_currency(chunk, currency, "a collected pledge")
    least = min(chunk)
    message = f"a collected pledge is above zero, got {least}"
    raise InvalidValue(message, amount=least)
