"""The decisions about disputes of what was charged for a pledge: the first news of one, and all that follow.

While a dispute is open, what it is about is blocked: of what is held for the campaign, or, once that is
settled, of what its creator owes. The books end the same in whatever order the news come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.changes import Changes
from pushcore.errors import Refusal, Refused
from pushcore.gateway import DisputeTold
from pushcore.payments import returning
from pushcore.payouts import Dispute, DisputeTerms, disputing
from pushcore.payouts.dispute import FREED
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.moving import collection_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.pledges.refund import Disputed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.changes import ProgressMove
    from pushcore.ids import ActorId
    from pushcore.money import Money
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
    fees: Mapping[str, Money] | None = None,
    fees_left: Mapping[str, Money] | None = None,
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
        fees: What was taken of the pledge by each fee line, if the campaign is settled.
        fees_left: What fee lines still have of the campaign.

    Raises:
        Refused: ``above-paid``: all of the charge was given back, or is disputed: nobody owes it twice, so
            contest it; or ``refund-open``: a refund of it is under way.
    """
    require_own_campaign(pledge, campaign)
    expect(news, DisputeTold, what="news of a dispute")
    left = _require_left(pledge, news, news.amount.with_minor(1))
    settled = campaign.settled_at is not None
    paid = returning.paid_before(pledge, fees, fees_left)
    back = disputing.would_take(
        paid,
        campaign.terms.refunds or returning.ALL_BACK,
        min(news.amount, left),
        available=left * 0 if settled else pledge.kept,
    )
    blocked = disputing.blocks(back, on_top=dict(returning.given_on_top(pledge, back)))
    opened = Dispute(
        id=news.dispute_id,
        charge_key=news.charged,
        campaign_id=campaign.id,
        amount=back.amount,
        terms=terms,
        blocked=blocked,
    )
    (dispute, _), changes = disputing.begin(opened, debt, news.state, news.at, utc(at), actor)
    entry = Disputed(dispute.id, dispute.charge_key, dispute.amount, blocked.creator * 0)
    before = pledge.moved(pledge.state, disputes=(*pledge.disputes, entry))
    after, deltas = _followed(before, dispute)
    return after, changes + Changes(put=(after,), expect=(campaign,), deltas=deltas)


def _require_left(pledge: Pledge, news: DisputeTold, least: Money) -> Money:
    """What is left of a disputed charge, if it is as much as that and no refund is under way."""
    if pledge.refund is not None:
        raise Refused([Refusal("refund-open", f"a refund of pledge {pledge.id} is not done yet")])
    left = returning.left_of(pledge, news.charged)
    if left < least:
        message = f"{left} is left of {news.charged}: contest dispute {news.dispute_id}"
        raise Refused([Refusal("above-paid", message, {"dispute": news.dispute_id, "left": left})])
    return left


def hear(  # noqa: PLR0913, PLR0917  what more news of a dispute rest on
    pledge: Pledge,
    campaign: Campaign,
    dispute: Dispute,
    news: DisputeTold,
    at: datetime,
    actor: ActorId,
    *,
    debt: Debt,
    wallet: Wallet | None = None,
) -> tuple[Pledge, Dispute, Changes]:
    """Take more news of a dispute; what was known already writes nothing.

    What comes back of a pledge that was given back meanwhile goes back to its backer too.

    Args:
        pledge: The pledge that was charged.
        campaign: The campaign it is for.
        dispute: The dispute as it stands.
        news: What the provider tells.
        at: When.
        actor: Who.
        debt: What the creator owes.
        wallet: The backer's, if that is where it goes.

    Raises:
        Refused: ``above-paid``: what had come back would be taken again, and was given back, or is disputed
            once more, meanwhile: contest it; or ``refund-open``: a refund of it is under way.
    """
    expect(pledge, Pledge, what="a pledge")
    expect(news, DisputeTold, what="news of a dispute")
    (after, _), changes = disputing.hear(dispute, debt, news.state, news.at, utc(at), actor)
    if after == dispute:
        return pledge, dispute, Changes()
    if dispute.state in FREED and after.state not in FREED:
        _require_left(pledge, news, dispute.amount)
    moved, deltas = _followed(pledge.moved(pledge.state), after)
    if dispute.state in FREED or after.state not in FREED or pledge.state is not PledgeState.REFUNDED:
        return moved, after, changes + Changes(put=(moved,), deltas=deltas)
    followed, _ = _followed(pledge, after)
    moved, back = returning.once_more(followed, campaign, after, utc(at), actor, wallet=wallet)
    return moved, after, changes + back + Changes(expect=(campaign,))


def _followed(pledge: Pledge, dispute: Dispute) -> tuple[Pledge, tuple[ProgressMove, ...]]:
    """The pledge as a dispute has it by now, and what its campaign holds more of it, or less."""
    (before,) = (it for it in pledge.disputes if it.id == dispute.id)
    taken = dispute.state not in FREED
    held = dispute.blocked.creator if taken else before.held * 0
    after = attrs.evolve(before, open=dispute.open, taken=taken, held=held)
    disputes = tuple(after if it is before else it for it in pledge.disputes)
    change = before.held - held
    moves = (collection_move(pledge, change, 0),) if change else ()
    return attrs.evolve(pledge, disputes=disputes), moves
