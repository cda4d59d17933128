"""Timing: why it is too early or too late for a pledge, or its campaign takes none in its present state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcore.calendar import local
from pushcore.campaigns import CampaignState
from pushcore.campaigns.lifecycle import OVER, TAKING
from pushcore.errors import Refusal
from pushcore.rewards import Phase

if TYPE_CHECKING:
    from pushcore.pledges.facts import ChangeFacts, PlaceFacts, PledgeFacts

__all__ = ["in_time", "leaving", "live", "not_closed", "not_kept", "opened", "taking"]


def live(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
    """The campaign is live; one that ran to its end is refused by the clock alone, as too late."""
    campaign = facts.campaign
    if campaign.state is CampaignState.LIVE or campaign.state in OVER:
        return None
    return Refusal(
        "not-live", f"campaign {campaign.id} is {campaign.state.value}", {"state": campaign.state.value}
    )


def leaving(facts: PledgeFacts) -> Refusal | None:
    """As `live`; but whoever runs a suspended campaign cannot keep its backers."""
    return None if facts.campaign.state is CampaignState.SUSPENDED else live(facts)


def not_kept(facts: PledgeFacts) -> Refusal | None:
    """As `not_closed`; but a suspended campaign keeps nobody behind its deadline either: none judges it."""
    return None if facts.campaign.state is CampaignState.SUSPENDED else not_closed(facts)


def opened(facts: PlaceFacts) -> Refusal | None:
    """The campaign has opened, or has a soft launch to which this backer is invited."""
    terms, asked = facts.campaign.terms, facts.request
    opens, soft = terms.window.opens, terms.soft_launch
    if facts.at >= opens:
        return None
    told = local(opens, terms.window.closes.zone)
    if soft is None or facts.at < soft.opens:
        return Refusal("too-early", f"campaign {facts.campaign.id} opens at {told}", {"opens": opens})
    if soft.audience.admits(asked.backer_id, asked.selection.token):
        return None
    message = f"until {told} campaign {facts.campaign.id} is for those who are invited"
    return Refusal("not-invited", message, {"opens": opens})


def not_closed(facts: PlaceFacts | PledgeFacts | ChangeFacts) -> Refusal | None:
    """Neither the deadline has passed nor the campaign closed before it."""
    campaign, closes = facts.campaign, facts.campaign.terms.window.closes
    if campaign.state not in OVER and not closes.passed(facts.at):
        return None
    if not closes.passed(facts.at):
        message = f"campaign {campaign.id} closed before its deadline"
        return Refusal("too-late", message, {"state": campaign.state.value})
    return Refusal("too-late", f"campaign {campaign.id} closed at {closes.local}", {"closed": closes.at})


def taking(facts: PlaceFacts) -> Refusal | None:
    """Pledges are taken until the deadline, and late ones afterwards."""
    return None if facts.phase is Phase.LATE else not_closed(facts)


def in_time(facts: PledgeFacts) -> Refusal | None:
    """A pledge is confirmed until the deadline, and in the grace behind it: it was placed in time."""
    pledge, campaign = facts.pledge, facts.campaign
    late = pledge.late and campaign.phase(facts.at) is Phase.LATE
    waited_for = campaign.state in TAKING and facts.at < campaign.terms.waits_until
    return None if late or waited_for else not_closed(facts)
