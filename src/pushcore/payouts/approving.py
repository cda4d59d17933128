"""The decisions about a payout before it is sent: consent, approval, refusal, its rate, and merging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect, items
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import ExchangeRate, Money, Rounding
from pushcore.payouts.events import (
    PayoutApproved,
    PayoutConverted,
    PayoutMerged,
    PayoutPrepared,
    PayoutRefused,
    PayoutReleased,
)
from pushcore.payouts.payout import Payout, moved, payout_id_of, require_move
from pushcore.payouts.plan import PayoutPlan
from pushcore.payouts.schedule import Consent, Milestone
from pushcore.payouts.states import TRANSITIONS, PayoutState, PayoutTrigger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.ids import ActorId

__all__ = ["approve", "consent_to", "fix_rate", "merge", "reconsider", "refuse", "refuse_milestone"]


def approve(payout: Payout, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Approve a payout; once all who are needed have, it waits to be sent and changes no more.

    Raises:
        Refused: ``not-payable``: it does not wait for an approval; or ``already-approved``: by this person.
    """
    require_move(payout, PayoutTrigger.APPROVE)
    if not payout.approvals:
        message = f"payout {payout.id} needs no approval"
        raise Refused([Refusal("not-payable", message)])
    if actor in payout.approved_by:
        message = f"{actor} has approved payout {payout.id} already: somebody else has to"
        raise Refused([Refusal("already-approved", message)])
    approved_by = (*payout.approved_by, actor)
    missing = payout.approvals - len(approved_by)
    if missing:
        approved = attrs.evolve(payout, approved_by=approved_by, version=payout.version + 1)
    else:
        approved = moved(payout, PayoutTrigger.APPROVE, approved_by=approved_by)
    event = PayoutApproved(at, actor, payout.id, missing)
    return approved, Changes(put=(approved,), events=(event,))


def refuse(payout: Payout, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Refuse to approve a payout: what it is of stays owed, and is not paid until it is considered again.

    Raises:
        Refused: ``not-payable``: it does not wait for an approval.
    """
    require_move(payout, PayoutTrigger.REFUSE)
    refused = moved(payout, PayoutTrigger.REFUSE, approved_by=())
    return refused, Changes(put=(refused,), events=(PayoutRefused(at, actor, payout.id),))


def reconsider(payout: Payout, at: datetime, actor: ActorId) -> tuple[Payout, Changes]:
    """Take back that a payout was refused: it waits for its approvals from the start.

    One that is held for a milestone, or was refused with it, waits for a consent to that.

    Raises:
        Refused: ``not-payable``: it is not refused, or its milestone was not consented to.
    """
    expect(payout, Payout, what="a payout")
    waits = payout.milestone is not None and not payout.consented
    if waits and (payout.state, PayoutTrigger.RELEASE) in TRANSITIONS:
        message = f"payout {payout.id} waits for milestone {payout.milestone}"
        raise Refused([Refusal("not-payable", message)])
    require_move(payout, PayoutTrigger.RELEASE)
    return _released(payout, at, actor)


def _released(payout: Payout, at: datetime, actor: ActorId, **changed: bool) -> tuple[Payout, Changes]:
    released = moved(payout, PayoutTrigger.RELEASE, approved_by=(), **changed)
    return released, Changes(put=(released,), events=(PayoutReleased(at, actor, payout.id),))


def consent_to(
    milestone: Milestone, payouts: Iterable[Payout], consent: Consent, at: datetime, actor: ActorId
) -> tuple[tuple[Payout, ...], Changes]:
    """Release whatever waits for a milestone, or was refused with it; nothing where nothing does.

    What was consented to before, and refused since, stays refused: it is to be considered again by itself.

    Raises:
        Refused: ``consent-missing``.
    """
    expect(milestone, Milestone, what="a milestone")
    if reasons := milestone.refusals(consent):
        raise Refused(reasons)
    waiting = _waiting(milestone, payouts, {PayoutState.HELD, PayoutState.REFUSED})
    unconsented = [payout for payout in waiting if not payout.consented]
    return _joined([_released(payout, at, actor, consented=True) for payout in unconsented])


def refuse_milestone(
    milestone: Milestone, payouts: Iterable[Payout], at: datetime, actor: ActorId
) -> tuple[tuple[Payout, ...], Changes]:
    """Refuse whatever waits for a milestone: it stays owed until a later consent."""
    expect(milestone, Milestone, what="a milestone")
    waiting = _waiting(milestone, payouts, {PayoutState.HELD})
    return _joined([refuse(payout, at, actor) for payout in waiting])


def _waiting(milestone: Milestone, payouts: Iterable[Payout], states: set[PayoutState]) -> list[Payout]:
    several = items(payouts)
    for payout in several:
        expect(payout, Payout, what="a payout")
    return [it for it in several if it.milestone == milestone.id and it.state in states]


def _joined(decided: list[tuple[Payout, Changes]]) -> tuple[tuple[Payout, ...], Changes]:
    return tuple(payout for payout, _ in decided), sum((more for _, more in decided), Changes())


def fix_rate(
    payout: Payout, rate: ExchangeRate, rounding: Rounding, at: datetime, actor: ActorId
) -> tuple[Payout, Changes]:
    """Fix the rate at which a payout arrives in the payee's own currency.

    Raises:
        Refused: ``not-payable``: it is under way or over, or somebody has approved what arrives; or
            ``below-least``: nothing would arrive.
        InvalidValue: the payee is sent the currency of the campaign.
        CurrencyMismatch: the rate is of other currencies.
    """
    expect(payout, Payout, what="a payout")
    expect(rate, ExchangeRate, what="a rate")
    if payout.state not in _UNCONVERTED:
        raise Refused([Refusal("not-payable", f"payout {payout.id} is {payout.state.value}")])
    if payout.approved_by and payout.converted is not None:
        message = f"{payout.approved_by[0]} has approved payout {payout.id} as {payout.converted.result}"
        raise Refused([Refusal("not-payable", message)])
    if payout.currency is None:
        message = f"payout {payout.id} arrives in {payout.amount.currency}: there is nothing to convert"
        raise InvalidValue(message, payout=payout.id)
    if rate.quote is not payout.currency:
        rate.inverse().convert(Money.zero(payout.currency), Rounding.HALF_UP)  # says that it does not go
    converted = rate.convert(payout.transferred, rounding)
    if converted.result.minor <= 0:
        message = f"{payout.transferred} is worth nothing at this rate: merge the payout with others"
        raise Refused([Refusal("below-least", message, {"arrives": converted.result})])
    after = attrs.evolve(payout, converted=converted, version=payout.version + 1)
    event = PayoutConverted(at, actor, payout.id, converted.result)
    return after, Changes(put=(after,), events=(event,))


_UNCONVERTED: Final = frozenset(
    {PayoutState.HELD, PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.REFUSED, PayoutState.FAILED}
)


def merge(
    payouts: Iterable[Payout], number: int, plan: PayoutPlan, at: datetime, actor: ActorId
) -> tuple[Payout, Changes]:
    """Make one payout of several of the same payee that all could be sent now: one transfer for all.

    It costs what the dearest of them costs, and what they were approved for is approved. What that spares is
    sent too, in steps of the plan; what these leave stays on the account of the payee.

    Args:
        payouts: At least two of one campaign and payee.
        number: The number of the payee's next payout.
        plan: The payout plan of the campaign.
        at: When.
        actor: Who.

    Raises:
        Refused: whatever keeps one of them from being sent, but for a rate, which is fixed afterwards.
        InvalidValue: less than two, or of several payees or campaigns.
    """
    several = items(payouts)
    expect(plan, PayoutPlan, what="a payout plan")
    for payout in several:
        expect(payout, Payout, what="a payout")
    if len(several) < 2 or len({(it.campaign_id, it.payee_id) for it in several}) > 1:  # noqa: PLR2004
        message = "at least two payouts of one payee of one campaign are merged"
        raise InvalidValue(message, payouts=[it.id for it in several])
    reasons = [no for it in several for no in it.unready(at) if no.code != "rate-missing"]
    if reasons:
        raise Refused(reasons)
    for payout in several:
        require_move(payout, PayoutTrigger.MERGE)
    first = several[0]
    dearest = max(several, key=lambda it: it.amount.minor - it.transferred.minor)
    costs = dearest.amount - dearest.transferred
    whole = Money.total((it.amount for it in several), first.amount.currency) - costs
    total = costs + whole.with_minor(plan.sendable_minor(whole.minor))
    one = Payout(
        payout_id_of(first.campaign_id, first.payee_id, number),
        first.campaign_id,
        first.payee_id,
        total,
        number=number,
        costs=dearest.costs,
        currency=first.currency,
    )
    merged = [moved(it, PayoutTrigger.MERGE, merged_into=one.id) for it in several]
    event = PayoutPrepared(at, actor, one.id, one.campaign_id, one.payee_id, total)
    return one, Changes(
        put=(*merged, one), events=(event, *(PayoutMerged(at, actor, it.id, one.id) for it in several))
    )
