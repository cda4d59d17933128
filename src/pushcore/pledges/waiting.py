"""Waiting for rewards: what a campaign says to whoever joins a list, and what a pledge makes of the lists.

Whoever waits comes before the public. So a pledge for a tier with a waiting list takes nothing that is kept
for others, and is written together with the list: its backer leaves it, or nobody may have joined it since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.calendar import utc
from pushcore.campaigns import Campaign
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refused
from pushcore.ids import StockId
from pushcore.pledges.facts import ChangeFacts, PlaceFacts
from pushcore.pledges.rules import JOINING, refusals
from pushcore.rewards import Phase, Tier, WaitingList, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from pushcore.ids import ActorId, BackerId, PledgeId
    from pushcore.pledges.request import PledgeRequest
    from pushcore.rewards import Stocks

__all__ = ["join", "on_offer", "with_lists"]


def join(
    line: WaitingList, request: PledgeRequest, campaign: Campaign, stocks: Stocks, at: datetime
) -> tuple[WaitingList, Changes]:
    """Stand in line for a tier that is sold out.

    Args:
        line: The waiting list of the tier.
        request: What the backer would ask for if there were enough.
        campaign: The campaign it would be for.
        stocks: Where the stocks stand that it would take of (see `pushcore.rewards.stock_keys`).
        at: When.

    Raises:
        Refused: with every reason: those of `pushcore.rewards.waiting.join`, and why this backer could not
            pledge for the tier now, though there were enough.
        InvalidValue: the request is not for the tier of this list.
    """
    expect(line, WaitingList, what="a waiting list")
    facts = PlaceFacts(request, campaign, stocks, at)
    need = next((it for it in facts.needs if it.key == (StockId(line.tier_id), None)), None)
    if need is None or line.campaign_id != campaign.id:
        message = f"pledge {request.pledge_id} is not for the tier of waiting list {line.id}"
        raise InvalidValue(message, waiting_list=line.id)
    backer, free = request.backer_id, need.left(stocks) or 0
    if reasons := (
        *refusals(facts, JOINING),
        *waiting.join_refusals(line, backer, need.pieces, free=free),
    ):
        raise Refused(reasons)
    joined, changes = waiting.join(line, backer, need.pieces, facts.at, request.actor, free=free)
    return joined, changes + Changes(expect=(campaign,))


def on_offer(campaign: Campaign, tier: Tier, at: datetime) -> bool:
    """Whether pieces of a tier that come free are offered: somebody can pledge for them now."""
    expect(campaign, Campaign, what="a campaign")
    expect(tier, Tier, what="tier")
    at, phase = utc(at), campaign.phase(at)
    closed = phase is Phase.CAMPAIGN and campaign.terms.window.closes.passed(at)
    return phase in tier.phases and not closed and (tier.ends_at is None or at <= tier.ends_at)


def with_lists(
    changes: Changes,
    facts: PlaceFacts | ChangeFacts,
    backer_id: BackerId,
    pledge_id: PledgeId,
    actor: ActorId,
) -> Changes:
    """What a pledge writes, and with it what becomes of the waiting lists of the tiers that it takes of."""
    expect(changes, Changes, what="what a pledge writes")
    expect(facts, PlaceFacts, ChangeFacts, what="what a pledge rests on")
    taken = facts.taken if facts.waiting else {}
    for line in facts.waiting:
        if line.tier_id in taken:
            _, more = waiting.take(line, backer_id, pledge_id, facts.at, actor)
            changes += more
    return changes
