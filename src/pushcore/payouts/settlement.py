"""The settlement: what a stream of collected amounts comes to, and what each fee line takes.

It is a fold whose merge is associative and commutative. A host can run it over partitions, on an engine it
already has, and merge the results: one partition or seven, in any order, give the same settlement to the
unit. It holds a handful of integers, however many pledges there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final, NoReturn

import attrs

from pushcore._checks import counted, each, expect, items, kind, stream
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money
from pushcore.payouts.fees import FeeBase, FeeSchedule, check_currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Settlement"]

_CHUNK: Final = 512  # fewer than the new objects at which Python looks for garbage, which takes time
_SAMPLE: Final = 32


@attrs.frozen
class Settlement:
    """What was collected, from how many pledges, and what the fee lines taken of each pledge come to.

    Start with `Settlement.empty`, `add` amounts, `merge` with others.

    Attributes:
        fee_minors: What each line of the schedule that is taken of pledges comes to, in its order.

    Raises:
        CurrencyMismatch: the schedule names an amount of another currency.
        InvalidValue: there is not one number for each line that is taken of pledges.

    Example:
        >>> from pushcore import FeeBase, FeeLine, FeeSchedule, Percent, Percentage, Rounding
        >>> five = Percent(Percentage.of("5"))
        >>> schedule = FeeSchedule([FeeLine("platform", FeeBase.COLLECTED, five, Rounding.HALF_UP)])
        >>> amounts = [Money.of("10.00", "EUR"), Money.of("15.50", "EUR")]
        >>> settled = Settlement.empty(schedule, "EUR").add(amounts)
        >>> settled.collected, settled.fees, settled.net
        (Money('25.50', 'EUR'), {'platform': Money('1.28', 'EUR')}, Money('24.22', 'EUR'))
    """

    schedule: FeeSchedule = attrs.field(validator=kind(FeeSchedule))
    collected: Money = attrs.field(validator=kind(Money))
    pledges: int = attrs.field(validator=counted(0))
    fee_minors: tuple[int, ...] = attrs.field(converter=items, validator=each(int))

    def __attrs_post_init__(self) -> None:
        check_currency(self.schedule.amounts, self.collected.currency, "the fee schedule")
        lines = sum(1 for _ in self.schedule.of(FeeBase.PLEDGE))
        if len(self.fee_minors) != lines:
            message = f"{len(self.fee_minors)} fees do not fit {lines} lines that are taken of pledges"
            raise InvalidValue(message, fees=self.fee_minors)

    @staticmethod
    def empty(schedule: FeeSchedule, currency: Currency | str) -> Settlement:
        """The settlement of nothing yet.

        Raises:
            CurrencyMismatch: the schedule names an amount of another currency.
        """
        expect(schedule, FeeSchedule, what="what is settled by")
        return Settlement(schedule, Money.zero(currency), 0, [0 for _ in schedule.of(FeeBase.PLEDGE)])

    def add(self, amounts: Iterable[Money]) -> Settlement:
        """This settlement with more collected amounts, read once, in one pass.

        Raises:
            InvalidValue: one of them is not money of the settlement's currency, or not above zero.
        """
        summed = [line.summed() for line in self.schedule.of(FeeBase.PLEDGE)]
        collected, pledges, fees = self.collected.minor, self.pledges, list(self.fee_minors)
        for times, minors in _grouped(amounts, self.collected.currency):
            collected += times * sum(minors)
            pledges += times * len(minors)
            for place, add in enumerate(summed):
                fees[place] += times * add(minors)
        return Settlement(self.schedule, self.collected.with_minor(collected), pledges, fees)

    def merge(self, other: Settlement) -> Settlement:
        """This settlement and another of the same schedule together.

        Raises:
            CurrencyMismatch: they are of two currencies.
            InvalidValue: they are of two schedules.
        """
        expect(other, Settlement, what="what is merged")
        if other.schedule != self.schedule:
            message = "only settlements of the same fee schedule are merged"
            raise InvalidValue(message, other=other.schedule)
        fees = [one + more for one, more in zip(self.fee_minors, other.fee_minors, strict=True)]
        return Settlement(self.schedule, self.collected + other.collected, self.pledges + other.pledges, fees)

    @property
    def fees(self) -> dict[str, Money]:
        """What each fee line takes, in the order of the schedule."""
        of_pledges = iter(self.fee_minors)
        return {
            line.name: self.collected.with_minor(next(of_pledges))
            if line.base is FeeBase.PLEDGE
            else line.fee(self.collected)
            for line in self.schedule.lines
        }

    @property
    def net(self) -> Money:
        """What is left for the payees, never below zero."""
        return max(self._residual, self.collected.with_minor(0))

    @property
    def debt(self) -> Money:
        """What the fees exceed the collected total by, owed by the creator."""
        return max(-self._residual, self.collected.with_minor(0))

    @property
    def _residual(self) -> Money:
        return self.collected - Money.total(self.fees.values(), self.collected.currency)


def _grouped(amounts: Iterable[Money], currency: Currency) -> Iterator[tuple[int, list[int]]]:
    """The amounts in minor units, so many at a time, by how often they occur: the hot path of settlements."""
    source = stream(amounts)
    while chunk := list(islice(source, _CHUNK)):
        try:
            minors = [amount._minor for amount in chunk if amount._currency is currency]  # noqa: SLF001
        except AttributeError:
            _refuse(chunk, currency)
        if len(minors) != len(chunk):
            _refuse(chunk, currency)
        for times, group in _by_frequency(minors):
            if min(group) <= 0:
                _refuse(chunk, currency)
            yield times, group


def _by_frequency(minors: list[int]) -> Iterable[tuple[int, list[int]]]:
    """The distinct amounts by how often they occur.

    Amounts repeat, since tiers have prices, and then each is computed once. Where a sample says that they do
    not, counting them would cost more than it saves.
    """
    if len(set(minors[:_SAMPLE])) > _SAMPLE // 2:
        return [(1, minors)]
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for minor, times in Counter(minors).items():
        groups[times].append(minor)
    return groups.items()


def _refuse(chunk: list[Money], currency: Currency) -> NoReturn:
    for amount in chunk:
        expect(amount, Money, what="a collected amount")
    check_currency(chunk, currency, "a collected pledge")
    message = f"a collected amount is above zero, got {min(chunk)}"
    raise InvalidValue(message, amount=min(chunk))
