"""What an allocation gives: the parts, and where every left-over unit went."""

# ruff: noqa: SLF001  shares are made without running an initialiser, like money

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Never, Self

import attrs

from pushcore._checks import shown
from pushcore.errors import InvalidValue
from pushcore.money.allocation import Remainder, divide, whole_weights
from pushcore.money.limits import divide_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal
    from fractions import Fraction

    from pushcore.money.limits import Limits
    from pushcore.money.money import Money  # noqa: TC004  which imports this module

    Weights = Iterable[int | Fraction | Decimal] | Mapping[Any, int | Fraction | Decimal]

__all__ = ["Shares", "share"]

_new: Final = object.__new__


@attrs.define(init=False, repr=False, weakref_slot=False)
class Shares:
    """The parts of a whole, in the order of the weights; made by `Money.allocate` and `Money.split`.

    Iterating gives one `Money` per weight. The parts and the `rest` always sum to the ``whole``.

    Example:
        >>> from pushcore import Money
        >>> shares = Money.of("10.00", "EUR").allocate({"ana": 1, "bob": 1, "cleo": 1})
        >>> [str(part) for part in shares], shares["bob"], shares.left_overs
        (['EUR 3.34', 'EUR 3.33', 'EUR 3.33'], Money('3.33', 'EUR'), {'ana': Money('0.01', 'EUR')})
    """

    _whole: Money
    _minors: tuple[int, ...]
    _lucky: Sequence[int]
    _unit: int
    _keys: tuple[Hashable, ...] | None

    def __new__(cls, *_: Never, **__: Never) -> Self:  # noqa: D102
        message = "shares are made by Money.allocate and Money.split"
        raise InvalidValue(message)

    @property
    def whole(self) -> Money:
        """What was divided."""
        return self._whole

    @property
    def minors(self) -> tuple[int, ...]:
        """The parts in minor units."""
        return self._minors

    @property
    def rest(self) -> Money:
        """What was given to nobody, because a rule, a cap, a minimum or a step forbade it."""
        return self._whole.with_minor(self._whole.minor - sum(self._minors))

    @property
    def left_overs(self) -> dict[Hashable, Money]:
        """Who received more than the exact share rounded down, and how much, by name or position."""
        names = self._names()
        unit = self._whole.with_minor(self._unit)
        return {names[place]: unit * times for place, times in Counter(self._lucky).items()}

    def as_dict(self) -> dict[Hashable, Money]:
        """The parts by name, or by position where the weights had no names."""
        return dict(zip(self._names(), self, strict=True))

    def __iter__(self) -> Iterator[Money]:
        # Parts are made as `Money` makes itself, without a call each: an allocation is mostly read like this.
        money, currency, new = self._whole.__class__, self._whole.currency, object.__new__
        for minor in self._minors:
            part = new(money)
            part._minor = minor
            part._currency = currency
            yield part

    def __len__(self) -> int:
        return len(self._minors)

    def __getitem__(self, key: Hashable) -> Money:
        """The part of this name, or, where the weights had no names, at this position.

        Raises:
            InvalidValue: there is no such part.
        """
        if self._keys is not None or key.__class__ is int:
            with suppress(ValueError, ArithmeticError):
                return self._whole.with_minor(self._minors[self._names().index(key)])
        message = f"no part {shown(key)} among {len(self)} parts"
        raise InvalidValue(message, key=key)

    def _names(self) -> Sequence[Hashable]:
        return range(len(self._minors)) if self._keys is None else self._keys

    def __repr__(self) -> str:
        return f"<Shares of {self._whole}: {', '.join(part.text for part in self)}>"

    def __reduce__(self) -> tuple[Any, tuple[Money, tuple[int, ...], Sequence[int], int, Any]]:
        return _shares, (self._whole, self._minors, self._lucky, self._unit, self._keys)


def share(  # noqa: PLR0913, PLR0917  the options of one operation, positional because it is a hot one
    whole: Money, weights: Weights, rule: Remainder, turn: int, unit: int, limits: Limits | None
) -> Shares:
    """Divide an amount by weights, in multiples of a unit; `Money.allocate` says how."""
    keys = None
    if weights.__class__ is not list and weights.__class__ is not tuple and isinstance(weights, Mapping):
        keys = tuple(weights)
        weights = tuple(weights.values())
    integers = whole_weights(weights)
    order = range(len(integers)) if keys is None else _by_name(keys)
    if turn.__class__ is not int:
        message = f"turn {shown(turn)} is not a whole number"
        raise InvalidValue(message, turn=turn)
    if rule.__class__ is not Remainder:
        rule = Remainder.of(rule)
    minor = whole._minor
    units = abs(minor) // unit
    if limits is None:
        parts, lucky = divide(units, integers, rule, order, turn)
    else:
        parts, lucky = divide_within(units, integers, rule, order, turn, limits)
    sign = -unit if minor < 0 else unit
    if sign != 1:
        parts = [sign * part for part in parts]
    return _shares(whole, tuple(parts), lucky, sign, keys)


def _shares(
    whole: Money, minors: tuple[int, ...], lucky: Sequence[int], unit: int, keys: tuple[Hashable, ...] | None
) -> Shares:
    shares = _new(Shares)
    shares._whole = whole
    shares._minors = minors
    shares._lucky = lucky
    shares._unit = unit
    shares._keys = keys
    return shares


def _by_name(keys: tuple[Hashable, ...]) -> Sequence[int]:
    try:
        return sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]
    except (TypeError, ArithmeticError):
        message = f"the names of the weights cannot be sorted: {shown(keys)}"
        raise InvalidValue(message, names=keys) from None
