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
from pushcore.payments import _owing, refunding, restoring, ways
from pushcore.payments._asking import booked_there
from pushcore.payments._booking import refund_booked
from pushcore.payments._presenting import gone_back, read
from pushcore.payments.keys import made_key
from pushcore.payouts import RefundSituation
from pushcore.payouts import give_back as shared_out
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.pledge import PledgeState
from pushcore.pledges.refund import GoneBack, RefundWay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, OrderKey
    from pushcore.money import Money
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, GivenBack, Paid, RefundPolicy
    from pushcore.pledges.pledge import Pledge
    from pushcore.pledges.refund import PledgeRefund
    from pushcore.rewards import Fulfilment

__all__ = ["by_name", "known", "made"]


def known(pledge: Pledge, refund: RefundMade) -> bool:
    """Whether a refund is known: one of ours that the provider tells of too, or one that was told before.

    Of a charge that has gone back there as a whole it is one of those, by whichever name.

    Raises:
        KeyReused: another one is known by this reference.
    """
    expect(refund, RefundMade, what="a refund that was made")
    if by_name(pledge, refund) is not None:
        return True
    there = (it for it in pledge.gone_back if it.way.charged == refund.charged and not it.bounced)
    back = _owing.total((it.way.amount for it in there if not it.credit), pledge)
    return bool(back) and back == ways.charged(pledge, refund.charged)


def by_name(pledge: Pledge, refund: RefundMade | RefundBounced) -> GoneBack | None:
    """What went back by the provider's own name of a refund; None where nothing did.

    Raises:
        KeyReused: another one is known by this reference.
    """
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

    It is shared as the terms have it. Where they would not have given it back, all who have the money do. As
    far as another refund of the charge was declined it is that one, and only what it is more is shared.

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
    at, told, owing = utc(at), refund.amount, _declined(pledge)
    amount = read(pledge, refund.charged, told)
    declined = None if owing is None else owing.of(refund.charged)
    if declined is not None and amount <= declined.amount:
        return refunding.made_good(pledge, refund, at, actor)
    before = pledge if owing is None else attrs.evolve(pledge, refund=None, paid=owing.paid)
    left, part = ways.left_of(pledge, refund.charged)
    if reasons := [*_why_not(before, refund.charged, amount, left)]:
        raise Refused(reasons)
    more = amount if declined is None else amount - declined.amount
    back, rules = _shared(before, campaign, more, fees)
    way = RefundWay(refund.charged, more, ways.given_on_top(back), part)
    going = (way,) if owing is None else owing.with_way(way).ways
    situation = _situation(campaign)
    whole = _owing.nothing_left(before, campaign, back.paid, rules.waterfall(situation))
    owed, changes = _owing.owed(before, campaign, back, going, at, actor, situation.value, whole=whole)
    way = way if declined is None else declined.joined(way)
    posted = booked_there(pledge, way, at, refund.reference)
    key, answer = made_key(pledge, refund.reference), Accepted(refund.reference)
    gone = gone_back(pledge, way, refund.reference, told)
    back_there, beside = refund_booked(pledge, gone, key, answer, at)
    changes += _owing.indebted(owed, debt, back.debt, at, actor)
    changes += _owing.unmatched(pledge, owed, campaign, matches, at, actor)
    if _owing.is_whole(owed):
        changes = with_reward(changes, fulfilment, at, actor)
    done = attrs.evolve(owed, **back_there)
    after, over = _owing.gone_back(done, way, at, actor, refund.reference)
    return after, changes + Changes(transactions=(posted, *beside)) + over


def _declined(pledge: Pledge) -> PledgeRefund | None:
    """What is owed to the backer of a pledge of a refund that was declined."""
    owing = restoring.agreed(pledge)
    return None if owing is None or not owing.declined else owing


def _why_not(pledge: Pledge, key: OrderKey, amount: Money, left: Money) -> Iterator[Refusal]:
    """Why a refund that was made of a charge cannot be written down: not yet, or never."""
    charged = ways.charged(pledge, key)
    if not charged:
        yield from _owing.uncollected(pledge, charged)
    unsure = [*_owing.still_open(pledge)]
    yield from unsure
    if pledge.state is not PledgeState.COLLECTED:  # a tip that was kept is the platform's
        left *= 0
    if charged and not unsure and amount > left:
        message = f"{amount} of {key} was given back, of which {left} was left"
        yield Refusal("above-paid", message, {"left": left})


def _situation(campaign: Campaign) -> RefundSituation:
    return RefundSituation.FUNDED if campaign.settled_at is None else RefundSituation.PAID_OUT


def _shared(
    pledge: Pledge, campaign: Campaign, amount: Money, fees: PledgeFees | None
) -> tuple[GivenBack, RefundPolicy]:
    """Who gives exactly what went back, and by which policy: the one of the terms, if it would have."""
    known, situation = ways.paid_before(pledge, fees), _situation(campaign)
    there = amount * 0 if campaign.settled_at is not None else pledge.kept
    returned = {} if fees is None else fees.returned

    def by(policy: RefundPolicy, paid: Paid) -> tuple[GivenBack, RefundPolicy]:
        beside = ways.beside_disputes(pledge, paid)
        back = shared_out(beside, policy, situation, amount, returned=returned, available=there)
        return attrs.evolve(back, paid=ways.apart_from_disputes(paid, beside, back.paid)), policy

    if campaign.terms.refunds is not None:
        with suppress(Refused):
            back, policy = by(campaign.terms.refunds, known)
            if back.amount == amount:
                return back, policy
    return by(_owing.ALL_BACK, known.reopened)
