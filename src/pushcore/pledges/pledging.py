"""The decisions about a pledge until it is charged: placing, confirming, voiding, canceling and releasing.

A pledge is placed first, which reserves its reward, and confirmed once the provider has saved a payment
method. The confirmation is judged by its own instant and rests on the campaign being as it was read: when
the campaign closes in between, it is void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore._evolving import maker
from pushcore.calendar import utc
from pushcore.campaigns import Charging
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Answer, Authorize, Declined, Prepare, Void
from pushcore.ids import OrderKey
from pushcore.pledges.events import (
    PledgeCanceled,
    PledgeConfirmed,
    PledgePlaced,
    PledgeReleased,
    PledgeVoided,
)
from pushcore.pledges.facts import (
    PlaceFacts,
    PledgeFacts,
    require_method,
    require_own_campaign,
    require_state,
)
from pushcore.pledges.guarding import guards
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import moves, progress_move, stock_moves
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.rules import CANCELING, CONFIRMING, PLACING, not_taken, refusals
from pushcore.pledges.waiting import with_lists

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.ids import ActorId
    from pushcore.money import ExchangeRate
    from pushcore.pledges.request import PledgeRequest
    from pushcore.pledges.rules import PlaceRule
    from pushcore.rewards import Stocks, WaitingList

__all__ = [
    "cancel",
    "confirm",
    "expire",
    "forget",
    "is_authorized",
    "place",
    "prepare_order",
    "release",
    "void_order",
]


def place(  # noqa: PLR0913  what a pledge rests on
    request: PledgeRequest,
    campaign: Campaign,
    stocks: Stocks,
    at: datetime,
    *,
    rules: Sequence[PlaceRule] = (),
    progress: Progress | None = None,
    waiting: tuple[WaitingList, ...] = (),
    rate: ExchangeRate | None = None,
) -> tuple[Pledge, Changes]:
    """Place a pledge: its reward is reserved, and a payment method is asked for.

    Args:
        request: What the backer asks for.
        campaign: The campaign it is for.
        stocks: Where the stocks stand that it takes of (see `pushcore.rewards.stock_keys`).
        at: When.
        rules: The host's own, beside `pushcore.pledges.rules.PLACING`.
        progress: The totals of the campaign, where it has a cap.
        waiting: The waiting lists of the tiers that are picked, of those that have one.
        rate: From the currency of the campaign to the one that the backer wants to pay in, if one is known.

    Raises:
        Refused: with every reason.
        InvalidValue: the campaign has no such tier, or another currency; or the rate is of others.
    """
    facts = PlaceFacts(request, campaign, stocks, at, progress, waiting, rate=rate)
    if reasons := refusals(facts, (*PLACING, *rules)):
        raise Refused(reasons)
    expires_at = utc(facts.at + campaign.terms.claim_lifetime)
    pledge = _pledge(
        request=request,
        quote=facts.quote,
        state=PledgeState.PREAUTH,
        placed_at=facts.at,
        expires_at=expires_at,
        phase=facts.phase,
    )
    if facts.presented is not None:
        pledge = attrs.evolve(pledge, presented=facts.presented)
    picked = pledge.selection
    event = _placed(
        at=facts.at,
        actor=request.actor,
        pledge_id=pledge.id,
        campaign_id=campaign.id,
        backer_id=request.backer_id,
        amount=pledge.amount,
        tier_id=picked.tier_id,
        quantity=picked.quantity,
        add_ons=picked.add_ons,
    )
    changes = _placing(
        put=(pledge,),
        expect=(campaign,),
        deltas=moves(facts.needs, campaign, reserved=1),
        events=(event,),
        orders=(prepare_order(pledge, campaign),),
    )
    if facts.waiting:
        changes = with_lists(changes, facts, request.backer_id, pledge.id, request.actor)
    return pledge, changes


_pledge: Final = maker(Pledge, "request", "quote", "state", "placed_at", "expires_at", "phase")
_placed: Final = maker(PledgePlaced)
_placing: Final = maker(Changes, "put", "expect", "deltas", "events", "orders")


def prepare_order(pledge: Pledge, campaign: Campaign) -> Prepare | Authorize:
    """The order that saves the payment method of a pledge, or authorizes its amount where that is asked."""
    authorized = is_authorized(pledge, campaign)
    key, backer_id = _prepare_key(pledge), pledge.request.backer_id
    if authorized:
        presented = None if pledge.presented is None else pledge.presented.of(pledge.amount)
        return Authorize(key, pledge.id, backer_id, pledge.amount, presented)
    return _prepare(key=key, pledge_id=pledge.id, backer_id=backer_id)


def is_authorized(pledge: Pledge, campaign: Campaign) -> bool:
    """Whether a pledge is authorized first and captured later; a late one is charged at once."""
    require_own_campaign(pledge, campaign)
    return campaign.terms.model.charging is Charging.AUTHORIZED and not pledge.late


_prepare: Final = maker(Prepare, "key", "pledge_id", "backer_id")


def _prepare_key(pledge: Pledge) -> OrderKey:
    return OrderKey(f"{pledge.id}/prepare")


def confirm(  # noqa: PLR0913  what a confirmation rests on
    pledge: Pledge,
    campaign: Campaign,
    answer: Answer,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
) -> tuple[Pledge, Changes]:
    """Take the provider's answer: the pledge counts from now on, or is void with a reason.

    Void are a declined one, one whose reservation ran out, one that comes when the campaign takes no
    pledges any more, and one that does not fit under its cap any more.

    Raises:
        Refused: ``pledge-closed``: the pledge is not waiting for an answer.
        InvalidValue: the answer is none, or its reference is no method of a provider (``wallet``,
            ``offline``); or ``at`` is no instant.
    """
    expect(answer, Accepted, Declined, what="the answer to the saving of a method")
    facts = PledgeFacts(pledge, campaign, at, progress)
    require_state(pledge, PledgeState.PREAUTH)
    if isinstance(answer, Declined):
        return _void(facts, "declined", actor, saved=False)
    if (reason := _too_late(facts)) is not None:
        return _void(facts, reason, actor)
    require_method(answer.reference)
    confirmed = pledge.moved(PledgeState.PLEDGED, method=answer.reference)
    return confirmed, _confirming(
        put=(confirmed,),
        expect=(campaign,),
        deltas=(*stock_moves(pledge, campaign, reserved=-1, claimed=1), progress_move(pledge, campaign, 1)),
        events=(PledgeConfirmed(facts.at, actor, pledge.id),),
        done=(_prepare_key(pledge),),
    )


_confirming: Final = maker(Changes, "put", "expect", "deltas", "events", "done")


def _too_late(facts: PledgeFacts) -> str | None:
    """The code of the first reason why a saved method comes too late."""
    if facts.at >= facts.pledge.expires_at:
        return "claim-expired"
    reasons = refusals(facts, CONFIRMING)
    return reasons[0].code if reasons else None


def expire(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Void a pledge that was not confirmed while its reward was reserved.

    Raises:
        Refused: ``pledge-closed``: it is not waiting; ``pledge-unconfirmed``: its reservation still runs.
    """
    facts = PledgeFacts(pledge, campaign, at)
    require_state(pledge, PledgeState.PREAUTH)
    if facts.at < pledge.expires_at:
        raise Refused(
            [Refusal("pledge-unconfirmed", f"pledge {pledge.id} is reserved until {pledge.expires_at}")]
        )
    return _void(facts, "claim-expired", actor)


def cancel(  # noqa: PLR0913  what a cancelation rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
    matches: tuple[Pledge, ...] = (),
) -> tuple[Pledge, Changes]:
    """Take a pledge back while the campaign is live. One that is collected is refunded instead.

    Args:
        pledge: A confirmed pledge for which no money was taken.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        progress: The totals of the campaign, where it has cancel windows.
        matches: What sponsors added to it, of all that stands: it goes back.

    Raises:
        Refused: with every reason.
    """
    facts = PledgeFacts(pledge, campaign, at, progress, matches=matches)
    if reasons := refusals(facts, (*CANCELING, not_taken)):
        raise Refused(reasons)
    canceled = pledge.called_off()
    changes = Changes(
        put=(canceled,),
        expect=(campaign,),
        deltas=(*stock_moves(pledge, campaign, claimed=-1), progress_move(pledge, campaign, -1)),
        events=(PledgeCanceled(facts.at, actor, pledge.id),),
        orders=(void_order(pledge),),
    )
    changes += losses(pledge, canceled, campaign, matches, at=facts.at, actor=actor)
    return canceled, changes + Changes(deltas=guards(facts))


def release(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Set a pledge free after its campaign failed or was canceled.

    Raises:
        Refused: ``pledge-closed``: it does not stand; ``already-charged``: the campaign is funded, or money
            was taken for it; ``not-ended``: it may be funded yet.
    """
    facts = PledgeFacts(pledge, campaign, at)
    require_state(pledge, PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED)
    if (reason := not_taken(facts)) is not None:
        raise Refused([reason])
    if not campaign.gives_back:
        code = "already-charged" if campaign.funded else "not-ended"
        raise Refused([Refusal(code, f"campaign {campaign.id} is {campaign.state.value}")])
    released = pledge.called_off("not-funded")
    return released, Changes(
        put=(released,),
        deltas=(*stock_moves(pledge, campaign, claimed=-1), progress_move(pledge, campaign, -1)),
        events=(PledgeReleased(facts.at, actor, pledge.id),),
        orders=(void_order(pledge),),
    )


def _void(facts: PledgeFacts, reason: str, actor: ActorId, *, saved: bool = True) -> tuple[Pledge, Changes]:
    """It never counts; a payment method that may have been saved for it is forgotten."""
    pledge, campaign = facts.pledge, facts.campaign
    voided = pledge.moved(PledgeState.VOIDED, reason=reason)
    return voided, Changes(
        put=(voided,),
        deltas=stock_moves(pledge, campaign, reserved=-1),
        events=(PledgeVoided(facts.at, actor, pledge.id, reason),),
        orders=(void_order(pledge),) if saved else (),
        done=(_prepare_key(pledge),),
    )


def forget(pledge: Pledge, answer: Accepted) -> tuple[Pledge, Changes]:
    """Forget, once, what a provider saved or held after all for a pledge that it had declined."""
    expect(pledge, Pledge, what="a pledge")
    expect(answer, Accepted, what="the answer to the saving of a method")
    if pledge.reason != "declined" or pledge.method is not None:
        return pledge, Changes()
    held = pledge.moved(pledge.state, method=answer.reference)
    return held, Changes(put=(held,), orders=(void_order(held),))


def void_order(pledge: Pledge) -> Void:
    """The order that forgets the payment method of a pledge that will not be charged."""
    expect(pledge, Pledge, what="a pledge")
    return Void(OrderKey(f"{pledge.id}/void"), pledge.id, _prepare_key(pledge))
