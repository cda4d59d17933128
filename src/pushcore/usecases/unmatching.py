"""Unmatching: which contributions of sponsors match what, and how they go back when nothing comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.errors import KeyReused
from pushcore.payments import sponsoring, unmatching
from pushcore.usecases._finding import known_fund, known_pledge

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, PledgeId
    from pushcore.matching import MatchingFund
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = ["matches_of", "parts_of", "return_match"]


def matches_of(ports: Ports, pledge: Pledge) -> tuple[Pledge, ...]:
    """What sponsors added to a pledge, of all that stands."""
    return tuple(ports.store.matches(pledge.campaign_id, pledge.id))


def parts_of(ports: Ports, fund: MatchingFund, of: PledgeId | CampaignId) -> tuple[Pledge, ...]:
    """The contributions that a fund's match of a pledge, or its lump sum to a campaign, was made of.

    Raises:
        KeyReused: a backer's pledge goes by the id of one.
    """
    ids = (sponsoring.part_id(of, fund.id, pool.sponsor_id) for pool in fund.pools)
    parts = tuple(part for it in ids if (part := ports.store.find_pledge(it)) is not None)
    for part in parts:
        if part.matches is None:
            message = f"pledge {part.id} goes by the id of a match of fund {fund.id}: call the fund otherwise"
            raise KeyReused(message, pledge=part.id)
    return parts


def return_match(ports: Ports, campaign: Campaign, part: Pledge, actor: ActorId) -> Pledge:
    """Give the match that a contribution is a part of back, after nothing came of its campaign."""
    origin = part.matches
    assert origin is not None
    parts = parts_of(ports, known_fund(ports, origin.fund_id), origin.pledge_id or campaign.id)
    ports.store.commit(unmatching.take_back(parts, campaign, ports.now(), actor))
    return known_pledge(ports, part.id)
