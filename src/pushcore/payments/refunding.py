"""The decisions about giving back all that was taken for a pledge: ordering it, and taking the answer.

It counts no more from the moment it is ordered, and its money is owed to the backer from then on, whatever
the provider answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import Accepted, Answer, Declined, RefundMade
from pushcore.ledger import TransactionPhase, recipes
from pushcore.money import Money
from pushcore.payments import _owing, offline, parting, restoring
from pushcore.payments._asking import asked, booked, booked_there, refund_order
from pushcore.payments._booking import refund_booked
from pushcore.payments._presenting import gone_back, read
from pushcore.payments.events import PledgeRefunded, RefundFailed
from pushcore.payments.keys import made_key, refund_key
from pushcore.pledges import pledging
from pushcore.pledges.facts import PledgeFacts, require_own_campaign, require_state
from pushcore.pledges.fulfilling import not_shipped, with_reward
from pushcore.pledges.guarding import guards
from pushcore.pledges.matched import losses
from pushcore.pledges.moving import given_up_moves
from pushcore.pledges.part import PartState
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.rules import CANCELING, refusals

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.campaigns import Campaign, Progress
    from pushcore.ids import ActorId, OrderKey
    from pushcore.ledger import Transaction
    from pushcore.payouts import Wallet
    from pushcore.pledges.refund import GoneBack
    from pushcore.rewards import Fulfilment

__all__ = [
    "give_back",
    "made_good",
    "order_again",
    "ordered",
    "receive",
    "refund_order",
    "set_free",
    "take_back",
]


def set_free(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    fulfilment: Fulfilment | None = None,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Nothing comes of a campaign: release a pledge of which nothing was taken, or else give it back.

    Args:
        pledge: The pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        fulfilment: That of its reward, if it was begun: it is canceled, unless the reward was sent.
        wallet: The backer's, if that is where it goes.

    Raises:
        Refused: ``not-collected``: it does not stand, or a charge of it is under way; ``not-ended``: the
            campaign may be funded yet; ``already-charged``: it is; ``not-deposited``: credit is asked for of
            what came in cash or by bank.
    """
    expect(pledge, Pledge, what="what is set free")
    if pledge.state in _UNTAKEN and not pledge.taken:
        return pledging.release(pledge, campaign, at, actor)
    if pledge.offline and pledge.state is PledgeState.COLLECTED:
        return offline.give_back(pledge, campaign, at, actor, fulfilment=fulfilment, wallet=wallet)
    return give_back(pledge, campaign, at, actor, fulfilment=fulfilment, wallet=wallet)


_UNTAKEN: Final = frozenset({PledgeState.PLEDGED, PledgeState.PAYING, PledgeState.ERRORED})
"""The states in which nothing may have been taken yet."""


def give_back(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    fulfilment: Fulfilment | None = None,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Refund what was taken for a pledge after its campaign failed or was canceled.

    Args:
        pledge: A collected pledge.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        fulfilment: That of its reward, if it was begun: it is canceled, unless the reward was sent.
        wallet: The backer's, if that is where it goes.

    Raises:
        Refused: ``not-collected``: nothing was; ``not-ended``: the campaign may be funded yet, or is.
    """
    require_own_campaign(pledge, campaign)
    reasons = [*_uncollected(pledge)]
    if not campaign.gives_back:
        reasons.append(Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}"))
    if reasons:
        raise Refused(reasons)
    after, changes = ordered(pledge, campaign, at, actor, "not-funded", wallet=wallet)
    return after, with_reward(changes + Changes(expect=(campaign,)), fulfilment, at, actor)


def take_back(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    *,
    progress: Progress | None = None,
    matches: tuple[Pledge, ...] = (),
    fulfilment: Fulfilment | None = None,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Cancel a pledge that was charged at once, while the campaign is live: it is refunded.

    Args:
        pledge: A pledge for which money was taken, all of it or some of its parts.
        campaign: The campaign it is for.
        at: When.
        actor: Who.
        progress: The totals of the campaign, where it has cancel windows.
        matches: What sponsors added to it, of all that stands: it goes back.
        fulfilment: That of its reward, if it was begun: it is canceled.
        wallet: The backer's, if that is where it goes.

    Raises:
        Refused: with every reason; ``already-shipped`` or ``fulfilment-closed``: the reward was sent.
    """
    facts = PledgeFacts(pledge, campaign, at, progress, matches=matches)
    sent = not_shipped(fulfilment, facts.at)
    if reasons := [*refusals(facts, CANCELING), *_uncollected(pledge), *sent]:
        raise Refused(reasons)
    after, changes = ordered(pledge, campaign, at, actor, "canceled", wallet=wallet)
    changes += losses(pledge, after, campaign, matches, at=facts.at, actor=actor)
    changes += Changes(expect=(campaign,), deltas=guards(facts))
    return after, with_reward(changes, fulfilment, at, actor)


def order_again(pledge: Pledge, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Order a refund again that the provider declined.

    Raises:
        Refused: ``pledge-closed``: none was declined.
    """
    expect(pledge, Pledge, what="what is given back again")
    again = attrs.evolve(_reopened(pledge), version=pledge.version + 1, refunds=pledge.refunds + 1)
    return again, asked(again, utc(at), actor)


def made_good(pledge: Pledge, refund: RefundMade, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take note that somebody made a refund at the provider itself after it had declined one.

    That is done, or so much of it. What is left of it is asked of the provider again.

    Raises:
        Refused: ``pledge-closed``: none was declined; or ``refund-open``: this is not the one, but more or of
            another charge.
    """
    expect(pledge, Pledge, what="what was given back")
    expect(refund, RefundMade, what="a refund that was made")
    reopened, owed = _reopened(pledge), restoring.agreed(pledge)
    way = None if owed is None else owed.of(refund.charged)
    amount = read(pledge, refund.charged, refund.amount)
    if way is None or amount > way.amount:
        owing = "nothing" if way is None else way.amount
        message = f"{owing} of {refund.charged} is owed, not {refund.amount}"
        raise Refused([Refusal("refund-open", message)])
    at, key, part = utc(at), made_key(pledge, refund.reference), way.part_of(amount)
    posted = booked_there(pledge, part, at, refund.reference)
    gone = gone_back(pledge, part, refund.reference, refund.amount)
    owing_it = attrs.evolve(reopened, refund=owed)
    return _gone(owing_it, gone, key, posted, Accepted(refund.reference), at, actor)


def _reopened(pledge: Pledge) -> Pledge:
    """A pledge whose refund was declined, as if that had not been answered yet."""
    refund, state = pledge.refund, pledge.state
    if refund is None or not refund.declined:
        require_state(pledge, PledgeState.UNREFUNDED)
    if state is PledgeState.UNREFUNDED:
        state = PledgeState.REFUNDING
    return attrs.evolve(pledge, state=state, refund=refund and attrs.evolve(refund, declined=False))


def receive(pledge: Pledge, answer: Answer, at: datetime, actor: ActorId) -> tuple[Pledge, Changes]:
    """Take the provider's answer to a refund, or to the first of several orders that make it up.

    Raises:
        Refused: ``pledge-closed``: no refund is under way.
        InvalidValue: the answer is none.
    """
    expect(answer, Accepted, Declined, what="the answer to a refund")
    expect(pledge, Pledge, what="what is given back")
    refund = pledge.refund
    if refund is None or refund.declined:
        require_state(pledge, PledgeState.REFUNDING)
    at, key = utc(at), refund_key(pledge)
    match answer:
        case Accepted():
            posted = booked(pledge, at, TransactionPhase.POSTED)
            gone = gone_back(pledge, parting.returned(pledge), answer.reference)
            gone = attrs.evolve(gone, attempt=pledge.refunds)
            after, changes = _gone(pledge, gone, key, posted, answer, at, actor)
            return after, Changes(done=(key,)) + changes
        case Declined(reason, code):
            state = PledgeState.UNREFUNDED if pledge.state is PledgeState.REFUNDING else pledge.state
            declined = pledge.moved(state, refund=refund and attrs.evolve(refund, declined=True))
            return declined, Changes(
                put=(declined,),
                transactions=(booked(pledge, at, TransactionPhase.VOIDED),),
                events=(RefundFailed(at, actor, pledge.id, reason.value, code),),
                done=(key,),
            )
        case _:
            assert_never(answer)


def _gone(  # noqa: PLR0913, PLR0917  what went back of what
    pledge: Pledge,
    gone: GoneBack,
    key: OrderKey,
    posted: Transaction,
    answer: Accepted,
    at: datetime,
    actor: ActorId,
) -> tuple[Pledge, Changes]:
    """The pledge once something of it has gone back, and all that is written of it."""
    told, beside = refund_booked(pledge, gone, key, answer, at)
    pledge = attrs.evolve(pledge, **told)
    if pledge.refund is None:
        after, changes = _given_back(pledge, gone.way.amount, at, actor, answer.reference)
    else:
        moved = pledge.moved(pledge.state)
        after, changes = _owing.gone_back(moved, gone.way, at, actor, answer.reference)
    return after, Changes(transactions=(posted, *beside)) + changes


def _given_back(
    pledge: Pledge, amount: Money, at: datetime, actor: ActorId, reference: str
) -> tuple[Pledge, Changes]:
    """The pledge once it, or one more of its parts, is given back; the next part is ordered at once."""
    told = Changes(events=(PledgeRefunded(at, actor, pledge.id, amount, reference),))
    if pledge.instalments is None:
        refunded = pledge.moved(PledgeState.REFUNDED)
        return refunded, told + Changes(put=(refunded,))
    part = next(it for it in pledge.instalments.parts if it.state is PartState.COLLECTED)
    instalments = pledge.instalments.refund(part.number, part.amount)
    if not instalments.paid:
        refunded = pledge.moved(PledgeState.REFUNDED, instalments=instalments)
        return refunded, told + Changes(put=(refunded,))
    refunds = pledge.refunds + 1
    again = pledge.moved(PledgeState.REFUNDING, instalments=instalments, refunds=refunds)
    return again, told + asked(again, at, actor)


def _uncollected(pledge: Pledge) -> list[Refusal]:
    """Why the provider has nothing of a pledge to give back; what came in cash it never had."""
    if pledge.taken and not pledge.offline:
        return []
    what = "was received offline" if pledge.offline else f"is {pledge.state.value}, not collected"
    return [Refusal("not-collected", f"pledge {pledge.id} {what}")]


def ordered(  # noqa: PLR0913  what a refund rests on
    pledge: Pledge,
    campaign: Campaign,
    at: datetime,
    actor: ActorId,
    reason: str,
    *,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Changes]:
    """Order a refund of all that was taken for a pledge; nothing is owed of it any more.

    It goes to the wallet where that is asked for, of a pledge in parts too.
    """
    require_own_campaign(pledge, campaign)
    if pledge.paid is not None or pledge.refund is not None or pledge.disputes or wallet is not None:
        return restoring.rest(pledge, campaign, at, actor, reason=reason, wallet=wallet)
    at, instalments = utc(at), None if pledge.instalments is None else pledge.instalments.call_off()
    refunding = pledge.moved(
        PledgeState.REFUNDING, reason=reason, refunds=1, due_at=None, instalments=instalments
    )
    taken, on_top = parting.taken(pledge)
    owed = recipes.give_back(pledge.id, campaign.id, taken, at, on_top=on_top)
    contribution = taken - Money.total((share for _, share in on_top), taken.currency)
    given_up = Changes(deltas=given_up_moves(pledge, campaign, contribution), transactions=owed)
    return refunding, given_up + asked(refunding, at, actor)
