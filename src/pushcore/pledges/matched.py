"""Matched: what a fund sees of a pledge, and what goes back to sponsors when the pledge falls or is for less.

A match falls with its pledge, in the same commit. So no total ever has a match whose pledge is gone.
"""

from __future__ import annotations

from itertools import groupby
from types import NoneType
from typing import TYPE_CHECKING

from pushcore._checks import expect, items
from pushcore.calendar import utc
from pushcore.campaigns import Campaign
from pushcore.changes import Changes, MatchMove, StockMove
from pushcore.errors import InvalidValue
from pushcore.ids import SponsorId, StockId, TransactionId
from pushcore.ledger import recipes
from pushcore.matching.events import MatchTakenBack
from pushcore.pledges.facts import require_own_matches
from pushcore.pledges.moving import collection_move, progress_move
from pushcore.pledges.pledge import Pledge, PledgeState
from pushcore.rewards import Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pushcore.ids import ActorId, CampaignId, PledgeId
    from pushcore.ledger import Transaction
    from pushcore.matching import MatchOrigin
    from pushcore.money import Money

__all__ = ["given", "losses", "lost", "match_move", "match_stock", "take_back"]


def given(campaign: Campaign, quoted: Quote) -> Money:
    """What a backer gives, as a fund sees it: what counts of the pledge to the goal, before fees."""
    expect(campaign, Campaign, what="the campaign of a pledge")
    expect(quoted, Quote, what="what a pledge comes to")
    model = campaign.terms.model
    return quoted.contribution if model.counts_all else quoted.sum(model.counts)


def losses(  # noqa: PLR0913  what becomes of what, and of what was added to it
    before: Pledge,
    after: Pledge,
    campaign: Campaign,
    matches: tuple[Pledge, ...],
    *,
    at: datetime,
    actor: ActorId,
) -> Changes:
    """What is written of the matches of a pledge that falls or becomes another; nothing where it stays.

    The store is asked whether there are no others: a fund may match the pledge in the same moment.

    Args:
        before: The pledge.
        after: What it is then.
        campaign: Its campaign.
        matches: What sponsors added to it, of all that stands.
        at: When.
        actor: Who.

    Raises:
        InvalidValue: an argument of the wrong kind, or matches of another pledge.
    """
    expect(after, Pledge, what="what a pledge becomes")
    expect(campaign, Campaign, what="the campaign of a pledge")
    require_own_matches(before, matches)
    if after.stands and after.quote == before.quote:
        return Changes()
    back = lost(matches, campaign, after.quote if after.stands else None)
    none_new = match_move(campaign.id, before.id, 0, most=len(matches) - len(back))
    return take_back(back, campaign, at, actor) + Changes(deltas=(none_new,))


def lost(matches: Iterable[Pledge], campaign: Campaign, becomes: Quote | None) -> tuple[Pledge, ...]:
    """What goes back to sponsors where the pledge that they match becomes this, or falls.

    A match is lost where its pledge is for less than was matched, or without any of the rewards that are.

    Raises:
        InvalidValue: one matches no pledge.
    """
    expect(becomes, Quote, NoneType, what="what a pledge comes to")
    return tuple(part for part in items(matches) if _outgrown(part, campaign, becomes))


def _outgrown(part: Pledge, campaign: Campaign, quoted: Quote | None) -> bool:
    origin = _origin(part)
    if origin.given is None:
        message = f"{part.id} matches no pledge"
        raise InvalidValue(message, pledge=part.id)
    if quoted is None or given(campaign, quoted) < origin.given:
        return True
    picked = {tier_id for tier_id, _ in quoted.selection.picked}
    return bool(origin.tier_ids) and picked.isdisjoint(origin.tier_ids)


def _origin(part: Pledge) -> MatchOrigin:
    expect(part, Pledge, what="a sponsor's contribution")
    if part.matches is None:
        message = f"{part.id} matches no pledge"
        raise InvalidValue(message, pledge=part.id)
    return part.matches


def take_back(
    parts: Iterable[Pledge], campaign: Campaign, at: datetime, actor: ActorId, *, reason: str = "unmatched"
) -> Changes:
    """Give matches back to their sponsors, all parts of each; their funds can give them again.

    Raises:
        InvalidValue: one is no part of a match.
    """
    expect(campaign, Campaign, what="the campaign that is matched")
    several, at = sorted(items(parts), key=lambda part: _key(_origin(part))), utc(at)
    changes = Changes()
    for _, group in groupby(several, key=lambda part: _key(_origin(part))):
        changes += _one(tuple(group), campaign, at, actor, reason)
    return changes


def _key(origin: MatchOrigin) -> tuple[str, str]:
    return origin.pledge_id or "", origin.fund_id


def _one(parts: Sequence[Pledge], campaign: Campaign, at: datetime, actor: ActorId, reason: str) -> Changes:
    """One match goes back, or a lump sum."""
    origin = _origin(parts[0])
    amounts = tuple((SponsorId(part.backer_id), part.amount) for part in parts)
    of_pledge = () if origin.pledge_id is None else (match_move(campaign.id, origin.pledge_id, -len(parts)),)
    return Changes(
        put=tuple(part.moved(PledgeState.REFUNDED, reason=reason, refunds=1) for part in parts),
        deltas=(
            *(progress_move(part, campaign, -1) for part in parts),
            *(collection_move(part, -part.contribution, -1) for part in parts),
            MatchMove(origin.fund_id, campaign.id, origin.backer_id, amounts, -1),
            *of_pledge,
        ),
        transactions=tuple(moved for part in parts for moved in _return(part, at)),
        events=(MatchTakenBack(at, actor, campaign.id, origin.fund_id, origin.pledge_id, dict(amounts)),),
    )


def _return(part: Pledge, at: datetime) -> tuple[Transaction, ...]:
    key = TransactionId(f"{part.id}/return")
    return (
        *recipes.give_back(part.id, part.campaign_id, part.amount, at),
        recipes.returned(key, part.campaign_id, part.amount, at),
    )


def match_move(
    campaign_id: CampaignId, pledge_id: PledgeId, parts: int, *, most: int | None = None
) -> StockMove:
    """So many parts of sponsors more that match a pledge, or fewer; of none, it only asks the store.

    A match does not write its pledge, which may be under charge. So they are counted as pieces are that are
    claimed: whoever lowers the pledge asks whether it is matched by more than was read.

    Args:
        campaign_id: The campaign of the pledge.
        pledge_id: What is matched.
        parts: How many more.
        most: How many there may be then.
    """
    return StockMove(campaign_id, match_stock(pledge_id), most, claimed=parts)


def match_stock(pledge_id: PledgeId) -> StockId:
    """Where a store counts the parts of sponsors that match a pledge: under a name that no reward has."""
    expect(pledge_id, str, what="the id of a pledge")
    return StockId(f" {pledge_id}")
