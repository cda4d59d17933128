"""The rules of what may be done with a subscription: each gives a reason to say no, or None."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.errors import Refusal
from pushcore.recurring.anchor import PerCreation
from pushcore.recurring.subscription import Subscription, SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CANCELING",
    "CHANGING",
    "CHARGING",
    "COUNTING",
    "PAUSING",
    "RESUMING",
    "SubscriptionRule",
    "refusals",
]

SubscriptionRule = Callable[[Subscription, datetime], Refusal | None]


def _not_canceled(subscription: Subscription, _: datetime) -> Refusal | None:
    if subscription.state is not SubscriptionState.CANCELED:
        return None
    return Refusal("subscription-canceled", f"subscription {subscription.id} is canceled")


def _not_paused(subscription: Subscription, _: datetime) -> Refusal | None:
    if subscription.state is not SubscriptionState.PAUSED:
        return None
    return Refusal("paused", f"subscription {subscription.id} is paused")


def _since_resumed(subscription: Subscription, at: datetime) -> Refusal | None:
    """What was published while it was paused is not made up for, and neither is what is older."""
    since = subscription.counts_from
    if since is None or since <= at or subscription.state is SubscriptionState.PAUSED:
        return None
    message = f"subscription {subscription.id} was paused: what is published from {since} on is counted"
    return Refusal("paused", message, {"from": since})


def _is_paused(subscription: Subscription, _: datetime) -> Refusal | None:
    if subscription.state is SubscriptionState.PAUSED:
        return None
    return Refusal("not-paused", f"subscription {subscription.id} is {subscription.state.value}")


def _not_past_due(subscription: Subscription, _: datetime) -> Refusal | None:
    if subscription.state is not SubscriptionState.PAST_DUE:
        return None
    message = f"a charge of subscription {subscription.id} failed and is tried again"
    return Refusal("past-due", message, {"failures": subscription.failures})


def _no_charge_open(subscription: Subscription, _: datetime) -> Refusal | None:
    if not subscription.charging:
        return None
    key = subscription.charge_key
    return Refusal("charge-open", f"charge {key} is under way", {"key": key})


def _is_due(subscription: Subscription, at: datetime) -> Refusal | None:
    due = subscription.retry_at or subscription.period_start
    if due is not None and due <= at:
        return None
    when = "once something is published" if due is None else f"at {due}"
    return Refusal("not-due", f"subscription {subscription.id} is due {when}", {"due": due})


def _within_limit(subscription: Subscription, at: datetime) -> Refusal | None:
    anchor = subscription.anchor
    if not isinstance(anchor, PerCreation) or anchor.most is None:
        return None
    counted = sum(anchor.same_month(published, at) for published in subscription.creations)
    if counted < anchor.most:
        return None
    message = f"subscription {subscription.id} is charged for {counted} creations this month already"
    return Refusal("creation-limit", message, {"counted": counted, "most": anchor.most})


CHARGING: Final[tuple[SubscriptionRule, ...]] = (_not_canceled, _not_paused, _no_charge_open, _is_due)
"""Every rule of beginning a charge, in the order their reasons are given."""

COUNTING: Final[tuple[SubscriptionRule, ...]] = (
    _not_canceled,
    _not_paused,
    _since_resumed,
    _within_limit,
)
"""Every rule of charging a creation."""

PAUSING: Final[tuple[SubscriptionRule, ...]] = (_not_canceled, _not_paused, _not_past_due, _no_charge_open)
"""Every rule of pausing."""

RESUMING: Final[tuple[SubscriptionRule, ...]] = (_not_canceled, _is_paused)
"""Every rule of resuming."""

CHANGING: Final[tuple[SubscriptionRule, ...]] = (_not_canceled,)
"""Every rule of changing the amount, limits apart."""

CANCELING: Final[tuple[SubscriptionRule, ...]] = (_not_canceled,)
"""Every rule of canceling; a charge that is under way goes on, and its answer is still taken."""


def refusals(
    subscription: Subscription, at: datetime, rules: Iterable[SubscriptionRule]
) -> tuple[Refusal, ...]:
    """Every reason to say no; none where the answer is yes. The decisions raise exactly these.

    Raises:
        InvalidValue: not a subscription, or not an instant.
    """
    expect(subscription, Subscription, what="a subscription")
    at = utc(at)
    return tuple(reason for rule in rules if (reason := rule(subscription, at)) is not None)
