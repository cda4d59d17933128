"""Unmatching: what sponsors added goes back when what they added it to does not stand any more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pushcore.errors import KeyReused
from pushcore.payments import sponsoring, unmatching
from pushcore.pledges import PledgeState
from pushcore.pledges.matched import match_stock
from pushcore.usecases._finding import known_fund, known_pledge
from pushcore.usecases._running import use_case

if TYPE_CHECKING:
    from pushcore.campaigns import Campaign
    from pushcore.ids import ActorId, CampaignId, FundId, PledgeId
    from pushcore.matching import MatchingFund, MatchOrigin
    from pushcore.pledges import Pledge
    from pushcore.ports import Ports

__all__ = [
    "guarded_matches",
    "matches_of",
    "parts_of",
    "return_match",
    "take_back_matches",
    "unmatch_pledge",
]


@use_case
def unmatch_pledge(
    ports: Ports, pledge_id: PledgeId, fund_id: FundId, *, actor: ActorId
) -> tuple[Pledge, ...]:
    """Give a fund's match of a pledge back to its sponsors, once the pledge does not stand any more.

    So it is where the pledge is for less than was matched, or without the reward that was. Again, or where
    there is no match, nothing happens. What comes back are the contributions of the sponsors, as they are
    then.

    Raises:
        Refused: ``unknown-pledge``, ``unknown-fund``, or see `pushcore.payments.unmatching.take_back`.
    """
    pledge, fund = known_pledge(ports, pledge_id), known_fund(ports, fund_id)
    parts = parts_of(ports, fund, pledge.id)
    if all(part.state is PledgeState.REFUNDED for part in parts):
        return parts
    campaign = ports.store.campaign(pledge.campaign_id)
    ports.store.commit(unmatching.take_back(parts, pledge, campaign, ports.now(), actor))
    return parts_of(ports, fund, pledge.id)


@use_case
def take_back_matches(ports: Ports, campaign_id: CampaignId, *, actor: ActorId) -> tuple[PledgeId, ...]:
    """Give back every match of a campaign whose pledge does not stand any more, of whatever fund.

    The verdict, the settlement and `pushcore.usecases.advance_campaign` do it by themselves: call it
    to see the money back in its pools before that. Which pledges lost a match comes back.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = ports.store.campaign(campaign_id)
    if campaign.settled_at is not None or not ports.store.progress(campaign_id).matched:
        return ()
    matches: defaultdict[MatchOrigin, list[Pledge]] = defaultdict(list)
    for part in ports.store.matches(campaign_id):
        assert part.matches is not None, "what matches says what it matches"
        matches[part.matches].append(part)
    lost = []
    for origin, parts in matches.items():
        if origin.pledge_id is None:  # a lump sum, which stays until the end
            continue
        pledge = known_pledge(ports, origin.pledge_id)
        if unmatching.gone(parts[0], pledge, campaign):
            ports.store.commit(unmatching.take_back(parts, pledge, campaign, ports.now(), actor))
            lost.append(pledge.id)
    return tuple(lost)


def return_match(ports: Ports, campaign: Campaign, part: Pledge, actor: ActorId) -> Pledge:
    """Give the match that a contribution is a part of back, after nothing came of its campaign."""
    origin = part.matches
    assert origin is not None
    pledge = None if origin.pledge_id is None else known_pledge(ports, origin.pledge_id)
    parts = parts_of(ports, known_fund(ports, origin.fund_id), origin.pledge_id or campaign.id)
    ports.store.commit(unmatching.take_back(parts, pledge, campaign, ports.now(), actor))
    return known_pledge(ports, part.id)


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


def guarded_matches(ports: Ports, campaign: Campaign, pledge: Pledge, actor: ActorId) -> tuple[Pledge, ...]:
    """What goes back to sponsors with a pledge, where that may cost a campaign the goal that it guards.

    What other pledges have lost already is given back first, so that the totals do not have it any more.
    """
    if not campaign.cancel_windows:
        return ()
    take_back_matches(ports, campaign.id, actor=actor)
    return matches_of(ports, pledge)


def matches_of(ports: Ports, pledge: Pledge) -> tuple[Pledge, ...]:
    """What sponsors added to a pledge, of all that stands; looked for only where there is any."""
    if not ports.store.stock(pledge.campaign_id, match_stock(pledge.id)).claimed:
        return ()
    standing = ports.store.matches(pledge.campaign_id)
    return tuple(it for it in standing if it.matches is not None and it.matches.pledge_id == pledge.id)
