"""Splits: who gets which part of what is left after fees.

Four words: *fixed* amounts first, in order; *portions* of the whole net; *max* on a portion or on the
remaining; and *remaining*, what the others leave. The settled total is divided once, never each pledge.

Where somebody recoups an advance before anything is shared, the net falls down a chain of *tiers*: the first
so much of it is divided in one way, the next in another, and what follows by the plan itself.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import above_zero, counted, each, expect, items, kind, unique
from pushcore.errors import InvalidValue
from pushcore.ids import PayeeId, identifier
from pushcore.money import Money, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.money import Shares

__all__ = ["Division", "Split", "SplitPlan", "SplitTier", "check_splits"]


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
class SplitTier:
    """One step of a waterfall: the next so much of the net, and among whom that is divided.

    Portions are of what the tier gets, which is its amount or, where the net does not go that far, less.

    Raises:
        InvalidValue: an amount that is not above zero, no splits, or splits that do not add up to a plan.
    """

    amount: Money = attrs.field(validator=[kind(Money), above_zero])
    splits: tuple[Split, ...] = attrs.field(converter=items, validator=each(Split))

    def __attrs_post_init__(self) -> None:
        if not self.splits:
            message = f"nobody gets the {self.amount} of a tier: give its splits"
            raise InvalidValue(message, amount=self.amount)
        check_splits(self.splits)


@attrs.frozen
class SplitPlan:
    """How the net of a campaign is split among payees, each named once in every tier.

    At most one gets the remaining, which is needed unless the portions total 100 %. What maxima leave over,
    and everything where there are no splits, goes to the creator.

    Attributes:
        splits: Who gets what; of a plan with tiers, of what these leave.
        tiers: What comes first: a label recoups its advance, then somebody else does.
        turn: Rotates who is first in line for left-over units where several were cut by the same, from one
            settlement to the next.

    Raises:
        InvalidValue: the splits do not add up to a plan.
        CurrencyMismatch: the tiers are of two currencies.

    Example:
        >>> shared = [Split("band", portion=Percentage.of("70")), Split("label", remaining=True)]
        >>> plan = SplitPlan(shared)
        >>> plan.divide(Money.of("100.01", "EUR"), creator="lune").parts
        {'band': Money('70.01', 'EUR'), 'label': Money('30.00', 'EUR')}
        >>> advance = SplitTier(Money.of("3000.00", "EUR"), [Split("label", remaining=True)])
        >>> plan = SplitPlan(shared, tiers=[advance])
        >>> plan.divide(Money.of("4000.00", "EUR"), creator="lune").parts
        {'label': Money('3300.00', 'EUR'), 'band': Money('700.00', 'EUR')}
    """

    splits: tuple[Split, ...] = attrs.field(default=(), converter=items, validator=each(Split))
    tiers: tuple[SplitTier, ...] = attrs.field(
        default=(), kw_only=True, converter=items, validator=each(SplitTier)
    )
    turn: int = attrs.field(default=0, kw_only=True, validator=counted(0))

    def __attrs_post_init__(self) -> None:
        check_splits(self.splits)
        if self.tiers:
            Money.total((tier.amount for tier in self.tiers), self.tiers[0].amount.currency)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Every amount of money the plan names."""
        caps = [tier.amount for tier in self.tiers]
        named = [amount for split in self._all_splits for amount in (split.fixed, split.max)]
        return (*caps, *(amount for amount in named if amount is not None))

    @property
    def _all_splits(self) -> tuple[Split, ...]:
        return (*(split for tier in self.tiers for split in tier.splits), *self.splits)

    def payees(self, creator: PayeeId) -> tuple[PayeeId, ...]:
        """Everyone who can get a part, the creator last unless named."""
        named = tuple(dict.fromkeys(split.payee_id for split in self._all_splits))
        all_given = bool(self.splits) and all(split.max is None for split in self._all_splits)
        return named if all_given or creator in named else (*named, creator)

    def divide(self, net: Money, *, creator: PayeeId) -> Division:
        """Divide a net amount; the parts always sum to it.

        Fixed amounts come first, in order, as far as the net goes. Portions are of the whole net, or of what
        tiers leave of it; where the fixed amounts leave less than they come to, they share what is left in
        proportion.

        Raises:
            InvalidValue: the net is negative.
            CurrencyMismatch: the plan names amounts of another currency.
        """
        expect(net, Money, what="what is divided")
        expect(creator, str, what="creator")
        if net.minor < 0:
            message = f"a net of at least zero is divided, not {net}"
            raise InvalidValue(message, net=net)
        parts, left_overs = Counter[PayeeId](), Counter[PayeeId]()
        left = net
        for tier in self.tiers:
            given = min(tier.amount, left)
            left -= given
            self._add(_divided(tier.splits, given, creator, self.turn), parts, left_overs)
        self._add(_divided(self.splits, left, creator, self.turn), parts, left_overs)
        payees = self.payees(creator)
        return Division(
            {payee: net.with_minor(parts[payee]) for payee in payees},
            {payee: net.with_minor(minor) for payee, minor in left_overs.items()},
        )

    @staticmethod
    def _add(divided: Division, parts: Counter[PayeeId], left_overs: Counter[PayeeId]) -> None:
        for total, amounts in (parts, divided.parts), (left_overs, divided.left_overs):
            for payee, amount in amounts.items():
                total[payee] += amount.minor


def check_splits(splits: tuple[Split, ...]) -> None:
    """Refuse splits that are no plan for an amount.

    Raises:
        InvalidValue: a payee is named twice, or they do not add up.
    """
    unique((split.payee_id for split in splits), what="payee")
    if problems := "; ".join(_split_problems(splits)):
        message = f"no plan: {problems}"
        raise InvalidValue(message, splits=splits)


def _split_problems(splits: tuple[Split, ...]) -> Iterator[str]:
    remaining = sum(split.remaining for split in splits)
    portions = sum(_portions(splits).values(), Fraction(0))
    if remaining > 1:
        yield f"{remaining} splits take the remaining, and at most one can"
    if portions > 1:
        yield f"portions total {Percentage.of_fraction(portions)}, which is more than 100%"
    if splits and not remaining and portions < 1:
        yield "somebody takes the remaining, unless the portions total 100%"


def _portions(splits: tuple[Split, ...]) -> dict[PayeeId, Fraction]:
    return {split.payee_id: split.portion.fraction for split in splits if split.portion is not None}


def _divided(splits: tuple[Split, ...], net: Money, creator: PayeeId, turn: int) -> Division:
    """What each payee of one tier gets, the creator what nobody may have."""
    if not splits:
        return Division({creator: net}, {})
    parts, left = _fixed(splits, net)
    shares = _shares(splits, net, left, turn)
    left_overs = {}
    for split in sorted(splits, key=lambda split: split.remaining):
        if split.fixed is None:
            part = left if split.remaining else shares[split.payee_id]
            given = part if split.max is None else min(part, split.max)
            parts[split.payee_id] = given
            left -= given
            if given == part and split.payee_id in shares.left_overs:
                left_overs[split.payee_id] = shares.left_overs[split.payee_id]
    if left:
        parts[creator] = parts.get(creator, left.with_minor(0)) + left
    return Division(parts, left_overs)


def _fixed(splits: tuple[Split, ...], net: Money) -> tuple[dict[PayeeId, Money], Money]:
    """The fixed amounts, in order, as far as the net goes; and what they leave."""
    parts, left = {}, net
    for split in splits:
        if split.fixed is not None:
            parts[split.payee_id] = given = min(split.fixed, left)
            left -= given
    return parts, left


def _shares(splits: tuple[Split, ...], net: Money, left: Money, turn: int) -> Shares:
    """The portions of the net, and what they leave of it; or of what is left, where that is less."""
    portions = _portions(splits)
    total = sum(portions.values(), Fraction(0))
    if net.minor * total > left.minor:
        return left.allocate(portions, turn=turn)
    remaining = {split.payee_id: 1 - total for split in splits if split.remaining}
    return net.allocate(portions | remaining, turn=turn)
