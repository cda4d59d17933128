"""Splits: who gets which part of what is left after fees.

Four words: *fixed* amounts first, in order; *portions* of the whole net; *max* on a portion or on the
remaining; and *remaining*, what the others leave. The settled total is divided once, never each pledge.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, each, expect, items, kind, unique
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, identifier
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.money import Shares

__all__ = ["Division", "Split", "SplitPlan"]


@attrs.frozen
class Split:
    """What one payee gets: a fixed amount, a portion or the remaining; the latter two up to a maximum.

    Raises:
        InvalidValue: none or several of the three are given, a maximum is put on a fixed amount, or a value
            is not above zero.
    """

    payee_id: PayeeId = attrs.field(validator=identifier)
    fixed: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])
    portion: Percentage | None = attrs.field(default=None, kw_only=True, validator=kind(Percentage, None))
    remaining: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    max: Money | None = attrs.field(default=None, kw_only=True, validator=[kind(Money, None), above_zero])

    def __attrs_post_init__(self) -> None:
        if problems := "; ".join(self._problems()):
            message = f"split of {self.payee_id}: {problems}"
            raise InvalidValue(message, payee=self.payee_id)

    def _problems(self) -> Iterator[str]:
        if (self.fixed is not None) + (self.portion is not None) + self.remaining != 1:
            yield "give exactly one of fixed, portion and remaining"
        if self.fixed is not None and self.max is not None:
            yield "a fixed amount has no maximum"
        if self.portion is not None and not 0 < self.portion.fraction <= 1:
            yield f"a portion lies above 0% and up to 100%, unlike {self.portion}"


@attrs.frozen
class Division:
    """What each payee gets, and who received a left-over minor unit that did not divide evenly."""

    parts: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)
    left_overs: dict[PayeeId, Money] = attrs.field(validator=kind(dict), hash=False)


@attrs.frozen
class SplitPlan:
    """How the net of a campaign is split among payees, each named once.

    At most one gets the remaining, which is needed unless the portions total 100 %. What maxima leave over,
    and everything where there are no splits, goes to the creator.

    Raises:
        InvalidValue: the splits do not add up to a plan.

    Example:
        >>> plan = SplitPlan([Split("director", portion=Percentage.of("70")), Split("band", remaining=True)])
        >>> plan.divide(Money.of("100.01", "EUR"), creator="lune").parts
        {'director': Money('70.01', 'EUR'), 'band': Money('30.00', 'EUR')}
    """

    splits: tuple[Split, ...] = attrs.field(default=(), converter=items, validator=each(Split))

    def __attrs_post_init__(self) -> None:
        unique((split.payee_id for split in self.splits), what="payee")
        if problems := "; ".join(self._problems()):
            message = f"no plan: {problems}"
            raise InvalidValue(message, splits=self.splits)

    def _problems(self) -> Iterator[str]:
        remaining = sum(split.remaining for split in self.splits)
        portions = sum(self._portions.values(), Fraction(0))
        if remaining > 1:
            yield f"{remaining} splits take the remaining, and at most one can"
        if portions > 1:
            yield f"portions total {Percentage.of_fraction(portions)}, which is more than 100%"
        if self.splits and not remaining and portions < 1:
            yield "somebody takes the remaining, unless the portions total 100%"

    @property
    def _portions(self) -> dict[PayeeId, Fraction]:
        return {split.payee_id: split.portion.fraction for split in self.splits if split.portion is not None}

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the plan names."""
        named = (amount for split in self.splits for amount in (split.fixed, split.max))
        return tuple(amount for amount in named if amount is not None)

    def payees(self, creator: PayeeId) -> tuple[PayeeId, ...]:
        """Everyone who can get a part, the creator last unless named."""
        named = tuple(split.payee_id for split in self.splits)
        all_given = bool(named) and all(split.max is None for split in self.splits)
        return named if all_given or creator in named else (*named, creator)

    def divide(self, net: Money, *, creator: PayeeId) -> Division:
        """Divide a net amount; the parts always sum to it.

        Fixed amounts come first, in order, as far as the net goes. Portions are of the whole net; where the
        fixed amounts leave less than they come to, they share what is left in proportion.

        Raises:
            InvalidValue: the net is negative.
            CurrencyMismatch: the plan names amounts of another currency.
        """
        expect(net, Money, what="what is divided")
        expect(creator, str, what="creator")
        if net.minor < 0:
            message = f"a net of at least zero is divided, not {net}"
            raise InvalidValue(message, net=net)
        if not self.splits:
            return Division({creator: net}, {})
        parts = dict.fromkeys(self.payees(creator), net.with_minor(0))
        left = self._give_fixed(net, parts)
        shares = self._shares(net, left)
        left_overs = {}
        for split in sorted(self.splits, key=lambda split: split.remaining):
            if split.fixed is None:
                part = left if split.remaining else shares[split.payee_id]
                given = part if split.max is None else min(part, split.max)
                parts[split.payee_id] = given
                left -= given
                if given == part and split.payee_id in shares.left_overs:
                    left_overs[split.payee_id] = shares.left_overs[split.payee_id]
        if left:
            parts[creator] += left
        return Division(parts, left_overs)

    def _give_fixed(self, net: Money, parts: dict[PayeeId, Money]) -> Money:
        """Give the fixed amounts, in order, as far as the net goes; what they leave."""
        left = net
        for split in self.splits:
            if split.fixed is not None:
                parts[split.payee_id] = given = min(split.fixed, left)
                left -= given
        return left

    def _shares(self, net: Money, left: Money) -> Shares:
        """The portions of the net, and what they leave of it; or of what is left, where that is less."""
        portions = self._portions
        total = sum(portions.values(), Fraction(0))
        if net.minor * total > left.minor:
            return left.allocate(portions)
        remaining = {split.payee_id: 1 - total for split in self.splits if split.remaining}
        return net.allocate(portions | remaining)
