"""Matched: what a fund sees of a pledge, and when what it added goes back to its sponsors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore._checks import expect
from pushcore.campaigns import Campaign
from pushcore.errors import InvalidValue
from pushcore.pledges.pledge import Pledge
from pushcore.rewards import Quote

if TYPE_CHECKING:
    from pushcore.money import Money

__all__ = ["given", "outgrown"]


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
