"""The decisions about a subscription: starting, charging, pausing, changing and ending it.

A charge is written down before the provider is asked, under a key of its own, and stays under way until its
answer comes: so it is never made twice, and *processing* changes nothing. An answer that comes after the
subscription was canceled is still taken, since money may have moved.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import add_days, utc
from pushcore.changes import Changes, StockMove
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.money import Money
from pushcore.recurring import rules
from pushcore.recurring.anchor import PerCreation, first_from
from pushcore.recurring.events import (
    CreationCounted,
    SubscriptionAmountChanged,
    SubscriptionCanceled,
    SubscriptionChargeAttempted,
    SubscriptionCharged,
    SubscriptionChargeFailed,
    SubscriptionLapsed,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionStarted,
)
from pushcore.recurring.limits import DonationLimits
from pushcore.recurring.subscription import Subscription, SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.ids import ActorId, OrderKey

__all__ = [
    "cancel",
    "change_amount",
    "charge",
    "charge_called_off",
    "charge_failed",
    "charge_succeeded",
    "count_creation",
    "pause",
    "resume",
    "start",
]

Decided = tuple[Subscription, Changes]


def start(
    subscription: Subscription, at: datetime, actor: ActorId, *, limits: DonationLimits | None = None
) -> Decided:
    """Write a new subscription down, and claim what it claims.

    Its first charge is due at its start, unless it is charged by creation.

    Raises:
        Refused: ``below-minimum`` or ``above-maximum``: the amount is not within the limits.
        InvalidValue: it is not new; or limits of subscriptions by period are put on one for creations.
    """
    expect(subscription, Subscription, what="a subscription")
    new = subscription
    if any(getattr(new, name) != value for name, value in _NEW.items()):
        message = f"subscription {new.id} has a history, and a new one has none"
        raise InvalidValue(message, subscription=new.id)
    _require(_beyond(limits, new, new.amount))
    event = SubscriptionStarted(at, actor, new.id, new.amount)
    return new, Changes(put=(new,), deltas=_claimed(new, 1), events=(event,))


_NEW: Final = {
    "version": 1,
    "state": SubscriptionState.ACTIVE,
    "period": 0,
    "attempts": 0,
    "creations": (),
    "counts_from": None,
    "next_amount": None,
}
"""What a subscription has before anything happened to it; all else follows from that."""


def count_creation(subscription: Subscription, at: datetime, actor: ActorId) -> Decided:
    """Charge for something that was published at this time: at once, or with the others of its month.

    It may be older than what is counted already: it takes its place among what is not paid.

    Raises:
        Refused: ``subscription-canceled``; ``paused``, or it was when this was published; or
            ``creation-limit``: enough is charged this month.
        InvalidValue: it is not charged by creation, the time is before the start, or it is counted already.
    """
    _require(rules.refusals(subscription, at, rules.COUNTING))
    anchor, at = subscription.anchor, utc(at)
    if not isinstance(anchor, PerCreation):
        message = f"subscription {subscription.id} is charged by {anchor.period.value} dates, not by creation"
        raise InvalidValue(message, subscription=subscription.id)
    paid = len(subscription.creations) - subscription.unpaid
    unpaid = sorted((*subscription.creations[paid:], at))
    counted = subscription.moved(creations=(*subscription.creations[:paid], *unpaid), unpaid=len(unpaid))
    return counted, Changes(put=(counted,), events=(CreationCounted(at, actor, counted.id),))


def charge(subscription: Subscription, at: datetime, actor: ActorId, *, count: int | None = None) -> Decided:
    """Begin the charge that is due: of a new period or creation, or again of one that failed.

    The host charges `Subscription.charge_amount` under `Subscription.charge_key` of what is returned.

    Args:
        subscription: One that is due.
        at: When.
        actor: Who.
        count: For how many of the creations that are due together, where all of them are too much at once:
            the others stay due. For all, if it is not given.

    Raises:
        Refused: ``subscription-canceled``; ``paused``; ``charge-open``: one is under way; or ``not-due``.
        InvalidValue: so many are not due.
    """
    _require(rules.refusals(subscription, at, rules.CHARGING))
    due = subscription.due_count
    count = due if count is None else count
    expect(count, int, what="how many are charged", least=1)
    if count > due:
        message = f"{due} of subscription {subscription.id} are due, fewer than {count}"
        raise InvalidValue(message, count=count)
    charging = subscription.moved(charging=count, attempts=subscription.attempts + 1)
    event = SubscriptionChargeAttempted(at, actor, charging.id, charging.charge_key, charging.charge_amount)
    return charging, Changes(put=(charging,), events=(event,))


def charge_succeeded(subscription: Subscription, key: OrderKey, at: datetime, actor: ActorId) -> Decided:
    """Take a yes: the period is paid, the count of failures begins anew, and the next date is as it was.

    Raises:
        Refused: ``unknown-charge``: no charge of this key is under way.
    """
    _require_open(subscription, key)
    canceled = subscription.state is SubscriptionState.CANCELED
    period = subscription.period + 1
    parted = subscription.charging < subscription.due_count  # what is due with it keeps its amount
    paid = subscription.moved(
        **({"period": period} if parted else _from(subscription, period)),
        state=subscription.state if canceled else SubscriptionState.ACTIVE,
        unpaid=max(subscription.unpaid - subscription.charging, 0),
        charging=0,
        failures=0,
        retry_at=None,
    )
    amount = subscription.charge_amount
    event = SubscriptionCharged(at, actor, paid.id, key, subscription.period, amount)
    return paid, Changes(put=(paid,), events=(event,))


def charge_failed(subscription: Subscription, key: OrderKey, at: datetime, actor: ActorId) -> Decided:
    """Take a no: the charge is tried again in some days, or the subscription lapses. Its period stays.

    Raises:
        Refused: ``unknown-charge``: no charge of this key is under way.
    """
    _require_open(subscription, key)
    failures = subscription.failures + 1
    event = SubscriptionChargeFailed(at, actor, subscription.id, key, failures)
    if subscription.state is SubscriptionState.CANCELED:
        failed = subscription.moved(charging=0, failures=failures)
        return failed, Changes(put=(failed,), events=(event,))
    days = subscription.retries.wait_days(failures)
    if days is None:
        lapsed = _ended(subscription, charging=0, failures=failures)
        lapse = SubscriptionLapsed(at, actor, lapsed.id)
        return lapsed, Changes(put=(lapsed,), deltas=_claimed(lapsed, -1), events=(event, lapse))
    failed = subscription.moved(
        state=SubscriptionState.PAST_DUE,
        charging=0,
        failures=failures,
        retry_at=add_days(at, days, zone=subscription.anchor.zone),
    )
    return failed, Changes(put=(failed,), events=(event,))


def charge_called_off(subscription: Subscription, key: OrderKey) -> Decided:
    """Take that the charge could not be made, by no fault of the backer's: it has neither paid nor failed.

    It is due again as it was, under another key. No event tells of it: what called it off has its own.

    Raises:
        Refused: ``unknown-charge``: no charge of this key is under way.
    """
    _require_open(subscription, key)
    again = subscription.moved(charging=0)
    return again, Changes(put=(again,))


def pause(subscription: Subscription, at: datetime, actor: ActorId) -> Decided:
    """Charge nothing until it is resumed.

    Raises:
        Refused: ``subscription-canceled``; ``paused`` already; ``past-due``: what failed is paid or canceled
            first; or ``charge-open``: the answer is waited for.
    """
    _require(rules.refusals(subscription, at, rules.PAUSING))
    paused = subscription.moved(state=SubscriptionState.PAUSED)
    return paused, Changes(put=(paused,), events=(SubscriptionPaused(at, actor, paused.id),))


def resume(subscription: Subscription, at: datetime, actor: ActorId) -> Decided:
    """Charge again, from the next date on: what fell into the pause is not made up for.

    Creations that were counted before the pause and are not paid are due again. What was published before
    it is resumed is not counted any more.

    Raises:
        Refused: ``subscription-canceled``; or ``not-paused``.
    """
    _require(rules.refusals(subscription, at, rules.RESUMING))
    anchor, period = subscription.anchor, subscription.period
    if not isinstance(anchor, PerCreation):
        period = max(period, first_from(anchor, subscription.started_at, at))
    going_on = _from(subscription, period) if period > subscription.period else {}
    if isinstance(anchor, PerCreation):
        going_on = {"counts_from": at}
    resumed = subscription.moved(**going_on, state=SubscriptionState.ACTIVE)
    return resumed, Changes(put=(resumed,), events=(SubscriptionResumed(at, actor, resumed.id, period),))


def change_amount(
    subscription: Subscription,
    amount: Money,
    *,
    at: datetime,
    actor: ActorId,
    limits: DonationLimits | None = None,
) -> Decided:
    """Give another amount from the next period on; one that has begun, or is due, keeps the old one.

    What is published keeps it too, up to and with the next charge, and with what is due together with that.

    Raises:
        Refused: ``subscription-canceled``; ``below-minimum`` or ``above-maximum``.
        InvalidValue: it is not an amount above zero.
        CurrencyMismatch: it is of another currency.
    """
    expect(amount, Money, what="the new amount")
    reasons = rules.refusals(subscription, at, rules.CHANGING)
    _require((*reasons, *_beyond(limits, subscription, amount)))
    begins = subscription.period_start
    begun = begins is not None and (subscription.unpaid > 0 or begins <= utc(at))
    changed = subscription.moved(next_amount=amount)
    if not begun:
        changed = attrs.evolve(changed, amount=amount, next_amount=None)
    event = SubscriptionAmountChanged(at, actor, changed.id, amount, changed.period + begun)
    return changed, Changes(put=(changed,), events=(event,))


def cancel(subscription: Subscription, at: datetime, actor: ActorId) -> Decided:
    """End it, and set free what it claims. A charge under way goes on, and its answer is still taken.

    Raises:
        Refused: ``subscription-canceled`` already.
    """
    _require(rules.refusals(subscription, at, rules.CANCELING))
    canceled = _ended(subscription)
    event = SubscriptionCanceled(at, actor, canceled.id)
    return canceled, Changes(put=(canceled,), deltas=_claimed(canceled, -1), events=(event,))


def _require(reasons: Iterable[Refusal]) -> None:
    if reasons := tuple(reasons):
        raise Refused(reasons)


def _require_open(subscription: Subscription, key: OrderKey) -> None:
    expect(subscription, Subscription, what="a subscription")
    expect(key, str, what="the key of a charge")
    if not subscription.charging or key != subscription.charge_key:
        message = f"no charge {key} of subscription {subscription.id} is under way"
        raise Refused([Refusal("unknown-charge", message, {"key": key})])


def _beyond(limits: DonationLimits | None, subscription: Subscription, amount: Money) -> tuple[Refusal, ...]:
    """Why the limits forbid the amount, if there are any."""
    expect(limits, DonationLimits, NoneType, what="limits")
    if limits is None:
        return ()
    if isinstance(subscription.anchor, PerCreation):
        message = f"subscription {subscription.id} is charged by creation: limits by period do not fit it"
        raise InvalidValue(message, subscription=subscription.id)
    return limits.refusals(amount, subscription.anchor.period)


def _from(subscription: Subscription, period: int) -> dict[str, Any]:
    """What changes as a later period becomes the one that is charged next."""
    return {
        "period": period,
        "amount": subscription.next_amount or subscription.amount,
        "next_amount": None,
    }


def _ended(subscription: Subscription, **changed: Any) -> Subscription:  # noqa: ANN401  any field
    return subscription.moved(**changed, state=SubscriptionState.CANCELED, retry_at=None)


def _claimed(subscription: Subscription, sign: int) -> tuple[StockMove, ...]:
    """The move that claims what a subscription claims, or sets it free."""
    claim = subscription.claim
    return () if claim is None else (attrs.evolve(claim, claimed=sign * claim.claimed),)
