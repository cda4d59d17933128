"""The decisions about giving a collected pledge back, whole: ordering it, and taking the answer.

It counts no more from the moment it is ordered, and its money is owed to the backer from then on, whatever
the provider answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, Refund
from pushcore.ledger import TransactionPhase, recipes
from pushcore.payments import parting
from pushcore.payments.events import PledgeRefunded, RefundFailed, RefundOrdered
from pushcore.payments.keys import refund_key
from pushcore.pledges.facts import PledgeFacts, require_own_campaign, require_state
from pushcore.pledges.moving import collection_move, progress_move, stock_moves
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.rules import CANCELING, guarded, refusals

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.ids import ActorId
    from pushcore.ledger import Transaction
    from pushcore.money import Money

__all__ = ["asked", "give_back", "order_again", "receive", "refund_order", "take_back"]


def give_back(pledge: Pledge, campaign: Campaign, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Refund a pledge after its campaign failed or was canceled.

    Raises:
        Refused: ``not-collected``: it is not charged; ``not-ended``: the campaign may be funded yet, or is.
    """
    require_own_campaign(pledge, campaign)
    reasons = [*_uncollected(pledge), *_matching(pledge)]
    if not campaign.gives_back:
        reasons.append(Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}"))
    if reasons:
        raise Refused(reasons)
    return _ordered(pledge, campaign, utc(at), actor, "not-funded")


def take_back(
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
) -> tuple[Pledge, Changes]:
    """Cancel a pledge that was charged at once, while the campaign is live: it is refunded.

    Args:
        pledge: A collected pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        progress: The totals of the campaign, where it has cancel windows.

    Raises:
        Refused: with every reason.
    """
    facts = PledgeFacts(pledge, campaign, at, progress)
    if reasons := [*refusals(facts, CANCELING), *_uncollected(pledge), *_matching(pledge)]:
        raise Refused(reasons)
    return _ordered(pledge, campaign, facts.at, actor, "canceled", least=guarded(facts))


def order_again(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Order a refund again that the provider declined.

    Raises:
        Refused: ``pledge-closed``: none was declined.
    """
    require_state(pledge, PledgeState.UNREFUNDED)
    again = pledge.moved(PledgeState.REFUNDING, refunds=pledge.refunds + 1)
    return again, asked(again, utc(at), actor)


def refund_order(pledge: Pledge) -> Refund:
    """The order of the present attempt; asked again, it has the same key."""
    expect(pledge, Pledge, what="what is given back")
    amount, _, charged = parting.returned(pledge)
    return Refund(refund_key(pledge), pledge.id, pledge.campaign_id, amount, charged)


def receive(pledge: Pledge, answer: Answer, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take the provider's answer to a refund: given back, or declined.

    Raises:
        Refused: ``pledge-closed``: no refund is under way.
        InvalidValue: the answer is none.
    """
    expect(answer, Accepted, Declined, what="the answer to a refund")
    require_state(pledge, PledgeState.REFUNDING)
    at, key = utc(at), refund_key(pledge)
    match answer:
        case Accepted(reference):
            amount, posted = parting.returned(pledge)[0], _booked(pledge, at, TransactionPhase.POSTED)
            event = PledgeRefunded(at, actor, pledge.id, amount, reference)
            after, more = _given_back(pledge, at, actor)
            return after, Changes(
                put=(after,),
                transactions=(posted, *more.transactions),
                events=(event, *more.events),
                orders=more.orders,
                done=(key,),
            )
        case Declined(reason, code):
            unrefunded = pledge.moved(PledgeState.UNREFUNDED)
            return unrefunded, Changes(
                put=(unrefunded,),
                transactions=(_booked(pledge, at, TransactionPhase.VOIDED),),
                events=(RefundFailed(at, actor, pledge.id, reason.value, code),),
                done=(key,),
            )
        case _:
            assert_never(answer)


def _given_back(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """The pledge once it, or one more of its parts, is given back; the next part is ordered at once."""
    if pledge.instalments is None:
        return pledge.moved(PledgeState.REFUNDED), Changes()
    part = next(it for it in pledge.instalments.parts if it.state is PartState.COLLECTED)
    instalments = pledge.instalments.refund(part.number, part.amount)
    if not instalments.paid:
        return pledge.moved(PledgeState.REFUNDED, instalments=instalments), Changes()
    refunds = pledge.refunds + 1
    again = pledge.moved(PledgeState.REFUNDING, instalments=instalments, refunds=refunds)
    return again, asked(again, at, actor)


def _uncollected(pledge: Pledge) -> list[Refusal]:
    if pledge.state is PledgeState.COLLECTED:
        return []
    return [Refusal("not-collected", f"pledge {pledge.id} is {pledge.state.value}, not collected")]


def _matching(pledge: Pledge) -> list[Refusal]:
    """A match was charged to nobody, and goes back with what it matches."""
    if pledge.matches is None:
        return []
    return [Refusal("not-collected", f"pledge {pledge.id} is a match of fund {pledge.matches.fund_id}")]


def _ordered(  # noqa: PLR0913  who is given what back, and why
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    reason: str,
    *,
    least: Money | int | None = None,
) -> tuple[Pledge, Changes]:
    refunding = pledge.moved(PledgeState.REFUNDING, reason=reason, refunds=1, due_at=None)
    owed = recipes.give_back(pledge.id, campaign.id, pledge.amount, at, on_top=parting.on_top_of(pledge))
    ordered = asked(refunding, at, actor)
    return refunding, attrs.evolve(
        ordered,
        expect=(campaign,),
        deltas=(
            *stock_moves(pledge, campaign, claimed=-1),
            progress_move(pledge, campaign, -1, least=least),
            collection_move(pledge, -pledge.contribution, -1),
        ),
        transactions=(*owed, *ordered.transactions),
    )


def asked(refunding: Pledge, at: datetime, actor: ActorId) -> Changes:
    """What is to be written with a pledge whose refund is ordered: the order, and its money pending."""
    return Changes(
        put=(refunding,),
        transactions=(_booked(refunding, at, TransactionPhase.PENDING),),
        events=(RefundOrdered(at, actor, refunding.id, refunding.refunds),),
        orders=(refund_order(refunding),),
    )


def _booked(pledge: Pledge, at: datetime, phase: TransactionPhase) -> Transaction:
    amount, on_top, _ = parting.returned(pledge)
    return recipes.refund(refund_key(pledge), pledge.campaign_id, amount, at, on_top=on_top, phase=phase)
