"""The decisions about disputes of what was charged for a pledge: the first news of one, and all that follow.

While a dispute is open, what it is about is blocked: of what is held for the campaign, or, once that is
settled, of what its creator owes. The books end the same in whatever order the news come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import DisputeTold
from pushcore.ids import joined
from pushcore.money import Money
from pushcore.payments import returning, ways
from pushcore.payments._booking import dispute_booked
from pushcore.payouts import Bearer, Dispute, DisputeTerms, disputing
from pushcore.payouts.dispute import FREED, Blocked
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.moving import collection_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import Disputed, PledgeRefund, RefundWay

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, OrderKey
    from pushcore.payments.ways import PledgeFees
    from pushcore.payouts import Debt, Wallet

__all__ = ["begin", "hear"]


def begin(  # noqa: PLR0913  what a dispute rests on
    pledge: Pledge,
    campaign: Campaign,
    news: DisputeTold,
    at: datetime,
    actor: ActorId,
    *,
    terms: DisputeTerms,
    debt: Debt,
    fees: PledgeFees | None = None,
) -> tuple[Pledge, Changes]:
    """Take the first news of a dispute, whichever that is: what it is about is blocked, lost or free.

    Args:
        pledge: The pledge that was charged.
        campaign: The campaign it is for.
        news: What the provider tells.
        at: When.
        actor: Who.
        terms: What a dispute costs, and who bears that.
        debt: What the creator owes.
        fees: What fee lines took of the pledge, if the campaign is settled.

    Raises:
        Refused: ``refund-open``: a refund of it is under way.
    """
    require_own_campaign(pledge, campaign)
    expect(news, DisputeTold, what="news of a dispute")
    if pledge.given_back_next:
        raise Refused([Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")])
    instead, own = _taken(pledge, news.charged, news.amount)
    blocked = _blocked(pledge, campaign, news.amount, own, instead, fees)
    opened = Dispute(
        id=news.dispute_id,
        charge_key=news.charged,
        campaign_id=campaign.id,
        amount=news.amount,
        terms=terms,
        blocked=blocked,
    )
    (dispute, _), changes = disputing.begin(opened, debt, news.state, news.at, utc(at), actor)
    amount = own if instead is None else own + instead.amount
    entry = Disputed(
        dispute.id, dispute.charge_key, amount, blocked.creator * 0, taken=False, instead=instead
    )
    before = pledge.moved(pledge.state, disputes=(*pledge.disputes, entry), refund=returning.agreed(pledge))
    after, moved = _followed(before, dispute, at)
    return after, changes + moved + Changes(expect=(campaign,))


def _taken(pledge: Pledge, charged: OrderKey, asked: Money) -> tuple[RefundWay | None, Money]:
    """What a dispute takes instead of a declined refund, and what else of what is left of its charge."""
    left, _ = ways.left_of(pledge, charged)
    refund = returning.agreed(pledge)
    way = None if refund is None else refund.of(charged)
    free = left if way is None else max(left - way.amount, left * 0)
    own = min(asked, free)
    if way is None or own == asked:
        return None, own
    amount = min(asked - own, way.amount)
    on_top, room = {}, amount
    for name, given in way.on_top.items():
        if share := min(given, room):
            on_top[name], room = share, room - share
    return attrs.evolve(way, amount=amount, on_top=on_top), own


def _blocked(  # noqa: PLR0913, PLR0917  whose money it is
    pledge: Pledge,
    campaign: Campaign,
    amount: Money,
    own: Money,
    instead: RefundWay | None,
    fees: PledgeFees | None,
) -> Blocked:
    """Whose money a dispute takes; what the backer has got back already is the platform's to contest."""
    blocked, refund, beyond = Blocked(creator=own * 0, debt=own * 0), returning.agreed(pledge), amount - own
    if own:
        before = pledge if refund is None else attrs.evolve(pledge, paid=refund.paid)
        paid = ways.paid_before(before, fees)
        rules = campaign.terms.refunds or returning.ALL_BACK
        available = own * 0 if campaign.settled_at is not None else pledge.kept
        back = disputing.would_take(paid, rules, own, available=available)
        on_top = ways.given_on_top(attrs.evolve(pledge, paid=paid), back.paid)
        blocked = disputing.blocks(back, on_top=dict(on_top))
    if instead is not None:
        given = {**blocked.on_top}
        for name, share in instead.on_top.items():
            given[name] = given.get(name, share * 0) + share
        owed = instead.amount - Money.total(instead.on_top.values(), own.currency)
        blocked, beyond = attrs.evolve(blocked, owed=owed, on_top=given), beyond - instead.amount
    if beyond:
        platform = Bearer.PLATFORM.value
        borne = blocked.others.get(platform, beyond * 0) + beyond
        blocked = attrs.evolve(blocked, others={**blocked.others, platform: borne})
    return blocked


def hear(  # noqa: PLR0913, PLR0917  what more news of a dispute rest on
    pledge: Pledge,
    campaign: Campaign,
    dispute: Dispute,
    news: DisputeTold,
    at: datetime,
    actor: ActorId,
    *,
    debt: Debt,
    fees: PledgeFees | None = None,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Dispute, Changes]:
    """Take more news of a dispute; what was known already writes nothing.

    What had come back, and is taken again, is taken of what is left by now: what went back to the backer
    meanwhile is the platform's to contest. What comes back of a pledge that was given back meanwhile goes
    back to its backer too.

    Args:
        pledge: The pledge that was charged.
        campaign: The campaign it is for.
        dispute: The dispute as it stands.
        news: What the provider tells.
        at: When.
        actor: Who.
        debt: What the creator owes.
        fees: What fee lines took of the pledge, if the campaign is settled.
        wallet: The backer's, if that is where it goes.
    """
    expect(pledge, Pledge, what="a pledge")
    expect(news, DisputeTold, what="news of a dispute")
    then, at = disputing.told(dispute, news.state, news.at), utc(at)
    taken = dispute.state in FREED and then.state not in FREED
    if taken and _went_back(pledge, dispute):
        pledge, dispute = _taken_again(pledge, campaign, dispute, fees)
    (after, _), changes = disputing.hear(dispute, debt, news.state, news.at, at, actor)
    if after == dispute:
        return pledge, dispute, Changes()
    moved, more = _followed(pledge.moved(pledge.state), after, at)
    freed = dispute.state not in FREED and after.state in FREED
    if not freed or pledge.state not in _RETURNED:
        return moved, after, changes + more
    own = _own(pledge, after)
    if not own.total:
        return moved, after, changes + more
    back = returning.once_more(moved, campaign, after.charge_key, own, at, actor, wallet=wallet)
    written = attrs.evolve(more, put=(), deltas=())
    return back[0], after, changes + written + back[1] + Changes(expect=(campaign,))


_RETURNED: Final = frozenset({PledgeState.REFUNDED, PledgeState.UNREFUNDED})
"""The states of a pledge that counts no more, and of which nothing is under way."""


def _went_back(pledge: Pledge, dispute: Dispute) -> bool:
    """Whether some of what a dispute was about went back since it had come back, or is owed to the backer."""
    left, _ = ways.left_of(pledge, dispute.charge_key)
    (entry,) = (it for it in pledge.disputes if it.id == dispute.id)
    return left < entry.amount or returning.agreed(pledge) is not None


def _taken_again(
    pledge: Pledge, campaign: Campaign, dispute: Dispute, fees: PledgeFees | None
) -> tuple[Pledge, Dispute]:
    """A dispute that had come back, of what is left of its charge by now, and its pledge."""
    instead, own = _taken(pledge, dispute.charge_key, dispute.amount)
    blocked = _blocked(pledge, campaign, dispute.amount, own, instead, fees)
    (before,) = (it for it in pledge.disputes if it.id == dispute.id)
    amount = own if instead is None else own + instead.amount
    entry = attrs.evolve(before, amount=amount, instead=instead)
    disputes = tuple(entry if it is before else it for it in pledge.disputes)
    after = attrs.evolve(pledge, disputes=disputes, refund=returning.agreed(pledge))
    return after, attrs.evolve(dispute, blocked=blocked)


def _own(pledge: Pledge, dispute: Dispute) -> Blocked:
    """What a dispute blocked of what nobody had asked back, and the backer had not got."""
    (entry,) = (it for it in pledge.disputes if it.id == dispute.id)
    blocked, instead, platform = dispute.blocked, entry.instead, Bearer.PLATFORM.value
    given = {} if instead is None else instead.on_top
    on_top = {name: share - given.get(name, share * 0) for name, share in blocked.on_top.items()}
    others, beyond = dict(blocked.others), dispute.amount - entry.amount
    if beyond:
        others[platform] -= beyond
    return attrs.evolve(
        blocked,
        owed=blocked.owed * 0,
        on_top={name: share for name, share in on_top.items() if share},
        others={who: share for who, share in others.items() if share},
    )


def _followed(pledge: Pledge, dispute: Dispute, at: datetime) -> tuple[Pledge, Changes]:
    """The pledge as a dispute has it by now, and what its campaign holds more of it, or less."""
    (before,) = (it for it in pledge.disputes if it.id == dispute.id)
    taken = dispute.state not in FREED
    held = dispute.blocked.creator if taken else before.held * 0
    after = attrs.evolve(before, open=dispute.open, taken=taken, held=held)
    disputes = tuple(after if it is before else it for it in pledge.disputes)
    change = before.held - held
    moves = (collection_move(pledge, change, 0),) if change else ()
    moved, changes = attrs.evolve(pledge, disputes=disputes), Changes(deltas=moves)
    if taken is not before.taken:
        key = joined("dispute", dispute.id, str(dispute.version))
        booked = dispute_booked(pledge, dispute.amount, key, utc(at), taken=taken)
        changes += Changes(transactions=booked)
        if before.instead is not None:
            moved = _settled(moved, before.instead) if taken else _owed_again(moved, before.instead)
    return moved, changes + Changes(put=(moved,))


def _settled(pledge: Pledge, way: RefundWay) -> Pledge:
    """A pledge of which a dispute has taken what was owed to its backer."""
    assert pledge.refund is not None
    left = [it if it.charged != way.charged else _less(it, way) for it in pledge.refund.ways]
    going = [it for it in left if it is not None]
    if going:
        return attrs.evolve(pledge, refund=attrs.evolve(pledge.refund, ways=going))
    state = PledgeState.REFUNDED if pledge.state is PledgeState.UNREFUNDED else pledge.state
    return attrs.evolve(pledge, state=state, refund=None, paid=pledge.refund.paid)


def _less(way: RefundWay, taken: RefundWay) -> RefundWay | None:
    if way.amount == taken.amount:
        return None
    left = {name: share - taken.on_top.get(name, share * 0) for name, share in way.on_top.items()}
    on_top = {name: share for name, share in left.items() if share}
    return attrs.evolve(way, amount=way.amount - taken.amount, on_top=on_top)


def _owed_again(pledge: Pledge, way: RefundWay) -> Pledge:
    """A pledge whose backer is owed again what a dispute had taken, and not for good."""
    refund = pledge.refund
    if refund is None:
        assert pledge.paid is not None
        state = PledgeState.UNREFUNDED if pledge.state is PledgeState.REFUNDED else pledge.state
        owed = PledgeRefund(pledge.paid, (way,), declined=True)
        return attrs.evolve(pledge, state=state, refund=owed)
    kept = refund.of(way.charged)
    others = tuple(it for it in refund.ways if it is not kept)
    if kept is not None:
        on_top = dict(kept.on_top)
        for name, share in way.on_top.items():
            on_top[name] = on_top.get(name, share * 0) + share
        way = attrs.evolve(way, amount=way.amount + kept.amount, on_top=on_top)
    return attrs.evolve(pledge, refund=attrs.evolve(refund, ways=(way, *others), declined=True))
