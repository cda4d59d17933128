"""Unmatching: a match goes back to its sponsors with the pledge it was made for, or with the campaign."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from pushcore._checks import expect, items
from pushcore.calendar import utc
from pushcore.changes import Changes, MatchMove
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.ids import SponsorId, TransactionId
from pushcore.ledger import recipes
from pushcore.matching.events import MatchTakenBack
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.matched import match_move, outgrown
from pushcore.pledges.moving import collection_move, progress_move
from pushcore.pledges.pledge import Pledge, PledgeState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId
    from pushcore.ledger import Transaction

__all__ = ["gone", "take_back"]


def gone(part: Pledge, pledge: Pledge | None, campaign: Campaign) -> bool:
    """Whether what a sponsor matched is not there any more: the pledge fell, or was changed since.

    It is not where the pledge is for less than was matched, or without any of the rewards that are matched.

    Raises:
        InvalidValue: it is no part of a match of this pledge.
    """
    expect(part, Pledge, what="a sponsor's contribution")
    expect(pledge, Pledge, NoneType, what="what it matches")
    require_own_campaign(part, campaign)
    origin = part.matches
    if origin is None or origin.pledge_id != (None if pledge is None else pledge.id):
        message = f"{part.id} does not match {'the campaign' if pledge is None else pledge.id}"
        raise InvalidValue(message, pledge=part.id)
    if pledge is None:
        return False
    require_own_campaign(pledge, campaign)
    return not pledge.stands or outgrown(part, campaign, pledge.quote)


def take_back(
    parts: Sequence[Pledge], pledge: Pledge | None, campaign: Campaign, at: datetime, actor: ActorId
) -> Changes:
    """Give a match back to its sponsors, all parts of it at once; their fund can give it again.

    It goes back when its pledge does not stand any more, or is for less than was matched or without the
    reward that was, until the campaign is settled; and whatever it was for when the campaign failed or was
    called off.

    Args:
        parts: Every part of one match.
        pledge: The pledge that is matched; None for a lump sum.
        campaign: The campaign that got it.
        at: When.
        actor: Who.

    Raises:
        Refused: with every reason: ``not-collected``: a part does not stand; ``pledge-stands``: so does the
            pledge; ``already-settled``: the money was divided; ``not-ended``: a lump sum stays until the end.
        InvalidValue: they are not the parts of one match of this pledge.
    """
    parts = items(parts)
    lost = [gone(part, pledge, campaign) for part in parts]
    origins = [part.matches for part in parts]
    if not origins or origins[0] is None or origins != origins[:1] * len(origins):
        message = "the parts of one match are taken back together"
        raise InvalidValue(message, parts=tuple(part.id for part in parts))
    reasons = [_fallen(part) for part in parts if part.state is not PledgeState.COLLECTED]
    if not campaign.gives_back:
        reasons += _staying(campaign, pledge, lost=lost[0])
    if reasons:
        raise Refused(reasons)
    at, origin = utc(at), origins[0]
    reason = "not-funded" if campaign.gives_back else "unmatched"
    amounts = tuple((SponsorId(part.backer_id), part.amount) for part in parts)
    return Changes(
        put=tuple(part.moved(PledgeState.REFUNDED, reason=reason, refunds=1) for part in parts),
        expect=(campaign,) if pledge is None else (campaign, pledge),
        deltas=(
            *(progress_move(part, campaign, -1) for part in parts),
            *(collection_move(part, -part.contribution, -1) for part in parts),
            MatchMove(origin.fund_id, campaign.id, origin.backer_id, amounts, -1),
            *(() if pledge is None else (match_move(pledge, -len(parts)),)),
        ),
        transactions=tuple(moved for part in parts for moved in _return(part, at)),
        events=(MatchTakenBack(at, actor, campaign.id, origin.fund_id, origin.pledge_id, dict(amounts)),),
    )


def _fallen(part: Pledge) -> Refusal:
    return Refusal("not-collected", f"{part.id} is {part.state.value}, not collected")


def _staying(campaign: Campaign, pledge: Pledge | None, *, lost: bool) -> Iterator[Refusal]:
    """Why a match is not given back while its campaign may be funded yet, or is."""
    if pledge is None:
        yield Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}")
    elif not lost:
        yield Refusal(
            "pledge-stands", f"pledge {pledge.id} is {pledge.state.value}, with all that was matched"
        )
    if campaign.settled_at is not None:
        yield Refusal("already-settled", f"campaign {campaign.id} was settled at {campaign.settled_at}")


def _return(part: Pledge, at: datetime) -> tuple[Transaction, ...]:
    key = TransactionId(f"{part.id}/return")
    return (
        *recipes.give_back(part.id, part.campaign_id, part.amount, at),
        recipes.returned(key, part.campaign_id, part.amount, at),
    )
