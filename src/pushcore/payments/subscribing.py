"""The decisions about a subscription to a campaign, each charge of which is a pledge.

The pledge goes by the key of the charge and is for its amount alone: what the subscription claims of a tier
is claimed once, by itself. The charge and its pledge are written in one commit, so there is never one without
the other; all that follows is what becomes of any pledge.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.campaigns import Campaign
from pushcore.campaigns.lifecycle import ENDED
from pushcore.changes import Changes, StockMove
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import OrderKey, PledgeId, StockId, TierId
from pushcore.pledges import Pledge, PledgeRequest, PledgeState, pledging
from pushcore.pledges.facts import PlaceFacts
from pushcore.pledges.rules import AMOUNTS, PLACING, refusals, still_locked
from pushcore.recurring import Subscription, deciding
from pushcore.rewards import Phase, Selection, Stock
from pushcore.rewards.stock import availability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from pushcore.campaigns import Progress
    from pushcore.ids import ActorId, CampaignId
    from pushcore.money import Money
    from pushcore.pledges.rules import PlaceRule
    from pushcore.recurring import DonationLimits
    from pushcore.rewards import Tier

__all__ = ["called_off", "campaign_of", "change_amount", "charge", "charge_request", "receive", "start"]

Decided = tuple[Subscription, "Changes"]

_MANY: Final = 10**6
"""A start asks whether the pledge of as late a charge as this would have an id that is not too long."""


def start(  # noqa: PLR0913  what a subscription rests on
    subscription: Subscription,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    limits: DonationLimits | None = None,
    stock: Stock | None = None,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
) -> Decided:
    """Write a subscription to a campaign down, if what it gives could be pledged there once it starts.

    Args:
        subscription: A new one.
        campaign: What is given to: one that charges at once, since nothing else is charged when it is due.
        at: When.
        actor: Who.
        limits: The least and the most that is given in a period.
        stock: Where the stock stands of the tier that it claims, if it claims one.
        rules: The host's own for placing a pledge.
        progress: The totals of the campaign, where it has a cap.

    Raises:
        Refused: with every reason: ``charged-later``: the campaign takes no money before it ends; what is
            claimed is ``sold-out`` or ``reserved``, ``reward-locked``, not for a subscription to claim
            (``claim-unsuitable``) or dearer than the amount (``below-price``); what
            `pushcore.pledges.rules.PLACING` says of such a pledge; or the limits.
        InvalidValue: it is to a payee or another campaign, not new, claims what the campaign has not, or its
            id leaves no room for those of its charges.
    """
    expect(subscription, Subscription, what="a subscription")
    begins = max(utc(at), subscription.started_at)
    late = attrs.evolve(subscription, attempts=_MANY)
    request = _request(subscription, subscription.amount, late.charge_key, actor)
    facts = PlaceFacts(request, campaign, {}, begins, progress)
    reasons = [*_unsuitable(subscription, campaign, stock), *refusals(facts, (*PLACING, _not_late, *rules))]
    return _decided(campaign, reasons, partial(deciding.start, subscription, at, actor, limits=limits))


def change_amount(  # noqa: PLR0913  what a change rests on
    subscription: Subscription,
    campaign: Campaign,
    amount: Money,
    *,
    at: datetime,
    actor: ActorId,
    limits: DonationLimits | None = None,
    rules: Sequence[PlaceRule] = (),
) -> Decided:
    """Give another amount, if it can be pledged to the campaign: see `pushcore.recurring.deciding`.

    Args:
        subscription: One to the campaign.
        campaign: What is given to.
        amount: What is given from the period after the next charge on, or from the next one if that is not
            due yet.
        at: When.
        actor: Who.
        limits: The least and the most that is given in a period.
        rules: What else the amount of a pledge depends on.

    Raises:
        Refused: ``subscription-canceled``, ``below-minimum``, ``above-maximum``, ``below-price`` where that
            is less than what is claimed costs, or what the rules say.
        InvalidValue: it is to a payee or another campaign, or the amount is of another currency.
    """
    expect(subscription, Subscription, what="a subscription")
    facts = PlaceFacts(_request(subscription, amount, subscription.charge_key, actor), campaign, {}, at)
    reasons = [*_too_cheap(subscription, campaign, amount), *refusals(facts, (*AMOUNTS, *rules))]
    change = partial(deciding.change_amount, subscription, amount, at=at, actor=actor, limits=limits)
    return _decided(campaign, reasons, change)


def charge(  # noqa: PLR0913  what a charge rests on
    subscription: Subscription,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
) -> Decided:
    """Begin the charge that is due and place its pledge; or cancel, paused or not, if the campaign has ended.

    Where the creations that are due are too much for one pledge, as many are charged as fit. An amount that
    cannot be pledged at all, since a limit has changed, is a charge that failed: it is tried again as after
    any other, and lapses in the end. What else the campaign refuses, such as while it is suspended, changes
    nothing: the charge stays due.

    Args:
        subscription: One to the campaign.
        campaign: What is given to.
        at: When.
        actor: Who.
        rules: The host's own for placing a pledge.
        progress: The totals of the campaign, where it has a cap.

    Raises:
        Refused: see `pushcore.recurring.deciding.charge` and `pushcore.pledges.pledging.place`; or
            ``above-cap``: the cap would clip it.
        InvalidValue: it is to a payee or another campaign.
    """
    expect(campaign, Campaign, what="the campaign of a subscription")
    campaign_of(subscription)
    if campaign.state in ENDED and not subscription.charging and subscription.waits(at, ended=True):
        return deciding.cancel(subscription, at, actor)
    charging, begun = deciding.charge(subscription, at, actor)
    request = charge_request(charging, actor)
    if charging.charging > 1:
        count = _fitting(charging, PlaceFacts(request, campaign, {}, at, progress), rules)
        charging, begun = deciding.charge(subscription, at, actor, count=count)
    try:
        placed = _placed(charge_request(charging, actor), campaign, at, rules, progress)
    except Refused as no:
        if not {reason.code for reason in no.refusals} <= _OF_AMOUNT:
            raise
        failed, told = deciding.charge_failed(charging, charging.charge_key, at, actor)
        charging = attrs.evolve(failed, version=charging.version)  # begun and failed in one write
        placed = attrs.evolve(told, put=(), expect=(campaign,))
    return charging, Changes(put=(charging,), events=begun.events) + placed


_TOO_MUCH: Final = frozenset({"above-maximum", "charge-too-large"})
_OF_AMOUNT: Final = _TOO_MUCH | {"below-minimum", "charge-too-small"}
"""What is refused of an amount, at any time: to wait does not help."""


def _fitting(subscription: Subscription, facts: PlaceFacts, rules: Sequence[PlaceRule]) -> int:
    """How many of the creations under charge are not too much for one pledge; one, if even that is."""
    for count in range(subscription.charging, 1, -1):
        request = attrs.evolve(facts.request, selection=Selection(subscription.amount * count))
        fewer = PlaceFacts(request, facts.campaign, {}, facts.at, facts.progress)
        if not {reason.code for reason in refusals(fewer, (*AMOUNTS, *rules))} & _TOO_MUCH:
            return count
    return 1


def _placed(
    request: PledgeRequest,
    campaign: Campaign,
    at: datetime,
    rules: Sequence[PlaceRule],
    progress: Progress | None,
) -> Changes:
    """The pledge of a charge, of its whole amount."""
    pledge, placed = pledging.place(request, campaign, {}, at, rules=rules, progress=progress)
    if pledge.selection == request.selection:
        return placed
    left, wanted = pledge.selection.bonus, request.selection.bonus
    message = f"only {left} of {wanted} would fit under the cap, and a subscription is not clipped"
    raise Refused([Refusal("above-cap", message, {"left": left, "amount": wanted})])


def charge_request(subscription: Subscription, actor: ActorId) -> PledgeRequest:
    """What the charge under way asks for: a pledge by its key, of its amount and of no reward.

    Raises:
        InvalidValue: it is to a payee.
    """
    expect(subscription, Subscription, what="a subscription")
    return _request(subscription, subscription.charge_amount, subscription.charge_key, actor)


def campaign_of(subscription: Subscription) -> CampaignId:
    """The campaign that a subscription is to.

    Raises:
        InvalidValue: it is to a payee, whom a host charges for by `pushcore.recurring.deciding`.
    """
    expect(subscription, Subscription, what="a subscription")
    if subscription.campaign_id is None:
        message = (
            f"subscription {subscription.id} is to payee {subscription.payee_id} and to no campaign: "
            f"charge it by pushcore.recurring.deciding"
        )
        raise InvalidValue(message, subscription=subscription.id)
    return subscription.campaign_id


def receive(
    subscription: Subscription, pledge: Pledge, at: datetime, actor: ActorId, *, suspended: bool = False
) -> Decided | None:
    """Take what became of the pledge of the charge under way; None while that is open.

    One that was collected has paid its period, also if it was given back later: what is taken when does not
    depend on when somebody looks. One that was merged into another pledge is paid with that. One that was
    called off is due again: see `called_off`.

    Args:
        subscription: What was charged.
        pledge: The pledge of its charge.
        at: When.
        actor: Who.
        suspended: Whether its campaign is.

    Raises:
        Refused: ``unknown-charge``: the pledge is not that of the charge under way.
        InvalidValue: an argument of the wrong kind.
    """
    expect(subscription, Subscription, what="a subscription")
    if called_off(pledge, suspended=suspended):
        return deciding.charge_called_off(subscription, OrderKey(pledge.id))
    if pledge.state in _COLLECTED or pledge.reason == "merged":
        return deciding.charge_succeeded(subscription, OrderKey(pledge.id), at, actor)
    if pledge.state in _FAILED:
        return deciding.charge_failed(subscription, OrderKey(pledge.id), at, actor)
    return None


def called_off(pledge: Pledge, *, suspended: bool) -> bool:
    """Whether a charge was not made since its campaign took no pledges: it is suspended, or out of time.

    While it is suspended no method is asked for, so a reservation that runs out then is no failure either.

    Raises:
        InvalidValue: the pledge is none, or not a yes or no.
    """
    expect(pledge, Pledge, what="the pledge of a charge")
    expect(suspended, bool, what="whether the campaign is suspended")
    if pledge.state is not PledgeState.VOIDED:
        return False
    return pledge.reason in _CALLED_OFF or (suspended and pledge.reason == "claim-expired")


_CALLED_OFF: Final = frozenset({"not-live", "too-late"})
_COLLECTED: Final = frozenset(
    {PledgeState.COLLECTED, PledgeState.REFUNDING, PledgeState.REFUNDED, PledgeState.UNREFUNDED}
)
_FAILED: Final = frozenset({PledgeState.VOIDED, PledgeState.DROPPED, PledgeState.CANCELED})


def _request(subscription: Subscription, amount: Money, key: OrderKey, actor: ActorId) -> PledgeRequest:
    """A pledge of an amount, by the key of a charge."""
    return PledgeRequest(
        PledgeId(key),
        campaign_of(subscription),
        subscription.backer_id,
        Selection(amount),
        actor=actor,
    )


def _not_late(facts: PlaceFacts) -> Refusal | None:
    """A single pledge can be late; a subscription to a campaign that has ended would be canceled at once."""
    if facts.phase is not Phase.LATE:
        return None
    return Refusal("too-late", f"campaign {facts.campaign.id} has ended: it takes no subscriptions any more")


def _unsuitable(subscription: Subscription, campaign: Campaign, stock: Stock | None) -> Iterator[Refusal]:
    """Why a campaign is none to subscribe to, or what is claimed of it cannot be had."""
    model, claim = campaign.terms.model, subscription.claim
    if not model.charges_at_once:
        message = (
            f"campaign {campaign.id} takes its money {model.charging.value}: a subscription needs it at once"
        )
        yield Refusal("charged-later", message, {"charging": model.charging.value})
    if claim is None:
        return
    tier = _claimed(claim, campaign)
    refusal = availability(tier, Stock() if stock is None else stock, claim.claimed)
    if refusal is not None:
        yield refusal
    if tier.id not in campaign.terms.catalogue.plain:
        message = (
            f"tier {tier.id} has conditions beside its limit, which no subscription keeps: claim another"
        )
        yield Refusal("claim-unsuitable", message, {"tier": tier.id})
    if (locked := still_locked(campaign, tier.id)) is not None:
        yield locked
    yield from _too_cheap(subscription, campaign, subscription.amount)


def _too_cheap(subscription: Subscription, campaign: Campaign, amount: Money) -> Iterator[Refusal]:
    """Why an amount is too little for what is claimed: each charge pays for all of it."""
    claim = subscription.claim
    tier = None if claim is None else campaign.terms.catalogue.tier(TierId(claim.stock_id))
    if claim is None or tier is None:
        return
    price = tier.price * claim.claimed
    if amount < price:
        message = f"{amount} is less than {price}, the price of what is claimed"
        yield Refusal("below-price", message, {"amount": amount, "price": price})


def _claimed(claim: StockMove, campaign: Campaign) -> Tier:
    """The tier that is claimed, if it is one of the campaign."""
    tier = campaign.terms.catalogue.tier(TierId(claim.stock_id))
    if tier is not None and claim == StockMove(campaign.id, StockId(tier.id), tier.limit, claim.claimed):
        return tier
    message = f"campaign {campaign.id} has no tier with the id and the limit of {claim}"
    raise InvalidValue(message, claim=claim)


def _decided(campaign: Campaign, reasons: Iterable[Refusal], decide: Callable[[], Decided]) -> Decided:
    """A decision, unless there are reasons against it, which are told with its own."""
    reasons = tuple(reasons)
    try:
        decided, changes = decide()
    except Refused as no:
        raise Refused((*reasons, *no.refusals)) from None
    if reasons:
        raise Refused(reasons)
    return decided, changes + Changes(expect=(campaign,))
