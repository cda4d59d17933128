"""The decisions about giving back all that is left of a pledge, as nothing comes of it.

Disputes may have taken a part of it, and a refund of another may have been declined: that goes back too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._evolving import evolved
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.ids import TransactionId
from pushcore.ledger import recipes
from pushcore.payments import _owing, parting, ways
from pushcore.payments.events import PledgeRefunded, RefundAgreed
from pushcore.payouts import Bearer, RefundSituation
from pushcore.payouts import give_back as shared_out
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.moving import given_up_moves
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import PledgeRefund, RefundWay, together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Transaction
    from pushcore.money import Money
    from pushcore.payouts import Paid, Wallet
    from pushcore.payouts.dispute import Blocked

__all__ = ["agreed", "is_kept", "once_more", "owe", "redirect", "rest"]


def rest(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    reason: str,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of all that is left of a pledge as nothing comes of it, to the card or the wallet.

    What was agreed before and declined goes back with it.

    Raises:
        Refused: ``refund-open``: another refund is under way; or ``dispute-open``.
    """
    if reasons := [*_owing.still_open(attrs.evolve(pledge, refund=None) if _before(pledge) else pledge)]:
        raise Refused(reasons)
    if not ways.there(pledge):
        return _let_go(pledge, campaign, utc(at), actor, reason)
    owing, changes = _owed(pledge, campaign, utc(at), actor, reason)
    after, on_its_way = _owing.sent(owing, campaign, wallet, utc(at), actor)
    return after, changes + on_its_way


def owe(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, reason: str
) -> tuple[Pledge, Changes]:
    """Owe a backer all that is left of a pledge of which a dispute is open; the refund is ordered later.

    It waits, as if the provider had declined it, until `pushcore.payments.disputes.hear` has the decision.
    """
    if not ways.there(pledge):
        return _let_go(pledge, campaign, utc(at), actor, reason)
    owing, changes = _owed(pledge, campaign, utc(at), actor, reason)
    assert owing.refund is not None
    refund = attrs.evolve(owing.refund, declined=True)
    waiting = attrs.evolve(owing, state=PledgeState.UNREFUNDED, refund=refund)
    return waiting, changes + Changes(put=(waiting,))


def _before(pledge: Pledge) -> PledgeRefund | None:
    """The refund of a part of it that was declined."""
    return pledge.refund if pledge.refund is not None and pledge.refund.declined else None


def _owed(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, reason: str
) -> tuple[Pledge, Changes]:
    """The pledge of which all that is left is owed to its backer, and what is written of that."""
    situation, before = RefundSituation.FAILED, _before(pledge)
    paid, owed_before = (before.paid, before.ways) if before else (ways.paid_before(pledge), ())
    paid = paid.reopened  # what its backer bore is nobody's either
    agreed = _owing.total((way.amount for way in owed_before), pledge)
    beside = ways.beside_disputes(pledge, paid)
    had, left = parting.had(pledge), min(ways.there(pledge) - agreed, beside.left)
    wanted = None if left == beside.left else left
    back = shared_out(beside, _owing.ALL_BACK, situation, wanted, available=had)
    back = attrs.evolve(back, paid=ways.apart_from_disputes(paid, beside, back.paid))
    on_top = together(*(way.on_top for way in owed_before), ways.given_on_top(back))
    going = ways.divided(pledge, on_top, agreed + back.amount)
    after, changes = _owing.owed(pledge, campaign, back, going, at, actor, situation.value, whole=True)
    spared = had - back.given(Bearer.CREATOR) + back.debt
    changes += Changes(transactions=_reimbursed(after, beside.covered, spared, at))
    return evolved(after, reason=reason), changes


def redirect(
    pledge: Pledge, campaign: Campaign, wallet: Wallet, at: datetime, actor: ActorId
) -> tuple[Pledge, Changes]:
    """Give what the provider declined to give back as credit instead.

    Raises:
        Refused: ``pledge-closed``: nothing was declined.
    """
    require_own_campaign(pledge, campaign)
    refund = agreed(pledge)
    if refund is None or not refund.declined:
        raise Refused([Refusal("pledge-closed", f"no refund of pledge {pledge.id} was declined")])
    state = PledgeState.REFUNDING if pledge.state is PledgeState.UNREFUNDED else pledge.state
    again = pledge.moved(state, refund=refund, refunds=pledge.refunds + 1)
    return _owing.sent(again, campaign, wallet, utc(at), actor)


def agreed(pledge: Pledge) -> PledgeRefund | None:
    """The refund that is owed to the backer of a pledge: the one agreed on, or of all that is left of it."""
    if pledge.refund is not None or pledge.state is not PledgeState.UNREFUNDED:
        return pledge.refund
    paid, going = ways.paid_before(pledge), parting.ways_back(pledge)
    left = _owing.total((way.amount for way in going), pledge)
    back = shared_out(paid, _owing.ALL_BACK, RefundSituation.FAILED, None if left == paid.left else left)
    return PledgeRefund(back.paid, going, declined=True)


def is_kept(pledge: Pledge, campaign: Campaign) -> bool:
    """Whether what a pledge has left is its creator's: its backer bore it, and the campaign is settled."""
    return campaign.settled_at is not None and not _paid(pledge, agreed(pledge)).left


def _paid(pledge: Pledge, refund: PledgeRefund | None) -> Paid:
    """What was paid of a pledge, once what is owed to its backer is back."""
    return ways.paid_before(pledge) if refund is None else refund.paid


def once_more(  # noqa: PLR0913, PLR0917  what comes back of what
    pledge: Pledge,
    campaign: Campaign,
    charged: OrderKey,
    back: Blocked,
    at: datetime,
    actor: ActorId,
    *,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of what comes back of a dispute, of a pledge of which all the rest was given back.

    The bank has given it to the backer and taken it again; whoever it was blocked of gives it.

    Args:
        pledge: A pledge that was given back, or was to be, while the dispute was lost.
        campaign: The campaign it is for, which is not settled.
        charged: The key of the charge that was disputed.
        back: What comes back, by whose it was.
        at: When.
        actor: Who.
        wallet: The backer's, if that is where it goes.
    """
    declined, amount = agreed(pledge), back.total
    paid = _paid(pledge, declined).reopened
    if paid.left:
        paid = shared_out(paid, _owing.ALL_BACK, RefundSituation.FAILED, min(amount, paid.left)).paid
    _, part = ways.left_of(pledge, charged)
    way = RefundWay(charged, amount, back.on_top, part)
    refund = PledgeRefund(paid, [way])
    if declined is not None:
        refund = attrs.evolve(declined.with_way(way), paid=paid)
    state = PledgeState.REFUNDING if declined is None else pledge.state
    owing = pledge.moved(state, refund=refund, refunds=pledge.refunds + 1)
    entries = recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/{owing.refunds}"),
        campaign.id,
        at,
        creator=back.creator,
        settled=False,
        fees=back.fees,
        others=back.others,
    )
    told = RefundAgreed(at, actor, pledge.id, amount, RefundSituation.FAILED.value, amount * 0)
    changes = Changes(transactions=entries, events=(told,))
    if declined is not None:
        return owing, changes + Changes(put=(owing,))
    after, on_its_way = _owing.sent(owing, campaign, wallet, at, actor)
    return after, changes + on_its_way


def _let_go(
    pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId, reason: str
) -> tuple[Pledge, Changes]:
    """A pledge of which nothing is left: its backer has got all of it, from the bank or by refunds."""
    gone = pledge.moved(
        PledgeState.REFUNDED,
        reason=reason,
        refunds=pledge.refunds + 1,
        refund=None,
        **_owing.called_off(pledge),
    )
    paid = ways.paid_before(pledge)
    covered = ways.beside_disputes(pledge, paid).covered
    left = parting.had(pledge)
    deltas = given_up_moves(pledge, campaign, left)
    entries = _reimbursed(gone, covered, left, at)
    last = pledge.disputes[-1].id if pledge.disputes else pledge.gone_back[-1].reference
    told = PledgeRefunded(at, actor, gone.id, paid.refunded, last)
    return gone, Changes(put=(gone,), expect=(campaign,), deltas=deltas, transactions=entries, events=(told,))


def _reimbursed(
    pledge: Pledge, covered: Mapping[Bearer, Money], left: Money, at: datetime
) -> tuple[Transaction, ...]:
    """What a campaign has left of a pledge that went back goes to those who gave in its creator's place."""
    if not covered or not left:
        return ()
    shares = left.allocate({who: amount.minor for who, amount in covered.items()})
    return recipes.owe_back(
        TransactionId(f"{pledge.id}/give-back/covered"),
        pledge.campaign_id,
        at,
        creator=left,
        settled=False,
        fees={},
        others={who.value: -shares[who] for who in covered},
    )
