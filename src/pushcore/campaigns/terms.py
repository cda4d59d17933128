"""The terms of a campaign: all that was promised when it was launched, frozen from then on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import counted, each, expect, kind
from pushcore._checks import items as as_tuple
from pushcore.calendar import Window, add_days
from pushcore.campaigns.cancel_windows import CancelWindow
from pushcore.campaigns.charging import Charging
from pushcore.campaigns.dunning import Dunning
from pushcore.campaigns.editing import Editing
from pushcore.campaigns.funding import FundingModel
from pushcore.campaigns.goal import FundingGoal
from pushcore.campaigns.instalments import InstalmentPlan
from pushcore.campaigns.presenting import Presenting
from pushcore.campaigns.progress import Progress
from pushcore.campaigns.soft_launch import SoftLaunch
from pushcore.campaigns.stretch import StretchGoal, stretch_problems
from pushcore.errors import InvalidDocument, Problem
from pushcore.money import AmountRole, Currency, Money
from pushcore.payouts import (
    DisputeTerms,
    FeeBase,
    FeeBearer,
    FeeSchedule,
    PayoutPlan,
    RefundPolicy,
    SplitPlan,
)
from pushcore.payouts.fee_schedule import shared, taken
from pushcore.rewards import Catalogue, Item, Quote, Tax, Tier, Voucher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.campaigns._totals import Total


__all__ = ["Terms"]

_LONGEST: Final = timedelta(days=365)


@attrs.frozen(kw_only=True)
class Terms:
    """Goal, funding model, window, reward tiers, fees, splits and what happens when a charge fails.

    Attributes:
        goal: What it is to raise, in money or in rewards.
        model: How it is funded: what is held against the goal, what is kept below it, when money is taken.
        window: From when until when pledges are taken; one without an end closes at `Deadline.never`.
        minimum: The smallest pledge: rewards, add-ons and bonus, less a discount.
        maximum: The largest one; None for any. What a pledge comes to is never more than 10^15 minor units.
        creator_may_pledge: Whether the creator can pledge too, which Kickstarter forbids; asked where payees
            and backers go by the same ids.
        claim_lifetime: How long a reward is held for a pledge that is not confirmed yet.
        dunning: When a charge that failed is reminded of and tried again, before the pledge is dropped.
        tiers: The rewards.
        add_ons: What can be picked beside a reward only.
        items: What rewards are made of, where several share the pieces.
        vouchers: Codes that make a reward cheaper, or keep pieces of it.
        taxes: Taxes on rewards; the first that applies at a destination is taken.
        fees: What the platform and others take of what the campaign gets.
        splits: Among whom what is left is divided; the creator gets what no split gives to others.
        payouts: When and how they are paid that; everything at once, unless it says otherwise.
        on_top: What the backer pays to the platform beside that.
        refunds: Who bears what where a pledge of the funded campaign is given back; None where none is.
        disputes: What a dispute of a charge costs, and who bears that; None for what the provider declares,
            which the platform bears.
        cancel_windows: Until when a pledge may be canceled or lowered; all of them must be open.
        stretch_goals: What is unlocked once more than the goal is reached.
        instalments: Which pledges may be paid in parts; None for none.
        presenting: In which other currencies backers may pay; None for none.
        late_days: For how many days after a success late pledges are taken, up to a year; None for none. A
            campaign without an end has them too, counted from the end that is announced.
        soft_launch: A time before the public opening, for those who are invited.
        needs_approval: Whether the platform approves a campaign before it is launched.
        editing: What may change of all this once it is launched.
        currency: The currency of the campaign: that of its goal, or of its smallest pledge.
        catalogue: All that can be picked, in one place.

    Raises:
        InvalidDocument: amounts of two currencies, an id twice, a minimum that is not above zero, a maximum
            below it, a lifetime that is not above zero and within a year, a soft launch that is not before
            the opening, a stretch goal of a reward that there is not, a cap that cannot be reached or does
            not reach the goal, late pledges beside a cap, instalments of what was authorized, a goal that
            moves beside a cap, stretch goals, a measure after fees or one of what is presented or settled, a
            measure after fees with fees of both bases where not everything counts, with fees of some payment
            methods or of fees of pledges, the campaign's own currency among those that backers may pay in, or
            what `pushcore.rewards.Catalogue` refuses; all of them named.
        InvalidValue: a part of the wrong kind.
    """

    goal: FundingGoal = attrs.field(validator=kind(FundingGoal))
    model: FundingModel = attrs.field(validator=kind(FundingModel))
    window: Window = attrs.field(validator=kind(Window))
    minimum: Money = attrs.field(validator=kind(Money))
    maximum: Money | None = attrs.field(default=None, validator=kind(Money, None))
    creator_may_pledge: bool = attrs.field(default=True, validator=kind(bool))
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
    refunds: RefundPolicy | None = attrs.field(default=None, validator=kind(RefundPolicy, None))
    disputes: DisputeTerms | None = attrs.field(default=None, validator=kind(DisputeTerms, None))
    payouts: PayoutPlan = attrs.field(factory=PayoutPlan, validator=kind(PayoutPlan))
    cancel_windows: tuple[CancelWindow, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(CancelWindow)
    )
    stretch_goals: tuple[StretchGoal, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(StretchGoal)
    )
    instalments: InstalmentPlan | None = attrs.field(default=None, validator=kind(InstalmentPlan, None))
    presenting: Presenting | None = attrs.field(default=None, validator=kind(Presenting, None))
    late_days: int | None = attrs.field(default=None, validator=counted(1, optional=True))
    soft_launch: SoftLaunch | None = attrs.field(default=None, validator=kind(SoftLaunch, None))
    needs_approval: bool = attrs.field(default=False, validator=kind(bool))
    editing: Editing = attrs.field(factory=Editing, validator=kind(Editing))
    currency: Currency = attrs.field(init=False, eq=False, repr=False)
    catalogue: Catalogue = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        goal = self.goal.amount
        currency = goal.currency if isinstance(goal, Money) else self.minimum.currency
        object.__setattr__(self, "currency", currency)
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
        yield from self._moving_problems()
        yield from self._time_problems()
        yield from self._stretch_problems()
        yield from self._cap_problems()
        if self.model.net_of_fees:
            yield from self._measure_problems()
        if self.instalments is not None and self.model.charging is Charging.AUTHORIZED:
            message = "what was authorized is captured once and at once: parts go with another charging"
            yield Problem("instalments", message)
        if self.presenting is not None and self.currency in self.presenting.currencies:
            message = f"{self.currency} is the campaign's own currency: backers pay in it anyway"
            yield Problem("presenting.currencies", message, "currency")
        for path, amount in self._amounts():
            if amount.currency is not self.currency:
                message = f"{amount} is not of the campaign's currency {self.currency}"
                yield Problem(path, message, "currency")

    def _measure_problems(self) -> Iterator[Problem]:
        """What keeps it from being known, pledge by pledge, what the fees leave."""
        bases = {line.base for line in self.fees.lines if line.base is not FeeBase.FEES}
        if not self.model.counts_every_kind and len(bases) > 1:
            message = "of what counts in part, fees are taken of each pledge or of the total, not of both"
            yield Problem("model.net_of_fees", message)
        of_pledges: set[str] = set()
        for line in self.fees.lines:
            if line.base is FeeBase.PLEDGE or of_pledges.intersection(line.of):
                of_pledges.add(line.name)
            if line.limited or (line.of and line.name in of_pledges):
                message = f"fee {line.name} depends on how pledges are paid, or on what was taken of each"
                yield Problem("model.net_of_fees", message)

    def _moving_problems(self) -> Iterator[Problem]:
        """What a goal that moves would run into."""
        if self.goal.moving is None:
            return
        for path, stands in (
            ("stretch_goals", bool(self.stretch_goals)),
            ("model.cap", self.model.cap is not None),
            ("model.net_of_fees", self.model.net_of_fees),
            ("model.counts_as", self.model.counts_as is not AmountRole.CAMPAIGN),
        ):
            if stands:
                yield Problem(path, "it does not go with a goal that moves with its fees")

    def _time_problems(self) -> Iterator[Problem]:
        if not timedelta(0) < self.claim_lifetime <= _LONGEST:
            message = f"a claim lives longer than no time and at most a year, got {self.claim_lifetime}"
            yield Problem("claim_lifetime", message)
        if self.late_days is not None and self.late_days > _LONGEST.days:
            yield Problem(
                "late_days", f"late pledges are taken for a year at most, not {self.late_days} days"
            )
        if self.soft_launch is not None and self.soft_launch.opens >= self.window.opens:
            message = f"a soft launch at {self.soft_launch.opens} is not before {self.window.opens}"
            yield Problem("soft_launch", message)

    def _stretch_problems(self) -> Iterator[Problem]:
        yield from stretch_problems(self.stretch_goals, self.goal.amount)
        sold = {tier.id for tier in (*self.tiers, *self.add_ons)}
        for goal in self.stretch_goals:
            for reward in sorted(set(goal.picks) - sold):
                yield Problem(f"stretch.{goal.id}.unlocks", f"there is no reward {reward}", "unknown")

    def _cap_problems(self) -> Iterator[Problem]:
        """What would keep a campaign from coming to its cap, and to its goal by that."""
        cap, goal = self.model.cap, self.goal.amount
        if cap is not None and self.late_days is not None:
            yield Problem("late_days", "late pledges would go beyond the cap: leave out one of the two")
        if cap is not None and self.instalments and self.window.closes.endless and self.model.charges_at_once:
            yield Problem("instalments", "they run from an end, and such a campaign ends once all is paid")
        if cap is None or {cap.amount.currency, self.minimum.currency} != {self.currency}:
            return
        if cap.smallest_charge < self.minimum:
            message = (
                f"{cap.smallest_charge} may be left, and less than {self.minimum} is no pledge: "
                "raise it to the minimum"
            )
            yield Problem("model.cap.smallest_charge", message)
        if isinstance(goal, Money) and cap.amount - cap.tolerance < goal:
            message = f"it may close at {cap.amount - cap.tolerance}, below the goal of {goal}"
            yield Problem("model.cap", message)

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        """Every amount the terms name, and where."""
        if self.disputes is not None:
            yield "disputes", self.disputes.fee
        if self.refunds is not None:
            yield from (("refunds", amount) for amount in self.refunds.amounts)
        yield "minimum", self.minimum
        if self.maximum is not None:
            yield "maximum", self.maximum
        if self.model.cap is not None:
            yield "model.cap", self.model.cap.amount
        if self.instalments is not None:
            yield "instalments.threshold", self.instalments.threshold
        yield from (("fees", amount) for amount in self.fees.amounts)
        yield from (("splits", amount) for amount in self.splits.amounts)
        yield from (("payouts", amount) for amount in self.payouts.amounts)
        yield from self._catalogue_amounts()

    def _catalogue_amounts(self) -> Iterator[tuple[str, Money]]:
        for section, tiers in (("tiers", self.tiers), ("add_ons", self.add_ons)):
            yield from ((f"{section}.{tier.id}.price", it) for tier in tiers for it in tier.amounts)
        yield from ((f"vouchers.{it.code}", it.amount) for it in self.vouchers if it.amount is not None)
        yield from (("on_top", amount) for amount in self.on_top.amounts)

    @property
    def late_until(self) -> datetime | None:
        """Until when late pledges are taken, itself excluded; None where none are."""
        if self.late_days is None:
            return None
        return add_days(self.window.closes.at, self.late_days, zone=self.window.closes.zone)

    @property
    def waits_until(self) -> datetime:
        """Until when a pledge that was placed in time may be confirmed, itself excluded."""
        return self.window.closes.at + self.model.grace

    def full(self, progress: Progress) -> bool:
        """Whether the campaign has come to its cap, and all of that is paid where money is taken at once.

        Raises:
            CurrencyMismatch: the totals are of another currency.
        """
        expect(progress, Progress, what="the totals of a campaign")
        cap, paid = self.model.cap, progress.all_collected or not self.model.charges_at_once
        return cap is not None and paid and cap.reached(progress.counted)

    def counted(self, quoted: Quote) -> Money:
        """What counts of a pledge to the goal; after fees, less what they take of just that.

        Raises:
            CurrencyMismatch: its quote is of another currency.
        """
        expect(quoted, Quote, what="the quote of a pledge")
        if self.model.counts_all:
            return quoted.contribution
        counts = quoted.sum(self.model.counts)
        if not self.model.net_of_fees or counts.minor <= 0:
            return counts
        return counts - self._taken(FeeBase.PLEDGE, counts)

    def total(self, progress: Progress) -> Total:
        """What is held against the goal: rewards picked, or what counts of the money, after fees or before.

        Raises:
            CurrencyMismatch: the totals are of another currency.
        """
        expect(progress, Progress, what="the totals of a campaign")
        if not isinstance(self.goal.amount, Money):
            return progress.units
        if not self.model.net_of_fees:
            return progress.counted
        of = progress.pledged if self.model.counts_every_kind else progress.counted
        if of.minor <= 0:
            return progress.counted
        return progress.counted - self._taken(FeeBase.COLLECTED, of)

    def _taken(self, base: FeeBase, amount: Money) -> Money:
        """What the lines of one base, and lines of those, take of an amount out of the proceeds."""
        lines = taken(self.fees, {line.name: line.fee(amount).minor for line in self.fees.of(base)})
        return amount.with_minor(shared(self.fees, lines)[FeeBearer.CREATOR])

    def _catalogue(self) -> Catalogue:
        return Catalogue(
            self.tiers,
            add_ons=self.add_ons,
            items=self.items,
            vouchers=self.vouchers,
            taxes=self.taxes,
            on_top=self.on_top,
        )
