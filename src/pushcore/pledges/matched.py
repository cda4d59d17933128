"""Matched: what a fund sees of a pledge, how often it was matched, and when that goes back to sponsors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.campaigns import Campaign
from pushcore.changes import StockMove
from pushcore.errors import InvalidValue
from pushcore.ids import StockId
from pushcore.pledges.pledge import Pledge
from pushcore.rewards import Quote

if TYPE_CHECKING:
    from pushcore.ids import PledgeId
    from pushcore.money import Money

__all__ = ["given", "match_move", "match_stock", "outgrown"]


def match_stock(pledge_id: PledgeId) -> StockId:
    """Where a store counts the parts of sponsors that match a pledge: under a name that no reward has."""
    expect(pledge_id, str, what="the id of a pledge")
    return StockId(f" {pledge_id}")


def match_move(pledge: Pledge, parts: int, *, most: int | None = None) -> StockMove:
    """So many parts of sponsors more that match a pledge, or fewer; of none, it only asks the store.

    A match does not write its pledge, which may be under charge. So they are counted as pieces are that are
    claimed: whoever takes the pledge back asks whether it is matched by more than was read.

    Args:
        pledge: What is matched.
        parts: How many more.
        most: How many there may be then.
    """
    expect(pledge, Pledge, what="what is matched")
    return StockMove(pledge.campaign_id, match_stock(pledge.id), most, claimed=parts)


def given(campaign: Campaign, quoted: Quote) -> Money:
    """What a backer gives, as a fund sees it: what counts of the pledge to the goal, before fees."""
    expect(campaign, Campaign, what="the campaign of a pledge")
    expect(quoted, Quote, what="what a pledge comes to")
    model = campaign.terms.model
    return quoted.contribution if model.counts_all else quoted.sum(model.counts)


def outgrown(part: Pledge, campaign: Campaign, quoted: Quote) -> bool:
    """Whether a match is lost where its pledge is for this: for less than was matched, or without its reward.

    Args:
        part: A sponsor's part of a match of the pledge.
        campaign: The campaign it is for.
        quoted: What the pledge comes to.

    Raises:
        InvalidValue: the part matches no pledge.
    """
    expect(part, Pledge, what="a sponsor's contribution")
    origin = part.matches
    if origin is None or origin.given is None:
        message = f"{part.id} matches no pledge"
        raise InvalidValue(message, pledge=part.id)
    if given(campaign, quoted) < origin.given:
        return True
    picked = {tier_id for tier_id, _ in quoted.selection.picked}
    return bool(origin.tier_ids) and picked.isdisjoint(origin.tier_ids)
