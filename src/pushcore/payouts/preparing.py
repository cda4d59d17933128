"""The decisions that make payouts: those of a settlement, further ones of what is owed, and withdrawals."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect, kind
from pushcore._checks import items as as_tuple
from pushcore.calendar import Deadline
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import CampaignId, PayeeId, identifier
from pushcore.money import Money
from pushcore.payouts.costs import PayoutCost
from pushcore.payouts.events import ReserveHeld
from pushcore.payouts.payout import Payout, prepare
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.reserve import HeldReserve
from pushcore.payouts.schedule import stepwise
from pushcore.payouts.states import COVERING, PayoutState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.ids import ActorId
    from pushcore.money import Currency

__all__ = ["Disbursing", "further", "next_number", "uncovered", "withdraw"]


@attrs.frozen
class Disbursing:
    """What the payouts of a settled campaign rest on: its plan, its end, and who is paid.

    Attributes:
        closes: Its end, and the zone in which days are counted.
        late_days: For how many days after it late pledges were taken; None for none.
    """

    campaign_id: CampaignId = attrs.field(validator=identifier)
    plan: PayoutPlan = attrs.field(validator=kind(PayoutPlan))
    closes: Deadline = attrs.field(validator=kind(Deadline))
    late_days: int | None = attrs.field(default=None, validator=kind(int, None))

    def reserve(
        self,
        parts: Mapping[PayeeId, Money],
        raised: Money,
        *,
        contributions: Iterable[tuple[datetime, Money]] = (),
    ) -> HeldReserve | None:
        """What is held back of the parts of the payees, in proportion to them; None for nothing.

        Args:
            parts: What each gets of the net.
            raised: What was raised, which the rule takes its share of; no more is held than there is.
            contributions: Of a reserve that rolls, when each was made and what it came to.

        Raises:
            InvalidValue: an argument of the wrong kind.
            CurrencyMismatch: amounts of several currencies.
        """
        expect(raised, Money, what="what was raised")
        net = _net(parts, raised.currency)
        rule = self.plan.reserve
        held = net * 0 if rule is None else min(rule.of(raised), net)
        if rule is None or not held:
            return None
        ends = self.closes
        releases = rule.releases(held, ends.at, zone=ends.zone, contributions=contributions)
        shares = held.allocate({payee: part.minor for payee, part in parts.items()})
        left = {payee: shares[payee] for payee in parts if shares[payee]}
        return HeldReserve(self.campaign_id, left, releases, held * 0)

    def payouts(
        self, parts: Mapping[PayeeId, Money], at: datetime, actor: ActorId, held: HeldReserve | None = None
    ) -> Changes:
        """The payouts of what payees get, the reserve taken off, and the reserve itself.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        expect(held, HeldReserve, NoneType, what="a reserve")
        changes = self.further(parts, at, actor, ())
        if held is None:
            return changes
        event = ReserveHeld(at, actor, held.id, held.available)
        return Changes(put=(held,), events=(event,)) + changes

    def further(
        self, parts: Mapping[PayeeId, Money], at: datetime, actor: ActorId, payouts: Iterable[Payout]
    ) -> Changes:
        """The payouts of what payees get more, by the same schedule, numbered after those that were made.

        A milestone that was consented to is consented to for these too. Nothing is written if one of the
        others has moved since.

        Raises:
            InvalidValue: an argument of the wrong kind.
        """
        made = _listed(payouts)
        expect(parts, Mapping, what="the parts of payees")
        if self.plan.withdrawals is not None:
            return Changes()
        changes = Changes(expect=made)
        for payee, part in parts.items():
            expect(payee, str, what="a payee")
            expect(part, Money, what="the part of a payee")
            for prepared in self._of(payee, part, at, actor, made):
                changes += prepared
        return changes

    def _of(
        self, payee: PayeeId, part: Money, at: datetime, actor: ActorId, made: tuple[Payout, ...]
    ) -> Iterable[Changes]:
        plan, number = self.plan, next_number(it for it in made if it.payee_id == payee)
        consented = {it.milestone for it in made if it.consented}
        amounts = stepwise(
            part.minor,
            plan.schedule.sums,
            unit=plan.unit_minor,
            least=plan.least_minor,
            cost=plan.wired_minor(payee),
        )
        for tranche, minor in zip(plan.schedule.steps, amounts, strict=True):
            if not minor:
                continue
            milestone = None if tranche.milestone is None else tranche.milestone.id
            due = plan.schedule.due(tranche, self.closes.at, zone=self.closes.zone, late_days=self.late_days)
            yield prepare(
                self.campaign_id,
                payee,
                part.with_minor(minor),
                at,
                actor,
                number=number,
                due_at=due if due > at else None,
                costs=plan.wired(payee),
                milestone=milestone,
                consented=milestone in consented,
                approvals=plan.approvals,
                currency=plan.currency(payee, part.currency),
            )[1]
            number += 1


def _net(parts: Mapping[PayeeId, Money], currency: Currency) -> Money:
    """What the parts come to."""
    expect(parts, Mapping, what="the parts of payees")
    return Money.total(parts.values(), currency)


def uncovered(owed: Money, payouts: Iterable[Payout]) -> Money:
    """What of a payee's account no payout speaks for.

    Args:
        owed: What is on the account, less what is on its way to the bank.
        payouts: The payee's own.
    """
    expect(owed, Money, what="what a payee is owed")
    covered = [it.amount for it in _listed(payouts) if it.state in COVERING]
    return owed - Money.total(covered, owed.currency)


def _listed(payouts: Iterable[Payout]) -> tuple[Payout, ...]:
    listed = as_tuple(payouts)
    for payout in listed:
        expect(payout, Payout, what="a payout")
    return listed


def further(  # noqa: PLR0913  whose, by which plan, of what
    campaign_id: CampaignId,
    payee_id: PayeeId,
    plan: PayoutPlan,
    *,
    owed: Money,
    payouts: Iterable[Payout],
    at: datetime,
    actor: ActorId,
    most: Money | None = None,
    made: Iterable[Payout] = (),
) -> tuple[Payout | None, Changes]:
    """A further payout of what a payee is owed and no payout speaks for; none where that is too little.

    What came in since, what came back from a bank, what was held back and what waited for more is paid so: a
    payout that is made never changes. Nothing is written if any other payout of the payee has moved since.

    Args:
        campaign_id: Of which campaign.
        payee_id: Who is owed it.
        plan: The payout plan of the campaign.
        owed: What is on the payee's account, less what is on its way.
        payouts: The payouts of this payee that there are.
        at: When.
        actor: Who.
        most: How much it is of at most, where a provider does not transfer more; None for all of it.
        made: Others of this payee that are written with it, of other money: they have the numbers before.

    Raises:
        InvalidValue: the most is not above zero.
        CurrencyMismatch: it is of another currency than what is owed.
    """
    expect(plan, PayoutPlan, what="a payout plan")
    expect(most, Money, NoneType, what="the most that a payout is of")
    if most is not None and most.minor <= 0:
        message = f"a payout is of an amount above zero, not of {most} at most"
        raise InvalidValue(message, most=most)
    known = _listed(payouts)
    free = uncovered(owed, known)
    free = free if most is None else min(free, most)
    cost = plan.wired_minor(payee_id)
    whole = plan.schedule.sums[-1:]
    (minor,) = stepwise(max(free.minor, 0), whole, unit=plan.unit_minor, least=plan.least_minor, cost=cost)
    if not minor:
        return None, Changes(expect=known)
    payout, changes = prepare(
        campaign_id,
        payee_id,
        free.with_minor(minor),
        at,
        actor,
        number=next_number((*known, *made)),
        costs=plan.wired(payee_id),
        approvals=plan.approvals,
        currency=plan.currency(payee_id, free.currency),
    )
    return payout, changes + Changes(expect=known)


def next_number(payouts: Iterable[Payout]) -> int:
    """The number of a payee's next payout, also where the first ones are not known here."""
    return 1 + max((it.number for it in _listed(payouts)), default=0)


def withdraw(  # noqa: PLR0913  who takes how much, by which plan, of what
    campaign_id: CampaignId,
    payee_id: PayeeId,
    plan: PayoutPlan,
    amount: Money,
    *,
    owed: Money,
    payouts: Iterable[Payout],
    at: datetime,
    actor: ActorId,
) -> tuple[Payout, Changes]:
    """A payout that a payee asks for; what it costs is taken of the amount. Canceled ones use up no free one.

    The arguments are those of `further`, with the amount that is asked for.

    Raises:
        Refused: ``not-withdrawable``: payouts of this campaign are not asked for; ``above-owed``;
            ``below-least``: less would arrive than the smallest transfer, or nothing; or ``off-step``: what
            would arrive is no multiple of the step. All of them at once.
        InvalidValue: an argument of the wrong kind.
        CurrencyMismatch: the amount is of another currency than what is owed.
    """
    expect(plan, PayoutPlan, what="a payout plan")
    expect(amount, Money, what="what is withdrawn")
    known = _listed(payouts)
    if plan.withdrawals is None:
        message = "payouts of this campaign are made by its plan, and not asked for"
        raise Refused([Refusal("not-withdrawable", message)])
    free, number = uncovered(owed, known), next_number(known)
    canceled = sum(it.state is PayoutState.CANCELED for it in known)
    fee = plan.withdrawals.of(amount, number - canceled)
    arrives = (amount - fee).minor
    reasons = []
    if amount > free:
        message = f"{amount} is more than the {free} that {payee_id} can take out"
        reasons.append(Refusal("above-owed", message, {"free": free}))
    if arrives < plan.least_minor:
        message = f"{amount - fee} would arrive, which is less than {amount.with_minor(plan.least_minor)}"
        reasons.append(Refusal("below-least", message, {"fee": fee}))
    if arrives % plan.unit_minor:
        message = f"{amount - fee} would arrive, which is no multiple of {amount.with_minor(plan.unit_minor)}"
        reasons.append(Refusal("off-step", message, {"fee": fee}))
    if reasons:
        raise Refused(reasons)
    payout, changes = prepare(
        campaign_id,
        payee_id,
        amount,
        at,
        actor,
        number=number,
        costs=(PayoutCost("withdrawal", fee),) if fee else (),
        approvals=plan.approvals,
        currency=plan.currency(payee_id, free.currency),
        asked=amount,
    )
    return payout, changes + Changes(expect=known)
