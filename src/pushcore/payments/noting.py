"""Noting: a refund that somebody made at the provider itself, which nobody here was asked about."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import KeyReused, Refusal, Refused
from pushcore.gateway import Accepted, RefundBounced, RefundMade
from pushcore.payments import _owing, ways
from pushcore.payments._asking import booked_there
from pushcore.payments._booking import refund_booked
from pushcore.payments._presenting import presented, read
from pushcore.payments.keys import made_key
from pushcore.payouts import RefundSituation
from pushcore.payouts import give_back as shared_out
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.refund import GoneBack, RefundWay

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId
    from pushcore.money import Money
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, GivenBack, RefundPolicy
    from pushcore.pledges.pledge import Pledge
    from pushcore.rewards import Fulfilment

__all__ = ["known", "made"]


def known(pledge: Pledge, refund: RefundMade | RefundBounced) -> GoneBack | None:
    """What went back by a refund that is known: one of ours that the provider tells of too, or told before.

    Raises:
        KeyReused: another one is known by this reference.
    """
    expect(refund, RefundMade, RefundBounced, what="a refund that the provider tells of")
    for gone in pledge.gone_back:
        if gone.reference == refund.reference:
            way = gone.way
            if way.charged == refund.charged and refund.amount in {way.amount, gone.presented}:
                return gone
            message = f"refund {gone.reference} was {way.amount} of {way.charged}, not {refund.amount}"
            raise KeyReused(message, reference=gone.reference)
    return None


def made(  # noqa: PLR0913  what somebody did
    pledge: Pledge,
    campaign: Campaign,
    refund: RefundMade,
    at: datetime,
    actor: ActorId,
    *,
    fees: PledgeFees | None = None,
    debt: Debt | None = None,
    fulfilment: Fulfilment | None = None,
    matches: tuple[Pledge, ...] = (),
) -> tuple[Pledge, Changes]:
    """Take note of a refund that somebody made at the provider itself.

    It is shared as the terms have it. Where they would not have given it back, all who have the money do.

    Args:
        pledge: The pledge of which it was charged.
        campaign: The campaign it is for.
        refund: What the provider tells.
        at: When.
        actor: Who.
        fees: What fee lines took of the pledge, if the campaign is settled.
        debt: What the creator owes, if the campaign is settled: what they give of the refund is added to it.
        fulfilment: That of its reward, if it was begun: it is canceled with the pledge, unless it was sent.
        matches: What sponsors added to it, of all that stands.

    Raises:
        Refused: ``not-collected``; ``refund-open``: another refund is under way; ``dispute-open``; or
            ``above-paid``: more was given back than was there.
    """
    require_own_campaign(pledge, campaign)
    expect(refund, RefundMade, what="a refund that was made")
    at, told = utc(at), refund.amount
    refund = attrs.evolve(refund, amount=read(pledge, refund.charged, told))
    left, part = ways.left_of(pledge, refund.charged)
    reasons = [*_owing.uncollected(pledge, left), *_owing.still_open(pledge)]
    if left and refund.amount > left:
        message = f"{refund.amount} of {refund.charged} was given back, of which {left} was left"
        reasons.append(Refusal("above-paid", message, {"left": left}))
    if reasons:
        raise Refused(reasons)
    back, rules = _shared(pledge, campaign, refund.amount, fees)
    way = RefundWay(refund.charged, back.amount, dict(ways.given_on_top(pledge, back.paid)), part)
    situation = _situation(campaign)
    whole = _owing.nothing_left(back.paid, rules.waterfall(situation))
    owed, changes = _owing.owed(pledge, campaign, back, (way,), at, actor, situation.value, whole=whole)
    posted = booked_there(pledge, way, at, refund.reference)
    key, answer = made_key(pledge, refund.reference), Accepted(refund.reference)
    shown = told if told.currency is not way.amount.currency else presented(pledge, way.charged, way.amount)
    gone = GoneBack(way, refund.reference, shown)
    _, beside = refund_booked(pledge, gone, key, answer, at)
    changes += _owing.indebted(owed, debt, back.debt, at, actor)
    changes += _owing.unmatched(pledge, owed, campaign, matches, at, actor)
    if _owing.is_whole(owed):
        changes = with_reward(changes, fulfilment, at, actor)
    gone_back = (*owed.gone_back, gone)
    done = attrs.evolve(owed, instalments=ways.with_parts(owed, way), gone_back=gone_back)
    after, over = _owing.over(done, at, actor, refund.reference)
    return after, changes + Changes(transactions=(posted, *beside)) + over


def _situation(campaign: Campaign) -> RefundSituation:
    return RefundSituation.FUNDED if campaign.settled_at is None else RefundSituation.PAID_OUT


def _shared(
    pledge: Pledge, campaign: Campaign, amount: Money, fees: PledgeFees | None
) -> tuple[GivenBack, RefundPolicy]:
    """Who gives exactly what went back, and by which policy: the one of the terms, if it would have."""
    paid, situation = ways.paid_before(pledge, fees), _situation(campaign)
    nothing = amount * 0 if campaign.settled_at is not None else None
    returned = {} if fees is None else fees.returned
    for policy in campaign.terms.refunds, _owing.ALL_BACK:
        if policy is not None:
            with suppress(Refused):
                beside = ways.beside_disputes(pledge, paid)
                back = shared_out(beside, policy, situation, amount, returned=returned, available=nothing)
                if back.amount == amount:
                    known = ways.apart_from_disputes(paid, beside, back.paid)
                    return attrs.evolve(back, paid=known), policy
    message = f"{amount} of pledge {pledge.id} was given back, of which {paid.left} was left"
    raise Refused([Refusal("above-paid", message, {"left": paid.left})])
