"""The instalments of one pledge: how far each part has come, and what happens when one stays unpaid.

A value, not an aggregate: a pledge holds it, and each decision gives the next one. Parts keep the amounts
and dates they were agreed with, whatever becomes of the plan of the campaign. Every unit of the total is
at any moment paid, owed, canceled, refunded or lost to a chargeback, and never two of these.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

import attrs

from pushcore._checks import each, expect, items, kind, shown
from pushcore.calendar import utc
from pushcore.campaigns.instalments import FailurePolicy, Instalment
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import Money
from pushcore.pledges.part import Part, PartState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

__all__ = ["Instalments"]


_OWED: Final = frozenset({PartState.UNATTEMPTED, PartState.ERRORED})
_CHARGED: Final = frozenset({PartState.COLLECTED, PartState.CHARGEBACK_LOST, PartState.REFUNDED})


@attrs.frozen
class Instalments:
    """The parts of a pledge, and what it means when one stays unpaid.

    At any moment ``paid + owed + canceled + refunded + lost == total``.

    Raises:
        InvalidValue: no parts; not numbered from 1 on, or not due one after another; or some are canceled
            while others are owed.
        CurrencyMismatch: parts of two currencies.

    Example:
        >>> from datetime import UTC, datetime, timedelta
        >>> june, july = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
        >>> agreed = [Instalment(at, Money.of("75.00", "USD")) for at in (june, july)]
        >>> from pushcore.campaigns import DefaultOutcome
        >>> policy = FailurePolicy(timedelta(days=7), timedelta(days=14), DefaultOutcome.KEPT)
        >>> half = Instalments.of(agreed, policy).collect(1).fail(2, july)
        >>> str(half.paid), str(half.owed), str(half.missed_at(2))
        ('USD 75.00', 'USD 75.00', '2026-07-15 00:00:00+00:00')
        >>> over = half.default(july + timedelta(days=14))
        >>> str(over.paid), str(over.owed), str(over.canceled)
        ('USD 75.00', 'USD 0.00', 'USD 75.00')
    """

    parts: tuple[Part, ...] = attrs.field(converter=items, validator=each(Part))
    on_failure: FailurePolicy = attrs.field(validator=kind(FailurePolicy))
    total: Money = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"no instalments: {problems}"
            raise InvalidValue(message, parts=self.parts)
        total = Money.total((part.amount for part in self.parts), self.parts[0].amount.currency)
        object.__setattr__(self, "total", total)

    def _problems(self) -> Iterator[str]:
        states = {part.state for part in self.parts}
        if [part.number for part in self.parts] != list(range(1, len(self.parts) + 1)) or not self.parts:
            yield "parts are numbered from 1 on, and there is at least one"
        if any(one.due_at >= other.due_at for one, other in pairwise(self.parts)):
            yield "parts are due one after another"
        if PartState.CANCELED in states and states & _OWED:
            yield "where one part is canceled, none is owed"

    @classmethod
    def of(cls, schedule: Iterable[Instalment], on_failure: FailurePolicy) -> Self:
        """The instalments of a pledge whose schedule was just agreed: nothing is charged yet.

        Raises:
            InvalidValue: the schedule holds something else, nothing, or dates out of order.
            CurrencyMismatch: it is of two currencies.
        """
        parts = []
        for number, agreed in enumerate(items(schedule), 1):
            expect(agreed, Instalment, what="a part of the schedule")
            parts.append(Part(number, agreed.due_at, agreed.amount, refunded=agreed.amount.with_minor(0)))
        return cls(parts, on_failure)

    @property
    def paid(self) -> Money:
        """What was collected and is still there."""
        return self._sum_of(PartState.COLLECTED)

    @property
    def owed(self) -> Money:
        """What is still to be collected."""
        return self._sum_of(*_OWED)

    @property
    def canceled(self) -> Money:
        """What will never be collected."""
        return self._sum_of(PartState.CANCELED)

    @property
    def lost(self) -> Money:
        """What was collected and taken back by the backer's bank."""
        return self._sum_of(PartState.CHARGEBACK_LOST)

    @property
    def refunded(self) -> Money:
        """What was collected and given back."""
        return Money.total((part.refunded for part in self.parts), self.total.currency)

    @property
    def all_collected(self) -> bool:
        """Whether every part was collected, whatever was given back or lost since."""
        return all(part.state in _CHARGED for part in self.parts)

    def part(self, number: int) -> Part:
        """The part of this number; the first one is 1.

        Raises:
            InvalidValue: there is none.
        """
        expect(number, int, what="the number of a part")
        if not 1 <= number <= len(self.parts):
            message = f"there are parts 1 to {len(self.parts)}, and none is {shown(number)}"
            raise InvalidValue(message, number=number)
        return self.parts[number - 1]

    def due(self, at: datetime) -> tuple[Part, ...]:
        """The parts to charge at an instant: due, and never charged.

        Raises:
            InvalidValue: not an instant.
        """
        now = utc(at)
        return tuple(it for it in self.parts if it.state is PartState.UNATTEMPTED and it.due_at <= now)

    def missed_at(self, number: int) -> datetime | None:
        """From when on an errored part is finally missed; None for a part that is not errored.

        Raises:
            InvalidValue: there is no such part.
        """
        part = self.part(number)
        if part.failed_at is None or part.state is not PartState.ERRORED:
            return None
        return part.failed_at + self.on_failure.window(number)

    def missed(self, at: datetime) -> tuple[Part, ...]:
        """The errored parts whose window is over at an instant: time to decide on the default.

        Raises:
            InvalidValue: not an instant.
        """
        now = utc(at)
        return tuple(it for it in self.parts if (end := self.missed_at(it.number)) and end <= now)

    def collect(self, number: int, *, attempt: int | None = None) -> Self:
        """Take note that a part was charged, when it was due or earlier: backers may pay ahead.

        Args:
            number: Of the part.
            attempt: Which attempt at charging the pledge did it, to find the charge again.

        Raises:
            Refused: ``already-charged``; or ``pledge-closed``: it is canceled.
            InvalidValue: there is no such part.
        """
        part = self.part(number)
        _require(*_closed(part))
        return self._with(attrs.evolve(part, state=PartState.COLLECTED, attempt=attempt))

    def fail(self, number: int, at: datetime) -> Self:
        """Take note that a charge failed. The window of the part runs from the first time that happens.

        Raises:
            Refused: ``already-charged``; ``pledge-closed``: it is canceled; or ``not-due``: a backer who
                pays ahead has failed at nothing yet.
            InvalidValue: there is no such part, or ``at`` is no instant.
        """
        part, now = self.part(number), utc(at)
        early = Refusal("not-due", f"part {number} is due at {part.due_at}", {"due_at": part.due_at})
        _require(*_closed(part), *([early] if now < part.due_at else ()))
        return self._with(attrs.evolve(part, state=PartState.ERRORED, failed_at=part.failed_at or now))

    def default(self, at: datetime) -> Self:
        """Give up on what is owed, as the window of a part is over: it is canceled, all of it.

        What was paid stays or is to be given back, as the policy says.

        Raises:
            Refused: ``not-due``: no part is missed yet.
            InvalidValue: ``at`` is no instant.
        """
        if not self.missed(at):
            raise Refused([Refusal("not-due", f"no part is finally missed at {at}")])
        return self.call_off()

    def call_off(self) -> Self:
        """Cancel what is owed, as nothing comes of the pledge."""
        parts = (
            attrs.evolve(part, state=PartState.CANCELED) if part.state in _OWED else part
            for part in self.parts
        )
        return attrs.evolve(self, parts=parts)

    def refund(self, number: int, amount: Money) -> Self:
        """Take note that some or all of what was paid of a part was given back.

        Raises:
            Refused: ``not-collected``; or ``above-paid``: more than what is left of it.
            InvalidValue: there is no such part, or not an amount above zero.
            CurrencyMismatch: the amount is of another currency.
        """
        part = self.part(number)
        _expect_above_zero(amount, "a refund")
        _require(*_not_refundable(part, amount))
        state = PartState.REFUNDED if amount == part.adjusted else PartState.COLLECTED
        return self._with(attrs.evolve(part, state=state, refunded=part.refunded + amount))

    def bounce(self, number: int, amount: Money) -> Self:
        """Take note that something which was given back of a part came back, and is there again.

        Raises:
            Refused: ``above-paid``: more than was given back of it.
            InvalidValue: there is no such part, or not an amount above zero.
            CurrencyMismatch: the amount is of another currency.
        """
        part = self.part(number)
        _expect_above_zero(amount, "what came back")
        if amount > part.refunded:
            message = f"{part.refunded} of part {number} was given back, less than {amount}"
            raise Refused([Refusal("above-paid", message, {"refunded": part.refunded})])
        return self._with(attrs.evolve(part, state=PartState.COLLECTED, refunded=part.refunded - amount))

    def charge_back(self, number: int) -> Self:
        """Take note that the backer's bank took back what was paid of a part, and that this is final.

        Raises:
            Refused: ``not-collected``.
            InvalidValue: there is no such part.
        """
        part = self.part(number)
        _require(*_not_refundable(part, part.adjusted))
        return self._with(attrs.evolve(part, state=PartState.CHARGEBACK_LOST))

    def _with(self, part: Part) -> Self:
        before, after = self.parts[: part.number - 1], self.parts[part.number :]
        return attrs.evolve(self, parts=(*before, part, *after))

    def _sum_of(self, *states: PartState) -> Money:
        amounts = (part.adjusted for part in self.parts if part.state in states)
        return Money.total(amounts, self.total.currency)


def _closed(part: Part) -> Iterator[Refusal]:
    """Why no money is taken for a part any more."""
    if part.state in _CHARGED:
        yield Refusal("already-charged", f"part {part.number} is {part.state.value}")
    if part.state is PartState.CANCELED:
        yield Refusal("pledge-closed", f"part {part.number} is canceled")


def _expect_above_zero(amount: Money, what: str) -> None:
    expect(amount, Money, what=what)
    if amount.minor <= 0:
        message = f"{what} is above zero, unlike {amount}"
        raise InvalidValue(message, amount=amount)


def _not_refundable(part: Part, amount: Money) -> Iterator[Refusal]:
    """Why an amount of a part cannot go back."""
    paid = part.adjusted
    too_much = amount > paid  # amounts of two currencies are not compared, whatever the state
    if part.state is not PartState.COLLECTED:
        yield Refusal("not-collected", f"part {part.number} is {part.state.value}")
    elif too_much:
        yield Refusal("above-paid", f"{amount} is more than {paid}", {"amount": amount, "paid": paid})


def _require(*reasons: Refusal) -> None:
    if reasons:
        raise Refused(reasons)
