"""The decision to give back a pledge of a funded campaign: whole, an amount of it, or line by line.

What goes back, and who gives it, is said by the campaign's `pushcore.payouts.RefundPolicy`. What its creator
gives comes from what is held for the campaign; once that is settled, it is a debt of the creator.

What came in cash or by bank is given back by hand, and entered at once. Of what is paid in parts all goes
back that is charged by now, and the rest is charged no more.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore._evolving import evolved
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.money import Money
from pushcore.payments import _owing, parting, ways
from pushcore.payouts import RefundSituation
from pushcore.payouts import give_back as shared_out
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.fulfilling import with_reward
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import AskedBack, together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, Wallet
    from pushcore.payouts.refund_request import Wanted
    from pushcore.pledges.refund import RefundWay
    from pushcore.rewards import Fulfilment

__all__ = ["order"]


def order(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    key: str | None = None,
    wanted: Wanted | None = None,
    situation: RefundSituation | None = None,
    fees: PledgeFees | None = None,
    debt: Debt | None = None,
    wallet: Wallet | None = None,
    fulfilment: Fulfilment | None = None,
    matches: tuple[Pledge, ...] = (),
    undeposited: Money | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of a collected pledge: of all that is left of it, an amount, or some of its lines.

    What the provider had declined to give back of it goes with it, as one refund. Once everything has been
    asked back the pledge counts no more, and its reward is owed no more, unless it was sent. What sponsors
    added to it goes back too, unless the campaign is settled and has divided it.

    Args:
        pledge: A collected pledge, or one of which some parts are charged: of that, all of them.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        key: What it goes by, so that it is ordered once; None for one of all that is left.
        wanted: What is asked back; None for all that is left. See `pushcore.pledges.refund.paid_for` for the
            names of lines.
        situation: Why, where that is a fraud; else it follows from whether the campaign is settled.
        fees: What fee lines took of the pledge, if the campaign is settled.
        debt: What the creator owes, if the campaign is settled: what they give of the refund is added to it.
        wallet: The backer's, if that is where it goes: then nothing is asked of the provider. What came in
            cash or by bank is with the provider once it is deposited, and credit is of what is there.
        fulfilment: That of its reward, if it was begun: it is canceled with the pledge.
        matches: What sponsors added to it, of all that stands.
        undeposited: What of its campaign is not with the provider, for what came in cash or by bank: what is
            given back beyond it is fetched there. None where all is.

    Raises:
        Refused: ``not-funded``: the campaign is not; ``not-collected``; ``refund-open``: another one is under
            way; ``dispute-open``; ``not-refundable``: the terms give nothing back, or not this;
            ``above-paid``; ``not-covered``; or ``not-deposited``: credit is asked for of what came in cash or
            by bank, and is not with the provider.
        InvalidValue: what is wanted is nothing that was paid.
    """
    require_own_campaign(pledge, campaign)
    expect(undeposited, Money, NoneType, what="what is not with the provider")
    before, at, settled = pledge, utc(at), campaign.settled_at is not None
    pledge, stopping = _stopped(pledge, campaign)
    pledge, owing = _apart(pledge)
    if situation is None:
        situation = RefundSituation.PAID_OUT if settled else RefundSituation.FUNDED
    paid, available = ways.paid_before(pledge, fees), pledge.amount * 0 if settled else pledge.kept
    reasons, policy = [*_reasons(pledge, campaign), *_unfinished(before, wanted)], campaign.terms.refunds
    if wallet is not None:
        reasons += _owing.uncreditable(pledge, undeposited)
    if not campaign.funded:  # whatever is wanted
        raise Refused(reasons)
    try:
        rules = _owing.ALL_BACK if policy is None else policy
        beside = ways.beside_disputes(pledge, paid)
        returned = {} if fees is None else fees.returned
        back = shared_out(beside, rules, situation, wanted, returned=returned, available=available)
        back = attrs.evolve(back, paid=ways.apart_from_disputes(paid, beside, back.paid))
        if not back.amount:
            message = f"nothing of that goes back of pledge {pledge.id}: its backer bears all of it"
            reasons.append(Refusal("not-refundable", message))
    except Refused as no:
        raise Refused([*reasons, *no.refusals]) from None
    if reasons:
        raise Refused(reasons)
    if back.debt and not settled:  # it would be taken of what is held for others
        message = f"{back.debt} of it is more than campaign {campaign.id} has of pledge {pledge.id}"
        raise Refused([Refusal("not-covered", message, {"missing": back.debt})])
    on_top = together(*(way.on_top for way in owing), ways.given_on_top(back))
    going = ways.divided(pledge, on_top, _owing.total((way.amount for way in owing), pledge) + back.amount)
    whole = _owing.nothing_left(pledge, campaign, back.paid, rules.waterfall(situation))
    after, changes = _owing.owed(pledge, campaign, back, going, at, actor, situation.value, whole=whole)
    if key is not None:
        asked_back = AskedBack(key, AskedBack.said(wanted))
        after = evolved(after, asked_back=(*after.asked_back, asked_back))
    changes += _owing.indebted(after, debt, back.debt, at, actor)
    changes += _owing.unmatched(before, after, campaign, matches, at, actor)
    if _owing.is_whole(after):
        changes = with_reward(changes, fulfilment, at, actor)
    after, on_its_way = _owing.sent(after, campaign, wallet, at, actor, undeposited=undeposited)
    return after, stopping + changes + on_its_way


def _stopped(pledge: Pledge, campaign: Campaign) -> tuple[Pledge, Changes]:
    """What is charged by now of a pledge that is paid in parts, as if that had been all; else as it is."""
    if not _is_paying(pledge):
        return pledge, Changes()
    paid = ways.paid_before(pledge)
    stopped, deltas = parting.stopped(pledge, campaign, "refunded")
    return attrs.evolve(stopped, version=pledge.version, paid=paid), Changes(deltas=deltas)


def _apart(pledge: Pledge) -> tuple[Pledge, tuple[RefundWay, ...]]:
    """A collected pledge as if what is owed of a declined refund had gone back, and what that is."""
    refund = pledge.refund
    if refund is None or not refund.declined or pledge.state is not PledgeState.COLLECTED:
        return pledge, ()
    return attrs.evolve(pledge, refund=None, paid=refund.paid), refund.ways


def _is_paying(pledge: Pledge) -> bool:
    """Whether some parts of a pledge are charged, and others are still to be."""
    return pledge.taken and pledge.state is not PledgeState.COLLECTED


def _unfinished(pledge: Pledge, wanted: Wanted | None) -> Iterator[Refusal]:
    """Why only all that is charged of a pledge goes back."""
    if wanted is not None and _is_paying(pledge):
        message = f"parts of pledge {pledge.id} are still to be charged: until then only all of it goes back"
        yield Refusal("not-collected", message)


def _reasons(pledge: Pledge, campaign: Campaign) -> Iterator[Refusal]:
    """Why nothing of a pledge is given back."""
    if not campaign.funded:
        yield Refusal("not-funded", f"campaign {campaign.id} is {campaign.state.value}")
    yield from _owing.uncollected(pledge, pledge.amount)
    yield from _owing.still_open(pledge)
    if campaign.terms.refunds is None:
        yield Refusal("not-refundable", f"the terms of campaign {campaign.id} say nothing of refunds")
