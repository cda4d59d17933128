"""Subscribing: a backer gives to a campaign again and again, and whatever is due is charged.

Each charge of a subscription is a pledge, so it is asked of the provider, booked, tried again, given back and
told of like any other.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.campaigns import CampaignState
from pushcore.errors import Conflict, KeyReused, PushcoreError
from pushcore.ids import PledgeId, SubscriptionId
from pushcore.payments import subscribing
from pushcore.pledges import PledgeState
from pushcore.recurring import Subscription, SubscriptionState, deciding
from pushcore.usecases._finding import known_pledge, known_subscription
from pushcore.usecases._limiting import limiting_rules
from pushcore.usecases._running import use_case
from pushcore.usecases._writing import write
from pushcore.usecases.collecting import take_due_steps
from pushcore.usecases.pledging import capped_progress, place_pledge

if TYPE_CHECKING:
    from collections.abc import Callable

    from pushcore.campaigns import Campaign
    from pushcore.changes import Changes
    from pushcore.ids import ActorId
    from pushcore.money import Money
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports
    from pushcore.recurring import DonationLimits

__all__ = [
    "Billing",
    "cancel_subscription",
    "change_subscription",
    "charge_due_subscriptions",
    "charge_subscription",
    "pause_subscription",
    "resume_subscription",
    "start_subscription",
]


@use_case
def start_subscription(
    ports: Ports, subscription: Subscription, *, actor: ActorId, limits: DonationLimits | None = None
) -> Subscription:
    """Start a subscription to a campaign that charges at once; the same again is returned as it stands.

    Its first charge is due at its start: see `charge_subscription`.

    Raises:
        Refused: see `pushcore.payments.subscribing.start`.
        KeyReused: another subscription has this id, or this one has another amount by now; or a pledge that
            is not its own goes by the id of its first charge.
        InvalidValue: it is to a payee, not new, or claims what the campaign has not.
        NotFound: there is no such campaign.
    """
    expect(subscription, Subscription, what="a subscription")
    campaign, claim = _campaign(ports, subscription), subscription.claim
    if (written := ports.store.find(Subscription, subscription.id)) is not None:
        if any(getattr(written, name) != getattr(subscription, name) for name in _AGREED):
            message = f"subscription {written.id} exists with another content: choose another id"
            raise KeyReused(message, subscription=written.id)
        return written
    first = attrs.evolve(subscription, attempts=1).charge_key
    if ports.store.find_pledge(PledgeId(first)) is not None:
        message = f"pledge {first} goes by the id of the first charge: call the subscription otherwise"
        raise KeyReused(message, subscription=subscription.id, pledge=first)
    started, changes = subscribing.start(
        subscription,
        campaign,
        ports.now(),
        actor,
        limits=limits,
        stock=None if claim is None else ports.store.stock(campaign.id, claim.stock_id),
        rules=limiting_rules(ports),
        progress=capped_progress(ports, campaign),
    )
    ports.store.commit(changes)
    return started


_AGREED: Final = ("backer_id", "campaign_id", "amount", "anchor", "retries", "started_at", "claim")


@use_case
def charge_subscription(ports: Ports, subscription_id: SubscriptionId, *, actor: ActorId) -> Subscription:
    """Begin the charge that is due, or finish the one under way; one whose campaign has ended is canceled.

    What comes back is charged, past due, lapsed or canceled; or its charge is still under way: the plan of
    the campaign for failed charges runs within one, `pushcore.recurring.Retries` from one to the next. Made
    again after any failure, the call makes no second charge. While the campaign is suspended, a charge waits
    for its method, and one that was called off since the campaign took no pledges is due again.

    Raises:
        Refused: ``unknown-subscription``, or see `pushcore.payments.subscribing.charge`.
        InvalidValue: it is to a payee, whom a host charges for by `pushcore.recurring.deciding`.
        KeyReused: a pledge that is not its own goes by the id of the charge.
        GatewayMisuse: the provider rejected what was asked; the same call takes what became of it.
        GatewayError: the provider did not answer; the same call finishes it.
    """
    subscription = known_subscription(ports, subscription_id)
    campaign = _campaign(ports, subscription)
    reread = partial(ports.store.find, Subscription, subscription.id)
    if not subscription.charging:
        decided = subscribing.charge(
            subscription,
            campaign,
            ports.now(),
            actor,
            rules=limiting_rules(ports),
            progress=capped_progress(ports, campaign),
        )
        subscription = _begun(ports, decided, reread)
    if not subscription.charging:  # canceled, its amount is refused, or somebody else was faster
        return subscription
    pledge = _gone_on_with(ports, campaign, subscription, actor)
    suspended = campaign.state is CampaignState.SUSPENDED
    received = subscribing.receive(subscription, pledge, ports.now(), actor, suspended=suspended)
    if received is None:
        return subscription
    subscription = write(ports, received, reread)
    over = subscription.state is SubscriptionState.CANCELED
    if over or not subscribing.called_off(pledge, suspended=suspended):
        return subscription
    return charge_subscription(ports, subscription_id, actor=actor)  # still due: begun again, or refused


def _begun(
    ports: Ports, decided: tuple[Subscription, Changes], reread: Callable[[], Subscription | None]
) -> Subscription:
    """Commit a charge with its pledge, which has an id that no other pledge may have."""
    try:
        return write(ports, decided, reread)
    except Conflict:
        key, placed = decided[0].charge_key, ports.store.find_pledge(PledgeId(decided[0].charge_key))
        found = reread()
        if placed is None or found is None or found.attempts >= decided[0].attempts:
            raise
        message = (
            f"pledge {key} is no charge of subscription {found.id}, and goes by the id of its next one: "
            f"cancel the subscription, and start another under another id"
        )
        raise KeyReused(message, subscription=found.id, pledge=key) from None


def _gone_on_with(ports: Ports, campaign: Campaign, subscription: Subscription, actor: ActorId) -> Pledge:
    """The pledge of the charge under way, once all that is due for it is done."""
    request = subscribing.charge_request(subscription, actor)
    if campaign.state is CampaignState.SUSPENDED:  # a method that is saved now would come too late
        pledge = known_pledge(ports, request.pledge_id)
        if pledge.state is PledgeState.PREAUTH:
            return pledge
    pledge = place_pledge(ports, request)
    if pledge.state is not PledgeState.ERRORED:
        return pledge
    campaign = ports.store.campaign(pledge.campaign_id)
    return take_due_steps(ports, campaign, pledge, actor) if campaign.charges else pledge


@attrs.frozen
class Billing:
    """What one round of charging subscriptions came to.

    Attributes:
        charged: How many have paid.
        failed: How many charges failed that are tried again.
        ended: How many are over: their last retry failed, or their campaign has ended.
        open: How many charges are still under way.
        troubles: The errors of all others, by subscription. Where the provider gave no answer, or somebody
            else was faster, the next round finishes it; what was refused stays due, except for its amount,
            which is a failed charge.
    """

    charged: int
    failed: int
    ended: int
    open: int
    troubles: dict[SubscriptionId, PushcoreError]


@use_case
def charge_due_subscriptions(ports: Ports, *, actor: ActorId) -> Billing:
    """Charge every subscription to a campaign that is due, and finish what is under way.

    One without an answer holds up no other, and each is charged for one period at most: where several are
    due, the next round goes on. Run it whenever something may be due, such as every minute.
    """
    found: dict[str, int] = dict.fromkeys(("charged", "failed", "ended", "open"), 0)
    troubles: dict[SubscriptionId, PushcoreError] = {}
    for subscription in ports.store.due_subscriptions(ports.now()):
        if subscription.campaign_id is None:  # the host's to charge
            continue
        try:
            found[_outcome(charge_subscription(ports, subscription.id, actor=actor))] += 1
        except PushcoreError as trouble:
            troubles[subscription.id] = trouble.with_traceback(None)
    return Billing(**found, troubles=troubles)


def _outcome(subscription: Subscription) -> str:
    return "open" if subscription.charging else _OUTCOMES.get(subscription.state, "charged")


_OUTCOMES: Final = {SubscriptionState.PAST_DUE: "failed", SubscriptionState.CANCELED: "ended"}


@use_case
def pause_subscription(ports: Ports, subscription_id: SubscriptionId, *, actor: ActorId) -> Subscription:
    """Charge nothing until it is resumed.

    Raises:
        Refused: ``unknown-subscription``, or see `pushcore.recurring.deciding.pause`.
    """
    paused, changes = deciding.pause(known_subscription(ports, subscription_id), ports.now(), actor)
    ports.store.commit(changes)
    return paused


@use_case
def resume_subscription(ports: Ports, subscription_id: SubscriptionId, *, actor: ActorId) -> Subscription:
    """Charge again, from the next date on.

    Raises:
        Refused: ``unknown-subscription``, or see `pushcore.recurring.deciding.resume`.
    """
    resumed, changes = deciding.resume(known_subscription(ports, subscription_id), ports.now(), actor)
    ports.store.commit(changes)
    return resumed


@use_case
def change_subscription(
    ports: Ports,
    subscription_id: SubscriptionId,
    amount: Money,
    *,
    actor: ActorId,
    limits: DonationLimits | None = None,
) -> Subscription:
    """Give another amount from the next period on; one that has begun, or is due, keeps the old one.

    Raises:
        Refused: ``unknown-subscription``, or see `pushcore.payments.subscribing.change_amount`.
        InvalidValue: it is to a payee, or the amount is not above zero, or of another currency.
    """
    subscription = known_subscription(ports, subscription_id)
    changed, changes = subscribing.change_amount(
        subscription,
        _campaign(ports, subscription),
        amount,
        at=ports.now(),
        actor=actor,
        limits=limits,
        rules=limiting_rules(ports),
    )
    ports.store.commit(changes)
    return changed


@use_case
def cancel_subscription(ports: Ports, subscription_id: SubscriptionId, *, actor: ActorId) -> Subscription:
    """End it, and set free what it claims. A charge under way goes on, and what it comes to is still taken.

    Raises:
        Refused: ``unknown-subscription``, or ``subscription-canceled`` already.
    """
    canceled, changes = deciding.cancel(known_subscription(ports, subscription_id), ports.now(), actor)
    ports.store.commit(changes)
    return canceled


def _campaign(ports: Ports, subscription: Subscription) -> Campaign:
    return ports.store.campaign(subscribing.campaign_of(subscription))
