"""What the pledges of opening balances move: stock and totals follow from them, and are not brought over."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import attrs

from pushcore.changes import MatchMove
from pushcore.ids import SponsorId
from pushcore.payments import parting
from pushcore.pledges import PledgeState
from pushcore.pledges.matched import match_move
from pushcore.pledges.moving import collection_move, progress_move, stock_moves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pushcore.books.opening_balances import OpeningBalances
    from pushcore.campaigns import Campaign
    from pushcore.changes import Delta
    from pushcore.matching import MatchOrigin
    from pushcore.pledges import Pledge

__all__ = ["matched", "moves"]


def moves(pledge: Pledge, campaign: Campaign) -> Iterator[Delta]:
    """What a pledge holds of every stock, and adds to the totals, in the state it is in."""
    if pledge.state in {PledgeState.PREAUTH, PledgeState.EXPECTED}:
        yield from stock_moves(pledge, campaign, reserved=1)
    elif pledge.stands:
        yield from stock_moves(pledge, campaign, claimed=1)
        # The caps were kept when it was placed; on the way to the total any sum of some may be forbidden.
        yield attrs.evolve(progress_move(pledge, campaign, 1), limit=None)
        collected = pledge.state is PledgeState.COLLECTED
        if collected or pledge.instalments is not None:
            yield collection_move(pledge, parting.had(pledge), int(collected))


def matched(opening: OpeningBalances) -> Iterator[Delta]:
    """What funds have matched, and how many parts match each pledge."""
    parts = [it for it in opening.pledges if it.matches is not None and it.state is PledgeState.COLLECTED]
    for _, group in groupby(sorted(parts, key=_match), key=_match):
        several = tuple(group)
        origin: MatchOrigin | None = several[0].matches
        assert origin is not None
        amounts = tuple((SponsorId(part.backer_id), part.amount) for part in several)
        yield MatchMove(origin.fund_id, several[0].campaign_id, origin.backer_id, amounts)
        if origin.pledge_id is not None:
            yield match_move(several[0].campaign_id, origin.pledge_id, len(several))


def _match(part: Pledge) -> tuple[str, str, str]:
    assert part.matches is not None
    return part.campaign_id, part.matches.fund_id, part.matches.pledge_id or ""
