"""Funding models by composition: what counts, when it is judged, what is kept, and when money is taken.

The platforms' models are settings of one another, and so is whatever nobody has thought of yet. None undoes
a success when charges fail later, unless it is judged by what was confirmed.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from pushcore._checks import counted, each, expect, items, kind, none_such
from pushcore.campaigns._totals import Total, number
from pushcore.campaigns.capping import Cap
from pushcore.campaigns.charging import Charging
from pushcore.campaigns.durations import FinalLap
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.lifecycle import Trigger
from pushcore.errors import InvalidValue
from pushcore.money import AmountRole, Percentage
from pushcore.rewards import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COUNTED", "MODELS", "FundingModel", "Measure"]

COUNTED: Final = (
    LineKind.REWARD,
    LineKind.ADD_ON,
    LineKind.BONUS,
    LineKind.DISCOUNT,
    LineKind.SHIPPING,
    LineKind.TAX,
    LineKind.MATCH,
)
"""What counts to a goal unless a model says otherwise: all that the campaign gets, shipping and matches
included."""

_LONGEST: Final = timedelta(days=365)


class Measure(StrEnum):
    """What a campaign is judged by: what is pledged when it closes, or what could be charged of it.

    Kickstarter judges by what is pledged; Verkami and Catarse by what was paid, once nothing is under way.
    """

    PLEDGED = "pledged"
    CONFIRMED = "confirmed"

    _missing_ = classmethod(none_such)


@attrs.frozen(kw_only=True)
class FundingModel:
    """How a campaign is funded; every setting has the value that Kickstarter gives it.

    Attributes:
        measure: What is held against the goal.
        counts: Which parts of a pledge count to it; what is shown as pledged has all of them.
        net_of_fees: Whether it is held against the goal after the campaign's fees of what counts.
        counts_as: On which amount of a pledge that is paid in another currency the goal is judged: what is
            counted in the campaign's, what the backer sees or what the provider has booked, at stored rates.
        keeps_from: From which part of the goal on the money is kept though the goal is missed: 0 % keeps
            whatever there is; None keeps nothing.
        charging: When money is taken.
        grace: How long after the deadline a pledge that was placed in time may still be confirmed, and a
            contribution that was expected in time received: such as a bank slip paid on the last day.
        second_round: How many days a campaign that has reached its goal goes on. It may name an optimum to
            reach by that, which is shown and decides nothing.
        cap: At which amount it closes; where money is taken at once, as soon as all of it is paid.
        final_lap: How a campaign without an end gets one; it is open until that is announced. It stays in the
            model when that is done; where the window has an end from the beginning, nothing comes of it.
        counts_all: Whether all that the campaign gets counts to its goal.
        charges_at_once: Whether money is taken as soon as a pledge is made, and given back if the campaign
            fails.

    Raises:
        InvalidValue: a part of the wrong kind; a percentage that is not from 0 % to below 100 %, nothing
            that counts, a grace that is negative or longer than a year, a second round that is not shorter,
            or one beside a cap or a final lap, a cap where a bonus does not count in full, or an amount that
            is judged on beside a cap, after fees or before it is known.

    Example:
        >>> fallback = FundingModel(keeps_from=Percentage.of("60"))
        >>> [fallback.verdict(FundingGoal(100), sold).value for sold in (59, 60, 100)]
        ['fail', 'fund-partially', 'succeed']
    """

    ALL_OR_NOTHING: ClassVar[FundingModel]
    KEEP_IT_ALL: ClassVar[FundingModel]

    measure: Measure = attrs.field(default=Measure.PLEDGED, validator=kind(Measure))
    counts: tuple[LineKind, ...] = attrs.field(default=COUNTED, converter=items, validator=each(LineKind))
    net_of_fees: bool = attrs.field(default=False, validator=kind(bool))
    counts_as: AmountRole = attrs.field(default=AmountRole.CAMPAIGN, validator=kind(AmountRole))
    keeps_from: Percentage | None = attrs.field(default=None, validator=kind(Percentage, None))
    charging: Charging = attrs.field(default=Charging.AT_DEADLINE, validator=kind(Charging))
    grace: timedelta = attrs.field(default=timedelta(0), validator=kind(timedelta))
    second_round: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    cap: Cap | None = attrs.field(default=None, validator=kind(Cap, None))
    final_lap: FinalLap | None = attrs.field(default=None, validator=kind(FinalLap, None))
    counts_all: bool = attrs.field(init=False, eq=False, repr=False)
    charges_at_once: bool = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        counts_all = not self.net_of_fees and self.counts_every_kind
        object.__setattr__(self, "counts_all", counts_all)
        at_once = self.charging in {Charging.AT_PLEDGE, Charging.ESCROW}
        object.__setattr__(self, "charges_at_once", at_once)
        if problems := "; ".join(self._problems()):
            message = f"no funding model: {problems}"
            raise InvalidValue(message, model=attrs.asdict(self, recurse=False))

    def _problems(self) -> Iterator[str]:
        if self.keeps_from is not None and not 0 <= self.keeps_from.fraction < 1:
            yield f"money is kept from 0 % to below 100 % of the goal on, not from {self.keeps_from}"
        if not set(self.counts) & {LineKind.REWARD, LineKind.BONUS}:
            yield "rewards or bonuses count to the goal, or nothing does"
        if set(self.counts) & {LineKind.FEE, LineKind.TIP}:
            yield "fees on top and tips go to the platform, and count to no goal"
        if not timedelta(0) <= self.grace <= _LONGEST:
            yield f"a grace is no time up to a year, not {self.grace}"
        if self.second_round is not None and self.second_round >= _LONGEST.days:
            yield f"a second round is shorter than a year, not {self.second_round} days"
        if self.second_round is not None and (self.cap is not None or self.final_lap is not None):
            yield "a second round goes with neither a cap nor a final lap"
        if self.cap is not None and (self.net_of_fees or LineKind.BONUS not in self.counts):
            yield "a cap can be reached where a bonus counts in full, before fees"

        if self.counts_as is not AmountRole.CAMPAIGN and (self.cap is not None or self.net_of_fees):
            yield f"what is {self.counts_as} is judged on beside no cap, and before fees"
        if self.counts_as is AmountRole.SETTLED and self.measure is not Measure.CONFIRMED:
            yield "what is settled is known once it is charged: judge by what was confirmed"

    def __str__(self) -> str:
        kept = self.keeps_from
        if kept is None:
            return "all-or-nothing"
        return f"keeps from {kept} of the goal" if kept.numerator else "keep-it-all"

    @property
    def counts_every_kind(self) -> bool:
        """Whether every part of a pledge that the campaign gets counts, before or after fees."""
        return set(self.counts) >= set(COUNTED)

    @property
    def judged_after_collecting(self) -> bool:
        """Whether the verdict waits until every pledge is charged or dropped."""
        return self.measure is Measure.CONFIRMED or self.charges_at_once

    def verdict(self, goal: FundingGoal, total: Total) -> Trigger:
        """How a campaign ends with this much held against its goal.

        Example:
            >>> from pushcore import FundingGoal, Money
            >>> goal, models = FundingGoal(100), (FundingModel.ALL_OR_NOTHING, FundingModel.KEEP_IT_ALL)
            >>> [model.verdict(goal, 40).value for model in models]
            ['fail', 'fund-partially']

        Raises:
            CurrencyMismatch: the total is of another currency than the goal.
            InvalidValue: it is a number where the goal is money, or the other way round.
        """
        expect(goal, FundingGoal, what="goal")
        if goal.reached(total):
            return Trigger.SUCCEED
        if (
            self.keeps_from is not None
            and number(total) > 0
            and goal.share(total) >= self.keeps_from.fraction
        ):
            return Trigger.FUND_PARTIALLY
        return Trigger.FAIL


FundingModel.ALL_OR_NOTHING = FundingModel()
FundingModel.KEEP_IT_ALL = FundingModel(keeps_from=Percentage.of("0"))

MODELS: Final[dict[str, FundingModel]] = {
    "all-or-nothing": FundingModel.ALL_OR_NOTHING,
    "keep-it-all": FundingModel.KEEP_IT_ALL,
}
"""The models that have a name, by which documents may call them."""
