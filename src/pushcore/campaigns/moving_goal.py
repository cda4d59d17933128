"""A goal with fees on top: what a project costs, and what the platform and the payments take beside it.

Spacehive asks backers for the cost of a project plus its own fee with VAT plus what the payments cost. That
differs by payment method (2.9 % + 20p for a card, an estimated 80p for a transfer), so the goal moves as it
becomes known how people pay. The goal is reached when what they gave, less all of this, is the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, each, expect, items, kind, not_negative, shown, stream
from pushcore.errors import InvalidDocument, InvalidValue, Problem
from pushcore.ids import optional_identifier
from pushcore.money import Money, Percentage, Rounding
from pushcore.payouts import FeeBase, FeeLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["GoalParts", "Known", "MovingGoal", "read_known"]

Known = Mapping[str, "Iterable[Money]"]
"""The amounts of the pledges of which it is known how they are paid, by payment method."""


@attrs.frozen
class GoalParts:
    """A goal, item by item, which add up to it.

    Attributes:
        cost: What the project gets.
        fee: What the platform takes for it.
        vat: The tax on that fee.
        payment: What the payments known so far cost, by method.
        estimated: What the payment of the missing rest would cost.
    """

    cost: Money = attrs.field(validator=kind(Money))
    fee: Money = attrs.field(validator=kind(Money))
    vat: Money = attrs.field(validator=kind(Money))
    payment: dict[str, Money] = attrs.field(validator=kind(dict), hash=False)
    estimated: Money = attrs.field(validator=kind(Money))

    @property
    def amount(self) -> Money:
        """The goal: the sum of its parts."""
        parts = (self.cost, self.fee, self.vat, *self.payment.values(), self.estimated)
        return Money.total(parts, self.cost.currency)


@attrs.frozen(kw_only=True)
class MovingGoal:
    """What a project costs and what comes on top; it becomes a goal with the payments known so far.

    Attributes:
        cost: What the project is to get exactly.
        fee: What the platform takes of the cost, as a percentage.
        vat: The tax on that fee, as a percentage of it.
        rounding: How the fee, and the tax on the rounded fee, become whole minor units.
        methods: What a payment costs, one line for each payment method and named like it, rounded as it says.
            A line is taken of each pledge, and is a percentage, a fixed amount or the sum of them.
        assumed: The method by which the missing rest is assumed to be paid, in one charge; None to leave its
            cost out until it is known. It changes the amount that is shown, and never when it is reached.

    Raises:
        InvalidDocument: no methods, or ones that are not such lines, of another currency or named twice, or
            an assumed one that is none; all of them named.
        InvalidValue: a part of the wrong kind, a cost that is not above zero, or a negative percentage.

    Example:
        >>> from pushcore.payouts import Fixed, Percent, Sum
        >>> pence = Fixed(Money.of("0.20", "GBP"))
        >>> card = FeeLine(
        ...     "card", FeeBase.PLEDGE, Sum([Percent(Percentage.of("2.9")), pence]), Rounding.HALF_UP
        ... )
        >>> goal = MovingGoal(
        ...     cost=Money.of("1000.00", "GBP"), fee=Percentage.of("5"), vat=Percentage.of("20"),
        ...     rounding=Rounding.HALF_UP, methods=[card], assumed="card",
        ... )
        >>> [str(goal.given({"card": known}).amount) for known in ([], [Money.of("10.00", "GBP")] * 5)]
        ['GBP 1091.86', 'GBP 1092.89']
    """

    cost: Money = attrs.field(validator=[kind(Money), above_zero])
    fee: Percentage = attrs.field(validator=[kind(Percentage), not_negative])
    vat: Percentage = attrs.field(validator=[kind(Percentage), not_negative])
    rounding: Rounding = attrs.field(validator=kind(Rounding))
    methods: tuple[FeeLine, ...] = attrs.field(converter=items, validator=each(FeeLine))
    assumed: str | None = attrs.field(validator=optional_identifier)

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        names = [line.name for line in self.methods]
        if not names:
            yield Problem("methods", "give a payment method: nobody can pay otherwise", "missing")
        for place, line in enumerate(self.methods):
            path = f"methods.{line.name}"
            if line.name in names[:place]:
                yield Problem(path, f"payment method {line.name} stands twice", "duplicate")
            if not _is_straight(line):
                yield Problem(path, "a payment costs a percentage below 100 and a fixed amount, by pledge")
            for amount in line.rule.amounts:
                if amount.currency is not self.cost.currency:
                    message = f"{amount} is not of the currency of the cost, {self.cost.currency}"
                    yield Problem(path, message, "currency")
        if self.assumed is not None and self.assumed not in names:
            yield Problem("assumed", f"no payment method {self.assumed}; there are {', '.join(names)}")

    def given(self, known: Known, *, matched: Money | None = None) -> GoalParts:
        """The goal, with the amounts of the pledges known so far by payment method.

        Args:
            known: These amounts.
            matched: What sponsors added to them, whose payment costs nothing: their money is there already.

        Raises:
            CurrencyMismatch: an amount is of another currency than the cost.
            InvalidValue: there is no such payment method, or an amount is negative.
        """
        raised, payment = self._paid(known)
        if matched is not None:
            raised += _not_less_than_nothing(matched)
        missing = self._missing(raised, payment)
        rest = missing if self.assumed is None else self._grossed_up(missing, self._line(self.assumed))
        return GoalParts(self.cost, *self._platform, payment, rest - missing)

    def missing(self, known: Known, method: str) -> Money:
        """What one more pledge has to be for the project to get exactly its cost; zero if it has it.

        Raises:
            CurrencyMismatch: an amount is of another currency than the cost.
            InvalidValue: there is no such payment method, or an amount is negative.
        """
        return self._grossed_up(self._missing(*self._paid(known)), self._line(method))

    @property
    def _platform(self) -> tuple[Money, Money]:
        """The fee of the platform, and the tax on it."""
        fee = self.cost.times(self.fee, self.rounding)
        return fee, fee.times(self.vat, self.rounding)

    def _paid(self, known: Known) -> tuple[Money, dict[str, Money]]:
        """The amounts together, and what they cost by method, in the order of the methods."""
        expect(known, Mapping, what="amounts by payment method")
        currency = self.cost.currency
        raised, payment = self.cost.with_minor(0), {}
        for method, amounts in known.items():
            line, several = self._line(method), tuple(stream(amounts))
            raised += Money.total(several, currency)
            payment[line.name] = Money.total(map(line.fee, several), currency)
        return raised, {line.name: payment[line.name] for line in self.methods if line.name in payment}

    def _missing(self, raised: Money, payment: Mapping[str, Money]) -> Money:
        """What is still needed when its own payment is paid."""
        needed = Money.total((self.cost, *self._platform, *payment.values()), self.cost.currency)
        return max(needed - raised, self.cost.with_minor(0))

    def _line(self, method: str) -> FeeLine:
        expect(method, str, what="a payment method")
        for line in self.methods:
            if line.name == method:
                return line
        message = f"no payment method {shown(method)}; there are {', '.join(it.name for it in self.methods)}"
        raise InvalidValue(message, method=method)

    def _grossed_up(self, net: Money, line: FeeLine) -> Money:
        """The smallest payment of which exactly this is left.

        One exists: a minor unit more costs less than one more, so what is left never skips an amount.
        """
        piece = line.rule.pieces[0]
        low, high = net.minor, _most(net.minor, piece.slope, piece.constant, piece.divisor) if net else 0
        while low < high:
            middle = (low + high) // 2
            paid = net.with_minor(middle)
            low, high = (low, middle) if paid - line.fee(paid) >= net else (middle + 1, high)
        return net.with_minor(low)


def read_known(known: Known) -> dict[str, tuple[Money, ...]]:
    """The same amounts, read once, so that they can be read again.

    Raises:
        InvalidValue: they are no amounts by payment method.
    """
    expect(known, Mapping, what="amounts by payment method")
    return {method: _amounts(several) for method, several in known.items()}


def _not_less_than_nothing(matched: Money) -> Money:
    expect(matched, Money, what="what is matched")
    if matched.minor < 0:
        message = f"what is matched is at least zero, got {matched}"
        raise InvalidValue(message, matched=matched)
    return matched


def _amounts(several: Iterable[Money]) -> tuple[Money, ...]:
    amounts = tuple(stream(several))
    for amount in amounts:
        expect(amount, Money, what="the amount of a pledge")
    return amounts


def _is_straight(line: FeeLine) -> bool:
    """Whether it is a percentage below 100 and a fixed amount of each pledge, with nothing else to it."""
    plain = FeeLine(line.name, FeeBase.PLEDGE, line.rule, line.rounding, refundable=line.refundable)
    first, *others = line.pieces
    return line == plain and not others and first.slope < first.divisor


def _most(net: int, slope: int, constant: int, divisor: int) -> int:
    """A payment of which so much is left, even if its cost is rounded up by a whole unit."""
    return -(-((net + 1) * divisor + constant) // (divisor - slope))
