"""Unmatching: matches and lump sums go back to sponsors after nothing came of their campaign.

A match that is lost before that goes back with its pledge: see `pushcore.pledges.matched`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import items
from pushcore.changes import Changes
from pushcore.errors import InvalidValue, Refusal, Refused
from pushcore.pledges import matched
from pushcore.pledges.facts import require_own_campaign
from pushcore.pledges.pledge import PledgeState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId
    from pushcore.pledges.pledge import Pledge

__all__ = ["take_back"]


def take_back(parts: Iterable[Pledge], campaign: Campaign, at: datetime, actor: ActorId) -> Changes:
    """Give a match or a lump sum back to its sponsors, all parts of it at once.

    Args:
        parts: Every part of it.
        campaign: The campaign that got it, which failed or was called off.
        at: When.
        actor: Who.

    Raises:
        Refused: with every reason: ``not-collected``: a part does not stand; ``not-ended``: the campaign may
            be funded yet, or is.
        InvalidValue: they are not the parts of one match to this campaign.
    """
    parts = items(parts)
    for part in parts:
        require_own_campaign(part, campaign)
    origins = {part.matches for part in parts}
    if len(origins) != 1 or None in origins:
        message = "the parts of one match are taken back together"
        raise InvalidValue(message, parts=tuple(part.id for part in parts))
    fallen = (part for part in parts if part.state is not PledgeState.COLLECTED)
    reasons = [Refusal("not-collected", f"{it.id} is {it.state.value}, not collected") for it in fallen]
    if not campaign.gives_back:
        reasons.append(Refusal("not-ended", f"campaign {campaign.id} is {campaign.state.value}"))
    if reasons:
        raise Refused(reasons)
    return Changes(expect=(campaign,)) + matched.take_back(parts, campaign, at, actor, reason="not-funded")
