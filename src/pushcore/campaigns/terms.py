"""The terms of a campaign: all that was promised when it was launched, frozen from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, kind
from pushcore._checks import items as as_tuple
from pushcore.calendar import Window
from pushcore.campaigns.dunning import Dunning
from pushcore.campaigns.funding import FundingModel
from pushcore.campaigns.goal import FundingGoal
from pushcore.errors import InvalidDocument, Problem
from pushcore.money import Currency, Money
from pushcore.payouts import FeeSchedule, SplitPlan
from pushcore.rewards import Catalogue, Item, Tax, Tier, Voucher

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["Terms"]

_LONGEST_CLAIM: Final = timedelta(days=365)


@attrs.frozen(kw_only=True)
class Terms:
    """Goal, funding model, window, reward tiers, fees, splits and what happens when a charge fails.

    Attributes:
        minimum: The smallest pledge: rewards, add-ons and bonus, less a discount.
        maximum: The largest one; None where there is no end.
        claim_lifetime: How long a reward is held for a pledge that is not confirmed yet.
        tiers: The rewards.
        add_ons: What can be picked beside a reward only.
        items: What rewards are made of, where several share the pieces.
        vouchers: Codes that make a reward cheaper, or keep pieces of it.
        taxes: Taxes on rewards; the first that applies at a destination is taken.
        fees: What the platform and others take of what the campaign gets.
        on_top: What the backer pays to the platform beside that.
        currency: The currency of the campaign: that of its goal.
        catalogue: All that can be picked, in one place.

    Raises:
        InvalidDocument: amounts of two currencies, an id twice, a minimum that is not above zero, a maximum
            below it, a lifetime that is not above zero and within a year, or what
            `pushcore.rewards.Catalogue` refuses; all of them named.
        InvalidValue: a part of the wrong kind.
    """

    goal: FundingGoal = attrs.field(validator=kind(FundingGoal))
    model: FundingModel = attrs.field(validator=kind(FundingModel))
    window: Window = attrs.field(validator=kind(Window))
    minimum: Money = attrs.field(validator=kind(Money))
    maximum: Money | None = attrs.field(default=None, validator=kind(Money, None))
    claim_lifetime: timedelta = attrs.field(validator=kind(timedelta))
    dunning: Dunning = attrs.field(validator=kind(Dunning))
    tiers: tuple[Tier, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Tier))
    add_ons: tuple[Tier, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Tier))
    items: tuple[Item, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Item))
    vouchers: tuple[Voucher, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Voucher))
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Tax))
    on_top: FeeSchedule = attrs.field(factory=FeeSchedule, validator=kind(FeeSchedule))
    fees: FeeSchedule = attrs.field(factory=FeeSchedule, validator=kind(FeeSchedule))
    splits: SplitPlan = attrs.field(factory=SplitPlan, validator=kind(SplitPlan))
    currency: Currency = attrs.field(init=False, eq=False, repr=False)
    catalogue: Catalogue = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "currency", self.goal.amount.currency)
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        try:
            object.__setattr__(self, "catalogue", self._catalogue())
        except InvalidDocument as wrong:
            yield from wrong.problems
        if self.minimum.minor <= 0:
            yield Problem("minimum", f"the smallest pledge is above zero, got {self.minimum}")
        if self.maximum is not None and self.maximum.minor < self.minimum.minor:
            yield Problem("maximum", f"{self.maximum} is less than the smallest pledge, {self.minimum}")
        if not timedelta(0) < self.claim_lifetime <= _LONGEST_CLAIM:
            message = f"a claim lives longer than no time and at most a year, got {self.claim_lifetime}"
            yield Problem("claim_lifetime", message)
        for path, amount in self._amounts():
            if amount.currency is not self.currency:
                message = f"{amount} is not of the campaign's currency {self.currency}"
                yield Problem(path, message, "currency")

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        """Every amount the terms name, and where."""
        yield "minimum", self.minimum
        if self.maximum is not None:
            yield "maximum", self.maximum
        yield from (("fees", amount) for amount in self.fees.amounts)
        yield from (("splits", amount) for amount in self.splits.amounts)
        yield from self._catalogue_amounts()

    def _catalogue_amounts(self) -> Iterator[tuple[str, Money]]:
        for section, tiers in (("tiers", self.tiers), ("add_ons", self.add_ons)):
            yield from ((f"{section}.{tier.id}.price", it) for tier in tiers for it in tier.amounts)
        yield from ((f"vouchers.{it.code}", it.amount) for it in self.vouchers if it.amount is not None)
        yield from (("on_top", amount) for amount in self.on_top.amounts)

    def _catalogue(self) -> Catalogue:
        return Catalogue(
            self.tiers,
            add_ons=self.add_ons,
            items=self.items,
            vouchers=self.vouchers,
            taxes=self.taxes,
            on_top=self.on_top,
        )
