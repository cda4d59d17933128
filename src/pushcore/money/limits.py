"""Allocation within limits: a target and a cap for each part, and a smallest part that is worth paying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import attrs

from pushcore._checks import items, shown
from pushcore.errors import InvalidValue
from pushcore.money.allocation import Remainder, divide, rotated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pushcore.money.allocation import Division
    from pushcore.money.money import Money

__all__ = ["Limits", "divide_within"]


@attrs.frozen
class Limits:
    """What bounds the parts of an allocation, in units: a target and a cap for each, a minimum for all."""

    targets: tuple[int, ...] | None
    caps: tuple[int, ...] | None
    minimum: int

    @classmethod
    def of(
        cls,
        whole: Money,
        unit: int,
        *,
        targets: Iterable[Money] | None,
        caps: Iterable[Money] | None,
        minimum: Money | None,
    ) -> Self:
        """The limits of an amount that is given out in multiples of a unit."""
        return cls(
            None if targets is None else tuple(_minor(limit, whole) // unit for limit in items(targets)),
            None if caps is None else tuple(_minor(limit, whole) // unit for limit in items(caps)),
            0 if minimum is None else -(-_minor(minimum, whole) // unit),
        )


def divide_within(  # noqa: PLR0913, PLR0917  the options of one operation
    units: int, weights: Sequence[int], rule: Remainder, order: Sequence[int], turn: int, limits: Limits
) -> Division:
    """Divide first up to the targets, then by weight, with nobody above the cap or below the minimum."""
    targets = _fitting(limits.targets, weights) or (0,) * len(weights)
    caps = _fitting(limits.caps, weights) or (max(units, *targets),) * len(weights)
    wanted = list(map(min, targets, caps))
    filling = _Filling(rule, order, turn, [0] * len(weights))
    if units <= sum(wanted):
        filling.add(units, wanted, wanted)
    else:
        filling.parts = wanted
        filling.add(units - sum(wanted), weights, caps)
    if limits.minimum:
        filling.lift(weights, caps, limits.minimum)
    return filling.parts, filling.lucky


@attrs.define
class _Filling:
    """An allocation on its way: the parts so far, and who has received left-over units."""

    rule: Remainder
    order: Sequence[int]
    turn: int
    parts: list[int]
    lucky: list[int] = attrs.field(factory=list)

    def add(self, units: int, weights: Sequence[int], caps: Sequence[int]) -> None:
        """Add units by weight; what a cap cuts off goes to the others, until nobody has room."""
        parts = self.parts
        weights = [
            weight if part < cap else 0 for weight, part, cap in zip(weights, parts, caps, strict=True)
        ]
        while units and any(weights):
            more, lucky = divide(units, weights, self.rule, self.order, self.turn)
            full = [place for place, extra in enumerate(more) if parts[place] + extra > caps[place]]
            if not full:
                self.parts = [part + extra for part, extra in zip(parts, more, strict=True)]
                self.lucky += lucky
                return
            for place in full:
                units -= caps[place] - parts[place]
                parts[place], weights[place] = caps[place], 0

    def lift(self, weights: Sequence[int], caps: Sequence[int], minimum: int) -> None:
        """Leave no part between zero and the minimum.

        Parts below it are pooled. As many of their owners as the pool has minimums share it, by turn;
        a smaller pool goes to those who have more already.
        """
        small = [place for place in self.order if 0 < self.parts[place] < minimum]
        pool = sum(self.parts[place] for place in small)
        for place in small:
            self.parts[place] = 0
        self.lucky = [place for place in self.lucky if self.parts[place]]
        able = [place for place in small if caps[place] >= minimum]
        winners = rotated(able, self.turn)[: pool // minimum]
        if winners:
            self.order, self.turn = winners, 0
            weights = [0] * len(weights)
            for place in winners:
                weights[place] = 1
        else:
            weights = [weight if part else 0 for weight, part in zip(weights, self.parts, strict=True)]
        self.add(pool, weights, caps)


def _minor(limit: Money, whole: Money) -> int:
    if limit.__class__ is not whole.__class__ or limit < whole * 0:
        message = f"a limit of an allocation is an amount of at least zero, not {shown(limit)}"
        raise InvalidValue(message, limit=limit)
    return limit.minor


def _fitting(limits: tuple[int, ...] | None, weights: Sequence[int]) -> tuple[int, ...] | None:
    if limits is not None and len(limits) != len(weights):
        message = f"{len(limits)} limits do not fit {len(weights)} weights: give one for each"
        raise InvalidValue(message, limits=limits)
    return limits
