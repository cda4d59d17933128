"""The settlement: what a stream of collected amounts comes to, and what each fee line takes.

It is a fold whose merge is associative and commutative. A host can run it over partitions, on an engine it
already has, and merge the results: one partition or seven, in any order, give the same settlement to the
unit. It holds a handful of integers, however many pledges there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import islice
from operator import add
from typing import TYPE_CHECKING, Final, NoReturn

import attrs

from pushcore._checks import counted, each, expect, items, kind, shown, stream
from pushcore.errors import InvalidValue
from pushcore.money import Currency, Money
from pushcore.payouts.fee_schedule import FeeSchedule, shared, taken
from pushcore.payouts.fees import FeeBase, FeeBearer, FundingSource, check_currency, fee_minor

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
        part_minors: What each line that is taken of a part of the total is taken of: what was paid by its
            payment methods and sources.
        true_up_minors: By how much providers took more than each line estimated of the same pledges.

    Raises:
        CurrencyMismatch: the schedule names an amount of another currency.
        InvalidValue: there is not one number for each such line.

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
    part_minors: tuple[int, ...] = attrs.field(default=(), kw_only=True, converter=items, validator=each(int))
    true_up_minors: tuple[int, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(int)
    )

    def __attrs_post_init__(self) -> None:
        schedule = self.schedule
        check_currency(schedule.amounts, self.collected.currency, "the fee schedule")
        for what, minors, lines in (
            ("fees", self.fee_minors, tuple(schedule.of(FeeBase.PLEDGE))),
            ("parts of the total", self.part_minors, schedule.of_parts),
            ("true-ups", self.true_up_minors, schedule.estimates),
        ):
            if len(minors) != len(lines):
                message = f"{len(minors)} {what} do not fit {len(lines)} lines that have them"
                raise InvalidValue(message, minors=minors)

    @staticmethod
    def empty(schedule: FeeSchedule, currency: Currency | str) -> Settlement:
        """The settlement of nothing yet.

        Raises:
            CurrencyMismatch: the schedule names an amount of another currency.
        """
        expect(schedule, FeeSchedule, what="what is settled by")
        return Settlement(
            schedule,
            Money.zero(currency),
            0,
            [0 for _ in schedule.of(FeeBase.PLEDGE)],
            part_minors=[0 for _ in schedule.of_parts],
            true_up_minors=[0 for _ in schedule.estimates],
        )

    def add(
        self,
        amounts: Iterable[Money],
        *,
        method: str | None = None,
        source: FundingSource | None = None,
        actual: Mapping[str, Money] | None = None,
    ) -> Settlement:
        """This settlement with more collected amounts, read once, in one pass.

        Args:
            amounts: What was collected.
            method: By which payment method all of it was paid; needed where a line depends on that.
            source: Where all of it comes from; needed where a line depends on that.
            actual: What providers really took of just these amounts, by the line that estimates it.

        Raises:
            InvalidValue: one of them is not money of the settlement's currency, or not above zero; a line
                depends on what is not said; or an actual fee is of no estimate, or below zero.
        """
        schedule = self.schedule
        schedule.require_told(method, source)
        really = self._really(actual)
        lines = tuple(schedule.of(FeeBase.PLEDGE))
        summed = [(at, line.summed()) for at, line in enumerate(lines) if line.applies(method, source)]
        total, pledges, fees = 0, 0, [0] * len(lines)
        for times, minors in _grouped(amounts, self.collected.currency):
            total += times * sum(minors)
            pledges += times * len(minors)
            for place, fee in summed:
                fees[place] += times * fee(minors)
        came = {line.name: fee for line, fee in zip(lines, fees, strict=True)}
        more = Settlement(
            schedule,
            self.collected.with_minor(total),
            pledges,
            fees,
            part_minors=[total if line.applies(method, source) else 0 for line in schedule.of_parts],
            true_up_minors=[
                really[line.name] - came[line.name] if line.name in really else 0
                for line in schedule.estimates
            ],
        )
        return self.merge(more)

    def _really(self, actual: Mapping[str, Money] | None) -> dict[str, int]:
        """What was really taken, by line, in minor units."""
        given = {} if actual is None else actual
        expect(given, Mapping, what="what was really taken, by line")
        known = {line.name for line in self.schedule.estimates}
        for name, amount in given.items():
            if name not in known:
                message = f"what was really taken is told of estimates, and {shown(name)} is none"
                raise InvalidValue(message, line=name)
            expect(amount, Money, what=f"what was really taken for {name}")
            check_currency((amount,), self.collected.currency, f"what was really taken for {name}")
            if amount.minor < 0:
                message = f"what was really taken for {name} is at least zero, got {amount}"
                raise InvalidValue(message, line=name, amount=amount)
        return {name: amount.minor for name, amount in given.items()}

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
        return Settlement(
            self.schedule,
            self.collected + other.collected,
            self.pledges + other.pledges,
            map(add, self.fee_minors, other.fee_minors),
            part_minors=map(add, self.part_minors, other.part_minors),
            true_up_minors=map(add, self.true_up_minors, other.true_up_minors),
        )

    @property
    def fees(self) -> dict[str, Money]:
        """What each fee line takes, in the order of the schedule; below zero where it is withheld.

        An estimate is followed by its true-up, the difference to what was really taken. What others than the
        creator bear is among them, and not taken off the net.
        """
        return {name: self.collected.with_minor(minor) for name, minor in self._taken.items()}

    @property
    def borne(self) -> dict[FeeBearer, Money]:
        """What others than the creator bear of the fees, where lines say so."""
        bearers = shared(self.schedule, self._taken)
        del bearers[FeeBearer.CREATOR]
        return {bearer: self.collected.with_minor(minor) for bearer, minor in bearers.items()}

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
        of_creator = shared(self.schedule, self._taken)[FeeBearer.CREATOR]
        return self.collected.with_minor(self.collected.minor - of_creator)

    @property
    def _taken(self) -> dict[str, int]:
        schedule, collected = self.schedule, self.collected.minor
        parts = {line.name: minor for line, minor in zip(schedule.of_parts, self.part_minors, strict=True)}
        of_total, of_pledges = schedule.of(FeeBase.COLLECTED), schedule.of(FeeBase.PLEDGE)
        direct = {line.name: fee_minor(line, parts.get(line.name, collected)) for line in of_total}
        direct |= {line.name: minor for line, minor in zip(of_pledges, self.fee_minors, strict=True)}
        estimates = zip(schedule.estimates, self.true_up_minors, strict=True)
        return taken(schedule, direct, {line.name: minor for line, minor in estimates})


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
