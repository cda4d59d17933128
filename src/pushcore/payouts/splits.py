"""Splits: who gets which part of what is left after fees.

Four words: *fixed* amounts first, in order; *portions* of the whole net; *max* on a portion or on the
remaining; and *remaining*, what the others leave. The settled total is divided once, never each pledge.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import each, items, kind, shown, unique
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, identifier
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from pushcore.money import Shares

__all__ = ["Division", "Split", "SplitPlan"]


@attrs.frozen
class Split:
    """What one payee gets: exactly one of a fixed amount, a portion, or the remaining; the latter two up to a maximum.

    Raises:
        InvalidValue: none or several of the three are given, a maximum is put on a fixed amount, or a value
            is not above zero.
    """

    payee_id: PayeeId = attrs.field(validator=identifier)
    fixed: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))
    portion: Percentage | None = attrs.field(default=None, kw_only=True, validator=kind(Percentage, None))
    remaining: bool = attrs.field(default=False, kw_only=True, validator=kind(bool))
    most: Money | None = attrs.field(default=None, kw_only=True, validator=kind(Money, None))

    def __attrs_post_init__(self) -> None:
        given = (self.fixed is not None) + (self.portion is not None) + self.remaining
        why = (
            "give exactly one of fixed, portion and remaining" if given != 1
            else "a fixed amount has no maximum" if self.fixed is not None and self.most is not None
            else "a fixed amount is above zero" if self.fixed is not None and self.fixed.minor <= 0
            else "a maximum is above zero" if self.most is not None and self.most.minor <= 0
            else "a portion lies above 0 % and up to 100 %"
            if self.portion is not None and not 0 < self.portion.fraction <= 1
            else None
        )  # fmt: skip
        if why is not None:
            message = f"split of {self.payee_id}: {why}"
            raise InvalidValue(message, payee=self.payee_id)


@attrs.frozen
class Division:
    """What each payee gets, and who received a left-over minor unit that did not divide evenly."""

    parts: dict[PayeeId, Money] = attrs.field(hash=False)
    left_overs: dict[PayeeId, Money] = attrs.field(hash=False)


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
        remaining = [split for split in self.splits if split.remaining]
        if len(remaining) > 1:
            message = f"{len(remaining)} splits take the remaining: at most one can"
            raise InvalidValue(message)
        portions = self._portions()
        if portions > 1:
            message = f"portions total {Percentage.of_fraction(portions)}, which is more than 100%"
            raise InvalidValue(message, portions=portions)
        if self.splits and not remaining and portions != 1:
            message = "a split that takes the remaining is needed, since the portions do not total 100%"
            raise InvalidValue(message, portions=portions)

    def _portions(self) -> Fraction:
        return sum((split.portion.fraction for split in self.splits if split.portion is not None), Fraction(0))

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the plan names."""
        named = (amount for split in self.splits for amount in (split.fixed, split.most))
        return tuple(amount for amount in named if amount is not None)

    def payees(self, creator: PayeeId) -> tuple[PayeeId, ...]:
        """Everyone who can get a part, the creator last unless named."""
        named = tuple(split.payee_id for split in self.splits)
        return named if creator in named or (named and not self._caps) else (*named, creator)

    @property
    def _caps(self) -> bool:
        return any(split.most is not None for split in self.splits)

    def divide(self, net: Money, *, creator: PayeeId) -> Division:
        """Divide a net amount; the parts always sum to it.

        Fixed amounts come first, in order, as far as the net goes. Portions are of the whole net; where the
        fixed amounts leave less than they come to, they share what is left in proportion.

        Raises:
            InvalidValue: the net is negative.
        """
        if not isinstance(net, Money) or net.minor < 0:
            message = f"a net of at least zero is divided, not {shown(net)}"
            raise InvalidValue(message, net=net)
        parts = dict.fromkeys(self.payees(creator), net.with_minor(0))
        left = net
        for split in self.splits:
            if split.fixed is not None:
                parts[split.payee_id] = min(split.fixed, left)
                left -= parts[split.payee_id]
        portions = sorted((s for s in self.splits if s.portion is not None), key=lambda split: split.payee_id)
        shares = _portioned(net, left, [split.portion.fraction for split in portions if split.portion is not None])
        left_overs: dict[PayeeId, Money] = {}
        for place, split in enumerate(portions):
            part = shares[place] if split.most is None else min(shares[place], split.most)
            parts[split.payee_id] = part
            left -= part
            if place in shares.left_overs and part == shares[place]:
                left_overs[split.payee_id] = shares.left_overs[place]
        for split in self.splits:
            if split.remaining:
                parts[split.payee_id] = left if split.most is None else min(left, split.most)
                left -= parts[split.payee_id]
        if left:
            parts[creator] += left
        return Division(parts, left_overs)


def _portioned(net: Money, left: Money, portions: list[Fraction]) -> Shares:
    """The portions of the net, and last what they leave; or of what is left, where that is less than they come to."""
    total = sum(portions, Fraction(0))
    if net.minor * total <= left.minor:
        return net.allocate([*portions, 1 - total])
    return left.allocate(portions)
