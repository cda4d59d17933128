"""The decisions about giving back a pledge of a funded campaign: whole, an amount of it, or line by line.

What goes back, and who gives it, is said by the campaign's `pushcore.payouts.RefundPolicy`. What its creator
gives comes from what is held for the campaign; once that is settled, it is a debt of the creator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Refund
from pushcore.ids import TransactionId
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payments.events import (
    PledgePartlyRefunded,
    PledgeRefunded,
    RefundAgreed,
    RefundFailed,
    RefundOrdered,
)
from pushcore.payments.keys import charge_key, refund_key
from pushcore.payouts import Bearer, PaidKind, RefundSituation
from pushcore.payouts import give_back as shared_out
from pushcore.payouts.paid import ON_TOP
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.moving import collection_move, progress_move, stock_moves
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import PledgeRefund, RefundWay, paid_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.changes import Delta
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Transaction
    from pushcore.money import Money
    from pushcore.payouts import GivenBack
    from pushcore.payouts.refund_request import Wanted
    from pushcore.rewards import Fulfilment

__all__ = ["order", "order_again", "receive", "refund_order"]


def order(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    wanted: Wanted | None = None,
    situation: RefundSituation | None = None,
    fees: Mapping[str, Money] | None = None,
    fulfilment: Fulfilment | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of a collected pledge: of all that is left of it, an amount, or some of its lines.

    Once everything has been asked back the pledge counts no more, and its reward is set free.

    Args:
        pledge: A collected pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        wanted: What is asked back; None for all that is left. See `pushcore.pledges.refund.paid_for` for the
            names of lines.
        situation: Why, where that is a fraud; else it follows from whether the campaign is settled.
        fees: What was taken of the pledge by each fee line, if the campaign is settled.
        fulfilment: That of its reward, if it was begun: it is canceled with the pledge.

    Raises:
        Refused: ``not-funded``: the campaign is; ``not-collected``; ``refund-open``: another one is under
            way; ``not-refundable``: the terms give nothing back, or not this; ``above-paid``;
            ``not-covered``; or ``already-shipped``, where all is asked back.
        InvalidValue: what is wanted is nothing that was paid.
    """
    require_own_campaign(pledge, campaign)
    at = utc(at)
    policy = campaign.terms.refunds
    if reasons := tuple(_reasons(pledge, campaign)):
        raise Refused(reasons)
    assert policy is not None
    settled = campaign.settled_at is not None
    if situation is None:
        situation = RefundSituation.PAID_OUT if settled else RefundSituation.FUNDED
    paid = pledge.paid or paid_for(pledge.quote, fees or {})
    back = shared_out(paid, policy, situation, wanted, available=pledge.amount * 0 if settled else None)
    ways = tuple(_ways(pledge, back))
    refund = PledgeRefund(back.paid, ways)
    whole = not back.paid.total - back.paid.refunded
    refunding = pledge.moved(
        PledgeState.REFUNDING if whole else PledgeState.COLLECTED,
        refund=refund,
        refunds=pledge.refunds + 1,
        reason="refunded" if whole else pledge.reason,
    )
    given = back.given(Bearer.CREATOR)
    deltas: tuple[Delta, ...] = (collection_move(pledge, -given, -int(whole)),)
    if whole:
        deltas += (*stock_moves(pledge, campaign, claimed=-1), progress_move(pledge, campaign, -1))
    owed = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{refunding.refunds}"),
        campaign.id,
        at,
        creator=given,
        settled=settled,
        fees=back.fees,
        others=dict(_others(back)),
    )
    changes = Changes(
        put=(refunding,),
        expect=(campaign,),
        deltas=deltas,
        transactions=(*owed, _booked(refunding, at, TransactionPhase.PENDING)),
        events=(
            RefundAgreed(at, actor, pledge.id, back.amount, situation.value, back.debt),
            RefundOrdered(at, actor, pledge.id, refunding.refunds),
        ),
        orders=(refund_order(refunding),),
    )
    return refunding, with_reward(changes, fulfilment, at, actor) if whole else changes


def _reasons(pledge: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    """Why nothing of a pledge is given back."""
    if not campaign.funded:
        yield Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}")
    if pledge.state is not PledgeState.COLLECTED:
        yield Refusal("not-collected", f"pledge {pledge.id} is {pledge.state.value}, not collected")
    elif pledge.offline:
        yield Refusal("not-collected", f"pledge {pledge.id} was received offline")
    if pledge.refund is not None:
        yield Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")
    if campaign.terms.refunds is None:
        yield Refusal("not-refundable", f"the terms of campaign {campaign.id} say nothing of refunds")


def _ways(pledge: Pledge, back: GivenBack) -> Iterator[RefundWay]:
    """What goes back of each charge, what was charged last first; what is on top goes with the first."""
    on_top, left = dict(_given_on_top(pledge, back)), back.amount
    for charged, there, part in _charges(pledge):
        amount = min(left, there)
        if amount:
            taken, room = {}, amount
            for name, given in on_top.items():
                share = min(given, room)
                if share:
                    taken[name], on_top[name], room = share, given - share, room - share
            yield RefundWay(charged, amount, taken, part)
            left -= amount


def _charges(pledge: Pledge) -> Iterator[tuple[OrderKey, Money, int | None]]:
    """The charges of a pledge, with what is left of each."""
    if pledge.instalments is None:
        left = pledge.amount if pledge.paid is None else pledge.paid.total - pledge.paid.refunded
        yield charge_key(pledge), left, None
        return
    for part in reversed(pledge.instalments.parts):
        if part.state is PartState.COLLECTED:
            yield charge_key(pledge, part.attempt), part.adjusted, part.number


def _given_on_top(pledge: Pledge, back: GivenBack) -> Iterator[tuple[str, Money]]:
    """What the platform gives back of what it was given on top, by name."""
    before = pledge.paid or paid_for(pledge.quote, {})
    for part in back.paid.parts:
        if part.kind in ON_TOP and (given := part.returned - before.part(part.name).returned):
            yield _account(part.name), given


def _account(name: str) -> str:
    """The name of the account of a part on top: that of its fee, or ``tip``."""
    return name.removeprefix(f"{PaidKind.FEE.value}/")


def _others(back: GivenBack) -> Iterator[tuple[str, Money]]:
    """What others than the creator give of a refund, beside what they were given on top."""
    for bearer in back.gives:
        if bearer is not Bearer.CREATOR and (borne := back.borne(bearer)):
            yield bearer.value, borne


def refund_order(pledge: Pledge) -> Refund:
    """The order of the present attempt; asked again, it has the same key."""
    expect(pledge, Pledge, what="what is given back")
    assert pledge.refund is not None
    way = pledge.refund.ways[0]
    return Refund(refund_key(pledge), pledge.id, pledge.campaign_id, way.amount, way.charged)


def order_again(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Order what was declined of a refund again, under another key."""
    assert pledge.refund is not None
    state = PledgeState.REFUNDING if pledge.state is PledgeState.UNREFUNDED else pledge.state
    refund = attrs.evolve(pledge.refund, declined=False)
    return _asked(pledge.moved(state, refund=refund, refunds=pledge.refunds + 1), utc(at), actor)


def receive(pledge: Pledge, answer: Answer, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take the provider's answer to a refund, or to the first of several orders that make it up."""
    refund, key = pledge.refund, refund_key(pledge)
    assert refund is not None
    way, *more = refund.ways
    match answer:
        case Accepted(reference):
            done = Changes(transactions=(_booked(pledge, at, TransactionPhase.POSTED),), done=(key,))
            parts = pledge.instalments
            if parts is not None and way.part is not None:
                parts = parts.refund(way.part, way.amount)
            if more:
                ways = attrs.evolve(refund, ways=more)
                going_on = pledge.moved(
                    pledge.state, refund=ways, refunds=pledge.refunds + 1, instalments=parts
                )
                after, changes = _asked(going_on, at, actor)
                return after, done + changes
            return _over(pledge.moved(pledge.state, instalments=parts), refund, done, at, actor, reference)
        case Declined(reason, code):
            whole = pledge.state is PledgeState.REFUNDING
            state = PledgeState.UNREFUNDED if whole else pledge.state
            declined = pledge.moved(state, refund=attrs.evolve(refund, declined=True))
            return declined, Changes(
                put=(declined,),
                transactions=(_booked(pledge, at, TransactionPhase.VOIDED),),
                events=(RefundFailed(at, actor, pledge.id, reason.value, code),),
                done=(key,),
            )
        case _:
            assert_never(answer)


def _over(  # noqa: PLR0913, PLR0917  what is over
    moved: Pledge, refund: PledgeRefund, done: Changes, at: datetime, actor: ActorId, reference: str
) -> tuple[Pledge, Changes]:
    """The pledge once all of a refund has gone back."""
    whole = moved.state is PledgeState.REFUNDING
    state = PledgeState.REFUNDED if whole else moved.state
    after = attrs.evolve(moved, state=state, refund=None, paid=refund.paid)
    back = refund.paid.refunded
    if whole:
        event = PledgeRefunded(at, actor, after.id, back, reference)
        return after, done + Changes(put=(after,), events=(event,))
    partly = PledgePartlyRefunded(at, actor, after.id, back, refund.paid.total - back, reference)
    return after, done + Changes(put=(after,), events=(partly,))


def _asked(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    return pledge, Changes(
        put=(pledge,),
        transactions=(_booked(pledge, at, TransactionPhase.PENDING),),
        events=(RefundOrdered(at, actor, pledge.id, pledge.refunds),),
        orders=(refund_order(pledge),),
    )


def _booked(pledge: Pledge, at: datetime, phase: TransactionPhase) -> Transaction:
    assert pledge.refund is not None
    way = pledge.refund.ways[0]
    return recipes.refund(
        refund_key(pledge), pledge.campaign_id, way.amount, at, on_top=tuple(way.on_top.items()), phase=phase
    )
