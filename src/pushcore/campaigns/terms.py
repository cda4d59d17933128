"""The terms of a campaign: all that was promised when it was launched, frozen from then on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import each, items, kind
from pushcore.calendar import Window
from pushcore.campaigns.dunning import Dunning
from pushcore.campaigns.funding import FundingModel
from pushcore.campaigns.goal import FundingGoal
from pushcore.errors import InvalidDocument, Problem
from pushcore.ids import TierId
from pushcore.money import Currency, Money
from pushcore.payouts import FeeSchedule, SplitPlan
from pushcore.rewards import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["Terms"]

_LONGEST_CLAIM: Final = timedelta(days=365)


@attrs.frozen(kw_only=True)
class Terms:
    """Goal, funding model, window, reward tiers, fees, splits and what happens when a charge fails.

    Attributes:
        minimum: The smallest pledge.
        claim_lifetime: How long a reward is held for a pledge that is not confirmed yet.
        currency: The currency of the campaign: that of its goal.

    Raises:
        InvalidDocument: amounts of two currencies, a tier id twice, a minimum that is not above zero, or a
            lifetime that is not above zero and within a year; all of them named.
        InvalidValue: a part of the wrong kind.
    """

    goal: FundingGoal = attrs.field(validator=kind(FundingGoal))
    model: FundingModel = attrs.field(validator=kind(FundingModel))
    window: Window = attrs.field(validator=kind(Window))
    minimum: Money = attrs.field(validator=kind(Money))
    claim_lifetime: timedelta = attrs.field(validator=kind(timedelta))
    dunning: Dunning = attrs.field(validator=kind(Dunning))
    tiers: tuple[Tier, ...] = attrs.field(default=(), converter=items, validator=each(Tier))
    fees: FeeSchedule = attrs.field(factory=FeeSchedule, validator=kind(FeeSchedule))
    splits: SplitPlan = attrs.field(factory=SplitPlan, validator=kind(SplitPlan))
    currency: Currency = attrs.field(init=False, eq=False, repr=False)
    _tiers_by_id: dict[TierId, Tier] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "currency", self.goal.amount.currency)
        object.__setattr__(self, "_tiers_by_id", {tier.id: tier for tier in self.tiers})
        if problems := tuple(self._problems()):
            raise InvalidDocument(problems)

    def _problems(self) -> Iterator[Problem]:
        for tier_id, times in Counter(tier.id for tier in self.tiers).items():
            if times > 1:
                yield Problem(f"tiers.{tier_id}", f"{times} tiers have the id {tier_id}", "duplicate")
        if self.minimum.minor <= 0:
            yield Problem("minimum", f"the smallest pledge is above zero, got {self.minimum}")
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
        yield from (("fees", amount) for amount in self.fees.amounts)
        yield from (("splits", amount) for amount in self.splits.amounts)
        yield from ((f"tiers.{tier.id}.price", tier.price) for tier in self.tiers)

    def tier(self, tier_id: TierId) -> Tier | None:
        """The tier of this id, if the campaign has it."""
        return self._tiers_by_id.get(tier_id) if isinstance(tier_id, str) else None
